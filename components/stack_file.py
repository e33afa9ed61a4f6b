"""From the engine's configuration to settings, with the lines of the stack file in every message."""

import os
from pathlib import Path
from typing import Final

import pulumi
from pulumi.runtime import config as engine

from settings import Settings, SettingsError, load

STACK_FILE: Final = "TEMPORAL_STACK_FILE"
"""Environment variable with the file a person wrote, where the engine works on a copy of it."""


def stack_settings() -> Settings:
    """The stack's settings. Raises RunError with every problem of the stack file; logs what deserves a second look."""
    # Without the variable the engine works on the person's own file, where it runs the program.
    file = Path(os.environ.get(STACK_FILE) or f"Pulumi.{pulumi.get_stack()}.yaml")
    said = engine.CONFIG.get()
    secret = [key for key in said if engine.is_config_secret(key)]
    try:
        settings = load(file.name, said, secret, text=_text(file))
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None
    for warning in settings.warnings():
        pulumi.log.warn(warning)
    return settings


def _text(file: Path) -> str:
    """Only for the lines in messages: a file that cannot be read costs nothing but those."""
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError):
        return ""
