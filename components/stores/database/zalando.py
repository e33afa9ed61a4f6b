"""A PostgreSQL cluster of Zalando's Postgres Operator.

The operator makes the roles and the databases of its `postgresql`, and a password for each role, in Secrets of names
that follow from the role's (`secret_name_template`, here as it is by default). By default it serves a certificate that
each pod signs for itself, so nobody could check who answers: here it serves one of the stack's own certificates, for
which there is `tls` in the manifest. Spilo looks every five minutes whether that has been renewed.

Source: zalando/postgres-operator 2.0, docs/user.md, docs/reference/cluster_manifest.md, pkg/cluster/k8sres.go.
"""

from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_kubernetes as k8s

from components.handles import SqlStores, StoreCertificates
from components.kubernetes import PART_OF, Installation, content_hash
from components.stores.database import operated
from components.stores.database.grants import GrantsArgs, grants_job
from components.stores.database.names import POSTGRES
from components.stores.database.roles import DATABASES, OWNERS, USERS
from settings.plans import PodPlan
from settings.zalando import Zalando as Settings

_API: Final = "acid.zalan.do/v1"
_KIND: Final = "postgresql"
_CREDENTIALS: Final = "credentials.postgresql.acid.zalan.do"
_PODS: Final = {"application": "spilo", "cluster-name": POSTGRES}
"""Labels of the operator's pods, unless its configuration names others."""
_SPILO_GROUP: Final = 103
"""PostgreSQL's group in Spilo, which must be able to read the key."""


@dataclass(frozen=True, kw_only=True)
class ZalandoArgs:
    """What to ask the operator for."""

    installation: Installation
    """Whose database."""
    settings: Settings
    """Its part of the stack file."""
    pod: PodPlan
    """Resources, scheduling, further environment of each instance."""
    storage_class: str | None
    """StorageClass of the volumes; the cluster's default class when None."""
    certificates: StoreCertificates
    """What it serves with, and what clients check it against."""
    protect: bool
    """Whether the engine refuses to delete it."""


class Zalando(pulumi.ComponentResource):
    """A `postgresql`, and the job that waits for it and gives users their rights."""

    stores: SqlStores
    """The two databases."""

    def __init__(self, name: str, args: ZalandoArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: the custom resource, the grants job."""
        super().__init__("temporal:database:Zalando", name, None, opts)
        self._args = args
        installation, settings = args.installation, args.settings
        cluster = k8s.apiextensions.CustomResource(
            f"{name}-cluster",
            api_version=_API,
            kind=_KIND,
            metadata=installation.metadata(POSTGRES, operated.COMPONENT, settings.version),
            spec=operated.without_nothing(self._spec()),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect or None),
        )
        secrets = {role: secret_of(role) for role in (*OWNERS, *USERS)}
        host = installation.dns(POSTGRES)
        grants = grants_job(
            f"{name}-grants",
            GrantsArgs(
                installation=installation,
                operator="Zalando's Postgres Operator",
                resource=f"{_KIND} {POSTGRES}",
                host=host,
                port=operated.PORT,
                authority=args.certificates.authority,
                secrets=secrets,
                names=secrets,
            ),
            pulumi.ResourceOptions(parent=self, depends_on=[cluster]),
        )
        self.stores = operated.stores(host, secrets, args.certificates.authority, grants)
        self.register_outputs({})

    def _spec(self) -> dict[str, Any]:
        args, settings, pod = self._args, self._args.settings, self._args.pod
        backup = settings.logical_backup
        affinity = operated.affinity(pod).get("nodeAffinity", {})
        return {
            "teamId": PART_OF,
            "numberOfInstances": settings.instances,
            "postgresql": {"version": settings.version, "parameters": operated.parameters(settings, pod)},
            "patroni": {"synchronous_mode": True} if settings.synchronous else None,
            "volume": operated.without_nothing({"size": settings.storage, "storageClass": args.storage_class}),
            # Roles may log in and nothing else unless flags say so.
            "users": {role: [] for role in (*OWNERS, *USERS)},
            "databases": {database: owner for database, owner, _ in DATABASES.values()},
            "tls": {"secretName": args.certificates.serving},
            "spiloFSGroup": _SPILO_GROUP,
            # What the operator's configuration may have by default: addresses outside of the cluster.
            "enableMasterLoadBalancer": False,
            "enableReplicaLoadBalancer": False,
            "enableLogicalBackup": backup is not None,
            "logicalBackupSchedule": backup.schedule if backup else None,
            "logicalBackupRetention": backup.retention if backup else None,
            "resources": operated.resources(pod),
            "env": operated.variables(pod),
            "tolerations": operated.tolerations(pod),
            "nodeAffinity": _with_labels(affinity, pod.scheduling.node_selector),
            "topologySpreadConstraints": operated.spread(pod, _PODS),
            "podPriorityClassName": pod.scheduling.priority_class,
            "podAnnotations": {
                **pod.scheduling.annotations,
                # With another authority the pods start again, and the jobs that follow find its leaf.
                "temporal-platform/config-hash": content_hash(args.certificates.trust),
            },
        }


def secret_of(role: str) -> str:
    """The operator's Secret of a role; names of objects have no '_'."""
    return f"{role.replace('_', '-')}.{POSTGRES}.{_CREDENTIALS}"


def _with_labels(affinity: dict[str, Any], labels: Any) -> dict[str, Any]:
    """Node affinity that asks for labels, too: the manifest knows no node selector."""
    if not labels:
        return affinity
    wanted = [{"key": key, "operator": "In", "values": [value]} for key, value in labels.items()]
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    terms = affinity.get(required, {}).get("nodeSelectorTerms") or [{}]
    with_labels = [{**term, "matchExpressions": [*term.get("matchExpressions", ()), *wanted]} for term in terms]
    return {**affinity, required: {"nodeSelectorTerms": with_labels}}
