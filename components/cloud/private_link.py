"""Temporal Cloud through AWS PrivateLink: its names lead to an endpoint in the stack's own VPC.

A zone holds one name only, so that whatever else Temporal Cloud has under the same domain stays reachable from the VPC.
Its record is an alias, for the name of a zone itself cannot be a CNAME (Route 53 Developer Guide, "Choosing between
alias and non-alias records").
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount
from components.aws.entrance import entrance
from settings.aws import subnet_by_zone
from settings.cloud import PORT

_COMPONENT: Final = "private-link"


@dataclass(frozen=True, kw_only=True)
class PrivateLinkArgs:
    """One link."""

    account: AwsAccount
    """Where it is made."""
    service: str
    """Temporal's endpoint service."""
    names: Sequence[str]
    """DNS names that lead there."""


class PrivateLink(pulumi.ComponentResource):
    """An endpoint, its security group, and private DNS."""

    endpoint: pulumi.Output[str]
    """Id of the endpoint."""

    def __init__(self, name: str, args: PrivateLinkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: security group and rule, endpoint, a zone and a record for each name."""
        super().__init__("temporal:cloud:PrivateLink", name, None, opts)
        # Nothing is stored in it: it goes with the stack also where what holds data is protected.
        self._account = account = replace(args.account, protect=False)
        way_in = entrance(name, account, called=account.name(_COMPONENT), component=_COMPONENT, port=PORT, parent=self)
        endpoint = aws.ec2.VpcEndpoint(
            f"{name}-endpoint",
            vpc_id=account.settings.vpc,
            vpc_endpoint_type="Interface",
            service_name=args.service,
            subnet_ids=[*subnet_by_zone(account.settings).values()],
            security_group_ids=[way_in.security_group],
            private_dns_enabled=False,
            tags={**account.tags(_COMPONENT), "Name": account.name(_COMPONENT)},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[way_in.rule]),
        )
        for host in args.names:
            self._resolved(name, host, endpoint)
        self.endpoint = endpoint.id
        self.register_outputs({})

    def _resolved(self, name: str, host: str, endpoint: aws.ec2.VpcEndpoint) -> None:
        """Private DNS for one name. The zone waits for the endpoint: a zone without its record hides the name."""
        zone = aws.route53.Zone(
            f"{name}-zone-{host}",
            name=host,
            comment=f"Temporal {self._account.installation}, {_COMPONENT}",
            vpcs=[aws.route53.ZoneVpcArgs(vpc_id=self._account.settings.vpc, vpc_region=self._account.settings.region)],
            tags=self._account.tags(_COMPONENT),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[endpoint]),
        )
        entry = endpoint.dns_entries[0]
        aws.route53.Record(
            f"{name}-record-{host}",
            zone_id=zone.zone_id,
            name=host,
            type="A",
            aliases=[
                aws.route53.RecordAliasArgs(
                    name=entry.dns_name, zone_id=entry.hosted_zone_id, evaluate_target_health=False
                )
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
