"""alertmanager.yml (prometheus.io/docs/alerting/latest/configuration). Secrets are only named, as files."""

from collections.abc import Iterator
from typing import Any

from components.monitoring import routes
from components.monitoring.messages import SUBJECT, TEXT
from components.monitoring.own import places
from components.monitoring.own.alertmanager import content, sns_receiver
from components.monitoring.own.text import as_yaml
from settings.monitoring.notifications import (
    AnyRoute,
    Email,
    Notifications,
    PagerDuty,
    Slack,
    Sns,
    Webhook,
    named_topic,
    secrets_of,
)
from settings.references import SecretKey


def configuration(said: Notifications | None) -> str:
    """With nobody to tell, alerts are only kept."""
    return as_yaml(content(said, _receivers(said) if said else []))


def secrets(said: Notifications | None) -> Iterator[tuple[str, SecretKey]]:
    """File and key of a Secret, for all that routes need."""
    for index, route in enumerate(said.routes if said else ()):
        for each in secrets_of(route):
            yield f"{routes.receiver_name(index, route)}-{each.role}", each.reference
    if said and said.dead_man:
        yield f"{routes.DEAD_MAN}-url", said.dead_man


def _receivers(said: Notifications) -> list[dict[str, Any]]:
    found = [
        {"name": routes.receiver_name(index, route), **_receiver(routes.receiver_name(index, route), route)}
        for index, route in enumerate(said.routes)
    ]
    if said.dead_man:
        hook = {"url_file": f"{places.SECRETS}/{routes.DEAD_MAN}-url", "send_resolved": False}
        found.append({"name": routes.DEAD_MAN, "webhook_configs": [hook]})
    return found


def _receiver(name: str, route: AnyRoute) -> dict[str, Any]:
    file = f"{places.SECRETS}/{name}"
    if isinstance(route, Slack):
        channel = {"channel": route.channel} if route.channel else {}
        told = {"send_resolved": True, "title": SUBJECT, "text": TEXT}
        return {"slack_configs": [{"api_url_file": f"{file}-webhook", **channel, **told}]}
    if isinstance(route, Email):
        return {"email_configs": [_email(file, route)]}
    if isinstance(route, PagerDuty):
        return {
            "pagerduty_configs": [{"routing_key_file": f"{file}-key", "send_resolved": True, "description": SUBJECT}]
        }
    if isinstance(route, Sns):
        return sns_receiver(named_topic(route))
    return {"webhook_configs": [_webhook(file, route)]}


def _email(file: str, route: Email) -> dict[str, Any]:
    login = {"auth_username": route.login.username, "auth_password_file": f"{file}-password"} if route.login else {}
    return {
        "to": ", ".join(route.to),
        "from": route.sender,
        "smarthost": f"{route.host}:{route.port}",
        **login,
        "require_tls": route.port != routes.TLS_FROM_THE_START,
        **({"tls_config": {"ca_file": f"{file}-ca"}} if route.ca else {}),
        "send_resolved": True,
        "headers": {"Subject": SUBJECT},
    }


def _webhook(file: str, route: Webhook) -> dict[str, Any]:
    token = {"authorization": {"credentials_file": f"{file}-token"}} if route.bearer_token else {}
    return {
        "url_file": f"{file}-url",
        "send_resolved": True,
        **({"http_config": token} if token else {}),
    }
