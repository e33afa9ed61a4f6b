"""A thread that plays External Secrets and the Secrets Manager behind it.

It knows what the platform uses: a generator of passwords, a PushSecret that writes what is not there yet,
ExternalSecrets that bring a property of a secret, or a text with it, into the cluster. That the operator itself does
the same is its own documentation's word.
"""

import base64
import json
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from kubernetes import client

from tests.drills.playing import Playing

GROUP: Final = "external-secrets.io"
EXTERNAL: Final = (GROUP, "v1", "externalsecrets")
PUSH: Final = (GROUP, "v1alpha1", "pushsecrets")
GENERATORS: Final = (f"generators.{GROUP}", "v1alpha1", "passwords")
_PLACEHOLDER: Final = re.compile(r"{{ \.([a-z_]+) }}")


class SecretsManager(Playing):
    """Acts until it is stopped. `kept` is what Secrets Manager holds, by name or ARN; `master` is the login that RDS
    keeps there under an ARN of its own."""

    def __init__(self, kubeconfig: Path, namespaces: Sequence[str], master: dict[str, str]) -> None:
        super().__init__(kubeconfig)
        self.kept: dict[str, dict[str, str]] = {}
        self._master = master
        self._namespaces = namespaces

    def _look(self) -> None:
        for push in self._listed(PUSH):
            self._push(push)
        for external in self._listed(EXTERNAL):
            self._bring(external)

    def _listed(self, what: tuple[str, str, str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for namespace in self._namespaces:
            group, version, plural = what
            listed: Any = self._objects.list_namespaced_custom_object(group, version, namespace, plural)
            found += listed["items"]
        return found

    def _push(self, push: dict[str, Any]) -> None:
        """Writes what is not there, as `updatePolicy: IfNotExists` says; values are made for this push alone."""
        spec = push["spec"]
        assert spec["updatePolicy"] == "IfNotExists"
        group, version, plural = GENERATORS
        name = spec["selector"]["generatorRef"]["name"]
        namespace = push["metadata"]["namespace"]
        generator: Any = self._objects.get_namespaced_custom_object(group, version, namespace, plural, name)
        made = {key: secrets.token_hex(generator["spec"]["length"] // 2) for key in generator["spec"]["secretKeys"]}
        for entry in spec["data"]:
            template = spec["template"]["data"][entry["match"]["secretKey"]]
            text = _PLACEHOLDER.sub(lambda found: made[found[1]], template)
            self.kept.setdefault(entry["match"]["remoteRef"]["remoteKey"], json.loads(text))
        self._is_ready(PUSH, push)

    def _bring(self, external: dict[str, Any]) -> None:
        """Makes the Secret as soon as everything that it is made of is there."""
        found = {}
        for entry in external["spec"]["data"]:
            source = entry["remoteRef"]["key"]
            login = self._master if ":secret:rds!" in source else self.kept.get(source)
            if login is None:
                return
            found[entry["secretKey"]] = login[entry["remoteRef"]["property"]]
        template = external["spec"]["target"].get("template")
        if template:
            said = template["data"].items()
            found = {key: _PLACEHOLDER.sub(lambda each: found[each[1]], text) for key, text in said}
        self._write(external, {key: base64.b64encode(text.encode()).decode() for key, text in found.items()})
        self._is_ready(EXTERNAL, external)

    def _write(self, external: dict[str, Any], data: dict[str, str]) -> None:
        """The Secret, which goes with its ExternalSecret."""
        metadata = external["metadata"]
        owner = {
            "apiVersion": f"{GROUP}/v1",
            "kind": "ExternalSecret",
            "name": metadata["name"],
            "uid": metadata["uid"],
            "controller": True,
        }
        name, namespace = external["spec"]["target"]["name"], metadata["namespace"]
        secret = client.V1Secret(metadata=client.V1ObjectMeta(name=name, owner_references=[owner]), data=data)
        try:
            if self._core.read_namespaced_secret(name, namespace).data != data:
                self._core.replace_namespaced_secret(name, namespace, secret)
        except client.ApiException as error:
            if error.status != 404:
                raise
            self._core.create_namespaced_secret(namespace, secret)

    def _is_ready(self, what: tuple[str, str, str], found: dict[str, Any]) -> None:
        if any(condition["type"] == "Ready" for condition in found.get("status", {}).get("conditions", ())):
            return
        group, version, plural = what
        condition = {
            "type": "Ready",
            "status": "True",
            "reason": "Synced",
            "message": "synced",
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        }
        self._objects.patch_namespaced_custom_object_status(
            group,
            version,
            found["metadata"]["namespace"],
            plural,
            found["metadata"]["name"],
            {"status": {"conditions": [condition]}},
        )
