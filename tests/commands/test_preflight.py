"""Proves what `make up` misses in a cluster before anything is applied, against a made-up API server.

That it stands before the engine, and what real cert-manager's API answers, is seen on a cluster.
"""

import base64
import io
import json
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from commands import eks, preflight, stackfile
from commands.cluster import Cluster, Entry
from commands.errors import CommandError
from embedded.progress import Progress
from settings.aws import Aws
from tests.commands.checkout import KUBECONFIG
from tests.program import stacks

LEAF = {"tls.crt", "tls.key", "ca.crt"}
ALL = {
    ("local", "their-internode"): LEAF,
    ("local", "their-frontend"): LEAF,
    ("local", "their-clients"): {"authority.pem"},
    ("local", "their-client"): LEAF,
    ("local", "their-ui"): {"tls.crt", "tls.key"},
    ("demo", "demo-certificate"): LEAF,
    ("local", "orders-app"): {"password"},
    ("local", "orders-owner"): {"password"},
    ("local", "search-app"): {"password"},
    ("local", "database-ca"): {"root.pem"},
    ("local", "login"): {".dockerconfigjson"},
    ("local", "extra"): {"token"},
}
"""Secrets that the fullest stack names, and their keys."""


CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
AGENT = "/apis/apps/v1/namespaces/kube-system/daemonsets/eks-pod-identity-agent"
AGENTS = "/apis/apps/v1/daemonsets"
POLICIES = "/apis/networking.k8s.io/v1/namespaces/local/networkpolicies"


def daemon_set(name: str, *arguments: str) -> dict[str, Any]:
    """A DaemonSet whose second container has these arguments."""
    labels = {"matchLabels": {"app": name}}
    containers = [{"name": "first"}, {"name": "agent", "args": list(arguments)}]
    return {"metadata": {"name": name}, "spec": {"selector": labels, "template": {"spec": {"containers": containers}}}}


class Api:
    """A server with Secrets and issuers; `answers` by path, `refused` paths get 403."""

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], dict[str, str]] = {}
        self.answers: dict[str, Any] = {}
        self.refused: dict[str, int] = {}
        self.asked: list[str] = []
        self.classes(standard="true")
        self.agent(ready=3, nodes=3)
        self.answers[POLICIES] = {"items": []}

    def fill(self, secrets: dict[tuple[str, str], set[str]]) -> None:
        self.secrets = {place: dict.fromkeys(keys, "Sup3r_secret") for place, keys in secrets.items()}

    def classes(self, **default: str) -> None:
        """Storage classes, and whether each is the default one."""
        items = [
            {
                "metadata": {"name": name, "annotations": {"storageclass.kubernetes.io/is-default-class": word}},
                "provisioner": "ebs.csi.aws.com",
            }
            for name, word in default.items()
        ]
        self.answers[CLASSES] = {"items": items}

    def agent(self, *, ready: int, nodes: int) -> None:
        """The agent of EKS Pod Identity."""
        counts = {"currentNumberScheduled": nodes, "numberMisscheduled": 0}
        status = {**counts, "desiredNumberScheduled": nodes, "numberReady": ready}
        self.answers[AGENT] = {**daemon_set("eks-pod-identity-agent"), "status": status}

    def issuers(self, *names: str, kind: str = "ClusterIssuer", plural: str = "clusterissuers", **more: Any) -> None:
        """cert-manager as it answers."""
        version = {"groupVersion": "cert-manager.io/v1", "version": "v1"}
        group = {"name": "cert-manager.io", "versions": [version], "preferredVersion": version}
        self.answers["/apis/"] = {"kind": "APIGroupList", "groups": [group]}
        resources = [
            {"name": plural, "singularName": "", "kind": kind, "namespaced": kind == "Issuer", "verbs": ["get"]},
            {"name": f"{plural}/status", "singularName": "", "kind": kind, "namespaced": False, "verbs": ["get"]},
            {"name": "certificates", "singularName": "", "kind": "Certificate", "namespaced": True, "verbs": ["get"]},
        ]
        self.answers["/apis/cert-manager.io/v1"] = {"groupVersion": "cert-manager.io/v1", "resources": resources}
        items = [{"metadata": {"name": name}, **more} for name in names]
        place = "namespaces/local/" if kind == "Issuer" else ""
        self.answers[f"/apis/cert-manager.io/v1/{place}{plural}"] = {"items": items}

    def answer(self, path: str) -> tuple[int, Any]:
        self.asked.append(path)
        if path in self.refused:
            return self.refused[path], {"kind": "Status", "code": self.refused[path]}
        parts = path.split("/")
        if (
            len(parts) > 6
            and path.startswith("/api/v1/namespaces/")
            and (found := self.secrets.get((parts[4], parts[6]))) is not None
        ):
            data = {key: base64.b64encode(text.encode()).decode() for key, text in found.items()}
            return 200, {"apiVersion": "v1", "kind": "Secret", "data": data}
        return (200, self.answers[path]) if path in self.answers else (404, {"kind": "Status", "code": 404})


@pytest.fixture
def api() -> Api:
    found = Api()
    found.fill(ALL)
    return found


@pytest.fixture
def place(api: Api, tmp_path: Path) -> Iterator[Cluster]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = api.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        file = tmp_path / "kubeconfig"
        file.write_text(KUBECONFIG.format(server=f"http://127.0.0.1:{running.server_address[1]}"))
        yield Cluster("tried", file)
        running.shutdown()


def full() -> dict[str, Any]:
    """Everything of other people's, of every kind."""
    config = stacks.changed(stacks.nothing_generated(), images__pullSecrets=["login"])
    config["temporal:database"]["tls"] = {"kind": "verify-full", "ca": {"secret": "database-ca", "key": "root.pem"}}
    extra = {"TOKEN": {"secret": "extra", "key": "token"}}
    stacks.put(config, ["backend", "services", "history", "secretEnvironment"], extra)
    return config


def missing(config: dict[str, Any], place: Cluster, said: io.StringIO | None = None) -> list[str]:
    """The lines of the refusal; none when all is there."""
    assert place.kubeconfig is not None
    folder = place.kubeconfig.parent
    file = folder / "Pulumi.given.yaml"
    file.write_text(yaml.safe_dump({"config": config}))
    stack = stackfile.read("given", file, folder / "state")
    try:
        preflight.check(stack, stackfile.check(stack), place, Progress(said or io.StringIO()))
    except CommandError as error:
        found = str(error)
    else:
        return []
    head, *lines = found.splitlines()
    assert head == "cluster tried lacks what Pulumi.given.yaml names; nothing was changed:"
    assert "Sup3r_secret" not in found
    return [line.removeprefix("  ") for line in lines]


def test_all_there(place: Cluster, api: Api) -> None:
    assert missing(full(), place) == []
    assert len([path for path in api.asked if "/secrets/" in path]) == len(ALL)


SEARCHED = {
    ("local", "search-app"): {"password"},
    ("local", "search-owner"): {"password"},
    ("local", "search-authority"): {"ca.pem"},
    ("local", "their-search"): LEAF,
    ("local", "their-database"): LEAF,
    ("local", "new-app"): {"password"},
    ("local", "new-authority"): {"ca.pem"},
}
"""Secrets that stacks with search stores name."""


def searched() -> dict[str, Any]:
    """Somebody else's search store, and a move to another one, whose user is its owner."""
    new = stacks.search_store(
        "new",
        {"kind": "login", "user": "new_app", "password": {"secret": "new-app", "key": "password"}},
        ca={"secret": "new-authority", "key": "ca.pem"},
    )
    return stacks.searching(move=stacks.move("prepare", new))


def guarded() -> dict[str, Any]:
    """An OpenSearch in the cluster, with a certificate of somebody else's."""
    search = {"secret": "their-search", "subject": "CN=search"}
    return stacks.changed(stacks.provided(), visibility={"kind": "opensearch"}, tls__search=search)


MISSING_SEARCHED = {
    "search-app": (
        "Secret local/search-app is missing: temporal:visibility.authentication.password needs password (the password "
        "of search_app). Make it: kubectl -n local create secret generic search-app --from-file=password=<file>"
    ),
    "search-owner": (
        "Secret local/search-owner is missing: temporal:visibility.authentication.owner.password needs password (the "
        "password of search_owner). Make it: kubectl -n local create secret generic search-owner "
        "--from-file=password=<file>"
    ),
    "search-authority": (
        "Secret local/search-authority is missing: temporal:visibility.ca needs ca.pem (the authority of the store's "
        "certificate). Make it: kubectl -n local create secret generic search-authority --from-file=ca.pem=<file>"
    ),
    "new-app": (
        "Secret local/new-app is missing: temporal:visibility.move.to.authentication.password needs password (the "
        "password of new_app). Make it: kubectl -n local create secret generic new-app --from-file=password=<file>"
    ),
    "new-authority": (
        "Secret local/new-authority is missing: temporal:visibility.move.to.ca needs ca.pem (the authority of the "
        "store's certificate). Make it: kubectl -n local create secret generic new-authority --from-file=ca.pem=<file>"
    ),
}


def test_all_of_a_search_store_there(place: Cluster, api: Api) -> None:
    api.fill(ALL | SEARCHED)
    assert missing(searched(), place) == []
    assert missing(guarded(), place) == []


@pytest.mark.parametrize("secret", MISSING_SEARCHED)
def test_a_missing_secret_of_a_search_store_is_one_line(place: Cluster, api: Api, secret: str) -> None:
    api.fill({name: keys for name, keys in (ALL | SEARCHED).items() if name != ("local", secret)})
    assert missing(searched(), place) == [MISSING_SEARCHED[secret]]


def test_a_missing_certificate_of_opensearch_is_one_line(place: Cluster, api: Api) -> None:
    api.fill({name: keys for name, keys in (ALL | SEARCHED).items() if name != ("local", "their-search")})
    (line,) = missing(guarded(), place)
    assert line.startswith(
        "Secret local/their-search is missing: temporal:tls.search.secret needs tls.crt (the certificate), tls.key "
        "(its private key), ca.crt (its authority). Make it: kubectl -n local create secret generic their-search "
    )


def test_a_stack_that_makes_everything_itself_asks_for_volumes_and_policies_alone(place: Cluster, api: Api) -> None:
    assert missing(stacks.local(), place) == []
    assert api.asked == [CLASSES, POLICIES]


GIVEN = "--from-file=tls.crt=<file> --from-file=tls.key=<file>"
MISSING = {
    ("local", "login"): (
        "Secret local/login is missing: temporal:images.pullSecrets[0] needs .dockerconfigjson (the login to the "
        "registry of the images). Make it: kubectl -n local create secret docker-registry login "
        "--docker-server=<registry> --docker-username=<name> --docker-password=<password>"
    ),
    ("local", "extra"): (
        "Secret local/extra is missing: temporal:backend.services.history.secretEnvironment.TOKEN needs token (the "
        "value of TOKEN). Make it: kubectl -n local create secret generic extra --from-file=token=<file>"
    ),
    ("local", "database-ca"): (
        "Secret local/database-ca is missing: temporal:database.tls.ca needs root.pem (the authority of the database's "
        "certificate). Make it: kubectl -n local create secret generic database-ca --from-file=root.pem=<file>"
    ),
    ("local", "orders-app"): (
        "Secret local/orders-app is missing: temporal:database.default.password needs password (the password of "
        "orders_app). Make it: kubectl -n local create secret generic orders-app --from-file=password=<file>"
    ),
    ("local", "orders-owner"): (
        "Secret local/orders-owner is missing: temporal:database.default.owner.password needs password (the password "
        "of orders_owner). Make it: kubectl -n local create secret generic orders-owner --from-file=password=<file>"
    ),
    ("local", "search-app"): (
        "Secret local/search-app is missing: temporal:database.visibility.password needs password (the password of "
        "search_app). Make it: kubectl -n local create secret generic search-app --from-file=password=<file>"
    ),
    ("local", "their-internode"): (
        "Secret local/their-internode is missing: temporal:tls.internode.secret needs tls.crt (the certificate), "
        "tls.key (its private key), ca.crt (its authority). Make it: kubectl -n local create secret generic "
        f"their-internode --type=kubernetes.io/tls {GIVEN} --from-file=ca.crt=<file>"
    ),
    ("local", "their-frontend"): (
        "Secret local/their-frontend is missing: temporal:tls.frontend.secret needs tls.crt (the certificate), tls.key "
        "(its private key), ca.crt (its authority). Make it: kubectl -n local create secret generic their-frontend "
        f"--type=kubernetes.io/tls {GIVEN} --from-file=ca.crt=<file>"
    ),
    ("local", "their-clients"): (
        "Secret local/their-clients is missing: temporal:tls.clientAuthority needs authority.pem (the authority of "
        "clients). Make it: kubectl -n local create secret generic their-clients --from-file=authority.pem=<file>"
    ),
    ("local", "their-client"): (
        "Secret local/their-client is missing: temporal:tls.client needs tls.crt (the certificate), tls.key (its "
        "private key), ca.crt (the authority of the frontend's certificate). Make it: kubectl -n local create secret "
        f"generic their-client --type=kubernetes.io/tls {GIVEN} --from-file=ca.crt=<file>"
    ),
    ("local", "their-ui"): (
        "Secret local/their-ui is missing: temporal:tls.ui needs tls.crt (the certificate), tls.key (its private key). "
        f"Make it: kubectl -n local create secret generic their-ui --type=kubernetes.io/tls {GIVEN}"
    ),
    ("demo", "demo-certificate"): (
        "Secret demo/demo-certificate is missing: temporal:applications[0].clientSecret needs tls.crt (the "
        "certificate), "
        "tls.key (its private key), ca.crt (the authority of the frontend's certificate). Make it: kubectl -n "
        "demo create "
        f"secret generic demo-certificate --type=kubernetes.io/tls {GIVEN} --from-file=ca.crt=<file>"
    ),
}


def test_every_secret_can_be_missing() -> None:
    assert MISSING.keys() == ALL.keys()


@pytest.mark.parametrize("secret", MISSING, ids="/".join)
def test_a_missing_secret_is_one_line(place: Cluster, api: Api, secret: tuple[str, str]) -> None:
    del api.secrets[secret]
    assert missing(full(), place) == [MISSING[secret]]


def test_everything_missing_is_told_at_once(place: Cluster, api: Api) -> None:
    api.fill({})
    assert sorted(missing(full(), place)) == sorted(MISSING.values())


def test_a_missing_and_an_empty_key(place: Cluster, api: Api) -> None:
    api.secrets["local", "orders-app"] = {"pass": "Sup3r_secret", "user": "x"}
    api.secrets["local", "orders-owner"] = {}
    api.secrets["local", "search-app"] = {"password": ""}
    assert missing(full(), place) == [
        (
            "Secret local/orders-app has no key password, the password of orders_app "
            "(temporal:database.default.password); "
            "keys there: pass, user. Add it to the Secret, or name another one"
        ),
        (
            "Secret local/orders-owner has no key password, the password of orders_owner "
            "(temporal:database.default.owner.password); keys there: none. Add it to the Secret, or name another one"
        ),
        (
            "Secret local/search-app has nothing in key password, the password of search_app "
            "(temporal:database.visibility.password). Fill it"
        ),
    ]


def test_a_password_that_the_server_cannot_send(place: Cluster, api: Api) -> None:
    """Only where it is the server that signs in to PostgreSQL."""
    api.secrets["local", "orders-app"] = {"password": "correct horse"}
    api.secrets["local", "search-app"] = {"password": "correct+horse"}
    [line] = missing(full(), place)
    assert line == (
        "Secret local/orders-app has a space in key password, the password of orders_app "
        "(temporal:database.default.password). Temporal's server cannot sign in with such a password: give the user "
        "another one"
    )


def test_an_archive_needs_its_authority_and_its_key_pair(place: Cluster, api: Api) -> None:
    assert missing(stacks.archived(stacks.COMPATIBLE), place) == [
        (
            "Secret local/ca is missing: temporal:archival.ca needs ca.pem (the authority of the store's certificate). "
            "Make it: kubectl -n local create secret generic ca --from-file=ca.pem=<file>"
        ),
        (
            "Secret local/pair is missing: temporal:archival.credentials needs accessKey (half of its key pair), "
            "secretKey (its other half). Make it: kubectl -n local create secret generic pair "
            "--from-file=accessKey=<file> --from-file=secretKey=<file>"
        ),
    ]
    apart = stacks.changed(
        stacks.archived(stacks.COMPATIBLE), archival__credentials__secretKey={"secret": "other", "key": "key"}
    )
    assert [line.partition(". ")[0] for line in missing(apart, place)[1:]] == [
        "Secret local/pair is missing: temporal:archival.credentials.accessKey needs accessKey (half of its key pair)",
        "Secret local/other is missing: temporal:archival.credentials.secretKey needs key (its other half)",
    ]
    api.secrets["local", "ca"] = {"ca.pem": "x"}
    api.secrets["local", "pair"] = {"accessKey": "x", "secretKey": "x"}
    assert missing(stacks.archived(stacks.COMPATIBLE), place) == []
    assert missing(stacks.archived(stacks.VOLUME), place) == []


def test_an_in_cluster_database_needs_its_given_certificate(place: Cluster, api: Api) -> None:
    assert missing(stacks.provided(), place) == [
        (
            "Secret local/their-database is missing: temporal:tls.database needs tls.crt (the certificate), tls.key "
            "(its "
            "private key), ca.crt (its authority). Make it: kubectl -n local create secret generic their-database "
            f"--type=kubernetes.io/tls {GIVEN} --from-file=ca.crt=<file>"
        )
    ]
    api.secrets["local", "their-database"] = dict.fromkeys(LEAF, "x")
    assert missing(stacks.provided(), place) == []


def test_an_in_cluster_archive_needs_its_given_certificate(place: Cluster, api: Api) -> None:
    api.secrets["local", "their-database"] = dict.fromkeys(LEAF, "x")
    config = stacks.changed(stacks.provided(), archival=dict(stacks.IN_CLUSTER_ARCHIVE), tls__archive="their-archive")
    [line] = missing(config, place)
    assert line.startswith("Secret local/their-archive is missing: temporal:tls.archive needs tls.crt")
    api.secrets["local", "their-archive"] = dict.fromkeys(LEAF, "x")
    assert missing(config, place) == []


def test_a_namespace_whose_secrets_may_not_be_read_is_said_once_and_the_others_are_checked(
    place: Cluster, api: Api
) -> None:
    api.refused = {f"/api/v1/namespaces/local/secrets/{name}": 403 for namespace, name in ALL if namespace == "local"}
    del api.secrets["demo", "demo-certificate"]
    said = io.StringIO()
    assert missing(full(), place, said) == [MISSING["demo", "demo-certificate"]]
    assert said.getvalue().count("Secrets of namespace local may not be read in cluster tried (403 Forbidden)") == 1


@pytest.mark.parametrize("path", ["/api/v1/namespaces/local/secrets/login", "/apis/"])
def test_a_cluster_that_fails_is_one_message(place: Cluster, api: Api, path: str) -> None:
    api.refused = {path: 500}
    config = stacks.cert_manager() if path == "/apis/" else full()
    with pytest.raises(CommandError, match=r"cluster tried cannot be asked what .*: 500 Internal Server Error"):
        _check(config, place)


def _check(config: dict[str, Any], place: Cluster) -> None:
    assert place.kubeconfig is not None
    file = place.kubeconfig.parent / "Pulumi.given.yaml"
    file.write_text(yaml.safe_dump({"config": config}))
    stack = stackfile.read("given", file, file.parent / "state")
    preflight.check(stack, stackfile.check(stack), place, Progress(io.StringIO()))


def _issued(**issuer: str) -> dict[str, Any]:
    config = stacks.changed(stacks.cert_manager(), applications=[], kubernetes__createNamespace=False)
    config["temporal:tls"]["issuer"] |= issuer
    return config


def test_an_issuer_that_is_there(place: Cluster, api: Api) -> None:
    api.issuers("company", "other")
    assert missing(_issued(), place) == []
    api.issuers("company", kind="Issuer", plural="issuers")
    assert missing(_issued(kind="Issuer"), place) == []


def test_no_cert_manager(place: Cluster, api: Api) -> None:
    api.answers["/apis/"] = {"kind": "APIGroupList", "groups": []}
    assert missing(_issued(), place) == [
        (
            "cert-manager is not installed: the cluster serves no cert-manager.io/v1. Install it "
            "(https://cert-manager.io/docs/installation), or choose another temporal:tls.kind"
        )
    ]


@pytest.mark.parametrize(
    ("issuers", "known"), [(["other", "another"], "another, other"), ([], "none")], ids=["others", "none"]
)
def test_an_issuer_that_is_not_there(place: Cluster, api: Api, issuers: list[str], known: str) -> None:
    api.issuers(*issuers)
    assert missing(_issued(), place) == [
        (
            f"ClusterIssuer company does not exist, and temporal:tls.issuer names it; those there: {known}. "
            "Make it, or name another one"
        )
    ]


def test_an_issuer_that_is_not_in_the_namespace(place: Cluster, api: Api) -> None:
    api.issuers("other", kind="Issuer", plural="issuers")
    assert missing(_issued(kind="Issuer"), place) == [
        (
            "Issuer company does not exist in namespace local, and temporal:tls.issuer names it; those there: other. "
            "Make it, or name another one"
        )
    ]


def test_an_issuer_that_is_not_ready(place: Cluster, api: Api) -> None:
    condition = {"type": "Ready", "status": "False", "message": "secret root-ca not found"}
    api.issuers("company", status={"conditions": [condition]})
    assert missing(_issued(), place) == ["ClusterIssuer company is not ready: secret root-ca not found"]
    api.issuers("company", status={"conditions": [{**condition, "status": "True"}]})
    assert missing(_issued(), place) == []


def test_issuers_that_may_not_be_listed_stop_nobody(place: Cluster, api: Api) -> None:
    api.issuers()
    api.refused = {"/apis/cert-manager.io/v1/clusterissuers": 403}
    said = io.StringIO()
    assert missing(_issued(), place, said) == []
    assert (
        "issuers may not be listed in cluster tried (403 Forbidden): whether ClusterIssuer company is"
        in said.getvalue()
    )


def test_another_group(place: Cluster, api: Api) -> None:
    api.issuers("company")
    assert missing(_issued(group="certmanager.step.sm"), place) == [
        (
            "the cluster serves no API group certmanager.step.sm, which temporal:tls.issuer.group names: install that "
            "issuer's controller, or correct the name"
        )
    ]
    version = {"groupVersion": "certmanager.step.sm/v1beta1", "version": "v1beta1"}
    group = {"name": "certmanager.step.sm", "versions": [version], "preferredVersion": version}
    api.answers["/apis/"]["groups"].append(group)
    kinds = [{"name": "steps", "singularName": "", "kind": "StepIssuer", "namespaced": True, "verbs": ["get"]}]
    api.answers["/apis/certmanager.step.sm/v1beta1"] = {"groupVersion": "x", "resources": kinds}
    assert missing(_issued(group="certmanager.step.sm"), place) == [
        "certmanager.step.sm/v1beta1 has no kind ClusterIssuer; temporal:tls.issuer.kind must be one it has"
    ]


def _controlled() -> dict[str, Any]:
    config = stacks.local()
    config["temporal:applications"] = [
        {"namespace": "demo", "temporalNamespace": "default", "createNamespace": True},
        {"namespace": "shop", "temporalNamespace": "default", "createNamespace": True, "workerController": True},
    ]
    return config


CONTROLLER = "/apis/temporal.io/v1alpha1"


def _kinds(*names: str) -> dict[str, Any]:
    resources = [
        {"name": f"{name.lower()}s", "singularName": "", "kind": name, "namespaced": True, "verbs": ["get"]}
        for name in names
    ]
    return {"groupVersion": "temporal.io/v1alpha1", "resources": resources}


def test_the_worker_controller_is_there(place: Cluster, api: Api) -> None:
    api.answers[CONTROLLER] = _kinds("Connection", "WorkerDeployment")
    assert missing(_controlled(), place) == []


def test_nobody_asks_for_the_worker_controller_unless_an_application_does(place: Cluster, api: Api) -> None:
    assert missing(stacks.local(), place) == []
    assert CONTROLLER not in api.asked


@pytest.mark.parametrize("kinds", [(), ("TemporalConnection",)], ids=["none", "an older one"])
def test_no_worker_controller(place: Cluster, api: Api, kinds: tuple[str, ...]) -> None:
    if kinds:
        api.answers[CONTROLLER] = _kinds(*kinds)
    assert missing(_controlled(), place) == [
        (
            "Temporal Worker Controller is not installed, or too old: the cluster serves no Connection of "
            "temporal.io/v1alpha1, and temporal:applications[1].workerController needs it. Install 1.8 or later with "
            "its definitions (https://github.com/temporalio/temporal-worker-controller)"
        )
    ]


def test_who_may_not_look_for_the_worker_controller_hears_it(place: Cluster, api: Api) -> None:
    api.refused = {CONTROLLER: 403}
    said = io.StringIO()
    assert missing(_controlled(), place, said) == []
    assert (
        "cluster tried does not say whether it serves Connection of temporal.io/v1alpha1, which "
        "temporal:applications[1].workerController needs (403 Forbidden): the program will tell"
    ) in said.getvalue()


GROUP = "external-secrets.io"


def _operator(api: Api, *stores: str, capabilities: str = "ReadWrite", **more: Any) -> None:
    """External Secrets as it answers, with stores of the cluster."""
    served = {
        f"{GROUP}/v1": {"ExternalSecret": True, "SecretStore": True, "ClusterSecretStore": False},
        f"{GROUP}/v1alpha1": {"PushSecret": True},
        f"generators.{GROUP}/v1alpha1": {"Password": True},
    }
    groups = []
    for group_version, kinds in served.items():
        group, version = group_version.split("/")
        one = {"groupVersion": group_version, "version": version}
        groups.append({"name": group, "versions": [one], "preferredVersion": one})
        api.answers[f"/apis/{group_version}"] = {
            "groupVersion": group_version,
            "resources": [
                {
                    "name": f"{kind.lower()}s",
                    "singularName": "",
                    "kind": kind,
                    "namespaced": namespaced,
                    "verbs": ["get"],
                }
                for kind, namespaced in kinds.items()
            ],
        }
    api.answers["/apis/"] = {"kind": "APIGroupList", "groups": groups}
    items = [{"metadata": {"name": name}, "status": {"capabilities": capabilities}, **more} for name in stores]
    api.answers[f"/apis/{GROUP}/v1/clustersecretstores"] = {"items": items}
    api.answers[f"/apis/{GROUP}/v1/namespaces/local/secretstores"] = {"items": items}


def test_what_brings_passwords_is_there(place: Cluster, api: Api) -> None:
    _operator(api, "aws-secrets")
    assert missing(stacks.rds(), place) == []
    here = {"kind": "SecretStore", "name": "aws-secrets"}
    config = stacks.changed(stacks.rds(), aws__secrets__store=here, kubernetes__createNamespace=False)
    assert missing(config, place) == []


def test_a_database_of_an_application_needs_it_and_makes_its_secret_itself(place: Cluster, api: Api) -> None:
    config = stacks.with_databases(stacks.cloud(), aws=dict(stacks.AWS), aws__identity=dict(stacks.IRSA))
    _operator(api, "aws-secrets")
    assert missing(config, place) == []
    assert not [path for path in api.asked if path.startswith("/api/v1/namespaces/shop/secrets")]
    _operator(api)
    [line] = missing(config, place)
    assert line.startswith("ClusterSecretStore aws-secrets does not exist, and temporal:aws.secrets.store names it")
    other = {"secret": "theirs", "key": "url"}
    [line, _] = missing(stacks.changed(config, workloads__0__secretEnvironment__DATABASE_URL=other), place)
    assert line.startswith("Secret shop/theirs is missing: temporal:workloads[0].secretEnvironment.DATABASE_URL needs")


def test_nobody_asks_for_it_without_a_database_on_aws(place: Cluster, api: Api) -> None:
    assert missing(stacks.changed(stacks.local(), aws=dict(stacks.AWS)), place) == []
    assert not [path for path in api.asked if path.startswith("/apis/external-secrets.io")]


def test_no_operator(place: Cluster, api: Api) -> None:
    api.issuers()
    assert missing(stacks.rds(), place) == [
        (
            "External Secrets is not installed: the cluster serves no external-secrets.io/v1, and temporal:aws.secrets "
            "needs it. Install it, 2.9 or later (https://external-secrets.io)"
        )
    ]


def test_an_operator_without_all_of_its_definitions(place: Cluster, api: Api) -> None:
    _operator(api, "aws-secrets")
    del api.answers[f"/apis/generators.{GROUP}/v1alpha1"]
    api.answers[f"/apis/{GROUP}/v1"]["resources"].pop(0)
    assert missing(stacks.rds(), place) == [
        (
            "External Secrets is too old, or installed in part: the cluster serves no ExternalSecret of "
            "external-secrets.io/v1, no Password of generators.external-secrets.io/v1alpha1. Install 2.9 or later with "
            "its definitions"
        )
    ]


def test_no_such_store(place: Cluster, api: Api) -> None:
    _operator(api, "vault")
    assert missing(stacks.rds(), place) == [
        (
            "ClusterSecretStore aws-secrets does not exist, and temporal:aws.secrets.store names it; those there: "
            "vault. Make it, or name another one"
        )
    ]
    here = {"kind": "SecretStore", "name": "aws-secrets"}
    config = stacks.changed(stacks.rds(), aws__secrets__store=here, kubernetes__createNamespace=False)
    assert missing(config, place) == [
        (
            "SecretStore aws-secrets does not exist in namespace local, and temporal:aws.secrets.store names it; those "
            "there: vault. Make it, or name another one"
        )
    ]


def test_a_store_that_cannot_be_used(place: Cluster, api: Api) -> None:
    condition = {"type": "Ready", "status": "False", "message": "unable to create client"}
    _operator(api, "aws-secrets", status={"capabilities": "ReadOnly", "conditions": [condition]})
    assert missing(stacks.rds(), place) == [
        "ClusterSecretStore aws-secrets is not ready: unable to create client",
        (
            "ClusterSecretStore aws-secrets only reads, and passwords are written to it once: it must be AWS Secrets "
            "Manager's"
        ),
    ]


def test_stores_that_nobody_may_list(place: Cluster, api: Api) -> None:
    _operator(api, "aws-secrets")
    api.refused[f"/apis/{GROUP}/v1/clustersecretstores"] = 403
    said = io.StringIO()
    assert missing(stacks.rds(), place, said) == []
    assert (
        "ClusterSecretStores may not be listed in cluster tried (403 Forbidden): whether aws-secrets is there will be "
        "told by the program"
    ) in said.getvalue()


def test_authorities_that_the_stack_file_names(place: Cluster, api: Api) -> None:
    _operator(api, "aws-secrets")
    config = stacks.changed(stacks.rds(ca={"secret": "rds-roots", "key": "rds.pem"}), kubernetes__createNamespace=False)
    assert missing(config, place) == [
        (
            "Secret local/rds-roots is missing: temporal:database.ca needs rds.pem (the authorities of RDS in this "
            "region). Make it: kubectl -n local create secret generic rds-roots --from-file=rds.pem=<file>"
        )
    ]


@pytest.mark.parametrize("named", [{}, {"kubernetes__storageClass": "standard"}], ids=["none", "named"])
def test_volumes_can_be_made(place: Cluster, named: dict[str, str]) -> None:
    assert missing(stacks.changed(stacks.local(), **named), place) == []


def test_no_such_storage_class(place: Cluster, api: Api) -> None:
    api.classes(gp2="true", io2="false")
    search = {"kind": "opensearch", "storageClass": "fast"}
    config = stacks.changed(stacks.opensearch(), visibility=search, kubernetes__storageClass="gp3")
    assert missing(config, place) == [
        (
            "StorageClass fast does not exist, and volumes of temporal:visibility need it; those there: gp2, io2. Make "
            "it, or name another one"
        ),
        (
            "StorageClass gp3 does not exist, and volumes of temporal:database need it; those there: gp2, io2. Make "
            "it, or name another one"
        ),
    ]


def test_no_default_storage_class(place: Cluster, api: Api) -> None:
    api.classes(gp2="false")
    config = stacks.archived_in_cluster()
    assert missing(config, place) == [
        (
            "no StorageClass is the default one, and volumes of temporal:database, temporal:archival name none; those "
            "there: gp2. Name one in temporal:kubernetes.storageClass"
        )
    ]
    api.classes()
    [line] = missing(config, place)
    assert "those there: none. " in line


def test_nobody_asks_for_storage_classes_without_volumes(place: Cluster, api: Api) -> None:
    _operator(api, "aws-secrets")
    api.classes()
    assert missing(stacks.changed(stacks.rds(), kubernetes__storageClass="gp3"), place) == []
    assert CLASSES not in api.asked


def test_storage_classes_that_nobody_may_list(place: Cluster, api: Api) -> None:
    api.refused[CLASSES] = 403
    said = io.StringIO()
    assert missing(stacks.local(), place, said) == []
    assert (
        "storage classes may not be listed in cluster tried (403 Forbidden): whether volumes can be made will be told "
        "by pods only"
    ) in said.getvalue()


def _of_pods() -> dict[str, Any]:
    return stacks.changed(stacks.local(), aws=dict(stacks.AWS))


def test_no_agent_of_pod_identity(place: Cluster, api: Api) -> None:
    del api.answers[AGENT]
    assert missing(_of_pods(), place) == [
        (
            "DaemonSet kube-system/eks-pod-identity-agent does not exist, and temporal:aws.identity (pod-identity) "
            "needs it. Install the add-on: aws eks create-addon --cluster-name production --region eu-central-1 "
            "--addon-name eks-pod-identity-agent"
        )
    ]
    irsa = stacks.changed(_of_pods(), aws__identity=dict(stacks.IRSA))
    assert missing(irsa, place) == []


def test_an_agent_that_is_not_ready(place: Cluster, api: Api) -> None:
    """On some nodes is enough for a start; without any node they are made when pods ask for them."""
    api.agent(ready=0, nodes=3)
    assert missing(_of_pods(), place) == [
        (
            "DaemonSet kube-system/eks-pod-identity-agent is ready on none of 3 nodes, so no pod gets its role. Look "
            "why: kubectl -n kube-system describe daemonset eks-pod-identity-agent"
        )
    ]
    api.agent(ready=2, nodes=3)
    said = io.StringIO()
    assert missing(_of_pods(), place, said) == []
    assert "warning: kube-system/eks-pod-identity-agent is ready on 2 of 3 nodes: pods on the others get no role\n" in (
        said.getvalue()
    )
    api.agent(ready=0, nodes=0)
    assert missing(_of_pods(), place) == []


def test_an_agent_that_nobody_may_look_at(place: Cluster, api: Api) -> None:
    api.refused[AGENT] = 403
    said = io.StringIO()
    assert missing(_of_pods(), place, said) == []
    assert "whether pods get their roles will be told by pods only\n" in said.getvalue()


def test_everything_that_is_missing_is_one_message(place: Cluster, api: Api) -> None:
    """The Secrets, the issuer, the operator, the volumes and the agent of one stack."""
    api.answers["/apis/"] = {"kind": "APIGroupList", "groups": []}
    api.classes()
    del api.answers[AGENT]
    config = stacks.changed(
        stacks.rds(ca={"secret": "rds-roots", "key": "rds.pem"}),
        kubernetes__createNamespace=False,
        tls={"kind": "cert-manager", "issuer": {"kind": "ClusterIssuer", "name": "company"}},
        visibility={"kind": "opensearch"},
        archival=dict(stacks.IN_CLUSTER_ARCHIVE),
    )
    assert [line.split()[:3] for line in missing(config, place)] == [
        ["Secret", "local/rds-roots", "is"],
        ["cert-manager", "is", "not"],
        ["External", "Secrets", "is"],
        ["no", "StorageClass", "is"],
        ["DaemonSet", "kube-system/eks-pod-identity-agent", "does"],
    ]


def test_cert_manager_without_its_definitions(place: Cluster, api: Api) -> None:
    api.issuers("company")
    api.answers["/apis/cert-manager.io/v1"]["resources"].pop()
    assert missing(_issued(), place) == [
        (
            "cert-manager is too old, or installed in part: the cluster serves no Certificate of cert-manager.io/v1. "
            "Install it with its definitions (https://cert-manager.io/docs/installation)"
        )
    ]


def _warned(config: dict[str, Any], place: Cluster) -> list[str]:
    said = io.StringIO()
    assert missing(config, place, said) == []
    return [line.partition("warning: ")[2] for line in said.getvalue().splitlines() if "] warning: " in line]


def _scaled() -> dict[str, Any]:
    config = stacks.local()
    stacks.put(config, ["backend", "services", "history", "autoscaling"], {"min": 1, "max": 3, "cpu": 70})
    return config


def test_autoscaling_without_metrics(place: Cluster, api: Api) -> None:
    api.answers["/apis/"] = {"kind": "APIGroupList", "groups": []}
    assert _warned(_scaled(), place) == [
        (
            "history will not be scaled: the cluster serves no metrics.k8s.io, and autoscaling needs it. Install "
            "metrics-server"
        )
    ]
    version = {"groupVersion": "metrics.k8s.io/v1beta1", "version": "v1beta1"}
    group = {"name": "metrics.k8s.io", "versions": [version], "preferredVersion": version}
    api.answers["/apis/"]["groups"].append(group)
    assert _warned(_scaled(), place) == []


@pytest.mark.parametrize(
    ("agents", "enforced"),
    [
        ([], False),
        ([daemon_set("kube-proxy"), daemon_set("aws-node", "--enable-network-policy=false")], False),
        ([daemon_set("aws-node", "--enable-ipv6=false", "--enable-network-policy=true")], True),
        ([daemon_set("aws-node"), daemon_set("cilium")], True),
        ([daemon_set("calico-node")], True),
    ],
    ids=["none", "switched off", "AWS", "Cilium", "Calico"],
)
def test_network_policies_that_nobody_enforces(
    place: Cluster,
    api: Api,
    agents: list[dict[str, Any]],
    enforced: bool,  # noqa: FBT001
) -> None:
    """Somebody else's, for this program makes none."""
    api.answers[POLICIES] = {"items": [{"metadata": {"name": "deny-all"}}]}
    api.answers[AGENTS] = {"items": agents}
    said = (
        "namespace local has NetworkPolicies (deny-all), and no network plugin that is known to enforce them: whoever "
        "counts on them is not protected"
    )
    assert _warned(stacks.local(), place) == ([] if enforced else [said])


def test_without_network_policies_nobody_looks_for_a_plugin(place: Cluster, api: Api) -> None:
    assert _warned(stacks.local(), place) == []
    assert AGENTS not in api.asked


def test_advice_that_cannot_be_given_stops_nobody(place: Cluster, api: Api) -> None:
    api.refused = {POLICIES: 403, "/apis/": 403}
    assert _warned(_scaled(), place) == []


NOT_EKS = "context tried leads to {server}, which does not look like EKS; temporal:aws.cluster names production"


def test_a_cluster_that_does_not_look_like_eks(place: Cluster) -> None:
    entry = place.entry()
    assert entry is not None
    assert (entry.name, entry.arguments) == ("tried", ())
    assert _warned(_of_pods(), place) == [NOT_EKS.format(server=entry.server)]
    assert _warned(stacks.local(), place) == []


EKS = "https://0A1B2C3D4E5F60718293A4B5C6D7E8F9.gr7.{region}.eks.amazonaws.com"
TOKEN = ("--region", "{region}", "eks", "get-token", "--cluster-name", "{name}", "--output", "json")


def _entry(name: str, server: str, region: str = "eu-central-1", cluster: str = "") -> Entry:
    arguments = tuple(word.format(region=region, name=cluster) for word in TOKEN) if cluster else ()
    return Entry(name, server.format(region=region), arguments)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (_entry("arn:aws:eks:eu-central-1:123456789012:cluster/production", EKS), []),
        (_entry("mine", EKS, cluster="production"), []),
        (_entry("mine", EKS), []),
        (_entry("mine", "https://127.0.0.1:8443", cluster="production"), []),
        (_entry("mine", "https://eks-cluster.{region}.api.aws"), []),
        (_entry("mine", f"{EKS}.cn", "cn-north-1"), [("region", "cn-north-1", "eu-central-1")]),
        (
            _entry("arn:aws:eks:eu-west-1:999999999999:cluster/staging", EKS),
            [
                ("cluster", "staging", "production"),
                ("account", "999999999999", "123456789012"),
                ("region", "eu-west-1", "eu-central-1"),
            ],
        ),
        (_entry("mine", EKS, cluster="staging"), [("cluster", "staging", "production")]),
        (_entry("mine", EKS, region="eu-west-1"), [("region", "eu-west-1", "eu-central-1")]),
    ],
)
def test_the_cluster_of_the_stack(entry: Entry, expected: list[tuple[str, str, str]]) -> None:
    """Told by what `aws eks update-kubeconfig` writes, and by the server's name where people renamed that."""
    aws = Aws.model_validate_json(json.dumps(dict(stacks.AWS)))
    assert list(eks.differences(aws, "tried", entry)) == [
        f"context tried leads to an EKS cluster of {key} {there}, and temporal:aws.{key} names {wanted}"
        for key, there, wanted in expected
    ]


def test_an_entry_of_several_files(place: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As kubectl merges them: the first one that has a name."""
    mine = {"clusters": [{"name": "tried", "cluster": {"server": "https://other"}}]}
    command = {"exec": {"apiVersion": "v1", "command": "aws", "args": ["eks", "get-token"]}}
    users = {"users": [{"name": "nobody", "user": command}]}
    for name, content in (("a", mine), ("b", users)):
        (tmp_path / name).write_text(yaml.safe_dump(content))
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path / 'a'}:{tmp_path / 'b'}:{place.kubeconfig}")
    assert Cluster("tried", None).entry() == Entry("tried", "https://other", ("eks", "get-token"))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "gone"))
    assert Cluster("tried", None).entry() is None
    assert Cluster("unknown", place.kubeconfig).entry() is None


WORKED = {
    ("demo", "registry-login"): {".dockerconfigjson"},
    ("demo", "database"): {"url"},
    ("demo", "signing-keys"): {"any"},
    ("demo", "web-tls"): {"tls.crt", "tls.key"},
}
"""Secrets that workloads name, and their keys."""
MODELS = "/api/v1/namespaces/demo/persistentvolumeclaims/models"
KEDA = ("ScaledObject", "TriggerAuthentication")


def _keda(api: Api, *kinds: str) -> None:
    """KEDA as it answers, with these kinds."""
    version = {"groupVersion": "keda.sh/v1alpha1", "version": "v1alpha1"}
    api.answers["/apis/"] = {
        "kind": "APIGroupList",
        "groups": [{"name": "keda.sh", "versions": [version], "preferredVersion": version}],
    }
    api.answers["/apis/keda.sh/v1alpha1"] = {
        "groupVersion": "keda.sh/v1alpha1",
        "resources": [
            {"name": f"{kind.lower()}s", "singularName": "", "kind": kind, "namespaced": True, "verbs": ["get"]}
            for kind in kinds
        ],
    }


def _claim(api: Api, *modes: str) -> None:
    """Somebody else's volume that allows this."""
    api.answers[MODELS] = {"metadata": {"name": "models"}, "spec": {"accessModes": list(modes)}}


def _worked(api: Api) -> dict[str, Any]:
    """A stack with workloads, and everything that they name."""
    api.fill(WORKED)
    api.classes(standard="true", shared="false")
    _keda(api, *KEDA)
    _claim(api, "ReadWriteMany")
    tls = {"kind": "secret", "secret": "web-tls"}
    return stacks.working(stacks.WORKER, {**stacks.API, "ingress": {"host": "shop.example.com", "tls": tls}})


def test_all_that_workloads_name_is_there(place: Cluster, api: Api) -> None:
    assert missing(_worked(api), place) == []


def test_what_traces_are_sent_with_is_in_every_namespace_that_sends(place: Cluster, api: Api) -> None:
    """The server's, and the application's."""
    api.classes(standard="true")
    keys = {
        "ca": "ca.crt (the authority of the collector's certificate)",
        "headers": "headers (the headers that let the sender in)",
    }
    assert sorted(missing(stacks.traced(), place)) == [
        f"Secret {namespace}/collector is missing: temporal:traces.{key} needs {words}. Make it: kubectl -n "
        f"{namespace} create secret generic collector --from-file={words.partition(' ')[0]}=<file>"
        for namespace in ("shop", "traced")
        for key, words in keys.items()
    ]


MISSING_WORKED = {
    "registry-login": (
        "Secret demo/registry-login is missing: temporal:workloads[0].pullSecrets[0] needs .dockerconfigjson (the "
        "login to the registry of the image). Make it: kubectl -n demo create secret docker-registry registry-login "
        "--docker-server=<registry> --docker-username=<name> --docker-password=<password>"
    ),
    "database": (
        "Secret demo/database is missing: temporal:workloads[0].secretEnvironment.DATABASE_URL needs url (the value of "
        "DATABASE_URL). Make it: kubectl -n demo create secret generic database --from-file=url=<file>"
    ),
    "signing-keys": (
        "Secret demo/signing-keys is missing: temporal:workloads[0].volumes[2].secret needs it. Make it: kubectl -n "
        "demo create secret generic signing-keys --from-file=<file>"
    ),
    "web-tls": (
        "Secret demo/web-tls is missing: temporal:workloads[1].ingress.tls.secret needs tls.crt (the certificate), "
        "tls.key (its private key). Make it: kubectl -n demo create secret generic web-tls --type=kubernetes.io/tls "
        f"{GIVEN}"
    ),
}


@pytest.mark.parametrize("secret", MISSING_WORKED)
def test_a_missing_secret_of_a_workload_is_one_line(place: Cluster, api: Api, secret: str) -> None:
    config = _worked(api)
    del api.secrets["demo", secret]
    assert missing(config, place) == [MISSING_WORKED[secret]]


def test_no_keda(place: Cluster, api: Api) -> None:
    config = _worked(api)
    api.answers["/apis/"] = {"kind": "APIGroupList", "groups": []}
    assert missing(config, place) == [
        (
            "KEDA is not installed: the cluster serves no keda.sh/v1alpha1, and temporal:workloads[0].autoscaling "
            "needs it. Install 2.18 or later (https://keda.sh/docs/latest/deploy), or say replicas instead"
        )
    ]
    _keda(api, "ScaledObject")
    assert missing(config, place) == [
        (
            "KEDA is installed in part: the cluster serves no TriggerAuthentication of keda.sh/v1alpha1, and "
            "temporal:workloads[0].autoscaling needs it. Install 2.18 or later with its definitions"
        )
    ]


def test_nobody_asks_for_keda_without_workers_that_scale(place: Cluster, api: Api) -> None:
    assert missing(stacks.working(stacks.API, stacks.LEAST), place) == []
    assert not [path for path in api.asked if path.startswith("/apis/keda") or path == "/apis/"]


def test_keda_that_may_not_be_looked_for(place: Cluster, api: Api) -> None:
    config = _worked(api)
    api.refused["/apis/"] = 403
    said = io.StringIO()
    assert missing(config, place, said) == []
    assert (
        "whether KEDA is in cluster tried may not be looked up (403 Forbidden): that will be told by the program"
    ) in said.getvalue()


def test_no_such_volume_of_a_workload(place: Cluster, api: Api) -> None:
    config = _worked(api)
    _claim(api, "ReadWriteOnce", "ReadOnlyMany")
    assert missing(config, place) == [
        (
            "PersistentVolumeClaim demo/models does not allow ReadWriteMany, as temporal:workloads[0].volumes[1] says; "
            "it allows ReadWriteOnce, ReadOnlyMany. Say so there, or name another one"
        )
    ]
    del api.answers[MODELS]
    assert missing(config, place) == [
        "PersistentVolumeClaim demo/models is missing: temporal:workloads[0].volumes[1] names it. Make it"
    ]
    api.refused[MODELS] = 403
    said = io.StringIO()
    assert missing(config, place, said) == []
    assert (
        "PersistentVolumeClaims of namespace demo may not be read in cluster tried (403 Forbidden): what is missing "
        "there will be told by pods only"
    ) in said.getvalue()


def test_no_such_class_for_a_workloads_volume(place: Cluster, api: Api) -> None:
    config = _worked(api)
    api.classes(standard="true")
    assert missing(config, place) == [
        (
            "StorageClass shared does not exist, and volumes of temporal:workloads[0].volumes[0] need it; those there: "
            "standard. Make it, or name another one"
        )
    ]


OPERATORS = {
    "acid.zalan.do/v1": {"postgresql": "postgresqls"},
    "postgresql.cnpg.io/v1": {"Cluster": "clusters", "Database": "databases", "ScheduledBackup": "scheduledbackups"},
    "barmancloud.cnpg.io/v1": {"ObjectStore": "objectstores"},
}


def _postgres_operators(api: Api, *served: str) -> None:
    """Operators of PostgreSQL clusters as they answer."""
    groups = []
    for group_version in served:
        group, version = group_version.split("/")
        one = {"groupVersion": group_version, "version": version}
        groups.append({"name": group, "versions": [one], "preferredVersion": one})
        resources = [
            {"name": plural, "singularName": "", "kind": kind, "namespaced": True, "verbs": ["get"]}
            for kind, plural in OPERATORS[group_version].items()
        ]
        api.answers[f"/apis/{group_version}"] = {"groupVersion": group_version, "resources": resources}
    api.answers["/apis/"] = {"kind": "APIGroupList", "groups": groups}
    api.answers["/apis/barmancloud.cnpg.io/v1/namespaces/local/objectstores"] = {
        "items": [{"metadata": {"name": "theirs"}}]
    }


def _backed_up(name: str) -> dict[str, Any]:
    store = {"kind": "object-store", "name": name}
    return stacks.changed(stacks.cloudnative_pg(backup={"store": store}), kubernetes__createNamespace=False)


def test_operators_that_are_there(place: Cluster, api: Api) -> None:
    _postgres_operators(api, *OPERATORS)
    for config in (stacks.zalando(), stacks.cloudnative_pg(), _backed_up("theirs")):
        assert missing(config, place) == []


def test_operators_that_are_not_there(place: Cluster, api: Api) -> None:
    _postgres_operators(api)
    assert missing(stacks.zalando(), place) == [
        (
            "Zalando's Postgres Operator is not installed: the cluster serves no acid.zalan.do/v1, and "
            "temporal:database.kind needs it. Install 2.0 or later (https://github.com/zalando/postgres-operator)"
        )
    ]
    assert missing(_backed_up("theirs"), place) == [
        (
            "CloudNativePG is not installed: the cluster serves no postgresql.cnpg.io/v1, and temporal:database.kind "
            "needs it. Install 1.26 or later (https://cloudnative-pg.io)"
        ),
        (
            "the Barman Cloud plugin of CloudNativePG is not installed: the cluster serves no barmancloud.cnpg.io/v1, "
            "and temporal:database.backup needs it. Install it (https://cloudnative-pg.io/plugin-barman-cloud)"
        ),
    ]


def test_an_operator_that_is_too_old(place: Cluster, api: Api) -> None:
    _postgres_operators(api, *OPERATORS)
    resources = api.answers["/apis/postgresql.cnpg.io/v1"]["resources"]
    resources[:] = [each for each in resources if each["kind"] != "Database"]
    assert missing(stacks.cloudnative_pg(), place) == [
        (
            "CloudNativePG is too old, or installed in part: the cluster serves no Database of postgresql.cnpg.io/v1. "
            "Install 1.26 or later (https://cloudnative-pg.io)"
        )
    ]


def test_a_place_of_backups_that_is_not_there(place: Cluster, api: Api) -> None:
    _postgres_operators(api, *OPERATORS)
    assert missing(_backed_up("ours"), place) == [
        (
            "ObjectStore ours does not exist in namespace local, and temporal:database.backup.store names it; those "
            "there: theirs. Make it, or name another one"
        )
    ]


def test_operators_that_may_not_be_looked_at_stop_nobody(place: Cluster, api: Api) -> None:
    _postgres_operators(api, *OPERATORS)
    api.refused["/apis/barmancloud.cnpg.io/v1/namespaces/local/objectstores"] = 403
    said = io.StringIO()
    assert missing(_backed_up("ours"), place, said) == []
    assert (
        "cluster tried may not be asked for what temporal:database.kind cloudnative-pg needs (403 Forbidden): whether "
        "it is there will be told by the program"
    ) in said.getvalue()


@pytest.mark.parametrize(("level", "lines"), [("restricted", 1), ("baseline", 0), (None, 0)])
def test_a_namespace_that_refuses_spilo(place: Cluster, api: Api, level: str | None, lines: int) -> None:
    _postgres_operators(api, *OPERATORS)
    labels = {"pod-security.kubernetes.io/enforce": level} if level else None
    api.answers["/api/v1/namespaces/local"] = {"metadata": {"name": "local", "labels": labels}}
    config = stacks.changed(stacks.zalando(), kubernetes__createNamespace=False)
    line = (
        "namespace local refuses pods that are not restricted, and those of Zalando's Postgres Operator are not. Label "
        "it pod-security.kubernetes.io/enforce=baseline, or choose another temporal:database.kind"
    )
    assert missing(config, place) == [line] * lines
    assert missing(stacks.zalando(), place) == []


def test_what_backups_are_made_with(place: Cluster, api: Api) -> None:
    _postgres_operators(api, *OPERATORS)
    pair = {half: {"secret": "pair", "key": half} for half in ("accessKey", "secretKey")}
    store = {**stacks.STORE, "ca": {"secret": "authority", "key": "ca.pem"}, "credentials": pair}
    config = stacks.changed(stacks.cloudnative_pg(backup={"store": store}), kubernetes__createNamespace=False)
    make = "Make it: kubectl -n local create secret generic"
    assert missing(config, place) == [
        (
            "Secret local/authority is missing: temporal:database.backup.store.ca needs ca.pem (the authority of the "
            f"store's certificate). {make} authority --from-file=ca.pem=<file>"
        ),
        (
            "Secret local/pair is missing: temporal:database.backup.store.credentials.accessKey needs accessKey (half "
            f"of its key pair). {make} pair --from-file=accessKey=<file>"
        ),
        (
            "Secret local/pair is missing: temporal:database.backup.store.credentials.secretKey needs secretKey (its "
            f"other half). {make} pair --from-file=secretKey=<file>"
        ),
    ]


def test_volumes_of_operators(place: Cluster, api: Api) -> None:
    _postgres_operators(api, *OPERATORS)
    assert missing(stacks.zalando(storageClass="fast"), place) == [
        (
            "StorageClass fast does not exist, and volumes of temporal:database need it; those there: standard. Make "
            "it, or name another one"
        )
    ]


def test_volumes_of_a_bundled_monitoring(place: Cluster) -> None:
    said = {"kind": "bundled", "prometheus": {"storageClass": "fast"}, "grafana": {"storageClass": "fast"}}
    config = stacks.changed(stacks.local(), monitoring=said)
    assert missing(config, place) == [
        (
            "StorageClass fast does not exist, and volumes of temporal:monitoring.prometheus, "
            "temporal:monitoring.grafana need it; those there: standard. Make it, or name another one"
        )
    ]


SERVICES, NODES = "/api/v1/services", "/api/v1/nodes"
NO_BALANCER = (
    "nothing was seen in the cluster that makes load balancers: no Service has an address of one, no node is a "
    "cloud's, and there is no MetalLB. What temporal:access.frontend asks for is waited for ten minutes, then "
    "`make up` fails, with everything else deployed"
)


def _service(type_: str, status: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"name": "web"}, "spec": {"type": type_}, "status": status}


BALANCED = {"loadBalancer": {"ingress": [{"ip": "203.0.113.9"}]}}


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({}, [NO_BALANCER]),
        ({"services": [_service("LoadBalancer", {"loadBalancer": {}})], "groups": ["example.com"]}, [NO_BALANCER]),
        ({"services": [_service("ClusterIP", BALANCED)]}, [NO_BALANCER]),
        ({"services": [_service("LoadBalancer", BALANCED)]}, []),
        ({"provider": "aws:///eu-central-1a/i-0123456789abcdef0"}, []),
        ({"groups": ["metallb.io"]}, []),
    ],
    ids=["nothing", "without an address", "of another type", "one with an address", "a cloud", "MetalLB"],
)
def test_who_makes_load_balancers(place: Cluster, api: Api, seen: dict[str, Any], expected: list[str]) -> None:
    api.answers[SERVICES] = {"items": seen.get("services", [])}
    api.answers[NODES] = {"items": [{"metadata": {"name": "one"}, "spec": {"providerID": seen.get("provider")}}]}
    version = {"groupVersion": "a/v1", "version": "v1"}
    groups = [{"name": name, "versions": [version], "preferredVersion": version} for name in seen.get("groups", [])]
    api.answers["/apis/"] = {"kind": "APIGroupList", "groups": groups}
    assert _warned(stacks.reached(), place) == expected


@pytest.mark.parametrize("config", [stacks.local(), stacks.reached(loadBalancerClass="example.com/own")])
def test_nobody_asks_who_makes_load_balancers(place: Cluster, api: Api, config: dict[str, Any]) -> None:
    """Without one, or where the stack file names who does."""
    assert _warned(config, place) == []
    assert not {SERVICES, NODES} & {*api.asked}


def test_what_the_uis_ingress_serves_with(place: Cluster, api: Api) -> None:
    """With ingress-nginx the authority of what the UI serves with, too."""
    api.fill({**ALL, ("local", "ui-web"): {"tls.crt"}})
    exposure = {**stacks.reached()["temporal:access"]["ui"]["exposure"], "tls": {"kind": "secret", "secret": "ui-web"}}
    config = stacks.changed(full(), access__ui__exposure=exposure)
    authority, key = missing(config, place)
    assert authority == (
        "Secret local/their-ui has no key ca.crt, its authority (temporal:tls.ui); keys there: tls.crt, tls.key. "
        "Add it to the Secret, or name another one"
    )
    assert key == (
        "Secret local/ui-web has no key tls.key, its private key (temporal:access.ui.exposure.tls.secret); keys there: "
        "tls.crt. Add it to the Secret, or name another one"
    )
    config["temporal:access"]["ui"]["exposure"]["controller"] = "other"
    api.fill({**ALL, ("local", "ui-web"): {"tls.crt", "tls.key"}})
    assert missing(config, place) == []


PROMETHEUS_OPERATOR = {
    "v1": ("ServiceMonitor", "PodMonitor", "PrometheusRule"),
    "v1alpha1": ("AlertmanagerConfig", "ScrapeConfig"),
}
ROUTED = {
    ("local", "slack"): {"url"},
    ("local", "smtp"): {"ca.crt", "password"},
    ("local", "pagerduty"): {"key"},
    ("local", "hook"): {"url", "token"},
    ("local", "dead-man"): {"url"},
}
"""Secrets that routes name, and their keys."""


def _prometheus_operator(api: Api, **served: Sequence[str]) -> None:
    """The Prometheus Operator as it answers, with these kinds by version."""
    versions = [{"groupVersion": f"monitoring.coreos.com/{version}", "version": version} for version in served]
    groups = [{"name": "monitoring.coreos.com", "versions": versions, "preferredVersion": versions[0]}]
    api.answers["/apis/"] = {"kind": "APIGroupList", "groups": groups}
    for version, kinds in served.items():
        resources = [
            {"name": f"{kind.lower()}s", "singularName": "", "kind": kind, "namespaced": True, "verbs": ["get"]}
            for kind in kinds
        ]
        name = f"monitoring.coreos.com/{version}"
        api.answers[f"/apis/{name}"] = {"groupVersion": name, "resources": resources}


def _watched(api: Api) -> dict[str, Any]:
    """A stack with every kind of route, and everything that it names."""
    _prometheus_operator(api, **PROMETHEUS_OPERATOR)
    api.fill(ROUTED)
    said = stacks.watched()["temporal:monitoring"]
    return stacks.changed(stacks.local(), kubernetes__createNamespace=False) | {"temporal:monitoring": said}


def test_the_prometheus_operator_is_there(place: Cluster, api: Api) -> None:
    assert missing(_watched(api), place) == []


def test_nobody_asks_for_the_prometheus_operator_with_a_bundled_monitoring(place: Cluster, api: Api) -> None:
    assert missing(stacks.changed(stacks.local(), monitoring={"kind": "bundled"}), place) == []
    assert "/apis/" not in api.asked


def test_no_prometheus_operator(place: Cluster, api: Api) -> None:
    config = _watched(api)
    api.answers["/apis/"] = {"kind": "APIGroupList", "groups": []}
    assert missing(config, place) == [
        (
            "the Prometheus Operator is not installed: the cluster serves no monitoring.coreos.com/v1, and "
            "temporal:monitoring.kind operator needs it. Install 0.70 or later (the chart kube-prometheus-stack brings "
            "it), or say kind bundled, which makes a Prometheus, or none"
        )
    ]


def test_a_prometheus_operator_without_all_of_its_definitions(place: Cluster, api: Api) -> None:
    config = _watched(api)
    _prometheus_operator(api, v1=["ServiceMonitor"], v1alpha1=[])
    advice = (
        "Install 0.70 or later (the chart kube-prometheus-stack brings it), or say kind bundled, which makes a "
        "Prometheus, or none"
    )
    in_part = "the Prometheus Operator is too old, or installed in part: the cluster serves"
    assert missing(config, place) == [
        f"{in_part} no PodMonitor, no PrometheusRule of monitoring.coreos.com/v1. {advice}",
        f"{in_part} no AlertmanagerConfig of monitoring.coreos.com/v1alpha1. {advice}",
    ]
    del config["temporal:monitoring"]["notifications"]
    assert missing(config, place) == [
        f"{in_part} no PodMonitor, no PrometheusRule of monitoring.coreos.com/v1. {advice}"
    ]


def test_a_prometheus_operator_that_may_not_be_looked_for(place: Cluster, api: Api) -> None:
    config = _watched(api)
    api.refused["/apis/"] = 403
    said = io.StringIO()
    assert missing(config, place, said) == []
    assert (
        "whether the Prometheus Operator is in cluster tried may not be looked up (403 Forbidden): that will be told "
        "by the program"
    ) in said.getvalue()


MISSING_ROUTED = {
    "slack": ["temporal:monitoring.notifications.routes[0].webhook needs url (the incoming webhook's URL)"],
    "smtp": [
        "temporal:monitoring.notifications.routes[1].login.password needs password (the password of temporal)",
        (
            "temporal:monitoring.notifications.routes[1].ca needs ca.crt (the authority of the mail server's "
            "certificate)"
        ),
    ],
    "pagerduty": ["temporal:monitoring.notifications.routes[2].routingKey needs key (the integration key)"],
    "hook": [
        "temporal:monitoring.notifications.routes[3].url needs url (the URL to call)",
        (
            "temporal:monitoring.notifications.routes[3].bearerToken needs token (the token for the Authorization "
            "header)"
        ),
    ],
    "dead-man": ["temporal:monitoring.notifications.deadMan needs url (the URL to call)"],
}


@pytest.mark.parametrize("secret", MISSING_ROUTED)
def test_a_missing_secret_of_a_route_is_one_line_a_key(place: Cluster, api: Api, secret: str) -> None:
    config = _watched(api)
    del api.secrets["local", secret]
    told = [line.partition(". Make it: ") for line in missing(config, place)]
    assert [line for line, _, _ in told] == [
        f"Secret local/{secret} is missing: {place}" for place in MISSING_ROUTED[secret]
    ]
    assert {make.partition(" --from")[0] for _, _, make in told} == {f"kubectl -n local create secret generic {secret}"}


def test_what_reads_temporal_cloud(place: Cluster, api: Api) -> None:
    """The key, and the definition of what uses it."""
    config = stacks.cloud_watched()
    _prometheus_operator(api, **PROMETHEUS_OPERATOR)
    api.fill({("orders", "cloud-metrics"): {"key"}})
    assert missing(config, place) == []
    api.fill({})
    _prometheus_operator(api, v1=PROMETHEUS_OPERATOR["v1"], v1alpha1=["AlertmanagerConfig"])
    assert missing(config, place) == [
        (
            "Secret orders/cloud-metrics is missing: temporal:monitoring.cloud.apiKey needs key (the API key that "
            "reads metrics). Make it: kubectl -n orders create secret generic cloud-metrics --from-file=key=<file>"
        ),
        (
            "the Prometheus Operator is too old, or installed in part: the cluster serves no ScrapeConfig of "
            "monitoring.coreos.com/v1alpha1. Install 0.70 or later (the chart kube-prometheus-stack brings it), or say "
            "kind bundled, which makes a Prometheus, or none"
        ),
    ]


def test_who_reads_postgres_is_named_beforehand(place: Cluster, api: Api) -> None:
    _prometheus_operator(api, **PROMETHEUS_OPERATOR)
    api.fill({("orders", "database"): {"password"}, ("orders", "database-ca"): {"ca.crt"}})
    assert missing(stacks.existing_watched(), place) == [
        (
            "Secret orders/monitor is missing: temporal:monitoring.postgres.password needs password (the password of "
            "monitor). Make it: kubectl -n orders create secret generic monitor --from-file=password=<file>"
        )
    ]


def test_who_reads_a_search_store_is_named_beforehand(place: Cluster, api: Api) -> None:
    _prometheus_operator(api, **PROMETHEUS_OPERATOR)
    made = {"database": "password", "database-ca": "ca.crt", "search": "password", "search-ca": "root.pem"}
    api.fill({("orders", name): {key} for name, key in made.items()})
    assert missing(stacks.search_watched(), place) == [
        (
            "Secret orders/search-monitor is missing: temporal:monitoring.search.password needs password (the password "
            "of search-monitor). Make it: kubectl -n orders create secret generic search-monitor "
            "--from-file=password=<file>"
        )
    ]
