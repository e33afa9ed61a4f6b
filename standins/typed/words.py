"""What to say of a word that is not known."""

import difflib
from collections.abc import Collection
from typing import Final

_MOST_LISTED: Final = 12


def known(word: str, words: Collection[str]) -> str:
    """The known word that somebody probably meant, else all of them unless they are many."""
    lowered = {name.lower(): name for name in words}
    near = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.65)
    if near:
        return f", did you mean {lowered[near[0]]}?"
    return f"; it knows {', '.join(words)}" if len(words) <= _MOST_LISTED else ""
