"""A stack as the requests that the provider makes of AWS' API, for an emulator.

`requests.toml` has the types: `service`, and `calls` with what each `takes` (inputs, or outputs of earlier answers) and
how it is said (see `words`). `set` is asked in any case; a call with `when` or `unless` depends on an input. What is
`left_out` of all calls, or `later` than one, is asked when something changes. `answers` are the outputs that stand in
the answer, by their place there. A type that is `absent` says why.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.compliance.graph import Resource
from tests.compliance.words import Words, put

_OF_THE_PROVIDER = {"region", "tagsAll"}


@dataclass(frozen=True)
class Request:
    """One call of boto3. `answers`: simulated values that the emulator has others for, by their place in its answer."""

    resource: str
    service: str
    call: str
    arguments: Mapping[str, Any]
    answers: Mapping[str, str] = field(default_factory=dict)


@cache
def types() -> dict[str, dict[str, Any]]:
    """By the types of pulumi-aws."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text())


def requests(resources: Iterable[Resource]) -> Iterator[Request]:
    """In the order of the resources.

    Raises:
        KeyError: a type is not in `requests.toml`.
        ValueError: nothing is asked for an input.
    """
    for resource in resources:
        table = types()[resource.type]
        if "absent" not in table:
            yield from _of(resource, table)


def _of(resource: Resource, table: Mapping[str, Any]) -> Iterator[Request]:
    calls = [call for call in table["calls"] if _is_made(call, resource.inputs)]
    taken = {
        name for call in calls for name in (*call["takes"], *call.get("later", ()), call.get("when"))
    } | _OF_THE_PROVIDER
    forgotten = sorted(resource.inputs.keys() - taken - set(table.get("left_out", ())))
    if forgotten:
        raise ValueError(f"{resource.type}: nothing is asked for {', '.join(forgotten)}")
    known = {**resource.outputs, **resource.inputs}
    for call in calls:
        arguments = Words.of(call).said({name: known[name] for name in call["takes"] if name in known})
        for path, value in call.get("set", {}).items():
            put(arguments, path, value)
        yield Request(
            resource=resource.name,
            service=table["service"],
            call=call["call"],
            arguments=arguments,
            answers={str(resource.outputs[output]): place for output, place in call.get("answers", {}).items()},
        )


def _is_made(call: Mapping[str, Any], inputs: Mapping[str, Any]) -> bool:
    wanted = "when" not in call or bool(inputs.get(call["when"]))
    return wanted and not ("unless" in call and inputs.get(call["unless"]))
