"""The AWS account of a stack, as everything that makes something in it sees it."""

from dataclasses import dataclass, replace
from typing import Final

import pulumi

from settings import Settings
from settings.aws import Aws, ExistingKey, made_on_aws
from settings.monitoring.amazon import Amazon

_GLOBAL: Final = ("iam", "s3")
"""Services whose ARNs name no region."""


@dataclass(frozen=True, kw_only=True)
class AwsAccount:
    """Where something is made, how it is called, tagged and encrypted.

    It carries no provider: the stack's one AWS provider comes down from the platform to every child, and a resource
    without it is an error, for default providers are off.
    """

    settings: Aws
    """`temporal:aws`: region, account, cluster, network, identity."""
    installation: str
    """`temporal:name`, the prefix of what is named in the account."""
    parent: pulumi.Resource
    """What everything in the account hangs at. Not the Kubernetes namespace: what goes with that would leave the state
    with it (`deletedWith`), and stay in the account."""
    protect: bool
    """Whether the engine refuses to delete what holds data."""
    encryption_key: pulumi.Input[str] | None = None
    """ARN of the KMS key; None where nothing is stored."""

    @property
    def boundary(self) -> str | None:
        """ARN of the policy that bounds what every role may do; the one who deploys may make no role without it."""
        return self.settings.permissions_boundary

    @property
    def key(self) -> pulumi.Input[str]:
        """ARN of the KMS key that encrypts what is stored. Raises ValueError where nothing is (`OnAws` in settings)."""
        if self.encryption_key is None:
            raise ValueError("no part of this stack is OnAws, so it has no key")
        return self.encryption_key

    def name(self, what: str) -> str:
        """The name of something that is this installation's: `temporal-<installation>-<what>`. At most 24 letters of
        `what` keep it within the 64 of IAM."""
        return f"temporal-{self.installation}-{what}"

    def tags(self, component: str) -> dict[str, str]:
        """Tags of everything that takes tags, those for costs among them.

        They stand at each resource, not in the provider's default tags: so they are seen in previews, renderings and
        checks, may differ by component, and a changed one is an update of what has it, not of the provider.
        """
        return {
            **self.settings.tags,
            "temporal:installation": self.installation,
            "temporal:component": component,
            "temporal:managed-by": "pulumi",
        }

    def arn(self, service: str, resource: str) -> str:
        """An ARN of this account: `arn("kms", "alias/x")`, `arn("iam", "role/x")`, `arn("s3", "bucket/key")`."""
        region = "" if service in _GLOBAL else self.settings.region
        account = "" if service == "s3" else self.settings.account
        return f"arn:{self.settings.partition}:{service}:{region}:{account}:{resource}"

    def endpoint(self, service: str, region: str = "") -> str:
        """The host name of a service of AWS, in this region unless another is said; `kms:ViaService` calls services by
        it, too."""
        return f"{service}.{region or self.settings.region}.{self.settings.dns_suffix}"

    def keeping(self, parent: pulumi.Resource, *after: pulumi.Resource) -> pulumi.ResourceOptions:
        """Options of what holds data: where the stack is protected the engine refuses to delete it, and leaves it in
        the account when it is taken out of the state."""
        return pulumi.ResourceOptions(
            parent=parent,
            depends_on=list(after),
            protect=self.protect or None,
            retain_on_delete=self.protect or None,
        )

    def around(self, parent: pulumi.Resource) -> pulumi.ResourceOptions:
        """Options of what something that holds data stands in: where that is left in the account, AWS would refuse to
        delete this."""
        return pulumi.ResourceOptions(parent=parent, retain_on_delete=self.protect or None)


def aws_account(name: str, settings: Settings, parent: pulumi.Resource) -> AwsAccount | None:
    """The account that the stack names, if any, with a key for what is stored there."""
    if settings.aws is None:
        return None
    account = AwsAccount(settings=settings.aws, installation=settings.name, parent=parent, protect=settings.protection)
    if not any(made_on_aws(settings)):
        return account
    if isinstance(settings.aws.encryption, ExistingKey):
        return replace(account, encryption_key=settings.aws.encryption.key)
    from components.aws.key import EncryptionKey  # noqa: PLC0415

    metrics = settings.monitoring if isinstance(settings.monitoring, Amazon) else None
    key = EncryptionKey(f"{name}-key", account, metrics, pulumi.ResourceOptions(parent=parent))
    return replace(account, encryption_key=key.arn)
