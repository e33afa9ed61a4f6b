"""The examples of applications (examples/consumers) on the real cluster: a worker by environment variables, a program
by a TOML profile, the worker again as Temporal Worker Controller runs it, and the Secret as External Secrets reads it.

The proof ends at the operators, whose parts tests play. Of External Secrets: it reads with the rights of the reader. Of
the controller: it adds to a pod what the controller's source adds (1.8.1,
internal/k8s/deployments.go, ApplyControllerPodSpecModifications) and makes its version the current one.
"""

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import yaml

from tests.cluster.examples import EXAMPLES, manifest, with_this_python
from tests.cluster.go_modules import EXTERNAL_SECRETS, manifests
from tests.cluster.stack import Deployment, until

APPLICATION = "shop"
TEMPORAL_NAMESPACE = "orders"
WORKER_CONTROLLER = "1.8.1"
"""The newest that Go's module proxy has; what the example uses is the same in 2.9."""
READER = ("-n", APPLICATION, f"--as=system:serviceaccount:{APPLICATION}:temporal-reader")
DEPLOYMENT, BUILD = f"{APPLICATION}/greeter", "first"
ASKED = "createNamespace: true\n      workerController: true\n"
MISSING = (
    "Temporal Worker Controller is not installed, or too old: the cluster serves no Connection of "
    "temporal.io/v1alpha1, and temporal:applications[0].workerController needs it. Install 1.8 or later with its "
    "definitions (https://github.com/temporalio/temporal-worker-controller)"
)


@pytest.fixture(scope="module")
def definitions() -> str:
    """CustomResourceDefinitions of Temporal Worker Controller, from its Go module."""
    folder = "helm/temporal-worker-controller-crds/templates"
    files = [f"{folder}/temporal.io_{kind}.yaml" for kind in ("connections", "workerdeployments")]
    return manifests({("github.com/temporalio/temporal-worker-controller", WORKER_CONTROLLER): files})


@contextmanager
def applied(platform: Deployment, made: dict[str, Any]) -> Iterator[None]:
    """The object while it is there; afterwards its pods are gone."""
    where = ("-n", APPLICATION)
    platform.kubectl(*where, "apply", "-f", "-", stdin=json.dumps(made))
    try:
        yield
    finally:
        platform.kubectl(*where, "delete", made["kind"].lower(), made["metadata"]["name"], "--cascade=foreground")


@contextmanager
def working(platform: Deployment, worker: dict[str, Any]) -> Iterator[None]:
    """While a worker polls."""
    with applied(platform, worker):

        def said() -> str:
            return platform.kubectl("-n", APPLICATION, "logs", "deployment/greeter", check=False)

        until("the worker works", lambda: f"working on greetings of {TEMPORAL_NAMESPACE}\n" in said())
        yield


def greeted(platform: Deployment) -> str:
    """What the job of the example for TOML said until it ended."""
    job = with_this_python(manifest("toml/job.yaml"), EXAMPLES / "toml")
    with applied(platform, job):

        def ended() -> bool:
            found = platform.kubectl("-n", APPLICATION, "get", "job", "greet-once", "-o", "jsonpath={.status}")
            return any(json.loads(found).get(end) for end in ("succeeded", "failed"))

        until("the job ended", ended)
        return platform.kubectl("-n", APPLICATION, "logs", "job/greet-once")


def test_1_a_worker_by_environment_and_a_program_by_profile(platform: Deployment) -> None:
    """The Deployment has the ConfigMap as variables, the Job the same ConfigMap as a file; both mount the Secret."""
    with working(platform, with_this_python(manifest("kubernetes/worker.yaml"), EXAMPLES / "kubernetes")):
        assert greeted(platform) == "Hello, Temporal!\n"


def test_2_a_cluster_without_the_controller_is_told(platform: Deployment) -> None:
    """In seconds, and nothing is changed."""
    text = platform.file.read_text()
    platform.file.write_text(text.replace("createNamespace: true\n", ASKED))
    try:
        ran = platform.command("up")
    finally:
        platform.file.write_text(text)
    assert ran.code == 1
    assert ran.err.splitlines()[-2:] == [
        "make up: cluster embedded lacks what Pulumi.platform.yaml names; nothing was changed:",
        f"  {MISSING}",
    ]


@pytest.fixture
def connection(platform: Deployment, definitions: str) -> Iterator[dict[str, Any]]:
    """The Connection that a stack makes whose application asks for it."""
    text = platform.file.read_text()
    platform.kubectl("apply", "--server-side", "-f", "-", stdin=definitions)
    try:
        platform.file.write_text(text.replace("createNamespace: true\n", ASKED))
        platform.up()
        found = platform.kubectl(
            "-n", APPLICATION, "get", "connections.temporal.io", "temporal-connection", "-o", "json"
        )
        yield json.loads(found)
    finally:
        platform.file.write_text(text)
        platform.up()
        platform.kubectl("delete", "--ignore-not-found", "-f", "-", stdin=definitions)


def test_3_a_worker_as_the_controller_runs_it(platform: Deployment, connection: dict[str, Any]) -> None:
    """With the Connection and the Secret it names alone; the API takes the WorkerDeployment of the example."""
    assert connection["spec"] == {
        "hostPort": "temporal-frontend.platform.svc:7233",
        "tls": {"serverName": "temporal-frontend.platform.svc.cluster.local"},
        "mutualTLSSecretRef": {"name": "temporal-client"},
    }
    written = manifest("kubernetes/worker-controller.yaml")
    platform.kubectl("-n", APPLICATION, "apply", "--dry-run=server", "-f", "-", stdin=json.dumps(written))
    assert written["spec"]["workerOptions"]["connectionRef"] == {"name": connection["metadata"]["name"]}
    with working(platform, _as_the_controller_makes_it(written, connection["spec"])):
        version = ("--deployment-name", DEPLOYMENT, "--build-id", BUILD, "--yes")
        words = ("worker", "deployment", "set-current-version", *version)
        until("its version is current", lambda: platform.try_temporal(*words, namespace=TEMPORAL_NAMESPACE).code == 0)
        assert greeted(platform) == "Hello, Temporal!\n"


@pytest.fixture
def known_to_the_api(platform: Deployment) -> Iterator[None]:
    """While the API server knows the kinds of External Secrets."""
    files = [f"config/crds/bases/external-secrets.io_{name}.yaml" for name in ("externalsecrets", "secretstores")]
    definitions = manifests({EXTERNAL_SECRETS: files})
    platform.kubectl("apply", "--server-side", "-f", "-", stdin=definitions)
    platform.kubectl(
        "wait",
        "--for=condition=Established",
        "--timeout=60s",
        *(f"crd/{kind}.external-secrets.io" for kind in ("externalsecrets", "secretstores")),
    )
    try:
        yield
    finally:
        platform.kubectl("delete", "--ignore-not-found", "-f", "-", stdin=definitions)


@pytest.mark.usefixtures("known_to_the_api")
def test_4_what_external_secrets_reads(platform: Deployment) -> None:
    """The API takes the example to the letter; the reader may read the one Secret that it names, and nothing else."""
    where = ("-n", APPLICATION)
    stores = (EXAMPLES / "external_secrets" / "store.yaml").read_text()
    platform.kubectl(*where, "apply", "--dry-run=server", "--validate=strict", "-f", "-", stdin=stores)
    store, external = yaml.safe_load_all(stores)
    reader = (EXAMPLES / "external_secrets" / "reader.yaml").read_text()
    platform.kubectl(*where, "apply", "-f", "-", stdin=reader)
    try:
        [named] = [each["extract"]["key"] for each in external["spec"]["dataFrom"]]
        assert store["spec"]["provider"]["kubernetes"]["remoteNamespace"] == APPLICATION
        read = json.loads(platform.kubectl(*READER, "get", "secret", named, "-o", "json"))
        own = json.loads(platform.kubectl(*where, "get", "secret", "temporal-client", "-o", "json"))
        assert (read["data"], set(read["data"])) == (own["data"], {"ca.crt", "tls.crt", "tls.key"})
        rights = (
            "get secret/other",
            "list secrets",
            "watch secrets",
            "get configmaps",
            "delete secret/temporal-client",
        )
        refused = [platform.kubectl(*READER, "auth", "can-i", *right.split(), check=False) for right in rights]
        assert [answer.strip() for answer in refused] == ["no"] * len(rights)
    finally:
        platform.kubectl(*where, "delete", "-f", "-", stdin=reader)


def _as_the_controller_makes_it(written: dict[str, Any], connection: dict[str, Any]) -> dict[str, Any]:
    """A Deployment of the WorkerDeployment's template and what the controller adds to it."""
    labels = {"app": "greeter"}
    template = {**copy.deepcopy(written["spec"]["template"]), "metadata": {"labels": labels}}
    [container] = template["spec"]["containers"]
    added = {
        "TEMPORAL_ADDRESS": connection["hostPort"],
        "TEMPORAL_NAMESPACE": TEMPORAL_NAMESPACE,
        "TEMPORAL_DEPLOYMENT_NAME": DEPLOYMENT,
        "TEMPORAL_WORKER_BUILD_ID": BUILD,
        "TEMPORAL_TLS_SERVER_NAME": connection["tls"]["serverName"],
        "TEMPORAL_TLS": "true",
        "TEMPORAL_TLS_CLIENT_KEY_PATH": "/etc/temporal/tls/tls.key",
        "TEMPORAL_TLS_CLIENT_CERT_PATH": "/etc/temporal/tls/tls.crt",
    }
    container["env"] += [{"name": name, "value": value} for name, value in added.items()]
    container["volumeMounts"] = [{"name": "temporal-tls", "mountPath": "/etc/temporal/tls"}]
    template["spec"]["volumes"] = [
        {"name": "temporal-tls", "secret": {"secretName": connection["mutualTLSSecretRef"]["name"]}}
    ]
    made = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "greeter"},
        "spec": {"selector": {"matchLabels": labels}, "template": template},
    }
    return with_this_python(made, EXAMPLES / "kubernetes")
