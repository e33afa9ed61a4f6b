"""What a person wants to know of a key besides its meaning: what a change does, its unit, where its rule comes from.

The documentation and the JSON schema are written from it; a test holds that no key lacks it.
"""

from typing import Any, Final, Literal

from pydantic import Field

Effect = Literal["nothing", "rolling", "replaced", "refused"]

EFFECTS: Final[dict[Effect, str]] = {
    "nothing": "no running pod restarts",
    "rolling": "pods restart, one after another",
    "replaced": "objects are deleted and made anew",
    "refused": "the program refuses it once the stack is deployed",
}


def changing(effect: Effect, does: str, *, unit: str = "", source: str = "") -> Any:
    """Metadata of a field: the effect of a changed value, in a few words what it `does`, its unit, a rule's source."""
    facts = {"x-effect": effect, "x-does": does, "x-unit": unit, "x-source": source}
    return Field(json_schema_extra={name: value for name, value in facts.items() if value})
