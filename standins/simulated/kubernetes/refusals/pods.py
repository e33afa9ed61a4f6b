"""Containers, their ports, and the volumes they mount."""

from collections.abc import Iterator

from standins.kubernetes.objects import Object, pluck
from standins.provider import CheckFailure, Value, has_unknowns
from standins.simulated.kubernetes.refusals import words


def failures(spec: Value, path: str, claims: Value = None) -> Iterator[CheckFailure]:
    """`spec` of a pod at `path`. `claims` are a StatefulSet's volumeClaimTemplates: volumes too."""
    if spec is None:
        yield CheckFailure(path, "is required")
    if not isinstance(spec, dict):
        return
    if not spec.get("containers"):
        yield CheckFailure(f"{path}.containers", "is required")
    names: set[str] = set()
    volumes = _names(
        spec.get("volumes"), [pluck(claim, "metadata") for claim in (claims if isinstance(claims, list) else ())]
    )
    for key in ("initContainers", "containers"):
        containers = spec.get(key)
        for index, container in enumerate(containers if isinstance(containers, list) else ()):
            if isinstance(container, dict):
                place = f"{path}.{key}[{index}]"
                yield from _container(container, place, names)
                yield from _mounts(container, place, volumes)


def _container(container: Object, path: str, names: set[str]) -> Iterator[CheckFailure]:
    name = container.get("name")
    if not name:
        yield CheckFailure(f"{path}.name", "is required")
    elif reason := words.dns_label(name):
        yield CheckFailure(f"{path}.name", f"{name} {reason}")
    elif name in names:
        yield CheckFailure(f"{path}.name", f"{name} is the name of another container")
    names.add(str(name))
    if not container.get("image"):
        yield CheckFailure(f"{path}.image", "is required")
    ports = container.get("ports")
    for index, port in enumerate(ports if isinstance(ports, list) else ()):
        place = f"{path}.ports[{index}]"
        if reason := words.port_number(pluck(port, "containerPort")):
            yield CheckFailure(f"{place}.containerPort", reason)
        if pluck(port, "name") and (reason := words.port_name(port["name"])):
            yield CheckFailure(f"{place}.name", f"{port['name']} {reason}")


def _mounts(container: Object, path: str, volumes: set[str] | None) -> Iterator[CheckFailure]:
    mounts = container.get("volumeMounts")
    if volumes is None or not isinstance(mounts, list):
        return
    for index, mount in enumerate(mounts):
        name = pluck(mount, "name")
        if isinstance(name, str) and name not in volumes:
            yield CheckFailure(f"{path}.volumeMounts[{index}].name", f"there is no volume {name}")


def _names(volumes: Value, claims: list[Value]) -> set[str] | None:
    """None when they are not all known."""
    if not isinstance(volumes, list | None):
        return None
    names = [pluck(volume, "name") for volume in [*(volumes or ()), *claims]]
    return None if has_unknowns([*names, *claims]) else {str(name) for name in names}
