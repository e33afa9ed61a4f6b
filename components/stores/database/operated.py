"""What the clusters of all operators are made of: the words of a stack file in those of Kubernetes and PostgreSQL."""

from collections.abc import Mapping
from typing import Any, Final

import pulumi
import pulumi_kubernetes as k8s

from components.handles import SecretKey, SqlStore, SqlStores, SqlTls
from components.spread import spread_constraints
from components.stores.database.grants import KEY
from components.stores.database.roles import DATABASES
from settings.operated import Operated
from settings.plans import PodPlan
from settings.postgres_memory import SHARED_BUFFERS
from settings.scalars import bytes_of

COMPONENT: Final = "postgres"
PORT: Final = 5432
PATIENCE: Final = pulumi.CustomTimeouts(create="30m", update="30m")
"""Images, volumes and copies of a first start, one instance after the other."""
_MIB: Final = 1024**2


def parameters(settings: Operated, pod: PodPlan) -> dict[str, str]:
    """PostgreSQL's, those of the stack file last."""
    shared_buffers = max(bytes_of(pod.memory_limit) // SHARED_BUFFERS // _MIB, 64)
    return {
        "max_connections": str(settings.max_connections),
        "shared_buffers": f"{shared_buffers}MB",
        "password_encryption": "scram-sha-256",
        **settings.parameters,
    }


def resources(pod: PodPlan) -> dict[str, dict[str, str]]:
    """Requests, the memory limit, and the CPU limit where one is said."""
    limits = {"memory": pod.memory_limit} | ({"cpu": pod.cpu_limit} if pod.cpu_limit else {})
    return {"requests": {"cpu": pod.cpu_request, "memory": pod.memory_request}, "limits": limits}


def spread(pod: PodPlan, selector: Mapping[str, str]) -> list[dict[str, Any]]:
    """Constraints over zones and nodes for the pods of the cluster. One PostgreSQL has no roll-outs of many pods."""
    return [
        {
            "maxSkew": constraint.max_skew,
            "topologyKey": constraint.topology_key,
            "whenUnsatisfiable": constraint.when_unsatisfiable,
            "labelSelector": {"matchLabels": dict(selector)},
            "nodeTaintsPolicy": constraint.node_taints_policy,
        }
        for constraint in spread_constraints(pod.scheduling, selector)
    ]


def variables(pod: PodPlan) -> list[dict[str, Any]]:
    """Environment variables as custom resources take them."""
    plain = [{"name": name, "value": value} for name, value in pod.environment.items()]
    hidden = [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": key.secret, "key": key.key}}}
        for name, key in pod.secret_environment.items()
    ]
    return [*plain, *hidden]


def tolerations(pod: PodPlan) -> list[dict[str, Any]]:
    """In Kubernetes' words."""
    return [toleration.model_dump(by_alias=True, exclude_none=True) for toleration in pod.scheduling.tolerations]


def affinity(pod: PodPlan) -> dict[str, Any]:
    """In Kubernetes' words; empty without any."""
    said = pod.scheduling.affinity
    return said.model_dump(by_alias=True, exclude_defaults=True) if said else {}


def without_nothing(words: Mapping[str, Any]) -> dict[str, Any]:
    """A custom resource's spec without what is not said."""
    return {key: value for key, value in words.items() if value not in (None, {}, [])}


def stores(
    host: str, secrets: Mapping[str, pulumi.Input[str]], authority: SecretKey, grants: k8s.batch.v1.Job
) -> SqlStores:
    """The two databases, once the job is through."""
    found = {
        store: SqlStore(
            host=host,
            port=PORT,
            database=database,
            user=user,
            password=SecretKey(secret=secrets[user], key=KEY),
            owner=owner,
            owner_password=SecretKey(secret=secrets[owner], key=KEY),
            tls=SqlTls(enabled=True, verified=True, ca=authority),
            ready=[grants],
        )
        for store, (database, owner, user) in DATABASES.items()
    }
    return SqlStores(default=found["default"], visibility=found["visibility"])
