"""CloudWatch alarms for what is stored on AWS. Which ones stands in `alarms.toml`."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount
from components.aws.policies import Statement
from components.aws.topic import own_topic, topic_arn
from components.aws.watched import Watched
from settings.aws_care import EmailAlarms, TopicAlarms

_KNOWN: Final[Mapping[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
_COMPONENT: Final = "alarms"
_ABOVE: Final = "GreaterThanOrEqualToThreshold"
_BELOW: Final = "LessThanOrEqualToThreshold"
_FEWER: Final = "LessThanThreshold"


@dataclass(frozen=True, kw_only=True)
class AlarmsArgs:
    """Who is told of what."""

    account: AwsAccount
    """Where the alarms are."""
    settings: TopicAlarms | EmailAlarms
    """Who is told."""
    watched: Sequence[Watched]
    """Every store and instance."""


class Alarms(pulumi.ComponentResource):
    """Alarms that tell a topic when they go off, and when all is well again."""

    def __init__(self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: the alarms; a topic with its policy and subscriptions, unless one exists."""
        super().__init__("temporal:aws:Alarms", name, None, opts)
        self._name = name
        self._account = args.account
        topic = args.settings.topic if isinstance(args.settings, TopicAlarms) else self._topic(args.settings)
        for watched in args.watched:
            for alarm, said in _alarms_of(watched):
                self._alarm(alarm, said, watched, topic)
        self.register_outputs({})

    def _alarm(self, alarm: str, said: Mapping[str, Any], watched: Watched, topic: pulumi.Input[str]) -> None:
        comparison, threshold = _threshold(said, watched.figures)
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-{watched.name}-{watched.kind}-{alarm}",
            name=f"{watched.name}-{watched.kind}-{alarm}",
            alarm_description=f"Temporal {self._account.installation}, {watched.kind} {watched.name}: {said['says']}.",
            namespace=_KNOWN[watched.kind]["namespace"],
            metric_name=said["metric"],
            dimensions=dict(watched.dimensions),
            statistic=said["statistic"],
            period=said["period"],
            evaluation_periods=said["periods"],
            comparison_operator=comparison,
            threshold=threshold,
            treat_missing_data=said.get("missing", "missing"),
            alarm_actions=[topic],
            ok_actions=[topic],
            tags=self._account.tags(_COMPONENT),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _topic(self, settings: EmailAlarms) -> pulumi.Output[str]:
        return own_topic(
            self._name,
            self._account,
            component=_COMPONENT,
            publisher=_publisher(self._account),
            emails=settings.emails,
            parent=self,
        )


def _alarms_of(watched: Watched) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for alarm, said in _KNOWN[watched.kind]["alarms"].items():
        if "needs" not in said or said["needs"] in watched.figures:
            yield alarm, said


def _threshold(said: Mapping[str, Any], figures: Mapping[str, float]) -> tuple[str, float]:
    """The comparison and the figure. Raises KeyError where a store lacks a figure that its alarms are made of."""
    if "fewer_than" in said:
        return _FEWER, figures[said["fewer_than"]]
    comparison, key = (_ABOVE, "above") if "above" in said else (_BELOW, "below")
    return comparison, round(said[key] * figures[said["of"]]) if "of" in said else said[key]


def _publisher(account: AwsAccount) -> Statement:
    """Source: SNS Developer Guide, "Example cases for Amazon SNS access control"."""
    return Statement(
        sid="Alarms",
        principals={"Service": ["cloudwatch.amazonaws.com"]},
        actions=["sns:Publish"],
        resources=[topic_arn(account, _COMPONENT)],
        conditions={
            "ArnLike": {"aws:SourceArn": account.arn("cloudwatch", "alarm:*")},
            "StringEquals": {"aws:SourceAccount": account.settings.account},
        },
    )
