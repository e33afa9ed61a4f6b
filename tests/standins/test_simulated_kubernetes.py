"""The simulated kubernetes plugin: what an API server would fill in, and what it would refuse.

Operations and replacements are in test_simulated_cases.py. The refusals are rules of Kubernetes 1.36 written down once
more; tests/cluster/test_standin_cases.py shows that a real API server refuses the same objects.
"""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from standins.provider import UNKNOWN, Call, Properties
from standins.simulated.kubernetes import KubernetesProvider
from standins.simulated.kubernetes.refusals import identity

REFUSED = json.loads((Path(__file__).parents[1] / "cluster" / "refused_objects.json").read_text())


def call(obj: Properties, name: str = "r", *, preview: bool = False) -> Call:
    version = obj["apiVersion"] if "/" in obj["apiVersion"] else f"core/{obj['apiVersion']}"
    token = f"kubernetes:{version}:{obj['kind']}"
    return Call(urn=f"urn:pulumi:s::p::{token}::{name}", type=token, name=name, timeout=0, preview=preview)


def refused(obj: Properties) -> dict[str, str]:
    failures = KubernetesProvider().check(call(obj), {}, obj, b"seed").failures
    return {failure.property: failure.reason for failure in failures}


def service(**spec: Any) -> Properties:
    metadata = {"name": "a", "namespace": "n"}
    ports = [{"name": "x", "port": 80}, {"name": "y", "port": 81}]
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": ports, **spec}}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["about"])
def test_refused_objects(case: dict[str, Any]) -> None:
    """Exactly the places that the table names, and none without the mistake."""
    assert list(refused(case["object"])) == case["places"]
    mended = copy.deepcopy(case["object"])
    for path, value in case["mend"].items():
        *steps, last = [int(step) if step.isdecimal() else step for step in path.split("|")]
        place = mended
        for step in steps:
            place = place[step]
        place[last] = value
    assert refused(mended) == {}


def test_what_is_not_known_yet_is_not_refused() -> None:
    template = {"metadata": {"labels": UNKNOWN}, "spec": {"containers": [UNKNOWN], "volumes": UNKNOWN}}
    obj = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": UNKNOWN, "namespace": UNKNOWN, "labels": {"a": UNKNOWN}, "annotations": UNKNOWN},
        "spec": {"selector": {"matchLabels": {"a": UNKNOWN}}, "replicas": UNKNOWN, "template": template},
    }
    assert refused(obj) == {}
    assert refused({**obj, "spec": UNKNOWN}) == {}
    assert refused({**obj, "metadata": UNKNOWN}) == {}


def test_a_reason_never_repeats_a_secret() -> None:
    obj = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"k": "not base64, but secret"}}
    assert refused(obj) == {'data["k"]': "is not base64: use stringData for plain text"}


def test_a_service_gets_addresses_that_nobody_routes() -> None:
    provider = KubernetesProvider()
    obj = service(type="NodePort")
    state = provider.create(call(obj), obj)
    spec = state.outputs["spec"]
    assert state.id == "n/a"
    assert spec["clusterIP"].startswith("198.51.100.")
    assert spec["ports"][1]["nodePort"] == spec["ports"][0]["nodePort"] + 1
    assert KubernetesProvider().create(call(obj), obj) == state


def test_an_update_keeps_what_the_server_gave() -> None:
    provider = KubernetesProvider()
    obj = service(type="NodePort")
    old = provider.create(call(obj), obj).outputs
    new = service(type="NodePort", selector={"a": "b"})
    outputs = provider.update(call(new), "n/a", obj, old, new).outputs
    assert outputs["spec"] == {**old["spec"], "selector": {"a": "b"}}
    assert outputs["metadata"] == {**old["metadata"], "resourceVersion": "2"}


def test_a_preview_does_not_know_what_the_server_gives() -> None:
    obj = service(type="LoadBalancer")
    state = KubernetesProvider().create(call(obj, preview=True), obj)
    assert state.id == ""
    assert state.outputs["spec"]["clusterIP"] is UNKNOWN
    assert [port["nodePort"] for port in state.outputs["spec"]["ports"]] == [UNKNOWN, UNKNOWN]
    assert state.outputs["metadata"]["uid"] is UNKNOWN
    assert "status" not in state.outputs


@pytest.mark.parametrize(
    ("obj", "status"),
    [
        ({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}, {"phase": "Active"}),
        (service(type="LoadBalancer"), {"loadBalancer": {"ingress": [{"hostname": "a.simulated.invalid"}]}}),
        (service(clusterIP="None"), {"loadBalancer": {}}),
        (
            {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"completions": 2}},
            {"succeeded": 2, "conditions": [{"type": "Complete", "status": "True"}]},
        ),
        (
            {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "a"}, "spec": {"replicas": 3}},
            {"replicas": 3, "readyReplicas": 3, "currentReplicas": 3, "updatedReplicas": 3},
        ),
    ],
)
def test_everything_is_ready_at_once(obj: Properties, status: Properties) -> None:
    assert KubernetesProvider().create(call(obj), obj).outputs["status"] == status


def test_two_resources_of_one_name_in_a_run() -> None:
    provider = KubernetesProvider()
    obj = service()
    provider.create(call(obj, "first"), obj)
    provider.create(call(obj, "first"), obj)  # the replacement of the same resource
    with pytest.raises(ValueError, match=r"^Service n/a already exists: urn:.*::first makes it too$"):
        provider.create(call(obj, "second"), obj)
    provider.delete(call(obj, "first"), "n/a", {})
    assert provider.create(call(obj, "second"), obj).id == "n/a"


def test_namespaces() -> None:
    """The provider's namespace is the default one; kinds without a namespace get none."""
    provider = KubernetesProvider()
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    assert provider.check(call(obj), {}, obj, b"").inputs["metadata"] == {"name": "a", "namespace": "default"}
    provider.configure({"namespace": "mine"})
    assert provider.check(call(obj), {}, obj, b"").inputs["metadata"] == {"name": "a", "namespace": "mine"}
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "a:b"}}
    assert provider.check(call(role), {}, role, b"").inputs["metadata"] == {"name": "a:b"}


def test_refresh_and_an_object_that_another_hand_made() -> None:
    provider = KubernetesProvider()
    obj = service()
    state = provider.create(call(obj), obj)
    assert provider.read(call(obj), state.id, obj, state.outputs).outputs == state.outputs
    assert provider.read(call(obj), "n/a", {}, {}).outputs == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "a", "namespace": "n"},
    }


@pytest.mark.parametrize(
    ("version", "kind", "refused"),
    [
        ("acid.zalan.do/v1", "postgresql", []),
        ("acid.zalan.do/v1", "post gresql", ["post gresql is no kind: it reads like ConfigMap"]),
        ("v1", "configmap", ["configmap is no kind: it reads like ConfigMap"]),
        ("apps/v1", "deployment", ["deployment is no kind: it reads like ConfigMap"]),
    ],
)
def test_kinds_of_definitions_may_be_small(version: str, kind: str, refused: list[str]) -> None:
    """Zalando's operator has one; the API's own are not."""
    obj = {"apiVersion": version, "kind": kind, "metadata": {"name": "a"}}
    assert [failure.reason for failure in identity.failures(obj) if failure.property == "kind"] == refused
