"""One change of a stack."""

from dataclasses import dataclass
from typing import Any

from tests.program.effects.bases import BASES
from tests.program.effects.pods import NOBODY
from tests.program.leaves import leaf_of

DROPPED = "what is not there any more"
"""A value: the key goes, with all that it holds."""


@dataclass(frozen=True)
class Example:
    """One change of a stack: the first path is the leaf's, others follow it of need. `pods` are those that restart."""

    base: str
    changes: dict[str, Any]
    pods: frozenset[str] = NOBODY

    @property
    def leaf(self) -> str:
        """Another kind comes with its whole object."""
        path, value = next(iter(self.changes.items()))
        kind = ["kind"] if isinstance(value, dict) and "kind" in value else []
        return leaf_of(BASES[self.base], [*path.split("/"), *kind])
