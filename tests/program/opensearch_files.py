"""The configuration files of an in-cluster OpenSearch, from what the program registered."""

from typing import Any

import yaml

from tests.program.recording import Recording, plain


def configuration(found: Recording) -> dict[str, Any]:
    """opensearch.yml."""
    data = found.objects("ConfigMap")["temporal-opensearch"]["data"]
    assert set(data) == {"opensearch.yml"}
    lines: dict[str, Any] = yaml.safe_load(data["opensearch.yml"])
    return lines


def nodes_dn(found: Recording) -> list[str]:
    """The subjects by which its nodes know each other."""
    names: list[str] = configuration(found)["plugins.security.nodes_dn"]
    return names


def security(found: Recording) -> dict[str, Any]:
    """The files of its security plugin."""
    files = plain(found.objects("Secret")["temporal-opensearch-security"]["stringData"])
    return {name: yaml.safe_load(text) for name, text in files.items()}
