"""Which change of the store that is searched keeps everything findable.

The server copies nothing between stores. It writes to two and reads from either, of one family only: it refuses to
start with PostgreSQL beside a search engine (common/config/persistence.go).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.visibility import STAGES, Postgres, Visibility, place_of, target_of

if TYPE_CHECKING:
    from settings.self_hosted import SelfHostedSettings

_LAST: Final = STAGES[-1]
_POSTGRES: Final = "postgres"


def visibility_refusals(store: str, target: str, stage: str, settings: "SelfHostedSettings") -> Iterator[str]:
    """One line for a change that would lose what is found. `store`, `target` and `stage` are what is deployed."""
    visibility, name = settings.visibility, settings.name
    wanted = place_of(visibility, name)
    wanted_target, wanted_stage = _move_of(visibility, name)
    if wanted != store:
        if not isinstance(visibility, Postgres) and visibility.replaces == store:
            return
        if stage == _LAST and wanted == target and not wanted_target:
            return
        yield _another_store(store, target, stage, wanted)
    elif wanted_target and target and wanted_target != target:
        yield (
            f"visibility.move.to: found {wanted_target!r}; allowed: {target!r}, where the move under way goes. Take "
            "the move back stage by stage first"
        )
    elif abs(_rank(wanted_stage) - _rank(stage)) > 1:
        yield (
            f"visibility.move.stage: found {wanted_stage or 'no move'!r}; allowed: {_neighbours(stage)}. A stage that "
            "is left out leaves executions that are found nowhere"
        )


def _move_of(visibility: Visibility, installation: str) -> tuple[str, str]:
    if isinstance(visibility, Postgres) or visibility.move is None:
        return "", ""
    return target_of(visibility, visibility.move, installation), visibility.move.stage


def _another_store(store: str, target: str, stage: str, wanted: str) -> str:
    found = f"visibility: found {wanted!r}; allowed: {store!r}, which holds what is found by searches."
    if target and wanted == target:
        todo = (
            "leave visibility.move out" if stage == _LAST else f"go on to {_LAST} first, then name the new store here"
        )
        return f"{found} The move to {target!r} is at stage {stage}: {todo}"
    if store == _POSTGRES:
        return (
            f"{found} The server cannot write to both. With temporal:visibility.replaces: postgres one `up` changes "
            "over and has every execution recorded anew (docs/visibility.md)"
        )
    if wanted == _POSTGRES:
        return f"{found} There is no way back to PostgreSQL: the server cannot write to both"
    return (
        f"{found} Another store is reached by temporal:visibility.move, stage by stage; an index that is lost is "
        f"given up by temporal:visibility.replaces: {store} (docs/visibility.md)"
    )


def _rank(stage: str) -> int:
    """0 without a move."""
    return STAGES.index(stage) + 1 if stage in STAGES else 0


def _neighbours(stage: str) -> str:
    rank = _rank(stage)
    words = ["no move", *STAGES]
    return " or ".join(repr(words[r]) for r in range(max(rank - 1, 0), min(rank + 2, len(words))))
