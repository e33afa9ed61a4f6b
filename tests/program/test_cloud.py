"""Proves what a stack of Temporal Cloud makes: what clients show, and connections in which an application finds the
same names as with a server of one's own. That they lead into a Temporal is seen on a cluster.
"""

import tomllib
from typing import Any

import pulumi
import pytest

from contract import ConnectionReference, EndpointReference, PlatformOutputs, SecretReference
from tests.program import recording, stacks
from tests.program.recording import Recording, plain

KEY = "a-key-that-nobody-can-read"
PAIR = {
    "TEMPORAL_TLS_CLIENT_CERT_PATH": "/etc/temporal/client/tls.crt",
    "TEMPORAL_TLS_CLIENT_KEY_PATH": "/etc/temporal/client/tls.key",
}


@pytest.fixture(scope="module")
def generated() -> Recording:
    """Certificates that the stack makes."""
    return recording.run(stacks.cloud())


@pytest.fixture(scope="module")
def keyed() -> Recording:
    """An API key, as the engine hands it over."""
    return recording.run(stacks.cloud_with_key(cloudApiKey=KEY), secret_keys=["temporal:cloudApiKey"])


def _in(found: Recording, kind: str, namespace: str) -> dict[str, Any]:
    """Objects of one kind in one namespace, by name."""
    objects = [each for each in found.kubernetes() if each["kind"] == kind]
    return {each["metadata"]["name"]: each for each in objects if each["metadata"].get("namespace") == namespace}


def _variables(found: Recording, namespace: str) -> dict[str, str]:
    return dict(_in(found, "ConfigMap", namespace)["temporal-connection"]["data"])


def test_nothing_runs(generated: Recording, keyed: Recording) -> None:
    """No pod, no Service, nothing on AWS: what clients show, and where they find it."""
    for found in (generated, keyed):
        kinds = {each["kind"] for each in found.kubernetes()}
        assert kinds == {"Namespace", "ConfigMap", "Secret"}
    assert {each.type for each in generated.registrations if each.type.startswith("temporal:")} == {
        "temporal:platform:TemporalPlatform",
        "temporal:cloud:GeneratedCloudClients",
        "temporal:connection:Connection",
    }


def test_connections_with_certificates(generated: Recording) -> None:
    """Each leads to the endpoint of its own namespace, whose certificate is of a public authority."""
    for application, namespace in (("shop", "orders.a1b2c"), ("bills", "billing.a1b2c")):
        data = _variables(generated, application)
        assert tomllib.loads(data.pop("temporal.toml")) == {
            "profile": {
                "default": {
                    "address": f"{namespace}.tmprl.cloud:7233",
                    "namespace": namespace,
                    "tls": {
                        "client_cert_path": "/etc/temporal/client/tls.crt",
                        "client_key_path": "/etc/temporal/client/tls.key",
                        "server_name": f"{namespace}.tmprl.cloud",
                    },
                }
            }
        }
        assert data == {
            "TEMPORAL_ADDRESS": f"{namespace}.tmprl.cloud:7233",
            "TEMPORAL_NAMESPACE": namespace,
            "TEMPORAL_TLS": "true",
            **PAIR,
            "TEMPORAL_TLS_SERVER_NAME": f"{namespace}.tmprl.cloud",
        }
        secret = _in(generated, "Secret", application)["temporal-client"]
        assert (secret["type"], set(plain(secret["stringData"]))) == ("kubernetes.io/tls", {"tls.crt", "tls.key"})


def test_one_authority_signs_everybody(generated: Recording) -> None:
    leaves = generated.of("tls:index/locallySignedCert:LocallySignedCert")
    names = {request.inputs["dnsNames"][0] for request in generated.of("tls:index/certRequest:CertRequest").values()}
    assert names == {"operator.client.orders", "app-shop.client.orders", "app-bills.client.orders"}
    assert {tuple(leaf.inputs["allowedUses"]) for leaf in leaves.values()} == {("digital_signature", "client_auth")}
    assert [*generated.of("tls:index/selfSignedCert:SelfSignedCert")] == ["temporal-clients-client-ca"]


def test_outputs(generated: Recording) -> None:
    outputs = PlatformOutputs.read(generated.exports)
    assert outputs == PlatformOutputs(
        backend="cloud",
        name="orders",
        address="orders.a1b2c.tmprl.cloud:7233",
        external_address="orders.a1b2c.tmprl.cloud:7233",
        tls_server_name="orders.a1b2c.tmprl.cloud",
        ui_address="https://cloud.temporal.io/namespaces/orders.a1b2c",
        namespaces=["orders.a1b2c", "billing.a1b2c"],
        endpoints={
            name: EndpointReference(address=f"{name}.tmprl.cloud:7233", tls_server_name=f"{name}.tmprl.cloud")
            for name in ("orders.a1b2c", "billing.a1b2c")
        },
        client=SecretReference(namespace="orders", name="temporal-client-operator"),
        client_authority=outputs.client_authority,
        connections=tuple(
            ConnectionReference(
                kubernetes_namespace=application,
                temporal_namespace=namespace,
                config_map="temporal-connection",
                secret="temporal-client",
                address=f"{namespace}.tmprl.cloud:7233",
                tls_server_name=f"{namespace}.tmprl.cloud",
            )
            for application, namespace in (("shop", "orders.a1b2c"), ("bills", "billing.a1b2c"))
        ),
    )


def test_a_key_stands_in_secrets_alone(keyed: Recording) -> None:
    """In a profile that the variables name; the ConfigMap has no profile of its own, and no word of the key."""
    for application, namespace in (("shop", "orders.a1b2c"), ("bills", "billing.a1b2c")):
        assert _variables(keyed, application) == {
            "TEMPORAL_ADDRESS": f"{namespace}.tmprl.cloud:7233",
            "TEMPORAL_NAMESPACE": namespace,
            "TEMPORAL_TLS": "true",
            "TEMPORAL_CONFIG_FILE": "/etc/temporal/client/temporal.toml",
            "TEMPORAL_TLS_SERVER_NAME": f"{namespace}.tmprl.cloud",
        }
        secret = _in(keyed, "Secret", application)["temporal-client"]
        data = plain(secret["stringData"])
        assert data["api-key"] == KEY
        assert tomllib.loads(data["temporal.toml"]) == {
            "profile": {
                "default": {
                    "address": f"{namespace}.tmprl.cloud:7233",
                    "namespace": namespace,
                    "api_key": KEY,
                    "tls": {"server_name": f"{namespace}.tmprl.cloud"},
                }
            }
        }
        assert secret["stringData"] != data, "the engine is not told that this is secret"
    others = [each.inputs for each in keyed.registrations if not each.type.endswith(":Secret")]
    assert KEY not in str(others)
    assert KEY not in str(keyed.exports)


def test_the_sdk_takes_the_profile(keyed: Recording, tmp_path: Any) -> None:
    """Variables and the file that they name, read together as an application's SDK reads them."""
    from temporalio.envconfig import ClientConfigProfile  # noqa: PLC0415 - loads half a second of native code

    file = tmp_path / "temporal.toml"
    file.write_text(plain(_in(keyed, "Secret", "shop")["temporal-client"]["stringData"])["temporal.toml"])
    variables = _variables(keyed, "shop") | {"TEMPORAL_CONFIG_FILE": str(file)}
    found = ClientConfigProfile.load(override_env_vars=variables)
    assert (found.address, found.namespace, found.api_key) == ("orders.a1b2c.tmprl.cloud:7233", "orders.a1b2c", KEY)
    assert found.tls is not None
    assert found.tls.server_name == "orders.a1b2c.tmprl.cloud"


@pytest.mark.parametrize(
    ("changes", "address", "server_name"),
    [
        (
            {"backend__endpoint": {"kind": "regional", "provider": "aws", "region": "eu-central-1"}},
            "eu-central-1.aws.api.temporal.io:7233",
            "orders.a1b2c.tmprl.cloud",
        ),
        (
            {
                "backend__endpoint": {"kind": "regional", "provider": "gcp", "region": "us-east4"},
                "backend__authentication": {"kind": "api-key"},
                "cloudApiKey": {"secure": "v1:a:b"},
            },
            "us-east4.gcp.api.temporal.io:7233",
            "us-east4.gcp.api.temporal.io",
        ),
        (
            {
                "backend__endpoint": {
                    "kind": "address",
                    "host": "10.0.0.7",
                    "port": 443,
                    "serverName": "cloud.example.com",
                }
            },
            "10.0.0.7:443",
            "cloud.example.com",
        ),
    ],
    ids=["regional", "regional with a key", "address"],
)
def test_endpoints(changes: dict[str, Any], address: str, server_name: str) -> None:
    """With mutual TLS the server's name chooses the namespace at an endpoint of many."""
    data = _variables(recording.run(stacks.cloud(**changes)), "shop")
    assert (data["TEMPORAL_ADDRESS"], data["TEMPORAL_TLS_SERVER_NAME"]) == (address, server_name)


def test_certificates_of_cert_manager() -> None:
    """One for people, one for each application, where their Secrets are; the issuer is looked for first."""
    found = recording.run(stacks.cloud(stacks.CLUSTER_ISSUER))
    assert found.reads["temporal-clients-ClusterIssuer"] == ("kubernetes:cert-manager.io/v1:ClusterIssuer", "cloud")
    certificates = [each for each in found.kubernetes() if each["kind"] == "Certificate"]
    assert {(each["metadata"]["namespace"], *each["spec"]["dnsNames"]) for each in certificates} == {
        ("orders", "operator.client.orders"),
        ("shop", "app-shop.client.orders"),
        ("bills", "app-bills.client.orders"),
    }
    assert {tuple(each["spec"]["usages"]) for each in certificates} == {("digital signature", "client auth")}
    assert "clientAuthority" not in {key for key, value in found.exports.items() if value is not None}


def test_certificates_of_somebody_else() -> None:
    found = recording.run(stacks.cloud_provided())
    assert {each["kind"] for each in found.kubernetes()} == {"ConfigMap"}
    outputs = PlatformOutputs.read(found.exports)
    assert (outputs.client.name, outputs.connections[0].secret) == ("people", "shop-client")


def test_another_backend_is_another_stack(generated: Recording) -> None:
    with pytest.raises(pulumi.RunError, match=r"temporal:backend.kind: found 'self-hosted'; allowed: 'cloud'"):
        recording.run(stacks.changed(stacks.local(), name="orders"), deployed=generated.exports)


def test_a_namespace_that_is_left_is_told(generated: Recording) -> None:
    config = stacks.cloud(namespaces=[{"name": "orders.a1b2c"}], applications=[])
    found = recording.run(config, deployed=generated.exports)
    [warning] = found.warnings
    assert warning == (
        "temporal:namespaces: 'billing.a1b2c' is deployed and no longer in the file: where the stack looked after it "
        "the preview shows its deletion; else it stays in Temporal Cloud with its executions, and costs what it costs. "
        "What deletes both for good: tcld namespace delete --namespace billing.a1b2c"
    )


ACCOUNT = "temporalcloud:index/serviceAccount:ServiceAccount"
KEYED = "temporalcloud:index/apikey:Apikey"


@pytest.fixture(scope="module")
def accounts() -> Recording:
    """API keys that the stack makes."""
    return recording.run(stacks.cloud_with_keys())


def test_each_application_has_an_account_that_may_use_its_namespace_alone(accounts: Recording) -> None:
    """People, and the smoke test, use all of them; no account has more of Temporal Cloud's own than to read."""
    made = {each.inputs["name"]: each.inputs for each in accounts.of(ACCOUNT).values()}
    writes = [{"namespaceId": name, "permission": "write"} for name in ("orders.a1b2c", "billing.a1b2c")]
    name = stacks.cloud()["temporal:name"]
    people = made.pop(f"{name}-operator")
    assert (people["accountAccess"], people["namespaceAccesses"]) == ("read", writes)
    assert {who: each["namespaceScopedAccess"] for who, each in made.items()} == {
        f"{name}-app-shop": writes[0],
        f"{name}-app-bills": writes[1],
    }
    assert all("accountAccess" not in each and "namespaceAccesses" not in each for each in made.values())


def test_keys_end_when_the_file_says_and_stand_in_secrets_alone(accounts: Recording) -> None:
    made = accounts.of(KEYED)
    assert {each.inputs["expiryTime"] for each in made.values()} == {"2027-06-01T00:00:00Z"}
    assert {each.inputs["ownerId"] for each in made.values()} == {f"{name}-id" for name in accounts.of(ACCOUNT)}
    assert {(each.inputs["ownerType"], each.retained) for each in made.values()} == {("service-account", True)}
    for application in ("shop", "bills"):
        secret = _in(accounts, "Secret", application)["temporal-client"]
        data = plain(secret["stringData"])
        [key] = [name for name in made if application in name]
        assert data["api-key"] == f"token-of-{key}"
        assert tomllib.loads(data["temporal.toml"])["profile"]["default"]["api_key"] == f"token-of-{key}"
        assert secret["stringData"] != data, "the engine is not told that this is secret"
    assert "token-of" not in str(accounts.exports)


def test_accounts_come_after_namespaces_that_the_stack_looks_after() -> None:
    managed = {"regions": ["aws-us-east-1"]}
    config = stacks.cloud_with_keys(namespaces=[{"name": "orders.a1b2c", "managed": managed}], applications=[])
    found = recording.run(config)
    [account] = found.of(ACCOUNT).values()
    assert any("namespace:Namespace::temporal-namespaces-orders.a1b2c" in each for each in waited_for(found, account))
    assert next(iter(found.of("temporalcloud:index/namespace:Namespace").values())).inputs["apiKeyAuth"] is True


def waited_for(found: Recording, registration: recording.Registration) -> set[str]:
    """What a resource's component waits for, too."""
    parent = next(each for each in found.registrations if registration.parent.endswith(f"::{each.name}"))
    return registration.waits_for | parent.waits_for


def test_one_provider_of_the_namespaces_account_makes_them(accounts: Recording) -> None:
    [provider] = accounts.of("pulumi:providers:temporalcloud").values()
    assert provider.inputs["allowedAccountId"] == "a1b2c"
