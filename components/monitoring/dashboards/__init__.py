"""The dashboards of Grafana, as JSON that `make generate NAME=dashboards` makes and that is committed here."""

from collections.abc import Mapping
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent


def dashboards() -> Mapping[str, str]:
    """The JSON text of each dashboard by its uid. Each fits into a ConfigMap."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(_FOLDER.glob("*.json"))}
