"""Mycelium's stack (examples/stacks/004-mycelium.yaml), and what their guide promises, read from server, database and
cluster. Nothing is played: theirs is one machine, as the tests' node is."""

from collections.abc import Iterator

import pytest

from tests.cluster.stack import Deployment
from tests.cluster.tuning import PARAMETERS
from tests.drills.seeds import seen
from tests.drills.seeds.overlay import seed
from tests.drills.seeds.up import node_up, up


@pytest.fixture(scope="module")
def mycelium() -> Iterator[Deployment]:
    node_up()
    with up(seed("004-mycelium")) as stack:
        yield stack


def test_it_is_what_their_validation_looks_for(mycelium: Deployment) -> None:
    """ "Validation Checks": every part is there, the namespaces are, and the databases have Temporal's schema."""
    found = seen.ready_pods(mycelium)
    assert {part: count for part, count in found.items() if not part.startswith("schema")} == dict.fromkeys(
        ("frontend", "internal-frontend", "history", "matching", "worker", "postgres", "ui"), 1
    )
    assert set(seen.namespaces(mycelium)) == {"default", "production"}
    assert mycelium.psql("SELECT count(*) FROM pg_database WHERE datname LIKE 'temporal%'") == "2"


TUNING = {"shared_buffers": "256MB", **PARAMETERS}
""" "Step 1: Configuration", and "PostgreSQL Optimization" with a sixteenth of what it says of a machine's 16 GB. """


def test_postgres_is_tuned(mycelium: Deployment) -> None:
    """As PostgreSQL reports it."""
    assert {name: mycelium.psql(f"SHOW {name}") for name in TUNING} == TUNING
    assert mycelium.psql("SHOW server_version").startswith("15.")


def test_its_dynamic_config(mycelium: Deployment) -> None:
    """ "Dynamic Configuration", "Temporal Optimization": what of it exists."""
    said = seen.dynamic_values(mycelium, "frontend")
    assert {key: said[key] for key in ("limit.maxidlength", "frontend.rps")} == {
        "limit.maxidlength": "255",
        "frontend.rps": "10000",
    }
