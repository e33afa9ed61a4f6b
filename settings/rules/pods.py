"""Resources, scheduling and environment of pods."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from settings.affinity import Affinity, Requirement, Toleration
from settings.backend import SelfHosted
from settings.monitoring.deployed import Deployed
from settings.monitoring.models import Monitoring
from settings.operated import Operated
from settings.pods import Pods, Scheduling
from settings.rules.contradiction import Contradiction
from settings.scalars import bytes_of, millicores_of
from settings.sizes import SERVICE_NAMES
from settings.visibility import OpenSearch
from settings.workload_plan import workload_plan

if TYPE_CHECKING:
    from settings.model import Settings
    from settings.plans import PodPlan

Location = tuple[int | str, ...]

SET_BY_THE_PLATFORM: Final[Mapping[str, frozenset[str]]] = {
    "server": frozenset(
        {
            "POD_IP",
            "GOMEMLIMIT",
            "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
            "OTEL_GO_X_CARDINALITY_LIMIT",
            "OTEL_RESOURCE_ATTRIBUTES",
            "OTEL_RESOURCE_ATTRIBUTES_POD_NAME",
            "OTEL_TRACES_EXPORTER",
            "OTEL_TRACES_SAMPLER",
            "OTEL_TRACES_SAMPLER_ARG",
            "TEMPORAL_DATABASE_ADDRESS",
            "TEMPORAL_SERVICES",
            "TEMPORAL_SERVER_CONFIG_FILE_PATH",
            "TEMPORAL_VERSION_CHECK_DISABLED",
            "TEMPORAL_VISIBILITY_HOST",
            "TEMPORAL_VISIBILITY_PASSWORD",
            "TEMPORAL_SECONDARY_VISIBILITY_HOST",
            "TEMPORAL_SECONDARY_VISIBILITY_PASSWORD",
        }
    ),
    "ui": frozenset(
        {
            "TEMPORAL_ADDRESS",
            "TEMPORAL_UI_PORT",
            "TEMPORAL_TLS_CA",
            "TEMPORAL_TLS_CERT",
            "TEMPORAL_TLS_KEY",
            "TEMPORAL_TLS_SERVER_NAME",
            "TEMPORAL_TLS_ENABLE_HOST_VERIFICATION",
            "TEMPORAL_UI_SERVER_TLS_CERT",
            "TEMPORAL_UI_SERVER_TLS_KEY",
        }
    ),
    "database": frozenset({"PGDATA", "POSTGRES_PASSWORD_FILE"}),
    "operated": frozenset(
        {
            "CLUSTER_NAME",
            "KUBERNETES_LABELS",
            "KUBERNETES_ROLE_LABEL",
            "KUBERNETES_SCOPE_LABEL",
            "NAMESPACE",
            "PGDATA",
            "PGDATABASE",
            "PGHOST",
            "PGPASSWORD",
            "PGPORT",
            "PGROOT",
            "PGUSER",
            "PGVERSION",
            "POD_IP",
            "POD_NAME",
            "POD_NAMESPACE",
            "SCOPE",
            "SPILO_CONFIGURATION",
        }
    ),
    "search": frozenset({"DISABLE_INSTALL_DEMO_CONFIG", "OPENSEARCH_JAVA_OPTS"}),
    "archive": frozenset(
        {
            "ROOT_ACCESS_KEY",
            "ROOT_SECRET_KEY",
            "VGW_CERT",
            "VGW_HEALTH",
            "VGW_KEY",
            "VGW_META_SIDECAR",
            "VGW_PORT",
            "VGW_REGION",
        }
    ),
    "grafana": frozenset(
        {
            "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES",
            "GF_ANALYTICS_CHECK_FOR_UPDATES",
            "GF_ANALYTICS_REPORTING_ENABLED",
            "GF_AUTH_ANONYMOUS_ENABLED",
            "GF_LOG_CONSOLE_FORMAT",
            "GF_NEWS_NEWS_FEED_ENABLED",
            "GF_PATHS_PROVISIONING",
            "GF_PLUGINS_PREINSTALL_DISABLED",
            "GF_SECURITY_ADMIN_PASSWORD__FILE",
            "GF_SECURITY_ADMIN_USER",
            "GF_SECURITY_COOKIE_SECURE",
            "GF_SECURITY_DISABLE_GRAVATAR",
            "GF_SECURITY_STRICT_TRANSPORT_SECURITY",
            "GF_SERVER_CERT_FILE",
            "GF_SERVER_CERT_KEY",
            "GF_SERVER_PROTOCOL",
            "GF_SERVER_ROOT_URL",
            "GF_USERS_ALLOW_SIGN_UP",
        }
    ),
}
"""Environment variables that each kind of pod gets from the platform; a test holds it against the pods. Those of
`operated` pods are their operator's. Of workloads whole beginnings are taken: rules/workloads.py."""


def requests_fit_limits(settings: "Settings") -> Iterator[Contradiction]:
    """A request above its limit is refused by Kubernetes, here with the size's figures in view."""
    plans: dict[Location, PodPlan] = {
        **dict(settings.pods()),
        **{("workloads", index): workload_plan(said).pod for index, said in enumerate(settings.workloads)},
    }
    for location, kind, pods in _said(settings):
        plan, requests, limits = plans[location], pods.resources.requests, pods.resources.limits
        whose = "a workload" if kind == "workload" else "this size"
        if bytes_of(plan.memory_request) > bytes_of(plan.memory_limit):
            yield Contradiction(
                location=(*location, "resources", "requests", "memory"),
                found=plan.memory_request,
                allowed=f"at most {'limits.memory' if limits.memory else f'the memory limit of {whose}'}",
                figures=f", which is {plan.memory_limit}",
            )
        if plan.cpu_limit and millicores_of(plan.cpu_request) > millicores_of(plan.cpu_limit):
            yield Contradiction(
                location=(*location, "resources", "limits", "cpu"),
                found=plan.cpu_limit,
                allowed=f"at least {'requests.cpu' if requests.cpu else f'the CPU request of {whose}'}",
                figures=f", which is {plan.cpu_request}",
            )


def environments_are_ours_to_add_to(settings: "Settings") -> Iterator[Contradiction]:
    """What the platform sets cannot be set again, and no variable has two values."""
    for location, kind, pods in _said(settings):
        for key, names in (("environment", pods.environment), ("secretEnvironment", pods.secret_environment)):
            for name in sorted(SET_BY_THE_PLATFORM.get(kind, frozenset()) & names.keys()):
                yield Contradiction(
                    location=(*location, key, name),
                    found=name,
                    instead="not here",
                    allowed="any variable but those that the platform sets itself",
                )
        for name in sorted(pods.environment.keys() & pods.secret_environment.keys()):
            yield Contradiction(
                location=(*location, "secretEnvironment", name),
                found=name,
                instead="not here",
                allowed="any variable that environment does not set too",
            )


def scheduling_means_something(settings: "Settings") -> Iterator[Contradiction]:
    """Combinations that Kubernetes refuses when the pod is made, long after the preview."""
    said: list[tuple[Location, Scheduling]] = [(("kubernetes", "pods"), settings.kubernetes.pods)]
    said += [(location, pods) for location, _, pods in _said(settings)]
    for location, scheduling in said:
        for index, toleration in enumerate(scheduling.tolerations or ()):
            yield from _toleration((*location, "tolerations", index), toleration)
        if scheduling.affinity:
            yield from _affinity((*location, "affinity"), scheduling.affinity)


_ALONE: Final[Mapping[str, str]] = {
    "database": "the services and the UI, which have several pods; this database is one",
    "archive": "the services and the UI, which have several pods; this archive is one",
    "search": "several nodes (3 or 5), which can be kept apart; this is one",
    "prometheus": "the services and the UI, which have several pods; this Prometheus is one",
    "alertmanager": "the services and the UI, which have several pods; this Alertmanager is one",
    "grafana": "the services and the UI, which have several pods; this Grafana is one",
    "agent": "the services and the UI, which have several pods; this agent is one",
}


def only_several_pods_spread(settings: "Settings") -> Iterator[Contradiction]:
    """One pod has nothing to keep apart from."""
    visibility = settings.visibility
    several = {"search"} if isinstance(visibility, OpenSearch) and visibility.nodes > 1 else set()
    for location, kind, pods in _said(settings):
        if kind in _ALONE.keys() - several and (pods.spread.zones or pods.spread.hosts):
            yield Contradiction(
                location=(*location, "spread"),
                found=pods.spread.model_dump(exclude_none=True),
                instead="not here",
                allowed=_ALONE[kind],
            )


def _said(settings: "Settings") -> Iterator[tuple[Location, str, Pods]]:
    if isinstance(settings.backend, SelfHosted):
        yield from _of_a_server(settings, settings.backend)
    for index, workload in enumerate(settings.workloads):
        yield ("workloads", index), "workload", workload


def _of_a_server(settings: "Settings", backend: SelfHosted) -> Iterator[tuple[Location, str, Pods]]:
    for name in SERVICE_NAMES:
        yield ("backend", "services", name), "server", backend.services.of(name)
    if settings.access.ui:
        yield ("access", "ui"), "ui", settings.access.ui
    if isinstance(settings.database, Pods):
        kind = "operated" if isinstance(settings.database, Operated) else "database"
        yield ("database",), kind, settings.database
    if isinstance(settings.visibility, Pods):
        yield ("visibility",), "search", settings.visibility
    if isinstance(settings.archival, Pods):
        yield ("archival",), "archive", settings.archival
    yield from _watchers(settings.monitoring)


def _watchers(said: Monitoring) -> Iterator[tuple[Location, str, Pods]]:
    for part, pods in said.parts().items() if isinstance(said, Deployed) else ():
        yield ("monitoring", part), part, pods


def _toleration(location: Location, toleration: Toleration) -> Iterator[Contradiction]:
    if toleration.operator == "Exists" and toleration.value is not None:
        yield Contradiction(
            location=(*location, "value"), found=toleration.value, allowed="no value with operator Exists"
        )
    if toleration.operator == "Equal" and toleration.key is None:
        yield Contradiction(
            location=(*location, "key"), found=None, allowed="a key, or operator Exists for every taint"
        )
    if toleration.toleration_seconds is not None and toleration.effect != "NoExecute":
        yield Contradiction(
            location=(*location, "tolerationSeconds"),
            found=toleration.toleration_seconds,
            allowed="only with effect NoExecute",
        )


def _affinity(location: Location, affinity: Affinity) -> Iterator[Contradiction]:
    required, preferred = (f"{when}DuringSchedulingIgnoredDuringExecution" for when in ("required", "preferred"))
    nodes = affinity.node_affinity
    if nodes and nodes.required_during_scheduling_ignored_during_execution:
        terms = nodes.required_during_scheduling_ignored_during_execution.node_selector_terms
        at = (*location, "nodeAffinity", required, "nodeSelectorTerms")
        if not terms:
            yield Contradiction(location=at, found=[], allowed="at least one term")
        for index, term in enumerate(terms):
            yield from _requirements((*at, index, "matchExpressions"), term.match_expressions, for_nodes=True)
    for index, wish in enumerate(nodes.preferred_during_scheduling_ignored_during_execution if nodes else ()):
        at = (*location, "nodeAffinity", preferred, index, "preference", "matchExpressions")
        yield from _requirements(at, wish.preference.match_expressions, for_nodes=True)
    for key, pods in (("podAffinity", affinity.pod_affinity), ("podAntiAffinity", affinity.pod_anti_affinity)):
        for index, pod_term in enumerate(pods.required_during_scheduling_ignored_during_execution if pods else ()):
            at = (*location, key, required, index, "labelSelector", "matchExpressions")
            yield from _requirements(at, pod_term.label_selector.match_expressions, for_nodes=False)
        for index, pod_wish in enumerate(pods.preferred_during_scheduling_ignored_during_execution if pods else ()):
            at = (*location, key, preferred, index, "podAffinityTerm", "labelSelector", "matchExpressions")
            yield from _requirements(at, pod_wish.pod_affinity_term.label_selector.match_expressions, for_nodes=False)


def _requirements(
    location: Location, requirements: tuple[Requirement, ...], *, for_nodes: bool
) -> Iterator[Contradiction]:
    for index, requirement in enumerate(requirements):
        operator, count = requirement.operator, len(requirement.values)
        at: Location = (*location, index, "values")
        if operator in ("Gt", "Lt") and not for_nodes:
            yield Contradiction(
                location=(*location, index, "operator"),
                found=operator,
                allowed="In, NotIn, Exists or DoesNotExist for pods; Gt and Lt are for nodes",
            )
        elif operator in ("Exists", "DoesNotExist") and count:
            yield Contradiction(location=at, found=list(requirement.values), allowed=f"none with operator {operator}")
        elif operator in ("In", "NotIn") and not count:
            yield Contradiction(location=at, found=[], allowed=f"at least one with operator {operator}")
        elif operator in ("Gt", "Lt") and not (count == 1 and requirement.values[0].isdigit()):
            yield Contradiction(
                location=at, found=list(requirement.values), allowed=f"one whole number with operator {operator}"
            )


RULES = (
    requests_fit_limits,
    environments_are_ours_to_add_to,
    scheduling_means_something,
    only_several_pods_spread,
)
"""For whatever backend."""
