"""Makes the resources of one JSON document, whose path stands in CASE_FILE.

The document: `providers` (name -> settings of a kubernetes provider; `aws` is one of aws), `versions` of the plugins,
`resources` (name -> type, inputs, and options provider, dependsOn, ignoreChanges, timeout in seconds). In inputs
"${name.path.to[0].value}" is an output of another resource and {"secret": value} a secret.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pulumi

DOCUMENT: dict[str, Any] = json.loads(Path(os.environ["CASE_FILE"]).read_text())
REFERENCE = re.compile(r"\$\{([a-z0-9-]+)\.([^}]+)\}")

VERSIONS: dict[str, str] = DOCUMENT["versions"]


def provider(name: str, settings: dict[str, Any]) -> pulumi.ProviderResource:
    package = "aws" if name == "aws" else "kubernetes"
    return pulumi.ProviderResource(package, name, settings, pulumi.ResourceOptions(version=VERSIONS[package]))


providers = {name: provider(name, settings) for name, settings in DOCUMENT["providers"].items()}
made: dict[str, pulumi.CustomResource] = {}


def value(described: Any) -> Any:
    if isinstance(described, dict):
        if described.keys() == {"secret"}:
            return pulumi.Output.secret(described["secret"])
        return {key: value(item) for key, item in described.items()}
    if isinstance(described, list):
        return [value(item) for item in described]
    if isinstance(described, str) and (match := REFERENCE.fullmatch(described)):
        return output(match[1], match[2])
    return described


def output(name: str, path: str) -> pulumi.Output[Any]:
    first, *rest = re.findall(r"[^.\[\]]+", path)
    if first == "id":
        return made[name].id

    def find(found: Any) -> Any:
        for step in rest:
            found = found[int(step)] if step.isdecimal() else found.get(step)
        return found

    whole: pulumi.Output[Any] = made[name].__dict__[first]
    return whole.apply(find)


for name, described in DOCUMENT["resources"].items():
    group = described["type"].partition(":")[0]
    chosen = providers.get(described.get("provider", "aws" if group == "aws" else "main"))
    own = chosen if group in ("kubernetes", "aws") else None
    timeout = f"{described['timeout']}s" if "timeout" in described else None
    made[name] = pulumi.CustomResource(
        described["type"],
        name,
        {**dict.fromkeys(described.get("outputs", ())), **value(described["inputs"])},
        pulumi.ResourceOptions(
            provider=own,
            version=None if own else VERSIONS[group],
            depends_on=[made[other] for other in described.get("dependsOn", ())],
            ignore_changes=described.get("ignoreChanges"),
            custom_timeouts=pulumi.CustomTimeouts(create=timeout, update=timeout) if timeout else None,
        ),
    )
