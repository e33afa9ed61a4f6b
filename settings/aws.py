"""`temporal:aws`: the AWS account, network and EKS cluster that a stack's stores are made in."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal

from pydantic import Field

from settings.aws_care import Alarms, Backup
from settings.aws_scalars import (
    AccountId,
    AwsRegion,
    ClusterName,
    KeyArn,
    OidcProviderArn,
    PolicyArn,
    SecurityGroupId,
    SubnetId,
    TagKey,
    TagValue,
    VpcId,
    Zone,
)
from settings.base import Model
from settings.facts import changing
from settings.scalars import ObjectName

if TYPE_CHECKING:
    from settings.model import Settings

_PLACE = changing("refused", "what is stored does not move there")
_ENCRYPTION = changing("refused", "what is stored stays encrypted with the key it was written with")
_IDENTITY = changing("rolling", "pods that have a role restart")
_STORE = changing("nothing", "passwords are read from the other store")
_NETWORK = changing("nothing", "stores get other subnets and security groups")

PARTITIONS: Final = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
"""Partitions by how their regions begin; `aws` is everywhere else."""


class OnAws(Model):
    """What is made in `temporal:aws`; a part of the stack file that inherits it needs that key."""

    is_watched: ClassVar[bool] = False
    """Whether it has alarms."""
    is_copied: ClassVar[bool] = False
    """Whether AWS Backup copies it."""


class Subnet(Model):
    """A private subnet for stores."""

    id: Annotated[SubnetId, _NETWORK]
    """Its id."""
    zone: Annotated[Zone, _NETWORK]
    """Its availability zone. It stands here so that what needs several zones is checked without an account."""


class PodIdentity(Model):
    """EKS Pod Identity: the cluster's agent hands a role to the pods of a ServiceAccount. Needs the add-on
    eks-pod-identity-agent, and nodes that are not Fargate."""

    kind: Annotated[Literal["pod-identity"], _IDENTITY]
    """This way's name."""


class Irsa(Model):
    """IAM roles for service accounts: IAM trusts the tokens that the cluster issues to a ServiceAccount."""

    kind: Annotated[Literal["irsa"], _IDENTITY]
    """This way's name."""
    provider: Annotated[OidcProviderArn, changing("nothing", "roles trust its tokens instead")]
    """ARN of the IAM OIDC provider of the cluster, which exists."""


class CreatedKey(Model):
    """One customer managed key for the installation, rotated every year."""

    kind: Annotated[Literal["created"], _ENCRYPTION]
    """This way's name."""


class ExistingKey(Model):
    """A customer managed key that exists. Its policy must let the account use it through S3, RDS, OpenSearch, Secrets
    Manager, CloudWatch Logs, Backup and Amazon Managed Service for Prometheus, and for messages to a topic of the
    stack's own CloudWatch (alarms by e-mail) and aps.amazonaws.com (alerts) themselves, whichever the stack uses."""

    kind: Annotated[Literal["existing"], _ENCRYPTION]
    """This way's name."""
    key: Annotated[KeyArn, _ENCRYPTION]
    """Its ARN; of the same region, in any account."""


class SecretStore(Model):
    """Where External Secrets finds secrets: an object that exists, whose provider is AWS Secrets Manager in this
    account and region, and whose role may read, and write first values (docs/aws.md)."""

    kind: Annotated[Literal["ClusterSecretStore", "SecretStore"], _STORE]
    """ClusterSecretStore, or SecretStore of the installation's own namespace."""
    name: Annotated[ObjectName, _STORE]
    """Its name."""


class ExternalSecrets(Model):
    """The External Secrets operator, 2.9 or later, makes passwords in Secrets Manager and brings them into the cluster,
    so that neither the stack file, nor the state, nor the program sees one."""

    kind: Annotated[Literal["external-secrets"], _STORE]
    """This way's name."""
    store: SecretStore
    """Where it finds them."""


class Aws(Model):
    """The AWS account, network and EKS cluster that a stack's stores are made in; all of them exist."""

    region: Annotated[AwsRegion, _PLACE]
    """Region of everything."""
    account: Annotated[AccountId, _PLACE]
    """The account, in quotes. Credentials of any other account are refused before anything is made."""
    cluster: Annotated[ClusterName, _IDENTITY]
    """Name of the EKS cluster that `temporal:kubernetes.context` leads to."""
    vpc: Annotated[VpcId, _NETWORK]
    """The VPC of the cluster."""
    subnets: tuple[Subnet, ...]
    """Private subnets of that VPC for the stores; in two zones at least for what is to outlive one."""
    pod_security_group: Annotated[SecurityGroupId, _NETWORK]
    """The security group that the pods' network interfaces carry. Stores let in this group and nobody else."""
    identity: Annotated[PodIdentity | Irsa, Field(discriminator="kind")]
    """How pods get their roles."""
    encryption: Annotated[CreatedKey | ExistingKey, Field(discriminator="kind")] = CreatedKey(kind="created")
    """Which KMS key encrypts what is stored."""
    permissions_boundary: Annotated[PolicyArn | None, changing("nothing", "roles get it in place")] = None
    """ARN of the policy that bounds what every role of the stack may do, whatever is written into it. `make bootstrap`
    makes one, and lets nobody deploy a role without it."""
    secrets: ExternalSecrets | None = None
    """How passwords of databases on AWS come into the cluster; needed with `temporal:database.kind` rds or aurora, and
    with `temporal:applicationDatabases`."""
    alarms: Alarms | None = None
    """Who is told when a store is in trouble; nobody when left out."""
    backup: Backup | None = None
    """Daily copies of the stores; none but those that each service makes of its own when left out."""
    tags: Annotated[dict[TagKey, TagValue], changing("nothing", "tags change in place")] = {}
    """Tags of everything that takes tags, besides temporal:installation, temporal:component and temporal:managed-by."""

    @property
    def partition(self) -> str:
        """The partition of ARNs: `aws`, `aws-cn` or `aws-us-gov`."""
        return next((found for start, found in PARTITIONS.items() if self.region.startswith(start)), "aws")

    @property
    def dns_suffix(self) -> str:
        """What the names of AWS' endpoints end with in this partition."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"


def subnet_by_zone(aws: Aws) -> dict[str, str]:
    """The first subnet of each zone, in the order of the file: a domain or an endpoint has one in each of its zones."""
    found: dict[str, str] = {}
    for subnet in aws.subnets:
        found.setdefault(subnet.zone, subnet.id)
    return found


def storage_facts(settings: "Settings") -> dict[str, str]:
    """What cannot change while something is stored: account, region, and the key it is encrypted with; empty where
    nothing is."""
    aws = settings.aws
    if aws is None or not any(made_on_aws(settings)):
        return {}
    key = aws.encryption.key if isinstance(aws.encryption, ExistingKey) else aws.encryption.kind
    return {"account": aws.account, "region": aws.region, "key": key}


def made_on_aws(settings: "Settings") -> Iterator[tuple[tuple[str | int, ...], OnAws]]:
    """Every part of the stack file that is made in `temporal:aws`, by its place."""
    yield from _made_on_aws((), settings)


def is_watched(settings: "Settings") -> bool:
    """Whether there is anything that alarms are for."""
    return any(part.is_watched for _, part in made_on_aws(settings))


def _made_on_aws(location: tuple[str | int, ...], part: object) -> Iterator[tuple[tuple[str | int, ...], OnAws]]:
    if isinstance(part, OnAws):
        yield location, part
    if isinstance(part, Model):
        for name, field in type(part).model_fields.items():
            yield from _made_on_aws((*location, field.alias or name), getattr(part, name))
    elif isinstance(part, tuple):
        for index, item in enumerate(part):
            yield from _made_on_aws((*location, index), item)
