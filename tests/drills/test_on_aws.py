"""What a stack on AWS gives to the server, seen by the server: a database in RDS, searches in a domain, an archive in
S3, roles of pods.

The AWS resources are simulated, everything in the cluster is real. Behind the names that the simulated resources got
stand a PostgreSQL whose master user is no superuser, an S3 server that checks signatures, and an OpenSearch behind a
door that checks signatures and the domain's own policy; pods get their credentials as EKS Pod Identity hands them out.
What IAM allows besides is not checked here, nor what AWS takes. Each step goes on from the one before.
"""

import base64
import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from types import ModuleType
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric import ec

from commands.tests_node import NODE
from embedded import node
from embedded.node.places import Places
from embedded.progress import Progress
from settings.search_index import INDEX_PREFIX
from tests.cluster.go_modules import EXTERNAL_SECRETS, manifests
from tests.cluster.served import pods
from tests.cluster.stack import ROOT, Deployment, deployment_of, until
from tests.drills.amazon import pod_identity, search_service
from tests.drills.amazon.secrets_manager import SecretsManager
from tests.drills.issuing import Authority, key_pem, pem, signed
from versions import OPENSEARCH_IMAGE, POSTGRES_IMAGE, VERSITYGW_IMAGE

NAMESPACE = "onaws"
APPLICATION = "onaws-shop"
REGION = "eu-central-1"
BUCKET = "temporal-archive-123456789012-onaws"
DOMAIN = f"arn:aws:es:{REGION}:123456789012:domain/temporal-onaws"
ARCHIVING = ("temporal-frontend", "temporal-history")
SEARCHING = (
    *("temporal-frontend", "temporal-internal-frontend", "temporal-history"),
    *("temporal-matching", "temporal-worker"),
)
TELLING = ("temporal-schema-search", "temporal-search-access")
"""The newest that Go's module proxy has; what the platform uses is the same in 2.9."""
DEFINITIONS = ("clustersecretstores", "externalsecrets", "pushsecrets", "secretstores")
STORE = {
    "apiVersion": "external-secrets.io/v1",
    "kind": "ClusterSecretStore",
    "metadata": {"name": "aws-secrets-manager"},
    "spec": {"provider": {"aws": {"service": "SecretsManager", "region": REGION}}},
}
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Amazon:
    """What stands in for it."""

    deployment: Deployment
    secrets_manager: SecretsManager
    roles: dict[str, str]
    """Roles by ServiceAccount."""
    requests: Path
    """Who asked for credentials."""
    searches: Path
    """What the domain was asked."""

    def psql(self, database: str, sql: str) -> str:
        words = ["exec", "postgres", "--", "psql", "-U", "rdsadmin", "-XAt", "-d", database, "-c", sql]
        return self.deployment.kubectl("-n", "amazon", *words).strip()

    def archived_files(self) -> list[str]:
        words = ["exec", "s3", "--", "find", f"/data/buckets/{BUCKET}", "-type", "f"]
        return self.deployment.kubectl("-n", "amazon", *words).splitlines()

    def searched(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.searches.read_text().splitlines()]


@dataclass(frozen=True)
class Rendered:
    """What the stack will be."""

    database: str
    """Name of the host."""
    application: str
    """Name of the host of the application's database."""
    search: str
    """Name of the domain's host."""
    policy: dict[str, Any]
    """The domain's own."""
    roles: dict[str, str]
    """Roles by ServiceAccount."""


def rendered(deployment: Deployment, folder: Path) -> Rendered:
    """The simulated resources get the same names every time."""
    ran = deployment.command("render", OUT=str(folder))
    assert ran.code == 0, ran.err
    objects = "".join(file.read_text() for file in folder.glob("kubernetes/*.yaml"))
    (database,) = set(re.findall(rf"temporal-onaws\.[a-z0-9]+\.{REGION}\.rds\.amazonaws\.com", objects))
    (application,) = set(re.findall(rf"temporal-onaws-shop\.[a-z0-9]+\.{REGION}\.rds\.amazonaws\.com", objects))
    (search,) = set(re.findall(rf"vpc-temporal-onaws-[a-z0-9]+\.{REGION}\.es\.amazonaws\.com", objects))
    resources = json.loads((folder / "aws.json").read_text())
    found = [each["properties"] for each in resources if each["type"].endswith(":PodIdentityAssociation")]
    assert {each["namespace"] for each in found} == {NAMESPACE}
    [policy] = [each["properties"]["accessPolicies"] for each in resources if each["type"].endswith("/domain:Domain")]
    roles = {each["serviceAccount"]: each["roleArn"] for each in found}
    return Rendered(database, application, search, json.loads(policy), roles)


def key_pairs(roles: dict[str, str]) -> dict[str, dict[str, str]]:
    """Credentials by role. With a session's token as Amazon's, but for those who archive: the S3 server knows no
    sessions."""
    made = {}
    for account, role in roles.items():
        made[role] = {"AccessKeyId": secrets.token_hex(10).upper(), "SecretAccessKey": secrets.token_hex(20)}
        if account not in ARCHIVING:
            made[role]["Token"] = secrets.token_hex(40)
    return made


def definitions() -> str:
    """CustomResourceDefinitions of External Secrets, from its Go module."""
    names = [*(f"external-secrets.io_{name}" for name in DEFINITIONS), "generators.external-secrets.io_passwords"]
    return manifests({EXTERNAL_SECRETS: [f"config/crds/bases/{name}.yaml" for name in names]})


def in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def set_up(
    deployment: Deployment,
    expected: Rendered,
    credentials: dict[str, dict[str, str]],
    *,
    master: str,
    authority: Authority,
    folder: Path,
) -> None:
    """The stores, what pods get, and what the stack expects to be there. The folder gets what they serve with."""
    s3 = f"{BUCKET}.s3.{REGION}.amazonaws.com"
    key = ec.generate_private_key(ec.SECP256R1())
    names = [expected.database, expected.application, expected.search, s3]
    usages = ["server auth", "client auth"]
    serving = signed(key, {"commonName": "stores", "dnsNames": names, "usages": usages}, authority)
    (folder / "tls.crt").write_bytes(pem(serving))
    (folder / "tls.key").write_bytes(key_pem(key))
    pairs = [credentials[expected.roles[account]] for account in ARCHIVING]
    users = {
        pair["AccessKeyId"]: {"access": pair["AccessKeyId"], "secret": pair["SecretAccessKey"], "role": "admin"}
        for pair in pairs
    }
    stores = Template((HERE / "amazon" / "stores.yaml").read_text()).substitute(
        certificate=in_base64(pem(serving)),
        key=in_base64(key_pem(key)),
        authority=in_base64(pem(authority.certificate)),
        root_access=secrets.token_hex(10),
        root_secret=secrets.token_hex(20),
        s3_users=json.dumps({"accessAccounts": users}),
        search_image=OPENSEARCH_IMAGE,
        search_master=expected.roles["temporal-search-access"],
        superuser=secrets.token_hex(16),
        master=master,
        postgres_image=POSTGRES_IMAGE,
        postgres_port=5433,
        s3_image=VERSITYGW_IMAGE,
        bucket=BUCKET,
        region=REGION,
    )
    deployment.kubectl("apply", "-f", "-", stdin=stores)
    address = {name: service(deployment, name)["spec"]["clusterIP"] for name in ("postgres", "s3")}
    for_pods = Template((HERE / "amazon" / "pods.yaml").read_text()).substitute(
        namespace=NAMESPACE,
        postgres_address=address["postgres"],
        postgres_host=expected.database,
        application=APPLICATION,
        application_host=expected.application,
        s3_address=address["s3"],
        s3_host=s3,
        search_address=search_service.ADDRESS,
        search_host=expected.search,
        service_accounts=json.dumps(sorted(expected.roles)),
        agent=pod_identity.ADDRESS,
    )
    deployment.kubectl("apply", "-f", "-", stdin=for_pods)
    restricted = {"pod-security.kubernetes.io/enforce": "restricted"}
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": restricted}}
    authorities = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "rds-authorities", "namespace": NAMESPACE},
        "data": {"ca.crt": in_base64(pem(authority.certificate))},
    }
    shop = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": APPLICATION, "labels": restricted}}
    for made in (namespace, shop, authorities):
        deployment.kubectl("apply", "-f", "-", stdin=json.dumps(made))
    deployment.kubectl("apply", "--server-side", "-f", "-", stdin=definitions())
    deployment.kubectl("wait", "--for=condition=Established", "--timeout=60s", "crd", "--all")
    deployment.kubectl("apply", "-f", "-", stdin=json.dumps(STORE))
    ready = {"status": {"conditions": [{"type": "Ready", "status": "True"}], "capabilities": "ReadWrite"}}
    store_name = f"clustersecretstore/{STORE['metadata']['name']}"  # type: ignore[index]
    deployment.kubectl("patch", store_name, "--subresource=status", "--type=merge", "-p", json.dumps(ready))
    deployment.kubectl("-n", "amazon", "wait", "--for=condition=Ready", "--timeout=300s", "pod", "--all")


def service(deployment: Deployment, name: str) -> Any:
    return json.loads(deployment.kubectl("-n", "amazon", "get", "service", name, "-o", "json"))


@pytest.fixture(scope="module")
def simulated_plugin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The simulated plugin in place of the official one, where `make up` looks for that."""
    folder = tmp_path_factory.mktemp("plugins")
    plugin = folder / "pulumi-resource-aws"
    simulated = ROOT / "standins" / "simulated" / "bin" / "pulumi-resource-aws"
    plugin.write_text(f'#!/bin/sh\nexec {sys.executable} {simulated} "$@"\n')
    plugin.chmod(0o755)
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{folder}:{before}"
    yield
    os.environ["PATH"] = before


@contextmanager
def beside_the_node(module: ModuleType, *words: str) -> Iterator[None]:
    """A module's program in the node's network, until the end."""
    name = node.NodeConfig.from_environment(NODE).name
    inside = ["nsenter", f"--net={Places(name).network_namespace}", "--"]
    program = subprocess.Popen([*inside, sys.executable, "-m", module.__name__, *words], cwd=ROOT)
    try:
        yield
        assert program.poll() is None, f"{module.__name__} has ended"
    finally:
        program.terminate()
        program.wait(timeout=30)


@pytest.fixture(scope="module")
def amazon(simulated_plugin: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Amazon]:
    """Everything that is there before the stack, and the stack's file."""
    del simulated_plugin
    folder = tmp_path_factory.mktemp("amazon")
    config = node.NodeConfig.from_environment(NODE)
    found = node.up(config, Progress(), extra_images=(OPENSEARCH_IMAGE, VERSITYGW_IMAGE))
    authority = Authority.new("amazon")
    document = yaml.safe_load((HERE / "Pulumi.onaws.yaml").read_text())
    document["config"]["temporal:applicationDatabases"][0]["authorities"] = pem(authority.certificate).decode()
    deployment = deployment_of(yaml.safe_dump(document), NAMESPACE)
    expected = rendered(deployment, folder / "rendered")
    credentials = key_pairs(expected.roles)
    master = {"username": "temporaladmin", "password": secrets.token_hex(16)}
    set_up(deployment, expected, credentials, master=master["password"], authority=authority, folder=folder)
    agent, door = folder / "agent.json", folder / "door.json"
    agent.write_text(json.dumps({"roles": expected.roles, "credentials": credentials}))
    keys = {
        pair["AccessKeyId"]: {"secret": pair["SecretAccessKey"], "token": pair.get("Token", ""), "role": role}
        for role, pair in credentials.items()
    }
    backend = f"{service(deployment, 'search')['spec']['clusterIP']}:9200"
    said = {"region": REGION, "domain": DOMAIN, "policy": expected.policy, "keys": keys, "backend": backend}
    door.write_text(json.dumps(said))
    requests, searches = folder / "requests", folder / "searches"
    requests.touch()
    searches.touch()
    leaf = [str(folder / "tls.crt"), str(folder / "tls.key")]
    with (
        beside_the_node(pod_identity, str(found.kubeconfig), str(agent), str(requests)),
        beside_the_node(search_service, str(door), *leaf, str(searches)),
        SecretsManager(found.kubeconfig, (NAMESPACE, APPLICATION), master) as manager,
    ):
        yield Amazon(deployment, manager, expected.roles, requests, searches)
        ran = deployment.command("down", CONFIRM=NAMESPACE)
        assert ran.code == 0, ran.err


def test_1_it_serves(amazon: Amazon) -> None:
    """Databases, owners and users made by a master user who is no superuser; every connection over TLS."""
    ran = amazon.deployment.up()
    assert "100 of 100 workflow executions completed and checked" in ran.err
    assert "unknown field" not in ran.err
    connections = amazon.psql(
        "postgres",
        "SELECT DISTINCT usename, datname, ssl FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)"
        " WHERE usename LIKE 'temporal%' ORDER BY usename",
    )
    assert connections.splitlines() == ["temporal|temporal|t"]
    assert amazon.psql("postgres", "SELECT rolname FROM pg_roles WHERE rolsuper") == "rdsadmin"
    owners = amazon.psql(
        "postgres",
        "SELECT datname, rolname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba"
        " WHERE datname LIKE 'temporal%' ORDER BY datname",
    )
    assert owners.splitlines() == [
        "temporal|temporal_owner",
        "temporal_visibility|temporal_visibility_owner",
    ]


def test_2_it_archives_with_the_role_of_its_pods(amazon: Amazon) -> None:
    """A history in the bucket, under its virtual host name, read back after its execution is deleted."""
    stack = amazon.deployment
    stack.temporal("workflow", "start", "--workflow-id", "kept", "--type", "kept", "--task-queue", "nobody")
    described = json.loads(stack.temporal("workflow", "describe", "--workflow-id", "kept", "--output", "json"))
    stack.temporal("workflow", "terminate", "--workflow-id", "kept")
    one = ("--workflow-id", "kept", "--run-id", described["workflowExecutionInfo"]["execution"]["runId"])
    query = ("--archived", "--query", "WorkflowType = 'kept'", "--output", "json")

    def archived() -> set[str]:
        found = json.loads(stack.temporal("workflow", "list", *query) or "[]")
        return {each["execution"]["workflowId"] for each in found}

    until("the execution is archived", lambda: archived() == {"kept"}, 180)
    assert {path.split("/")[5] for path in amazon.archived_files()} == {"history", "visibility"}
    stack.temporal("workflow", "delete", *one)
    until("it is deleted", lambda: "not found" in stack.try_temporal("workflow", "describe", *one).err.lower(), 60)
    assert "WorkflowExecutionTerminated" in stack.temporal("workflow", "show", *one)


def test_3_it_searches_as_the_roles_of_its_pods(amazon: Amazon) -> None:
    """Every request is signed with the key of a role and in the domain's policy, and the index takes it: the rights
    that the access job gave are enough. The search attribute's field is the server's to make."""
    stack = amazon.deployment
    attribute = ("--search-attribute", 'CaseId="4711"')
    stack.temporal("workflow", "start", "--workflow-id", "case", "--type", "case", "--task-queue", "nobody", *attribute)

    def found() -> list[str]:
        listed = json.loads(
            stack.temporal("workflow", "list", "--query", "CaseId = '4711'", "--output", "json") or "[]"
        )
        return [each["execution"]["workflowId"] for each in listed]

    until("it is found", lambda: found() == ["case"], 60)
    asked = amazon.searched()
    assert [each for each in asked if each["why"]] == []
    refused = {(each["did"], each["status"]) for each in asked if each["status"] >= 400}
    assert refused <= {(f"HEAD /{INDEX_PREFIX}", 404)}
    by_role = {role: account for account, role in amazon.roles.items()}
    assert {by_role[each["role"]] for each in asked} >= {*TELLING, "temporal-frontend", "temporal-history"}
    told = {each["did"] for each in asked if by_role[each["role"]] == "temporal-search-access"}
    assert "PUT /_plugins/_security/api/rolesmapping/temporal" in told


def test_4_roles_are_for_those_who_need_them(amazon: Amazon) -> None:
    """Who asked got the role of its own ServiceAccount; the others do not know where to ask."""
    assert set(amazon.roles) == {*SEARCHING, *TELLING}
    asked = dict(line.split() for line in amazon.requests.read_text().splitlines())
    assert asked.items() <= amazon.roles.items()
    assert set(asked) >= {*ARCHIVING, *TELLING}
    for pod in amazon.deployment.get("pods")["items"]:
        account = pod["spec"]["serviceAccountName"]
        names = {variable["name"] for each in pod["spec"]["containers"] for variable in each.get("env", ())}
        assert ("AWS_CONTAINER_CREDENTIALS_FULL_URI" in names) == (account in amazon.roles), account
        # Where an SDK of AWS looks for credentials; one job asks for its own by hand.
        uses_sdk = account in amazon.roles and account != "temporal-search-access"
        assert ("AWS_EC2_METADATA_DISABLED" in names) == uses_sdk, account
        assert not {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} & names, account


def in_shop(amazon: Amazon, script: str, *, check: bool = True) -> str:
    """What the application's pod says to a script of its shell."""
    words = ["-n", APPLICATION, "exec", "deployment/shop", "--", "sh", "-c", f"{script} 2>&1"]
    return amazon.deployment.kubectl(*words, check=check).strip()


def asked_by_shop(amazon: Amazon, sql: str, *, check: bool = True) -> str:
    """What PostgreSQL answers to the application, by nothing but what its workload has."""
    return in_shop(amazon, f'psql "$DATABASE_URL" -XAt -v ON_ERROR_STOP=1 -c "{sql}"', check=check)


def test_5_an_application_has_a_database_of_its_own(amazon: Amazon) -> None:
    """It comes in over TLS that checks who answers, owns its schemas, may not drop its database, and sees no other."""
    url = in_shop(amazon, 'echo "$DATABASE_URL"')
    assert re.fullmatch(
        r"postgresql://shop_db:[0-9a-f]{32}@temporal-onaws-shop\.[a-z0-9]+\.eu-central-1\.rds\.amazonaws\.com:5433/shop_db"
        r"\?sslmode=verify-full&sslrootcert=/etc/databases/shop/ca\.crt",
        url,
    )
    assert asked_by_shop(amazon, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == "t"
    owned = "SELECT nspname FROM pg_namespace WHERE nspowner = current_user::regrole ORDER BY nspname"
    assert asked_by_shop(amazon, owned).splitlines() == ["public", "workflow"]
    rights = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles WHERE rolname ="
    assert asked_by_shop(amazon, f"{rights} current_user") == "f|f|f|f|f"
    asked_by_shop(amazon, "CREATE TABLE workflow.plans (id int); INSERT INTO workflow.plans VALUES (1)")
    assert asked_by_shop(amazon, "CREATE SCHEMA IF NOT EXISTS workflow; SELECT count(*) FROM workflow.plans").endswith(
        "1"
    )
    refused = {
        "DROP DATABASE shop_db": "must be owner of database shop_db",
        "CREATE DATABASE other": "permission denied to create database",
        "CREATE ROLE other": "permission denied to create role",
    }
    for sql, said in refused.items():
        assert said in asked_by_shop(amazon, sql, check=False), sql
    for database in ("temporal", "temporal_visibility"):
        said = in_shop(amazon, f'psql "$DATABASE_URL&dbname={database}" -c ""', check=False)
        assert f'permission denied for database "{database}"' in said
    impostor = (
        'psql "$(echo "$DATABASE_URL" | sed s,/etc/databases/shop/ca.crt,/etc/ssl/certs/ca-certificates.crt,)" -c ""'
    )
    assert "certificate" in in_shop(amazon, impostor, check=False)
    said = json.loads(amazon.deployment.command("outputs").out)["applicationDatabases"]["shop"]
    assert (said["secret"], said["kubernetesNamespace"], said["database"]) == ("database-shop", APPLICATION, "shop_db")
    keys = amazon.deployment.kubectl("-n", APPLICATION, "get", "secret", "database-shop", "-o", "json")
    assert sorted(json.loads(keys)["data"]) == sorted(
        ["url", "host", "port", "database", "user", "password", "ca.crt", "reports.host", "reports.url"]
    )


def test_6_passwords_rotate_without_a_restart(amazon: Amazon) -> None:
    """New ones in new secrets; the old ones are no longer taken. The application's pod, which has read its one from a
    variable, is another one then."""
    stack, before = amazon.deployment, dict(amazon.secrets_manager.kept)
    running, url = pods(stack), in_shop(amazon, 'echo "$DATABASE_URL"')
    document = yaml.safe_load(stack.file.read_text())
    document["config"]["temporal:database"]["passwordRotation"] = 1
    document["config"]["temporal:applicationDatabases"][0]["passwordRotation"] = 1
    stack.file.write_text(yaml.safe_dump(document))
    ran = stack.up()
    assert "100 of 100 workflow executions completed and checked" in ran.err
    assert pods(stack) == running
    new = {name: login for name, login in amazon.secrets_manager.kept.items() if name not in before}
    assert len(new) == len(before) == 5
    assert {name.removesuffix("-1") for name in new} == set(before)
    assert in_shop(amazon, 'echo "$DATABASE_URL"') != url
    assert asked_by_shop(amazon, "SELECT count(*) FROM workflow.plans") == "1"
    assert "password authentication failed" in in_shop(amazon, f"psql '{url}' -c ''", check=False)
    ran = stack.up()
    assert "no changes" in ran.err


def test_7_no_password_is_kept_anywhere(amazon: Amazon) -> None:
    """Not in the state, nor in a log."""
    passwords = [login["password"].encode() for login in amazon.secrets_manager.kept.values()]
    folders = [folder for folder in (ROOT / ".state").iterdir() if folder.is_dir() and NAMESPACE in folder.name]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert any(file.suffix == ".json" for file in files)
    contents = {file: file.read_bytes() for file in files}
    assert [file for file, content in contents.items() for password in passwords if password in content] == []
