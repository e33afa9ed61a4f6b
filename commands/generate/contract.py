"""The text of contract/schema.json: the stack outputs, as `pulumi stack output --json` prints them, in JSON schema.

Everything is read from the contract's dataclasses: names, types, which outputs are always there, and the docstrings,
which only their source has.
"""

import ast
import inspect
import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields
from itertools import pairwise
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from contract import CONTRACT_VERSION, PlatformOutputs
from contract.outputs import camel

_SCALARS: Final = {str: "string", int: "integer", bool: "boolean"}


def document() -> str:
    """The whole text."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Temporal Platform: stack outputs, contract version {CONTRACT_VERSION}",
    }
    outputs = schema_of(PlatformOutputs)
    outputs["properties"]["contractVersion"]["const"] = CONTRACT_VERSION
    outputs["required"].insert(0, "contractVersion")
    return json.dumps(head | outputs, indent=1, ensure_ascii=False) + "\n"


def schema_of(kind: type[Any]) -> dict[str, Any]:
    """What a dataclass looks like as JSON. Keys that it does not have are allowed: they are later additions."""
    hints, texts = get_type_hints(kind), _docstrings(kind)
    return {
        "type": "object",
        "description": _one_line(inspect.getdoc(kind) or ""),
        "properties": {
            camel(field.name): _type(hints[field.name]) | {"description": texts[field.name]} for field in fields(kind)
        },
        "required": [camel(field.name) for field in fields(kind) if _is_required(field)],
    }


def _type(hint: Any) -> dict[str, Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:  # with None: the engine leaves out what is null
        (hint,) = (argument for argument in arguments if argument is not NoneType)
        return _type(hint)
    if origin is Sequence:
        return {"type": "array", "items": _type(arguments[0])}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _type(arguments[1])}
    return {"type": _SCALARS[hint]} if hint in _SCALARS else schema_of(hint)


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _docstrings(kind: type[Any]) -> dict[str, str]:
    """The text below each field."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    [body] = (node.body for node in tree.body if isinstance(node, ast.ClassDef))
    return {
        field.target.id: _one_line(str(text.value.value))
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())
