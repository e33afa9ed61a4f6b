"""What a role may do, from the tables in `data/`: statements of IAM policies."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from commands.bootstrap.deployed import Deployed
from commands.errors import CommandError

DATA: Final = Path(__file__).with_name("data")
Statement = dict[str, Any]


@cache
def table(name: str) -> Mapping[str, Any]:
    """A file of `data/`."""
    return tomllib.loads((DATA / f"{name}.toml").read_text())


def known_types() -> frozenset[str]:
    """Resource types that the table has."""
    return frozenset(type_ for permission in table("permissions")["permission"] for type_ in permission["types"])


def deploying(stack: Deployed) -> list[Statement]:
    """What it takes to make, change and delete what the stack has.

    Raises:
        CommandError: a resource type is not in the table.
    """
    return merged(_of_types(stack, ("read", "write")))


def looking(stack: Deployed) -> list[Statement]:
    """What it takes to look at what the stack has. Raises CommandError as `deploying` does."""
    return merged(_of_types(stack, ("read",)))


def bounding(stack: Deployed) -> list[Statement]:
    """What the roles of the stack may do at most: all that they may do now.

    Raises:
        CommandError: a policy of AWS' own is attached that is not in the table.
    """
    own = [
        {"Effect": said["Effect"], "Action": _many(said["Action"]), "Resource": _many(said["Resource"])}
        | ({"Condition": said["Condition"]} if "Condition" in said else {})
        for said in stack.role_policies()
    ]
    return merged([*own, *_of_attached(stack)])


def merged(statements: Iterable[Statement]) -> list[Statement]:
    """Statements that differ in their actions alone are one; in their first one's order, actions sorted."""
    found: dict[str, Statement] = {}
    for statement in statements:
        rest = {key: value for key, value in statement.items() if key != "Action"}
        first = found.setdefault(json.dumps(rest, sort_keys=True), {**statement, "Action": []})
        first["Action"] = sorted({*first["Action"], *statement["Action"]})
    return list(found.values())


def _of_types(stack: Deployed, kinds: Sequence[str]) -> Iterator[Statement]:
    unknown = [type_ for type_ in stack.types if type_ not in known_types()]
    if unknown:
        raise CommandError(
            f"nobody wrote down yet what it takes to deploy {', '.join(unknown)}: "
            "commands/bootstrap/data/permissions.toml"
        )
    for permission in table("permissions")["permission"]:
        if set(permission["types"]) & set(stack.types):
            actions = [action for kind in kinds for action in permission.get(kind, ())]
            yield from _statement(stack, permission, actions, permission["types"])


def _of_attached(stack: Deployed) -> Iterator[Statement]:
    permissions = table("attached")["permission"]
    attached = stack.attached()
    known = {policy for permission in permissions for policy in permission["policies"]}
    unknown = [policy for policy in attached if policy not in known]
    if unknown:
        raise CommandError(
            f"nobody wrote down yet what of {', '.join(unknown)} roles need: commands/bootstrap/data/attached.toml"
        )
    for permission in permissions:
        if set(permission["policies"]) & set(attached):
            yield from _statement(stack, permission, permission["actions"], None)


def _statement(
    stack: Deployed, permission: Mapping[str, Any], actions: Sequence[str], types: Iterable[str] | None
) -> Iterator[Statement]:
    resources = stack.arns(permission["on"], types)
    if actions and resources:
        condition = _condition(stack, permission.get("when", ()), types)
        more = {"Condition": condition} if condition else {}
        yield {"Effect": "Allow", "Action": sorted(actions), "Resource": resources, **more}


def _condition(stack: Deployed, names: Iterable[str], types: Iterable[str] | None) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        for operator, keys in table("permissions")["conditions"][name].items():
            for key, value in keys.items():
                written = [each for text in _many(value) for each in stack.written(text, types)]
                found.setdefault(operator, {})[key] = written if isinstance(value, list) else written[0]
    return found


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]
