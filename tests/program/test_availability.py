"""Proves how pods are replaced, evicted, spread and counted, from the objects the engine would get.

The proof ends there: what Kubernetes makes of them is seen on a cluster. That the engine leaves an autoscaled number of
pods alone is proven in tests/cluster/test_standin_cases.py.
"""

from typing import Any

import pytest
import yaml

from tests.program import recording, stacks
from tests.program.recording import Recording

SERVICES = ("frontend", "internal-frontend", "history", "matching", "worker")
SELECTOR = {"app.kubernetes.io/instance": "local"}


def _stack(**changes: Any) -> dict[str, Any]:
    return stacks.changed(stacks.local(), database__maxConnections=2000, **changes)


@pytest.fixture(scope="module")
def production() -> Recording:
    return recording.run(_stack(size="production"))


@pytest.fixture(scope="module")
def autoscaled() -> Recording:
    pods = {"frontend": (2, 6), "matching": (1, 2), "history": (3, 10)}
    said = {name: {"autoscaling": {"min": least, "max": most, "cpu": 60}} for name, (least, most) in pods.items()}
    return recording.run(_stack(size="production", backend__services=said))


def _deployment(found: Recording, service: str) -> dict[str, Any]:
    spec: dict[str, Any] = found.objects("Deployment")[f"temporal-{service}"]["spec"]
    return spec


def _replacing(found: Recording, service: str) -> tuple[Any, ...]:
    spec = _deployment(found, service)
    assert spec["strategy"]["type"] == "RollingUpdate"
    rolling = spec["strategy"]["rollingUpdate"]
    patience = found.of("kubernetes:apps/v1:Deployment")[f"temporal-server-{service}"].patience
    assert patience == f"{spec['progressDeadlineSeconds']:.0f}s"
    return rolling["maxSurge"], rolling["maxUnavailable"], spec["minReadySeconds"], spec["progressDeadlineSeconds"]


def test_rollouts(local: Recording, production: Recording) -> None:
    """No pod is missing, one more is there, each gets the time to own its part, and the engine waits for all."""
    assert {_replacing(local, name) for name in SERVICES} == {(1, 0, 0, 600)}
    assert {name: _replacing(production, name) for name in SERVICES} == {
        "frontend": (1, 0, 10, 615),
        "internal-frontend": (1, 0, 10, 600),
        "history": (1, 0, 23, 654),
        "matching": (1, 0, 18, 639),
        "worker": (1, 0, 10, 600),
    }


def test_a_rollout_of_its_own() -> None:
    said = {"maxSurge": "50%", "maxUnavailable": 1, "minReady": "1m"}
    found = recording.run(_stack(backend__services__history={"replicas": 4, "rollout": said}))
    assert _replacing(found, "history") == ("50%", 1, 60, 4 * (60 + 120 + 30))


@pytest.mark.parametrize("service", SERVICES)
def test_a_pod_is_ready_when_its_port_is_settled(local: Recording, service: str) -> None:
    [container] = local.pods()[f"Deployment/temporal-{service}"]["containers"]
    port = {"tcpSocket": {"port": "grpc"}}
    assert container["readinessProbe"] == {**port, "periodSeconds": 2, "successThreshold": 2}
    assert container["startupProbe"] == {**port, "periodSeconds": 1, "failureThreshold": 120}
    assert container["livenessProbe"] == {**port, "periodSeconds": 10, "failureThreshold": 6}


def _budgets(found: Recording) -> dict[str, dict[str, Any]]:
    """What budgets say, by their name; that they find exactly the pods they are named after is seen here."""
    said = {}
    for name, budget in found.objects("PodDisruptionBudget").items():
        spec = dict(budget["spec"])
        assert spec.pop("selector") == _deployment(found, name.removeprefix("temporal-"))["selector"]
        assert spec.pop("unhealthyPodEvictionPolicy") == "AlwaysAllow"
        said[name] = spec
    return said


def test_an_eviction_takes_one_of_several_pods(local: Recording, production: Recording) -> None:
    assert _budgets(local) == {}
    assert _budgets(production) == {f"temporal-{name}": {"maxUnavailable": 1} for name in (*SERVICES, "ui")}


def test_budgets_of_their_own() -> None:
    said = {"history": {"replicas": 3, "disruptionBudget": {"minAvailable": 2}}, "worker": {"replicas": 1}}
    found = recording.run(
        _stack(size="production", backend__services=said, access__ui__disruptionBudget={"maxUnavailable": 2})
    )
    budgets = _budgets(found)
    assert (budgets["temporal-history"], budgets["temporal-ui"]) == ({"minAvailable": 2}, {"maxUnavailable": 2})
    assert "temporal-worker" not in budgets


def _spreads(found: Recording) -> dict[str, list[dict[str, Any]]]:
    key = "topologySpreadConstraints"
    return {name: pod[key] for name, pod in found.pods().items() if key in pod}


def _spread(component: str, key: str, unsatisfiable: str) -> dict[str, Any]:
    return {
        "maxSkew": 1,
        "topologyKey": key,
        "whenUnsatisfiable": unsatisfiable,
        "labelSelector": {"matchLabels": {**SELECTOR, "app.kubernetes.io/name": f"temporal-{component}"}},
        "matchLabelKeys": ["pod-template-hash"],
        "nodeTaintsPolicy": "Honor",
    }


ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"


def test_pods_of_one_part_should_be_apart(local: Recording) -> None:
    """Services and the UI; a job and the database are one pod."""
    assert _spreads(local) == {
        f"Deployment/temporal-{name}": [_spread(name, key, "ScheduleAnyway") for key in (ZONE, HOST)]
        for name in (*SERVICES, "ui")
    }


def test_spreads_that_are_required_or_off() -> None:
    found = recording.run(
        _stack(
            kubernetes__pods={"spread": {"zones": "required", "hosts": "off"}},
            backend__services__history={"spread": {"hosts": "required"}},
            access__ui__spread={"zones": "off"},
        )
    )
    assert _spreads(found) == {
        **{
            f"Deployment/temporal-{name}": [_spread(name, ZONE, "DoNotSchedule")]
            for name in SERVICES
            if name != "history"
        },
        "Deployment/temporal-history": [_spread("history", key, "DoNotSchedule") for key in (ZONE, HOST)],
    }


def test_autoscalers(local: Recording, production: Recording, autoscaled: Recording) -> None:
    """History moves one pod at a time, and down only after a quiet while."""
    assert local.objects("HorizontalPodAutoscaler") == production.objects("HorizontalPodAutoscaler") == {}
    found = autoscaled.objects("HorizontalPodAutoscaler")
    behavior = {name: scaler["spec"]["behavior"] for name, scaler in found.items()}
    others = {
        name: {key: value for key, value in scaler["spec"].items() if key != "behavior"}
        for name, scaler in found.items()
    }
    assert others == {
        f"temporal-{name}": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": f"temporal-{name}"},
            "minReplicas": least,
            "maxReplicas": most,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}},
                }
            ],
        }
        for name, least, most in (("frontend", 2, 6), ("matching", 1, 2), ("history", 3, 10))
    }
    assert behavior["temporal-history"] == {
        "scaleUp": _pace(1, 60, 0),
        "scaleDown": _pace(1, 300, 600),
    }
    assert behavior["temporal-matching"] == {"scaleUp": _pace(1, 60, 0), "scaleDown": _pace(1, 120, 300)}
    assert behavior["temporal-frontend"] == {"scaleUp": _pace(2, 60, 0), "scaleDown": _pace(1, 60, 300)}


def _pace(pods: int, seconds: int, calm: int) -> dict[str, Any]:
    policies = [{"type": "Pods", "value": pods, "periodSeconds": seconds}]
    return {"stabilizationWindowSeconds": calm, "policies": policies}


def test_the_engine_leaves_an_autoscaled_number_of_pods_alone(production: Recording, autoscaled: Recording) -> None:
    """A new Deployment starts with the fewest. Matching, of one pod at least, has a budget as it may have several."""
    before = production.of("kubernetes:apps/v1:Deployment")
    after = autoscaled.of("kubernetes:apps/v1:Deployment")
    assert {name for name, deployment in before.items() if deployment.ignored} == set()
    assert {name: deployment.ignored for name, deployment in after.items() if deployment.ignored} == {
        f"temporal-server-{name}": ("spec.replicas",) for name in ("frontend", "matching", "history")
    }
    assert [_deployment(autoscaled, name)["replicas"] for name in ("frontend", "matching", "history")] == [2, 1, 3]
    assert _budgets(autoscaled).keys() == _budgets(production).keys()


def _variables(found: Recording, service: str) -> dict[str, Any]:
    [container] = found.pods()[f"Deployment/temporal-{service}"]["containers"]
    return {variable["name"]: variable.get("value", variable.get("valueFrom")) for variable in container["env"]}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"resources": {"requests": {"cpu": "50m"}}}, "1"),
        ({"resources": {"requests": {"cpu": "250m"}}}, "1"),
        ({"resources": {"requests": {"cpu": "251m"}}}, "2"),
        ({"resources": {"requests": {"cpu": "1.5"}}}, "6"),
        ({"resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "4"}}}, None),
        ({"environment": {"GOMAXPROCS": "7"}}, "7"),
        (
            {"secretEnvironment": {"GOMAXPROCS": {"secret": "go", "key": "procs"}}},
            {"secretKeyRef": {"name": "go", "key": "procs"}},
        ),
    ],
)
def test_threads_follow_the_cpu_request(said: dict[str, Any], expected: Any) -> None:
    """Without a limit Go sees every core of the node; with one it follows it by itself."""
    found = recording.run(_stack(kubernetes__createNamespace=False, backend__services__matching=said))
    assert _variables(found, "matching").get("GOMAXPROCS") == expected
    assert _variables(found, "history")["GOMAXPROCS"] == "1"


def _dynamic_config(found: Recording) -> dict[str, Any]:
    text = found.objects("ConfigMap")["temporal-dynamic-config"]["data"]["dynamic.yaml"]
    config: dict[str, Any] = yaml.safe_load(text)
    return config


def test_histories_caches_are_half_of_its_memory(production: Recording) -> None:
    """Of 4 GiB; in bytes, for a number of workflows says nothing of their size."""
    found = _dynamic_config(production)
    assert found["history.cacheSizeBasedLimit"] == [{"value": True}]
    assert found["history.hostLevelCacheMaxSizeBytes"] == [{"value": 1717986918}]
    assert found["history.eventsHostLevelCacheMaxSizeBytes"] == [{"value": 429496729}]


def test_a_stacks_own_words_for_its_caches_and_queries_win() -> None:
    said = {"History.HostLevelCacheMaxSizeBytes": [{"value": 1}], "worker.persistenceGlobalMaxQPS": [{"value": 77}]}
    found = _dynamic_config(recording.run(_stack(backend__dynamicConfig=said, database__queriesPerSecond=10_000)))
    assert "history.hostLevelCacheMaxSizeBytes" not in found
    assert said.items() <= found.items()
    assert found["history.persistenceGlobalMaxQPS"] == [{"value": 6000}]


@pytest.mark.parametrize("database", ["in-cluster", "existing"])
def test_a_budget_of_queries_is_split(local: Recording, database: str) -> None:
    keys = [f"{name}.persistenceGlobalMaxQPS" for name in ("history", "matching", "frontend", "worker")]
    assert not _dynamic_config(local).keys() & {*keys}
    base = stacks.local() if database == "in-cluster" else stacks.existing()
    found = _dynamic_config(recording.run(stacks.changed(base, database__queriesPerSecond=2000)))
    assert [found[key] for key in keys] == [[{"value": value}] for value in (1200, 400, 150, 100)]
