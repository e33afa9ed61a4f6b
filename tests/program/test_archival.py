"""The archive as the server's pods get it. That a server archives there and reads it back is proven on the cluster."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from tests.program import recording, stacks
from tests.program.recording import Recording

ARCHIVERS = {"frontend", "internal-frontend", "history"}
SERVICES = {*ARCHIVERS, "matching", "worker"}


@pytest.fixture(scope="module")
def bucket() -> Recording:
    return recording.run(stacks.archived(stacks.COMPATIBLE))


@pytest.fixture(scope="module")
def volume() -> Recording:
    return recording.run(stacks.archived(stacks.VOLUME))


def _configuration(found: Recording, service: str) -> dict[str, Any]:
    text = found.objects("ConfigMap")[f"temporal-{service}-config"]["data"]["server.yaml"]
    configuration: dict[str, Any] = yaml.safe_load(text)
    return configuration


def _environment(found: Recording, service: str) -> dict[str, Any]:
    [container] = found.pods()[f"Deployment/temporal-{service}"]["containers"]
    return {each["name"]: each.get("value", each.get("valueFrom")) for each in container["env"]}


def _dynamic_config(found: Recording) -> dict[str, Any]:
    text = found.objects("ConfigMap")["temporal-dynamic-config"]["data"]["dynamic.yaml"]
    config: dict[str, Any] = yaml.safe_load(text)
    return config


def _kind(provider: Mapping[str, Any]) -> dict[str, Any]:
    one = {"state": "enabled", "enableRead": True, "provider": provider}
    return {"history": one, "visibility": one}


@pytest.mark.parametrize("service", sorted(ARCHIVERS))
def test_a_bucket(bucket: Recording, service: str) -> None:
    """State, provider and URI together, or the server does not start; namespaces are archived one by one."""
    configuration = _configuration(bucket, service)
    endpoint = {"region": "us-east-1", "endpoint": "https://s3.example.com", "s3ForcePathStyle": True}
    assert configuration["archival"] == _kind({"s3store": endpoint})
    default = {"state": "disabled", "URI": "s3://old/a"}
    assert configuration["namespaceDefaults"] == {"archival": {"history": default, "visibility": default}}
    variables = _environment(bucket, service)
    assert variables["AWS_ACCESS_KEY_ID"] == {"secretKeyRef": {"name": "pair", "key": "accessKey"}}
    assert variables["AWS_SECRET_ACCESS_KEY"] == {"secretKeyRef": {"name": "pair", "key": "secretKey"}}
    assert variables["AWS_CA_BUNDLE"] == "/etc/temporal/archive-ca/ca.crt"
    assert bucket.mounts(f"Deployment/temporal-{service}")["/etc/temporal/archive-ca"]["secret"]["secretName"] == "ca"


@pytest.mark.parametrize("service", sorted(SERVICES - ARCHIVERS))
def test_nobody_else_gets_what_opens_the_archive(bucket: Recording, volume: Recording, service: str) -> None:
    for found in (bucket, volume):
        assert not {"archival", "namespaceDefaults"} & _configuration(found, service).keys()
        assert not [name for name in _environment(found, service) if name.startswith("AWS")]
        assert not [path for path in found.mounts(f"Deployment/temporal-{service}") if "archive" in path]


def test_amazon_is_found_by_its_own_address_and_the_pods_own_identity() -> None:
    found = recording.run(stacks.archived({"kind": "s3", "bucket": "old", "region": "eu-central-1"}))
    provider = _configuration(found, "history")["archival"]["history"]["provider"]
    assert provider == {"s3store": {"region": "eu-central-1", "s3ForcePathStyle": False}}
    assert not [name for name in _environment(found, "history") if name.startswith("AWS")]


@pytest.mark.parametrize("service", sorted(ARCHIVERS))
def test_a_volume_is_shared_and_written_to(volume: Recording, service: str) -> None:
    files = {"filestore": {"fileMode": "0660", "dirMode": "0770"}}
    assert _configuration(volume, service)["archival"] == _kind(files)
    assert _configuration(volume, service)["namespaceDefaults"]["archival"]["history"]["URI"] == "file:///archive/a"
    pod = volume.pods()[f"Deployment/temporal-{service}"]
    [shared] = [each for each in pod["volumes"] if each["name"] == "archive"]
    assert shared["persistentVolumeClaim"] == {"claimName": "shared"}
    [mounted] = [each for each in pod["containers"][0]["volumeMounts"] if each["name"] == "archive"]
    assert (mounted["mountPath"], mounted["readOnly"]) == ("/archive", False)


def test_a_pause_sends_nothing_and_drops_nothing(bucket: Recording) -> None:
    """The server's own state `paused` would let executions pass unarchived."""
    paused = recording.run(stacks.archived({**stacks.COMPATIBLE, "paused": True}))
    added = {"history.archivalBackendMaxRPS": [{"value": 0.0}]}
    assert _dynamic_config(paused) == {**_dynamic_config(bucket), **added}
    assert _configuration(paused, "history") == _configuration(bucket, "history")


def test_the_next_preview_is_held_against_the_place(bucket: Recording) -> None:
    assert bucket.exports["immutable"]["archival"] == "s3://old/a"
