"""Proves the shape of the local stack's resources: types, parents, places, labels, and what the contract exports.

URNs are made of types and parents: a change here replaces what is deployed, unless an alias goes with it.
"""

import importlib
import pkgutil

import pulumi
import pytest

import components
import versions
from contract import ConnectionReference, EndpointReference, ImmutableFacts, PlatformOutputs, SecretReference
from tests.program import recording, stacks
from tests.program.recording import Recording

TOKENS = {
    "BundledMonitoring": "temporal:monitoring:BundledMonitoring",
    "Workspace": "temporal:monitoring:Workspace",
    "Agent": "temporal:monitoring:Agent",
    "MonitoringServer": "temporal:monitoring:MonitoringServer",
    "PostgresExporter": "temporal:monitoring:PostgresExporter",
    "ElasticsearchExporter": "temporal:monitoring:ElasticsearchExporter",
    "OperatorObjects": "temporal:monitoring:OperatorObjects",
    "TemporalPlatform": "temporal:platform:TemporalPlatform",
    "GeneratedCertificates": "temporal:certificates:GeneratedCertificates",
    "CertManagerCertificates": "temporal:certificates:CertManagerCertificates",
    "InClusterPostgres": "temporal:database:InClusterPostgres",
    "RdsDatabase": "temporal:database:RdsDatabase",
    "RdsAccess": "temporal:database:RdsAccess",
    "ApplicationDatabase": "temporal:database:ApplicationDatabase",
    "CloudNativePg": "temporal:database:CloudNativePg",
    "Zalando": "temporal:database:Zalando",
    "InClusterS3": "temporal:archival:InClusterS3",
    "ArchiveBucket": "temporal:archival:ArchiveBucket",
    "EncryptionKey": "temporal:aws:EncryptionKey",
    "PrivateBucket": "temporal:aws:PrivateBucket",
    "WorkloadIdentities": "temporal:aws:WorkloadIdentities",
    "Alarms": "temporal:aws:Alarms",
    "Backups": "temporal:aws:Backups",
    "OpenSearchDomain": "temporal:visibility:OpenSearchDomain",
    "InClusterOpenSearch": "temporal:visibility:InClusterOpenSearch",
    "TemporalServer": "temporal:server:TemporalServer",
    "ServerService": "temporal:server:ServerService",
    "WebUi": "temporal:server:WebUi",
    "Connection": "temporal:connection:Connection",
    "GeneratedCloudClients": "temporal:cloud:GeneratedCloudClients",
    "IssuedCloudClients": "temporal:cloud:IssuedCloudClients",
    "KeyClients": "temporal:cloud:KeyClients",
    "ServiceAccounts": "temporal:cloud:ServiceAccounts",
    "PrivateLink": "temporal:cloud:PrivateLink",
    "Namespaces": "temporal:cloud:Namespaces",
    "Workload": "temporal:workload:Workload",
}
LABELS = {f"app.kubernetes.io/{key}" for key in ("name", "instance", "version", "part-of", "managed-by")}
STACK = "urn:pulumi:local::temporal::pulumi:pulumi:Stack::temporal-local"


def _component_classes() -> set[str]:
    for module in pkgutil.walk_packages(components.__path__, "components."):
        importlib.import_module(module.name)
    found, open_ = set(), [pulumi.ComponentResource]
    while open_:
        subclasses = open_.pop().__subclasses__()
        found |= {c.__name__ for c in subclasses if c.__module__.startswith("components.")}
        open_ += subclasses
    return found


def test_type_tokens_are_frozen(request: pytest.FixtureRequest) -> None:
    """Every component class is in the table, and registers under the token the table gives it."""
    assert _component_classes() == set(TOKENS)
    made = map(request.getfixturevalue, ("stored", "issued", "cared_for", "working", "zalando", "cloudnative_pg"))
    clouds = (
        stacks.cloud(),
        stacks.cloud(stacks.CLUSTER_ISSUER),
        stacks.cloud_with_keys(),
        stacks.cloud_managed(),
        stacks.with_databases(stacks.cloud()),
        stacks.watched(visibility={"kind": "opensearch"}),
        stacks.bundled(),
        stacks.amazon(),
    )
    runs = (*made, *map(recording.run, clouds))
    registered = {r.type for found in runs for r in found.registrations if r.type.startswith("temporal:")}
    assert registered == set(TOKENS.values())
    assert {name: token.rpartition(":")[2] for name, token in TOKENS.items()} == {name: name for name in TOKENS}


def test_only_the_platform_and_the_provider_hang_at_the_stack(local: Recording) -> None:
    roots = [(r.type, r.name) for r in local.registrations if r.parent == STACK]
    assert roots == [
        ("pulumi:providers:kubernetes", "kubernetes"),
        ("temporal:platform:TemporalPlatform", "temporal"),
    ]
    assert not [r.name for r in local.registrations if not r.parent]


@pytest.mark.parametrize(
    ("stack", "exceptions"),
    [
        ("moving", ["temporal-ui-way-in"]),
        ("cared_for", ["temporal-ui-way-in", "temporal-database-access"]),
        ("working", ["temporal-ui-way-in"]),
        ("zalando", ["temporal-ui-way-in"]),
        ("cloudnative_pg", ["temporal-ui-way-in"]),
    ],
)
def test_names_say_whose_child_a_resource_is(stack: str, exceptions: list[str], request: pytest.FixtureRequest) -> None:
    """The parent is the component whose name is the longest beginning of the child's."""
    found: Recording = request.getfixturevalue(stack)
    owners = [r.name for r in found.registrations if r.type.startswith("temporal:")]
    strangers = {}
    for child in found.registrations:
        parent = child.parent.rpartition("::")[2]
        is_component = child.type.startswith("temporal:")
        owning = [o for o in owners if child.name.startswith(f"{o}-") or (o == child.name and not is_component)]
        if child.parent != STACK and parent != max(owning, key=len):
            strangers[child.name] = parent
    assert strangers == dict.fromkeys(exceptions, "temporal")


@pytest.mark.parametrize("stack", ["opensearch", "cared_for", "working", "zalando", "cloudnative_pg"])
def test_every_component_registers_its_outputs_once(stack: str, request: pytest.FixtureRequest) -> None:
    run: Recording = request.getfixturevalue(stack)
    found = sorted(urn.rpartition("::")[2] for urn in run.registered_outputs if "pulumi:pulumi:Stack::" not in urn)
    assert found == sorted(r.name for r in run.registrations if r.type.startswith("temporal:"))


def test_the_one_provider_is_explicit(local: Recording) -> None:
    [provider] = local.of("pulumi:providers:kubernetes").values()
    assert provider.inputs == {
        "context": "embedded",
        "enableServerSideApply": "true",
        "enableConfigMapMutable": "true",
        "enableSecretMutable": "true",
        "upsertExistingObjects": "true",
    }
    users = {r.provider for r in local.registrations if r.type.startswith("kubernetes:")}
    assert users == {
        "urn:pulumi:local::temporal::pulumi:pulumi:Stack$pulumi:providers:kubernetes::kubernetes::kubernetes-id"
    }


def test_objects_are_in_the_installations_namespace_or_the_applications(local: Recording) -> None:
    elsewhere = {
        (o["kind"], o["metadata"]["name"], o["metadata"].get("namespace"))
        for o in local.kubernetes()
        if o["metadata"].get("namespace") != "local"
    }
    assert elsewhere == {
        ("Namespace", "local", None),
        ("Namespace", "demo", None),
        ("ConfigMap", "temporal-connection", "demo"),
        ("Secret", "temporal-client", "demo"),
    }


def test_two_installations_share_a_cluster_without_touching(local: Recording) -> None:
    """Another `temporal:name` and application: no object has the same kind, namespace and name."""
    config = {**recording.stack_file("local"), "temporal:name": "other"}
    config["temporal:applications"] = [{"namespace": "shop", "temporalNamespace": "default", "createNamespace": True}]
    other = recording.run(config)

    def places(found: Recording) -> set[tuple[str, str, str]]:
        return {(o["kind"], o["metadata"].get("namespace", ""), o["metadata"]["name"]) for o in found.kubernetes()}

    assert places(local) & places(other) == set()
    assert len(places(local)) == len(local.kubernetes()) == len(other.kubernetes())


def test_every_object_carries_the_five_labels(moving: Recording) -> None:
    for found in moving.kubernetes():
        labels = found["metadata"]["labels"]
        assert set(labels) >= LABELS, found["metadata"]["name"]
        assert labels["app.kubernetes.io/instance"] == "local"
        assert labels["app.kubernetes.io/part-of"] == "temporal"
        assert labels["app.kubernetes.io/managed-by"] == "pulumi"


def test_selectors_hold_what_never_changes(moving: Recording) -> None:
    for owner in [*moving.objects("Deployment").values(), *moving.objects("StatefulSet").values()]:
        selector = owner["spec"]["selector"]["matchLabels"]
        assert set(selector) == {"app.kubernetes.io/name", "app.kubernetes.io/instance"}
        assert selector.items() <= owner["spec"]["template"]["metadata"]["labels"].items()


def test_every_service_selects_exactly_one_workload(local: Recording) -> None:
    labels = {
        f"{o['kind']}/{o['metadata']['name']}": o["spec"]["template"]["metadata"]["labels"].items()
        for o in local.kubernetes()
        if "template" in o.get("spec", {})
    }
    selected = {
        name: [owner for owner, found in labels.items() if service["spec"]["selector"].items() <= found]
        for name, service in local.objects("Service").items()
    }
    assert selected == {
        "temporal-postgres": ["StatefulSet/temporal-postgres"],
        "temporal-frontend": ["Deployment/temporal-frontend"],
        "temporal-internal-frontend": ["Deployment/temporal-internal-frontend"],
        "temporal-history": ["Deployment/temporal-history"],
        "temporal-matching": ["Deployment/temporal-matching"],
        "temporal-worker": ["Deployment/temporal-worker"],
        "temporal-ui": ["Deployment/temporal-ui"],
        "temporal-frontend-node-port": ["Deployment/temporal-frontend"],
        "temporal-ui-node-port": ["Deployment/temporal-ui"],
    }


def test_exports_are_the_contract(local: Recording) -> None:
    assert PlatformOutputs.read(local.exports) == PlatformOutputs(
        backend="self-hosted",
        name="local",
        server_version=versions.TEMPORAL_SERVER,
        address="temporal-frontend.local.svc:7233",
        external_address="198.18.0.2:30001",
        tls_server_name="temporal-frontend.local.svc.cluster.local",
        ui_address="https://198.18.0.2:30001",
        namespaces=["default"],
        endpoints={
            "default": EndpointReference(
                address="temporal-frontend.local.svc:7233", tls_server_name="temporal-frontend.local.svc.cluster.local"
            )
        },
        client=SecretReference(namespace="local", name="temporal-client-operator"),
        connections=(
            ConnectionReference(
                kubernetes_namespace="demo",
                temporal_namespace="default",
                config_map="temporal-connection",
                secret="temporal-client",
                address="temporal-frontend.local.svc:7233",
                tls_server_name="temporal-frontend.local.svc.cluster.local",
            ),
        ),
        immutable=ImmutableFacts(history_shard_count=128, databases=["temporal", "temporal_visibility"]),
    )


def test_every_reference_in_the_outputs_leads_to_an_object(local: Recording) -> None:
    outputs = PlatformOutputs.read(local.exports)
    secrets = {(o["metadata"]["namespace"], o["metadata"]["name"]) for o in local.kubernetes() if o["kind"] == "Secret"}
    assert (outputs.client.namespace, outputs.client.name) in secrets
    for connection in outputs.connections:
        assert (connection.kubernetes_namespace, connection.secret) in secrets
        assert connection.config_map in local.objects("ConfigMap")


def test_a_stack_without_ways_in_or_applications() -> None:
    """Only the required keys: no UI, no NodePort, no namespaces job; the outputs say so."""
    kept = ("temporal:name", "temporal:backend", "temporal:database", "temporal:tls")
    config = {key: value for key, value in recording.stack_file("local").items() if key in kept}
    least = recording.run({**config, "temporal:kubernetes": {"context": "kind"}})
    outputs = PlatformOutputs.read(least.exports)
    assert (outputs.external_address, outputs.ui_address) == (None, None)
    assert (outputs.namespaces, outputs.connections) == ([], ())
    assert set(least.objects("Namespace")) == {"local"}
    assert [s["spec"].get("type") for s in least.objects("Service").values()] == [None] * 6
    assert "Deployment/temporal-ui" not in least.pods()
    assert "Job/temporal-namespaces" not in least.pods()


def test_a_bad_stack_file_ends_the_run_before_anything_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_STACK_FILE", "/nonexistent/Pulumi.local.yaml")
    config = recording.stack_file("local")
    config["temporal:database"] = {"kind": "in-cluster", "storage": "Sup3r_secret"}
    config["temporal:tls"] = {"kind": "generated", "leafDays": 1}
    found = Recording()
    with pytest.raises(pulumi.RunError) as raised:
        recording.run(config, secret_keys=["temporal:database"], into=found)
    assert str(raised.value) == (
        "Pulumi.local.yaml is not valid (2 problems):\n"
        "  temporal:database.storage: found [secret]; allowed: text of a whole number with Mi, Gi, Ti, M, G or T, "
        "such as 512Mi\n"
        "  temporal:tls.leafDays: found 1; allowed: a whole number from 2 to 825"
    )
    assert found.registrations == []
