"""`temporal:monitoring.notifications`: who is told of alerts. Secrets are only named."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field

from settings.aws_scalars import TopicArn
from settings.base import Model
from settings.checks import Text
from settings.facts import changing
from settings.references import SecretKey
from settings.scalars import Duration, Host, Port

_TOLD: Final = changing("rolling", "a bundled Alertmanager restarts, an operator's reads its routes again")

Notified = Literal["critical", "warning"]

Channel = Annotated[
    str,
    Text(
        r"#[^\s,#]{1,80}|@[^\s,@]{1,80}|[CGD][A-Z0-9]{6,20}",
        "a channel with '#', a person with '@', or the id of either",
        ("#ops",),
    ),
]
EmailAddress = Annotated[
    str,
    Text(r'[^\s@,;<>"]{1,64}@[A-Za-z0-9]([-.A-Za-z0-9]{0,251}[A-Za-z0-9])?', "an e-mail address", ("ops@example.com",)),
]
UserName = Annotated[str, Text(r"[^\x00-\x1f\x7f]{1,320}", "text of 1 to 320 characters", ("alerts@example.com",))]


class Route(Model):
    """What every way of telling has."""

    severities: Annotated[tuple[Notified, ...], _TOLD] = ("critical", "warning")
    """Which alerts go this way. Those of severity info never go anywhere."""


class Slack(Route):
    """A message in Slack, or in anything that takes Slack's webhooks."""

    kind: Annotated[Literal["slack"], _TOLD]
    """This way's kind."""
    webhook: SecretKey
    """The incoming webhook's URL, which is a secret."""
    channel: Annotated[Channel | None, _TOLD] = None
    """Where it is written, for webhooks that leave the choice; the webhook's own channel when left out."""


class MailLogin(Model):
    """Who this is to the mail server."""

    username: Annotated[UserName, _TOLD]
    """Its user."""
    password: SecretKey
    """The user's password."""


class Email(Route):
    """An e-mail. The mail server must speak STARTTLS, or TLS at port 465."""

    kind: Annotated[Literal["email"], _TOLD]
    """This way's kind."""
    to: Annotated[tuple[EmailAddress, ...], _TOLD]
    """Who gets it."""
    sender: Annotated[EmailAddress, _TOLD]
    """Who it is from."""
    host: Annotated[Host, _TOLD]
    """The mail server."""
    port: Annotated[Port, _TOLD] = 587
    """Its port."""
    ca: SecretKey | None = None
    """Authority of its certificate; a public one when left out."""
    login: MailLogin | None = None
    """Who this is to the mail server; nobody when left out."""


class PagerDuty(Route):
    """An incident in PagerDuty, by its Events API v2."""

    kind: Annotated[Literal["pagerduty"], _TOLD]
    """This way's kind."""
    routing_key: SecretKey
    """The integration key of the service."""


class Webhook(Route):
    """A call of any program with Alertmanager's JSON."""

    kind: Annotated[Literal["webhook"], _TOLD]
    """This way's kind."""
    url: SecretKey
    """The URL. It is a secret, for most such URLs let in whoever knows them."""
    bearer_token: SecretKey | None = None
    """A token for the Authorization header; none when left out."""


class Sns(Route):
    """A message in a topic of Amazon SNS, which leads on: to e-mail, to HTTPS, to a queue. Whose identity sends it is
    in docs/monitoring.md."""

    kind: Annotated[Literal["sns"], _TOLD]
    """This way's kind."""
    topic: Annotated[TopicArn | None, _TOLD] = None
    """ARN of a topic that exists; with `temporal:monitoring.kind` amazon one of the stack's own when left out."""
    emails: Annotated[tuple[EmailAddress, ...], changing("nothing", "others are subscribed to the topic")] = ()
    """Who gets the messages of the stack's own topic as e-mails. Each gets a mail with a link that must be followed
    once."""


AnyRoute = Annotated[Slack | Email | PagerDuty | Webhook | Sns, Field(discriminator="kind")]


@dataclass(frozen=True)
class RouteSecret:
    """What a route needs of a Secret."""

    place: str
    """Where the route names it, in the stack file's words."""
    role: str
    """By which a file of it is named."""
    purpose: str
    """What it is."""
    reference: SecretKey
    """Where it is."""


def secrets_of(route: AnyRoute) -> Iterator[RouteSecret]:
    """Everything secret that a route is told with."""
    if isinstance(route, Slack):
        yield RouteSecret("webhook", "webhook", "the incoming webhook's URL", route.webhook)
    elif isinstance(route, Email):
        if route.login:
            purpose = f"the password of {route.login.username}"
            yield RouteSecret("login.password", "password", purpose, route.login.password)
        if route.ca:
            yield RouteSecret("ca", "ca", "the authority of the mail server's certificate", route.ca)
    elif isinstance(route, PagerDuty):
        yield RouteSecret("routingKey", "key", "the integration key", route.routing_key)
    elif isinstance(route, Webhook):
        yield RouteSecret("url", "url", "the URL to call", route.url)
        if route.bearer_token:
            yield RouteSecret("bearerToken", "token", "the token for the Authorization header", route.bearer_token)


def named_topic(route: Sns) -> str:
    """The ARN that a route says. Raises ValueError where the stack makes the topic: settings refuse that elsewhere than
    with Amazon's Alertmanager."""
    if route.topic is None:
        raise ValueError("this route's topic is the stack's own")
    return route.topic


def own_topic(notifications: "Notifications | None") -> Sns | None:
    """The route whose topic the stack makes, if any."""
    routes = notifications.routes if notifications else ()
    return next((route for route in routes if isinstance(route, Sns) and route.topic is None), None)


class Notifications(Model):
    """Who is told of alerts, and how often. Alerts of one name and one Temporal namespace come in one message."""

    routes: tuple[AnyRoute, ...]
    """Everybody who is told; each gets what its severities say."""
    dead_man: SecretKey | None = None
    """URL of a service that raises the alarm itself when nobody calls it for ten minutes: it is called every five while
    Prometheus and Alertmanager work. None when left out."""
    group_wait: Annotated[Duration, _TOLD] = "30s"
    """How long the first message waits for others of its kind."""
    group_interval: Annotated[Duration, _TOLD] = "5m"
    """How long news of a group waits after its last message."""
    repeat_interval: Annotated[Duration, _TOLD] = "12h"
    """After what time a message comes again while nothing has changed."""

    def name_secrets(self) -> bool:
        """Whether anybody is told with something secret."""
        return self.dead_man is not None or any(True for route in self.routes for _ in secrets_of(route))
