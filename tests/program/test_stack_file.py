"""Proves what a person is told of a stack file: the lines of its mistakes, and what deserves a second look."""

from pathlib import Path

import pulumi
import pytest

from tests.program import recording, stacks
from tests.program.recording import Recording

MISTAKEN = """\
# two mistakes
config:
  temporal:name: local
  temporal:kubernetes: {context: kind}
  temporal:backend:
    kind: self-hosted
    shards: 0
  temporal:database:
    kind: in-cluster
  temporal:tls: {kind: generated}
  temporal:sise: dev
"""


def test_mistakes_are_told_with_the_lines_of_the_file_a_person_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine works on a copy; the environment names the original."""
    file = tmp_path / "Pulumi.mine.yaml"
    file.write_text(MISTAKEN)
    monkeypatch.setenv("TEMPORAL_STACK_FILE", str(file))
    config = {
        "temporal:name": "local",
        "temporal:kubernetes": {"context": "kind"},
        "temporal:backend": {"kind": "self-hosted", "shards": 0},
        "temporal:database": {"kind": "in-cluster"},
        "temporal:tls": {"kind": "generated"},
        "temporal:sise": "dev",
    }
    found = Recording()
    with pytest.raises(pulumi.RunError) as raised:
        recording.run(config, into=found)
    lines = str(raised.value).splitlines()
    assert lines[:2] == [
        "Pulumi.mine.yaml is not valid (2 problems):",
        "  Pulumi.mine.yaml:7: temporal:backend.shards: found 0; allowed: a whole number from 1 to 16384",
    ]
    assert lines[2].startswith("  Pulumi.mine.yaml:11: temporal:sise: unknown key, did you mean size?; allowed: name,")
    assert found.registrations == []


def test_what_is_allowed_and_deserves_a_second_look_is_said() -> None:
    config = stacks.changed(stacks.existing({"kind": "require"}), backend__shards=500)
    shards, tls = recording.run(config).warnings
    assert shards == (
        "temporal:backend.shards: 500 is not a power of two. An existing cluster keeps its number; "
        "a new one spreads its load better with one"
    )
    assert tls == (
        "temporal:database.tls.kind: with 'require' nobody checks who answers as the database; 'verify-full' does"
    )


def test_good_stack_files_are_not_warned_of(
    local: Recording, existing: Recording, provided: Recording, issued: Recording
) -> None:
    assert [found.warnings for found in (local, existing, provided, issued)] == [[]] * 4
