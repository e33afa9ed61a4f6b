"""A DB instance of RDS for PostgreSQL, alone or with a standby in another zone, and its read replicas."""

from typing import Final

import pulumi
import pulumi_aws as aws

from components.stores.database.rds.origin import instance_moment, snapshot
from components.stores.database.rds.place import (
    NO_EXTENDED_SUPPORT,
    ONLY_WHEN_MADE,
    Place,
    group_name,
    logs,
    method,
    monitoring_role,
    network,
    parameters,
)
from components.stores.database.rds.server import RdsServer, managed_secret
from components.stores.database.rds.volume import volume
from components.stores.database.rds.watched import watched_instance, watched_replica
from settings.rds.models import Rds, ReadReplica
from settings.rds.offers import is_major, major_of

_LOGS: Final = ("postgresql", "upgrade")


def instance(name: str, place: Place, settings: Rds) -> RdsServer:
    """The instance with its parameter group, log groups, monitoring role and replicas.

    Another identifier makes another instance (`replaceOnChanges`): AWS would rename it in place, and the origin that
    the stack file names would be nobody's.
    """
    at = network(name, place)
    group = aws.rds.ParameterGroup(
        f"{name}-parameters",
        name=group_name(place),
        family=f"postgres{major_of(settings.engine_version)}",
        description=f"Parameters of database {place.identifier}",
        parameters=[
            aws.rds.ParameterGroupParameterArgs(name=each.name, value=each.value, apply_method=method(each))
            for each in parameters(settings)
        ],
        tags=place.tags(),
        opts=place.around(),
    )
    log_groups = logs(name, place, "instance", _LOGS)
    disk, blue_green = volume(settings), settings.upgrades == "blue-green"
    made = aws.rds.Instance(
        name,
        identifier=place.identifier,
        engine="postgres",
        engine_version=settings.engine_version,
        engine_lifecycle_support=NO_EXTENDED_SUPPORT,
        auto_minor_version_upgrade=is_major(settings.engine_version),
        allow_major_version_upgrade=True,
        apply_immediately=settings.apply_immediately,
        blue_green_update=aws.rds.InstanceBlueGreenUpdateArgs(enabled=True) if blue_green else None,
        instance_class=settings.class_,
        multi_az=settings.deployment == "multi-az-instance",
        storage_type=settings.storage.kind,
        allocated_storage=disk.size,
        max_allocated_storage=disk.maximum,
        iops=disk.iops,
        storage_throughput=disk.throughput,
        storage_encrypted=True,
        kms_key_id=place.account.key,
        username=settings.master_user,
        manage_master_user_password=place.password_is_managed or None,
        master_user_secret_kms_key_id=place.account.key if place.password_is_managed else None,
        iam_database_authentication_enabled=settings.iam_authentication is not False,
        db_subnet_group_name=at.subnet_group,
        vpc_security_group_ids=[at.entrance.security_group],
        port=settings.port,
        publicly_accessible=False,
        ca_cert_identifier=settings.certificate_authority,
        parameter_group_name=group.name,
        backup_retention_period=settings.backup_days,
        backup_window=settings.backup_window,
        maintenance_window=settings.maintenance_window,
        copy_tags_to_snapshot=True,
        delete_automated_backups=False,
        deletion_protection=place.account.protect,
        skip_final_snapshot=place.final_snapshot is None,
        final_snapshot_identifier=place.final_snapshot,
        snapshot_identifier=snapshot(settings),
        restore_to_point_in_time=instance_moment(settings),
        performance_insights_enabled=True,
        performance_insights_kms_key_id=place.account.key,
        performance_insights_retention_period=settings.insights_days,
        monitoring_interval=settings.monitoring_interval,
        monitoring_role_arn=monitoring_role(name, place),
        enabled_cloudwatch_logs_exports=list(_LOGS),
        tags=place.tags(),
        opts=pulumi.ResourceOptions.merge(
            place.account.keeping(place.parent, *log_groups),
            pulumi.ResourceOptions(
                ignore_changes=ONLY_WHEN_MADE,
                replace_on_changes=["identifier"],
                custom_timeouts=pulumi.CustomTimeouts(update="12h") if blue_green else None,
            ),
        ),
    )
    replicas = {
        each.name: _replica(f"{name}-{each.name}", place, settings, each, made) for each in settings.read_replicas
    }
    return RdsServer(
        ready=[made, at.entrance.rule],
        host=made.address,
        managed_secret=managed_secret(made),
        readers={reader: replica.address for reader, replica in replicas.items()},
        watched=[
            watched_instance(place.identifier, settings),
            *(
                watched_replica(_replica_name(place, each), settings, each.class_ or settings.class_)
                for each in settings.read_replicas
            ),
        ],
        arn=made.arn,
    )


def _replica_name(place: Place, replica: ReadReplica) -> str:
    return f"{place.identifier}-{replica.name}"


def _replica(
    name: str, place: Place, settings: Rds, replica: ReadReplica, source: aws.rds.Instance
) -> aws.rds.Instance:
    """In the source's subnets, with its users, its storage and its key, which RDS wants unsaid (RDS API Reference,
    CreateDBInstanceReadReplica). It holds nothing that the source does not."""
    return aws.rds.Instance(
        name,
        identifier=_replica_name(place, replica),
        replicate_source_db=source.identifier,
        instance_class=replica.class_ or settings.class_,
        engine_lifecycle_support=NO_EXTENDED_SUPPORT,
        auto_minor_version_upgrade=is_major(settings.engine_version),
        allow_major_version_upgrade=True,
        apply_immediately=settings.apply_immediately,
        storage_type=settings.storage.kind,
        max_allocated_storage=volume(settings).maximum,
        storage_encrypted=True,
        iam_database_authentication_enabled=settings.iam_authentication is not False,
        vpc_security_group_ids=source.vpc_security_group_ids,
        port=settings.port,
        publicly_accessible=False,
        ca_cert_identifier=settings.certificate_authority,
        parameter_group_name=source.parameter_group_name,
        maintenance_window=settings.maintenance_window,
        copy_tags_to_snapshot=True,
        deletion_protection=place.account.protect,
        skip_final_snapshot=True,
        performance_insights_enabled=True,
        performance_insights_kms_key_id=place.account.key,
        performance_insights_retention_period=settings.insights_days,
        monitoring_interval=settings.monitoring_interval,
        monitoring_role_arn=source.monitoring_role_arn,
        enabled_cloudwatch_logs_exports=list(_LOGS),
        tags=place.tags(),
        opts=pulumi.ResourceOptions(parent=place.parent, replace_on_changes=["identifier"]),
    )
