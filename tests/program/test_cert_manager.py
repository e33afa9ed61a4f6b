"""Proves what is asked of cert-manager: authorities, leaves, their exact specs, and who mounts what comes of it.

Source: cert-manager.io/v1, API reference. The proof ends at the objects: what cert-manager makes of them is its own.
"""

from typing import Any

from tests.program import recording, stacks
from tests.program.opensearch_files import nodes_dn
from tests.program.recording import Recording, mounted_secret

COMPANY = {"kind": "ClusterIssuer", "name": "company", "group": "cert-manager.io"}
PREFIX = "temporal-certificates-"


def _own(name: str) -> dict[str, str]:
    return {"kind": "Issuer", "name": f"temporal-{name}", "group": "cert-manager.io"}


def _names(service: str) -> list[str]:
    return [f"{service}.local.svc.cluster.local", f"{service}.local.svc", f"{service}.local", service]


def _authority(who: str) -> dict[str, Any]:
    return {
        "secretName": f"temporal-{who}-ca",
        "isCA": True,
        "commonName": f"local {who} authority",
        "duration": "87600h",
        "privateKey": {"algorithm": "ECDSA", "size": 256},
        "issuerRef": _own("self-signed"),
    }


def _leaf(secret: str, names: list[str], usages: list[str], issuer: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "secretName": secret,
        "dnsNames": names,
        **more,
        "usages": ["digital signature", *usages],
        "duration": "2160h",
        "renewBefore": "720h",
        "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
        "issuerRef": issuer,
    }


NODE = {"ipAddresses": ["198.18.0.2"]}
SERVER, CLIENT = "server auth", "client auth"
CERTIFICATES = {
    ("local", "temporal-internode-ca"): _authority("internode"),
    ("local", "temporal-database-ca"): _authority("database"),
    ("local", "temporal-internode-tls"): _leaf(
        "temporal-internode-tls", ["internode.local"], [SERVER, CLIENT], _own("internode")
    ),
    ("local", "temporal-frontend-tls"): _leaf(
        "temporal-frontend-tls", _names("temporal-frontend"), [SERVER], COMPANY, **NODE
    ),
    ("local", "temporal-ui-tls"): _leaf("temporal-ui-tls", _names("temporal-ui"), [SERVER], COMPANY, **NODE),
    ("local", "temporal-database-tls"): _leaf(
        "temporal-database-tls", _names("temporal-postgres"), [SERVER], _own("database")
    ),
    **{
        ("local", f"temporal-client-{who}"): _leaf(f"temporal-client-{who}", [f"{who}.client.local"], [CLIENT], COMPANY)
        for who in ("operator", "jobs", "ui")
    },
    ("demo", "temporal-client"): _leaf("temporal-client", ["app-demo.client.local"], [CLIENT], COMPANY),
}
ISSUERS = {
    "temporal-self-signed": {"selfSigned": {}},
    "temporal-internode": {"ca": {"secretName": "temporal-internode-ca"}},
    "temporal-database": {"ca": {"secretName": "temporal-database-ca"}},
}


def _certificates(found: Recording) -> list[dict[str, Any]]:
    return [o for o in found.kubernetes() if o["kind"] == "Certificate"]


def test_certificates(issued: Recording) -> None:
    found = {(o["metadata"]["namespace"], o["metadata"]["name"]): o["spec"] for o in _certificates(issued)}
    assert found == CERTIFICATES


def test_the_leaf_of_opensearch() -> None:
    """Its nodes are clients of each other, Java reads PKCS #8 only, and nodes_dn is the leaf's subject."""
    config = stacks.changed(stacks.cert_manager(), visibility={"kind": "opensearch"})
    found = recording.run(config)
    certificates = {o["metadata"]["name"]: o["spec"] for o in _certificates(found)}
    leaf = _leaf("temporal-search-tls", _names("temporal-opensearch"), [SERVER, CLIENT], _own("search"))
    key = {**leaf["privateKey"], "encoding": "PKCS8"}
    common_name = "temporal-opensearch.local.svc.cluster.local"
    assert certificates["temporal-search-tls"] == {**leaf, "privateKey": key, "commonName": common_name}
    assert certificates["temporal-search-ca"] == _authority("search")
    assert found.objects("Issuer")["temporal-search"]["spec"] == {"ca": {"secretName": "temporal-search-ca"}}
    assert nodes_dn(found) == [f"CN={common_name}"]
    tls = {"/usr/share/opensearch/config/tls": mounted_secret("temporal-search-tls", "tls.crt", "tls.key", "ca.crt")}
    assert tls.items() <= found.mounts("StatefulSet/temporal-opensearch").items()
    authority = {"/etc/temporal/visibility-ca": mounted_secret("temporal-search-tls", "ca.crt")}
    assert authority.items() <= found.mounts("Deployment/temporal-worker").items()


def test_issuers_are_the_installations_own(issued: Recording) -> None:
    assert {name: issuer["spec"] for name, issuer in issued.objects("Issuer").items()} == ISSUERS
    assert {issuer["metadata"]["namespace"] for issuer in issued.objects("Issuer").values()} == {"local"}


def test_objects_are_of_cert_managers_stable_version(issued: Recording) -> None:
    objects = [*_certificates(issued), *issued.objects("Issuer").values()]
    assert {o["apiVersion"] for o in objects} == {"cert-manager.io/v1"}
    assert set(issued.of("kubernetes:cert-manager.io/v1:Issuer")) == {
        f"{PREFIX}{name}-issuer" for name in ("self-signed", "internode", "database")
    }


def test_every_certificate_is_waited_for(issued: Recording) -> None:
    assert [o["metadata"]["annotations"] for o in _certificates(issued)] == [
        {"pulumi.com/waitFor": "condition=Ready"}
    ] * len(CERTIFICATES)


def test_an_authority_is_ready_before_its_issuer_signs(issued: Recording) -> None:
    issuers = issued.of("kubernetes:cert-manager.io/v1:Issuer")
    for who in ("internode", "database"):
        certificate = f"kubernetes:cert-manager.io/v1:Certificate::{PREFIX}{who}-ca"
        assert certificate in issuers[f"{PREFIX}{who}-issuer"].waits_for


def test_no_secret_and_no_key_is_the_stacks(issued: Recording) -> None:
    assert [r.name for r in issued.registrations if r.type.startswith("tls:")] == []
    assert sorted(issued.objects("Secret")) == [
        "temporal-postgres-owners",
        "temporal-postgres-superuser",
        "temporal-postgres-users",
    ]


SERVICE = {
    "/etc/temporal/tls/internode": mounted_secret("temporal-internode-tls"),
    "/etc/temporal/tls/frontend-ca": mounted_secret("temporal-frontend-tls", "ca.crt"),
    "/etc/temporal/database-ca": mounted_secret("temporal-database-tls", "ca.crt"),
}
DATABASE_AUTHORITY = {"/etc/temporal/database-ca": mounted_secret("temporal-database-tls", "ca.crt")}
MISSED_BY_THE_JOB = {
    path: {"secret": {**volume["secret"], "optional": True}} for path, volume in DATABASE_AUTHORITY.items()
}
MOUNTED = {
    "Deployment/temporal-frontend": {
        **SERVICE,
        "/etc/temporal/tls/frontend": mounted_secret("temporal-frontend-tls", "tls.crt", "tls.key"),
        "/etc/temporal/tls/client-ca": mounted_secret("temporal-frontend-tls", "ca.crt"),
    },
    **{f"Deployment/temporal-{name}": SERVICE for name in ("internal-frontend", "history", "matching", "worker")},
    "Deployment/temporal-ui": {
        "/etc/temporal/client": mounted_secret("temporal-client-ui"),
        "/etc/temporal/serving": mounted_secret("temporal-ui-tls", "tls.crt", "tls.key"),
    },
    "StatefulSet/temporal-postgres": {
        "/etc/postgresql/tls": mounted_secret("temporal-database-tls", "tls.crt", "tls.key")
    },
    "Job/temporal-database-roles": {"/etc/postgresql/ca": mounted_secret("temporal-database-tls", "ca.crt")},
    "Job/temporal-schema-temporal-v1-19": MISSED_BY_THE_JOB,
    "Job/temporal-schema-visibility-v1-14": MISSED_BY_THE_JOB,
    "Job/temporal-namespaces": {"/etc/temporal/client": mounted_secret("temporal-client-jobs")},
}


def test_each_pod_mounts_what_it_presents_and_checks(issued: Recording) -> None:
    """The frontend's key is the frontend's alone; the authorities' keys are nobody's."""
    certificates = {spec["secretName"] for spec in CERTIFICATES.values()}
    found = {
        name: {
            path: volume
            for path, volume in issued.mounts(name).items()
            if volume.get("secret", {}).get("secretName") in certificates
        }
        for name in issued.pods()
    }
    assert found == MOUNTED


def test_pods_come_after_the_certificates_they_mount(issued: Recording) -> None:
    frontend = issued.of("kubernetes:apps/v1:Deployment")["temporal-server-frontend"]
    assert {
        f"kubernetes:cert-manager.io/v1:Certificate::{PREFIX}{role}" for role in ("frontend-tls", "internode-tls")
    } <= frontend.waits_for


def test_durations_issuer_and_a_node_with_a_name() -> None:
    """Go durations know no days; an issuer of another group keeps it; without a UI nothing is made for it."""
    config = stacks.changed(
        stacks.existing(),
        tls={
            "kind": "cert-manager",
            "issuer": {"kind": "Issuer", "name": "steps", "group": "certmanager.step.sm"},
            "duration": "36h",
            "renewBefore": "90m",
            "refreshInterval": "30m",
        },
        kubernetes__nodeAddress="temporal.example.com",
        access={},
        applications=[],
    )
    found = recording.run(config)
    assert sorted(o["metadata"]["name"] for o in _certificates(found)) == [
        "temporal-client-jobs",
        "temporal-client-operator",
        "temporal-frontend-tls",
        "temporal-internode-ca",
        "temporal-internode-tls",
    ]
    frontend = found.objects("Certificate")["temporal-frontend-tls"]["spec"]
    assert frontend["dnsNames"] == [*_names("temporal-frontend"), "temporal.example.com"]
    assert "ipAddresses" not in frontend
    assert (frontend["duration"], frontend["renewBefore"]) == ("36h", "90m")
    assert frontend["issuerRef"] == {"kind": "Issuer", "name": "steps", "group": "certmanager.step.sm"}
    text = found.objects("ConfigMap")["temporal-history-config"]["data"]["server.yaml"]
    assert "refreshInterval: 30m\n" in text


READ = ("kubernetes:cert-manager.io/v1:ClusterIssuer", "company")


def test_the_issuer_is_read_before_any_certificate_is_asked_for(issued: Recording) -> None:
    """One that is not there ends the run; otherwise each Certificate would be waited for in vain."""
    assert issued.reads == {f"{PREFIX}ClusterIssuer": READ}
    urn = f"kubernetes:cert-manager.io/v1:ClusterIssuer::{PREFIX}ClusterIssuer"
    certificates = issued.of("kubernetes:cert-manager.io/v1:Certificate")
    assert len(certificates) == len(CERTIFICATES)
    assert [name for name, certificate in certificates.items() if urn not in certificate.waits_for] == []


def test_an_issuer_of_a_namespace_is_read_there_and_one_of_another_group_is_not() -> None:
    own = stacks.changed(stacks.existing(), tls=stacks.cert_manager()["temporal:tls"], applications=[])
    own["temporal:tls"]["issuer"]["kind"] = "Issuer"
    found = recording.run(own)
    assert found.reads == {f"{PREFIX}Issuer": ("kubernetes:cert-manager.io/v1:Issuer", "local/company")}
    own["temporal:tls"]["issuer"]["group"] = "certmanager.step.sm"
    assert recording.run(own).reads == {}


def test_no_other_stack_reads_anything(local: Recording, existing: Recording, provided: Recording) -> None:
    assert [found.reads for found in (local, existing, provided)] == [{}, {}, {}]
