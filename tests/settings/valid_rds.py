"""Strategies for valid databases in Amazon RDS."""

from typing import Any, Final

from hypothesis import strategies as st

from settings.rds import offers
from tests.settings.valid_aws import RDS_ACCOUNT, RDS_REGION
from tests.settings.valid_pods import secret_keys, some

_BIG: Final = {"instance": "db.r7g.8xlarge", "multi-az-cluster": "db.r8gd.8xlarge", "aurora": "db.r8g.8xlarge"}
"""Classes with connections for any pods that are drawn."""
_KEPT: Final = {
    "kind": "kept",
    "secret": f"arn:aws:secretsmanager:{RDS_REGION}:{RDS_ACCOUNT}:secret:master-a1B2c3",
}
_RESTORES: Final = st.sampled_from(
    [
        {"kind": "snapshot", "snapshot": "rds:orders-2026-11-20-02-10"},
        {"kind": "point-in-time", "source": "orders"},
        {"kind": "point-in-time", "source": f"db-{'A' * 26}", "time": "2026-11-20T14:30:00Z"},
    ]
)
_VOLUMES: Final = st.sampled_from(
    [
        {"kind": "gp3"},
        {"kind": "gp3", "size": "400Gi", "iops": 16000},
        {"kind": "gp3", "size": "20Gi"},
        {"kind": "io2", "iops": 100000, "size": "65536Gi"},
    ]
)
_ALIKE: Final = {
    "identifier": st.sampled_from(["a", "orders-2"]),
    "port": st.integers(1150, 65535),
    "masterUser": st.sampled_from(["boss", "temporaladmin", "a1"]),
    "masterPassword": st.sampled_from([{"kind": "managed"}, _KEPT]),
    "backupDays": st.integers(1, 35),
    "backupWindow": st.sampled_from(["01:00-01:30", "23:00-00:30"]),
    "maintenanceWindow": st.sampled_from(["mon:03:00-mon:03:30", "sun:04:00-sun:20:00"]),
    "applyImmediately": st.booleans(),
    "finalSnapshot": st.booleans(),
    "restore": _RESTORES,
    "certificateAuthority": st.sampled_from(["rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"]),
    "ca": secret_keys,
    "insightsDays": st.sampled_from([7, 31, 731]),
    "monitoringInterval": st.sampled_from([0, 1, 60]),
    "logDays": st.sampled_from([1, 3653]),
    "passwordRotation": st.integers(0, 1_000_000),
}


@st.composite
def managed_databases(draw: st.DrawFn) -> dict[str, Any]:
    """Of both kinds, each deployment with what it may have."""
    alike = draw(some(**_ALIKE))
    if draw(st.booleans()):
        return {**alike, **draw(_auroras())}
    deployment = draw(st.sampled_from(["single-az-instance", "multi-az-instance", "multi-az-cluster"]))
    said = {"kind": "rds", "deployment": deployment, "storage": draw(_VOLUMES), **alike}
    said |= draw(some(engineVersion=st.sampled_from(offers.versions_of("postgres"))))
    if deployment == "multi-az-cluster":
        return {**said, "class": _BIG["multi-az-cluster"]}
    replicas = [{"name": "reporting"}, {"name": "b", "class": "db.t4g.medium"}]
    further = some(iamAuthentication=st.booleans(), readReplicas=st.just(replicas))
    if said.get("masterPassword") == _KEPT and draw(st.booleans()):
        further = some(iamAuthentication=st.booleans(), upgrades=st.just("blue-green"))
    return {**said, "class": _BIG["instance"], **draw(further)}


def _auroras() -> st.SearchStrategy[dict[str, Any]]:
    instances = some(instances=st.integers(1, 15))
    provisioned = instances.map(lambda said: {"kind": "provisioned", "class": _BIG["aurora"], **said})
    serverless = some(minimum=st.sampled_from([1, 2.5, 128]), instances=st.integers(1, 15)).map(
        lambda said: {"kind": "serverless", "maximum": 256, **said}
    )
    return st.fixed_dictionaries(
        {"kind": st.just("aurora"), "capacity": st.one_of(provisioned, serverless)},
        optional={
            "engineVersion": st.sampled_from(offers.versions_of("aurora-postgresql")),
            "storage": st.sampled_from(["standard", "io-optimized"]),
            "iamAuthentication": st.booleans(),
        },
    )
