"""What most tests of the program look at: runs of whole stacks, made once; nobody changes them."""

import pytest

from tests.program import recording, stacks
from tests.program.recording import Recording


@pytest.fixture(scope="session")
def local() -> Recording:
    """The committed stack."""
    return recording.run(stacks.local())


@pytest.fixture(scope="session")
def archived() -> Recording:
    """An archive in the cluster: the stack with every kind of pod."""
    return recording.run(stacks.archived_in_cluster())


@pytest.fixture(scope="session")
def existing() -> Recording:
    """A database of somebody else's."""
    return recording.run(stacks.existing())


@pytest.fixture(scope="session")
def provided() -> Recording:
    """Certificates of somebody else's."""
    return recording.run(stacks.provided())


@pytest.fixture(scope="session")
def issued() -> Recording:
    """Certificates of cert-manager."""
    return recording.run(stacks.cert_manager())
