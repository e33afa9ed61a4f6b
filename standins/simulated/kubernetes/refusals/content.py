"""Data of ConfigMaps and Secrets."""

import base64
import binascii
from collections.abc import Iterator
from typing import Final

from standins.kubernetes.objects import Object
from standins.provider import CheckFailure, Value
from standins.simulated.kubernetes.refusals import words

_LARGEST_BYTES: Final = 1024 * 1024
# type of a Secret -> keys that its data must have
_KEYS_OF_TYPES: Final = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}


def config_map(obj: Object) -> Iterator[CheckFailure]:
    texts, binaries = _items(obj.get("data")), _items(obj.get("binaryData"))
    yield from _keys(texts, "data")
    yield from _keys(binaries, "binaryData")
    for key in texts.keys() & binaries.keys():
        yield CheckFailure(f'data["{key}"]', "stands in binaryData too")
    for key, value in texts.items():
        if isinstance(value, bool | int | float | list | dict):
            yield CheckFailure(f'data["{key}"]', "must be text")
    size = sum(len(value.encode()) for value in texts.values() if isinstance(value, str))
    size += sum(_size(value) for value in binaries.values())
    if size > _LARGEST_BYTES:
        yield CheckFailure("data", f"has {size} bytes, a ConfigMap holds at most {_LARGEST_BYTES}")


def secret(obj: Object) -> Iterator[CheckFailure]:
    """Reasons never repeat a value."""
    if not isinstance(obj.get("data", {}), dict) or not isinstance(obj.get("stringData", {}), dict):
        return
    encoded, texts = _items(obj.get("data")), _items(obj.get("stringData"))
    yield from _keys(encoded, "data")
    yield from _keys(texts, "stringData")
    for key, value in encoded.items():
        if isinstance(value, str) and _size(value) < 0:
            yield CheckFailure(f'data["{key}"]', "is not base64: use stringData for plain text")
    for key in _KEYS_OF_TYPES.get(str(obj.get("type")), ()):
        if key not in encoded and key not in texts:
            yield CheckFailure(f'data["{key}"]', f"is required in a Secret of type {obj['type']}")
    size = sum(max(_size(value), 0) for value in encoded.values())
    size += sum(len(value.encode()) for value in texts.values() if isinstance(value, str))
    if size > _LARGEST_BYTES:
        yield CheckFailure("data", f"has {size} bytes, a Secret holds at most {_LARGEST_BYTES}")


def _items(values: Value) -> dict[str, Value]:
    return values if isinstance(values, dict) else {}


def _keys(values: dict[str, Value], path: str) -> Iterator[CheckFailure]:
    for key in values:
        if reason := words.data_key(key):
            yield CheckFailure(f'{path}["{key}"]', f"the key {reason}")


def _size(encoded: Value) -> int:
    """Bytes of base64 text; -1 when it is none, 0 when it is not known."""
    if not isinstance(encoded, str):
        return 0
    try:
        return len(base64.b64decode(encoded.replace("\n", ""), validate=True))
    except binascii.Error:
        return -1
