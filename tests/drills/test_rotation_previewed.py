"""Keys that rotate leaves and passwords, with the real engine on a simulated cluster: what is made anew, what stays."""

from typing import Any

import pytest

from commands.presentation import changes_of
from tests.commands.simulated import Simulated

pytestmark = pytest.mark.engine

LEAVES = ("client-jobs", "client-operator", "database", "frontend", "internode")
ROLES = ("temporal", "temporal-owner", "temporal-visibility", "temporal-visibility-owner")


@pytest.fixture
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    stack = Simulated(tmp_path_factory.mktemp("deployed"))
    outcome = stack.up()
    assert outcome.complaints == ()
    return stack


def previewed(stack: Simulated) -> dict[str, set[str]]:
    """Names of the resources by `operation type`."""
    found: dict[str, set[str]] = {}
    for change in changes_of(stack.preview()):
        if change.op != "same":
            found.setdefault(f"{change.op} {change.type.rpartition(':')[2]}", set()).add(change.name)
    return found


def certificates(stack: Simulated) -> dict[str, Any]:
    return {
        found["urn"].rpartition("::")[2]: found["outputs"]["certPem"]
        for found in stack.state()
        if found["type"].startswith("tls:") and "certPem" in found["outputs"]
    }


def test_leaves(deployed: Simulated) -> None:
    """New keys, then everything that hangs on them; no object of Kubernetes but the Secrets. Then nothing any more."""
    deployed.replace("kind: generated", "kind: generated, rotation: 1")
    prefix = "temporal-certificates-"
    assert previewed(deployed) == {
        "create PrivateKey": {f"{prefix}{leaf}-key-1" for leaf in LEAVES},
        "delete PrivateKey": {f"{prefix}{leaf}-key" for leaf in LEAVES},
        "replace CertRequest": {f"{prefix}{leaf}-request" for leaf in LEAVES},
        "replace LocallySignedCert": {f"{prefix}{leaf}" for leaf in LEAVES},
        "update Secret": {
            f"{prefix}{leaf}" if leaf.startswith("client-") else f"{prefix}{leaf}-tls" for leaf in LEAVES
        },
    }
    before = certificates(deployed)
    outcome = deployed.up()
    assert outcome.complaints == ()
    after = certificates(deployed)
    assert {name for name in before if before[name] != after[name]} == {f"{prefix}{leaf}" for leaf in LEAVES}
    assert deployed.preview()["changeSummary"].keys() == {"same"}


def test_passwords(deployed: Simulated) -> None:
    """Users and owners get new ones, the superuser keeps its own; the roles job runs again, and nothing else does."""
    replaced = {
        "replace RandomPassword": {f"temporal-database-{role}-password" for role in ROLES},
        "update Secret": {"temporal-database-owners", "temporal-database-users"},
        "replace ConfigMap": {"temporal-database-roles-script"},
        "replace Job": {"temporal-database-roles"},
    }
    deployed.replace("kind: in-cluster", "kind: in-cluster, passwordRotation: 1")
    assert previewed(deployed) == replaced
    outcome = deployed.up()
    assert outcome.complaints == ()
    deployed.replace("passwordRotation: 1", "passwordRotation: 7")
    assert previewed(deployed) == replaced
    deployed.replace(", passwordRotation: 7", "")
    assert previewed(deployed) == replaced
