"""The server's dynamic config: of an unknown key or a wrong value the server warns in its log and goes on without it;
some mistakes end it at its start. Here all of them are refused before.

Source of what each type takes: common/dynamicconfig/{collection,yaml_loader}.go and
common/primitives/timestamp/parse_duration.go of the server.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import versions
from settings.backend import DynamicValue
from settings.catalogue import DynamicSetting, dynamic_config, minor_of
from settings.nearest import nearest
from settings.rules.contradiction import Contradiction
from settings.rules.history_tasks import HISTORY_TASK_TYPES
from settings.sizes import SERVICE_NAMES

if TYPE_CHECKING:
    from settings.self_hosted import SelfHostedSettings

_NUMBER: Final = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
GO_DURATION: Final = re.compile(rf"{_NUMBER}|-?({_NUMBER}(ns|us|µs|ms|s|m|h|d))+")
_DURATION_PART: Final = re.compile(rf"({_NUMBER})([nuµm]?s|[mhd]?)")
_LONGEST_DURATION: Final = 2**63 / 1e9
_LONGEST_ID: Final = 255
_NEAR: Final = 0.9  # a wrong guess among seven hundred keys would be followed
VALUE_TYPES: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "bool": ((bool,), "true or false"),
    "int": ((int,), "a whole number"),
    "float": ((int, float), "a number"),
    "duration": ((int, float, str), "a duration such as 10s, 5m or 1h30m, or a number of seconds, below 292 years"),
    "string": ((str,), "text"),
    "map": ((dict,), "a mapping of keys"),
}
CONSTRAINT_TYPES: Final[Mapping[str, tuple[type, str]]] = {
    "namespace": (str, "text"),
    "namespaceId": (str, "text"),
    "taskQueueName": (str, "text"),
    "destination": (str, "text"),
    "chasmTaskType": (str, "text"),
    "shardId": (int, "a whole number"),
}
TASK_TYPES: Final = ("Workflow", "Activity", "Nexus")


def keys_and_values_are_the_servers(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Keys exist in the server's minor version, and their values and constraints are of the key's own type."""
    said = settings.backend.dynamic_config
    if not said:
        return
    minor = minor_of(settings.backend.version)
    known = dynamic_config(minor)
    spelled: dict[str, str] = {}
    for key, values in said.items():
        at = ("backend", "dynamicConfig", key)
        setting = known.get(key.lower())
        if setting is None:
            yield Contradiction(
                location=at,
                found=key,
                instead=f"unknown key{_elsewhere(key) or nearest(key, [each.key for each in known.values()], _NEAR)}",
                allowed=f"a key of the dynamic config of server {minor}",
            )
            continue
        if key.lower() in spelled:
            yield Contradiction(
                location=at, found=key, allowed=f"one spelling of a key; {spelled[key.lower()]} is there too"
            )
        spelled[key.lower()] = key
        if not values:
            yield Contradiction(location=at, found=[], allowed="at least one value")
        for index, value in enumerate(values):
            yield from _value((*at, index), setting, value, settings.backend.shards)
        yield from _repeated(at, values)
    yield from _platforms_own(settings)


def _elsewhere(key: str) -> str:
    """Says so when servers of other minors have the key."""
    minors = dict.fromkeys(map(minor_of, versions.SERVERS))
    having = [minor for minor in minors if key.lower() in dynamic_config(minor)]
    return f", only server {' and '.join(having)} has it" if having else ""


def _value(
    at: tuple[int | str, ...], setting: DynamicSetting, said: DynamicValue, shards: int
) -> Iterator[Contradiction]:
    if not _fits(setting.type, said.value):
        hint = "; write it without quotes" if _has_quotes(setting.type, said.value) else ""
        yield _wrong((*at, "value"), said.value, f"{VALUE_TYPES[setting.type][1]}{hint}")
    yield from _constraints((*at, "constraints"), setting, said.constraints, shards)


def _fits(kind: str, value: Any) -> bool:
    """Whether the server takes the value for a key of this type. Of typed ones only the server knows."""
    if kind not in VALUE_TYPES:
        return True
    types, _ = VALUE_TYPES[kind]
    if isinstance(value, bool) and bool not in types:
        return False
    if kind == "duration":
        return seconds_of(value) is not None
    return isinstance(value, types) and (not isinstance(value, int) or -(2**63) <= value < 2**63)


def _has_quotes(kind: str, value: Any) -> bool:
    try:
        return isinstance(value, str) and _fits(kind, json.loads(value))
    except ValueError:
        return False


def seconds_of(duration: Any) -> float | None:
    """The seconds that a duration stands for, a text or a number; None for what the server does not take for one."""
    seconds = duration
    if isinstance(duration, str) and GO_DURATION.fullmatch(duration):
        sign = -1 if duration.startswith("-") else 1
        seconds = sign * sum(float(number) * _UNITS[unit] for number, unit in _DURATION_PART.findall(duration))
    return seconds if isinstance(seconds, int | float) and abs(seconds) < _LONGEST_DURATION else None


def _constraints(
    at: tuple[int | str, ...], setting: DynamicSetting, said: Mapping[str, str | int], shards: int
) -> Iterator[Contradiction]:
    """The server ignores the case of a constraint's name; here it is written as the catalogue has it."""
    takes = sorted({name for names in setting.constraint_sets for name in names})
    foreign = [name for name in said if name not in takes]
    for name in foreign:
        allowed = ", ".join(takes) or f"none: {setting.key} is for the whole installation"
        yield Contradiction(
            location=(*at, name), found=name, instead=f"unknown constraint{nearest(name, takes)}", allowed=allowed
        )
    if not foreign and frozenset(said) not in setting.constraint_sets:
        sets = ", or ".join(" + ".join(sorted(names)) for names in setting.constraint_sets if names)
        yield Contradiction(location=at, found=dict(said), allowed=f"{sets}: the server uses no other combination")
    for name in takes:
        if name in said:
            yield from _constraint((*at, name), name, said[name], shards)


def _constraint(at: tuple[int | str, ...], name: str, value: str | int, shards: int) -> Iterator[Contradiction]:
    """A value of a wrong type or name ends the server at its start."""
    if name == "taskType":
        if value not in TASK_TYPES:
            yield _wrong(at, value, ", ".join(map(repr, TASK_TYPES)))
    elif name == "historyTaskType":
        if isinstance(value, str) and value not in HISTORY_TASK_TYPES:
            near = nearest(value, HISTORY_TASK_TYPES)
            yield _wrong(at, value, f"a type of history task, such as 'ActivityTimeout', or its number{near}")
    elif not isinstance(value, CONSTRAINT_TYPES[name][0]):
        yield _wrong(at, value, CONSTRAINT_TYPES[name][1])
    elif isinstance(value, int) and not 1 <= value <= shards:
        yield Contradiction(
            location=at, found=value, allowed="from 1 to temporal:backend.shards", figures=f", which is {shards}"
        )


def _repeated(at: tuple[int | str, ...], values: tuple[DynamicValue, ...]) -> Iterator[Contradiction]:
    seen: list[Mapping[str, str | int]] = []
    for index, value in enumerate(values):
        if value.constraints in seen:
            yield Contradiction(
                location=(*at, index),
                found=dict(value.constraints),
                instead="the same constraints again",
                allowed="one value for everything, and one for each set of constraints",
            )
        seen.append(value.constraints)


def _platforms_own(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Keys that other settings write, and values that lose data on PostgreSQL."""
    shutdown = {key.lower(): name for name in SERVICE_NAMES for key in settings.service(name).shutdown.dynamic_config}
    for key, values in settings.backend.dynamic_config.items():
        at = ("backend", "dynamicConfig", key)
        if key.lower() in shutdown:
            instead = (
                f"temporal:backend.services.{shutdown[key.lower()]}.shutdown, which is held against the grace period"
            )
            yield Contradiction(location=at, found=key, instead="not here", allowed=instead)
        for index, value in enumerate(values):
            if key.lower() == "limit.maxidlength" and isinstance(value.value, int) and value.value > _LONGEST_ID:
                yield _wrong((*at, index, "value"), value.value, f"at most {_LONGEST_ID}, PostgreSQL's columns for ids")
            if key.lower() == "history.shardlingertimelimit" and value.value not in (0, "0", "0s"):
                yield _wrong((*at, index, "value"), value.value, "'0s': SQL stores cannot tell who owns a shard")


def _wrong(at: tuple[int | str, ...], value: Any, allowed: str) -> Contradiction:
    return Contradiction(location=at, found=value, instead="found nothing" if value is None else "", allowed=allowed)
