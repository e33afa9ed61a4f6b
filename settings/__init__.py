"""What a stack may say: strict, frozen models of every `temporal:*` key. No Pulumi, no I/O.

`load` turns the configuration of one stack into `Settings` or raises `SettingsError` with every problem at once.
"""

from settings.cloud_stack import CloudSettings
from settings.loader import SettingsError, load, load_text, read
from settings.model import Settings
from settings.self_hosted import SelfHostedSettings

__all__ = ["CloudSettings", "SelfHostedSettings", "Settings", "SettingsError", "load", "load_text", "read"]
