"""Proves how long the keys may be that a person chooses; bounds of values are in `accepted.yaml` and `refused/`."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.settings.cases import Case

KEYS: dict[str, tuple[Callable[[int], dict[str, Any]], int, str]] = {
    "environment variable": (
        lambda length: {"backend.services.history.environment": {"A" * length: "x"}},
        128,
        "the name of an environment variable: at most 128 of letters, digits and '_', not beginning with a digit",
    ),
    "prefix of a label": (
        lambda length: {"kubernetes.pods.nodeSelector": {f"{'a' * length}/disk": "ssd"}},
        253,
        "a Kubernetes label key: a name of at most 63 characters, optionally after a DNS name of at most 253 and '/'",
    ),
    "name of a label": (
        lambda length: {"kubernetes.pods.nodeSelector": {f"example.com/{'a' * length}": "ssd"}},
        63,
        "a Kubernetes label key: a name of at most 63 characters, optionally after a DNS name of at most 253 and '/'",
    ),
}


@pytest.mark.parametrize("kind", KEYS)
def test_the_longest_key(kind: str) -> None:
    build, most, allowed = KEYS[kind]
    assert Case(set=build(most)).refusal() is None
    refusal = Case(set=build(most + 1)).refusal()
    assert refusal is not None
    (complaint,) = refusal.complaints
    assert complaint.endswith(f": unusable key; allowed: {allowed}")
