"""Proves what is said of the operators of PostgreSQL and of what they need."""

import io
from typing import Any

import pytest

from commands.cluster import Cluster
from tests.commands.preflight.api import Api, missing
from tests.program import stacks

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
