"""What `make up` looks up of the External Secrets operator, which the stack file expects to be there."""

from collections.abc import Iterator
from typing import Final

from commands.cluster import Cluster
from commands.custom_objects import CustomObjects, not_ready
from commands.permitted import if_permitted
from embedded.progress import Progress
from settings.aws import ExternalSecrets

_GROUP: Final = "external-secrets.io"
_STORES: Final = "v1"
_NEEDED: Final = (
    (_GROUP, _STORES, "ExternalSecret"),
    (_GROUP, "v1alpha1", "PushSecret"),
    (f"generators.{_GROUP}", "v1alpha1", "Password"),
)


def missing(wanted: ExternalSecrets, namespace: str, place: Cluster, progress: Progress) -> Iterator[str]:
    """One line for each definition that the cluster lacks, or for what is wrong with the store; nothing when it may not
    be looked at."""
    forbidden = f"{wanted.store.kind}s may not be listed in cluster {place.context}"
    with if_permitted(progress, forbidden, f"whether {wanted.store.name} is there will be told by the program"):
        yield from _missing(wanted, namespace, CustomObjects(place))


def _missing(wanted: ExternalSecrets, namespace: str, cluster: CustomObjects) -> Iterator[str]:
    if _GROUP not in cluster.groups():
        yield (
            f"External Secrets is not installed: the cluster serves no {_GROUP}/{_STORES}, and temporal:aws.secrets "
            "needs it. Install it, 2.9 or later (https://external-secrets.io)"
        )
        return
    lacking = [
        f"{kind} of {group}/{version}" for group, version, kind in _NEEDED if not _has(cluster, group, version, kind)
    ]
    if lacking:
        yield (
            f"External Secrets is too old, or installed in part: the cluster serves no {', no '.join(lacking)}. "
            "Install 2.9 or later with its definitions"
        )
    yield from _store(wanted, namespace, cluster)


def _has(cluster: CustomObjects, group: str, version: str, kind: str) -> bool:
    return kind in cluster.kinds(group, version)


def _store(wanted: ExternalSecrets, namespace: str, cluster: CustomObjects) -> Iterator[str]:
    kind, name = wanted.store.kind, wanted.store.name
    resource = cluster.kinds(_GROUP, _STORES).get(kind)
    if resource is None:
        return
    stores = cluster.named(_GROUP, _STORES, resource, namespace)
    where = f" in namespace {namespace}" if resource.namespaced else ""
    if name not in stores:
        yield (
            f"{kind} {name} does not exist{where}, and temporal:aws.secrets.store names it; those there: "
            f"{', '.join(sorted(stores)) or 'none'}. Make it, or name another one"
        )
        return
    reason = not_ready(stores[name])
    if reason is not None:
        yield f"{kind} {name}{where} is not ready: {reason}"
    if stores[name].get("status", {}).get("capabilities", "ReadWrite") != "ReadWrite":
        yield f"{kind} {name}{where} only reads, and passwords are written to it once: it must be AWS Secrets Manager's"
