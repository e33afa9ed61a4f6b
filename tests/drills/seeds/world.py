"""What a team has around its stack: Kubernetes namespaces, Secrets, a PostgreSQL, names that lead to it.

Whatever serves has a certificate of one authority, which the pods of a namespace can be made to trust as they trust
public ones.
"""

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

from components.stores.visibility.security import security_files
from tests.cluster.stack import Deployment
from tests.drills.issuing import Authority, key_pem, pem, signed
from versions import OPENSEARCH_IMAGE, POSTGRES_IMAGE, VERSITYGW_IMAGE

HERE: Final = Path(__file__).parent
ELSEWHERE: Final = "elsewhere"
"""The Kubernetes namespace of what is not in the cluster in reality."""


class World:
    """Made by and by; everything is gone when its namespaces are."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.authority = Authority.new("everybody")
        self._namespaces: list[str] = []

    def apply(self, *objects: Mapping[str, Any]) -> None:
        """Objects as they are to be."""
        for each in objects:
            self.deployment.kubectl("apply", "--server-side", "-f", "-", stdin=json.dumps(each))

    def namespace(self, name: str, **labels: str) -> None:
        """A Kubernetes namespace that is there before the stack."""
        if name not in self._namespaces:
            self._namespaces.append(name)
        said = {label.replace("__", "/").replace("_", "-"): value for label, value in labels.items()}
        self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": said}})

    def secret(self, namespace: str, name: str, files: Mapping[str, str | bytes]) -> None:
        """A Secret with these keys."""
        data = {key: _base64(value) for key, value in files.items()}
        metadata = {"name": name, "namespace": namespace}
        self.apply({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data})

    def serving(self, *hosts: str) -> dict[str, bytes]:
        """tls.crt, tls.key and ca.crt of who answers to these names."""
        key = ec.generate_private_key(ec.SECP256R1())
        usages = ["server auth", "client auth"]
        leaf = signed(key, {"commonName": "serving", "dnsNames": list(hosts), "usages": usages}, self.authority)
        return {"tls.crt": pem(leaf), "tls.key": key_pem(key), "ca.crt": pem(self.authority.certificate)}

    def postgres(
        self, host: str, logins: Mapping[str, str], databases: Mapping[str, str], *, place: str = ELSEWHERE
    ) -> str:
        """A PostgreSQL that answers to `host`, over TLS only. Returns the address of its Service.

        Args:
            logins: passwords by role.
            databases: owners by database.
            place: its Kubernetes namespace; its Service there is `temporal-postgres`.
        """
        self.namespace(place)
        roles = [f"CREATE ROLE \"{role}\" LOGIN PASSWORD '{password}';" for role, password in logins.items()]
        made = [f'CREATE DATABASE "{database}" OWNER "{owner}";' for database, owner in databases.items()]
        self.secret(place, "postgres-serving", self.serving(host))
        self.secret(
            place,
            "postgres",
            {
                "superuser": secrets.token_hex(16),
                "roles.sql": "\n".join([*roles, *made]),
                "pg_hba.conf": "local all all peer\nhostssl all all all scram-sha-256\n",
            },
        )
        self._manifest("postgres.yaml", {"place": place, "image": POSTGRES_IMAGE})
        self.wait(place, "postgres")
        return self.address(place, "temporal-postgres")

    def s3(self, bucket: str, region: str) -> tuple[str, dict[str, str]]:
        """An S3 server that answers to the bucket's host. Returns the address of its Service, and the key pair that
        may use it, as `access-key` and `secret-key`."""
        keys = {"access-key": secrets.token_hex(10).upper(), "secret-key": secrets.token_hex(20)}
        self.namespace(ELSEWHERE)
        self.secret(ELSEWHERE, "s3", keys)
        self.secret(ELSEWHERE, "s3-serving", self.serving(f"{bucket}.s3.{region}.amazonaws.com"))
        said = {"place": ELSEWHERE, "image": VERSITYGW_IMAGE, "bucket": bucket, "region": region}
        self._manifest("s3.yaml", said)
        self.wait(ELSEWHERE, "s3")
        return self.address(ELSEWHERE, "s3"), keys

    def elasticsearch(self, host: str, place: str, logins: Mapping[str, str]) -> None:
        """A search store that answers to `host`, with the users of docs/visibility.md and these passwords."""
        self.namespace(place)
        self.secret(place, "search-serving", self.serving(host))
        self.secret(place, "search-logins", logins)
        self.secret(place, "search-security", security_files({user: f"hash-of-{user}" for user in logins}))
        self._manifest("elasticsearch.yaml", {"place": place, "image": OPENSEARCH_IMAGE})
        self.wait(place, "elasticsearch")

    def _manifest(self, file: str, said: Mapping[str, str]) -> None:
        text = Template((HERE / file).read_text()).substitute(said)
        self.deployment.kubectl("apply", "-f", "-", stdin=text)

    def psql(self, sql: str, *, database: str = "postgres", place: str = ELSEWHERE) -> list[str]:
        """What that PostgreSQL answers to its superuser."""
        words = ["exec", "postgres", "--", "psql", "-XAt", "-d", database, "-c", sql]
        return self.deployment.kubectl("-n", place, *words).splitlines()

    def address(self, place: str, service: str) -> str:
        """The IP address of a Service."""
        words = ("-n", place, "get", "service", service, "-o", "jsonpath={.spec.clusterIP}")
        return self.deployment.kubectl(*words)

    def wait(self, place: str, pod: str) -> None:
        """Until a pod is ready."""
        self.deployment.kubectl("-n", place, "wait", "--for=condition=Ready", "--timeout=300s", f"pod/{pod}")

    def outside(self, namespace: str, names: Mapping[str, Sequence[str]]) -> None:
        """Pods of a namespace find hosts that are not in the cluster, addresses by name, and trust the authority as
        public."""
        self.secret(namespace, "public-authorities", {"ca.crt": pem(self.authority.certificate)})
        added = ", ".join(
            'JSONPatch{op: "add", path: "/spec/hostAliases/-", value: '
            f"Object.spec.hostAliases{{ip: {json.dumps(address)}, hostnames: {json.dumps(list(hosts))}}}}}"
            for address, hosts in names.items()
        )
        self._manifest("outside.yaml", {"namespace": namespace, "aliases": added})

    def end(self) -> None:
        """Takes the namespaces away, and what belongs to them."""
        for name in self._namespaces:
            for kind in ("mutatingadmissionpolicybinding", "mutatingadmissionpolicy"):
                self.deployment.kubectl("delete", kind, f"outside-{name}", "--ignore-not-found")
        self.deployment.kubectl("delete", "namespace", "--ignore-not-found", *self._namespaces)


def _base64(content: str | bytes) -> str:
    return base64.b64encode(content.encode() if isinstance(content, str) else content).decode()
