"""A domain of Amazon OpenSearch Service: in the VPC, encrypted, open to this installation's own roles alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount
from components.aws.entrance import entrance
from components.aws.policies import document
from components.aws.watched import Watched
from components.handles import JobIdentity, SearchStore, SigningRegion
from components.kubernetes import Installation
from components.stores.visibility.access import AccessArgs, access_job
from components.stores.visibility.domain_access import access_policy, access_requests
from components.stores.visibility.domain_logs import domain_logs
from components.stores.visibility.names import ACCESS_JOB, SCHEMA_JOB
from settings.aws import subnet_by_zone
from settings.opensearch_domain import DomainTarget, is_burstable
from settings.sizes import SERVICE_NAMES

_COMPONENT: Final = "search"
_PORT: Final = 443
_MIB_OF_GIB: Final = 1024
_TLS: Final = "Policy-Min-TLS-1-2-PFS-2023-10"


@dataclass(frozen=True, kw_only=True)
class DomainArgs:
    """One domain."""

    account: AwsAccount
    """Where it is made."""
    installation: Installation
    """Whose it is."""
    settings: DomainTarget
    """Its part of the stack file."""
    roles: Sequence[pulumi.Resource]
    """The roles that `access_policy` names, and what else they need: AWS looks whether they are there."""
    master: JobIdentity
    """Of the job that tells the domain who may do what."""
    inside: pulumi.ResourceOptions
    """Options of what is in the installation's Kubernetes namespace."""


class OpenSearchDomain(pulumi.ComponentResource):
    """A domain, its security group, its logs, and the job that tells it who may do what."""

    store: SearchStore
    """The index."""

    def __init__(self, name: str, args: DomainArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: security group and rule, log groups and their policy, the domain, the job."""
        super().__init__("temporal:visibility:OpenSearchDomain", name, None, opts)
        self._name = name
        self._args = args
        self._domain_name = args.settings.name(args.installation.name)
        way_in = entrance(
            name,
            args.account,
            called=f"{self._domain_name}-{_COMPONENT}",
            component=_COMPONENT,
            port=_PORT,
            parent=self,
        )
        domain = self._domain(way_in.security_group)
        access = access_job(
            f"{name}-access",
            AccessArgs(
                installation=args.installation,
                account=args.account,
                domain=self._domain_name,
                endpoint=domain.endpoint,
                requests=access_requests([self._role(service) for service in SERVICE_NAMES], self._role(SCHEMA_JOB)),
                identity=args.master,
            ),
            pulumi.ResourceOptions.merge(
                args.inside, pulumi.ResourceOptions(parent=self, depends_on=[domain, way_in.rule])
            ),
        )
        self.store = SearchStore(
            url=pulumi.Output.concat("https://", domain.endpoint),
            place=f"{args.settings.kind}/{self._domain_name}",
            index=args.settings.index,
            version="v8",
            authentication=SigningRegion(region=args.account.settings.region),
            ca=None,
            cluster_settings=False,  # the master user has done it, with the one form that the service takes
            watched=[self._watched()],
            ready=[access],
        )
        self.register_outputs({})

    def _watched(self) -> Watched:
        settings = self._args.settings
        return Watched(
            kind=_COMPONENT,
            name=self._domain_name,
            dimensions={"DomainName": self._domain_name, "ClientId": self._args.account.settings.account},
            figures={
                "storageMib": settings.gib * _MIB_OF_GIB,
                "nodes": settings.data_nodes + settings.masters,
                **({"masters": settings.masters} if settings.masters else {}),
            },
        )

    @property
    def _arn(self) -> str:
        return self._args.account.arn("es", f"domain/{self._domain_name}")

    def _role(self, workload: str) -> str:
        """The ARN of a workload's role."""
        return self._args.account.arn("iam", f"role/{self._args.account.name(workload)}")

    def _domain(self, security_group: pulumi.Output[str]) -> aws.opensearch.Domain:
        account, settings = self._args.account, self._args.settings
        hours, minutes = map(int, settings.off_peak_start.split(":"))
        start = aws.opensearch.DomainOffPeakWindowOptionsOffPeakWindowWindowStartTimeArgs(hours=hours, minutes=minutes)
        logs = domain_logs(f"{self._name}-logs", account, self._domain_name, settings.log_days, self)
        return aws.opensearch.Domain(
            self._name,
            domain_name=self._domain_name,
            engine_version=settings.version,
            cluster_config=self._nodes(),
            ebs_options=aws.opensearch.DomainEbsOptionsArgs(
                ebs_enabled=True,
                volume_type="gp3",
                volume_size=settings.gib,
                iops=settings.volume_iops,
                throughput=settings.volume_throughput,
            ),
            encrypt_at_rest=aws.opensearch.DomainEncryptAtRestArgs(enabled=True, kms_key_id=account.key),
            node_to_node_encryption=aws.opensearch.DomainNodeToNodeEncryptionArgs(enabled=True),
            domain_endpoint_options=aws.opensearch.DomainDomainEndpointOptionsArgs(
                enforce_https=True, tls_security_policy=_TLS
            ),
            vpc_options=aws.opensearch.DomainVpcOptionsArgs(
                subnet_ids=list(subnet_by_zone(account.settings).values())[: settings.zones],
                security_group_ids=[security_group],
            ),
            access_policies=document(access_policy(self._arn, self._role)),
            advanced_security_options=aws.opensearch.DomainAdvancedSecurityOptionsArgs(
                enabled=True,
                internal_user_database_enabled=False,
                master_user_options=aws.opensearch.DomainAdvancedSecurityOptionsMasterUserOptionsArgs(
                    master_user_arn=self._role(ACCESS_JOB)
                ),
            ),
            # The server's bulk requests name their index in the body (bulk_service_v7.go).
            advanced_options={
                "rest.action.multi.allow_explicit_index": "true",
                "override_main_response_version": "false",
            },
            log_publishing_options=logs.options,
            auto_tune_options=self._tuning(),
            off_peak_window_options=aws.opensearch.DomainOffPeakWindowOptionsArgs(
                enabled=True,
                off_peak_window=aws.opensearch.DomainOffPeakWindowOptionsOffPeakWindowArgs(window_start_time=start),
            ),
            software_update_options=aws.opensearch.DomainSoftwareUpdateOptionsArgs(auto_software_update_enabled=True),
            tags=account.tags(_COMPONENT),
            opts=account.keeping(self, logs.ready, *self._args.roles),
        )

    def _nodes(self) -> aws.opensearch.DomainClusterConfigArgs:
        settings = self._args.settings
        masters, zones = settings.masters, settings.zones
        return aws.opensearch.DomainClusterConfigArgs(
            instance_type=settings.data_node_type,
            instance_count=settings.data_nodes,
            dedicated_master_enabled=masters > 0,
            dedicated_master_type=settings.master_type if masters else None,
            dedicated_master_count=masters or None,
            multi_az_with_standby_enabled=False,
            zone_awareness_enabled=zones > 1,
            zone_awareness_config=(
                aws.opensearch.DomainClusterConfigZoneAwarenessConfigArgs(availability_zone_count=zones)
                if zones > 1
                else None
            ),
        )

    def _tuning(self) -> aws.opensearch.DomainAutoTuneOptionsArgs:
        """Burstable types have no Auto-Tune."""
        is_possible = not is_burstable(self._args.settings.data_node_type)
        return aws.opensearch.DomainAutoTuneOptionsArgs(
            desired_state="ENABLED" if is_possible else "DISABLED",
            rollback_on_disable="NO_ROLLBACK",
            use_off_peak_window=is_possible,
        )
