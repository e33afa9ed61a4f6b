"""Proves that every field of every Kubernetes object has a name that Kubernetes knows, as the engine gets it.

Source: the field names of the pinned pulumi-kubernetes, made from Kubernetes' own API description. What a field's value
may be is checked by the API server.
"""

import copy
from collections.abc import Iterator
from typing import Any, get_args

import pulumi_kubernetes as k8s
import pytest
from pulumi._types import input_type_types, is_input_type

from tests.program import recording, stacks
from tests.program.recording import Recording
from tests.program.test_scheduling import EVERYWHERE

SPECS = {
    "Deployment": k8s.apps.v1.DeploymentSpecArgs,
    "StatefulSet": k8s.apps.v1.StatefulSetSpecArgs,
    "Job": k8s.batch.v1.JobSpecArgs,
    "Service": k8s.core.v1.ServiceSpecArgs,
    "PersistentVolumeClaim": k8s.core.v1.PersistentVolumeClaimSpecArgs,
    "Ingress": k8s.networking.v1.IngressSpecArgs,
    "PodDisruptionBudget": k8s.policy.v1.PodDisruptionBudgetSpecArgs,
}
OTHERS = {
    "ConfigMap": {"data"},
    "Secret": {"type", "stringData"},
    "ServiceAccount": {"automountServiceAccountToken"},
    "Namespace": set[str](),
    # Of KEDA's own definitions: an API server that has them is asked in tests/cluster.
    "ScaledObject": {"spec"},
    "TriggerAuthentication": {"spec"},
}


def _unknown(type_: Any, value: Any, path: str) -> Iterator[str]:
    """Paths of keys that the input type, or one of its parts, does not have."""
    if is_input_type(type_) and isinstance(value, dict):
        known = input_type_types(type_)
        for key, item in value.items():
            if key in known:
                yield from _unknown(known[key], item, f"{path}.{key}")
            else:
                yield f"{path}.{key}"
    elif isinstance(value, list):
        [item_type] = {part for part in _parts(type_) if is_input_type(part)} or {str}
        for item in value:
            yield from _unknown(item_type, item, f"{path}[]")


def _parts(type_: Any) -> set[Any]:
    return {type_} if isinstance(type_, type) else {part for arg in get_args(type_) for part in _parts(arg)}


def _strangers(found: Recording) -> list[str]:
    strangers: list[str] = []
    for item in found.kubernetes():
        kind = item["kind"]
        strangers += _unknown(k8s.meta.v1.ObjectMetaArgs, item["metadata"], f"{kind}.metadata")
        if kind in SPECS:
            strangers += _unknown(SPECS[kind], item["spec"], f"{kind}.spec")
        beside = item.keys() - {"apiVersion", "kind", "metadata"} - ({"spec"} if kind in SPECS else OTHERS[kind])
        strangers += [f"{kind}.{key}" for key in sorted(beside)]
    return strangers


@pytest.fixture(scope="module")
def full() -> Recording:
    """Everything that a stack file may say of pods."""
    config = stacks.changed(stacks.existing(), kubernetes__pods=EVERYWHERE, images__pullSecrets=["login"])
    stacks.put(config, ["backend", "services", "frontend", "secretEnvironment"], {"A": {"secret": "s", "key": "k"}})
    return recording.run(config)


def test_fields_are_kubernetes_own(full: Recording, local: Recording, archived: Recording, working: Recording) -> None:
    assert _strangers(full) == []
    assert _strangers(working) == []
    assert _strangers(local) == []
    assert _strangers(archived) == []
    said = {key: value for key, value in stacks.COMPATIBLE.items() if key != "ca"}
    assert _strangers(recording.run(stacks.archived(said))) == []


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (("affinity", "nodeAffinity"), "required_during_scheduling_ignored_during_execution"),
        (("tolerations", 0), "toleration_seconds"),
        (("securityContext",), "runAsUsers"),
        (("containers", 0, "env", 0), "valuefrom"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_check_itself_sees_a_wrong_name(full: Recording, path: tuple[str | int, ...], key: str) -> None:
    found = copy.deepcopy(full)
    here: Any = found.pods()["Deployment/temporal-frontend"]
    for step in path:
        here = here[step]
    here[key] = "x"
    shown = "".join("[]" if isinstance(step, int) else f".{step}" for step in path)
    assert _strangers(found) == [f"Deployment.spec.template.spec{shown}.{key}"]
