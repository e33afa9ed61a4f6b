"""Where a domain of Amazon OpenSearch Service writes its logs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount
from components.aws.logs import log_group
from components.aws.policies import Statement, document

_COMPONENT: Final = "search"
_LOGS: Final[Mapping[str, str]] = {
    "index-slow": "INDEX_SLOW_LOGS",
    "search-slow": "SEARCH_SLOW_LOGS",
    "application": "ES_APPLICATION_LOGS",
    "audit": "AUDIT_LOGS",
}
"""Log groups' names, below the domain's, by what AWS calls the logs."""


@dataclass(frozen=True, kw_only=True)
class DomainLogs:
    """Logs of one domain."""

    options: list[aws.opensearch.DomainLogPublishingOptionArgs]
    """Which log goes where."""
    ready: pulumi.Resource
    """What must exist before the domain may write."""


def domain_logs(name: str, account: AwsAccount, domain: str, days: int, parent: pulumi.Resource) -> DomainLogs:
    """Log groups, and a policy that lets this one domain write to them.

    An account has ten such policies a region (CloudWatch Logs API reference, PutResourcePolicy).
    """
    groups = {
        log: log_group(
            f"{name}-{log}",
            account,
            called=f"/aws/opensearch/{domain}/{log}",
            component=_COMPONENT,
            days=days,
            parent=parent,
        )
        for log in _LOGS
    }
    policy = aws.cloudwatch.LogResourcePolicy(
        f"{name}-policy",
        policy_name=f"opensearch-{domain}",
        policy_document=document([_delivery(account, domain)]),
        opts=pulumi.ResourceOptions.merge(
            account.around(parent), pulumi.ResourceOptions(depends_on=list(groups.values()))
        ),
    )
    options = [
        aws.opensearch.DomainLogPublishingOptionArgs(log_type=_LOGS[log], cloudwatch_log_group_arn=group.arn)
        for log, group in groups.items()
    ]
    return DomainLogs(options=options, ready=policy)


def _delivery(account: AwsAccount, domain: str) -> Statement:
    """Source: Developer Guide, "Monitoring OpenSearch logs with Amazon CloudWatch Logs"."""
    return Statement(
        sid="OpenSearchLogs",
        principals={"Service": ["es.amazonaws.com"]},
        actions=["logs:CreateLogStream", "logs:PutLogEvents"],
        resources=[account.arn("logs", f"log-group:/aws/opensearch/{domain}/*")],
        conditions={
            "ArnLike": {"aws:SourceArn": account.arn("es", f"domain/{domain}")},
            "StringEquals": {"aws:SourceAccount": account.settings.account},
        },
    )
