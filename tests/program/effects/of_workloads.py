"""Changes of workloads and of applications."""

from collections.abc import Iterator

from tests.program import stacks
from tests.program.effects.bases import BASES
from tests.program.effects.example import Example
from tests.program.effects.pods import DOCUMENTS, WEB


def of_workloads() -> Iterator[Example]:
    """Of both kinds: what they say alike, then what each says alone."""
    for number, name, pods in ((0, "documents", DOCUMENTS), (1, "web", WEB)):
        place = f"workloads/{number}"
        yield Example("working", {f"{place}/name": "other"})
        yield Example("working", {f"{place}/application": "shop"}, pods)
        for path, value in {
            "image": f"{name}:2",
            "pullSecrets/0": "other",
            "command/0": "ruby",
            "args/0": "other",
            "user": 1001,
            "spot": "required",
            "gracefulShutdown": "60s",
            "probes/readiness": {"kind": "http", "path": "/", "port": 81},
            "probes/readiness/command/0": "other",
            "probes/liveness": {"kind": "command", "command": ["a"]},
            "probes/liveness/path": "/other",
            "probes/liveness/port": 81,
            "probes/startWithin": "1m",
            "volumes/0/path": "/other",
            "volumes/1": {"kind": "secret", "name": "models", "secret": "models", "path": "/models"},
            "volumes/1/name": "other",
            "volumes/1/claim": "other",
            "volumes/1/path": "/other",
            "volumes/1/readOnly": False,
            "volumes/2": {
                "kind": "existing-claim",
                "name": "keys",
                "claim": "keys",
                "path": "/etc/keys",
                "accessMode": "ReadWriteMany",
            },
            "volumes/2/name": "other",
            "volumes/2/secret": "other",
            "volumes/2/path": "/other",
            "metricsPort": 9465,
        }.items():
            yield Example("working", {f"{place}/{path}": value}, pods)
        yield Example("working", {f"{place}/volumes/0": {**_GIVEN, "name": "data"}}, pods)
        yield Example("working", {f"{place}/volumes/0/name": "other"}, pods)
        yield Example("working", {f"{place}/volumes/0/storageClass": "other"})
        yield Example("working", {f"{place}/volumes/0/size": "20Gi"})
        yield Example("alone", {f"{place}/volumes/0/accessMode": "ReadWriteMany"})
        yield Example("alone given", {f"{place}/volumes/0/accessMode": "ReadWriteMany"})
        yield Example("counted", {f"{place}/replicas": 3})
        yield Example("counted", {f"{place}/disruptionBudget/maxUnavailable": 1})
        yield Example("alone", {f"{place}/disruptionBudget/minAvailable": 0})
        for path, value in {
            "readiness": {"kind": "command", "command": ["a"]},
            "readiness/path": "/other",
            "readiness/port": 82,
            "liveness": {"kind": "http", "path": "/", "port": 81},
            "liveness/command/0": "other",
        }.items():
            yield Example("probed otherwise", {f"{place}/probes/{path}": value}, pods)
    yield from _of_workers()
    yield from _of_apis()


_GIVEN = {"kind": "existing-claim", "claim": "given", "path": "/app/data", "accessMode": "ReadWriteMany"}


def _of_workers() -> Iterator[Example]:
    api = {**stacks.LEAST, "kind": "api", "port": 80}
    del api["taskQueue"]
    yield Example("working", {"workloads/2": api}, frozenset({"Deployment/least"}))
    for path, value in {
        "taskQueue": "other",
        "slots/workflowTasks": 10,
        "slots/activities": 10,
        "slots/localActivities": 10,
        "pollers/workflowTasks": 3,
        "pollers/activities": 3,
    }.items():
        yield Example("working", {f"workloads/0/{path}": value}, DOCUMENTS)
    for key, value in {"min": 0, "max": 9, "backlog": 5}.items():
        yield Example("working", {f"workloads/0/autoscaling/{key}": value})


def _of_apis() -> Iterator[Example]:
    small = {**BASES["working"]["temporal:workloads"][3], "kind": "worker", "taskQueue": "small"}
    del small["port"]
    yield Example("working", {"workloads/3": small}, frozenset({"Deployment/small"}))
    yield Example("working", {"workloads/1/port": 8001}, WEB)
    for path, value in {
        "host": "other.example.com",
        "path": "/other",
        "ingressClass": "other",
        "annotations/note": "other",
        "tls": {"kind": "none"},
        "tls/issuerKind": "Issuer",
        "tls/issuer": "other",
    }.items():
        yield Example("working", {f"workloads/1/ingress/{path}": value})
    yield Example("ingress none", {"workloads/0/ingress/tls": {"kind": "secret", "secret": "web-tls"}})
    yield Example("ingress secret", {"workloads/0/ingress/tls": {"kind": "none"}})
    yield Example("ingress secret", {"workloads/0/ingress/tls/secret": "other"})


def of_applications() -> list[Example]:
    """Of who uses the stack."""
    return [
        Example("full", {"namespaces/2/name": "late"}),
        Example("full", {"namespaces/2/retention": "4d"}),
        Example("full", {"namespaces/2/owner": "other"}),
        Example("full", {"namespaces/2/description": "other"}),
        Example("full", {"namespaces/2/searchAttributes/CaseId": "Int"}),
        Example("s3", {"namespaces/0/archival": False}),
        Example("local", {"applications/0/namespace": "other"}),
        Example("full", {"applications/0/temporalNamespace": "orders"}),
        Example("local", {"applications/0/createNamespace": False}),
        Example("provided", {"applications/0/clientSecret": "other"}),
        Example("local", {"applications/0/workerController": True}),
    ]
