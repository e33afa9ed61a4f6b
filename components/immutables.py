"""Holds the stack file against what is deployed: some facts cannot change under a living database,
and namespaces that leave the file stay.

The stack's own outputs tell what is deployed. Asking the engine for them adds no resource of ours to the state.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import pulumi
from pulumi.runtime import invoke

from contract import ImmutableFacts, PlatformOutputs
from settings import SelfHostedSettings, Settings
from settings.application_database_facts import application_warnings
from settings.immutables import Deployed, cautions, common_refusals, first_refusals, refusals
from settings.warnings import namespaces_left


def hold_against_deployed(settings: Settings) -> None:
    """Raises RunError with everything that the stack file changes and must not; logs which namespaces it leaves behind.
    A stack without outputs is new."""
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    outputs = _outputs(name)
    if not outputs:
        _refuse("is new and cannot begin like this:", first_refusals(settings))
        return
    known = _read(outputs)
    databases = {name: database.immutable for name, database in (known.application_databases or {}).items()}
    refused = common_refusals(known.name, known.backend, databases, settings)
    warnings = chain(namespaces_left(known.namespaces, settings), application_warnings(databases, settings))
    if isinstance(settings, SelfHostedSettings) and known.immutable and known.server_version:
        deployed = _deployed(known.server_version, known.immutable)
        refused += refusals(deployed, settings)
        warnings = chain(cautions(deployed, settings), warnings)
    _refuse("is deployed and cannot become this:", refused)
    for warning in warnings:
        pulumi.log.warn(warning)


def _deployed(server_version: str, known: ImmutableFacts) -> Deployed:
    default, visibility = known.databases
    return Deployed(
        shards=known.history_shard_count,
        databases=(default, visibility),
        server_version=server_version,
        search_attributes=known.search_attributes,
        archival=known.archival,
        aws=known.aws,
        rds=known.rds,
        operated=known.operated,
        visibility=known.visibility,
        move=known.visibility_move,
        stage=known.visibility_stage,
    )


def _refuse(head: str, lines: Sequence[str]) -> None:
    if lines:
        raise pulumi.RunError("\n".join([f"stack {pulumi.get_stack()} {head}", *lines]))


def _outputs(stack: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = invoke("pulumi:pulumi:readStackOutputs", {"name": stack}).value["outputs"]
    except Exception as error:  # the SDK raises no narrower one
        raise pulumi.RunError(
            f"what is deployed as {stack} cannot be read from the engine's backend, so nothing can be held against it: "
            f"{error}. Run the same command again; if it stays, look at the backend (pulumi stack export)"
        ) from None
    return found


def _read(outputs: Mapping[str, Any]) -> PlatformOutputs:
    try:
        return PlatformOutputs.read(outputs)
    except (ValueError, KeyError) as error:
        problem = f"output {error} is missing" if isinstance(error, KeyError) else str(error)
        raise pulumi.RunError(
            f"stack {pulumi.get_stack()} is deployed, but what it says of itself cannot be read: {problem}. "
            "Use the program that deployed it"
        ) from None
