"""Threads that play CloudNativePG and Zalando's Postgres Operator: each reads the custom resources in one namespace and
makes of them what its documentation promises, with one plain PostgreSQL pod instead of a cluster.

They know what the platform uses and nothing of the platform: names, roles, passwords and certificates are taken from
the resources. That the operators themselves do the same is their own documentation's word.
"""

import base64
import secrets
import subprocess
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from cryptography.hazmat.primitives.asymmetric import ec
from kubernetes import client

from embedded import toolchain
from embedded.progress import Progress
from tests.cluster.go_modules import manifests
from tests.drills.issuing import Authority, key_pem, pem, signed
from tests.drills.playing import Playing
from versions import POSTGRES_IMAGE

DEFINITIONS: Final = {
    ("github.com/cloudnative-pg/cloudnative-pg", "1.30.0"): [
        f"config/crd/bases/postgresql.cnpg.io_{plural}.yaml" for plural in ("clusters", "databases", "scheduledbackups")
    ],
    ("github.com/cloudnative-pg/plugin-barman-cloud", "0.15.0"): [
        "config/crd/bases/barmancloud.cnpg.io_objectstores.yaml"
    ],
    ("github.com/zalando/postgres-operator", "1.15.1"): ["manifests/postgresql.crd.yaml"],
}
"""Files with definitions by Go module."""
_SINCE_2_0: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["maxSkew", "topologyKey", "whenUnsatisfiable"],
        "properties": {
            "maxSkew": {"type": "integer"},
            "topologyKey": {"type": "string"},
            "whenUnsatisfiable": {"type": "string"},
            "nodeTaintsPolicy": {"type": "string"},
            "matchLabelKeys": {"type": "array", "items": {"type": "string"}},
            "labelSelector": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        },
    },
}
"""`topologySpreadConstraints` of Zalando's 2.0, of which the module proxy has no definition: all that it added to what
is used here."""
_UID: Final = 999
_HBA: Final = "local all postgres peer\nhostnossl all all all reject\nhostssl all all all scram-sha-256\n"


def definitions() -> str:
    """The operators' CustomResourceDefinitions, from their Go modules."""
    found = [each for each in yaml.safe_load_all(manifests(DEFINITIONS)) if each]
    [zalando] = [each for each in found if each["metadata"]["name"] == "postgresqls.acid.zalan.do"]
    [version] = zalando["spec"]["versions"]
    version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["topologySpreadConstraints"] = _SINCE_2_0
    return yaml.safe_dump_all(found)


class Operator(Playing):
    """Acts on every custom resource of its kind until it is stopped; `failure` is what ended it before that."""

    group: str
    plural: str
    version = "v1"

    def __init__(self, kubeconfig: Path, namespace: str) -> None:
        super().__init__(kubeconfig)
        self._kubeconfig = kubeconfig
        self._namespace = namespace

    def _look(self) -> None:
        for cluster in self._listed(self.group, self.plural):
            self._see_to(cluster)

    @abstractmethod
    def _see_to(self, cluster: dict[str, Any]) -> None:
        """One look at a resource."""

    def _listed(self, group: str, plural: str) -> list[dict[str, Any]]:
        found: Any = self._objects.list_namespaced_custom_object(group, self.version, self._namespace, plural)
        return list(found["items"])

    def _status(self, plural: str, name: str, status: Mapping[str, Any]) -> None:
        self._objects.patch_namespaced_custom_object_status(
            self.group, self.version, self._namespace, plural, name, {"status": dict(status)}
        )

    def _secret(self, name: str) -> dict[str, str]:
        found: Any = self._core.read_namespaced_secret(name, self._namespace)
        return {key: base64.b64decode(value).decode() for key, value in found.data.items()}

    def _write(self, name: str, files: Mapping[str, str]) -> None:
        secret = client.V1Secret(metadata=client.V1ObjectMeta(name=name), string_data=dict(files))
        self._core.create_namespaced_secret(self._namespace, secret)

    def _is_there(self, pod: str) -> bool:
        found: Any = self._core.list_namespaced_pod(self._namespace)
        return any(each.metadata.name == pod for each in found.items)

    def _is_ready(self, pod: str) -> bool:
        found: Any = self._core.read_namespaced_pod(pod, self._namespace)
        return any(each.type == "Ready" and each.status == "True" for each in found.status.conditions or ())

    def _hurry(self) -> None:
        """Makes the kubelet bring new Secrets to pods that wait for them now; by itself it looks once a minute."""
        found: Any = self._core.list_namespaced_pod(self._namespace, field_selector="status.phase=Running")
        for each in found.items:
            body = {"metadata": {"annotations": {"temporal-platform-tests/looked-at": secrets.token_hex(4)}}}
            self._core.patch_namespaced_pod(each.metadata.name, self._namespace, body)

    def _psql(self, pod: str, sql: str) -> str:
        """As the superuser, by the socket."""
        kubectl = toolchain.ensure(["kubectl"], Progress()).path("kubectl")
        words = [str(kubectl), "--kubeconfig", str(self._kubeconfig), "-n", self._namespace, "exec", "-i", pod, "--"]
        psql = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1"]
        done = subprocess.run([*words, *psql], input=sql, capture_output=True, text=True, check=True)
        return done.stdout

    def _start(
        self,
        pod: str,
        *,
        service: str,
        labels: Mapping[str, str],
        serving: str,
        parameters: Mapping[str, str],
        variables: list[Any],
        pod_context: Mapping[str, Any],
        context: Mapping[str, Any],
    ) -> None:
        """One PostgreSQL that serves with the Secret `serving`, and a Service to it."""
        self._write(f"{pod}-hba", {"pg_hba.conf": _HBA})
        settings = {
            **parameters,
            "ssl": "on",
            "ssl_cert_file": "/tls/tls.crt",
            "ssl_key_file": "/tls/tls.key",
            "hba_file": "/etc/hba/pg_hba.conf",
        }
        container = {
            "name": "postgres",
            "image": POSTGRES_IMAGE,
            "imagePullPolicy": "IfNotPresent",
            "args": ["postgres", *(f"-c{key}={value}" for key, value in settings.items())],
            "env": [
                {"name": "POSTGRES_PASSWORD", "value": secrets.token_hex(16)},
                {"name": "PGDATA", "value": "/var/lib/postgresql/data/pgdata"},
                *variables,
            ],
            "readinessProbe": {"tcpSocket": {"port": 5432}, "periodSeconds": 1},
            "securityContext": dict(context),
            "volumeMounts": [
                {"name": "serving", "mountPath": "/tls"},
                {"name": "hba", "mountPath": "/etc/hba"},
                {"name": "data", "mountPath": "/var/lib/postgresql/data"},
                {"name": "run", "mountPath": "/var/run/postgresql"},
            ],
        }
        spec = {
            "automountServiceAccountToken": False,
            "securityContext": {"runAsUser": _UID, "runAsGroup": _UID, **pod_context},
            "containers": [container],
            "volumes": [
                {"name": "serving", "secret": {"secretName": serving, "defaultMode": 0o640}},
                {"name": "hba", "secret": {"secretName": f"{pod}-hba", "defaultMode": 0o444}},
                {"name": "data", "emptyDir": {}},
                {"name": "run", "emptyDir": {}},
            ],
        }
        access: Any = {"metadata": {"name": service}, "spec": {"selector": dict(labels), "ports": [{"port": 5432}]}}
        self._core.create_namespaced_service(self._namespace, access)
        body: Any = {"metadata": {"name": pod, "labels": dict(labels)}, "spec": spec}
        self._core.create_namespaced_pod(self._namespace, body)


class Zalando(Operator):
    """docs/user.md and docs/reference/cluster_manifest.md of zalando/postgres-operator; its pods are as Spilo's are,
    with none of what the Pod Security Standard `restricted` asks for."""

    group, plural = "acid.zalan.do", "postgresqls"

    def _see_to(self, cluster: dict[str, Any]) -> None:
        name, spec = cluster["metadata"]["name"], cluster["spec"]
        pod = f"{name}-0"
        assert name.startswith(f"{spec['teamId']}-")
        if not self._is_there(pod):
            self._status(self.plural, name, {"PostgresClusterStatus": "Creating"})
            self._start(
                pod,
                service=name,
                labels={"application": "spilo", "cluster-name": name, "spilo-role": "master"},
                serving=spec["tls"]["secretName"],
                parameters=spec["postgresql"]["parameters"],
                variables=spec.get("env", []),
                pod_context={"fsGroup": spec["spiloFSGroup"]},
                context={"allowPrivilegeEscalation": True},
            )
        elif cluster["status"]["PostgresClusterStatus"] == "Creating" and self._is_ready(pod):
            self._fill(pod, name, spec)
            self._status(self.plural, name, {"PostgresClusterStatus": "Running"})

    def _fill(self, pod: str, name: str, spec: dict[str, Any]) -> None:
        for user, flags in spec["users"].items():
            password = secrets.token_hex(32)
            secret = f"{user.replace('_', '-')}.{name}.credentials.postgresql.acid.zalan.do"
            self._write(secret, {"username": user, "password": password})
            words = " ".join(flags).upper()
            self._psql(pod, f"CREATE ROLE \"{user}\" LOGIN {words} ENCRYPTED PASSWORD '{password}';")
        for database, owner in spec["databases"].items():
            self._psql(pod, f'CREATE DATABASE "{database}" OWNER "{owner}";')
        self._hurry()


class CloudNativePg(Operator):
    """docs/src of cloudnative-pg: bootstrap, declarative_role_management, declarative_database_management,
    certificates, service_management; its pods are `restricted`."""

    group, plural = "postgresql.cnpg.io", "clusters"

    def __init__(self, kubeconfig: Path, namespace: str) -> None:
        super().__init__(kubeconfig, namespace)
        self.passwords: dict[str, str] = {}
        """As they are set, by role."""

    def _see_to(self, cluster: dict[str, Any]) -> None:
        name, spec = cluster["metadata"]["name"], cluster["spec"]
        pod = f"{name}-1"
        if not self._is_there(pod):
            self._certify(name)
            self._start(
                pod,
                service=f"{name}-rw",
                labels={"cnpg.io/cluster": name, "cnpg.io/instanceRole": "primary"},
                serving=f"{name}-server",
                parameters=spec["postgresql"]["parameters"],
                variables=spec.get("env", []),
                pod_context={"runAsNonRoot": True, "fsGroup": _UID, "seccompProfile": {"type": "RuntimeDefault"}},
                context={"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
            )
        elif self._is_ready(pod):
            self._bootstrap(pod, cluster)
            self._roles(pod, spec["managed"]["roles"])
            self._databases(pod, name)

    def _certify(self, name: str) -> None:
        """An authority of the cluster's own, and a leaf for its Services."""
        authority, key = Authority.new(name), ec.generate_private_key(ec.SECP256R1())
        self._write(
            f"{name}-ca", {"ca.crt": pem(authority.certificate).decode(), "ca.key": key_pem(authority.key).decode()}
        )
        services = [f"{name}-{kind}" for kind in ("rw", "r", "ro")]
        places = ("", f".{self._namespace}", f".{self._namespace}.svc", f".{self._namespace}.svc.cluster.local")
        names = [f"{service}{place}" for service in services for place in places]
        leaf = signed(key, {"commonName": f"{name}-rw", "dnsNames": names, "usages": ["server auth"]}, authority)
        self._write(f"{name}-server", {"tls.crt": pem(leaf).decode(), "tls.key": key_pem(key).decode()})

    def _bootstrap(self, pod: str, cluster: dict[str, Any]) -> None:
        if cluster.get("status", {}).get("conditions"):
            return
        said = cluster["spec"]["bootstrap"]["initdb"]
        login = self._secret(said["secret"]["name"])
        assert login["username"] == said["owner"]
        self._psql(pod, f'CREATE ROLE "{said["owner"]}" LOGIN;')
        self._psql(pod, f'CREATE DATABASE "{said["database"]}" OWNER "{said["owner"]}";')
        condition = {
            "type": "Ready",
            "status": "True",
            "reason": "ClusterIsReady",
            "message": "Cluster is Ready",
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        }
        self._status(self.plural, cluster["metadata"]["name"], {"conditions": [condition]})

    def _roles(self, pod: str, roles: list[dict[str, Any]]) -> None:
        """Followed as their Secrets change."""
        for role in roles:
            found: Any = self._core.read_namespaced_secret(role["passwordSecret"]["name"], self._namespace)
            assert found.type == "kubernetes.io/basic-auth"
            assert found.metadata.labels["cnpg.io/reload"] == "true"
            login = self._secret(role["passwordSecret"]["name"])
            assert login["username"] == role["name"]
            if self.passwords.get(role["name"]) != login["password"]:
                if role["name"] not in self._psql(pod, "SELECT rolname FROM pg_roles;").splitlines():
                    self._psql(pod, f'CREATE ROLE "{role["name"]}" LOGIN;')
                self._psql(pod, f"ALTER ROLE \"{role['name']}\" LOGIN PASSWORD '{login['password']}';")
                self.passwords[role["name"]] = login["password"]

    def _databases(self, pod: str, name: str) -> None:
        for database in self._listed(self.group, "databases"):
            spec = database["spec"]
            if spec["cluster"]["name"] == name and not database.get("status", {}).get("applied"):
                self._psql(pod, f'CREATE DATABASE "{spec["name"]}" OWNER "{spec["owner"]}";')
                self._status("databases", database["metadata"]["name"], {"applied": True})
