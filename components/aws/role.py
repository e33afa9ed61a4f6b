"""Roles of IAM that a stack makes: each bounded and tagged."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount
from components.aws.policies import Statement, document


def bounded_role(
    name: str,
    account: AwsAccount,
    *,
    called: str,
    component: str,
    description: str,
    trust: Statement,
    opts: pulumi.ResourceOptions,
) -> aws.iam.Role:
    """A role `called` so in the account, for whom `trust` names, within `temporal:aws.permissionsBoundary`."""
    return aws.iam.Role(
        name,
        name=called,
        description=description,
        assume_role_policy=document([trust]),
        permissions_boundary=account.boundary,
        tags=account.tags(component),
        opts=opts,
    )


def with_policies_of_aws(
    role: aws.iam.Role, account: AwsAccount, policies: Mapping[str, str], opts: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """The role's ARN, known once policies that AWS keeps are attached: their paths, by the attachments' names."""
    attached = [
        aws.iam.RolePolicyAttachment(
            name,
            role=role.name,
            policy_arn=f"arn:{account.settings.partition}:iam::aws:policy/{policy}",
            opts=opts,
        )
        for name, policy in policies.items()
    ]
    return pulumi.Output.all(role.arn, *(each.id for each in attached)).apply(lambda found: str(found[0]))
