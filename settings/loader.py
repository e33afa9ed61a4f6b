"""From the engine's configuration map to `Settings`, with every problem of the file told at once."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError

from settings.complaints import complaints
from settings.model import Settings

_PREFIX = "temporal:"


class SettingsError(Exception):
    """The stack file is not valid. The text lists every problem: path, what was found, what is allowed."""

    def __init__(self, source: str, complaints: list[str]) -> None:
        self.complaints = complaints
        count = "1 problem" if len(complaints) == 1 else f"{len(complaints)} problems"
        super().__init__("\n".join([f"{source} is not valid ({count}):", *(f"  {line}" for line in complaints)]))


def load(source: str, config: Mapping[str, str], secret_keys: Collection[str] = ()) -> Settings:
    """Settings from `config`, the engine's map of full keys to text (objects as JSON); keys of others are ignored.

    `source` names the stack file in messages. Values of `secret_keys` are never shown. Raises SettingsError.
    """
    said = {key.removeprefix(_PREFIX): _decoded(text) for key, text in config.items() if key.startswith(_PREFIX)}
    secret = {key.removeprefix(_PREFIX) for key in secret_keys}
    try:
        return Settings.model_validate_json(json.dumps(said))
    except ValidationError as error:
        lines = [
            line for detail in error.errors(include_url=False) for line in complaints(Settings, said, detail, secret)
        ]
        raise SettingsError(source, lines) from None


def _decoded(text: str) -> Any:
    """Objects and booleans arrive as JSON text, names as they are; a bare number stays text, as in `name: 007`."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, int | float) and not isinstance(value, bool) else value
