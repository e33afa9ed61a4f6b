"""Traces that arrive, and are somebody's."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.backend import SelfHosted
from settings.rules.contradiction import Contradiction

if TYPE_CHECKING:
    from settings.model import Settings


def authorities_are_of_certificates(settings: "Settings") -> Iterator[Contradiction]:
    """Without TLS nobody shows a certificate."""
    traces = settings.traces
    if traces and traces.ca and traces.endpoint.startswith("http://"):
        yield Contradiction(
            location=("traces", "ca"),
            found=None,
            instead="not here",
            allowed="with an endpoint of https:// only: over http:// nobody shows a certificate",
        )


def traces_are_of_somebody(settings: "Settings") -> Iterator[Contradiction]:
    """Temporal Cloud sends nobody its own."""
    if settings.traces and not isinstance(settings.backend, SelfHosted) and not settings.workloads:
        yield Contradiction(
            location=("traces",),
            found=None,
            instead="not here",
            allowed="with Temporal Cloud only beside temporal:workloads: nobody else would send traces",
        )


RULES: Final = (authorities_are_of_certificates,)
"""For every stack."""
