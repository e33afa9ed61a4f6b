"""Proves what each size gives a stack that says nothing else, and how its pods leave.

The figures of `settings.sizes` stand here again, as a person reads them in a table: a changed preset is a changed test.
"""

from typing import Any

import pytest
import yaml

from tests.program import recording, stacks
from tests.program.recording import Recording

SERVICES = ("frontend", "internal-frontend", "history", "matching", "worker")

# replicas, CPU request, memory, connections to the store of executions, to the store of what is searched
PRESETS: dict[str, dict[str, tuple[int, str, str, int, int]]] = {
    "dev": {
        "frontend": (1, "50m", "256Mi", 5, 5),
        "internal-frontend": (1, "20m", "256Mi", 5, 5),
        "history": (1, "100m", "512Mi", 20, 5),
        "matching": (1, "50m", "256Mi", 10, 5),
        "worker": (1, "20m", "256Mi", 5, 5),
    },
    "staging": {
        "frontend": (2, "250m", "512Mi", 10, 5),
        "internal-frontend": (1, "100m", "512Mi", 5, 5),
        "history": (2, "500m", "1Gi", 20, 5),
        "matching": (2, "250m", "512Mi", 10, 5),
        "worker": (1, "100m", "512Mi", 5, 5),
    },
    "production": {
        "frontend": (3, "500m", "1Gi", 20, 10),
        "internal-frontend": (2, "200m", "1Gi", 10, 5),
        "history": (3, "1", "4Gi", 50, 10),
        "matching": (3, "500m", "1Gi", 20, 5),
        "worker": (2, "200m", "1Gi", 10, 5),
    },
}
UI = {"dev": (1, "20m", "128Mi"), "staging": (1, "50m", "256Mi"), "production": (2, "100m", "256Mi")}
LEAVING = {
    "dev": (30, {"fail": "0s", "drain": "0s", "align": "0s", "join": "0s"}),
    "staging": (75, {"fail": "10s", "drain": "20s", "align": "10s", "join": "0s"}),
    "production": (75, {"fail": "10s", "drain": "20s", "align": "10s", "join": "0s"}),
}
KEYS = {
    "frontend.shutdownFailHealthCheckDuration": "fail",
    "frontend.shutdownDrainDuration": "drain",
    "matching.alignMembershipChange": "align",
    "history.alignMembershipChange": "align",
    "history.startupMembershipJoinDelay": "join",
}


@pytest.fixture(scope="module", params=PRESETS)
def sized(request: pytest.FixtureRequest) -> tuple[str, Recording]:
    config = stacks.changed(stacks.local(), size=request.param, database__maxConnections=1000)
    return request.param, recording.run(config)


def _pools(found: Recording, service: str) -> tuple[int, int]:
    text = found.objects("ConfigMap")[f"temporal-{service}-config"]["data"]["server.yaml"]
    stores = yaml.safe_load(text)["persistence"]["datastores"]
    default, visibility = stores["default"]["sql"]["maxConns"], stores["visibility"]["sql"]["maxConns"]
    return default, visibility


def _given(found: Recording, name: str) -> tuple[int, str, str]:
    spec = found.objects("Deployment")[name]["spec"]
    [container] = spec["template"]["spec"]["containers"]
    requests, limits = container["resources"]["requests"], container["resources"]["limits"]
    assert limits == {"memory": requests["memory"]}
    return spec["replicas"], requests["cpu"], requests["memory"]


def _dynamic_config(found: Recording) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(
        found.objects("ConfigMap")["temporal-dynamic-config"]["data"]["dynamic.yaml"]
    )
    return config


def test_presets(sized: tuple[str, Recording]) -> None:
    size, found = sized
    given = {name: (*_given(found, f"temporal-{name}"), *_pools(found, name)) for name in SERVICES}
    assert given == PRESETS[size]
    assert _given(found, "temporal-ui") == UI[size]


def test_pods_leave_within_their_grace_period(sized: tuple[str, Recording]) -> None:
    """The server's own keys get the durations, and Kubernetes waits for them."""
    size, found = sized
    grace, durations = LEAVING[size]
    pods = found.pods()
    assert {pods[f"Deployment/temporal-{name}"]["terminationGracePeriodSeconds"] for name in SERVICES} == {grace}
    dynamic = _dynamic_config(found)
    assert {key: dynamic[key] for key in KEYS} == {key: [{"value": durations[which]}] for key, which in KEYS.items()}


def test_a_services_own_way_to_leave() -> None:
    """Durations in words of Go, which knows no days; grace periods in whole seconds, never rounded down."""
    config = stacks.changed(stacks.local(), size="staging", database__maxConnections=1000)
    said = {
        "frontend": {"failHealthCheck": "1500ms", "drain": "2m", "gracePeriod": "150500ms"},
        "internal-frontend": {"gracePeriod": "3m"},
        "matching": {"align": "20s", "gracePeriod": "1d"},
        "history": {"align": "30s", "joinDelay": "0s", "gracePeriod": "1h"},
        "worker": {"gracePeriod": "5s"},
    }
    for name, shutdown in said.items():
        stacks.put(config, ["backend", "services", name, "shutdown"], shutdown)
    found = recording.run(config)
    grace = {name: found.pods()[f"Deployment/temporal-{name}"]["terminationGracePeriodSeconds"] for name in SERVICES}
    assert grace == {"frontend": 151, "internal-frontend": 180, "matching": 86400, "history": 3600, "worker": 5}
    dynamic = _dynamic_config(found)
    assert {key: dynamic[key] for key in KEYS} == {
        "frontend.shutdownFailHealthCheckDuration": [{"value": "1500ms"}],
        "frontend.shutdownDrainDuration": [{"value": "2m"}],
        "matching.alignMembershipChange": [{"value": "20s"}],
        "history.alignMembershipChange": [{"value": "30s"}],
        "history.startupMembershipJoinDelay": [{"value": "0s"}],
    }


def test_dynamic_config_of_the_stack_file_is_merged_into_the_platforms(local: Recording) -> None:
    """Word for word, and instead of the platform's own value, however the key is spelt."""
    said = {
        "frontend.namespaceRPS": [{"value": 1200, "constraints": {"namespace": "orders"}}, {"value": 400}],
        "limit.maxidlength": [{"value": 200}],
        "Frontend.EnableServerVersionCheck": [{"value": True}],
        "history.defaultActivityRetryPolicy": [{"value": {"InitialIntervalInSeconds": 2, "Nested": [1, {"a": None}]}}],
    }
    before = _dynamic_config(local)
    after = _dynamic_config(recording.run(stacks.changed(stacks.local(), backend__dynamicConfig=said)))
    replaced = {"limit.maxIDLength", "frontend.enableServerVersionCheck"}
    assert replaced <= before.keys()
    assert after == {key: value for key, value in before.items() if key not in replaced} | said
