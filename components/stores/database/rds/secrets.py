"""The secrets of Secrets Manager that hold the logins of a database's roles: `{"username": …, "password": …}`."""

from collections.abc import Mapping
from typing import Final

import pulumi
import pulumi_aws as aws

from components.stores.database.rds.place import Place

_RECOVERY_DAYS: Final = 30
_WRITTEN_BY_OPERATOR: Final = {"managed-by": "external-secrets"}
"""Without it External Secrets writes to no secret that it did not make."""


def login_secrets(
    name: str, place: Place, logins: Mapping[str, str], *, rotation: int, of: str
) -> tuple[Mapping[str, str], list[pulumi.Resource]]:
    """Names by role, and the secrets, which have no value yet. A rotation is other secrets: a value that is there is
    never changed. Nothing is lost with one, for the roles job sets whatever follows."""
    account = place.account
    suffix = f"-{rotation}" if rotation else ""
    names = {role: f"{account.name(called)}{suffix}" for role, called in logins.items()}
    secrets: list[pulumi.Resource] = [
        aws.secretsmanager.Secret(
            f"{name}-{role.replace('_', '-')}-login",
            name=secret,
            description=f"Login of {role} to {of}",
            kms_key_id=account.key,
            recovery_window_in_days=_RECOVERY_DAYS if account.protect else 0,
            tags={**place.tags(), **_WRITTEN_BY_OPERATOR},
            opts=pulumi.ResourceOptions(parent=place.parent),
        )
        for role, secret in names.items()
    ]
    return names, secrets
