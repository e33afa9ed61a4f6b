"""Proves what `make up` says of nodes that cannot hold pods apart as the stack file requires.

What the scheduler does with such pods is Kubernetes' own.
"""

from io import StringIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from kubernetes import client

from commands import nodes
from embedded.progress import Progress
from tests.settings.cases import Case

if TYPE_CHECKING:
    from commands.cluster import Cluster

A = {"topology.kubernetes.io/zone": "a"}
B = {"topology.kubernetes.io/zone": "b"}
NOTHING: dict[str, str] = {}
ZONES = {"kubernetes.pods": {"spread": {"zones": "required"}}}
EVERYWHERE = "temporal:kubernetes.pods.spread.zones"


def said(changes: dict[str, Any], *labels: dict[str, str]) -> list[str]:
    return [*nodes.warnings(Case(set=changes).load(), labels)]


@pytest.mark.parametrize(
    ("labels", "warning"),
    [
        ((A, B), ""),
        ((A, A, B), ""),
        ((), ""),
        (
            (NOTHING, NOTHING, NOTHING),
            (
                "none of the nodes (3) carries the label topology.kubernetes.io/zone: "
                "new pods would stay Pending. Label the nodes, or say preferred"
            ),
        ),
        (
            (A, NOTHING, B),
            "1 of 3 nodes carry no label topology.kubernetes.io/zone: they get none of these pods. Label them",
        ),
        (
            (A, A),
            "all nodes (2) are in one zone, a: its failure takes all pods. Add nodes in another zone",
        ),
    ],
)
def test_zones(labels: tuple[dict[str, str], ...], warning: str) -> None:
    assert said(ZONES, *labels) == ([f"{EVERYWHERE}: required, but {warning}"] if warning else [])


def test_hosts() -> None:
    wanted = {"backend.services": {name: {"spread": {"hosts": "required"}} for name in ("history", "worker")}}
    places = "temporal:backend.services.history.spread.hosts, temporal:backend.services.worker.spread.hosts"
    assert said(wanted, A) == [
        f"{places}: required, but there is one node: its failure takes all pods. Add a node",
    ]
    assert said(wanted, A, A) == []


def test_the_user_interface_too() -> None:
    assert said({"access.ui.spread": {"hosts": "required"}}, A)[0].startswith("temporal:access.ui.spread.hosts: ")


def test_what_is_only_preferred_is_no_ones_problem() -> None:
    assert said({}, NOTHING) == []


def _node(labels: dict[str, str] | None, ready: str = "True", *, cordoned: bool | None = None) -> Any:
    conditions = [SimpleNamespace(type="MemoryPressure", status="False"), SimpleNamespace(type="Ready", status=ready)]
    return SimpleNamespace(
        metadata=SimpleNamespace(labels=labels),
        spec=SimpleNamespace(unschedulable=cordoned),
        status=SimpleNamespace(conditions=conditions),
    )


class _Cluster:
    def __init__(self, *nodes: Any, status: int = 0) -> None:
        self._nodes, self._status = nodes, status

    def core(self) -> "_Cluster":
        return self

    def list_node(self, **_: Any) -> Any:
        if self._status:
            raise client.ApiException(status=self._status)
        return SimpleNamespace(items=list(self._nodes))


def _told(changes: dict[str, Any], place: _Cluster) -> str:
    told = StringIO()
    nodes.warn_of_spread(Case(set=changes).load(), cast("Cluster", place), Progress(told))
    return told.getvalue()


def test_a_warning_is_told() -> None:
    assert f"warning: {EVERYWHERE}: required, but none of the nodes (1)" in _told(ZONES, _Cluster(_node(None)))


def test_nodes_that_take_no_pods_do_not_count() -> None:
    """One that is cordoned or not ready is in no zone."""
    assert _told(ZONES, _Cluster(_node(A), _node(B))) == ""
    for lost in (_node(B, "False"), _node(B, "Unknown"), _node(B, cordoned=True)):
        assert f"warning: {EVERYWHERE}: required, but all nodes (1) are in one zone, a" in _told(
            ZONES, _Cluster(_node(A), lost)
        )


def test_no_node_takes_pods() -> None:
    """Without any node they are made when pods ask for them."""
    said = "warning: none of the nodes (2) takes pods: they are not ready, or cordoned\n"
    assert said in _told({}, _Cluster(_node(A, "False"), _node(B, cordoned=True)))
    assert _told({}, _Cluster(_node(A, "False"), _node(B))) == ""
    assert _told({}, _Cluster()) == ""


def test_nodes_that_may_not_be_read_are_no_problem() -> None:
    """Whoever deploys into one namespace need not be allowed to look at nodes."""
    assert _told(ZONES, _Cluster(status=403)) == ""
