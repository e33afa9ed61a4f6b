"""Proves that the program holds the stack file against what is deployed before it registers anything.

What the engine answers is made up here; that it keeps the outputs of a refused run is the engine's.
"""

from typing import Any

import pulumi
import pytest

from tests.program import recording, stacks
from tests.program.recording import Recording


@pytest.fixture
def deployed(local: Recording) -> dict[str, Any]:
    """The outputs of the local stack."""
    return local.exports


def _refused(config: dict[str, Any], deployed: dict[str, Any]) -> str:
    found = Recording()
    with pytest.raises(pulumi.RunError) as raised:
        recording.run(config, deployed=deployed, into=found)
    assert found.registrations == []
    return str(raised.value)


def test_a_stack_takes_its_own_outputs(
    local: Recording, existing: Recording, opensearch: Recording, searching: Recording
) -> None:
    for first, config in (
        (local, stacks.local()),
        (existing, stacks.existing()),
        (opensearch, stacks.opensearch()),
        (searching, stacks.searching()),
    ):
        again = recording.run(config, deployed=first.exports)
        assert {r.name for r in again.registrations} == {r.name for r in first.registrations}
        assert again.exports == first.exports


KEPT = "The schema does not go back: restore a backup from before the upgrade instead"
STEPS = "Upgrade minor by minor, each to its latest patch first"
REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]] = {
    "name": (
        {"name": "other"},
        {},
        (
            "name: found 'other'; allowed: 'local', the Kubernetes namespace that holds everything. ",
            "Another name is another stack",
        ),
    ),
    "shards": (
        {"backend__shards": 256},
        {},
        (
            "backend.shards: found 256; allowed: 128, which the database was made with: ",
            "the server ignores another number. More shards need a new installation",
        ),
    ),
    "database": (
        {"database": stacks.existing()["temporal:database"], "kubernetes__createNamespace": False},
        {"immutable": {"historyShardCount": 128.0, "databases": ["temporal", "search"]}},
        ("database.default.database: found 'orders'; allowed: 'temporal', which holds the data",),
    ),
    "kind": (
        {},
        {"immutable": {"historyShardCount": 128.0, "databases": ["orders", "search"]}},
        ("database.kind: found 'in-cluster'; allowed: 'existing' with 'orders' and 'search', which hold the data",),
    ),
    "visibility": (
        {"visibility": {"kind": "opensearch"}},
        {},
        (
            "visibility: found 'https://temporal-opensearch.local.svc:9200/temporal_visibility_v1'; allowed: ",
            "'postgres', which holds what is found by searches. The server cannot write to both. With ",
            "temporal:visibility.replaces: postgres one `up` changes over and has every execution recorded anew ",
            "(docs/visibility.md)",
        ),
    ),
    "older": (
        {"backend__version": "1.31.5"},
        {},
        ("backend.version: found '1.31.5'; allowed: '1.32.2' or newer. ", KEPT),
    ),
    "older patch": (
        {"backend__version": "1.32.1"},
        {},
        ("backend.version: found '1.32.1'; allowed: '1.32.2' or newer. ", KEPT),
    ),
    "two minors": (
        {},
        {"serverVersion": "1.30.4"},
        ("backend.version: found '1.32.2'; allowed: at most one minor above '1.30.4'. ", STEPS),
    ),
}
"""Changes of the local stack file, what is deployed besides it, and the words for it."""


@pytest.mark.parametrize("fact", REFUSED)
def test_what_cannot_change_is_refused(deployed: dict[str, Any], fact: str) -> None:
    changes, other, words = REFUSED[fact]
    said = _refused(stacks.changed(stacks.local(), **changes), {**deployed, **other})
    assert said == f"stack local is deployed and cannot become this:\n  temporal:{''.join(words)}"


def test_a_namespace_that_left_the_file_is_warned_of(deployed: dict[str, Any]) -> None:
    """After nothing is refused, and again by each run until its outputs no longer name it."""
    outputs = {**deployed, "namespaces": ["orders", "default"]}
    (warning,) = recording.run(stacks.local(), deployed=outputs).warnings
    assert warning.startswith("temporal:namespaces: 'orders' is deployed and no longer in the file: it stays on ")
    assert recording.run(stacks.local(), deployed=deployed).warnings == []
    found = Recording()
    with pytest.raises(pulumi.RunError):
        recording.run(stacks.changed(stacks.local(), name="other"), deployed=outputs, into=found)
    assert found.warnings == []


def test_all_refusals_are_told_at_once(deployed: dict[str, Any]) -> None:
    changes = {
        **REFUSED["name"][0],
        **REFUSED["shards"][0],
        "database": stacks.existing()["temporal:database"],
        "kubernetes__createNamespace": False,
        **REFUSED["older"][0],
    }
    said = _refused(stacks.changed(stacks.local(), **changes), deployed).splitlines()
    assert [line.partition(": ")[0] for line in said] == [
        "stack local is deployed and cannot become this:",
        "  temporal:name",
        "  temporal:backend.shards",
        "  temporal:database.default.database",
        "  temporal:database.visibility.database",
        "  temporal:backend.version",
    ]


def test_a_minor_upgrade_is_taken(deployed: dict[str, Any]) -> None:
    found = recording.run(stacks.local(), deployed={**deployed, "serverVersion": "1.31.5"})
    assert found.exports["serverVersion"] == "1.32.2"


@pytest.mark.parametrize(
    ("outputs", "problem"),
    [
        ({"contractVersion": 2.0}, "the stack speaks contract version 2, this package 1"),
        ({"unrelated": "x"}, "the stack speaks contract version None, this package 1"),
        ({"contractVersion": 1.0, "backend": "self-hosted"}, "output 'name' is missing"),
    ],
    ids=["newer", "another program's", "incomplete"],
)
def test_outputs_that_cannot_be_read_are_said(outputs: dict[str, Any], problem: str) -> None:
    assert _refused(stacks.local(), outputs) == (
        f"stack local is deployed, but what it says of itself cannot be read: {problem}. "
        "Use the program that deployed it"
    )
