"""Logins of a database in RDS on their way through Secrets Manager, as objects of External Secrets.

No password is in the state, in a diff or in a log. External Secrets makes one for each role and writes it into its
secret of Secrets Manager, once (`updatePolicy: IfNotExists`): whatever happens to the objects here, a password that is
there is never changed. From there they come into the cluster.

What is waited for must be new: an object of the operator says that it is ready also from before it was changed. So
those that a job waits for have names of what they were made for. Pods mount Secrets of fixed names, which follow by
themselves.

Source: external-secrets.io 2.9, ExternalSecret, PushSecret, Password, AWS Secrets Manager.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_kubernetes as k8s

import versions
from components.kubernetes import Installation, content_hash
from settings.aws import SecretStore
from settings.rds.models import Aurora, KeptPassword, Rds

VERSION: Final = versions.POSTGRES.partition("-")[0]
"""Of the PostgreSQL that jobs speak with."""
_COMPONENT: Final = "database"
_GENERATOR: Final = ("generators.external-secrets.io/v1alpha1", "Password")
_PUSH: Final = ("external-secrets.io/v1alpha1", "PushSecret")
_EXTERNAL: Final = ("external-secrets.io/v1", "ExternalSecret")
_REFRESH: Final = "5m"
_LENGTH: Final = 32


@dataclass(frozen=True, kw_only=True)
class Logins:
    """The objects of one database."""

    name: str
    """What its resources are called by."""
    installation: Installation
    """Whose they are."""
    store: SecretStore
    """Where the operator finds secrets."""
    opts: pulumi.ResourceOptions
    """Options of all of them."""

    def made(
        self, generator: str, name: str, secrets: Mapping[str, str], after: Sequence[pulumi.Resource]
    ) -> pulumi.Resource:
        """A generator, and the object that writes what it makes into every secret, by role, that has no value yet."""
        making = self._object(
            "generator",
            _GENERATOR,
            self._metadata(generator),
            {
                "length": _LENGTH,
                "digits": _LENGTH // 4,
                "symbols": 0,
                "noUpper": False,
                "allowRepeat": True,
                "secretKeys": [*secrets],
            },
        )
        return self._object(
            "push",
            _PUSH,
            self._metadata(name, waited=True),
            {
                "refreshInterval": "0s",
                "updatePolicy": "IfNotExists",
                "deletionPolicy": "None",
                "secretStoreRefs": [{"kind": self.store.kind, "name": self.store.name}],
                "selector": {"generatorRef": {"apiVersion": _GENERATOR[0], "kind": _GENERATOR[1], "name": generator}},
                "template": {"data": {f"{role}.json": _login(role) for role in secrets}},
                "data": [
                    {
                        "match": {"secretKey": f"{role}.json", "remoteRef": {"remoteKey": secret}},
                        "metadata": {
                            "apiVersion": "kubernetes.external-secrets.io/v1alpha1",
                            "kind": "PushSecretMetadata",
                            "spec": {"secretPushFormat": "string"},
                        },
                    }
                    for role, secret in secrets.items()
                ],
            },
            after=[making, *after],
        )

    def brought(
        self,
        role: str,
        secret: str,
        sources: Mapping[str, pulumi.Input[str]],
        after: Sequence[pulumi.Resource] = (),
        *,
        metadata: k8s.meta.v1.ObjectMetaArgs | None = None,
        template: Mapping[str, pulumi.Input[str]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> pulumi.Output[str]:
        """A Secret that follows Secrets Manager: its name, known at preview, and after it is there. It has the
        passwords, or what a `template` makes of them; `opts` are for one in another namespace."""
        words = {"template": {"engineVersion": "v2", "data": dict(template)}} if template else {}
        brought = self._object(
            role,
            _EXTERNAL,
            metadata or self._metadata(secret, waited=True),
            {
                "refreshInterval": _REFRESH,
                "secretStoreRef": {"kind": self.store.kind, "name": self.store.name},
                "target": {"name": secret, "creationPolicy": "Owner", "deletionPolicy": "Retain", **words},
                "data": [
                    {"secretKey": key, "remoteRef": {"key": source, "property": "password"}}
                    for key, source in sources.items()
                ],
            },
            after=after,
            opts=opts,
        )
        return brought.urn.apply(lambda _: secret)

    def _metadata(self, name: str, *, waited: bool = False) -> k8s.meta.v1.ObjectMetaArgs:
        return self.installation.metadata(name, _COMPONENT, VERSION, WAITED if waited else None)

    def _object(
        self,
        role: str,
        what: tuple[str, str],
        metadata: k8s.meta.v1.ObjectMetaArgs,
        spec: Mapping[str, Any],
        *,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> k8s.apiextensions.CustomResource:
        api_version, kind = what
        return k8s.apiextensions.CustomResource(
            f"{self.name}-{role}",
            api_version=api_version,
            kind=kind,
            metadata=metadata,
            spec=dict(spec),
            opts=pulumi.ResourceOptions.merge(opts or self.opts, pulumi.ResourceOptions(depends_on=list(after))),
        )


WAITED: Final = {"pulumi.com/waitFor": "condition=Ready"}
"""Annotation of what the engine waits for."""


def origin(identifier: str, settings: Rds | Aurora) -> str:
    """A word for where the master user's password comes from."""
    kept = settings.master_password
    return content_hash(identifier, kept.secret if isinstance(kept, KeptPassword) else "")


def _login(role: str) -> str:
    """A template of External Secrets. Letters and digits need no quoting."""
    return json.dumps({"username": role, "password": f"{{{{ .{role} }}}}"})
