"""Proves which of somebody else's Secrets each pod mounts, and what applications get, with provided certificates.

The proof ends at the names: what is in those Secrets is their makers' word.
"""

import subprocess
import sys
from typing import Any

import pytest
import yaml

from contract import ConnectionReference, PlatformOutputs, SecretReference
from tests.program import recording, stacks
from tests.program.opensearch_files import nodes_dn
from tests.program.recording import ROOT, Recording, mounted_secret

SERVICES = ("frontend", "internal-frontend", "history", "matching", "worker")


FRONTEND_AUTHORITY = mounted_secret("their-frontend", "ca.crt")
CLIENT_AUTHORITY = {
    "secret": {"secretName": "their-clients", "items": [{"key": "authority.pem", "path": "ca.crt"}]},
}
DATABASE_AUTHORITY = {"/etc/temporal/database-ca": mounted_secret("their-database", "ca.crt")}
MISSED_BY_THE_JOB = {
    path: {"secret": {**volume["secret"], "optional": True}} for path, volume in DATABASE_AUTHORITY.items()
}
SERVICE = {
    "/etc/temporal/tls/internode": mounted_secret("their-internode"),
    "/etc/temporal/tls/frontend-ca": FRONTEND_AUTHORITY,
    **DATABASE_AUTHORITY,
}
MOUNTED = {
    "Deployment/temporal-frontend": {
        **SERVICE,
        "/etc/temporal/tls/frontend": mounted_secret("their-frontend", "tls.crt", "tls.key"),
        "/etc/temporal/tls/client-ca": CLIENT_AUTHORITY,
    },
    **{f"Deployment/temporal-{name}": SERVICE for name in SERVICES if name != "frontend"},
    "Deployment/temporal-ui": {
        "/etc/temporal/client": mounted_secret("their-client"),
        "/etc/temporal/serving": mounted_secret("their-ui", "tls.crt", "tls.key"),
    },
    "StatefulSet/temporal-postgres": {"/etc/postgresql/tls": mounted_secret("their-database", "tls.crt", "tls.key")},
    "Job/temporal-database-roles": {"/etc/postgresql/ca": mounted_secret("their-database", "ca.crt")},
    "Job/temporal-schema-temporal-v1-19": MISSED_BY_THE_JOB,
    "Job/temporal-schema-visibility-v1-14": MISSED_BY_THE_JOB,
    "Job/temporal-namespaces": {"/etc/temporal/client": mounted_secret("their-client")},
}


def test_each_pod_mounts_its_part_of_their_secrets(provided: Recording) -> None:
    found = {
        name: {
            path: volume
            for path, volume in provided.mounts(name).items()
            if volume.get("secret", {}).get("secretName", "").startswith("their-")
        }
        for name in provided.pods()
    }
    assert found == {**MOUNTED, LOOK: {}}


LOOK = "Job/temporal-given-certificates"
EXPECTED = """\
their-internode tls.crt the services' certificate
their-internode ca.crt the authority of the services' certificate
their-frontend tls.crt the frontend's certificate
their-frontend ca.crt the authority of the frontend's certificate
their-database tls.crt the database's certificate
their-database ca.crt the authority of the database's certificate
their-clients authority.pem the authority of clients
their-client tls.crt the platform's client certificate
their-client ca.crt the authority of the frontend's certificate
their-ui tls.crt the Web UI's certificate
"""


def test_a_job_looks_for_them_and_mounts_no_private_key(provided: Recording) -> None:
    """Everything it expects is at the path where its script looks; nothing of it has to be there."""
    [volume] = provided.mounts(LOOK)["/etc/temporal/given"].values()
    mounted = [(source["secret"], item) for source in volume["sources"] for item in source["secret"]["items"]]
    assert all(secret["optional"] is True for secret, _ in mounted)
    assert all(item["path"] == f"{secret['name']}/{item['key']}" for secret, item in mounted)
    [script] = [o for name, o in provided.objects("ConfigMap").items() if name.startswith(LOOK.partition("/")[2])]
    assert script["data"]["expected"] == EXPECTED
    expected = [tuple(line.split()[:2]) for line in EXPECTED.splitlines()]
    assert [(secret["name"], item["key"]) for secret, item in mounted] == expected
    assert not [item for _, item in mounted if item["key"] == "tls.key"]


def test_opensearch_has_a_certificate_of_theirs_and_their_word_for_its_subject() -> None:
    search = {"secret": "their-search", "subject": "CN=search,O=Example"}
    found = recording.run(stacks.changed(stacks.provided(), visibility={"kind": "opensearch"}, tls__search=search))
    assert nodes_dn(found) == ["CN=search,O=Example"]
    tls = {"/usr/share/opensearch/config/tls": mounted_secret("their-search", "tls.crt", "tls.key", "ca.crt")}
    assert tls.items() <= found.mounts("StatefulSet/temporal-opensearch").items()
    authority = {"/etc/temporal/visibility-ca": mounted_secret("their-search", "ca.crt")}
    assert authority.items() <= found.mounts("Deployment/temporal-history").items()
    [script] = [o for name, o in found.objects("ConfigMap").items() if name.startswith(LOOK.partition("/")[2])]
    database = "their-database ca.crt the authority of the database's certificate\n"
    looked_for = "their-search tls.crt OpenSearch's certificate\n"
    looked_for += "their-search ca.crt the authority of OpenSearch's certificate\n"
    assert script["data"]["expected"] == EXPECTED.replace(database, database + looked_for)
    look = "kubernetes:batch/v1:Job::temporal-certificates-given"
    assert look in found.of("kubernetes:apps/v1:StatefulSet")["temporal-visibility"].waits_for


def test_every_pod_that_waits_for_a_given_secret_comes_after_the_look(provided: Recording) -> None:
    look = "kubernetes:batch/v1:Job::temporal-certificates-given"
    kinds = ("kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet")
    workloads = [workload for kind in kinds for workload in provided.of(kind).values()]
    assert len(workloads) == 7
    assert [workload.name for workload in workloads if look not in workload.waits_for] == []


def test_no_certificate_is_made(provided: Recording) -> None:
    assert [r.name for r in provided.registrations if r.type.startswith(("tls:", "temporal:certificates:"))] == []
    assert [r.name for r in provided.registrations if r.type.startswith("kubernetes:cert-manager.io")] == []
    assert sorted(provided.objects("Secret")) == [
        "temporal-postgres-owners",
        "temporal-postgres-superuser",
        "temporal-postgres-users",
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_peers_are_expected_under_their_names(provided: Recording, service: str) -> None:
    text = provided.objects("ConfigMap")[f"temporal-{service}-config"]["data"]["server.yaml"]
    tls = yaml.safe_load(text)["global"]["tls"]
    assert tls["refreshInterval"] == "1h"
    assert tls["internode"]["client"]["serverName"] == "internode.example.com"
    assert tls["frontend"]["client"]["serverName"] == "temporal.example.com"


def test_everybody_who_calls_the_frontend_expects_its_name(provided: Recording) -> None:
    found = {
        name: {v["name"]: v.get("value") for v in pod["containers"][0]["env"]}.get("TEMPORAL_TLS_SERVER_NAME")
        for name, pod in provided.pods().items()
    }
    assert {name: expected for name, expected in found.items() if expected} == {
        "Deployment/temporal-ui": "temporal.example.com",
        "Job/temporal-namespaces": "temporal.example.com",
    }


def test_an_application_gets_a_config_map_beside_its_own_secret(provided: Recording) -> None:
    assert [(o["kind"], o["metadata"]["name"]) for o in provided.kubernetes() if _namespace(o) == "demo"] == [
        ("ConfigMap", "temporal-connection")
    ]
    outputs = PlatformOutputs.read(provided.exports)
    assert outputs.connections == (
        ConnectionReference(
            kubernetes_namespace="demo",
            temporal_namespace="default",
            config_map="temporal-connection",
            secret="demo-certificate",
            address="temporal-frontend.local.svc:7233",
            tls_server_name="temporal.example.com",
        ),
    )
    assert outputs.client == SecretReference(namespace="local", name="their-client")
    assert outputs.tls_server_name == "temporal.example.com"
    data = provided.objects("ConfigMap")["temporal-connection"]["data"]
    assert data["TEMPORAL_TLS_SERVER_NAME"] == "temporal.example.com"


def _namespace(found: dict[str, Any]) -> str | None:
    namespace: str | None = found["metadata"].get("namespace")
    return namespace


@pytest.mark.parametrize(
    ("stack", "loaded"),
    [("existing", ["pulumi_tls"]), ("cert_manager", ["pulumi_random"]), ("nothing_generated", [])],
)
def test_only_what_generates_loads_a_provider_for_it(stack: str, loaded: list[str]) -> None:
    """In a fresh interpreter: what is not loaded needs no plugin and no package."""
    program = (
        "import sys\n"
        "from tests.program import recording, stacks\n"
        f"recording.run(stacks.{stack}())\n"
        "print(sorted({'pulumi_random', 'pulumi_tls'} & sys.modules.keys()))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{loaded}\n"), done.stderr
