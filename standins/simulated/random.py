"""The random plugin with values that follow from the resource's name and inputs: no secret at all."""

import random

import versions
from standins.provider import Call, Properties
from standins.simulated.chance import digest
from standins.typed import random_rules, table
from standins.typed.provider import TypedProvider


def provider() -> TypedProvider:
    return TypedProvider(
        name="random",
        version=versions.PLUGIN_RANDOM,
        types=table.load("random"),
        rules=random_rules.RULES,
        makers={random_rules.PASSWORD: _password, random_rules.ID: _identifier},
    )


def _password(call: Call, inputs: Properties) -> Properties:
    text = random_rules.password(inputs, _chance(call, inputs))
    return {"id": "none", "result": text, "bcryptHash": f"SIMULATED {digest(call, inputs)[:16]}"}


def _identifier(call: Call, inputs: Properties) -> Properties:
    return random_rules.identifier(inputs, _chance(call, inputs))


def _chance(call: Call, inputs: Properties) -> random.Random:
    return random.Random(digest(call, inputs))  # noqa: S311 - repeatable on purpose
