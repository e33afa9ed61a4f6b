"""What `make up` looks up in the cluster before anything is applied: what other people were to make.

A pod whose Secret or volume is missing, or a Certificate without an issuer, is waited for for ten minutes; here it
takes a second. Everything that is missing is told at once. Of Secrets the names of their keys are looked at, and
whether what clients show to Temporal Cloud can be right.
"""

from base64 import b64decode
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import groupby
from typing import Any, Final

import urllib3
from kubernetes import client

from commands import (
    advice,
    api_keys,
    claims,
    eks,
    external_secrets,
    keda,
    pairs,
    postgres_operators,
    prometheus_operator,
    volumes,
    worker_controller,
)
from commands.cluster import TIMEOUT, Cluster
from commands.custom_objects import CustomObjects, not_ready
from commands.errors import CommandError
from commands.needs import Need, needs
from commands.permitted import if_permitted
from commands.stackfile import Stack
from embedded.progress import Progress
from settings import CloudSettings, Settings
from settings.cloud import IssuedClients, MutualTls
from settings.rds.places import managed_databases
from settings.tls import CertManager, Issuer

_CERT_MANAGER: Final = "cert-manager.io"
_VERSION: Final = "v1"
_CERTIFICATE: Final = "Certificate"


def check(stack: Stack, wanted: Settings, place: Cluster, progress: Progress) -> None:
    """Looks for everything that the stack file expects to be there; `wanted` is what it says.

    Raises:
        CommandError: something is missing, one line for each; the cluster does not answer; API keys that the stack
            makes would have ended.
    """
    api_keys.check(wanted, progress)
    expected = needs(wanted)
    try:
        missing = [
            *_secrets(expected, place, progress),
            *(_issuers(issuer, wanted.name, place, progress) if (issuer := _issuer_of(wanted)) else ()),
            *_operator(wanted, place, progress),
            *worker_controller.missing(wanted, place, progress),
            *postgres_operators.missing(wanted, place, progress),
            *volumes.missing(wanted, place, progress),
            *claims.missing(wanted, place, progress),
            *keda.missing(wanted, place, progress),
            *prometheus_operator.missing(wanted, place, progress),
            *_identities(wanted, place, progress),
        ]
    except (client.ApiException, urllib3.exceptions.HTTPError) as error:
        reason = f"{error.status} {error.reason}" if isinstance(error, client.ApiException) else "no answer"
        raise CommandError(
            f"cluster {place.context} cannot be asked what {stack.source.name} needs: {reason}."
        ) from error
    if missing:
        head = f"cluster {place.context} lacks what {stack.source.name} names; nothing was changed:"
        raise CommandError("\n".join([head, *(f"  {line}" for line in missing)]))
    advice.warn(wanted, place, progress)


def _issuer_of(wanted: Settings) -> Issuer | None:
    """The issuer that the file names, if any."""
    if isinstance(wanted, CloudSettings):
        authentication = wanted.backend.authentication
        issued = authentication.certificates if isinstance(authentication, MutualTls) else None
        return issued.issuer if isinstance(issued, IssuedClients) else None
    return wanted.tls.issuer if isinstance(wanted.tls, CertManager) else None


def _operator(wanted: Settings, place: Cluster, progress: Progress) -> Iterator[str]:
    """What brings passwords of a database on AWS into the cluster."""
    secrets = wanted.aws.secrets if wanted.aws else None
    if secrets and any(managed_databases(wanted)):
        yield from external_secrets.missing(secrets, wanted.name, place, progress)


def _identities(wanted: Settings, place: Cluster, progress: Progress) -> Iterator[str]:
    """What hands roles to pods; with Temporal Cloud no pod has one."""
    if wanted.aws and not isinstance(wanted, CloudSettings):
        yield from eks.missing(wanted.aws, place, progress)


def _secrets(expected: Sequence[Need], place: Cluster, progress: Progress) -> Iterator[str]:
    """One line for each Secret that is missing, or each key that one lacks."""
    core = place.core() if expected else None
    for namespace, needed in groupby(sorted(expected, key=lambda need: need.namespace), lambda need: need.namespace):
        forbidden = f"Secrets of namespace {namespace} may not be read in cluster {place.context}"
        with if_permitted(progress, forbidden, "what is missing there will be told by pods only"):
            for need in needed:
                yield from _complaints(need, _data(core, need))


def _data(core: Any, need: Need) -> dict[str, str] | None:
    """The Secret's data, in base64; None when there is no such Secret."""
    try:
        data = core.read_namespaced_secret(need.secret, need.namespace, _request_timeout=TIMEOUT).data
    except client.ApiException as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return None
        raise
    return dict(data or {})


def _complaints(need: Need, data: dict[str, str] | None) -> Iterator[str]:
    if data is None:
        wanted = ", ".join(f"{key} ({purpose})" for key, purpose in need.keys.items()) or "it"
        yield f"{need.title} is missing: {need.place} needs {wanted}. Make it: {need.remedy}"
        return
    there = ", ".join(sorted(data)) or "none"
    for key, purpose in need.keys.items():
        if key not in data:
            yield (
                f"{need.title} has no key {key}, {purpose} ({need.place}); keys there: {there}. "
                "Add it to the Secret, or name another one"
            )
        elif not data[key]:
            yield f"{need.title} has nothing in key {key}, {purpose} ({need.place}). Fill it"
        elif need.sent_to_postgres and b" " in b64decode(data[key]):
            yield (
                f"{need.title} has a space in key {key}, {purpose} ({need.place}). Temporal's server cannot sign in "
                "with such a password: give the user another one"
            )
    if need.pair and all(data.get(key) for key in need.keys):
        for problem in pairs.complaints(b64decode(data["tls.crt"]), b64decode(data["tls.key"])):
            yield f"{need.title}: {problem} ({need.place}). Put another pair into it"


def _issuers(issuer: Issuer, namespace: str, place: Cluster, progress: Progress) -> Iterator[str]:
    """What is wrong with the issuer; nothing when it may not be looked at."""
    forbidden = f"issuers may not be listed in cluster {place.context}"
    with if_permitted(progress, forbidden, f"whether {issuer.kind} {issuer.name} is there will be told by the program"):
        yield from _issuer(issuer, namespace, CustomObjects(place))


def _issuer(issuer: Issuer, namespace: str, cluster: CustomObjects) -> Iterator[str]:
    """What is wrong with the issuer, if anything."""
    groups = cluster.groups()
    if _CERT_MANAGER not in groups:
        yield (
            f"cert-manager is not installed: the cluster serves no {_CERT_MANAGER}/{_VERSION}. Install it "
            "(https://cert-manager.io/docs/installation), or choose another temporal:tls.kind"
        )
    elif _CERTIFICATE not in cluster.kinds(_CERT_MANAGER, _VERSION):
        yield (
            f"cert-manager is too old, or installed in part: the cluster serves no {_CERTIFICATE} of "
            f"{_CERT_MANAGER}/{_VERSION}. Install it with its definitions (https://cert-manager.io/docs/installation)"
        )
    elif issuer.group not in groups:
        yield (
            f"the cluster serves no API group {issuer.group}, which temporal:tls.issuer.group names: install that "
            "issuer's controller, or correct the name"
        )
    else:
        version = _VERSION if issuer.group == _CERT_MANAGER else groups[issuer.group]
        yield from _issuer_object(issuer, version, namespace, cluster)


def _issuer_object(issuer: Issuer, version: str, namespace: str, cluster: CustomObjects) -> Iterator[str]:
    resource = cluster.kinds(issuer.group, version).get(issuer.kind)
    if resource is None:
        yield f"{issuer.group}/{version} has no kind {issuer.kind}; temporal:tls.issuer.kind must be one it has"
        return
    objects = cluster.named(issuer.group, version, resource, namespace)
    where = f" in namespace {namespace}" if resource.namespaced else ""
    if issuer.name not in objects:
        yield (
            f"{issuer.kind} {issuer.name} does not exist{where}, and temporal:tls.issuer names it; "
            f"those there: {', '.join(sorted(objects)) or 'none'}. Make it, or name another one"
        )
        return
    reason = not_ready(objects[issuer.name])
    if reason is not None:
        yield f"{issuer.kind} {issuer.name}{where} is not ready: {reason}"
