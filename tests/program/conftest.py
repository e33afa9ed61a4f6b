"""What most tests of the program look at: runs of whole stacks, made once; nobody changes them."""

from pathlib import Path

import pytest

from tests.program import recording, stacks
from tests.program.job_image import Image
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


@pytest.fixture(scope="session")
def opensearch() -> Recording:
    """One OpenSearch node in the cluster."""
    return recording.run(stacks.opensearch())


@pytest.fixture(scope="session")
def searching() -> Recording:
    """A search engine of somebody else's."""
    return recording.run(stacks.searching())


@pytest.fixture(scope="session")
def moving() -> Recording:
    """Three OpenSearch nodes, and a move to a search engine of somebody else's that is filled."""
    to = stacks.search_store("new", stacks.LOGIN, **stacks.SEARCH_CA)
    config = stacks.opensearch(nodes=3, move=stacks.move("write-both", to))
    return recording.run(stacks.changed(config, kubernetes__createNamespace=False))


@pytest.fixture
def image(tmp_path: Path) -> Image:
    """The image of a job, with tools that answer nothing yet."""
    return Image(tmp_path)


@pytest.fixture(scope="session")
def on_aws() -> Recording:
    """An archive on AWS, pods with EKS Pod Identity."""
    return recording.run(stacks.on_aws())


@pytest.fixture(scope="session")
def stored() -> Recording:
    """Every store in the cluster."""
    return recording.run(stacks.stored())
