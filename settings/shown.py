"""Values and keys of a stack file in the words of a message."""

import json
from typing import Any, Final

_LONGEST: Final = 60
_LONGEST_KEY: Final = 100


def shown(value: Any) -> str:
    """A value, cut where it is long: text in quotes, lists and mappings as JSON, null as `nothing`, no ciphertext."""
    if value is None:
        return "nothing"
    if isinstance(value, dict) and value.keys() == {"secure"}:
        return "an encrypted value (nothing in this file is secret)"
    text = repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text if text.isprintable() else json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def shown_key(key: str) -> str:
    """A key as it stands in a path; in quotes when it would tear the message apart."""
    return key if key.isprintable() and 0 < len(key) <= _LONGEST_KEY else shown(key)
