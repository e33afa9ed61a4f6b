"""Proves what the server's pods and workloads are told of traces, from what the engine would get."""

from typing import Any

import pytest

from settings.sizes import SERVICE_NAMES
from tests.program import recording, stacks
from tests.program.pod_security import violations
from tests.program.recording import Recording

FOLDER = "/etc/temporal/traces"


@pytest.fixture(scope="module")
def traced() -> Recording:
    return recording.run(stacks.traced())


def _told(found: Recording, deployment: str) -> dict[str, Any]:
    """Variables of OpenTelemetry in the order of the pod."""
    [container] = found.pods()[f"Deployment/{deployment}"]["containers"]
    told = {variable["name"]: variable.get("value") or variable["valueFrom"] for variable in container["env"]}
    return {name: value for name, value in told.items() if name.startswith("OTEL_")}


def _expected(namespace: str, container: str, **more: str) -> dict[str, Any]:
    return {
        "OTEL_RESOURCE_ATTRIBUTES_POD_NAME": {"fieldRef": {"fieldPath": "metadata.name"}},
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "grpc",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://collector.observability.svc:4317",
        "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE": f"{FOLDER}/ca.crt",
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": "0.1",
        "OTEL_RESOURCE_ATTRIBUTES": (
            f"service.namespace=traced,k8s.namespace.name={namespace},"
            f"k8s.pod.name=$(OTEL_RESOURCE_ATTRIBUTES_POD_NAME),k8s.container.name={container}"
        ),
        **more,
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS": {"secretKeyRef": {"name": "collector", "key": "headers"}},
    }


@pytest.mark.parametrize("service", SERVICE_NAMES)
def test_a_service_is_told(traced: Recording, service: str) -> None:
    """Its own name it knows itself. Kubernetes fills in the pod's name, which has to come first."""
    told = _told(traced, f"temporal-{service}")
    assert told == _expected("traced", service)
    assert next(iter(told)) == "OTEL_RESOURCE_ATTRIBUTES_POD_NAME"


def test_a_workload_is_told(traced: Recording) -> None:
    told = _told(traced, "notes")
    assert told == _expected("shop", "worker", OTEL_SERVICE_NAME="notes")
    assert next(iter(told)) == "OTEL_RESOURCE_ATTRIBUTES_POD_NAME"


@pytest.mark.parametrize("deployment", ["temporal-frontend", "notes"])
def test_the_authority_is_where_they_are_told(traced: Recording, deployment: str) -> None:
    pod = traced.pods()[f"Deployment/{deployment}"]
    [volume] = [each for each in pod["volumes"] if each["name"] == "temporal-traces-authority"]
    assert volume["secret"] == {
        "secretName": "collector",
        "defaultMode": 0o440,
        "items": [{"key": "ca.crt", "path": "ca.crt"}],
    }
    [mounted] = [each for each in pod["containers"][0]["volumeMounts"] if each["name"] == volume["name"]]
    assert mounted == {"name": volume["name"], "mountPath": FOLDER, "readOnly": True}
    assert violations(pod) == []


def test_only_what_is_said_is_told() -> None:
    """A public authority, no headers, one trace in a hundred."""
    found = recording.run(stacks.traced(traces={"endpoint": "https://collector.example.com:443"}))
    for deployment in ("temporal-history", "notes"):
        told = _told(found, deployment)
        assert {"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"} & told.keys() == set()
        assert told["OTEL_TRACES_SAMPLER_ARG"] == "0.01"
        volumes = found.pods()[f"Deployment/{deployment}"]["volumes"]
        assert "temporal-traces-authority" not in {each["name"] for each in volumes}


def test_a_workloads_own_words_hold() -> None:
    """In the clear and from a Secret; no variable is there twice."""
    worker = {
        **stacks.traced()["temporal:workloads"][0],
        "environment": {"OTEL_TRACES_SAMPLER_ARG": "1", "OTEL_SERVICE_NAME": "other"},
        "secretEnvironment": {"OTEL_EXPORTER_OTLP_TRACES_HEADERS": {"secret": "own", "key": "headers"}},
    }
    found = recording.run(stacks.traced(workloads=[worker]))
    told = _told(found, "notes")
    own = {
        "OTEL_TRACES_SAMPLER_ARG": "1",
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS": {"secretKeyRef": {"name": "own", "key": "headers"}},
    }
    assert told == _expected("shop", "worker", OTEL_SERVICE_NAME="other") | own
    names = [each["name"] for each in found.pods()["Deployment/notes"]["containers"][0]["env"]]
    assert len(names) == len(set(names))


def test_workloads_with_temporal_cloud_are_told_alike() -> None:
    cloud = stacks.cloud(
        traces={"endpoint": "https://collector.example.com:443", "ratio": 1},
        workloads=[{**stacks.LEAST, "application": stacks.cloud()["temporal:applications"][0]["namespace"]}],
    )
    told = _told(recording.run(cloud), "least")
    assert told["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] == "https://collector.example.com:443"
    assert (told["OTEL_SERVICE_NAME"], told["OTEL_TRACES_SAMPLER_ARG"]) == ("least", "1")


def test_nobody_is_told_without_traces(working: Recording) -> None:
    for deployment in (*(f"temporal-{service}" for service in SERVICE_NAMES), "documents", "web"):
        assert _told(working, deployment) == {}
