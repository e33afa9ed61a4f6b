"""Who issues certificates, and how soon a renewed one is seen."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from settings.archival import InClusterArchive
from settings.database import InCluster
from settings.monitoring.deployed import Deployed
from settings.rules.contradiction import Contradiction
from settings.scalars import milliseconds_of
from settings.tls import CertManager, Generated, Provided, Tls
from settings.visibility import OpenSearch
from settings.zalando import Zalando

if TYPE_CHECKING:
    from settings.self_hosted import SelfHostedSettings

_DAY_MS = 86_400_000
_LEAST_REFRESH_MS = 1000


def renewals_are_seen_in_time(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """A server that looks too seldom serves an expired leaf; one that never looks (0s) does so for certain."""
    tls = settings.tls
    refresh = milliseconds_of(tls.refresh_interval)
    limit = _longest_refresh(tls)
    if refresh < _LEAST_REFRESH_MS:
        yield Contradiction(
            location=("tls", "refreshInterval"),
            found=tls.refresh_interval,
            allowed="at least 1s: with 0s the server never sees a renewed certificate",
        )
    elif limit and refresh > limit.milliseconds:
        yield Contradiction(
            location=("tls", "refreshInterval"),
            found=tls.refresh_interval,
            allowed=f"at most half of {limit.key}",
            figures=f", which is {limit.value}",
        )


class _Limit(NamedTuple):
    key: str
    value: str
    milliseconds: float


def _longest_refresh(tls: Tls) -> _Limit | None:
    """Half of what a leaf has left when it is renewed, where the stack file knows it."""
    if isinstance(tls, Generated):
        return _Limit("leafDays", str(tls.leaf_days), tls.leaf_days * _DAY_MS / 2)
    if isinstance(tls, CertManager):
        return _Limit("renewBefore", tls.renew_before, milliseconds_of(tls.renew_before) / 2)
    return None


def leaves_outlive_their_renewal(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """cert-manager refuses leaves shorter than an hour and a renewal before the leaf begins."""
    tls = settings.tls
    if not isinstance(tls, CertManager):
        return
    if milliseconds_of(tls.duration) < _DAY_MS // 24:
        yield Contradiction(location=("tls", "duration"), found=tls.duration, allowed="at least 1h")
    elif not _DAY_MS // 288 <= milliseconds_of(tls.renew_before) < milliseconds_of(tls.duration):
        yield Contradiction(
            location=("tls", "renewBefore"),
            found=tls.renew_before,
            allowed="at least 5m, and less than duration",
            figures=f", which is {tls.duration}",
        )


def applications_get_certificates(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """With given certificates each application names its own; other kinds make them."""
    tls = settings.tls
    for index, application in enumerate(settings.applications):
        if isinstance(tls, Provided) and application.client_secret is None:
            yield Contradiction(
                location=("applications", index, "clientSecret"),
                found=None,
                allowed="with temporal:tls.kind provided, the Secret in the application's namespace that holds its "
                "client certificate",
            )
        if not isinstance(tls, Provided) and application.client_secret is not None:
            yield Contradiction(
                location=("applications", index, "clientSecret"),
                found=application.client_secret,
                allowed=f"nothing: with temporal:tls.kind {tls.kind} the stack makes the Secret",
            )
        if application.worker_controller and "." in (application.client_secret or ""):
            yield Contradiction(
                location=("applications", index, "clientSecret"),
                found=application.client_secret,
                allowed="a name without dots with workerController, whose Connections take no other",
            )
    if isinstance(tls, CertManager) and tls.issuer.kind == "Issuer" and settings.applications:
        yield Contradiction(
            location=("tls", "issuer", "kind"),
            found=tls.issuer.kind,
            allowed="'ClusterIssuer' with temporal:applications: an Issuer signs in its own Kubernetes namespace only",
        )


def provided_certificates_are_complete(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Every part that serves TLS has a certificate."""
    tls = settings.tls
    if not isinstance(tls, Provided):
        return
    needed = {
        "ui": (tls.ui, settings.access.ui is not None, "temporal:access.ui"),
        "database": (
            tls.database,
            isinstance(settings.database, InCluster | Zalando),
            f"temporal:database.kind {settings.database.kind}",
        ),
        "search": (tls.search, isinstance(settings.visibility, OpenSearch), "temporal:visibility.kind opensearch"),
        "archive": (tls.archive, isinstance(settings.archival, InClusterArchive), "temporal:archival.kind in-cluster"),
        "monitoring": (
            tls.monitoring,
            isinstance(settings.monitoring, Deployed),
            f"temporal:monitoring.kind {settings.monitoring.kind}",
        ),
    }
    for key, (secret, is_needed, why) in needed.items():
        if is_needed and secret is None:
            more = " and that certificate's subject" if key == "search" else ""
            yield Contradiction(
                location=("tls", key), found=None, allowed=f"with {why}, the Secret with its serving certificate{more}"
            )
