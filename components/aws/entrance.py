"""The way into a store in the VPC."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """Who reaches a store."""

    security_group: pulumi.Output[str]
    """Id of the store's security group."""
    rule: pulumi.Resource
    """What lets the pods in."""


def entrance(
    name: str, account: AwsAccount, *, called: str, component: str, port: int, parent: pulumi.Resource
) -> Entrance:
    """A security group `called` so that lets in the pods' group to one port, and nobody else, and nothing out."""
    opts = account.around(parent)
    # Without a rule for egress the provider takes away the one that AWS makes.
    group = aws.ec2.SecurityGroup(
        f"{name}-security-group",
        name=called,
        description=f"Temporal {account.installation}, {component}",
        vpc_id=account.settings.vpc,
        tags=account.tags(component),
        opts=opts,
    )
    rule = aws.vpc.SecurityGroupIngressRule(
        f"{name}-from-pods",
        security_group_id=group.id,
        description=f"From the pods of {account.settings.cluster}",
        referenced_security_group_id=account.settings.pod_security_group,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        tags=account.tags(component),
        opts=opts,
    )
    return Entrance(security_group=group.id, rule=rule)
