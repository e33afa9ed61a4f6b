"""The class of a whole stack, by its backend's kind."""

from collections.abc import Mapping
from typing import Any, Final

from settings.cloud_stack import CloudSettings
from settings.model import Settings
from settings.self_hosted import SelfHostedSettings

MODELS: Final[Mapping[str, type[Settings]]] = {"self-hosted": SelfHostedSettings, "cloud": CloudSettings}
"""Each has its own rules, and says which keys it wants and which it refuses."""


def model_for(backend: Any) -> type[Settings]:
    """The class for what stands at `temporal:backend`; the one of all keys where nobody knows the kind, to say what is
    wrong with it and with the others."""
    kind = backend.get("kind") if isinstance(backend, dict) else None
    return MODELS.get(kind, Settings) if isinstance(kind, str) else Settings
