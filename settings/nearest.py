"""The known word that somebody probably meant."""

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], cutoff: float = 0.65) -> str:
    """`, did you mean …?` when a known word is near, whatever its case; else nothing."""
    lowered = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=cutoff)
    return f", did you mean {lowered[near[0]]}?" if near else ""
