"""The stack `production` under the real engine and simulated providers: the whole graph on a machine without
credentials, nothing the second time, and changes of what holds data as what they are, each with a line that nobody
overlooks. That AWS would do the same is for an account to show.

These are the slowest tests of their kind: production has over a hundred resources, and what is deployed must be there
first. It is the one stack that people copy, so it is looked at itself.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from commands.diagnostics import warnings
from commands.errors import CommandError
from commands.presentation import Change, changes_of
from commands.stackfile import HERE
from tests.commands.simulated import Simulated

pytestmark = pytest.mark.engine

DATABASE = "temporal-database"
HEAD = "stack production is deployed and cannot become this:"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulated]:
    """Production as its file is committed, up. The tests only preview it."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("production")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
            patch.delenv(name, raising=False)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "KUBECONFIG"):
            patch.setenv(name, str(folder / "absent"))
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        stack = Simulated(folder, "production", (HERE.root / "Pulumi.production.yaml").read_text())
        outcome = stack.up()
        assert outcome.complaints == ()
        yield stack


@pytest.fixture
def changed(deployed: Simulated) -> Simulated:
    """Production again as it was deployed, to be changed."""
    deployed.restore()
    return deployed


def _changes(digest: dict[str, Any]) -> dict[str, Change]:
    return {change.name: change for change in changes_of(digest) if change.op != "same"}


def test_everything_is_there_and_a_second_preview_changes_nothing(changed: Simulated) -> None:
    digest = changed.preview()
    assert _changes(digest) == {}
    types = {change.type for change in changes_of(digest)}
    assert {
        "aws:kms/key:Key",
        "aws:rds/instance:Instance",
        "aws:s3/bucket:Bucket",
        "kubernetes:apps/v1:Deployment",
        "kubernetes:external-secrets.io/v1:ExternalSecret",
        "temporal:server:TemporalServer",
    } <= types


def test_without_protection_the_database_is_updated_and_a_warning_says_so(changed: Simulated) -> None:
    changed.replace("temporal:protection: true", "temporal:protection: false")
    digest = changed.preview()
    database = _changes(digest)[DATABASE]
    assert (database.op, [(each.path, each.old, each.new) for each in database.properties]) == (
        "update",
        [("deletionProtection", "true", "false")],
    )
    assert (
        "temporal:protection: database 'temporal-temporal' loses its deletion protection; from then on one command "
        "deletes it with its data"
    ) in warnings(digest["diagnostics"])


def test_another_identifier_replaces_the_database_and_a_warning_says_what_becomes_of_the_old(
    changed: Simulated,
) -> None:
    """As long as it is protected the engine refuses that, too."""
    changed.replace("temporal:protection: true", "temporal:protection: false")
    changed.replace("    backupDays: 30\n", "    backupDays: 30\n    identifier: orders\n")
    digest = changed.preview()
    database = _changes(digest)[DATABASE]
    assert database.op == "replace"
    assert {each.path: each.replaces for each in database.properties}["identifier"] is True
    assert (
        "temporal:database.identifier: 'temporal-temporal' is deployed and holds the data. This makes another "
        "database, 'orders', EMPTY; 'temporal-temporal' is deleted after a final snapshot"
    ) in warnings(digest["diagnostics"])


def test_a_smaller_volume_and_another_bucket_are_refused_before_aws_would(changed: Simulated) -> None:
    changed.replace("size: 100Gi", "size: 50Gi")
    changed.replace("bucket: temporal-archive-123456789012-production", "bucket: another-archive")
    with pytest.raises(CommandError) as refused:
        changed.preview()
    lines = str(refused.value).splitlines()
    assert lines[0] == HEAD
    assert (
        "  temporal:database.storage.size: found '50Gi'; allowed: '100Gi' or more. A volume of RDS never shrinks"
    ) in lines
    [archive] = [line for line in lines if line.startswith("  temporal:archival: ")]
    assert archive.startswith("  temporal:archival: found 's3://another-archive")
    assert len(lines) == 3
