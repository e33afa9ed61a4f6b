"""A Multi-AZ DB cluster of RDS for PostgreSQL: a writer and two readable standbys in three zones."""

from typing import Final

import pulumi_aws as aws

from components.stores.database.rds.origin import cluster_moment, snapshot
from components.stores.database.rds.place import (
    NO_EXTENDED_SUPPORT,
    Place,
    cluster_parameters,
    logs,
    monitoring_role,
    network,
)
from components.stores.database.rds.server import RdsServer, managed_secret
from components.stores.database.rds.volume import volume
from components.stores.database.rds.watched import watched_members
from settings.rds.models import Rds
from settings.rds.offers import is_major

_ENGINE: Final = "postgres"
_LOGS: Final = ("postgresql", "upgrade")
_INSTANCES: Final = 3


def multi_az_cluster(name: str, place: Place, settings: Rds) -> RdsServer:
    """The cluster with its parameter group, log groups and monitoring role. RDS makes its instances."""
    at = network(name, place)
    group = cluster_parameters(name, place, _ENGINE)
    log_groups = logs(name, place, "cluster", _LOGS)
    disk = volume(settings)
    made = aws.rds.Cluster(
        name,
        cluster_identifier=place.identifier,
        engine=_ENGINE,
        engine_version=settings.engine_version,
        engine_lifecycle_support=NO_EXTENDED_SUPPORT,
        auto_minor_version_upgrade=is_major(settings.engine_version),
        allow_major_version_upgrade=True,
        apply_immediately=settings.apply_immediately,
        db_cluster_instance_class=settings.class_,
        storage_type=settings.storage.kind,
        allocated_storage=disk.size,
        iops=disk.iops,
        storage_encrypted=True,
        kms_key_id=place.account.key,
        master_username=settings.master_user,
        manage_master_user_password=place.password_is_managed or None,
        master_user_secret_kms_key_id=place.account.key if place.password_is_managed else None,
        db_subnet_group_name=at.subnet_group,
        vpc_security_group_ids=[at.entrance.security_group],
        port=settings.port,
        publicly_accessible=False,
        ca_certificate_identifier=settings.certificate_authority,
        db_cluster_parameter_group_name=group.name,
        backup_retention_period=settings.backup_days,
        preferred_backup_window=settings.backup_window,
        preferred_maintenance_window=settings.maintenance_window,
        copy_tags_to_snapshot=True,
        deletion_protection=place.account.protect,
        skip_final_snapshot=place.final_snapshot is None,
        final_snapshot_identifier=place.final_snapshot,
        snapshot_identifier=snapshot(settings),
        restore_to_point_in_time=cluster_moment(settings),
        performance_insights_enabled=True,
        performance_insights_kms_key_id=place.account.key,
        performance_insights_retention_period=settings.insights_days,
        monitoring_interval=settings.monitoring_interval,
        monitoring_role_arn=monitoring_role(name, place),
        enabled_cloudwatch_logs_exports=list(_LOGS),
        tags=place.tags(),
        opts=place.cluster_options(log_groups),
    )
    return RdsServer(
        ready=[made, at.entrance.rule],
        host=made.endpoint,
        managed_secret=managed_secret(made),
        readers={"standbys": made.reader_endpoint},
        watched=watched_members(place.identifier, settings, made.cluster_members, _INSTANCES),
        arn=made.arn,
    )
