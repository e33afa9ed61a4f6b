"""The AWS account of a stack, as everything that makes something in it sees it."""

from dataclasses import dataclass
from typing import Final

import pulumi

from settings.aws import Aws

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
    key: pulumi.Input[str]
    """ARN of the KMS key that encrypts what is stored."""
    protect: bool
    """Whether the engine refuses to delete what holds data."""

    def name(self, what: str) -> str:
        """The name of something that is this installation's: `temporal-<installation>-<what>`."""
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

    def endpoint(self, service: str) -> str:
        """The host name of a service of AWS in this region, which `kms:ViaService` calls it by, too."""
        return f"{service}.{self.settings.region}.{self.settings.dns_suffix}"

    def keeping(self, parent: pulumi.Resource, *after: pulumi.Resource) -> pulumi.ResourceOptions:
        """Options of what holds data: where the stack is protected the engine refuses to delete it, and leaves it in
        the account when it is taken out of the state."""
        return pulumi.ResourceOptions(
            parent=parent,
            depends_on=list(after),
            protect=self.protect or None,
            retain_on_delete=self.protect or None,
        )
