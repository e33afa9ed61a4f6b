"""What two runs of the program tell apart."""

from collections.abc import Iterator
from typing import Any

from tests.program import recording
from tests.program.recording import Recording

HOLDING_DATA = (
    "aws:s3/bucket:",
    "aws:kms/key:",
    "aws:opensearch/domain:",
    "aws:backup/vault:",
    "aws:rds/instance:",
    "aws:rds/cluster:",
    "aws:amp/workspace:",
)
"""What is on AWS besides settings and rights."""


def restarted(before: Recording, after: Recording) -> set[str]:
    """Long-running pods that get another template."""
    one, other = ({k: v for k, v in r.templates().items() if not k.startswith("Job/")} for r in (before, after))
    return {name for name in one.keys() & other.keys() if one[name] != other[name]}


def made_anew(before: Recording, after: Recording) -> set[str]:
    """Objects that are deleted, or whose change of a fixed field is a deletion. Jobs, with their scripts, Services,
    Ingresses, network policies and the places of backups do not count: no pod stops with them."""
    one, other = ({f"{r.type}::{r.name}": _fixed(r.inputs) for r in _lasting(found)} for found in (before, after))
    return {key for key in one if other.get(key) != one[key]}


ONLY_FOR_THE_ROLES_JOB = (
    *("-access-push", "-access-roles", "-access-master"),
    *("-shop-push", "-shop-user", "-shop-master"),
)


def _lasting(found: Recording) -> Iterator[recording.Registration]:
    for registration in found.registrations:
        passing = ("-script", *ONLY_FOR_THE_ROLES_JOB, "-reporting", "-reports", "-object-store")
        kinds = (":Job", ":Service", ":Ingress", ":NetworkPolicy")
        is_passing = registration.type.endswith(kinds) or registration.name.endswith(passing)
        if registration.type.startswith(("kubernetes:", "pulumi:providers:", *HOLDING_DATA)) and not is_passing:
            yield registration


def _fixed(inputs: dict[str, Any]) -> dict[str, Any]:
    """What Kubernetes, AWS or the provider for either cannot change in place."""
    metadata, spec = inputs.get("metadata", {}), inputs.get("spec", {})
    fixed = {key: metadata.get(key) for key in ("name", "namespace")}
    if inputs.get("kind") in ("Deployment", "StatefulSet"):
        fixed |= {key: spec.get(key) for key in ("selector", "serviceName", "volumeClaimTemplates")}
    if inputs.get("kind") == "PersistentVolumeClaim":
        fixed |= {key: spec.get(key) for key in ("storageClassName", "accessModes")}
    named = ("type", "context", "region", "bucket", "identifier", "clusterIdentifier", "domainName")
    return fixed | {key: inputs.get(key) for key in named}
