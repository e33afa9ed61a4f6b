"""Proves what is said of the Temporal Worker Controller."""

import io
from typing import Any

import pytest

from commands.cluster import Cluster
from tests.commands.preflight.api import Api, missing
from tests.program import stacks


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
