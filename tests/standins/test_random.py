"""The live random provider: what values look like, what replaces them, what is refused.

That values cannot be guessed rests on Python's `secrets` and is not tested.
"""

import crypt
import string
from typing import Any

import pytest

from standins.live import random as live
from standins.provider import UNKNOWN, Call, CheckFailure, Properties, Secret
from standins.typed.random_rules import ID, PASSWORD

PROVIDER = live.provider()
SPECIAL = "!@#$%&*()-_=+[]{}<>:?"


def call(token: str, *, preview: bool = False) -> Call:
    return Call(urn=f"urn:pulumi:s::p::{token}::r", type=token, name="r", timeout=0, preview=preview)


def created(token: str, inputs: Properties) -> Properties:
    checked = PROVIDER.check(call(token), {}, inputs, b"")
    assert checked.failures == ()
    return PROVIDER.create(call(token), checked.inputs).outputs


def failures(token: str, inputs: Properties) -> list[CheckFailure]:
    return list(PROVIDER.check(call(token), {}, inputs, b"").failures)


def test_a_password_has_the_official_outputs() -> None:
    """Defaults are among them; result and hash are secret, as the official plugin marks them."""
    outputs = created(PASSWORD, {"length": 40})
    result, hashed = outputs.pop("result"), outputs.pop("bcryptHash")
    assert outputs == {
        "__meta": '{"schema_version":"3"}',
        "id": "none",
        "length": 40,
        "lower": True,
        "minLower": 0,
        "minNumeric": 0,
        "minSpecial": 0,
        "minUpper": 0,
        "number": True,
        "numeric": True,
        "special": True,
        "upper": True,
    }
    assert isinstance(result, Secret)
    assert len(result.value) == 40
    assert set(result.value) <= {*string.ascii_letters, *string.digits, *SPECIAL}
    assert isinstance(hashed, Secret)
    assert hashed.value.startswith("$2b$10$")
    assert crypt.crypt(result.value, hashed.value) == hashed.value


def test_minimums_and_classes() -> None:
    inputs = {"length": 12, "minUpper": 3, "minNumeric": 4, "minSpecial": 2, "overrideSpecial": "-_", "lower": False}
    for _ in range(5):
        text = created(PASSWORD, inputs)["result"].value
        assert len(text) == 12
        assert sum(character in string.ascii_uppercase for character in text) >= 3
        assert sum(character in string.digits for character in text) >= 4
        assert sum(character in "-_" for character in text) >= 2
        assert set(text) <= {*string.ascii_uppercase, *string.digits, "-", "_"}


def test_two_passwords_differ() -> None:
    assert created(PASSWORD, {"length": 32})["result"] != created(PASSWORD, {"length": 32})["result"]


def test_an_id_is_one_number_in_five_spellings() -> None:
    outputs = created(ID, {"byteLength": 4, "prefix": "x-", "keepers": {"a": "1"}})
    number = int(outputs["dec"].removeprefix("x-"))
    assert outputs["hex"] == f"x-{number:08x}"
    assert outputs["b64Url"] == f"x-{outputs['id']}"
    assert outputs["b64Std"].rstrip("=").replace("+", "-").replace("/", "_") == outputs["b64Url"]
    assert outputs["keepers"] == {"a": "1"}
    assert len(created(ID, {"byteLength": 16})["hex"]) == 32


def test_a_preview_knows_the_inputs_and_hides_the_secrets() -> None:
    outputs = PROVIDER.create(call(PASSWORD, preview=True), {"length": UNKNOWN}).outputs
    assert outputs["length"] is UNKNOWN
    assert outputs["special"] is True
    assert (outputs["result"], outputs["bcryptHash"], outputs["id"]) == (Secret(UNKNOWN), Secret(UNKNOWN), UNKNOWN)


@pytest.mark.parametrize(
    ("old", "new", "detailed"),
    [
        ({"length": 8}, {"length": 8, "special": True, "minLower": 0}, {}),
        ({"length": 8}, {"length": 9}, {"length": "update-replace"}),
        ({"length": 8, "numeric": False}, {"length": 8, "number": False}, {}),
        ({"length": 8}, {"length": UNKNOWN}, {"length": "update-replace"}),
        ({"length": 8}, {"length": 8, "keepers": {"a": "1"}}, {"keepers": "add-replace"}),
        ({"length": 8, "keepers": {"a": "1"}}, {"length": 8, "keepers": {"a": "2"}}, {"keepers.a": "update-replace"}),
        ({"length": 8, "keepers": {"a": "1"}}, {"length": 8, "keepers": {"a": "1", "b": None}}, {}),
        ({"length": 8, "overrideSpecial": ""}, {"length": 8}, {}),
    ],
)
def test_what_replaces_a_password(old: Properties, new: Properties, detailed: dict[str, str]) -> None:
    diff = PROVIDER.diff(call(PASSWORD), "none", old, created(PASSWORD, old), new)
    assert dict(diff.detailed) == detailed
    assert diff.replaces == tuple(path.partition(".")[0] for path in detailed)
    assert not diff.delete_before_replace


@pytest.mark.parametrize(
    ("inputs", "place", "reason"),
    [
        ({}, "length", "is required"),
        ({"length": 0}, "length", "must be at least 1"),
        ({"length": "8"}, "length", "must be of type integer, not string"),
        ({"length": True}, "length", "must be of type integer, not boolean"),
        ({"length": 3, "minUpper": 2, "minLower": 2}, "length", "must be at least the sum of the minimums, 4"),
        ({"length": 3, "keepers": {"a": 1}}, "keepers.a", "must be of type string, not integer"),
        (
            {"length": 3, "numeric": True, "number": False},
            "number",
            "differs from numeric; it is deprecated, use numeric alone",
        ),
        (
            {"length": 3, "numeric": False, "upper": False, "lower": False, "special": False},
            "special",
            "one of special, upper, lower and numeric must be true",
        ),
    ],
)
def test_refused_inputs(inputs: Properties, place: str, reason: str) -> None:
    assert CheckFailure(place, reason) in failures(PASSWORD, inputs)


def test_an_unknown_input_names_the_known_ones() -> None:
    (failure,) = failures(ID, {"byteLength": 1, "bytes": 2})
    assert (failure.property, failure.reason) == (
        "bytes",
        "is not an input of this stand-in; it knows byteLength, prefix, keepers",
    )


def test_a_type_that_is_missing_here_says_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"randomPet:RandomPet needs the official plugin random 4\."):
        PROVIDER.create(call("random:index/randomPet:RandomPet"), {})


def test_refresh_leaves_everything_as_it_is() -> None:
    outputs: dict[str, Any] = created(ID, {"byteLength": 2})
    state = PROVIDER.read(call(ID), outputs["id"], {"byteLength": 2}, outputs)
    assert (state.id, state.outputs, state.inputs) == (outputs["id"], outputs, {"byteLength": 2})
