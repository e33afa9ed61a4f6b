"""A stack of examples/stacks as it runs on the tests' node: with the overlay's few changes."""

from typing import Any

import yaml

from tests.cluster.stack import ROOT, Deployment, deployment_of

STACKS = ROOT / "examples" / "stacks"
OVERLAY: dict[str, Any] = yaml.safe_load((STACKS / "overlays" / "one-node.yaml").read_text())
SERVICES = ("frontend", "history", "matching", "worker", "internal-frontend")


def seed(file: str) -> Deployment:
    """The stack `file`, less `.yaml`, on the tests' node."""
    document = yaml.safe_load((STACKS / f"{file}.yaml").read_text())
    config = {key.removeprefix("temporal:"): value for key, value in document["config"].items()}
    config["kubernetes"] |= {"context": OVERLAY["context"], "adoptExistingObjects": True}
    for place in OVERLAY["without"]:
        part, _, key = place.partition(".")
        config.get(part, {}).pop(key, None)
    for part in _parts(config):
        part.setdefault("resources", {})["requests"] = dict(OVERLAY["requests"])
    text = yaml.safe_dump({"config": {f"temporal:{key}": value for key, value in config.items()}}, sort_keys=False)
    return deployment_of(text, config["name"])


def _parts(config: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything of a stack that has pods."""
    parts = list(config.get("workloads", ()))
    if config["backend"]["kind"] == "cloud":
        return parts
    services = config["backend"].setdefault("services", {})
    parts += [services.setdefault(name, {}) for name in SERVICES]
    if "ui" in config.get("access", {}):
        parts.append(config["access"]["ui"])
    if config.get("monitoring", {}).get("kind") == "bundled":
        parts += [config["monitoring"].setdefault(name, {}) for name in ("prometheus", "alertmanager")]
    if config["database"]["kind"] in ("in-cluster", "zalando", "cloudnative-pg"):
        parts.append(config["database"])
    return parts
