"""From a program's arguments to the full inputs of an object: normal form, name, namespace, secret marks."""

from __future__ import annotations

from standins.kubernetes.checkpoint import mark_secrets
from standins.kubernetes.naming import named
from standins.kubernetes.normal_form import normalize
from standins.kubernetes.objects import Object, kind_of_token, namespace_of, plain, pluck, underscored
from standins.provider import Call, Checked, CheckFailure, Properties, Unknown


def check(
    call: Call, olds: Properties, news: Properties, random_seed: bytes, *, default_namespace: str, namespaced: bool
) -> Checked:
    """The inputs that are stored and applied.

    `default_namespace` is the provider's or the context's namespace; empty leaves the namespace unset.
    """
    failures = _failures(call, plain(news))
    if failures:
        return Checked(news, failures)
    obj = named(normalize(plain(news)), normalize(plain(olds)), call.name, random_seed)
    if default_namespace and namespaced and _lacks_namespace(obj):
        obj = {**obj, "metadata": {**(obj.get("metadata") or {}), "namespace": default_namespace}}
    return Checked(mark_secrets(underscored(obj), news))


def _lacks_namespace(obj: Object) -> bool:
    metadata = obj.get("metadata")
    if isinstance(metadata, Unknown) or isinstance(pluck(obj, "metadata", "namespace"), Unknown):
        return False
    return not namespace_of(obj)


def _failures(call: Call, obj: Object) -> tuple[CheckFailure, ...]:
    try:
        api_version, kind = kind_of_token(call.type)
    except ValueError as error:
        return (CheckFailure("kind", str(error)),)
    failures = []
    metadata = obj.get("metadata")
    if kind.endswith("Patch") and kind != obj.get("kind"):
        failures.append(CheckFailure("kind", f"{kind} is not supported here: apply the whole object instead"))
    if isinstance(metadata, dict) and metadata.get("generateName") and not metadata.get("name"):
        failures.append(
            CheckFailure("metadata.generateName", "is not supported by server-side apply: give a name, or none at all")
        )
    if obj.get("apiVersion") != api_version and not isinstance(obj.get("apiVersion"), (Unknown, str)):
        failures.append(CheckFailure("apiVersion", f"is missing: {api_version} was expected"))
    return tuple(failures)
