"""Values on the wire: what the engine writes is what providers see, and back.

The wire forms are written out as the engine's Go code writes them; the engine itself is in test_engine.py.
"""

import pytest
from google.protobuf import json_format, struct_pb2

from standins.protocol import wire
from standins.provider import UNKNOWN, Properties, Secret

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def struct(values: Properties) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


def wired(value: object) -> dict[str, object]:
    return {SIGNATURE: SECRET, "value": value}


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ({"a": "text", "b": True, "c": None, "d": [], "e": {}}, {"a": "text", "b": True, "c": None, "d": [], "e": {}}),
        ({"a": UNKNOWN_TEXT, "b": [UNKNOWN_TEXT]}, {"a": UNKNOWN, "b": [UNKNOWN]}),
        ({"a": wired("hush")}, {"a": Secret("hush")}),
        ({"a": wired({"b": [1.0, UNKNOWN_TEXT]})}, {"a": Secret({"b": [1, UNKNOWN]})}),
    ],
)
def test_both_ways(written: Properties, seen: Properties) -> None:
    assert wire.decode(struct(written)) == seen
    assert wire.encode(seen) == struct(written)


def test_whole_numbers_become_integers() -> None:
    """Also negative ones; above 2**53 a double is no exact integer any more and stays what it is."""
    decoded = wire.decode(struct({"a": 3.0, "b": -1.0, "c": 0.5, "d": 1e300}))
    assert decoded == {"a": 3, "b": -1, "c": 0.5, "d": 1e300}
    assert [type(decoded[key]) for key in "abcd"] == [int, int, float, float]


@pytest.mark.parametrize("text", sorted(wire.UNKNOWN_VALUES))
def test_every_kind_of_unknown(text: str) -> None:
    assert wire.decode(struct({"a": text})) == {"a": UNKNOWN}


def test_a_secret_is_never_nested() -> None:
    assert wire.decode(struct({"a": wired({"b": wired("hush")})})) == {"a": Secret({"b": "hush"})}
    assert wire.encode({"a": Secret([Secret("hush")])}) == struct({"a": wired(["hush"])})


def test_a_kind_of_value_that_was_not_agreed_on_is_refused() -> None:
    with pytest.raises(ValueError, match="does not accept"):
        wire.decode(struct({"a": {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "text": ""}}))


def test_a_value_without_a_wire_form_is_named_by_its_path() -> None:
    with pytest.raises(TypeError, match=r"^a\.b\[1\]: a set cannot be sent to the engine$"):
        wire.encode({"a": {"b": [1, {2}]}})


def test_secrets_do_not_show_in_representations() -> None:
    assert repr({"a": Secret("hush")}) == "{'a': Secret(…)}"
