"""What `make up` looks up in the cluster before anything is applied: what other people were to make.

A pod whose Secret is missing, or a Certificate without an issuer, is waited for for ten minutes; here it takes a
second. Of Secrets only the names of their keys are looked at.
"""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import groupby
from typing import Any, Final

import urllib3
from kubernetes import client

from commands.cluster import TIMEOUT, Cluster
from commands.errors import CommandError
from commands.needs import Need, needs
from commands.stackfile import Stack
from embedded.progress import Progress
from settings import Settings
from settings.tls import CertManager, Issuer

_CERT_MANAGER: Final = "cert-manager.io"
_VERSION: Final = "v1"


def check(stack: Stack, wanted: Settings, place: Cluster, progress: Progress) -> None:
    """Looks for everything that the stack file expects to be there; `wanted` is what it says.

    Raises:
        CommandError: something is missing, one line for each; or the cluster does not answer.
    """
    expected = needs(wanted)
    try:
        missing = [
            *_secrets(expected, place, progress),
            *(_issuers(wanted.tls.issuer, wanted.name, place, progress) if isinstance(wanted.tls, CertManager) else ()),
        ]
    except (client.ApiException, urllib3.exceptions.HTTPError) as error:
        reason = f"{error.status} {error.reason}" if isinstance(error, client.ApiException) else "no answer"
        raise CommandError(
            f"cluster {place.context} cannot be asked what {stack.source.name} needs: {reason}."
        ) from error
    if missing:
        head = f"cluster {place.context} lacks what {stack.source.name} names; nothing was changed:"
        raise CommandError("\n".join([head, *(f"  {line}" for line in missing)]))


def _secrets(expected: Sequence[Need], place: Cluster, progress: Progress) -> Iterator[str]:
    """One line for each Secret that is missing, or each key that one lacks."""
    core = place.core() if expected else None
    for namespace, needed in groupby(sorted(expected, key=lambda need: need.namespace), lambda need: need.namespace):
        for need in needed:
            try:
                keys = _keys(core, need)
            except client.ApiException as error:
                if error.status != HTTPStatus.FORBIDDEN:
                    raise
                progress.say(
                    f"Secrets of namespace {namespace} may not be read in cluster {place.context} ({error.status} "
                    f"{error.reason}): what is missing there will be told by pods only"
                )
                break
            yield from _complaints(need, keys)


def _keys(core: Any, need: Need) -> dict[str, bool] | None:
    """The keys of the Secret, and whether something is in them; None when there is no such Secret."""
    try:
        data = core.read_namespaced_secret(need.secret, need.namespace, _request_timeout=TIMEOUT).data
    except client.ApiException as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return None
        raise
    return {key: bool(value) for key, value in (data or {}).items()}


def _complaints(need: Need, keys: dict[str, bool] | None) -> Iterator[str]:
    if keys is None:
        wanted = ", ".join(f"{key} ({purpose})" for key, purpose in need.keys.items())
        yield f"{need.title} is missing: {need.place} needs {wanted}. Make it: {need.remedy}"
        return
    there = ", ".join(sorted(keys)) or "none"
    for key, purpose in need.keys.items():
        if key not in keys:
            yield (
                f"{need.title} has no key {key}, {purpose} ({need.place}); keys there: {there}. "
                "Add it to the Secret, or name another one"
            )
        elif not keys[key]:
            yield f"{need.title} has nothing in key {key}, {purpose} ({need.place}). Fill it"


def _issuers(issuer: Issuer, namespace: str, place: Cluster, progress: Progress) -> Iterator[str]:
    """What is wrong with the issuer; nothing when it may not be looked at."""
    try:
        yield from _issuer(issuer, namespace, place)
    except client.ApiException as error:
        if error.status != HTTPStatus.FORBIDDEN:
            raise
        progress.say(
            f"issuers may not be listed in cluster {place.context} ({error.status} {error.reason}): whether "
            f"{issuer.kind} {issuer.name} is there will be told by the program"
        )


def _issuer(issuer: Issuer, namespace: str, place: Cluster) -> Iterator[str]:
    """What is wrong with the issuer, if anything."""
    api = place.core().api_client
    served: Any = client.ApisApi(api).get_api_versions(_request_timeout=TIMEOUT)
    groups = {group.name: group.preferred_version.version for group in served.groups}
    if _CERT_MANAGER not in groups:
        yield (
            f"cert-manager is not installed: the cluster serves no {_CERT_MANAGER}/{_VERSION}. Install it "
            "(https://cert-manager.io/docs/installation), or choose another temporal:tls.kind"
        )
    elif issuer.group not in groups:
        yield (
            f"the cluster serves no API group {issuer.group}, which temporal:tls.issuer.group names: install that "
            "issuer's controller, or correct the name"
        )
    else:
        version = _VERSION if issuer.group == _CERT_MANAGER else groups[issuer.group]
        yield from _issuer_object(issuer, version, namespace, client.CustomObjectsApi(api))


def _issuer_object(issuer: Issuer, version: str, namespace: str, api: Any) -> Iterator[str]:
    kinds = {
        resource.kind: resource
        for resource in api.get_api_resources(issuer.group, version, _request_timeout=TIMEOUT).resources
        if "/" not in resource.name
    }
    if issuer.kind not in kinds:
        yield f"{issuer.group}/{version} has no kind {issuer.kind}; temporal:tls.issuer.kind must be one it has"
        return
    plural = kinds[issuer.kind].name
    if kinds[issuer.kind].namespaced:
        listed = api.list_namespaced_custom_object(issuer.group, version, namespace, plural, _request_timeout=TIMEOUT)
    else:
        listed = api.list_cluster_custom_object(issuer.group, version, plural, _request_timeout=TIMEOUT)
    objects = {item["metadata"]["name"]: item for item in listed["items"]}
    where = f" in namespace {namespace}" if kinds[issuer.kind].namespaced else ""
    if issuer.name not in objects:
        yield (
            f"{issuer.kind} {issuer.name} does not exist{where}, and temporal:tls.issuer names it; "
            f"those there: {', '.join(sorted(objects)) or 'none'}. Make it, or name another one"
        )
        return
    for condition in objects[issuer.name].get("status", {}).get("conditions", ()):
        if condition.get("type") == "Ready" and condition.get("status") == "False":
            yield f"{issuer.kind} {issuer.name}{where} is not ready: {condition.get('message', 'no reason given')}"
