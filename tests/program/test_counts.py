"""Proves the table of docs/architecture.md that says how much a stack makes."""

import re
from collections import Counter

import pytest
import yaml

from tests.program import recording

ROW = re.compile(r"\| `(?P<file>[^`]+\.yaml)` \| (?P<numbers>[ |0-9]+) \|")
PAGE = (recording.ROOT / "docs" / "architecture.md").read_text()
ROWS = {found["file"]: [int(cell.strip() or 0) for cell in found["numbers"].split("|")] for found in ROW.finditer(PAGE)}


def test_the_committed_stacks_are_in_the_table() -> None:
    committed = {file.name for file in recording.ROOT.glob("Pulumi.*.yaml")}
    assert set(ROWS) == {*committed, "examples/stacks/local-search.yaml"}


@pytest.mark.parametrize("file", ROWS)
def test_a_stack_makes_what_the_table_says(file: str) -> None:
    config = yaml.safe_load((recording.ROOT / file).read_text())["config"]
    made = Counter(each.type.partition(":")[0] for each in recording.run(config).registrations)
    del made["pulumi"]
    numbers = [made["kubernetes"], made["aws"], made["tls"] + made["random"], made["temporal"]]
    assert ROWS[file] == [*numbers, made.total()]
