"""What a stack file may say and a person should look at twice."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from settings.access import ByIngress
from settings.archival import S3Compatible
from settings.aws import is_watched
from settings.database import Existing, VerifyFull
from settings.monitoring.models import Nobody
from settings.visibility import ExistingTarget, Unauthenticated, domains, existing_stores

if TYPE_CHECKING:
    from settings.model import Settings
    from settings.self_hosted import SelfHostedSettings

_STAYS: Final = {
    "self-hosted": "it stays on the server with its executions. To take it back, name it there again. What deletes "
    "both for good, in `make shell`: temporal operator namespace delete --namespace ",
    "cloud": "where the stack looked after it the preview shows its deletion; else it stays in Temporal Cloud with its "
    "executions, and costs what it costs. What deletes both for good: tcld namespace delete --namespace ",
}

_BREAKDOWNS: Final = ("metrics.breakdownbytaskqueue", "metrics.breakdownbypartition")


def of_every_stack(settings: "Settings") -> Iterator[str]:
    """Whoever runs Temporal."""
    if settings.traces and settings.traces.endpoint.startswith("http://"):
        yield (
            "temporal:traces.endpoint: over 'http://' traces and what lets their sender in are in the clear; "
            "'https://' protects them"
        )


def warnings(settings: "SelfHostedSettings") -> Iterator[str]:
    """One line each, with the path it is about."""
    shards = settings.backend.shards
    if shards & (shards - 1):
        yield (
            f"temporal:backend.shards: {shards} is not a power of two. An existing cluster keeps its number; "
            "a new one spreads its load better with one"
        )
    database = settings.database
    if isinstance(database, Existing) and not isinstance(database.tls, VerifyFull):
        yield (
            f"temporal:database.tls.kind: with {database.tls.kind!r} nobody checks who answers as the database; "
            "'verify-full' does"
        )
    ui = settings.access.ui
    if ui and isinstance(ui.exposure, ByIngress):
        yield (
            f"temporal:access.ui.login.kind: with {ui.login.kind!r} whoever reaches https://{ui.exposure.host} sees "
            "and changes every execution; temporal:access.ui.exposure.annotations can ask for a login in front of it"
        )
    yield from _visibility(settings)
    yield from _archival(settings)
    yield from _backlogs(settings)
    if settings.size == "production":
        yield from _production_on_aws(settings)


def _backlogs(settings: "SelfHostedSettings") -> Iterator[str]:
    """The server's own words on these keys (dynamicconfig/constants.go)."""
    if isinstance(settings.monitoring, Nobody):
        return
    for key, values in settings.backend.dynamic_config.items():
        if key.lower() in _BREAKDOWNS and any(each.value is False for each in values):
            yield (
                f"temporal:backend.dynamicConfig.{key}: where it is false the server does not tell what waits in task "
                "queues: TemporalTaskQueueBacklogOld and TemporalTaskQueueBacklogGrowing stay silent there"
            )


def _production_on_aws(settings: "SelfHostedSettings") -> Iterator[str]:
    if settings.aws and settings.aws.alarms is None and is_watched(settings):
        yield (
            "temporal:aws.alarms: left out, so nobody is told when a store is in trouble; kind 'none' says that this "
            "is meant"
        )
    for location, domain in domains(settings.visibility):
        place = f"temporal:{'.'.join(location)}"
        if domain.zones == 1:
            yield f"{place}.zones: with 1 nothing can be searched while that zone is away; '3' goes on without one"
        if domain.data_nodes == 1:
            yield f"{place}.dataNodes: with 1 nothing can be searched while it is replaced, and there is no other copy"
        if not domain.masters:
            yield f"{place}.masters: with 0 a busy data node leads the others, too; Amazon advises '3' in production"


def _visibility(settings: "SelfHostedSettings") -> Iterator[str]:
    for location, store in existing_stores(settings.visibility):
        yield from _search_store(f"temporal:{'.'.join(location)}", store)


def _search_store(place: str, store: ExistingTarget) -> Iterator[str]:
    if store.url.startswith("http://"):
        yield (f"{place}.url: over 'http://' passwords and what is searched are in the clear; 'https://' protects them")
    if isinstance(store.authentication, Unauthenticated):
        yield (
            f"{place}.authentication.kind: with 'none' whoever reaches the store may read and change what "
            "is searched; 'login' keeps others out"
        )


def _archival(settings: "SelfHostedSettings") -> Iterator[str]:
    archival = settings.archival
    if archival is None:
        return
    if not any(namespace.archival for namespace in settings.namespaces):
        yield "temporal:archival: nothing is archived, for no namespace says archival: true"
    if isinstance(archival, S3Compatible) and archival.endpoint.startswith("http://"):
        yield (
            "temporal:archival.endpoint: over 'http://' histories and the requests' signatures are in the clear; "
            "'https://' protects them"
        )


def namespaces_left(deployed: Sequence[str], settings: "Settings") -> Iterator[str]:
    """One line for each deployed namespace that the file names no more. Nothing deletes it, unless the
    stack looked after it in Temporal Cloud."""
    named = {namespace.name for namespace in settings.namespaces}
    for name in deployed:
        if name not in named:
            yield (
                f"temporal:namespaces: {name!r} is deployed and no longer in the file: {_STAYS[settings.backend.kind]}"
                f"{name}"
            )
