"""The provider's own configuration: what may stand in it, and the little that matters without AWS."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from standins.provider import UNKNOWN, CheckFailure, Properties, Value
from standins.simulated.aws.table import configuration
from standins.typed import checking

ANY_ACCOUNT: Final = "123456789012"
_OF_THE_ENGINE: Final = {"version", "pluginDownloadURL"}


@dataclass(frozen=True)
class Settings:
    """`account` goes into ARNs: the first of allowedAccountIds, else the one that AWS' own examples have.

    `default_tags` are on everything that takes tags; `ignored_tags` and `ignored_prefixes` are left out of `tagsAll`.
    A value is UNKNOWN when the configuration is not known yet.
    """

    region: Value = UNKNOWN
    account: Value = ANY_ACCOUNT
    default_tags: Value = field(default_factory=dict)
    ignored_tags: tuple[str, ...] = ()
    ignored_prefixes: tuple[str, ...] = ()

    @classmethod
    def parse(cls, config: Mapping[str, Value]) -> Self:
        """Of what `failures` found nothing wrong with."""
        values = _decoded(config)
        accounts = values.get("allowedAccountIds") or [ANY_ACCOUNT]
        ignored = _known_map(values.get("ignoreTags"))
        return cls(
            region=values.get("region", UNKNOWN),
            account=accounts if accounts is UNKNOWN else accounts[0],
            default_tags=_tags(values.get("defaultTags")),
            ignored_tags=tuple(ignored.get("keys") or ()),
            ignored_prefixes=tuple(ignored.get("keyPrefixes") or ()),
        )


def failures(config: Properties) -> Iterator[CheckFailure]:
    """Unknown keys, wrong types, and a region that is missing."""
    fields, types = configuration()
    values = _decoded(config)
    yield from checking.of_fields(fields, values, types)
    if not values.get("region"):
        yield CheckFailure("region", "is missing: set aws:region, or `region` of the provider")


def _decoded(config: Mapping[str, Value]) -> Properties:
    """The configuration without what belongs to the engine. It writes what is no text as JSON."""
    fields, _ = configuration()
    given = {key: value for key, value in config.items() if key not in _OF_THE_ENGINE and not key.startswith("__")}
    return {key: _value(fields[key].type if key in fields else "string", value) for key, value in given.items()}


def _value(wanted: str, value: Value) -> Value:
    if wanted == "string" or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _tags(default_tags: Value) -> Value:
    if default_tags is UNKNOWN:
        return UNKNOWN
    return _known_map(default_tags).get("tags") or {}


def _known_map(value: Value) -> Properties:
    return value if isinstance(value, dict) else {}
