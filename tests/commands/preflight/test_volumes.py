"""Proves what is said of storage classes."""

import io

import pytest

from commands.cluster import Cluster
from tests.commands.preflight.api import CLASSES, Api, external_secrets, missing
from tests.program import stacks


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
    external_secrets(api, "aws-secrets")
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


def test_volumes_of_a_bundled_monitoring(place: Cluster) -> None:
    said = {"kind": "bundled", "prometheus": {"storageClass": "fast"}, "grafana": {"storageClass": "fast"}}
    config = stacks.changed(stacks.local(), monitoring=said)
    assert missing(config, place) == [
        (
            "StorageClass fast does not exist, and volumes of temporal:monitoring.prometheus, "
            "temporal:monitoring.grafana need it; those there: standard. Make it, or name another one"
        )
    ]
