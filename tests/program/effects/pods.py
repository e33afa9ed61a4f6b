"""Pods that restart, by what a change concerns."""

SERVICES = frozenset(
    f"Deployment/temporal-{name}" for name in ("frontend", "internal-frontend", "history", "matching", "worker")
)


ARCHIVERS = frozenset(f"Deployment/temporal-{name}" for name in ("frontend", "internal-frontend", "history"))


FRONTEND = frozenset({"Deployment/temporal-frontend"})


UI = frozenset({"Deployment/temporal-ui"})


POSTGRES = frozenset({"StatefulSet/temporal-postgres"})


ARCHIVE = frozenset({"StatefulSet/temporal-archive"})


OPENSEARCH = frozenset({"StatefulSet/temporal-opensearch"})


PROMETHEUS = frozenset({"StatefulSet/temporal-prometheus"})


ALERTMANAGER = frozenset({"StatefulSet/temporal-alertmanager"})


EXPORTER = frozenset({"Deployment/temporal-postgres-exporter"})


SEARCH_EXPORTER = frozenset({"Deployment/temporal-elasticsearch-exporter"})


AGENT = frozenset({"StatefulSet/temporal-agent"})


WATCHERS = ("prometheus", "alertmanager", "grafana")


DOCUMENTS = frozenset({"Deployment/documents"})


WEB = frozenset({"Deployment/web"})


TRACED = SERVICES | {"Deployment/notes"}


HISTORY = frozenset({"Deployment/temporal-history"})


NOBODY = frozenset[str]()
