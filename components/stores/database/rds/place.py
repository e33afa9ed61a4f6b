"""What every database in RDS stands in: its names, network, parameters, logs, monitoring."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount
from components.aws.entrance import Entrance, entrance
from components.aws.logs import log_group
from components.aws.policies import Statement
from components.aws.role import bounded_role, with_policies_of_aws
from settings.rds.models import Aurora, KeptPassword, Rds
from settings.rds.offers import major_of

COMPONENT: Final = "database"
"""What it is to tags."""
ONLY_WHEN_MADE: Final = ["restoreToPointInTime", "snapshotIdentifier"]
"""Inputs that say where the data of a new database comes from."""
NO_EXTENDED_SUPPORT: Final = "open-source-rds-extended-support-disabled"
"""A major version at its end is upgraded instead of paid for (RDS User Guide, "Amazon RDS Extended Support")."""
_AT_A_RESTART: Final = "blue-green"
_MONITORING: Final = "service-role/AmazonRDSEnhancedMonitoringRole"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a database is made, and how it is called."""

    account: AwsAccount
    """The stack's AWS account."""
    settings: Rds | Aurora
    """Its part of the stack file."""
    identifier: str
    """Its name in RDS; what belongs to it is called by it, so that two can be side by side while one takes over."""
    parent: pulumi.Resource
    """Whose parts everything of it is."""

    def around(self) -> pulumi.ResourceOptions:
        """Options of what it uses."""
        return self.account.around(self.parent)

    def tags(self) -> dict[str, str]:
        """Tags of everything of it."""
        return self.account.tags(COMPONENT)

    def cluster_options(self, log_groups: Sequence[pulumi.Resource]) -> pulumi.ResourceOptions:
        """Options of a cluster, which comes after its log groups."""
        return pulumi.ResourceOptions.merge(
            self.account.keeping(self.parent, *log_groups), pulumi.ResourceOptions(ignore_changes=ONLY_WHEN_MADE)
        )

    @property
    def password_is_managed(self) -> bool:
        """Whether RDS keeps the master user's password."""
        return not isinstance(self.settings.master_password, KeptPassword)

    @property
    def final_snapshot(self) -> str | None:
        """The snapshot that is taken before its deletion, if one is."""
        return f"{self.identifier}-final" if self.settings.final_snapshot else None

    @property
    def zones(self) -> list[str]:
        """The zones of its subnets."""
        return sorted({subnet.zone for subnet in self.account.settings.subnets})


@dataclass(frozen=True, kw_only=True)
class Network:
    """Where it is reached."""

    subnet_group: pulumi.Output[str]
    """Name of its DB subnet group."""
    entrance: Entrance
    """Who reaches it there."""


def network(name: str, place: Place) -> Network:
    """Its subnets, and its security group."""
    subnets = aws.rds.SubnetGroup(
        f"{name}-subnets",
        name=place.identifier,
        description=f"Subnets of database {place.identifier}",
        subnet_ids=[subnet.id for subnet in place.account.settings.subnets],
        tags=place.tags(),
        opts=place.around(),
    )
    way_in = entrance(
        name,
        place.account,
        called=f"{place.identifier}-{COMPONENT}",
        component=COMPONENT,
        port=place.settings.port,
        parent=place.parent,
    )
    return Network(subnet_group=subnets.name, entrance=way_in)


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of PostgreSQL."""

    name: str
    value: str
    at_a_restart: bool


def parameters(settings: Rds | Aurora) -> list[Parameter]:
    """What differs from RDS' defaults, by name."""
    groups: dict[str, dict[str, str]] = tomllib.loads(
        files(__package__).joinpath("parameters.toml").read_text(encoding="utf-8")
    )
    wanted = ["all"]
    if isinstance(settings, Rds):
        wanted += ["postgres", *([_AT_A_RESTART] if settings.upgrades == "blue-green" else [])]
    found = [
        Parameter(name=name, value=value, at_a_restart=group == _AT_A_RESTART)
        for group in wanted
        for name, value in groups[group].items()
    ]
    return sorted(found, key=lambda parameter: parameter.name)


def group_name(place: Place) -> str:
    """With the major version, for a group belongs to one, and both are there while it changes."""
    return f"{place.identifier}-{major_of(place.settings.engine_version)}"


def cluster_parameters(name: str, place: Place, engine: str) -> aws.rds.ClusterParameterGroup:
    """The parameter group of a cluster of that engine, as RDS calls it."""
    return aws.rds.ClusterParameterGroup(
        f"{name}-parameters",
        name=group_name(place),
        family=f"{engine}{major_of(place.settings.engine_version)}",
        description=f"Parameters of database {place.identifier}",
        parameters=[
            aws.rds.ClusterParameterGroupParameterArgs(name=each.name, value=each.value, apply_method=method(each))
            for each in parameters(place.settings)
        ],
        tags=place.tags(),
        opts=place.around(),
    )


def method(parameter: Parameter) -> str:
    """When RDS applies it, in RDS' words."""
    return "pending-reboot" if parameter.at_a_restart else "immediate"


def logs(name: str, place: Place, path: str, kinds: Sequence[str]) -> list[pulumi.Resource]:
    """Its log groups, as RDS calls them."""
    return [
        log_group(
            f"{name}-{kind}-log",
            place.account,
            called=f"/aws/rds/{path}/{place.identifier}/{kind}",
            component=COMPONENT,
            days=place.settings.log_days,
            parent=place.parent,
        )
        for kind in kinds
    ]


def monitoring_role(name: str, place: Place) -> pulumi.Output[str] | None:
    """ARN of the role with which RDS writes the metrics of Enhanced Monitoring; None without it.

    Source: RDS User Guide, "Setting up and enabling Enhanced Monitoring", with its guard against a confused deputy.
    """
    if not place.settings.monitoring_interval:
        return None
    account = place.account
    role = bounded_role(
        f"{name}-monitoring",
        account,
        called=f"{place.identifier}-monitoring",
        component=COMPONENT,
        description=f"Enhanced Monitoring of database {place.identifier}",
        trust=Statement(
            sid="Monitoring",
            principals={"Service": ["monitoring.rds.amazonaws.com"]},
            actions=["sts:AssumeRole"],
            conditions={
                "StringEquals": {"aws:SourceAccount": account.settings.account},
                "ArnLike": {"aws:SourceArn": account.arn("rds", "db:*")},
            },
        ),
        opts=place.around(),
    )
    return with_policies_of_aws(role, account, {f"{name}-monitoring-policy": _MONITORING}, place.around())
