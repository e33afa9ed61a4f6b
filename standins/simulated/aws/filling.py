"""What the aws plugin adds to the inputs of a program before it compares or sends them.

Source: pulumi-aws, provider/{region,tags,autonaming,resource_overrides}.go, and the bridge that carries the Terraform
provider: pulumi-terraform-bridge, pkg/tfbridge/schema.go (applyDefaults, nameRequiresDeleteBeforeReplace).
"""

import json
from typing import Final

from standins.provider import UNKNOWN, Call, Properties, Secret, Value, has_unknowns, reveal
from standins.simulated.aws.settings import Settings
from standins.simulated.aws.table import TAGS_ALL, AutoName, AwsType
from standins.simulated.chance import digest
from standins.typed.table import Field

DEFAULTS: Final = "__defaults"
"""Inputs that the plugin filled in, so that it can tell them from the program's own."""
_DIGITS: Final = 7


def completed(kind: AwsType, settings: Settings, call: Call, olds: Properties, news: Properties) -> Properties:
    """The inputs with region, all tags, defaults and a name; documents as text, and what is secret marked so."""
    inputs = {name: _written(kind.resource.inputs[name], value) for name, value in news.items()}
    if "region" in kind.resource.inputs:
        inputs.setdefault("region", settings.region)
    if TAGS_ALL in kind.resource.inputs:
        inputs[TAGS_ALL] = _all_tags(settings, inputs.get("tags"))
    defaults = {name: value for name, value in kind.defaults.items() if name not in inputs}
    if kind.auto_name and _needs_name(kind.auto_name, inputs):
        name = kind.auto_name.input
        kept = olds.get(name) if name in (olds.get(DEFAULTS) or ()) else None
        defaults[name] = kept or _new_name(kind.auto_name, call, inputs)
    return {**inputs, **defaults, DEFAULTS: sorted(defaults)}


def named_by_program(kind: AwsType, inputs: Properties) -> bool:
    """Whether the program chose the name that another resource cannot have at the same time."""
    name = kind.auto_name.input if kind.auto_name else ""
    return name in inputs and name not in inputs.get(DEFAULTS, ())


def _written(field: Field, value: Value) -> Value:
    text = _text(value) if field.type == "json" else value
    return Secret(reveal(text)) if field.secret else text


def _text(document: Value) -> Value:
    """A policy that the program gave as the object itself, as text."""
    if isinstance(document, Secret):
        return Secret(_text(document.value))
    if not isinstance(document, dict):
        return document
    plain = reveal(document)
    text = UNKNOWN if has_unknowns(plain) else json.dumps(plain, separators=(",", ":"), sort_keys=True)
    return text if plain == document else Secret(text)


def _all_tags(settings: Settings, tags: Value) -> Value:
    """Those of the resource over those of the provider; not known as long as one of them is not."""
    if isinstance(tags, Secret):
        return Secret(_all_tags(settings, tags.value))
    if has_unknowns(tags) or has_unknowns(settings.default_tags):
        return UNKNOWN
    merged = {**settings.default_tags, **(tags or {})}
    return {
        key: value
        for key, value in merged.items()
        if value is not None and key not in settings.ignored_tags and not key.startswith(settings.ignored_prefixes)
    }


def _needs_name(auto_name: AutoName, inputs: Properties) -> bool:
    return auto_name.input not in inputs and f"{auto_name.input}Prefix" not in inputs


def _new_name(auto_name: AutoName, call: Call, inputs: Properties) -> str:
    """The same for the same resource with the same inputs."""
    plain = reveal(inputs)
    known = {name: value for name, value in plain.items() if not has_unknowns(value)}
    stem = call.name.lower() if auto_name.lower else call.name
    room = auto_name.longest - len(auto_name.separator) - _DIGITS
    if len(stem) > room:
        raise ValueError(
            f"the resource's name {call.name} is too long to make {auto_name.input} of it: at most {room} characters"
        )
    suffix = ".fifo" if inputs.get("fifoTopic") is True else ""
    return f"{auto_name.prefix}{stem}{auto_name.separator}{digest(call, known)[:_DIGITS]}{suffix}"
