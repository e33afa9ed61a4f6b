"""The last words of crashed containers, without secrets.

Values of the Secrets that a pod uses are masked in its log; when those cannot be read the log is not shown.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from standins.kubernetes.objects import Object, name_of, namespace_of
from standins.kubernetes.readiness.pod import Problem, problems
from standins.live.kubernetes.cluster import Cluster, Reference
from standins.live.kubernetes.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG_LINES = 10
_LINE_LENGTH = 400  # characters of a log line that are shown
_SHORTEST_SECRET = 6  # characters; masking shorter values would garble ordinary words


def last_words(cluster: Cluster, pod: Object) -> Iterator[str]:
    """One text for each crashed container of a pod."""
    crashed = [problem for problem in problems(pod) if problem.container]
    if not crashed:
        return
    masked = _secret_values(cluster, pod)
    for problem in crashed:
        if masked is None:
            yield f"{_log_title(problem)}: not shown, as the Secrets of the pod cannot be read to mask them"
        else:
            yield from _log(cluster, pod, problem, masked)


def _log(cluster: Cluster, pod: Object, problem: Problem, masked: list[str]) -> Iterator[str]:
    try:
        text = cluster.log(
            namespace_of(pod), name_of(pod), problem.container, lines=LOG_LINES, previous=problem.previous
        )
    except ClusterError as error:
        yield f"{_log_title(problem)}: cannot be read: {error}"
        return
    for value in masked:
        text = text.replace(value, "[secret]")
    lines = [line[:_LINE_LENGTH] for line in text.splitlines()[-LOG_LINES:]]
    if lines:
        yield "\n".join([f"{_log_title(problem)}, last lines:", *(f"    {line}" for line in lines)])
    else:
        yield f"{_log_title(problem)}: empty"


def _log_title(problem: Problem) -> str:
    return f"log of container {problem.container} of pod {problem.pod}"


def _secret_values(cluster: Cluster, pod: Object) -> list[str] | None:
    """Values (and lines of values) of the Secrets a pod refers to, longest first; None when one cannot be read."""
    values: set[str] = set()
    try:
        for name in sorted(_secret_names(pod.get("spec"))):
            secret = cluster.get(Reference("v1", "Secret", namespace_of(pod), name))
            for encoded in (secret.get("data") or {}).values():
                values.add(encoded)
                values |= _texts(encoded)
    except ClusterError:
        return None
    return sorted((value for value in values if len(value) >= _SHORTEST_SECRET), key=len, reverse=True)


def _texts(encoded: str) -> set[str]:
    try:
        text = base64.b64decode(encoded).decode()
    except (binascii.Error, UnicodeDecodeError):
        return set()
    return {text.strip(), *(line.strip() for line in text.splitlines())}


def _secret_names(value: Any) -> set[str]:
    """Names in secretKeyRef, secretRef, volumes' secret.secretName and projected sources' secret.name."""
    if isinstance(value, list):
        return {name for item in value for name in _secret_names(item)}
    if not isinstance(value, dict):
        return set()
    names = {name for item in value.values() for name in _secret_names(item)}
    for key in ("secretKeyRef", "secretRef", "secret"):
        reference = value.get(key)
        if isinstance(reference, dict):
            names |= {reference[field] for field in ("name", "secretName") if reference.get(field)}
    return names
