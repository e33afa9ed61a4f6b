"""Proves what is asked of the operators of PostgreSQL clusters, object by object, and how the server reaches what they
make.

The proof ends at the objects: that the operators' definitions take them, and that the grants job and the server get on
with what the operators promise to make of them, is seen on a cluster, where a thread plays the operators.
"""

import copy
from typing import Any

import pytest

from tests.program import recording, stacks
from tests.program.recording import Recording, plain

ROLES = ("temporal", "temporal_owner", "temporal_visibility", "temporal_visibility_owner")
SERVICES = ("frontend", "internal-frontend", "history", "matching", "worker")
PARAMETERS = {"max_connections": "200", "shared_buffers": "224MB", "password_encryption": "scram-sha-256"}
RESOURCES = {"requests": {"cpu": "100m", "memory": "896Mi"}, "limits": {"memory": "896Mi"}}
WORDS: dict[str, Any] = {
    "instances": 2,
    "synchronous": False,
    "version": "16",
    "storage": "1Ti",
    "storageClass": "fast",
    "maxConnections": 500,
    "parameters": {"work_mem": "8MB", "jit": "off"},
    "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "4", "memory": "8Gi"}},
    "environment": {"PLAIN": "one"},
    "secretEnvironment": {"HIDDEN": {"secret": "theirs", "key": "hidden"}},
    "tolerations": [{"key": "dedicated", "value": "postgres", "effect": "NoSchedule"}],
    "nodeSelector": {"disk": "ssd"},
    "priorityClass": "high",
    "annotations": {"note": "one"},
    "spread": {"zones": "required", "hosts": "off"},
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [
                    {"matchExpressions": [{"key": "zone", "operator": "In", "values": [zone]}]} for zone in "ab"
                ]
            }
        }
    },
}
"""Everything that both take, said otherwise than by default."""
VARIABLES = [
    {"name": "PLAIN", "value": "one"},
    {"name": "HIDDEN", "valueFrom": {"secretKeyRef": {"name": "theirs", "key": "hidden"}}},
]
TOLERATIONS = [{"key": "dedicated", "operator": "Equal", "value": "postgres", "effect": "NoSchedule"}]
PASSWORDS = {
    "zalando": {
        role: f"{role.replace('_', '-')}.temporal-postgres.credentials.postgresql.acid.zalan.do" for role in ROLES
    },
    "cloudnative_pg": {role: f"temporal-postgres-{role.replace('_', '-')}" for role in ROLES},
}
HOSTS = {"zalando": "temporal-postgres.local.svc", "cloudnative_pg": "temporal-postgres-rw.local.svc"}
AUTHORITIES = {"zalando": "temporal-database-ca", "cloudnative_pg": "temporal-postgres-ca"}
BOTH = pytest.mark.parametrize("stack", ["zalando", "cloudnative_pg"])


def _spread(selector: dict[str, str], **topologies: str) -> list[dict[str, Any]]:
    keys = {"zones": "topology.kubernetes.io/zone", "hosts": "kubernetes.io/hostname"}
    return [
        {
            "maxSkew": 1,
            "topologyKey": keys[name],
            "whenUnsatisfiable": words,
            "labelSelector": {"matchLabels": selector},
            "nodeTaintsPolicy": "Honor",
        }
        for name, words in topologies.items()
    ]


SPILO = {"application": "spilo", "cluster-name": "temporal-postgres"}
CNPG = {"cnpg.io/cluster": "temporal-postgres"}


def _object(found: Recording, kind: str) -> dict[str, Any]:
    [one] = [each for each in found.kubernetes() if each["kind"] == kind]
    return copy.deepcopy(one)


def _full(config: dict[str, Any]) -> Recording:
    config = stacks.changed(config, kubernetes__createNamespace=False, protection=True)
    config["temporal:database"] |= WORDS
    return recording.run(config)


def test_zalando_by_default(zalando: Recording) -> None:
    made = _object(zalando, "postgresql")
    assert (made["apiVersion"], made["metadata"]["name"]) == ("acid.zalan.do/v1", "temporal-postgres")
    assert "annotations" not in made["metadata"]
    annotations = made["spec"].pop("podAnnotations")
    assert list(annotations) == ["temporal-platform/config-hash"]
    assert made["spec"] == {
        "teamId": "temporal",
        "numberOfInstances": 3,
        "postgresql": {"version": "17", "parameters": PARAMETERS},
        "patroni": {"synchronous_mode": True},
        "volume": {"size": "20Gi"},
        "users": {role: [] for role in ROLES},
        "databases": {"temporal": "temporal_owner", "temporal_visibility": "temporal_visibility_owner"},
        "tls": {"secretName": "temporal-database-tls"},
        "spiloFSGroup": 103,
        "enableMasterLoadBalancer": False,
        "enableReplicaLoadBalancer": False,
        "enableLogicalBackup": False,
        "resources": RESOURCES,
        "topologySpreadConstraints": _spread(SPILO, zones="ScheduleAnyway", hosts="ScheduleAnyway"),
    }
    assert not [name for name in zalando.of("random:index/randomPassword:RandomPassword") if "database" in name]


def test_zalando_with_every_word() -> None:
    found = _full(stacks.zalando(logicalBackup={"schedule": "0 3 * * *", "retention": "2 weeks"}))
    spec = _object(found, "postgresql")["spec"]
    assert spec.pop("podAnnotations")["note"] == "one"
    expected = {"key": "disk", "operator": "In", "values": ["ssd"]}
    assert spec == {
        "teamId": "temporal",
        "numberOfInstances": 2,
        "postgresql": {
            "version": "16",
            "parameters": {
                **PARAMETERS,
                "max_connections": "500",
                "shared_buffers": "2048MB",
                "work_mem": "8MB",
                "jit": "off",
            },
        },
        "volume": {"size": "1Ti", "storageClass": "fast"},
        "users": {role: [] for role in ROLES},
        "databases": {"temporal": "temporal_owner", "temporal_visibility": "temporal_visibility_owner"},
        "tls": {"secretName": "temporal-database-tls"},
        "spiloFSGroup": 103,
        "enableMasterLoadBalancer": False,
        "enableReplicaLoadBalancer": False,
        "enableLogicalBackup": True,
        "logicalBackupSchedule": "0 3 * * *",
        "logicalBackupRetention": "2 weeks",
        "resources": {"requests": {"cpu": "2", "memory": "8Gi"}, "limits": {"cpu": "4", "memory": "8Gi"}},
        "env": VARIABLES,
        "tolerations": TOLERATIONS,
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [
                    {"matchExpressions": [{"key": "zone", "operator": "In", "values": [zone]}, expected]}
                    for zone in "ab"
                ]
            }
        },
        "podPriorityClassName": "high",
        "topologySpreadConstraints": _spread(SPILO, zones="DoNotSchedule"),
    }


def test_labels_of_nodes_without_affinity() -> None:
    spec = _object(recording.run(stacks.zalando(nodeSelector={"disk": "ssd"})), "postgresql")["spec"]
    assert spec["nodeAffinity"] == {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}]
        }
    }


def test_zalando_serves_a_certificate_of_the_stack(zalando: Recording) -> None:
    """For the names of the Service that the operator makes."""
    request = zalando.of("tls:index/certRequest:CertRequest")["temporal-certificates-database-request"]
    assert HOSTS["zalando"] in plain(request.inputs)["dnsNames"]
    assert set(plain(zalando.objects("Secret")["temporal-database-tls"]["stringData"])) >= {"tls.crt", "tls.key"}


def test_another_authority_restarts_spilo(zalando: Recording) -> None:
    """As it does the in-cluster database: the jobs that follow must find its leaf."""
    issued = recording.run(stacks.changed(stacks.cert_manager(), database={"kind": "zalando"}))
    one, other = (_object(found, "postgresql")["spec"]["podAnnotations"] for found in (zalando, issued))
    assert one != other


def test_spilos_pods_are_let_in(zalando: Recording, local: Recording, cloudnative_pg: Recording) -> None:
    """They are not `restricted`; everything else stays so, and is told of what is not."""
    levels = {}
    for name, found in {"zalando": zalando, "local": local, "cloudnative-pg": cloudnative_pg}.items():
        labels = found.objects("Namespace")["local"]["metadata"]["labels"]
        levels[name] = {key.rpartition("/")[2]: value for key, value in labels.items() if "pod-security" in key}
    strict = dict.fromkeys(("enforce", "audit", "warn"), "restricted")
    assert levels == {"zalando": {**strict, "enforce": "baseline"}, "local": strict, "cloudnative-pg": strict}


def test_cloudnative_pg_by_default(cloudnative_pg: Recording) -> None:
    made = _object(cloudnative_pg, "Cluster")
    assert (made["apiVersion"], made["metadata"]["name"]) == ("postgresql.cnpg.io/v1", "temporal-postgres")
    assert made["metadata"]["annotations"] == {"pulumi.com/waitFor": "condition=Ready"}
    assert made["spec"] == {
        "instances": 3,
        "imageName": "ghcr.io/cloudnative-pg/postgresql:17-standard-trixie",
        "storage": {"size": "20Gi"},
        "postgresql": {
            "parameters": PARAMETERS,
            "synchronous": {"method": "any", "number": 1, "dataDurability": "preferred"},
            "pg_hba": ["hostnossl all all all reject"],
        },
        "enableSuperuserAccess": False,
        "bootstrap": {
            "initdb": {
                "database": "temporal",
                "owner": "temporal_owner",
                "secret": {"name": "temporal-postgres-temporal-owner"},
                "dataChecksums": True,
            }
        },
        "managed": {
            "roles": [
                {"name": role, "login": True, "passwordSecret": {"name": PASSWORDS["cloudnative_pg"][role]}}
                for role in ROLES
            ]
        },
        "plugins": [
            {
                "name": "barman-cloud.cloudnative-pg.io",
                "isWALArchiver": True,
                "parameters": {"barmanObjectName": "temporal-postgres"},
            }
        ],
        "resources": RESOURCES,
        "affinity": {"enablePodAntiAffinity": False},
        "topologySpreadConstraints": _spread(CNPG, zones="ScheduleAnyway", hosts="ScheduleAnyway"),
    }
    second = _object(cloudnative_pg, "Database")
    assert second["metadata"]["name"] == "temporal-postgres-visibility"
    assert second["spec"] == {
        "cluster": {"name": "temporal-postgres"},
        "name": "temporal_visibility",
        "owner": "temporal_visibility_owner",
    }


def test_cloudnative_pg_with_every_word() -> None:
    near = {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone", "labelSelector": {}}]}
    config = stacks.cloudnative_pg(image="registry.example.com/pg:16.4")
    config["temporal:images"] = {"pullSecrets": ["login"]}
    found = _full(stacks.changed(config, database__backup={"store": {"kind": "object-store", "name": "theirs"}}))
    spec = _object(found, "Cluster")["spec"]
    assert spec.pop("managed")
    assert spec.pop("bootstrap")
    assert spec == {
        "instances": 2,
        "imageName": "registry.example.com/pg:16.4",
        "imagePullSecrets": [{"name": "login"}],
        "storage": {"size": "1Ti", "storageClass": "fast"},
        "postgresql": {
            "parameters": {
                **PARAMETERS,
                "max_connections": "500",
                "shared_buffers": "2048MB",
                "work_mem": "8MB",
                "jit": "off",
            },
            "pg_hba": ["hostnossl all all all reject"],
        },
        "enableSuperuserAccess": False,
        "plugins": [
            {
                "name": "barman-cloud.cloudnative-pg.io",
                "isWALArchiver": True,
                "parameters": {"barmanObjectName": "theirs"},
            }
        ],
        "resources": {"requests": {"cpu": "2", "memory": "8Gi"}, "limits": {"cpu": "4", "memory": "8Gi"}},
        "env": VARIABLES,
        "affinity": {
            "enablePodAntiAffinity": False,
            "nodeAffinity": WORDS["affinity"]["nodeAffinity"],
            "nodeSelector": {"disk": "ssd"},
            "tolerations": TOLERATIONS,
        },
        "topologySpreadConstraints": _spread(CNPG, zones="DoNotSchedule"),
        "priorityClassName": "high",
        "inheritedMetadata": {"annotations": {"note": "one"}},
    }
    assert "ObjectStore" not in {each["kind"] for each in found.kubernetes()}
    affinity = {"podAffinity": near, "podAntiAffinity": near}
    other = _object(recording.run(stacks.cloudnative_pg(affinity=affinity)), "Cluster")["spec"]
    assert other["affinity"] == {
        "enablePodAntiAffinity": False,
        "additionalPodAffinity": near,
        "additionalPodAntiAffinity": near,
    }


def test_one_instance_waits_for_nobody() -> None:
    spec = _object(recording.run(stacks.cloudnative_pg(instances=1)), "Cluster")["spec"]
    assert "synchronous" not in spec["postgresql"]
    assert "plugins" not in spec


def test_backups(cloudnative_pg: Recording) -> None:
    store, schedule = _object(cloudnative_pg, "ObjectStore"), _object(cloudnative_pg, "ScheduledBackup")
    assert store["apiVersion"] == "barmancloud.cnpg.io/v1"
    assert store["spec"] == {
        "configuration": {
            "destinationPath": "s3://orders-backup",
            "s3Credentials": {"inheritFromIAMRole": True},
            "wal": {"compression": "gzip"},
        },
        "retentionPolicy": "30d",
    }
    assert schedule["spec"] == {
        "cluster": {"name": "temporal-postgres"},
        "schedule": "0 30 2 * * *",
        "immediate": True,
        "method": "plugin",
        "pluginConfiguration": {"name": "barman-cloud.cloudnative-pg.io"},
        "backupOwnerReference": "self",
    }


def test_backups_in_another_store() -> None:
    pair = {half: {"secret": "pair", "key": half} for half in ("accessKey", "secretKey")}
    store = {
        **stacks.STORE,
        "endpoint": "https://s3.example.com",
        "ca": {"secret": "authority", "key": "ca.pem"},
        "credentials": pair,
        "retention": "4w",
    }
    config = stacks.cloudnative_pg(backup={"store": store, "schedule": "0 0 1 * * *"})
    found = recording.run(stacks.changed(config, kubernetes__createNamespace=False))
    assert _object(found, "ObjectStore")["spec"] == {
        "configuration": {
            "destinationPath": "s3://orders-backup",
            "endpointURL": "https://s3.example.com",
            "endpointCA": {"name": "authority", "key": "ca.pem"},
            "s3Credentials": {
                "accessKeyId": {"name": "pair", "key": "accessKey"},
                "secretAccessKey": {"name": "pair", "key": "secretKey"},
            },
            "wal": {"compression": "gzip"},
        },
        "retentionPolicy": "4w",
    }
    assert _object(found, "ScheduledBackup")["spec"]["schedule"] == "0 0 1 * * *"


def test_passwords_as_cloudnative_pg_wants_them(cloudnative_pg: Recording) -> None:
    secrets = cloudnative_pg.objects("Secret")
    for role, name in PASSWORDS["cloudnative_pg"].items():
        secret = secrets[name]
        assert secret["type"] == "kubernetes.io/basic-auth"
        assert secret["metadata"]["labels"]["cnpg.io/reload"] == "true"
        password = f"password-of-temporal-database-{role.replace('_', '-')}-password"
        assert plain(secret["stringData"]) == {"username": role, "password": password}


def test_rotated_passwords(cloudnative_pg: Recording) -> None:
    """Are made anew, and the job that waits until the operator has set them runs again."""
    rotated = recording.run(stacks.cloudnative_pg(backup={"store": dict(stacks.STORE)}, passwordRotation=1))
    jobs = [{name for name in found.objects("Job") if "grants" in name} for found in (cloudnative_pg, rotated)]
    assert jobs[0] & jobs[1] == set()
    made = rotated.of("random:index/randomPassword:RandomPassword")
    ours = {name: plain(r.inputs).get("keepers") for name, r in made.items() if name.startswith("temporal-database")}
    assert ours == {f"temporal-database-{role.replace('_', '-')}-password": {"rotation": "1"} for role in ROLES}


@BOTH
def test_the_grants_job_knows_where_to_look(stack: str, request: pytest.FixtureRequest) -> None:
    found: Recording = request.getfixturevalue(stack)
    [name] = [name for name in found.objects("Job") if "grants" in name]
    pod = found.objects("Job")[name]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    said = {variable["name"]: variable["value"] for variable in container["env"]}
    assert (said["PGHOST"], said["PGPORT"], said["PGSSLMODE"]) == (HOSTS[stack], "5432", "verify-full")
    assert said["AUTHORITY"] == f"key ca.crt of Secret {AUTHORITIES[stack]}"
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert volumes["ca"]["secret"] == {
        "secretName": AUTHORITIES[stack],
        "defaultMode": 0o440,
        "items": [{"key": "ca.crt", "path": "ca.crt"}],
        "optional": True,
    }
    sources = [source["secret"] for source in volumes["passwords"]["projected"]["sources"]]
    assert {source["items"][0]["path"]: source["name"] for source in sources} == PASSWORDS[stack]
    assert all(source["optional"] and source["items"][0]["key"] == "password" for source in sources)
    secrets = PASSWORDS[stack]
    assert found.objects("ConfigMap")[name]["data"]["databases"].splitlines() == [
        f"{user} {user}_owner {user} {secrets[f'{user}_owner']} {secrets[user]}"
        for user in ("temporal", "temporal_visibility")
    ]


@BOTH
def test_the_server_comes_with_verified_tls_after_the_grants(stack: str, request: pytest.FixtureRequest) -> None:
    found: Recording = request.getfixturevalue(stack)
    schema = [r for r in found.of("kubernetes:batch/v1:Job").values() if "schema" in r.name]
    assert len(schema) == 2
    assert all("kubernetes:batch/v1:Job::temporal-database-grants" in r.waits_for for r in schema)
    for name in SERVICES:
        mounted = [*found.mounts(f"Deployment/temporal-{name}").values()]
        sources = [*mounted, *(each for one in mounted for each in one.get("projected", {}).get("sources", ()))]
        found_secrets = [source["secret"] for source in sources if "secret" in source]
        secrets = {secret.get("secretName", secret.get("name")) for secret in found_secrets}
        wanted = {PASSWORDS[stack][user] for user in ("temporal", "temporal_visibility")}
        assert wanted | {AUTHORITIES[stack]} <= secrets
        assert not {PASSWORDS[stack][f"{user}_owner"] for user in ("temporal", "temporal_visibility")} & secrets
    data = found.objects("ConfigMap")["temporal-frontend-config"]["data"]
    [text] = [text for name, text in data.items() if "persistence" in text]
    assert f"connectAddr: {HOSTS[stack]}:5432" in text
    assert "enableHostVerification: true" in text


@BOTH
def test_the_grants_job_waits_for_the_cluster_to_be_asked_for(stack: str, request: pytest.FixtureRequest) -> None:
    found: Recording = request.getfixturevalue(stack)
    [cluster] = [r for r in found.registrations if r.name == "temporal-database-cluster"]
    grants = found.of("kubernetes:batch/v1:Job")["temporal-database-grants"]
    assert f"{cluster.type}::{cluster.name}" in grants.waits_for
    assert cluster.first_patience == ("30m" if stack == "cloudnative_pg" else "")


@BOTH
def test_production_protects_the_cluster(stack: str) -> None:
    config = stacks.changed(getattr(stacks, stack)(), protection=True)
    found = recording.run(config)
    protected = {r.name for r in found.registrations if r.protect}
    assert {name for name in protected if "database" in name} >= {"temporal-database-cluster"}


def test_a_cluster_of_the_operators_needs_no_plugin_for_passwords() -> None:
    """Zalando's makes its own: the state holds none."""
    found = recording.run(stacks.changed(stacks.cert_manager(), database={"kind": "zalando"}))
    assert not [r.name for r in found.registrations if r.type.startswith(("random:", "tls:"))]
