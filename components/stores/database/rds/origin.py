"""Where the data of a new database comes from."""

import re
from typing import Final

import pulumi_aws as aws

from settings.rds.models import FromPointInTime, FromSnapshot, ManagedDatabase

_RESOURCE: Final = re.compile(r"(db|cluster)-[A-Z0-9]{26}")


def is_resource_id(source: str) -> bool:
    """Whether it is the resource id of a database, which also one has that is deleted."""
    return _RESOURCE.fullmatch(source) is not None


def snapshot(settings: ManagedDatabase) -> str | None:
    """The snapshot that it is made from."""
    return settings.restore.snapshot if isinstance(settings.restore, FromSnapshot) else None


def instance_moment(settings: ManagedDatabase) -> aws.rds.InstanceRestoreToPointInTimeArgs | None:
    """The moment of another database that an instance is made from."""
    said = settings.restore
    if not isinstance(said, FromPointInTime):
        return None
    by_id, latest = is_resource_id(said.source), said.time == "latest"
    return aws.rds.InstanceRestoreToPointInTimeArgs(
        source_db_instance_identifier=None if by_id else said.source,
        source_dbi_resource_id=said.source if by_id else None,
        restore_time=None if latest else said.time,
        use_latest_restorable_time=latest or None,
    )


def cluster_moment(settings: ManagedDatabase) -> aws.rds.ClusterRestoreToPointInTimeArgs | None:
    """The moment of another database that a cluster is made from."""
    said = settings.restore
    if not isinstance(said, FromPointInTime):
        return None
    by_id, latest = is_resource_id(said.source), said.time == "latest"
    return aws.rds.ClusterRestoreToPointInTimeArgs(
        source_cluster_identifier=None if by_id else said.source,
        source_cluster_resource_id=said.source if by_id else None,
        restore_to_time=None if latest else said.time,
        restore_type="full-copy",
        use_latest_restorable_time=latest or None,
    )
