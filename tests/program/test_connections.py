"""Proves what an application finds in its namespace, and the ways into the installation from outside.

That an SDK connects with nothing else is seen on a cluster.
"""

import tomllib
from typing import Any

import pytest

from tests.program import recording
from tests.program.recording import Recording, plain

VARIABLES = {
    "TEMPORAL_ADDRESS": "temporal-frontend.local.svc:7233",
    "TEMPORAL_NAMESPACE": "default",
    "TEMPORAL_TLS": "true",
    "TEMPORAL_TLS_CLIENT_CERT_PATH": "/etc/temporal/client/tls.crt",
    "TEMPORAL_TLS_CLIENT_KEY_PATH": "/etc/temporal/client/tls.key",
    "TEMPORAL_TLS_SERVER_CA_CERT_PATH": "/etc/temporal/client/ca.crt",
    "TEMPORAL_TLS_SERVER_NAME": "temporal-frontend.local.svc.cluster.local",
}


def test_config_map(local: Recording) -> None:
    data = dict(local.objects("ConfigMap")["temporal-connection"]["data"])
    assert tomllib.loads(data.pop("temporal.toml")) == {
        "profile": {
            "default": {
                "address": "temporal-frontend.local.svc:7233",
                "namespace": "default",
                "tls": {
                    "client_cert_path": "/etc/temporal/client/tls.crt",
                    "client_key_path": "/etc/temporal/client/tls.key",
                    "server_ca_cert_path": "/etc/temporal/client/ca.crt",
                    "server_name": "temporal-frontend.local.svc.cluster.local",
                },
            }
        }
    }
    assert data == VARIABLES


def test_the_sdk_understands_both(local: Recording, tmp_path: Any) -> None:
    """The Python SDK reads variables and profile alike; it opens the files later, when it connects."""
    from temporalio.envconfig import ClientConfigProfile  # noqa: PLC0415 - loads half a second of native code

    profile = tmp_path / "temporal.toml"
    profile.write_text(local.objects("ConfigMap")["temporal-connection"]["data"]["temporal.toml"])
    by_file = ClientConfigProfile.load(config_source=profile, disable_env=True)
    by_variables = ClientConfigProfile.load(disable_file=True, override_env_vars=VARIABLES)
    for found in (by_file, by_variables):
        assert (found.address, found.namespace) == ("temporal-frontend.local.svc:7233", "default")
        assert found.tls is not None
        assert found.tls.server_name == "temporal-frontend.local.svc.cluster.local"


def test_secret(local: Recording) -> None:
    secret = local.objects("Secret")["temporal-client"]
    assert secret["type"] == "kubernetes.io/tls"
    assert plain(secret["stringData"]) == {
        "tls.crt": "CERTIFICATE temporal-certificates-client-app-demo",
        "tls.key": "KEY temporal-certificates-client-app-demo-key",
        "ca.crt": "CERTIFICATE temporal-certificates-frontend-ca",
    }


def test_a_connection_for_worker_controllers_is_made_when_asked_for(local: Recording) -> None:
    """It names the same Secret. The definition of its kind is looked at on a cluster."""
    assert local.objects("Connection") == {}
    config = recording.stack_file("local")
    config["temporal:applications"][0]["workerController"] = True
    made = recording.run(config).objects("Connection")["temporal-connection"]
    assert (made["apiVersion"], made["metadata"]["namespace"]) == ("temporal.io/v1alpha1", "demo")
    assert made["spec"] == {
        "hostPort": "temporal-frontend.local.svc:7233",
        "tls": {"serverName": "temporal-frontend.local.svc.cluster.local"},
        "mutualTLSSecretRef": {"name": "temporal-client"},
    }


def test_the_namespace_is_made_only_when_asked_for() -> None:
    config = recording.stack_file("local")
    config["temporal:applications"] = [{"namespace": "shop", "temporalNamespace": "default"}]
    found = recording.run(config)
    assert set(found.objects("Namespace")) == {"local"}
    assert found.objects("ConfigMap")["temporal-connection"]["metadata"]["namespace"] == "shop"


def _way_in(found: Recording, component: str) -> dict[str, Any]:
    spec: dict[str, Any] = found.objects("Service")[f"temporal-{component}-node-port"]["spec"]
    return spec


@pytest.mark.parametrize(("component", "port"), [("frontend", "grpc"), ("ui", "https")])
def test_node_ports_are_the_clusters_choice_unless_said(local: Recording, component: str, port: str) -> None:
    spec = _way_in(local, component)
    assert (spec["type"], spec["ports"]) == ("NodePort", [{"name": port, "port": 443, "targetPort": port}])


def test_chosen_node_ports_on_an_ipv6_node() -> None:
    config = recording.stack_file("local")
    config["temporal:kubernetes"] = {"context": "embedded", "nodeAddress": "2001:db8::1"}
    config["temporal:access"] = {
        "frontend": {"kind": "node-port", "port": 30733},
        "ui": {"exposure": {"kind": "node-port", "port": 30443}, "login": {"kind": "none"}},
    }
    found = recording.run(config)
    assert _way_in(found, "frontend")["ports"][0]["nodePort"] == 30733
    assert found.exports["externalAddress"] == "[2001:db8::1]:30733"
    assert found.exports["uiAddress"] == "https://[2001:db8::1]:30443"
