"""Proves what each part of an installation gets: its size's preset, with the file's own words over it."""

import pytest

from settings import queries
from settings.affinity import Toleration
from settings.disruption import USUAL, DisruptionBudget
from settings.opensearch_memory import heap_mib
from settings.plans import ServicePlan
from settings.references import SecretKey
from settings.sizes import SERVICE_NAMES, ServiceName
from settings.workload_plan import WorkloadPlan, workload_plan
from tests.settings.cases import Case


def service(name: ServiceName, **said: object) -> ServicePlan:
    return Case(stack="existing", set={f"backend.services.{name}": said}).load_server().service(name)


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
    settings = Case(stack="existing", set={"backend.services.history.replicas": 5}).load_server()
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
    ).load_server()
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
    assert [path for path, _ in Case().load_server().pods()] == [*services, ("access", "ui"), ("database",)]
    assert [path for path, _ in Case(stack="existing").load_server().pods()] == services
    assert [path for path, _ in Case(stack="search").load_server().pods()] == services
    opensearch = {"visibility": {"kind": "opensearch"}}
    assert [path for path, _ in Case(stack="existing", set=opensearch).load_server().pods()] == [
        *services,
        ("visibility",),
    ]


def test_the_web_ui_and_the_database_have_sizes_too() -> None:
    settings = Case(set={"access.ui.replicas": 2, "access.ui.resources": {"limits": {"memory": "256Mi"}}}).load_server()
    ui, database = settings.ui(), settings.in_cluster_database()
    assert ui is not None
    assert (ui.replicas, ui.budget) == (2, USUAL)
    assert (ui.pod.cpu_request, ui.pod.memory_request, ui.pod.memory_limit) == ("20m", "256Mi", "256Mi")
    assert database is not None
    assert (database.cpu_request, database.memory_limit) == ("100m", "896Mi")
    assert Case(drop=["access.ui"]).load_server().ui() is None
    assert Case(stack="existing").load_server().in_cluster_database() is None


def test_the_search_nodes_have_sizes_too() -> None:
    alone = Case(set={"visibility": {"kind": "opensearch"}}).load_server().in_cluster_search()
    assert alone is not None
    assert (alone.budget, alone.pod.cpu_request, alone.pod.memory_limit) == (None, "100m", "1Gi")
    said = {"kind": "opensearch", "nodes": 3, "priorityClass": "high", "resources": {"limits": {"memory": "8Gi"}}}
    several = Case(stack="existing", set={"visibility": said}).load_server().in_cluster_search()
    assert several is not None
    assert several.budget == USUAL
    assert (several.pod.cpu_request, several.pod.memory_request, several.pod.memory_limit) == ("1", "8Gi", "8Gi")
    assert several.pod.scheduling.priority_class == "high"
    budget = {"kind": "opensearch", "nodes": 5, "disruptionBudget": {"minAvailable": 3}}
    careful = Case(stack="existing", set={"visibility": budget}).load_server().in_cluster_search()
    assert careful is not None
    assert careful.budget == DisruptionBudget.model_validate({"minAvailable": 3})
    assert Case(stack="search").load_server().in_cluster_search() is None
    assert Case().load_server().in_cluster_search() is None


@pytest.mark.parametrize(
    ("limit", "heap"), [("768Mi", 256), ("1Gi", 512), ("1536Mi", 768), ("2G", 953), ("4Gi", 2048), ("100Gi", 31744)]
)
def test_half_of_a_search_node_is_heap_as_far_as_java_gets_along_beside_it(limit: str, heap: int) -> None:
    assert heap_mib(limit) == heap


def test_a_search_store_takes_no_connections_of_the_database() -> None:
    pools = {"backend.services.history.pools": {"default": 60}}
    plan = Case(stack="search", set=pools).load_server().service("history")
    assert (plan.pool, plan.visibility_pool) == (60, 0)


def test_how_pods_leave() -> None:
    """The sums are the server's own: what it sleeps after SIGTERM with these values."""
    settings = Case(stack="existing").load_server()
    plans = {name: settings.service(name).shutdown for name in SERVICE_NAMES}
    assert {name: (plan.leaves_in_ms, plan.grace_seconds) for name, plan in plans.items()} == {
        "frontend": (30_000, 75),
        "internal-frontend": (30_000, 75),
        "history": (23_600, 75),
        "matching": (21_600, 75),
        "worker": (2_000, 75),
    }
    assert {key: value for plan in plans.values() for key, value in plan.dynamic_config.items()} == {
        "frontend.shutdownFailHealthCheckDuration": "10s",
        "frontend.shutdownDrainDuration": "20s",
        "history.alignMembershipChange": "10s",
        "history.startupMembershipJoinDelay": "0s",
        "matching.alignMembershipChange": "10s",
    }


def test_a_small_installation_leaves_at_once() -> None:
    settings = Case().load_server()
    assert [settings.service(name).shutdown.leaves_in_ms for name in SERVICE_NAMES] == [1000, 1000, 2000, 2000, 2000]


def test_a_part_of_a_second_of_grace_is_a_whole_one_to_kubernetes() -> None:
    assert service("worker", shutdown={"gracePeriod": "2500ms"}).shutdown.grace_seconds == 3


def test_the_internal_frontend_leaves_as_the_frontend_does() -> None:
    said = {"frontend.shutdown": {"drain": "40s", "gracePeriod": "2m"}, "internal-frontend.shutdown.gracePeriod": "3m"}
    settings = Case(
        stack="existing", set={f"backend.services.{key}": value for key, value in said.items()}
    ).load_server()
    plan = settings.service("internal-frontend").shutdown
    assert (plan.leaves_in_ms, plan.grace_seconds, plan.dynamic_config) == (50_000, 180, {})


def test_how_pods_are_replaced() -> None:
    """Each has had its time to settle: history until it owns shards, whatever the kubelet sees. 684 s are for three."""
    settings = Case(stack="existing").load_server()
    plans = {name: settings.service(name).rollout for name in SERVICE_NAMES}
    assert {(plan.max_surge, plan.max_unavailable, plan.extra_pods) for plan in plans.values()} == {(1, 0, 1)}
    assert {name: (plan.min_ready, plan.deadline) for name, plan in plans.items()} == {
        "frontend": (10, 615),
        "internal-frontend": (10, 600),
        "history": (23, 654),
        "matching": (18, 639),
        "worker": (10, 600),
    }


def test_a_small_installation_is_replaced_at_once() -> None:
    settings = Case().load_server()
    assert [settings.service(name).rollout.min_ready for name in SERVICE_NAMES] == [0] * 5
    assert [settings.service(name).rollout.deadline for name in SERVICE_NAMES] == [600] * 5


def test_a_services_own_shutdown_is_part_of_how_it_settles() -> None:
    said = {"align": "1s", "joinDelay": "1500ms", "gracePeriod": "2m"}
    plan = service("history", shutdown=said).rollout
    assert (plan.min_ready, plan.deadline) == (16, 3 * (16 + 120 + 120))
    assert service("matching", shutdown={"align": "1s"}).rollout.min_ready == 9


def test_a_rollout_of_its_own() -> None:
    plan = service("worker", rollout={"maxSurge": "50%", "maxUnavailable": "25%", "minReady": "1500ms"}).rollout
    assert (plan.max_surge, plan.max_unavailable, plan.min_ready, plan.extra_pods) == ("50%", "25%", 2, 1)
    assert service("history", replicas=5, rollout={"maxSurge": "30%"}).rollout.extra_pods == 2
    assert service("history", rollout={"maxSurge": 0, "maxUnavailable": 1}).rollout.extra_pods == 0
    assert service("history", rollout={"minReady": "0s"}).rollout.min_ready == 0


def test_no_deadline_is_longer_than_kubernetes_can_count() -> None:
    assert service("history", shutdown={"gracePeriod": "99999d"}).rollout.deadline == 2**31 - 1


def test_budgets_where_there_are_several_pods() -> None:
    production, dev = Case(stack="existing").load_server(), Case().load_server()
    assert [production.service(name).budget for name in SERVICE_NAMES] == [USUAL] * 5
    assert [dev.service(name).budget for name in SERVICE_NAMES] == [None] * 5
    ui = dev.ui()
    assert ui is not None
    assert ui.budget is None
    own = {"minAvailable": 2}
    assert service("history", disruptionBudget=own).budget == DisruptionBudget.model_validate(own)
    assert service("worker", replicas=1).budget is None
    scaled = Case(set={"backend.services.history.autoscaling": {"min": 1, "max": 2}}).load_server().service("history")
    assert scaled.budget == USUAL


def test_an_autoscaled_service_starts_with_the_fewest_and_counts_with_the_most() -> None:
    said = {"database.maxConnections": 2000, "backend.services.history.autoscaling": {"min": 2, "max": 7}}
    plan = Case(stack="existing", set=said).load_server().service("history")
    assert plan.autoscaling is not None
    assert (plan.replicas, plan.most, plan.autoscaling.cpu) == (2, 7, 70)
    assert plan.rollout.deadline == 7 * (23 + 120 + 75)
    fixed = service("history", replicas=4)
    assert (fixed.autoscaling, fixed.replicas, fixed.most) == (None, 4, 4)


def test_a_part_spreads_in_its_own_way_key_by_key() -> None:
    said = {
        "kubernetes.pods": {"spread": {"zones": "required"}},
        "backend.services.history.spread": {"hosts": "required"},
        "backend.services.worker.spread": {"zones": "off", "hosts": "off"},
    }
    settings = Case(set=said).load_server()
    found = {name: settings.service(name).pod.scheduling for name in SERVICE_NAMES}
    assert {name: (plan.zones, plan.hosts) for name, plan in found.items()} == {
        "frontend": ("required", "preferred"),
        "internal-frontend": ("required", "preferred"),
        "history": ("required", "required"),
        "matching": ("required", "preferred"),
        "worker": ("off", "off"),
    }
    plain = Case().load_server().service("history").pod.scheduling
    assert (plain.zones, plain.hosts) == ("preferred", "preferred")


def test_shares_of_the_query_budget() -> None:
    """Frontends and internal frontends read one key and each count their own pods: half of the share for either."""
    assert queries.dynamic_config(None) == {}
    found = queries.dynamic_config(10_000)
    assert found == {
        "history.persistenceGlobalMaxQPS": 6000,
        "matching.persistenceGlobalMaxQPS": 2000,
        "frontend.persistenceGlobalMaxQPS": 750,
        "worker.persistenceGlobalMaxQPS": 500,
    }
    assert sum(found.values()) + found["frontend.persistenceGlobalMaxQPS"] == 10_000
    assert sum(share.percent for share in queries.SHARES.values()) == 100
    assert {name for share in queries.SHARES.values() for name in share.services} == set(SERVICE_NAMES)


def workload(number: int, **said: object) -> WorkloadPlan:
    settings = Case(
        stack="workloads", set={f"workloads.{number}.{key}": value for key, value in said.items()}
    ).load_server()
    return workload_plan(settings.workloads[number])


def test_a_worker_is_told_what_its_keys_say() -> None:
    assert workload(0).variables == {
        "TEMPORAL_GRACEFUL_SHUTDOWN_SECONDS": "90",
        "TEMPORAL_METRICS_ADDRESS": "0.0.0.0:9464",
        "TEMPORAL_TASK_QUEUE": "document-processing",
        "TEMPORAL_MAX_CONCURRENT_WORKFLOW_TASKS": "200",
        "TEMPORAL_MAX_CONCURRENT_ACTIVITIES": "100",
        "TEMPORAL_MAX_CONCURRENT_LOCAL_ACTIVITIES": "50",
        "TEMPORAL_MAX_CONCURRENT_WORKFLOW_TASK_POLLS": "10",
        "TEMPORAL_MAX_CONCURRENT_ACTIVITY_TASK_POLLS": "5",
    }
    assert workload(2).variables == {"TEMPORAL_GRACEFUL_SHUTDOWN_SECONDS": "30", "TEMPORAL_TASK_QUEUE": "least"}
    assert workload(1).variables == {"TEMPORAL_GRACEFUL_SHUTDOWN_SECONDS": "30", "PORT": "8000"}


def test_workloads_have_numbers_of_pods() -> None:
    """An autoscaler's fewest to begin with; a budget wherever there may be several."""
    scaled, api, least = workload(0), workload(1), workload(2)
    assert (scaled.replicas, scaled.most, scaled.budget) == (0, 8, USUAL)
    assert (api.replicas, api.most, api.budget) == (2, 2, USUAL)
    assert (least.replicas, least.most, least.budget) == (1, 1, None)


@pytest.mark.parametrize(("said", "worker", "api"), [("90s", 100, 105), ("1500ms", 12, 17), ("0s", 10, 15)])
def test_a_pod_is_killed_after_its_shutdown(said: str, worker: int, api: int) -> None:
    """An API goes on for five seconds before it begins."""
    assert [workload(number, gracefulShutdown=said).grace_seconds for number in (0, 1)] == [worker, api]
    assert workload(0, gracefulShutdown=said).variables["TEMPORAL_GRACEFUL_SHUTDOWN_SECONDS"] == str(worker - 10)


def test_a_rollout_has_time_for_its_pods() -> None:
    """Four rounds of a quarter of them each, or as many as there are pods, and one more."""
    assert workload(0).deadline == 5 * (120 + 120 + 100)
    assert workload(1, gracefulShutdown="10m").deadline == 3 * (120 + 60 + 615)
    assert workload(2).deadline == 600


def test_a_volume_of_one_pod_is_handed_over() -> None:
    volume = {"kind": "claim", "name": "data", "path": "/data", "size": "1Gi"}
    assert workload(2, volumes=[volume]).is_alone
    given = {"kind": "existing-claim", "name": "models", "claim": "models", "path": "/models"}
    assert workload(2, volumes=[given], application="shop").is_alone
    assert not workload(2, volumes=[{**volume, "accessMode": "ReadWriteMany"}]).is_alone
    assert not workload(0).is_alone


def test_what_holds_for_the_installations_pods_is_not_for_workloads() -> None:
    everywhere = {"nodeSelector": {"pool": "temporal"}, "priorityClass": "high", "spread": {"zones": "required"}}
    settings = Case(stack="workloads", set={"kubernetes.pods": everywhere}).load_server()
    scheduling = workload_plan(settings.workloads[2]).pod.scheduling
    assert (scheduling.node_selector, scheduling.priority_class, scheduling.zones) == ({}, None, "preferred")


def test_spot_nodes_are_found_by_their_labels() -> None:
    """Those of EKS' node groups and those of Karpenter; what is said of other pods stays."""
    labels = [("eks.amazonaws.com/capacityType", "SPOT"), ("karpenter.sh/capacity-type", "spot")]
    terms = [{"matchExpressions": [{"key": key, "operator": "In", "values": [value]}]} for key, value in labels]
    said = {
        "preferred": {
            "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "preference": term} for term in terms]
        },
        "required": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}},
    }
    for word, nodes in said.items():
        affinity = workload(2, spot=word).pod.scheduling.affinity
        assert affinity is not None
        assert affinity.model_dump(mode="json", by_alias=True, exclude_defaults=True) == {"nodeAffinity": nodes}
    both = workload(2, spot="required", affinity={"podAffinity": {}}).pod.scheduling.affinity
    assert both is not None
    assert both.node_affinity is not None
    assert both.pod_affinity is not None
    assert workload(2, spot="off").pod.scheduling.affinity is None
