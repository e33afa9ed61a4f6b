"""How far an object is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """`waiting_for` says what is missing; `failed` why it will never be there."""

    waiting_for: str = ""
    failed: str = ""

    @property
    def ready(self) -> bool:
        return not self.waiting_for and not self.failed


READY = Progress()
