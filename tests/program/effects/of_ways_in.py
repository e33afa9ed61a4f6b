"""Changes of the ways in."""

from collections.abc import Iterator

from tests.program.effects.example import Example


def of_ways_in() -> Iterator[Example]:
    yield Example("reached", {"access/frontend": {"kind": "cluster"}})
    yield Example("reached", {"access/ui/exposure": {"kind": "cluster"}})
    for path, value in {
        "host": "other.example.com",
        "port": 7233,
        "address": "203.0.113.11",
        "loadBalancerClass": "other",
        "sourceRanges/0": "203.0.112.0/24",
        "externalTrafficPolicy": "Cluster",
        "annotations/note": "other",
    }.items():
        yield Example("reached", {f"access/frontend/{path}": value})
    for path, value in {
        "host": "other-ui.example.com",
        "ingressClass": "other",
        "controller": "other",
        "annotations/note": "other",
        "tls": {"kind": "none"},
        "tls/issuerKind": "ClusterIssuer",
        "tls/issuer": "other",
    }.items():
        yield Example("reached", {f"access/ui/exposure/{path}": value})
    yield Example("reached none", {"access/ui/exposure/tls": {"kind": "secret", "secret": "ui-web"}})
    yield Example("reached secret", {"access/ui/exposure/tls": {"kind": "none"}})
    yield Example("reached secret", {"access/ui/exposure/tls/secret": "other"})


def of_access() -> list[Example]:
    """Of how the frontend and the Web UI are reached."""
    return [
        Example("cluster", {"access/frontend": {"kind": "node-port"}}),
        Example("full", {"access/frontend": {"kind": "cluster"}}),
        Example("full", {"access/frontend/port": 30003}),
        Example("cluster", {"access/ui/exposure": {"kind": "node-port"}}),
        Example("full", {"access/ui/exposure": {"kind": "cluster"}}),
        Example("full", {"access/ui/exposure/port": 30004}),
    ]
