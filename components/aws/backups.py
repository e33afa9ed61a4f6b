"""Daily copies of what is stored on AWS, by AWS Backup."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount
from components.aws.policies import Statement
from components.aws.role import bounded_role, with_policies_of_aws
from settings.aws_care import Backup

_COMPONENT: Final = "backup"
_START_MINUTES: Final = 60
_END_MINUTES: Final = 12 * 60
_OF_DATABASES: Final = "service-role/AWSBackupServiceRolePolicyForBackup"
_OF_BUCKETS: Final = "AWSBackupServiceRolePolicyForS3Backup"
"""AWS' own policies, which grow with what AWS Backup knows (AWS Backup Developer Guide, "Managed policies")."""


@dataclass(frozen=True, kw_only=True)
class BackupsArgs:
    """What is copied."""

    account: AwsAccount
    """Where it is."""
    settings: Backup
    """How often, and for how long."""
    databases: Sequence[pulumi.Input[str]]
    """ARNs of instances of RDS and of clusters."""
    buckets: Sequence[pulumi.Input[str]]
    """ARNs of buckets; they have versions."""


class Backups(pulumi.ComponentResource):
    """A vault, a plan, and a role that reads the stores. What is in the vault outlives them."""

    def __init__(self, name: str, args: BackupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: vault, its lock where the stack file asks for one, plan, role with AWS' policies, selection."""
        super().__init__("temporal:aws:Backups", name, None, opts)
        self._name = name
        self._args = args
        account, child = args.account, pulumi.ResourceOptions(parent=self)
        plan = self._plan(self._vault())
        aws.backup.Selection(
            f"{name}-selection",
            name=account.name(_COMPONENT),
            plan_id=plan.id,
            iam_role_arn=self._role(),
            resources=[*args.databases, *args.buckets],
            opts=child,
        )
        self.register_outputs({})

    def _vault(self) -> aws.backup.Vault:
        account, lock = self._args.account, self._args.settings.lock
        vault = aws.backup.Vault(
            f"{self._name}-vault",
            name=account.name(_COMPONENT),
            kms_key_arn=account.key,
            force_destroy=False,
            tags=account.tags(_COMPONENT),
            opts=account.keeping(self),
        )
        if lock:
            aws.backup.VaultLockConfiguration(
                f"{self._name}-lock",
                backup_vault_name=vault.name,
                min_retention_days=lock.min_days,
                max_retention_days=lock.max_days,
                changeable_for_days=lock.final_after_days,
                # A changed lock is a new one of the same vault: deleted afterwards, the old one would take it along.
                opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
            )
        return vault

    def _plan(self, vault: aws.backup.Vault) -> aws.backup.Plan:
        account, settings = self._args.account, self._args.settings
        hour, minute = map(int, settings.start.split(":"))
        copies = [
            aws.backup.PlanRuleCopyActionArgs(
                destination_vault_arn=copy.vault,
                lifecycle=aws.backup.PlanRuleCopyActionLifecycleArgs(delete_after=copy.days),
            )
            for copy in ([settings.copy_to] if settings.copy_to else [])
        ]
        rule = aws.backup.PlanRuleArgs(
            rule_name="daily",
            target_vault_name=vault.name,
            schedule=f"cron({minute} {hour} * * ? *)",
            schedule_expression_timezone="Etc/UTC",
            start_window=_START_MINUTES,
            completion_window=_END_MINUTES,
            lifecycle=aws.backup.PlanRuleLifecycleArgs(delete_after=settings.days),
            copy_actions=copies or None,
            recovery_point_tags=account.tags(_COMPONENT),
        )
        return aws.backup.Plan(
            f"{self._name}-plan",
            name=account.name(_COMPONENT),
            rules=[rule],
            tags=account.tags(_COMPONENT),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _role(self) -> pulumi.Output[str]:
        """It reads what is backed up, and writes none of it: whoever restores does so with a role of their own."""
        account, child = self._args.account, pulumi.ResourceOptions(parent=self)
        role = bounded_role(
            f"{self._name}-role",
            account,
            called=account.name(_COMPONENT),
            component=_COMPONENT,
            description=f"Copies what Temporal installation {account.installation} stores",
            trust=_trust(account),
            opts=child,
        )
        policies = {
            f"{self._name}-{policy.rpartition('/')[2]}": policy
            for policy, stores in ((_OF_DATABASES, self._args.databases), (_OF_BUCKETS, self._args.buckets))
            if stores
        }
        return with_policies_of_aws(role, account, policies, child)


def _trust(account: AwsAccount) -> Statement:
    return Statement(
        sid="Backup",
        principals={"Service": ["backup.amazonaws.com"]},
        actions=["sts:AssumeRole"],
        conditions={"StringEquals": {"aws:SourceAccount": account.settings.account}},
    )
