"""Proves that what a stack file says of pods reaches them word for word, in Kubernetes' own spelling.

The proof ends at the pod spec: what the scheduler makes of it is Kubernetes'.
"""

from typing import Any

import pytest

from settings.rules.pods import SET_BY_THE_PLATFORM
from tests.program import recording, stacks
from tests.program.recording import Recording

SERVICES = ("frontend", "internal-frontend", "history", "matching", "worker")
PARTS: dict[tuple[str, ...], str] = {
    **{("backend", "services", name): f"Deployment/temporal-{name}" for name in SERVICES},
    ("access", "ui"): "Deployment/temporal-ui",
    ("database",): "StatefulSet/temporal-postgres",
    ("archival",): "StatefulSet/temporal-archive",
}
"""The parts of the local stack file that speak of pods, and the pods they speak of."""
SEARCHED_PARTS = {**PARTS, ("visibility",): "StatefulSet/temporal-opensearch"}
"""And those of one with an OpenSearch."""
JOBS = {
    "Job/temporal-archive-look",
    "Job/temporal-database-roles",
    "Job/temporal-schema-temporal-v1-19",
    "Job/temporal-schema-search-v14",
    "Job/temporal-namespaces",
}
SPREAD = {
    "weight": 50,
    "podAffinityTerm": {
        "topologyKey": "topology.kubernetes.io/zone",
        "labelSelector": {
            "matchLabels": {"app.kubernetes.io/name": "temporal-history"},
            "matchExpressions": [{"key": "track", "operator": "DoesNotExist"}],
        },
        "namespaces": ["local", "other"],
    },
}
EVERYWHERE: dict[str, Any] = {
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [
                    {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd", "nvme"]}]}
                ]
            },
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {"weight": 1, "preference": {"matchExpressions": [{"key": "gpu", "operator": "Exists"}]}}
            ],
        },
        "podAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [
                {"topologyKey": "kubernetes.io/hostname", "labelSelector": {}}
            ],
        },
        "podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [SPREAD]},
    },
    "tolerations": [
        {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
        {"key": "dedicated", "operator": "Equal", "value": "temporal"},
    ],
    "nodeSelector": {"kubernetes.io/arch": "amd64"},
    "priorityClass": "high",
    "annotations": {"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"},
}
"""What a person writes is what Kubernetes reads."""
OWN: dict[str, Any] = {
    "affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}},
    "tolerations": [],
    "nodeSelector": {"pool": "own"},
    "priorityClass": "low",
    "annotations": {"own": "yes"},
}


def _with(place: tuple[str, ...], words: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    for key, value in words.items():
        stacks.put(config, [*place, key], value)
    return config


def _everywhere() -> dict[str, Any]:
    return _with(("kubernetes", "pods"), EVERYWHERE, stacks.stored())


@pytest.fixture(scope="module")
def everywhere() -> Recording:
    return recording.run(_everywhere())


def _scheduling(found: Recording) -> dict[str, dict[str, Any]]:
    """Words about scheduling in every pod, with the names they have in a stack file."""
    words = {
        "affinity": "affinity",
        "tolerations": "tolerations",
        "nodeSelector": "nodeSelector",
        "priorityClassName": "priorityClass",
    }
    annotations = found.annotations()
    return {
        name: {words[key]: value for key, value in pod.items() if key in words}
        | ({"annotations": annotations[name]} if annotations[name] else {})
        for name, pod in found.pods().items()
    }


def test_words_for_all_pods_reach_all_of_them(everywhere: Recording) -> None:
    assert _scheduling(everywhere) == dict.fromkeys({*SEARCHED_PARTS.values(), *JOBS}, EVERYWHERE)


def test_nothing_is_said_of_pods_unless_the_stack_file_does(stored: Recording) -> None:
    assert _scheduling(stored) == {name: {} for name in (*SEARCHED_PARTS.values(), *JOBS)}


def test_a_parts_own_words_replace_those_for_all() -> None:
    """Every part others, also empty ones: without tolerations it tolerates nothing. Jobs have no words of their own."""
    config = _everywhere()
    expected: dict[str, Any] = dict.fromkeys(JOBS, EVERYWHERE)
    for number, (place, name) in enumerate(SEARCHED_PARTS.items()):
        own = {**OWN, "nodeSelector": {"pool": f"own-{number}"}, "priorityClass": f"own-{number}"}
        config = _with(place, own, config)
        expected[name] = {key: value for key, value in own.items() if key != "tolerations"}
        expected[name]["affinity"] = {"nodeAffinity": {}}
    assert _scheduling(recording.run(config)) == expected


def _environments(found: Recording) -> dict[str, dict[str, Any]]:
    """Of the container that a pod is for; what stands beside it is the platform's own business."""
    return {
        name: {
            variable["name"]: variable.get("value", variable.get("valueFrom"))
            for variable in pod["containers"][0]["env"]
        }
        for name, pod in found.pods().items()
    }


def test_variables_reach_the_part_that_names_them(stored: Recording) -> None:
    """In the clear and from Secrets, after the platform's own; jobs and other parts get none."""
    config = stacks.changed(stacks.stored(), kubernetes__createNamespace=False)
    for number, place in enumerate(SEARCHED_PARTS):
        stacks.put(config, [*place, "environment"], {"PLAIN": f"value {number}"})
        stacks.put(config, [*place, "secretEnvironment"], {"HIDDEN": {"secret": f"secret-{number}", "key": "k"}})
    before, after = _environments(stored), _environments(recording.run(config))
    for number, name in enumerate(SEARCHED_PARTS.values()):
        added = {"PLAIN": f"value {number}", "HIDDEN": {"secretKeyRef": {"name": f"secret-{number}", "key": "k"}}}
        assert list(after[name].items()) == [*before[name].items(), *added.items()]
    assert {name: after[name] for name in JOBS} == {name: before[name] for name in JOBS}


def test_what_the_platform_sets_is_what_the_rules_say(moving: Recording, stored: Recording, rds: Recording) -> None:
    """But for what a stack file may set instead; services with two search stores, with addresses from AWS, with
    opentelemetry, and with traces, which set the most."""
    to_a_domain = recording.run(stacks.in_domain(move=stacks.move("write-both", {**stacks.DOMAIN, "domain": "other"})))
    services = {f"Deployment/temporal-{name}" for name in SERVICES}
    found = {name: set(variables) for name, variables in (_environments(stored) | _environments(moving)).items()}
    for others in map(_environments, (rds, to_a_domain, *map(recording.run, (stacks.watched(), stacks.traced())))):
        for name in services:
            found[name] |= set(others[name])
    grafana = _environments(recording.run(stacks.bundled()))["StatefulSet/temporal-grafana"]
    assert set(grafana) == SET_BY_THE_PLATFORM["grafana"]
    unless_said = {"GOMAXPROCS", "AWS_EC2_METADATA_DISABLED"}
    assert {name: found[name] for name in SEARCHED_PARTS.values()} == {
        **dict.fromkeys(services, SET_BY_THE_PLATFORM["server"] | unless_said),
        "Deployment/temporal-ui": SET_BY_THE_PLATFORM["ui"],
        "StatefulSet/temporal-postgres": SET_BY_THE_PLATFORM["database"],
        "StatefulSet/temporal-archive": SET_BY_THE_PLATFORM["archive"],
        "StatefulSet/temporal-opensearch": SET_BY_THE_PLATFORM["search"],
    }


def _resources(found: Recording) -> dict[str, dict[str, Any]]:
    return {name: pod["containers"][0]["resources"] for name, pod in found.pods().items()}


def test_resources_reach_the_part_that_names_them() -> None:
    """Every part other figures. A CPU limit only where one is said, and requests follow the memory limit."""
    config = stacks.stored()
    expected: dict[str, Any] = {}
    for number, (place, name) in enumerate(SEARCHED_PARTS.items(), start=1):
        stacks.put(config, [*place, "resources", "requests"], {"cpu": f"{number}00m"})
        stacks.put(config, [*place, "resources", "limits"], {"memory": f"{number}Gi"})
        expected[name] = {
            "requests": {"cpu": f"{number}00m", "memory": f"{number}Gi"},
            "limits": {"memory": f"{number}Gi"},
        }
    found = recording.run(config)
    jobs = {name: {"requests": {"cpu": "20m", "memory": "128Mi"}, "limits": {"memory": "128Mi"}} for name in JOBS}
    assert _resources(found) == expected | jobs
    limits = {name: variables.get("GOMEMLIMIT") for name, variables in _environments(found).items()}
    assert {name: limit for name, limit in limits.items() if limit} == {
        f"Deployment/temporal-{name}": f"{number * 1024 * 9 // 10}MiB" for number, name in enumerate(SERVICES, start=1)
    }


def test_requests_below_the_limits_and_a_cpu_limit() -> None:
    said = {"requests": {"cpu": "0.5", "memory": "1G"}, "limits": {"cpu": "2", "memory": "2000M"}}
    found = recording.run(stacks.changed(stacks.archived_in_cluster(), backend__services__history__resources=said))
    assert _resources(found)["Deployment/temporal-history"] == said
    assert _environments(found)["Deployment/temporal-history"]["GOMEMLIMIT"] == "1716MiB"  # of 1907.3 MiB
