"""A stack file as text: its shape, its values as the engine hands them to a program, and the line of every key."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from settings.engine_yaml import DocumentError, Keys, lines_below, parsed, value_of
from settings.nearest import nearest
from settings.places import Location
from settings.shown import shown, shown_key

PROJECT: Final = "temporal"
_CONFIG: Final = "config"
_TOP: Final = ("config", "environment", "encryptionsalt", "encryptedkey", "secretsprovider")


def read(text: str) -> dict[str, Any]:
    """The whole file. Raises DocumentError: no YAML, a key twice, a list at the top, no `config`."""
    root, problems = parsed(text)
    if root is None or value_of(root) is None:
        raise DocumentError([(1, "the file is empty; a mapping with the key `config` is expected")])
    if not isinstance(root, Keys):
        raise DocumentError([(root.line, "a mapping with the key `config` is expected at the top")])
    found = [*problems, *_unknown(root), *_config_problems(root)]
    if found:
        raise DocumentError(found)
    document: dict[str, Any] = value_of(root)
    return document


def config_of(document: Mapping[str, Any]) -> dict[str, str]:
    """The configuration as the engine hands it to a program: full keys, objects as JSON, nothing as empty text."""
    return {_full(key): _handed(value) for key, value in document[_CONFIG].items()}


def lines_of(text: str) -> dict[Location, int]:
    """The line, from 1, of every location of the settings, () for all of them; empty for a text that cannot be read."""
    try:
        root, _ = parsed(text)
    except DocumentError:
        return {}
    config = root.nodes.get(_CONFIG) if isinstance(root, Keys) else None
    if config is None:
        return {}
    line, keys = config
    below = {(_full(str(key)).removeprefix(f"{PROJECT}:"), *rest): at for (key, *rest), at in lines_below(keys)}
    return {(): line, **below}


def line_of(lines: Mapping[Location, int], location: Location) -> int | None:
    """The line of a location, or of the nearest thing around it that the file has."""
    around = (location[:length] for length in range(len(location), -1, -1))
    return next((lines[near] for near in around if near in lines), None)


def _unknown(root: Keys) -> Iterator[tuple[int, str]]:
    for key, (line, _) in root.nodes.items():
        if key not in _TOP:
            elsewhere = ", it belongs under config" if ":" in key else nearest(key, _TOP)
            yield line, f"{shown_key(key)}: unknown key{elsewhere}; allowed at the top: {', '.join(_TOP)}"


def _config_problems(root: Keys) -> Iterator[tuple[int, str]]:
    """Keys that the engine refuses, or of which it takes any one."""
    if _CONFIG not in root.nodes:
        yield 1, "config: missing; the mapping of all keys, such as temporal:name"
        return
    line, config = root.nodes[_CONFIG]
    if not isinstance(config, Keys):
        yield line, f"config: found {shown(value_of(config))}; allowed: a mapping of keys such as temporal:name"
        return
    first: dict[str, int] = {}
    for key, (at, _) in config.nodes.items():
        full = _full(key)
        if full.count(":") > 1:
            yield at, f"{shown_key(key)}: unusable key; allowed: a project and a key, such as temporal:name"
        if full in first:
            yield at, f"{full}: the key stands here again, first in line {first[full]}"
        first.setdefault(full, at)


def _full(key: str) -> str:
    return key if ":" in key else f"{PROJECT}:{key}"


def _handed(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
