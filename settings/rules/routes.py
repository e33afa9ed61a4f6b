"""Routes that the chosen way of watching can go."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.aws_scalars import arn
from settings.monitoring.amazon import Amazon
from settings.monitoring.bundled import Bundled
from settings.monitoring.models import Nobody
from settings.monitoring.notifications import Notifications, Sns, own_topic
from settings.rules.contradiction import Contradiction
from settings.scalars import milliseconds_of

if TYPE_CHECKING:
    from settings.model import Settings

_PLACE: Final = ("monitoring", "notifications")
_LONGEST_REPEAT: Final = 5 * 86_400_000
"""Milliseconds (AMP User Guide, "Create an alert manager configuration")."""


def amazon_tells_sns(settings: "Settings") -> Iterator[Contradiction]:
    """Source: AMP User Guide, "Create an alert receiver". It calls PagerDuty, too, with a key in Secrets Manager, where
    a stack keeps none for that."""
    said = _notifications(settings)
    if not isinstance(settings.monitoring, Amazon) or said is None:
        return
    for index, route in enumerate(said.routes):
        if not isinstance(route, Sns):
            yield Contradiction(
                location=(*_PLACE, "routes", index, "kind"),
                found=route.kind,
                allowed="'sns' with temporal:monitoring.kind 'amazon': its Alertmanager reads no Secret of the "
                "cluster; what subscribes to a topic leads on",
            )
    if said.dead_man:
        yield Contradiction(
            location=(*_PLACE, "deadMan"),
            found="deadMan",
            instead="found",
            allowed="nothing with temporal:monitoring.kind 'amazon': its Alertmanager calls no URL. It is outside of "
            "the cluster and tells when nothing comes from there",
        )
    if milliseconds_of(said.repeat_interval) > _LONGEST_REPEAT:
        yield Contradiction(
            location=(*_PLACE, "repeatInterval"),
            found=said.repeat_interval,
            allowed="at most 5d with temporal:monitoring.kind 'amazon'",
        )


def topics_have_a_publisher(settings: "Settings") -> Iterator[Contradiction]:
    """A bundled Alertmanager is somebody on AWS only where the stack file says how."""
    if not isinstance(settings.monitoring, Bundled) or settings.aws:
        return
    for index, _ in _sns(settings):
        yield Contradiction(
            location=(*_PLACE, "routes", index, "kind"),
            found="sns",
            allowed="with temporal:monitoring.kind 'bundled' only beside temporal:aws, which says how Alertmanager "
            "gets a role that may publish",
        )


def topics_are_made_once(settings: "Settings") -> Iterator[Contradiction]:
    """One way makes a topic, and one."""
    said = settings.monitoring
    for index, route in _sns(settings):
        if route.topic is None and not isinstance(said, Amazon):
            yield Contradiction(
                location=(*_PLACE, "routes", index, "topic"),
                found=None,
                allowed=f"the ARN of a topic with temporal:monitoring.kind {said.kind!r}: only 'amazon' makes one",
            )
        elif route.topic is None and route is not own_topic(_notifications(settings)):
            yield Contradiction(
                location=(*_PLACE, "routes", index, "topic"),
                found=None,
                allowed="the ARN of a topic: the stack makes one, for the first route that names none",
            )


def topics_are_near(settings: "Settings") -> Iterator[Contradiction]:
    """Amazon's Alertmanager publishes in its own account, and the role of a bundled one is for topics there. Whose an
    operator's Alertmanager is, the stack file does not tell."""
    aws = settings.aws
    if aws is None or not isinstance(settings.monitoring, Amazon | Bundled):
        return
    for index, route in _sns(settings):
        if route.topic is None:
            continue
        topic = arn(route.topic)
        if (topic.partition, topic.region, topic.account) != (aws.partition, aws.region, aws.account):
            yield Contradiction(
                location=(*_PLACE, "routes", index, "topic"),
                found=route.topic,
                allowed="a topic of temporal:aws.account in temporal:aws.region",
                figures=f": arn:{aws.partition}:sns:{aws.region}:{aws.account}:…",
            )


def addresses_are_of_the_own_topic(settings: "Settings") -> Iterator[Contradiction]:
    """Who subscribes to a topic of somebody else's is his affair."""
    for index, route in _sns(settings):
        place = (*_PLACE, "routes", index, "emails")
        if route.topic and route.emails:
            yield Contradiction(
                location=place,
                found=[*route.emails],
                instead="not here",
                allowed="without topic: who subscribes to a topic that exists is its owner's affair",
            )
            continue
        for number, email in enumerate(route.emails):
            if email in route.emails[:number]:
                yield Contradiction(location=(*place, number), found=email, allowed="each address once")


def _notifications(settings: "Settings") -> Notifications | None:
    return None if isinstance(settings.monitoring, Nobody) else settings.monitoring.notifications


def _sns(settings: "Settings") -> Iterator[tuple[int, Sns]]:
    said = _notifications(settings)
    for index, route in enumerate(said.routes if said else ()):
        if isinstance(route, Sns):
            yield index, route


RULES: Final = (
    amazon_tells_sns,
    topics_have_a_publisher,
    topics_are_made_once,
    topics_are_near,
    addresses_are_of_the_own_topic,
)
"""For every stack."""
