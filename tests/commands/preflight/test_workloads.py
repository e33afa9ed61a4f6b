"""Proves what is said of what workloads name: Secrets, KEDA, volumes."""

import io
from typing import Any

import pytest

from commands.cluster import Cluster
from tests.commands.preflight.api import GIVEN, Api, missing
from tests.program import stacks

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
