"""A stack that looks after a namespace in Temporal Cloud, under the real engine, which finds the plugin by its package,
says which provider to serve, and changes what the file changed.

The provider is simulated. What Temporal Cloud does is for an account to show.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from commands.errors import CommandError
from commands.presentation import Change, changes_of
from tests.commands.simulated import Simulated
from tests.settings.cases import STACKS

pytestmark = pytest.mark.engine

NAMESPACE = "temporal-namespaces-orders.a1b2c"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """The stack of the settings' tests, up. The tests only preview it."""
    stack = Simulated(tmp_path_factory.mktemp("managed"), "managed", STACKS["cloud-managed"])
    assert stack.up().complaints == ()
    return stack


@pytest.fixture
def changed(deployed: Simulated) -> Iterator[Simulated]:
    """The same, to be changed."""
    yield deployed
    deployed.restore()


def _changes(digest: dict[str, Any]) -> dict[str, Change]:
    return {change.name: change for change in changes_of(digest) if change.op != "same"}


def test_one_provider_serves_them_and_a_second_preview_changes_nothing(changed: Simulated) -> None:
    state = changed.state()
    [provider] = (each for each in state if each["type"] == "pulumi:providers:temporalcloud")
    internal = provider["inputs"]["__internal"]
    assert (internal["name"], internal["version"], provider["inputs"]["version"]) == (
        "terraform-provider",
        "1.1.3",
        "1.5.0",
    )
    made = {each["id"]: each["provider"] for each in state if each["type"].startswith("temporalcloud:")}
    assert set(made.values()) == {f"{provider['urn']}::{provider['id']}"}
    assert {"orders.a1b2c", "orders.a1b2c/CustomerId", "orders.a1b2c,temporal-orders"} < set(made)
    assert _changes(changed.preview()) == {}


def test_a_changed_word_is_an_update(changed: Simulated) -> None:
    changed.replace("retention: 30d", "retention: 7d")
    [(name, change)] = _changes(changed.preview()).items()
    assert (name, change.op) == (NAMESPACE, "update")


def test_another_endpoint_is_another_rule(changed: Simulated) -> None:
    """A rule cannot be changed: the namespace gets the new one, then the old one goes."""
    changed.replace(
        "privateLink: {}", "privateLink: {service: com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0}"
    )
    found = {name: change.op for name, change in _changes(changed.preview()).items()}
    assert {name: op for name, op in found.items() if name.startswith("temporal-namespaces")} == {
        "temporal-namespaces-private-rule": "replace",
        NAMESPACE: "update",
    }


def test_a_namespace_of_another_name_is_another_one(changed: Simulated) -> None:
    text = changed.file.read_text()
    changed.file.write_text(text.replace("orders.a1b2c", "others.a1b2c"))
    found = _changes(changed.preview())
    assert (found[NAMESPACE].op, found["temporal-namespaces-others.a1b2c"].op) == ("delete", "create")


def test_what_is_refused_is_refused_before_anything_is_asked(changed: Simulated) -> None:
    changed.replace("regions: [aws-eu-central-1]", "regions: [eu-central-1]")
    with pytest.raises(CommandError, match=r"managed.regions\[0\]: found 'eu-central-1'"):
        changed.preview()
