"""A topic of a stack's own, which a service of AWS tells."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount
from components.aws.policies import Statement, document


def own_topic(
    name: str,
    account: AwsAccount,
    *,
    component: str,
    publisher: Statement,
    emails: Sequence[str],
    parent: pulumi.Resource,
) -> pulumi.Output[str]:
    """Its ARN, known once `publisher` may publish: what is told before would tell nobody. `emails` are the addresses
    that it leads on to, each by a resource named beside the topic's."""
    child = pulumi.ResourceOptions(parent=parent)
    topic = aws.sns.Topic(
        f"{name}-topic",
        name=account.name(component),
        kms_master_key_id=account.key,
        tags=account.tags(component),
        opts=child,
    )
    policy = aws.sns.TopicPolicy(
        f"{name}-topic-policy",
        arn=topic.arn,
        policy=document([publisher, _tls_only(account, component)]),
        opts=child,
    )
    for email in emails:
        aws.sns.TopicSubscription(f"{name}-to-{email}", topic=topic.arn, protocol="email", endpoint=email, opts=child)
    return pulumi.Output.all(topic.arn, policy.id).apply(lambda both: str(both[0]))


def topic_arn(account: AwsAccount, component: str) -> str:
    """The ARN that it will have."""
    return account.arn("sns", account.name(component))


def _tls_only(account: AwsAccount, component: str) -> Statement:
    """Source: SNS Developer Guide, "Security best practices"."""
    return Statement(
        sid="TlsOnly",
        effect="Deny",
        principals="*",
        actions=["sns:Publish"],
        resources=[topic_arn(account, component)],
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )
