"""Namespace, CustomResourceDefinition and Ingress."""

from __future__ import annotations

from standins.kubernetes.objects import Object, pluck
from standins.kubernetes.readiness.progress import READY, Progress
from standins.kubernetes.readiness.workloads import condition


def namespace(obj: Object) -> Progress:
    phase = pluck(obj, "status", "phase")
    return READY if phase == "Active" else Progress(f"the namespace to be active (now {phase})")


def custom_resource_definition(obj: Object) -> Progress:
    names = condition(obj, "NamesAccepted")
    if names.get("status") == "False":
        return Progress(failed=f"its names are taken: {names.get('message')}")
    if condition(obj, "Established").get("status") == "True":
        return READY
    return Progress("the API server to serve the new kind")


def ingress(obj: Object) -> Progress:
    if pluck(obj, "status", "loadBalancer", "ingress"):
        return READY
    return Progress("an address from an ingress controller (is one installed for its class?)")
