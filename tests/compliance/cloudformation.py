"""A stack as the template of CloudFormation that cfn-lint reads.

`cloudformation.toml` has the types: their name there, `returns` (which output is `Ref`, which an attribute), and how
they are said (see `words`); `unless` are inputs that go unsaid beside another. What CloudFormation has no resource for
is `part_of` one that is found by an input: it stands `at` a property of that, with `set` besides, or is one of the list
`every`.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from settings.rds import offers
from tests.compliance.graph import Resource
from tests.compliance.words import Words, put

_OF_THE_PROVIDER = ("region", "tagsAll")


@cache
def types() -> dict[str, dict[str, Any]]:
    """By the types of pulumi-aws."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text())


def template(resources: Iterable[Resource]) -> dict[str, Any]:
    """Raises KeyError when a type is not in `cloudformation.toml`."""
    made: dict[str, dict[str, Any]] = {}
    parts: list[Resource] = []
    owners: dict[tuple[str, Any], str] = {}
    for resource in resources:
        table = types()[resource.type]
        if "part_of" in table:
            parts.append(resource)
            continue
        made[_logical(resource)] = {"Type": table["type"], "Properties": _properties(resource, table)}
        owners |= {(resource.type, resource.outputs.get(output)): _logical(resource) for output in table["returns"]}
    for part in parts:
        table = types()[part.type]
        owner = owners[table["part_of"], part.inputs[table["input"]]]
        _add(made[owner]["Properties"], _without(_properties(part, table), table["input"]), table)
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": made}


def _add(owner: dict[str, Any], part: dict[str, Any], table: Mapping[str, Any]) -> None:
    if "every" in table:
        owner.setdefault(table["every"], []).extend(part.values())
        return
    owner |= {table["at"]: part} if "at" in table else part
    for path, value in table.get("set", {}).items():
        put(owner, path, value)


def _properties(resource: Resource, table: Mapping[str, Any]) -> dict[str, Any]:
    inputs = {key: _referred(resource, key, value) for key, value in resource.inputs.items()}
    unsaid = [key for key, other in table.get("unless", {}).items() if other in inputs]
    left_out = [*table.get("left_out", ()), *unsaid, *_OF_THE_PROVIDER]
    return Words.of({**table, "left_out": left_out}).said(_of_a_minor(inputs))


def _of_a_minor(inputs: dict[str, Any]) -> dict[str, Any]:
    """A major version of PostgreSQL is the minor that RDS prefers; cfn-lint's lists have minors only."""
    version = inputs.get("engineVersion", "")
    if not version or not offers.is_major(version):
        return inputs
    newest = [each for each in offers.versions_of(inputs["engine"]) if offers.major_of(each) == version][-1]
    return {**inputs, "engineVersion": newest}


def _referred(resource: Resource, key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_referred(resource, key, each) for each in value]
    source = resource.source(key, value)
    if source is None:
        return value
    used, _ = source
    for output, attribute in types()[used.type].get("returns", {}).items():
        if used.outputs.get(output) == value:
            name = _logical(used)
            return {"Ref": name} if attribute == "Ref" else {"Fn::GetAtt": [name, attribute]}
    return value


def _logical(resource: Resource) -> str:
    """CloudFormation's names have letters and digits only."""
    return "".join(word[0].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", resource.name))


def _without(properties: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name != key[0].upper() + key[1:]}
