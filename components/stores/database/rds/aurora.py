"""An Aurora PostgreSQL cluster: instances over the zones, over one storage that is in three."""

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
from components.stores.database.rds.watched import watched_aurora
from settings.rds.models import Aurora, Provisioned
from settings.rds.offers import is_major

_ENGINE: Final = "aurora-postgresql"
_LOGS: Final = ("postgresql",)
_SERVERLESS: Final = "db.serverless"
_IO_OPTIMIZED: Final = "aurora-iopt1"


def aurora(name: str, place: Place, settings: Aurora) -> RdsServer:
    """The cluster and its instances, with its parameter group, log group and monitoring role."""
    at = network(name, place)
    group = cluster_parameters(name, place, _ENGINE)
    log_groups = logs(name, place, "cluster", _LOGS)
    capacity = settings.capacity
    made = aws.rds.Cluster(
        name,
        cluster_identifier=place.identifier,
        engine=_ENGINE,
        engine_version=settings.engine_version,
        engine_lifecycle_support=NO_EXTENDED_SUPPORT,
        allow_major_version_upgrade=True,
        apply_immediately=settings.apply_immediately,
        serverlessv2_scaling_configuration=(
            None
            if isinstance(capacity, Provisioned)
            else aws.rds.ClusterServerlessv2ScalingConfigurationArgs(
                min_capacity=capacity.minimum, max_capacity=capacity.maximum
            )
        ),
        storage_type=_IO_OPTIMIZED if settings.storage == "io-optimized" else None,
        storage_encrypted=True,
        kms_key_id=place.account.key,
        master_username=settings.master_user,
        manage_master_user_password=place.password_is_managed or None,
        master_user_secret_kms_key_id=place.account.key if place.password_is_managed else None,
        iam_database_authentication_enabled=settings.iam_authentication is not False,
        db_subnet_group_name=at.subnet_group,
        vpc_security_group_ids=[at.entrance.security_group],
        port=settings.port,
        db_cluster_parameter_group_name=group.name,
        backup_retention_period=settings.backup_days,
        preferred_backup_window=settings.backup_window,
        preferred_maintenance_window=settings.maintenance_window,
        copy_tags_to_snapshot=True,
        delete_automated_backups=False,
        deletion_protection=place.account.protect,
        skip_final_snapshot=place.final_snapshot is None,
        final_snapshot_identifier=place.final_snapshot,
        snapshot_identifier=snapshot(settings),
        restore_to_point_in_time=cluster_moment(settings),
        enabled_cloudwatch_logs_exports=list(_LOGS),
        tags=place.tags(),
        opts=place.cluster_options(log_groups),
    )
    role = monitoring_role(name, place)
    names = [f"{place.identifier}-{number}" for number in range(1, capacity.instances + 1)]
    instances = [
        aws.rds.ClusterInstance(
            f"{name}-{number}",
            identifier=identifier,
            cluster_identifier=made.cluster_identifier,
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            instance_class=capacity.class_ if isinstance(capacity, Provisioned) else _SERVERLESS,
            availability_zone=place.zones[(number - 1) % len(place.zones)],
            promotion_tier=1,  # all alike: whichever is there takes over
            db_subnet_group_name=at.subnet_group,
            publicly_accessible=False,
            ca_cert_identifier=settings.certificate_authority,
            auto_minor_version_upgrade=is_major(settings.engine_version),
            apply_immediately=settings.apply_immediately,
            preferred_maintenance_window=settings.maintenance_window,
            performance_insights_enabled=True,
            performance_insights_kms_key_id=place.account.key,
            performance_insights_retention_period=settings.insights_days,
            monitoring_interval=settings.monitoring_interval,
            monitoring_role_arn=role,
            tags=place.tags(),
            opts=place.around(),
        )
        for number, identifier in enumerate(names, start=1)
    ]
    return RdsServer(
        ready=[*instances, at.entrance.rule],
        host=made.endpoint,
        managed_secret=managed_secret(made),
        readers={"readers": made.reader_endpoint} if capacity.instances > 1 else {},
        watched=[watched_aurora(identifier, settings) for identifier in names],
        arn=made.arn,
    )
