"""A stack that makes service accounts and API keys in Temporal Cloud, under the real engine.

The provider is simulated. What Temporal Cloud does is for an account to show.
"""

from collections.abc import Iterator

import pytest

from commands.presentation import changes_of
from tests.commands.simulated import Simulated
from tests.settings.cases import STACKS

pytestmark = pytest.mark.engine

KEY = "temporalcloud:index/apikey:Apikey"
ACCOUNTS = "temporal-accounts"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """The stack of the settings' tests, up."""
    stack = Simulated(tmp_path_factory.mktemp("keys"), "keys", STACKS["cloud-keys"])
    assert stack.up().complaints == ()
    return stack


@pytest.fixture
def changed(deployed: Simulated) -> Iterator[Simulated]:
    """The same, to be changed."""
    yield deployed
    deployed.restore()


def _changes(stack: Simulated) -> dict[str, str]:
    return {change.name: change.op for change in changes_of(stack.preview()) if change.op != "same"}


def test_a_second_preview_changes_nothing(changed: Simulated) -> None:
    assert _changes(changed) == {}


def test_keys_are_secrets_in_the_state(deployed: Simulated) -> None:
    made = [each for each in deployed.state() if each["type"] == KEY]
    assert len(made) == 2
    assert {tuple(each["outputs"]["token"]) for each in made} == {(SIGNATURE, "ciphertext")}


SIGNATURE = "4dabf18193072939515e22adb298388d"
"""By which the engine marks a secret (pulumi, sdk/go/common/resource/sig)."""


def test_a_later_day_makes_other_keys_and_leaves_accounts_alone(changed: Simulated) -> None:
    changed.replace("2027-06-01", "2028-06-01")
    found = _changes(changed)
    assert {name: op for name, op in found.items() if op == "replace"} == {
        f"{ACCOUNTS}-operator-key": "replace",
        f"{ACCOUNTS}-app-shop-key": "replace",
    }
    assert {op for name, op in found.items() if not name.startswith(ACCOUNTS)} == {"update"}


def test_an_application_that_goes_takes_its_account_with_it(changed: Simulated) -> None:
    changed.replace("    - {namespace: shop, temporalNamespace: orders.a1b2c}\n", "")
    changed.replace("temporal:applications:", "temporal:applications: []")
    assert _changes(changed)[f"{ACCOUNTS}-app-shop"] == "delete"
