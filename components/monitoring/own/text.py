"""Configuration as text."""

from collections.abc import Mapping
from typing import Any

import yaml


def as_yaml(content: Mapping[str, Any]) -> str:
    """YAML in the order of the keys, whose long lines stay whole."""
    return yaml.safe_dump(content, sort_keys=False, width=1000)
