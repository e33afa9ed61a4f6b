"""Proves what is said of cert-manager and its issuers."""

import io
from typing import Any

import pytest

from commands.cluster import Cluster
from tests.commands.preflight.api import Api, missing
from tests.program import stacks


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


def test_cert_manager_without_its_definitions(place: Cluster, api: Api) -> None:
    api.issuers("company")
    api.answers["/apis/cert-manager.io/v1"]["resources"].pop()
    assert missing(_issued(), place) == [
        (
            "cert-manager is too old, or installed in part: the cluster serves no Certificate of cert-manager.io/v1. "
            "Install it with its definitions (https://cert-manager.io/docs/installation)"
        )
    ]
