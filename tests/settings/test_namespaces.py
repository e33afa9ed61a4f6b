"""Proves what is said of namespaces that are deployed and not in the file any more.

Where the deployed ones come from is the program's.
"""

import pytest

from settings.warnings import namespaces_left
from tests.settings.cases import Case


@pytest.mark.parametrize(
    ("deployed", "left"),
    [
        ([], []),
        (["default"], []),
        (["orders", "default", "Default"], ["orders", "Default"]),
    ],
    ids=["new", "same", "left"],
)
def test_one_line_for_each_that_left(deployed: list[str], left: list[str]) -> None:
    settings = Case(set={"namespaces": [{"name": "default"}, {"name": "new"}]}).load()
    assert list(namespaces_left(deployed, settings)) == [
        f"temporal:namespaces: '{name}' is deployed and no longer in the file: it stays on the server with its "
        "executions. To take it back, name it there again. What deletes both for good, in `make shell`: "
        f"temporal operator namespace delete --namespace {name}"
        for name in left
    ]
