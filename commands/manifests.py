"""Resources of the engine's state as what they describe: Kubernetes objects, AWS resources. Without any secret.

Format of the state and its mark of a secret: Pulumi CLI 3.256, `stack export --show-secrets`.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

MASK = "[secret]"
_MARK = ("4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270")
_ENGINE_OWN = "pulumi.com/"
_LIKE_OTHERS = re.compile(r"[-+]?[\d.][\da-fA-F_.:xXoO+-]*|[yYnN]")
_FIRST = ("apiVersion", "kind", "metadata")

Object = dict[str, Any]


def kubernetes_objects(resources: Iterable[Mapping[str, Any]]) -> list[Object]:
    """The objects as `kubectl apply` takes them, ordered by kind, namespace and name.

    The values of a Secret are masked and stand under `stringData`, as `data` would have to be base64.
    """
    inputs = [resource["inputs"] for resource in resources if _is_kubernetes(resource)]
    return sorted((_object(found) for found in inputs), key=_identity)


def aws_resources(resources: Iterable[Mapping[str, Any]]) -> list[Object]:
    """Type, name and properties of each AWS resource, ordered by these."""
    found = [
        {
            "type": resource["type"],
            "name": resource["urn"].rpartition("::")[2],
            "properties": _plain(resource.get("inputs", {})),
        }
        for resource in resources
        if resource["custom"] and resource["type"].startswith("aws:")
    ]
    return sorted(found, key=lambda resource: (resource["type"], resource["name"]))


def named(objects: Sequence[Object]) -> dict[str, Object]:
    """File names `kind-namespace-name.yaml`; where two objects would share one, both get a mark of what they are."""
    plain = [re.sub(r"[^a-z0-9.-]", "-", "-".join(_identity(obj)[:3]).replace("--", "-").lower()) for obj in objects]
    count = Counter(plain)
    return {
        f"{name if count[name] == 1 else f'{name}-{_digest(obj)}'}.yaml": obj
        for name, obj in zip(plain, objects, strict=True)
    }


def as_yaml(obj: Object) -> str:
    """One document: keys in the order of `kubectl`, texts of several lines as blocks."""
    return str(yaml.dump(obj, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000))


def _is_kubernetes(resource: Mapping[str, Any]) -> bool:
    """What somebody else made is only read, and has no inputs."""
    is_ours = resource["custom"] and not resource.get("external")
    return bool(is_ours) and resource["type"].startswith("kubernetes:")


def _object(inputs: Mapping[str, Any]) -> Object:
    obj: Object = _without_engine_notes(_plain(inputs))
    if obj["kind"] == "Secret" and obj["apiVersion"] == "v1":
        keys = sorted({key for field in ("data", "stringData") for key in _shown(inputs.get(field)) or {}})
        obj = {key: value for key, value in obj.items() if key not in ("data", "stringData")}
        obj["stringData"] = dict.fromkeys(keys, MASK)
    return {key: obj[key] for key in [*_FIRST, *sorted(set(obj) - set(_FIRST))]}


def _plain(value: Any) -> Any:
    """The value with secrets masked, whole numbers as integers, keys in order, without nulls and the engine's keys."""
    if isinstance(value, dict):
        if _is_secret(value):
            return MASK
        return {
            key: _plain(item) for key, item in sorted(value.items()) if item is not None and not key.startswith("__")
        }
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _shown(value: Any) -> Any:
    return json.loads(value["plaintext"]) if isinstance(value, dict) and _is_secret(value) else value


def _is_secret(value: Mapping[str, Any]) -> bool:
    key, mark = _MARK
    return value.get(key) == mark


def _without_engine_notes(obj: Object) -> Object:
    """Annotations such as `pulumi.com/skipAwait` speak to the engine's plugin, not to Kubernetes."""
    annotations = obj["metadata"].get("annotations", {})
    kept = {key: value for key, value in annotations.items() if not key.startswith(_ENGINE_OWN)}
    metadata = {key: value for key, value in obj["metadata"].items() if key != "annotations"}
    return {**obj, "metadata": {**({"annotations": kept} if kept else {}), **metadata}}


def _identity(obj: Object) -> tuple[str, str, str, str]:
    metadata = obj["metadata"]
    return obj["kind"], metadata.get("namespace", ""), metadata["name"], obj["apiVersion"]


def _digest(obj: Object) -> str:
    return hashlib.sha256("\n".join(_identity(obj)).encode()).hexdigest()[:6]


class _Dumper(yaml.SafeDumper):
    """Every reader of YAML 1.1 or 1.2 gets the texts back as texts: `1e3`, `0o17` and `y` are quoted, too."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else "'" if _LIKE_OTHERS.fullmatch(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _text)
