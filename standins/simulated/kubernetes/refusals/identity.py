"""apiVersion, kind and metadata: rules for every object."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from standins.kubernetes.objects import Object
from standins.provider import CheckFailure, Value
from standins.simulated.kubernetes.refusals import words

_API_VERSION: Final = re.compile(r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?v[0-9]+((alpha|beta)[0-9]+)?")
_KIND: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
_DEFINED_KIND: Final = re.compile(r"[A-Za-z]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?")
"""Of a CustomResourceDefinition, whose group is a domain: Zalando's operator has a `postgresql`."""
_LARGEST_ANNOTATIONS_BYTES: Final = 256 * 1024
_LONGEST_CRON_JOB: Final = 52  # the controller appends eleven characters

_RBAC_KINDS: Final = ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")
_LABEL_KINDS: Final = ("Namespace", "Service", "StatefulSet")


def failures(obj: Object) -> Iterator[CheckFailure]:
    api_version, kind = obj.get("apiVersion"), obj.get("kind")
    if isinstance(api_version, str) and not _API_VERSION.fullmatch(api_version):
        yield CheckFailure("apiVersion", f"{api_version} is no version of an API: it reads v1 or group.name/v1beta1")
    is_defined = "." in str(api_version).partition("/")[0]
    if isinstance(kind, str) and not (_DEFINED_KIND if is_defined else _KIND).fullmatch(kind):
        yield CheckFailure("kind", f"{kind} is no kind: it reads like ConfigMap")
    metadata = obj.get("metadata")
    if isinstance(metadata, dict):
        yield from _names(metadata, str(kind))
        yield from labels(metadata.get("labels"), "metadata.labels")
        yield from _annotations(metadata.get("annotations"))


def labels(values: Value, path: str) -> Iterator[CheckFailure]:
    for key, value in values.items() if isinstance(values, dict) else ():
        place = f'{path}["{key}"]'
        if reason := words.label_key(key):
            yield CheckFailure(place, f"the key {reason}")
        if reason := _not_text(value) or words.label_value(value):
            yield CheckFailure(place, reason)


def _names(metadata: Object, kind: str) -> Iterator[CheckFailure]:
    name = metadata.get("name")
    if reason := _rule_for_names(kind)(name):
        yield CheckFailure("metadata.name", f"{name} {reason}")
    elif kind == "CronJob" and isinstance(name, str) and len(name) > _LONGEST_CRON_JOB:
        yield CheckFailure("metadata.name", f"has {len(name)} characters, at most {_LONGEST_CRON_JOB} are allowed")
    if reason := words.dns_label(metadata.get("namespace")):
        yield CheckFailure("metadata.namespace", f"{metadata['namespace']} {reason}")


def _rule_for_names(kind: str) -> Callable[[Value], str]:
    if kind in _RBAC_KINDS:
        return words.path_segment
    return words.dns_label if kind in _LABEL_KINDS else words.dns_subdomain


def _annotations(values: Value) -> Iterator[CheckFailure]:
    if not isinstance(values, dict):
        return
    size = 0
    for key, value in values.items():
        place = f'metadata.annotations["{key}"]'
        if reason := words.label_key(key.lower()):
            yield CheckFailure(place, f"the key {reason}")
        if reason := _not_text(value):
            yield CheckFailure(place, reason)
        size += len(key.encode()) + (len(value.encode()) if isinstance(value, str) else 0)
    if size > _LARGEST_ANNOTATIONS_BYTES:
        yield CheckFailure("metadata.annotations", f"hold {size} bytes, at most {_LARGEST_ANNOTATIONS_BYTES} fit")


def _not_text(value: Value) -> str:
    return "must be text: put quotes around it" if isinstance(value, bool | int | float) else ""
