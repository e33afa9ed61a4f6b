"""Proves what each part of an installation gets: its size's preset, with the file's own words over it."""

from settings.affinity import Toleration
from settings.plans import ServicePlan
from settings.references import SecretKey
from settings.sizes import SERVICE_NAMES, ServiceName
from tests.settings.cases import Case


def service(name: ServiceName, **said: object) -> ServicePlan:
    return Case(stack="existing", set={f"backend.services.{name}": said}).load().service(name)


def test_a_size_alone() -> None:
    plan = service("history")
    assert (plan.replicas, plan.pool, plan.visibility_pool) == (3, 50, 10)
    pod = plan.pod
    assert (pod.cpu_request, pod.cpu_limit, pod.memory_request, pod.memory_limit) == ("1", None, "4Gi", "4Gi")
    assert (pod.environment, pod.secret_environment) == ({}, {})
    assert (pod.scheduling.affinity, pod.scheduling.tolerations, pod.scheduling.priority_class) == (None, (), None)
    assert (pod.scheduling.node_selector, pod.scheduling.annotations) == ({}, {})


def test_a_service_has_words_of_its_own() -> None:
    plan = service(
        "history",
        replicas=5,
        pools={"default": 60},
        resources={"requests": {"cpu": "1500m"}, "limits": {"memory": "8Gi", "cpu": "2"}},
        environment={"LOG": "debug"},
        secretEnvironment={"TOKEN": {"secret": "tokens", "key": "history"}},
    )
    assert (plan.replicas, plan.pool, plan.visibility_pool) == (5, 60, 10)
    pod = plan.pod
    assert (pod.cpu_request, pod.cpu_limit, pod.memory_request, pod.memory_limit) == ("1500m", "2", "8Gi", "8Gi")
    assert pod.environment == {"LOG": "debug"}
    assert pod.secret_environment == {"TOKEN": SecretKey(secret="tokens", key="history")}


def test_other_services_keep_their_size() -> None:
    settings = Case(stack="existing", set={"backend.services.history.replicas": 5}).load()
    assert [settings.service(name).replicas for name in SERVICE_NAMES] == [3, 2, 5, 3, 2]


def test_a_memory_request_below_the_limit_is_kept() -> None:
    pod = service("history", resources={"requests": {"memory": "2Gi"}}).pod
    assert (pod.memory_request, pod.memory_limit) == ("2Gi", "4Gi")


def test_a_part_replaces_what_holds_for_all_pods_key_by_key() -> None:
    settings = Case(
        set={
            "kubernetes.pods": {
                "nodeSelector": {"pool": "temporal"},
                "tolerations": [{"operator": "Exists"}],
                "annotations": {"team": "platform"},
                "priorityClass": "high",
                "affinity": {"podAffinity": {}},
            },
            "backend.services.history": {
                "nodeSelector": {"pool": "history"},
                "tolerations": [],
                "annotations": {},
                "priorityClass": "highest",
                "affinity": {},
            },
            "access.ui.nodeSelector": {},
        }
    ).load()
    history, matching = settings.service("history").pod.scheduling, settings.service("matching").pod.scheduling
    assert (history.node_selector, history.tolerations, history.annotations) == ({"pool": "history"}, (), {})
    assert (history.priority_class, matching.priority_class) == ("highest", "high")
    assert history.affinity is not None
    assert history.affinity.pod_affinity is None
    assert matching.affinity is not None
    assert matching.affinity.pod_affinity is not None
    assert matching.tolerations == (Toleration(operator="Exists"),)
    assert matching.annotations == {"team": "platform"}
    places = {path: plan.scheduling.node_selector for path, plan in settings.pods()}
    assert places["access", "ui"] == {}
    assert places["database",] == {"pool": "temporal"} == settings.jobs().node_selector


def test_every_kind_of_pod_is_listed_once() -> None:
    services = [("backend", "services", name) for name in SERVICE_NAMES]
    assert [path for path, _ in Case().load().pods()] == [*services, ("access", "ui"), ("database",)]
    assert [path for path, _ in Case(stack="existing").load().pods()] == services


def test_the_web_ui_and_the_database_have_sizes_too() -> None:
    settings = Case(set={"access.ui.replicas": 2, "access.ui.resources": {"limits": {"memory": "256Mi"}}}).load()
    ui, database = settings.ui(), settings.in_cluster_database()
    assert ui is not None
    assert (ui[0], ui[1].cpu_request, ui[1].memory_request, ui[1].memory_limit) == (2, "20m", "256Mi", "256Mi")
    assert database is not None
    assert (database.cpu_request, database.memory_limit) == ("100m", "512Mi")
    assert Case(drop=["access.ui"]).load().ui() is None
    assert Case(stack="existing").load().in_cluster_database() is None


def test_how_pods_leave() -> None:
    """The sums are the server's own: what it sleeps after SIGTERM with these values."""
    settings = Case(stack="existing").load()
    plans = {name: settings.service(name).shutdown for name in SERVICE_NAMES}
    assert {name: (plan.leaves_in_ms, plan.grace_seconds) for name, plan in plans.items()} == {
        "frontend": (30_000, 75),
        "internal-frontend": (30_000, 75),
        "history": (17_000, 75),
        "matching": (15_000, 75),
        "worker": (2_000, 75),
    }
    assert {key: value for plan in plans.values() for key, value in plan.dynamic_config.items()} == {
        "frontend.shutdownFailHealthCheckDuration": "10s",
        "frontend.shutdownDrainDuration": "20s",
        "history.alignMembershipChange": "10s",
        "history.startupMembershipJoinDelay": "10s",
        "matching.alignMembershipChange": "10s",
    }


def test_a_small_installation_leaves_at_once() -> None:
    settings = Case().load()
    assert [settings.service(name).shutdown.leaves_in_ms for name in SERVICE_NAMES] == [1000, 1000, 2000, 2000, 2000]


def test_a_part_of_a_second_of_grace_is_a_whole_one_to_kubernetes() -> None:
    assert service("worker", shutdown={"gracePeriod": "2500ms"}).shutdown.grace_seconds == 3


def test_the_internal_frontend_leaves_as_the_frontend_does() -> None:
    said = {"frontend.shutdown": {"drain": "40s", "gracePeriod": "2m"}, "internal-frontend.shutdown.gracePeriod": "3m"}
    settings = Case(stack="existing", set={f"backend.services.{key}": value for key, value in said.items()}).load()
    plan = settings.service("internal-frontend").shutdown
    assert (plan.leaves_in_ms, plan.grace_seconds, plan.dynamic_config) == (50_000, 180, {})
