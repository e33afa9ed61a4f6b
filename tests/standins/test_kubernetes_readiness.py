"""When an object counts as ready, and what a pod's status tells of its trouble. Pure functions of objects."""

from __future__ import annotations

from typing import Any

import pytest

from standins.kubernetes.readiness import asked, check_for, skips_wait, timeout_of
from standins.kubernetes.readiness.pod import problems
from standins.kubernetes.readiness.service import service
from standins.kubernetes.readiness.storage import claim


def progress_of(api_version: str, kind: str, status: dict[str, Any], spec: dict[str, Any] | None = None) -> str:
    """`ready`, what it waits for, or `failed: …`."""
    check = check_for({"apiVersion": api_version, "kind": kind})
    assert check is not None
    result = check({"metadata": {"name": "x", "generation": 2}, "spec": spec or {}, "status": status})
    return f"failed: {result.failed}" if result.failed else result.waiting_for or "ready"


AVAILABLE = [{"type": "Available", "status": "True"}]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({}, "the controller to notice the change"),
        (
            {"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2},
            "the controller to notice the change",
        ),
        ({"observedGeneration": 2}, "pods (0 of 2 are updated and ready)"),
        (
            {"observedGeneration": 2, "replicas": 2, "updatedReplicas": 1, "readyReplicas": 2},
            "pods (1 of 2 are updated and ready)",
        ),
        (
            {"observedGeneration": 2, "replicas": 3, "updatedReplicas": 2, "readyReplicas": 3},
            "1 pod of an older version to go",
        ),
        (
            {"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2},
            "the Deployment to be available (not said why)",
        ),
        (
            {"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "conditions": AVAILABLE},
            "ready",
        ),
    ],
)
def test_deployment(status: dict[str, Any], expected: str) -> None:
    assert progress_of("apps/v1", "Deployment", status, {"replicas": 2}) == expected


def test_a_deployment_without_replicas_is_ready() -> None:
    assert progress_of("apps/v1", "Deployment", {"observedGeneration": 2}, {"replicas": 0}) == "ready"


@pytest.mark.parametrize(
    ("status", "spec", "expected"),
    [
        ({"replicas": 1}, {"replicas": 1}, "pods (0 of 1 are ready)"),
        ({"replicas": 1, "readyReplicas": 1, "currentRevision": "a", "updateRevision": "a"}, {"replicas": 1}, "ready"),
        (
            {"replicas": 2, "readyReplicas": 2, "updatedReplicas": 1, "currentRevision": "a", "updateRevision": "b"},
            {"replicas": 2},
            "the roll-out (1 of 2 pods are of the new revision)",
        ),
        (
            {"replicas": 1, "readyReplicas": 1, "currentRevision": "a", "updateRevision": "b"},
            {"replicas": 1, "updateStrategy": {"type": "OnDelete"}},
            "ready",
        ),
        (
            {"replicas": 3, "readyReplicas": 3, "updatedReplicas": 1, "currentRevision": "a", "updateRevision": "b"},
            {"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": 2}}},
            "ready",
        ),
    ],
)
def test_stateful_set(status: dict[str, Any], spec: dict[str, Any], expected: str) -> None:
    assert progress_of("apps/v1", "StatefulSet", {"observedGeneration": 2, **status}, spec) == expected


def test_daemon_set() -> None:
    counts = {"currentNumberScheduled": 2, "updatedNumberScheduled": 1, "numberAvailable": 2, "numberReady": 2}
    status = {"observedGeneration": 2, "desiredNumberScheduled": 2, **counts}
    assert progress_of("apps/v1", "DaemonSet", status) == "pods (1 of 2 are updated and ready)"
    assert progress_of("apps/v1", "DaemonSet", {**status, "updatedNumberScheduled": 2}) == "ready"


@pytest.mark.parametrize(
    ("status", "spec", "expected"),
    [
        ({"active": 1}, {}, "the Job to complete (pods: 1 active, 0 succeeded, 0 failed)"),
        ({}, {"suspend": True}, "the Job to be resumed (spec.suspend is set; pods: 0 active, 0 succeeded, 0 failed)"),
        ({"conditions": [{"type": "Complete", "status": "True"}]}, {}, "ready"),
        (
            {
                "conditions": [
                    {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "too often"}
                ]
            },
            {},
            "failed: [BackoffLimitExceeded] too often",
        ),
        (
            {"conditions": [{"type": "FailureTarget", "status": "True"}], "failed": 1},
            {},
            "the Job to complete (pods: 0 active, 0 succeeded, 1 failed)",
        ),
    ],
)
def test_job(status: dict[str, Any], spec: dict[str, Any], expected: str) -> None:
    assert progress_of("batch/v1", "Job", status, spec) == expected


def endpoint(**conditions: bool) -> dict[str, Any]:
    return {"conditions": conditions}


ADDRESS = (
    "an address from a load balancer (does anything in this cluster make one? `kubectl describe` of the Service tells "
    "what its maker says)"
)


@pytest.mark.parametrize(
    ("spec", "endpoints", "expected"),
    [
        (
            {"selector": {"a": "b"}},
            [],
            "a ready pod behind the Service (do its selector and the labels of the pods agree?)",
        ),
        ({"selector": {"a": "b"}}, [endpoint(ready=True)], "ready"),
        (
            {"selector": {"a": "b"}},
            [endpoint(ready=True), endpoint(ready=False)],
            "all pods behind the Service (1 ready, 1 not yet)",
        ),
        ({"selector": {"a": "b"}}, [endpoint(), endpoint(ready=False, terminating=True)], "ready"),
        ({"selector": {"a": "b"}, "clusterIP": "None"}, [], "ready"),
        ({"selector": {"a": "b"}, "type": "ExternalName"}, [], "ready"),
        ({}, [], "ready"),
        (
            {"selector": {"a": "b"}, "type": "LoadBalancer"},
            [endpoint(ready=True)],
            ADDRESS,
        ),
    ],
)
def test_service(spec: dict[str, Any], endpoints: list[dict[str, Any]], expected: str) -> None:
    result = service({"spec": spec}, [{"endpoints": endpoints}, {"endpoints": None}])
    assert (result.waiting_for or "ready") == expected


def test_a_claim_whose_class_waits_for_its_first_pod_does_not_dead_lock() -> None:
    pending = {"status": {"phase": "Pending"}}
    assert claim(pending, {"volumeBindingMode": "WaitForFirstConsumer"}).ready
    assert claim(pending, {"volumeBindingMode": "Immediate"}).waiting_for == "a volume to be bound (now Pending)"
    assert not claim(pending, None).ready
    assert claim({"status": {"phase": "Bound"}}, None).ready


def test_namespace_and_custom_resource_definition() -> None:
    assert progress_of("v1", "Namespace", {"phase": "Active"}) == "ready"
    crd = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")
    assert progress_of(*crd, {}) == "the API server to serve the new kind"
    assert progress_of(*crd, {"conditions": [{"type": "Established", "status": "True"}]}) == "ready"
    taken = [{"type": "NamesAccepted", "status": "False", "message": "widgets is in use"}]
    assert progress_of(*crd, {"conditions": taken}) == "failed: its names are taken: widgets is in use"


def _waiting(wish: str, *conditions: dict[str, str]) -> str:
    obj = {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {"annotations": {"pulumi.com/waitFor": wish}},
        "status": {"conditions": list(conditions)},
    }
    check = check_for(obj)
    assert check is not None
    result = check(obj)
    return f"failed: {result.failed}" if result.failed else result.waiting_for or "ready"


READY_NOW = {"type": "Ready", "status": "True"}
ISSUING = {"type": "Issuing", "status": "True"}


@pytest.mark.parametrize(
    ("wish", "conditions", "expected"),
    [
        ("condition=Ready", [READY_NOW], "ready"),
        ("condition=Ready=true", [READY_NOW], "ready"),
        ("condition=Ready", [], "condition Ready to be True (now not there)"),
        (
            "condition=Ready",
            [{"type": "Ready", "status": "False", "message": "no issuer"}],
            "condition Ready to be True (now False: no issuer)",
        ),
        ("condition=Ready=False", [READY_NOW], "condition Ready to be False (now True)"),
        ('["condition=Ready", "condition=Issuing"]', [READY_NOW, ISSUING], "ready"),
        ('["condition=Ready", "condition=Issuing"]', [READY_NOW], "condition Issuing to be True (now not there)"),
        (
            "jsonpath={.status.phase}=Running",
            [],
            (
                "failed: the stand-in of the kubernetes plugin cannot wait for 'jsonpath={.status.phase}=Running' "
                "(pulumi.com/waitFor), only for condition=<type>[=<status>]: install the official plugin"
            ),
        ),
    ],
)
def test_an_object_is_waited_for_as_it_asks(wish: str, conditions: list[dict[str, str]], expected: str) -> None:
    assert _waiting(wish, *conditions) == expected


def test_what_an_object_asks_for_comes_before_the_check_of_its_kind() -> None:
    annotations = {"pulumi.com/waitFor": "condition=Ready"}
    check = check_for({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"annotations": annotations}})
    assert check is asked.awaited


def test_a_kind_without_a_check_is_ready_once_it_exists() -> None:
    assert check_for({"apiVersion": "cert-manager.io/v1", "kind": "Certificate"}) is None


def pod(*containers: dict[str, Any], **status: Any) -> dict[str, Any]:
    return {"metadata": {"name": "p"}, "status": {"phase": "Pending", "containerStatuses": list(containers), **status}}


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (pod({"name": "c", "state": {"waiting": {"reason": "ContainerCreating"}}}), []),
        (
            pod(conditions=[{"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available"}]),
            ["pod p: cannot be scheduled: 0/1 nodes are available"],
        ),
        (
            pod({"name": "c", "state": {"waiting": {"reason": "ErrImagePull", "message": "not found"}}}),
            ["pod p: container c: ErrImagePull: not found"],
        ),
        (
            pod(
                {
                    "name": "c",
                    "restartCount": 3,
                    "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
                    "lastState": {"terminated": {"exitCode": 2, "reason": "Error"}},
                }
            ),
            ["pod p: container c ended with exit code 2 (Error) (CrashLoopBackOff, restarted 3 times)"],
        ),
        (
            pod({"name": "c", "state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}, phase="Failed"),
            ["pod p: container c ended with exit code 137 (OOMKilled)"],
        ),
        (pod({"name": "c", "state": {"running": {}}, "ready": False}), ["pod p: container c runs but is not ready"]),
        (pod(phase="Failed", reason="Evicted", message="disk"), ["pod p: Evicted: disk"]),
        (pod(phase="Succeeded"), []),
        (
            pod(
                {"name": "c", "ready": True, "state": {"running": {}}}, conditions=[{"type": "Ready", "status": "True"}]
            ),
            [],
        ),
    ],
)
def test_what_a_pod_suffers_from(obj: dict[str, Any], expected: list[str]) -> None:
    assert [str(problem) for problem in problems(obj)] == expected


def test_a_crash_names_the_log_to_look_into() -> None:
    crashed = {"name": "c", "state": {"terminated": {"exitCode": 1, "reason": "Error"}}}
    again = {"name": "c", "state": {"running": {}}, "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}}}
    assert [(problem.container, problem.previous) for problem in problems(pod(crashed))] == [("c", False)]
    assert [(problem.container, problem.previous) for problem in problems(pod(again))] == [("c", True)]


def annotated(key: str, value: str) -> dict[str, Any]:
    return {"metadata": {"annotations": {key: value}}}


def test_how_long_to_wait_and_when_not_at_all() -> None:
    assert timeout_of({}, 0) == 600
    assert timeout_of(annotated("pulumi.com/timeoutSeconds", "30"), 0) == 30
    assert timeout_of(annotated("pulumi.com/timeoutSeconds", "soon"), 0) == 600
    assert timeout_of(annotated("pulumi.com/timeoutSeconds", "30"), 5) == 5
    assert skips_wait(annotated("pulumi.com/skipAwait", "true"))
    assert not skips_wait(annotated("pulumi.com/skipAwait", "yes"))
