"""What the engine keeps of an object: the live object, the inputs that made it, and which of it is secret."""

from __future__ import annotations

from standins.kubernetes.objects import Object, has_secret, is_kind, plain, underscored
from standins.provider import Properties, Secret, Value

INPUTS = "__inputs"
INITIAL_API_VERSION = "__initialApiVersion"
FIELD_MANAGER = "__fieldManager"


def checkpoint(
    inputs: Object, live: Object, marked: Properties, *, initial_api_version: str, field_manager: str
) -> Properties:
    """The outputs of a resource. `marked` are the inputs as the engine gave them, with their secret marks."""
    outputs = mark_secrets(underscored(live), marked)
    if is_kind(live, "v1", "Secret") and "data" in outputs and not isinstance(outputs["data"], Secret):
        outputs["data"] = Secret(outputs["data"])
    outputs[INPUTS] = mark_secrets(underscored(inputs), marked)
    outputs[INITIAL_API_VERSION] = initial_api_version
    outputs[FIELD_MANAGER] = field_manager
    return outputs


def parse(outputs: Properties) -> tuple[Object, Object]:
    """Inputs and live object of a stored resource, without marks. Inputs are empty when none are stored."""
    live = plain(outputs)
    inputs = live.pop(INPUTS, None) or {}
    live.pop(INITIAL_API_VERSION, None)
    live.pop(FIELD_MANAGER, None)
    return inputs, live


def mark_secrets(values: Properties, marked: Value) -> Properties:
    """A copy of `values` where everything that is secret in `marked` is; data and stringData of a Secret always are.

    A list with one secret element is secret as a whole, as elements may move.
    """
    if values.get("kind") == "Secret":
        return {key: Secret(item) if key in {"data", "stringData"} else item for key, item in values.items()}
    known = marked if isinstance(marked, dict) else {}
    return {key: _mark(item, known[key]) if key in known else item for key, item in values.items()}


def _mark(value: Value, marked: Value) -> Value:
    if isinstance(value, dict) and isinstance(marked, dict):
        return mark_secrets(value, marked)
    return Secret(value) if has_secret(marked) else value
