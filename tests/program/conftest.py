"""What most tests of the program look at: runs of whole stacks, made once; nobody changes them."""

import gc
from pathlib import Path

import pytest

from tests.program import recording, stacks
from tests.program.job_image import Image
from tests.program.recording import Recording


@pytest.fixture(scope="session", autouse=True)
def _modules_are_no_garbage() -> None:
    """The SDKs' modules are a million objects that stay; looking through them takes a tenth of the time."""
    gc.collect()
    gc.freeze()


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
def rds() -> Recording:
    """PostgreSQL in Amazon RDS, with a standby."""
    return recording.run(stacks.rds())


@pytest.fixture(scope="session")
def cluster() -> Recording:
    """A Multi-AZ DB cluster of RDS."""
    return recording.run(stacks.rds(deployment="multi-az-cluster", **{"class": "db.r8gd.large"}))


@pytest.fixture(scope="session")
def aurora() -> Recording:
    """Aurora Serverless."""
    return recording.run(stacks.aurora({"kind": "serverless", "maximum": 4}))


@pytest.fixture(scope="session")
def zalando() -> Recording:
    """A cluster of Zalando's operator."""
    return recording.run(stacks.zalando())


@pytest.fixture(scope="session")
def cloudnative_pg() -> Recording:
    """A cluster of CloudNativePG with backups."""
    return recording.run(stacks.cloudnative_pg(backup={"store": dict(stacks.STORE)}))


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
def in_domain() -> Recording:
    """Searches in a domain of the stack's own, with masters."""
    return recording.run(stacks.in_domain(masters=3))


@pytest.fixture(scope="session")
def cared_for() -> Recording:
    """Every store on AWS, with alarms by e-mail and backups."""
    emails = {"kind": "emails", "emails": ["ops@example.com"]}
    in_domain = stacks.in_domain_cared_for(emails, masters=3)
    return recording.run(stacks.changed(in_domain, database={"kind": "rds", "class": "db.r7g.large"}))


@pytest.fixture(scope="session")
def stored() -> Recording:
    """Every store in the cluster."""
    return recording.run(stacks.stored())


@pytest.fixture(scope="session")
def working() -> Recording:
    """A worker that scales, an API, and a worker that says what is needed only."""
    return recording.run(stacks.working())
