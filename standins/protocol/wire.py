"""Property values as the engine writes them in a protobuf Struct, and as providers see them.

The signatures are those of sdk/go/common/resource (`SigKey`, `SecretSig`) and resource/plugin/rpc.go (`Unknown*Value`).
"""

from typing import Final

from google.protobuf import struct_pb2

from standins.provider import UNKNOWN, Properties, Secret, Unknown, Value

SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the name of a type
UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWN_VALUES: Final = frozenset(
    {
        UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)
_LARGEST_EXACT_INTEGER: Final = 2**53


def decode(struct: struct_pb2.Struct) -> Properties:
    """Numbers without a fraction become int; one Secret stands for any Secrets nested in it. Keys are sorted."""
    return {key: _decode(struct.fields[key], inside_secret=False) for key in sorted(struct.fields)}


def encode(properties: Properties) -> struct_pb2.Struct:
    """Raises TypeError, naming the path, for a value that has no place on the wire."""
    struct = struct_pb2.Struct()
    for key, value in properties.items():
        _encode(value, struct.fields[key], path=key, inside_secret=False)
    return struct


def _decode(value: struct_pb2.Value, *, inside_secret: bool) -> Value:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _decode_struct(value.struct_value, inside_secret=inside_secret)
    if kind == "list_value":
        return [_decode(item, inside_secret=inside_secret) for item in value.list_value.values]
    if kind == "number_value":
        return _number(value.number_value)
    if kind == "string_value":
        return UNKNOWN if value.string_value in UNKNOWN_VALUES else value.string_value
    if kind == "bool_value":
        return value.bool_value
    return None


def _decode_struct(struct: struct_pb2.Struct, *, inside_secret: bool) -> Value:
    if SIGNATURE_KEY not in struct.fields:
        return {key: _decode(struct.fields[key], inside_secret=inside_secret) for key in sorted(struct.fields)}
    signature = struct.fields[SIGNATURE_KEY].string_value
    if signature != SECRET_SIGNATURE:
        raise ValueError(f"the engine sent a kind of value this plugin does not accept (signature {signature})")
    content = _decode(struct.fields["value"], inside_secret=True)
    return content if inside_secret else Secret(content)


def _number(number: float) -> int | float:
    return int(number) if number.is_integer() and abs(number) <= _LARGEST_EXACT_INTEGER else number


def _encode(value: Value, into: struct_pb2.Value, *, path: str, inside_secret: bool) -> None:
    if value is None:
        into.null_value = struct_pb2.NULL_VALUE
    elif isinstance(value, Unknown):
        into.string_value = UNKNOWN_STRING
    elif isinstance(value, bool):
        into.bool_value = value
    elif isinstance(value, int | float):
        into.number_value = value
    elif isinstance(value, str):
        into.string_value = value
    elif isinstance(value, Secret):
        _encode_secret(value, into, path=path, inside_secret=inside_secret)
    elif isinstance(value, dict):
        into.struct_value.SetInParent()
        for key, item in value.items():
            _encode(item, into.struct_value.fields[key], path=f"{path}.{key}", inside_secret=inside_secret)
    elif isinstance(value, list | tuple):
        into.list_value.SetInParent()
        for index, item in enumerate(value):
            _encode(item, into.list_value.values.add(), path=f"{path}[{index}]", inside_secret=inside_secret)
    else:
        raise TypeError(f"{path}: a {type(value).__name__} cannot be sent to the engine")


def _encode_secret(secret: Secret, into: struct_pb2.Value, *, path: str, inside_secret: bool) -> None:
    if inside_secret:
        _encode(secret.value, into, path=path, inside_secret=True)
        return
    into.struct_value.fields[SIGNATURE_KEY].string_value = SECRET_SIGNATURE
    _encode(secret.value, into.struct_value.fields["value"], path=path, inside_secret=True)
