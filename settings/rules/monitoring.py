"""Monitoring that can work, and alerts that mean something."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.monitoring.alerts import CATALOGUE
from settings.monitoring.deployed import Deployed
from settings.monitoring.models import ByOperator, Nobody
from settings.monitoring.notifications import Email
from settings.monitoring.thresholds import Threshold
from settings.rules.contradiction import Contradiction
from settings.scalars import milliseconds_of
from settings.visibility import ExistingSearch, RequestSigning

if TYPE_CHECKING:
    from settings.model import Settings

_SHORTEST: Final = 5_000
_LONGEST: Final = 60_000
"""Milliseconds. Rules look back five minutes: a rate wants a few samples in them, one missed reading allowed."""


def metrics_are_read_in_time(settings: "Settings") -> Iterator[Contradiction]:
    """Rules would see nothing where metrics are read too rarely."""
    said = settings.monitoring
    if not isinstance(said, Nobody) and not _SHORTEST <= milliseconds_of(said.interval) <= _LONGEST:
        yield Contradiction(
            location=("monitoring", "interval"),
            found=said.interval,
            allowed="5s to 60s: the rules need several readings in five minutes",
        )


def overrides_fit_their_alerts(settings: "Settings") -> Iterator[Contradiction]:
    """A threshold is in the unit of the alert's own one."""
    said = settings.monitoring
    for name, override in ({} if isinstance(said, Nobody) else said.alerts).items():
        if override.threshold is None:
            continue
        location = ("monitoring", "alerts", name, "threshold")
        own = CATALOGUE[name].threshold
        if own is None:
            yield Contradiction(
                location=location,
                found=override.threshold,
                instead="not here",
                allowed="no threshold: this alert has none",
            )
            continue
        try:
            Threshold.of(override.threshold, own.unit)
        except ValueError as error:
            allowed = str(error).removeprefix("must be ")
            yield Contradiction(location=location, found=override.threshold, allowed=allowed)


def routes_are_told_apart(settings: "Settings") -> Iterator[Contradiction]:
    """The same route twice is every message twice."""
    said = settings.monitoring
    notifications = None if isinstance(said, Nobody) else said.notifications
    seen = []
    for index, route in enumerate(notifications.routes if notifications else ()):
        if route in seen:
            yield Contradiction(
                location=("monitoring", "notifications", "routes", index),
                found=None,
                instead="a second time",
                allowed="each route once",
            )
        seen.append(route)


def routes_lead_somewhere(settings: "Settings") -> Iterator[Contradiction]:
    """An empty list is a mistake: nobody would ever be told."""
    said = settings.monitoring
    if isinstance(said, Nobody) or not said.notifications:
        return
    location = ("monitoring", "notifications", "routes")
    lists: list[tuple[tuple[int | str, ...], tuple[object, ...]]] = [(location, said.notifications.routes)]
    for index, route in enumerate(said.notifications.routes):
        lists.append(((*location, index, "severities"), route.severities))
        if isinstance(route, Email):
            lists.append(((*location, index, "to"), route.to))
    for place, found in lists:
        if not found:
            yield Contradiction(location=place, found=[], allowed="at least one")


_SERVING: Final = {"bundled": "a bundled one", "amazon": "its agent"}


def certificates_are_of_a_server(settings: "Settings") -> Iterator[Contradiction]:
    """A monitoring of the stack's own serves with what `temporal:tls` issues."""
    if isinstance(settings.monitoring, Deployed):
        kind = settings.monitoring.kind
        yield Contradiction(
            location=("monitoring", "kind"),
            found=kind,
            allowed=f"operator or none with Temporal Cloud: certificates of {_SERVING[kind]} come from temporal:tls",
        )


def objectives_are_of_a_server(settings: "Settings") -> Iterator[Contradiction]:
    """They are held against the metrics of a frontend."""
    said = settings.monitoring
    if not isinstance(said, Nobody) and "objectives" in said.model_fields_set:
        yield Contradiction(
            location=("monitoring", "objectives"),
            found=None,
            instead="found",
            allowed="nothing with temporal:backend.kind 'cloud': Temporal Cloud's frontend serves no metrics",
        )


def clouds_metrics_are_clouds(settings: "Settings") -> Iterator[Contradiction]:
    """A server of one's own is read itself."""
    if isinstance(settings.monitoring, ByOperator) and settings.monitoring.cloud:
        yield Contradiction(
            location=("monitoring", "cloud"),
            found="cloud",
            instead="found",
            allowed="nothing with temporal:backend.kind 'self-hosted': Temporal Cloud has no metrics of it",
        )


_OTHERWISE: Final = {
    "in-cluster": "the stack makes a user for that",
    "cloudnative-pg": "its pods tell their metrics themselves",
    "rds": "CloudWatch watches it",
    "aurora": "CloudWatch watches it",
}


def postgres_is_asked_by_a_user_of_its_own(settings: "Settings") -> Iterator[Contradiction]:
    """A login is for a PostgreSQL in which the stack makes no roles."""
    said = settings.monitoring
    if isinstance(said, Nobody) or not said.postgres:
        return
    allowed = "nothing with temporal:backend.kind 'cloud': there is no PostgreSQL to ask"
    if settings.database:
        kind = settings.database.kind
        if kind not in _OTHERWISE:
            return
        allowed = f"nothing with temporal:database.kind {kind!r}: {_OTHERWISE[kind]}"
    yield Contradiction(location=("monitoring", "postgres"), found="postgres", instead="found", allowed=allowed)


_SEARCHED_OTHERWISE: Final = {
    "postgres": "there is no search store to ask",
    "opensearch": "the stack makes a user for that",
    "opensearch-domain": "CloudWatch watches it",
}


def search_is_asked_by_a_user_of_its_own(settings: "Settings") -> Iterator[Contradiction]:
    """A login is for a search store in which the stack makes no users, and which asks for one."""
    said = settings.monitoring
    if isinstance(said, Nobody) or not said.search:
        return
    store = settings.visibility
    if settings.database is None:
        allowed = "nothing with temporal:backend.kind 'cloud': there is no search store to ask"
    elif store.kind in _SEARCHED_OTHERWISE:
        allowed = f"nothing with temporal:visibility.kind {store.kind!r}: {_SEARCHED_OTHERWISE[store.kind]}"
    elif isinstance(store, ExistingSearch) and isinstance(store.authentication, RequestSigning):
        allowed = (
            f"nothing with temporal:visibility.authentication.kind {store.authentication.kind!r}: CloudWatch watches it"
        )
    else:
        return
    yield Contradiction(location=("monitoring", "search"), found="search", instead="found", allowed=allowed)


RULES: Final = (
    metrics_are_read_in_time,
    overrides_fit_their_alerts,
    routes_lead_somewhere,
    routes_are_told_apart,
    postgres_is_asked_by_a_user_of_its_own,
    search_is_asked_by_a_user_of_its_own,
)
"""For every stack."""
