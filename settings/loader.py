"""From the engine's configuration map to `Settings`, with every problem of the file told at once."""

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from pydantic import ValidationError

from settings import document
from settings.complaints import Complaint, complaints
from settings.engine_yaml import DocumentError
from settings.model import Settings
from settings.shapes import keys_of

_PREFIX: Final = f"{document.PROJECT}:"
_FLAGS: Final = tuple(key for key, field in keys_of(Settings).items() if field.annotation is bool)


class SettingsError(Exception):
    """The stack file is not valid. The text lists every problem: line, path, what was found, what is allowed."""

    def __init__(self, source: str, problems: list[tuple[int | None, str]]) -> None:
        ordered = sorted(problems, key=lambda problem: problem[0] or 0)
        self.complaints = [text for _, text in ordered]
        shown = [f"  {source}:{line}: {text}" if line else f"  {text}" for line, text in ordered]
        count = "1 problem" if len(shown) == 1 else f"{len(shown)} problems"
        super().__init__("\n".join([f"{source} is not valid ({count}):", *shown]))


def load(source: str, config: Mapping[str, str], secret_keys: Collection[str] = (), text: str = "") -> Settings:
    """Settings from `config`, the engine's map of full keys to text (objects as JSON); keys of others are ignored.

    `source` names the stack file in messages, `text` is what it says, for the lines. Values of `secret_keys` are never
    shown. Raises SettingsError.
    """
    texts = {key.removeprefix(_PREFIX): value for key, value in config.items() if key.startswith(_PREFIX)}
    said = {key: _decoded(value, is_flag=key in _FLAGS) for key, value in texts.items()}
    secret = {key.removeprefix(_PREFIX) for key in secret_keys}
    try:
        return Settings.model_validate_json(json.dumps(said))
    except RecursionError:
        raise SettingsError(source, [(None, "temporal:*: nested too deep")]) from None
    except ValidationError as error:
        found = [item for detail in error.errors(include_url=False) for item in complaints(Settings, detail, secret)]
        raise SettingsError(source, _with_lines(found, text)) from None


def read(source: str, text: str) -> dict[str, Any]:
    """The whole stack file as the engine reads it. Raises SettingsError: no YAML, a key twice, no `config`."""
    try:
        return document.read(text)
    except DocumentError as error:
        raise SettingsError(source, [*error.problems]) from None


def load_text(source: str, text: str) -> Settings:
    """Settings from a stack file's text. Raises SettingsError."""
    return load(source, document.config_of(read(source, text)), text=text)


def _with_lines(found: list[Complaint], text: str) -> list[tuple[int | None, str]]:
    lines = document.lines_of(text) if text else {}
    return [(document.line_of(lines, complaint.location), complaint.text) for complaint in found]


def _decoded(text: str, *, is_flag: bool) -> Any:
    """Objects and flags arrive as JSON text, names as they are, also those that look like a number or a flag."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, dict | list) or (is_flag and isinstance(value, bool)) else text
