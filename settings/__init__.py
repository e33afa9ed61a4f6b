"""What a stack may say: strict, frozen models of every `temporal:*` key. No Pulumi, no I/O.

`load` turns the configuration of one stack into `Settings` or raises `SettingsError` with every problem at once.
"""

from settings.loader import SettingsError, load, load_text, read
from settings.model import Settings

__all__ = ["Settings", "SettingsError", "load", "load_text", "read"]
