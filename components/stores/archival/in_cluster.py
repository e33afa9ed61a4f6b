"""An S3 server in the cluster: one pod of versitygw, one volume, TLS only. For development and tests."""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s
import pulumi_random as random

import versions
from components.handles import Bucket, KeyPair, SecretKey, StoreCertificates
from components.kubernetes import Installation, content_hash, mount, scratch_volume, secret_volume, volume_claim
from components.pods import environment, planned_resources, pod_spec, restricted_container, secret_variable
from components.stores.archival.look import look_job
from components.stores.archival.names import ARCHIVE
from components.stores.archival.serving import SERVING_SH
from settings.archival import InClusterArchive
from settings.plans import PodPlan

_COMPONENT: Final = "archive"
_UID: Final = 1000
_PORT: Final = 7070
_GRACE_SECONDS: Final = 30
_REGION: Final = "us-east-1"
_DATA: Final = "/var/lib/versitygw"
_TLS: Final = "/etc/versitygw/tls"
_HEALTH: Final = "/-/health"  # no bucket's name begins so
_ACCESS_KEY, _SECRET_KEY = "accessKey", "secretKey"


@dataclass(frozen=True, kw_only=True)
class InClusterS3Args:
    """The pod and what it serves with."""

    installation: Installation
    """Where it runs."""
    settings: InClusterArchive
    """Its part of the stack file."""
    pod: PodPlan
    """Resources, scheduling, further environment."""
    storage_class: str | None
    """StorageClass of the volume; the cluster's default class when None."""
    certificates: StoreCertificates
    """What it serves with, and what clients check it against."""
    protect: bool
    """Whether the engine refuses to delete the data."""


class InClusterS3(pulumi.ComponentResource):
    """A StatefulSet of one S3 server with one bucket, its Service and its key pair."""

    bucket: Bucket
    """The bucket as the server's pods see it."""
    ready: pulumi.Resource
    """What must exist before the first request: a look into the bucket."""

    def __init__(self, name: str, args: InClusterS3Args, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: the key pair, its Secret, ServiceAccount, StatefulSet, Service, a look into the bucket."""
        super().__init__("temporal:archival:InClusterS3", name, None, opts)
        self._name = name
        self._args = args
        pair = self._key_pair()
        service = self._service(self._server(pair))
        self.bucket = Bucket(
            region=_REGION,
            endpoint=f"https://{args.installation.dns(ARCHIVE)}:{_PORT}",
            path_style=True,
            credentials=pair,
            ca=args.certificates.authority,
        )
        self.ready = look_job(
            f"{name}-look", args.installation, args.settings.bucket, self.bucket, self._child(service)
        )
        self.register_outputs({})

    def _child(self, *after: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=list(after))

    def _metadata(self, name: str) -> k8s.meta.v1.ObjectMetaArgs:
        return self._args.installation.metadata(name, _COMPONENT, versions.VERSITYGW)

    def _key_pair(self) -> KeyPair:
        """Of the server's only user, who may do anything there."""
        halves = {
            key: random.RandomPassword(f"{self._name}-{role}", length=length, special=False, opts=self._child()).result
            for key, role, length in ((_ACCESS_KEY, "access-key", 20), (_SECRET_KEY, "secret-key", 40))
        }
        secret = k8s.core.v1.Secret(
            f"{self._name}-keys", metadata=self._metadata(f"{ARCHIVE}-keys"), string_data=halves, opts=self._child()
        ).metadata.name
        return KeyPair(
            access_key=SecretKey(secret=secret, key=_ACCESS_KEY), secret_key=SecretKey(secret=secret, key=_SECRET_KEY)
        )

    def _container(self, pair: KeyPair) -> k8s.core.v1.ContainerArgs:
        alive = k8s.core.v1.HTTPGetActionArgs(path=_HEALTH, port="s3", scheme="HTTPS")
        return k8s.core.v1.ContainerArgs(
            name="versitygw",
            image=self._args.installation.images.versitygw,
            image_pull_policy="IfNotPresent",
            command=["/bin/sh", "-c", SERVING_SH, "serving", f"{_DATA}/buckets", self._args.settings.bucket],
            env=[
                secret_variable("ROOT_ACCESS_KEY", pair.access_key),
                secret_variable("ROOT_SECRET_KEY", pair.secret_key),
                *environment(
                    {
                        "VGW_PORT": f":{_PORT}",
                        "VGW_CERT": f"{_TLS}/tls.crt",
                        "VGW_KEY": f"{_TLS}/tls.key",
                        "VGW_HEALTH": _HEALTH,
                        "VGW_META_SIDECAR": f"{_DATA}/metadata",
                        "VGW_REGION": _REGION,
                    },
                    self._args.pod,
                ),
            ],
            ports=[k8s.core.v1.ContainerPortArgs(name="s3", container_port=_PORT)],
            readiness_probe=k8s.core.v1.ProbeArgs(http_get=alive, period_seconds=10, timeout_seconds=5),
            liveness_probe=k8s.core.v1.ProbeArgs(
                http_get=alive, period_seconds=30, timeout_seconds=5, failure_threshold=3
            ),
            startup_probe=k8s.core.v1.ProbeArgs(http_get=alive, period_seconds=1, failure_threshold=120),
            volume_mounts=[
                mount("data", _DATA, writable=True),
                mount("tls", _TLS),
                mount("tmp", "/tmp", writable=True),  # noqa: S108
            ],
            resources=planned_resources(self._args.pod),
            security_context=restricted_container(),
        )

    def _server(self, pair: KeyPair) -> k8s.apps.v1.StatefulSet:
        installation, settings = self._args.installation, self._args.settings
        account = k8s.core.v1.ServiceAccount(
            f"{self._name}-account",
            metadata=self._metadata(ARCHIVE),
            automount_service_account_token=False,
            opts=self._child(),
        )
        selector = installation.selector(_COMPONENT)
        template = k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(
                labels=installation.labels(_COMPONENT, versions.VERSITYGW),
                annotations={
                    **self._args.pod.scheduling.annotations,
                    "temporal-platform/config-hash": content_hash(self._args.certificates.trust),
                },
            ),
            spec=pod_spec(
                installation,
                self._args.pod.scheduling,
                uid=_UID,
                container=self._container(pair),
                account=account.metadata.name,
                grace_seconds=_GRACE_SECONDS,
                volumes=[
                    secret_volume("tls", self._args.certificates.serving, ["tls.crt", "tls.key"]),
                    scratch_volume("tmp"),
                ],
            ),
        )
        claim = volume_claim("data", selector, storage=settings.storage, storage_class=self._args.storage_class)
        return k8s.apps.v1.StatefulSet(
            self._name,
            metadata=self._metadata(ARCHIVE),
            spec=k8s.apps.v1.StatefulSetSpecArgs(
                replicas=1,
                service_name=ARCHIVE,
                selector=k8s.meta.v1.LabelSelectorArgs(match_labels=selector),
                template=template,
                volume_claim_templates=[claim],
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect or None),
        )

    def _service(self, server: k8s.apps.v1.StatefulSet) -> k8s.core.v1.Service:
        """After its pod: before it, it would wait in vain when the pod does not start."""
        return k8s.core.v1.Service(
            f"{self._name}-service",
            metadata=self._metadata(ARCHIVE),
            spec=k8s.core.v1.ServiceSpecArgs(
                selector=self._args.installation.selector(_COMPONENT),
                ports=[k8s.core.v1.ServicePortArgs(name="s3", port=_PORT, target_port="s3")],
            ),
            opts=self._child(server),
        )
