"""Ports of Services."""

from collections.abc import Iterator

from standins.kubernetes.objects import Object, pluck
from standins.provider import CheckFailure
from standins.simulated.kubernetes.refusals import words


def service(obj: Object) -> Iterator[CheckFailure]:
    spec = obj.get("spec")
    if not isinstance(spec, dict):
        return
    ports = spec.get("ports")
    needs_none = spec.get("type") == "ExternalName" or spec.get("clusterIP") == "None"
    if not ports and not needs_none:
        yield CheckFailure("spec.ports", "is required")
    if isinstance(ports, list):
        yield from _ports(ports)


def _ports(ports: list[Object]) -> Iterator[CheckFailure]:
    names: set[str] = set()
    for index, port in enumerate(ports):
        path = f"spec.ports[{index}]"
        name, number = pluck(port, "name"), pluck(port, "port")
        if isinstance(port, dict) and number is None:
            yield CheckFailure(f"{path}.port", "is required")
        if reason := words.port_number(number):
            yield CheckFailure(f"{path}.port", reason)
        if len(ports) > 1 and isinstance(port, dict) and not name:
            yield CheckFailure(f"{path}.name", "is required where a Service has several ports")
        if name and (reason := words.dns_label(name)):
            yield CheckFailure(f"{path}.name", f"{name} {reason}")
        if isinstance(name, str) and name in names:
            yield CheckFailure(f"{path}.name", f"{name} is the name of another port")
        names.add(str(name))
