"""Statements as documents that IAM takes."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from commands.bootstrap.permissions import Statement
from commands.errors import CommandError

LONGEST: Final = 6144
"""Characters of a managed policy, white space not counted. Source: IAM User Guide, "IAM and AWS STS quotas"."""
MOST: Final = 10
"""Managed policies of a role, unless AWS was asked for more. Source: the same."""
_VERSION: Final = "2012-10-17"


def document(statements: Sequence[Statement]) -> dict[str, Any]:
    """One document."""
    return {"Version": _VERSION, "Statement": list(statements)}


def length(statements: Sequence[Statement]) -> int:
    """How long IAM finds their document."""
    return len(json.dumps(document(statements), separators=(",", ":")))


def documents(statements: Iterable[Statement]) -> list[dict[str, Any]]:
    """As few documents as the order of the statements allows.

    Raises:
        CommandError: a statement is too long by itself, or a role would need more policies than it can have.
    """
    found: list[list[Statement]] = []
    for statement in statements:
        if length([statement]) > LONGEST:
            raise CommandError(f"a statement with {statement['Action'][0]} is longer than a policy ({LONGEST}).")
        if found and length([*found[-1], statement]) <= LONGEST:
            found[-1].append(statement)
        else:
            found.append([statement])
    if len(found) > MOST - 1:
        raise CommandError(f"a role would need {len(found)} policies and one for the state; it can have {MOST}.")
    return [document(each) for each in found]
