"""Policy documents of IAM, KMS and S3 as typed data. Nothing is asked of AWS to write one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import pulumi

_VERSION: Final = "2012-10-17"

Principals = Mapping[Literal["AWS", "Service", "Federated"], Sequence[str]]
Words = pulumi.Input[str] | Sequence[pulumi.Input[str]]
Conditions = Mapping[str, Mapping[str, Words]]
"""Values by condition key, by operator: `{"StringEquals": {"aws:SourceAccount": "123456789012"}}`."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement. Source: IAM User Guide, "IAM JSON policy elements reference"."""

    sid: str
    """Its name inside the document: letters and digits."""
    effect: Literal["Allow", "Deny"] = "Allow"
    """Whether it allows or denies."""
    actions: Sequence[str]
    """What may, or may not, be done."""
    resources: Sequence[pulumi.Input[str]] = ()
    """ARNs of what it may be done to; none in a role's trust policy."""
    principals: Principals | Literal["*"] | None = None
    """Who may; everybody for "*". None in a policy of a role, which is about that role."""
    conditions: Conditions = field(default_factory=dict)
    """All of these must hold."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What one workload may do on AWS."""

    workload: str
    """Its ServiceAccount in the installation's namespace, less `temporal-`: `history`, `schema-search`."""
    statements: Sequence[Statement]
    """What its role allows."""


def by_workload(grants: Iterable[Grant]) -> dict[str, list[Statement]]:
    """What each workload may do, whoever grants it. Raises ValueError when two of its statements have one name, which
    IAM refuses."""
    found: dict[str, list[Statement]] = {}
    for grant in grants:
        for statement in grant.statements:
            own = found.setdefault(grant.workload, [])
            if any(other.sid == statement.sid for other in own):
                raise ValueError(f"{grant.workload} is granted {statement.sid} twice")
            own.append(statement)
    return found


def document(statements: Sequence[Statement]) -> pulumi.Output[str]:
    """The document as JSON."""
    said = {"Version": _VERSION, "Statement": [_said(statement) for statement in statements]}
    return pulumi.Output.json_dumps(said)


def _said(statement: Statement) -> dict[str, Any]:
    elements = {
        "Sid": statement.sid,
        "Effect": statement.effect,
        "Principal": statement.principals,
        "Action": statement.actions,
        "Resource": statement.resources,
        "Condition": statement.conditions,
    }
    return {name: value for name, value in elements.items() if value}
