"""Whether another cluster is meant by a changed provider: then everything in it is replaced.

As in the official plugin (provider.go, DiffConfig), its entry in the kubeconfig tells a cluster. A provider without
a kubeconfig of its own is never replaced for a change of context.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import yaml

from standins.provider import UNKNOWN, Diff, Value

_CLUSTER_KEYS: Final = ("kubeconfig", "context", "cluster")
_IDENTIFIER: Final = "clusterIdentifier"
_RENDERING: Final = "renderYamlToDirectory"


def config_diff(olds: Mapping[str, Value], news: Mapping[str, Value], *, read: Callable[[str], str | None]) -> Diff:
    """`read` gives the content of a file, or None when there is none at that path."""
    changed = [key for key in sorted({*olds, *news}) if olds.get(key) != news.get(key)]
    if not changed:
        return Diff()
    detailed = dict.fromkeys(changed, "update")
    old_identifier, new_identifier = olds.get(_IDENTIFIER), news.get(_IDENTIFIER)
    if old_identifier and old_identifier == new_identifier:
        return Diff(detailed)
    replaces = [_IDENTIFIER] if old_identifier and new_identifier else []
    unknown = [key for key in _CLUSTER_KEYS if news.get(key) is UNKNOWN]
    if unknown:
        return Diff(dict.fromkeys(unknown, "update"), (*replaces, unknown[0]))
    replaces += [_RENDERING] if _RENDERING in changed else []
    old_cluster, new_cluster = _cluster(olds, read), _cluster(news, read)
    if old_cluster and new_cluster and old_cluster != new_cluster:
        replaces += [key for key in _CLUSTER_KEYS if key in changed]
    return Diff(detailed, tuple(replaces))


def _cluster(config: Mapping[str, Value], read: Callable[[str], str | None]) -> dict[str, Any] | None:
    """The entry of the cluster in use, or None where the kubeconfig does not tell."""
    given = config.get("kubeconfig")
    if not isinstance(given, str) or not given:
        return None
    document = yaml.safe_load(read(given) or given)
    if not isinstance(document, dict):
        return None
    context = _named(document, "context", config.get("context") or document.get("current-context"))
    cluster = config.get("cluster") or (context or {}).get("cluster")
    return _named(document, "cluster", cluster) if context else None


def _named(document: dict[str, Any], kind: str, name: Value) -> dict[str, Any] | None:
    for item in document.get(f"{kind}s") or ():
        if isinstance(item, dict) and item.get("name") == name:
            found = item.get(kind)
            return found if isinstance(found, dict) else None
    return None
