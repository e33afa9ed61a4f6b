"""Proves the exact configuration of each service, and the environment and dynamic config that go with it.

Expected files are what a person would write for this stack; the server drops unknown keys without a word, so nothing
but equality will do. That the pinned server takes these keys is seen on a cluster.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from components.server.renewal import RENEWING_SH
from tests.program.recording import Recording

EXPECTED = Path(__file__).parent / "expected"
SERVICES = ("frontend", "internal-frontend", "history", "matching", "worker")
POOLS = {"frontend": 5, "internal-frontend": 5, "history": 20, "matching": 10, "worker": 5}


def _text(found: Recording, service: str) -> str:
    data = found.objects("ConfigMap")[f"temporal-{service}-config"]["data"]
    assert set(data) == {"server.yaml"}
    text: str = data["server.yaml"]
    return text


def _configuration(found: Recording, service: str) -> dict[str, Any]:
    configuration: dict[str, Any] = yaml.safe_load(_text(found, service))
    return configuration


@pytest.mark.parametrize("service", ["history", "frontend"])
def test_the_whole_file(local: Recording, service: str) -> None:
    assert _configuration(local, service) == yaml.safe_load((EXPECTED / f"{service}.yaml").read_text())


@pytest.mark.parametrize("service", SERVICES)
def test_the_server_fills_in_the_pods_address(local: Recording, service: str) -> None:
    """Only a comment with this word in the first KiB makes the server read its file as a template."""
    text = _text(local, service)
    assert text.startswith("#")
    assert "enable-template" in text.partition("\n")[0]
    assert "{{" not in text.partition("\n")[0]
    assert text.count("{{") == 1
    assert _configuration(local, service)["global"]["membership"]["broadcastAddress"] == '{{ env "POD_IP" }}'


@pytest.mark.parametrize("service", SERVICES)
def test_services_differ_from_history_in_pools_and_name_only(local: Recording, service: str) -> None:
    """And the frontend in the certificate it serves: least privilege starts with what the file names."""
    expected = yaml.safe_load((EXPECTED / "history.yaml").read_text())
    for store, pool in (("default", POOLS[service]), ("visibility", 5)):
        sql = expected["persistence"]["datastores"][store]["sql"]
        sql |= {"maxConns": pool, "maxIdleConns": pool}
        sql["connectAttributes"]["application_name"] = f"temporal-{service}"
    found = _configuration(local, service)
    serving = found["global"]["tls"]["frontend"].pop("server", None)
    assert (serving is not None) == (service == "frontend")
    assert found == expected


@pytest.mark.parametrize("service", SERVICES)
def test_passwords_come_from_files_and_every_peer_is_verified(local: Recording, service: str) -> None:
    configuration = _configuration(local, service)
    for store in configuration["persistence"]["datastores"].values():
        assert "password" not in store["sql"]
        assert store["sql"]["passwordCommand"]["command"] == "cat"
        assert store["sql"]["tls"] == {
            "enabled": True,
            "caFile": "/etc/temporal/database-ca/ca.crt",
            "enableHostVerification": True,
        }
    for group in (configuration["global"]["tls"]["internode"], configuration["global"]["tls"]["frontend"]):
        assert set(group["client"]) == {"serverName", "rootCaFiles"}
        assert group.get("server", {}).get("requireClientAuth", True) is True


@pytest.mark.parametrize("service", SERVICES)
def test_every_file_the_configuration_names_is_mounted(local: Recording, service: str) -> None:
    [container] = local.pods()[f"Deployment/temporal-{service}"]["containers"]
    folders = {m["mountPath"] for m in container["volumeMounts"]}
    named = {text for text in _texts(_configuration(local, service)) if text.startswith("/etc/")}
    assert {path.rpartition("/")[0] for path in named} | {"/etc/temporal/config"} == folders


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(("service", "limit"), [("frontend", "230MiB"), ("history", "460MiB")])
def test_environment(local: Recording, service: str, limit: str) -> None:
    """One service a pod, its own file, no call to the vendor, a Go heap below the pod's memory."""
    [container] = local.pods()[f"Deployment/temporal-{service}"]["containers"]
    assert container["env"] == [
        {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "TEMPORAL_SERVICES", "value": service},
        {"name": "TEMPORAL_SERVER_CONFIG_FILE_PATH", "value": "/etc/temporal/config/server.yaml"},
        {"name": "TEMPORAL_VERSION_CHECK_DISABLED", "value": "1"},
        {"name": "GOMEMLIMIT", "value": limit},
        {"name": "GOMAXPROCS", "value": "1"},
    ]


def test_dynamic_config(local: Recording) -> None:
    data = local.objects("ConfigMap")["temporal-dynamic-config"]["data"]
    assert {name: yaml.safe_load(text) for name, text in data.items()} == {
        "dynamic.yaml": {
            "limit.maxIDLength": [{"value": 255}],
            "frontend.enableServerVersionCheck": [{"value": False}],
            "frontend.shutdownFailHealthCheckDuration": [{"value": "0s"}],
            "frontend.shutdownDrainDuration": [{"value": "0s"}],
            "matching.alignMembershipChange": [{"value": "0s"}],
            "history.alignMembershipChange": [{"value": "0s"}],
            "history.startupMembershipJoinDelay": [{"value": "0s"}],
            "history.cacheSizeBasedLimit": [{"value": True}],
            "history.hostLevelCacheMaxSizeBytes": [{"value": 512 * 2**20 * 40 // 100}],
            "history.eventsHostLevelCacheMaxSizeBytes": [{"value": 512 * 2**20 * 10 // 100}],
        }
    }


@pytest.mark.parametrize("service", SERVICES)
def test_the_dynamic_config_is_a_directory(local: Recording, service: str) -> None:
    """A file mounted by subPath would never see a change."""
    pod = local.pods()[f"Deployment/temporal-{service}"]
    [found] = [m for m in pod["containers"][0]["volumeMounts"] if m["name"] == "dynamic-config"]
    assert found == {"name": "dynamic-config", "mountPath": "/etc/temporal/dynamicconfig", "readOnly": True}
    [volume] = [v for v in pod["volumes"] if v["name"] == "dynamic-config"]
    assert volume["configMap"] == {"name": "temporal-dynamic-config", "defaultMode": 0o444}


PORTS = {
    "frontend": {"grpc": 7233, "membership": 6933, "http": 7243},
    "internal-frontend": {"grpc": 7236, "membership": 6936, "http": 7246},
    "history": {"grpc": 7234, "membership": 6934},
    "matching": {"grpc": 7235, "membership": 6935},
    "worker": {"grpc": 7239, "membership": 6939},
}


@pytest.mark.parametrize("service", SERVICES)
def test_ports_of_pods_and_services(local: Recording, service: str) -> None:
    """Gossip goes from pod to pod; services without HTTP are headless."""
    [container] = local.pods()[f"Deployment/temporal-{service}"]["containers"]
    assert {port["name"]: port["containerPort"] for port in container["ports"]} == PORTS[service]
    spec = local.objects("Service")[f"temporal-{service}"]["spec"]
    assert {port["name"]: port["port"] for port in spec["ports"]} == {
        name: port for name, port in PORTS[service].items() if name != "membership"
    }
    assert all(port["targetPort"] == port["name"] for port in spec["ports"])
    assert spec.get("clusterIP") == (None if "http" in PORTS[service] else "None")


def test_the_user_interface_verifies_and_is_verified(local: Recording) -> None:
    [container] = local.pods()["Deployment/temporal-ui"]["containers"]
    assert {variable["name"]: variable["value"] for variable in container["env"]} == {
        "TEMPORAL_ADDRESS": "temporal-frontend.local.svc:7233",
        "TEMPORAL_UI_PORT": "8080",
        "TEMPORAL_TLS_CA": "/etc/temporal/client/ca.crt",
        "TEMPORAL_TLS_CERT": "/etc/temporal/client/tls.crt",
        "TEMPORAL_TLS_KEY": "/etc/temporal/client/tls.key",
        "TEMPORAL_TLS_SERVER_NAME": "temporal-frontend.local.svc.cluster.local",
        "TEMPORAL_TLS_ENABLE_HOST_VERIFICATION": "true",
        "TEMPORAL_UI_SERVER_TLS_CERT": "/etc/temporal/serving/tls.crt",
        "TEMPORAL_UI_SERVER_TLS_KEY": "/etc/temporal/serving/tls.key",
    }
    assert container["command"] == [
        "/bin/bash",
        "-c",
        RENEWING_SH,
        "temporal-ui",
        "/etc/temporal/serving/tls.crt",
        "/etc/temporal/client/ca.crt",
    ]
    assert container["readinessProbe"]["httpGet"] == {"path": "/healthz", "port": "https", "scheme": "HTTPS"}
