"""What keeps metrics, evaluates rules and tells people: a workspace of Amazon Managed Service for Prometheus.

Source: AMP User Guide, "Encryption at rest", "Rules", "Alert manager", "Monitor with CloudWatch Logs".
"""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount
from components.aws.logs import log_group
from components.aws.policies import Grant, Statement, document
from components.aws.topic import own_topic, topic_arn
from components.handles import MetricsStore
from components.monitoring.amazon.definition import definition
from components.monitoring.own.places import AGENT
from components.monitoring.own.text import as_yaml
from components.monitoring.rules import RuleFacts, rule_groups
from settings.monitoring import notifications
from settings.monitoring.amazon import Amazon

_COMPONENT: Final = "metrics"
_ALERTS: Final = "alerts"


@dataclass(frozen=True, kw_only=True)
class WorkspaceArgs:
    """What is kept and told."""

    account: AwsAccount
    """Where it is."""
    settings: Amazon
    """What the stack file says."""
    facts: RuleFacts
    """What the rules are made for."""


class Workspace(pulumi.ComponentResource):
    """A workspace with its logs, rules and Alertmanager."""

    store: MetricsStore
    """How others find it."""
    grants: list[Grant]
    """What the agent must be allowed."""

    def __init__(self, name: str, args: WorkspaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: log group and its policy, workspace, rules, Alertmanager's definition; a topic with its policy and
        subscriptions where a route names none."""
        super().__init__("temporal:monitoring:Workspace", name, None, opts)
        self._name, self._args = name, args
        account, child = args.account, pulumi.ResourceOptions(parent=self)
        workspace = self._workspace()
        self._rules(workspace)
        told, topic = self._told(workspace)
        aws.amp.AlertManagerDefinition(
            f"{name}-alertmanager",
            workspace_id=workspace.id,
            # Once it may be told.
            definition=pulumi.Output.from_input(told).apply(lambda _: definition(args.settings.notifications, topic)),
            opts=child,
        )
        self.store = MetricsStore(
            arn=workspace.arn,
            url=pulumi.Output.concat(f"https://{account.endpoint('aps-workspaces')}/workspaces/", workspace.id),
            region=account.settings.region,
            topic=topic,
        )
        send = Statement(sid="SendMetrics", actions=["aps:RemoteWrite"], resources=[workspace.arn])
        self.grants = [Grant(workload=AGENT.removeprefix("temporal-"), statements=[send])]
        self.register_outputs({})

    def _workspace(self) -> aws.amp.Workspace:
        account, said = self._args.account, self._args.settings
        called = f"/aws/vendedlogs/prometheus/{account.name(_COMPONENT)}"
        group = log_group(
            f"{self._name}-logs", account, called=called, component=_COMPONENT, days=said.log_days, parent=self
        )
        policy = aws.cloudwatch.LogResourcePolicy(
            f"{self._name}-logs-policy",
            policy_name=account.name(_COMPONENT),
            policy_document=document([_delivery(account, called)]),
            opts=pulumi.ResourceOptions.merge(account.around(self), pulumi.ResourceOptions(depends_on=[group])),
        )
        return aws.amp.Workspace(
            self._name,
            alias=account.name(_COMPONENT),
            kms_key_arn=account.key,
            logging_configuration=aws.amp.WorkspaceLoggingConfigurationArgs(
                log_group_arn=pulumi.Output.concat(group.arn, ":*")
            ),
            tags=account.tags(_COMPONENT),
            opts=account.keeping(self, policy),
        )

    def _rules(self, workspace: aws.amp.Workspace) -> None:
        account = self._args.account
        aws.amp.RuleGroupNamespace(
            f"{self._name}-rules",
            name="temporal",
            workspace_id=workspace.id,
            data=as_yaml({"groups": rule_groups(self._args.facts)}),
            tags=account.tags(_COMPONENT),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _told(self, workspace: aws.amp.Workspace) -> tuple[pulumi.Input[str], str]:
        """What is known once the stack's own topic may be told, and its ARN; empty where every route names one."""
        account = self._args.account
        route = notifications.own_topic(self._args.settings.notifications)
        if route is None:
            return "", ""
        told = own_topic(
            self._name,
            account,
            component=_ALERTS,
            publisher=_publisher(account, workspace.arn),
            emails=route.emails,
            parent=self,
        )
        return told, topic_arn(account, _ALERTS)


def _publisher(account: AwsAccount, workspace: pulumi.Input[str]) -> Statement:
    """Source: AMP User Guide, "Giving permission to send alert messages to your Amazon SNS topic"."""
    return Statement(
        sid="Alerts",
        principals={"Service": ["aps.amazonaws.com"]},
        actions=["sns:GetTopicAttributes", "sns:Publish"],
        resources=[topic_arn(account, _ALERTS)],
        conditions={
            "ArnEquals": {"aws:SourceArn": workspace},
            "StringEquals": {"aws:SourceAccount": account.settings.account},
        },
    )


def _delivery(account: AwsAccount, group: str) -> Statement:
    """What AWS would add to a policy of its own otherwise. Source: CloudWatch Logs User Guide, "Logging that requires
    additional permissions"."""
    return Statement(
        sid="PrometheusLogs",
        principals={"Service": ["delivery.logs.amazonaws.com"]},
        actions=["logs:CreateLogStream", "logs:PutLogEvents"],
        resources=[account.arn("logs", f"log-group:{group}:log-stream:*")],
        conditions={
            "ArnLike": {"aws:SourceArn": account.arn("logs", "*")},
            "StringEquals": {"aws:SourceAccount": account.settings.account},
        },
    )
