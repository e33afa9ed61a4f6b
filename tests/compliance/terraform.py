"""A stack as the plan of Terraform that checkov reads.

pulumi-aws is made of Terraform's provider: types have other names, inputs are in camel case, what may stand once is no
list, and lists of blocks have plural names (pulumi-terraform-bridge, pkg/tfbridge/names.go). `terraform.toml` has the
types, the names that do not follow, and defaults of the provider that a plan shows.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from standins.simulated.aws import table
from standins.typed.table import Field
from tests.compliance.graph import Resource

_NESTED = re.compile(r"\[?([a-z0-9]+\.\w+)\]?")


@cache
def types() -> dict[str, dict[str, Any]]:
    """By the types of pulumi-aws: `type` of Terraform, `names` and `defaults` by path."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text())


def plan(resources: Iterable[Resource]) -> dict[str, Any]:
    """What `terraform show -json` says of a plan that makes these. What one takes from another is a reference and no
    value, as it is for Terraform, which does not know it yet.

    Raises:
        KeyError: a type is not in `terraform.toml`.
    """
    said = [_Said.of(resource) for resource in resources]
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [{**each.head, "values": each.values} for each in said]}},
        "resource_changes": [
            {**each.head, "change": {"actions": ["create"], "before": None, "after": each.values}} for each in said
        ],
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"}},
            "root_module": {"resources": [{**each.head, "expressions": each.expressions} for each in said]},
        },
    }


class _Said:
    """One resource in Terraform's words."""

    def __init__(self, resource: Resource, values: Mapping[str, Any], expressions: Mapping[str, Any]) -> None:
        type_ = types()[resource.type]["type"]
        self.head = {
            "address": f"{type_}.{resource.name}",
            "mode": "managed",
            "type": type_,
            "name": resource.name,
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "schema_version": 0,
        }
        self.values = values
        self.expressions = expressions

    @classmethod
    def of(cls, resource: Resource) -> "_Said":
        return cls(resource, *_object(resource, resource.inputs, table.load()[resource.type].resource.inputs))


def _object(
    resource: Resource, inputs: Mapping[str, Any], fields: Mapping[str, Field], under: str = ""
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Values and expressions of a resource, or of one of its blocks, which stands `under` an input."""
    names = types()[resource.type].get("names", {})
    values: dict[str, Any] = {}
    expressions: dict[str, Any] = {}
    for key, value in inputs.items():
        path, wanted = f"{under}{key}", fields[key].type
        if path == table.TAGS_ALL:
            continue
        name = names.get(path) or _name(key, wanted)
        nested = _NESTED.fullmatch(wanted)
        sources = _sources(resource, path.partition(".")[0], value)
        if any(sources):
            expressions[name] = {"references": [word for source in sources if source for word in _reference(*source)]}
            if not all(sources):
                values[name] = [None if source else each for each, source in zip(value, sources, strict=True)]
        elif nested:
            values[name], expressions[name] = _blocks(resource, value, _nested_types()[nested[1]], f"{path}.")
        else:
            values[name] = value
    return values, {name: said for name, said in expressions.items() if said}


def _blocks(
    resource: Resource, value: Any, fields: Mapping[str, Field], under: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    filled = types()[resource.type].get("defaults", {})
    defaults = {path.removeprefix(under): said for path, said in filled.items() if path.startswith(under)}
    each = value if isinstance(value, list) else [value]
    said = [_object(resource, {**defaults, **block}, fields, under) for block in each]
    expressions = [found for _, found in said]
    return [values for values, _ in said], expressions if any(expressions) else []


def _sources(resource: Resource, key: str, value: Any) -> list[tuple[Resource, str] | None]:
    """Of a value, or of each in a list, what other resources put out."""
    return [resource.source(key, each) for each in (value if isinstance(value, list) else [value])]


def _reference(used: Resource, output: str) -> tuple[str, str]:
    address = f"{types()[used.type]['type']}.{used.name}"
    return f"{address}.{_snake(output)}", address


@cache
def _nested_types() -> Mapping[str, Mapping[str, Field]]:
    return next(iter(table.load().values())).resource.types


def _name(key: str, wanted: str) -> str:
    """Blocks of which there may be several have a name for one."""
    snake = _snake(key)
    is_blocks = wanted.startswith("[") and _NESTED.fullmatch(wanted)
    return snake.removesuffix("s") if is_blocks and not snake.endswith("ss") else snake


def _snake(key: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", key)
