"""From the engine's configuration map to `Settings`, with every problem of the file told at once."""

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from pydantic import ValidationError

from settings import document
from settings.complaints import Complaint, complaints
from settings.engine_yaml import DocumentError
from settings.kinds import model_for
from settings.model import Settings
from settings.shapes import keys_of

_PREFIX: Final = f"{document.PROJECT}:"
_SECRETS: Final = ("cloudApiKey",)
_FLAGS: Final = tuple(key for key, field in keys_of(Settings).items() if field.annotation is bool)


_IN_THE_OPEN: Final = (
    "found a text in the open; allowed: a secret, so that no file holds it: pulumi config set --secret temporal:{key}. "
    "Whoever has seen the file has the key: make another one"
)
UNKNOWN: Final = "encrypted-and-unknown"
"""What stands for a ciphertext where nobody has decrypted it: in a file that a command reads."""


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
    plain = [key for key in _SECRETS if said.get(key) is not None and not _is_secret(key, said, secret)]
    secret |= set(_SECRETS)
    model = model_for(said.get("backend"))
    found = [Complaint((key,), _IN_THE_OPEN.format(key=key)) for key in plain]
    try:
        settings = model.model_validate_json(json.dumps(without_ciphertext(said)))
    except RecursionError:
        raise SettingsError(source, [(None, "temporal:*: nested too deep")]) from None
    except ValidationError as error:
        found += [item for detail in error.errors(include_url=False) for item in complaints(model, detail, secret)]
    if found:
        raise SettingsError(source, _with_lines(found, text))
    return settings


def read(source: str, text: str) -> dict[str, Any]:
    """The whole stack file as the engine reads it. Raises SettingsError: no YAML, a key twice, no `config`."""
    try:
        return document.read(text)
    except DocumentError as error:
        raise SettingsError(source, [*error.problems]) from None


def load_text(source: str, text: str) -> Settings:
    """Settings from a stack file's text. Raises SettingsError."""
    return load(source, document.config_of(read(source, text)), text=text)


def _is_secret(key: str, said: Mapping[str, Any], secret: Collection[str]) -> bool:
    """The engine says of a value whether it was encrypted; in the file itself it is a ciphertext."""
    return key in secret or _is_ciphertext(said[key])


def _is_ciphertext(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"secure"} and isinstance(value["secure"], str)


def without_ciphertext(said: Mapping[str, Any]) -> dict[str, Any]:
    """Nobody can look into a ciphertext."""
    return {key: UNKNOWN if key in _SECRETS and _is_ciphertext(value) else value for key, value in said.items()}


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
