"""What the tests of the commands share."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.commands.checkout import Checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh checkout with the stacks `local` (embedded) and `small` (a cluster that is not there)."""
    return Checkout.make(tmp_path / "checkout")


@pytest.fixture(scope="session")
def deployed_once(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout whose stack `small` is up. Tests take a copy: `deployed`."""
    checkout = Checkout.make(tmp_path_factory.mktemp("deployed") / "checkout")
    ran = checkout.run("up", STACK="small")
    assert ran.code == 0, ran.err
    return checkout


@pytest.fixture
def deployed(deployed_once: Checkout, tmp_path: Path) -> Checkout:
    """A checkout of the test's own whose stack `small` is up."""
    root = tmp_path / "checkout"
    shutil.copytree(deployed_once.root, root, symlinks=True)
    return replace(deployed_once, root=root, variables={**deployed_once.variables, "KUBECONFIG": f"{root}/kubeconfig"})
