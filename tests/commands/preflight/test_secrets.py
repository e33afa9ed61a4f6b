"""Proves of each Secret that a stack names what is said when it, or a key of it, is missing."""

import io
from typing import Any

import pytest
import yaml

from commands import preflight, stackfile
from commands.cluster import Cluster
from commands.errors import CommandError
from embedded.progress import Progress
from tests.commands.preflight.api import ALL, CLASSES, GIVEN, LEAF, POLICIES, Api, full, missing
from tests.program import stacks


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
