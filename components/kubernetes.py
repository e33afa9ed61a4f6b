"""How every Kubernetes object of the platform is named and labelled, and how volumes reach pods."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.handles import SecretKey
from components.images import ImageSource
from settings.plans import SchedulingPlan

PART_OF: Final = "temporal"
_MANAGED_BY: Final = "pulumi"


@dataclass(frozen=True, kw_only=True)
class Installation:
    """One installation: all of its namespaced objects live in `namespace`."""

    name: str
    """`temporal:name`, also the Kubernetes namespace."""
    images: ImageSource
    """Where its images come from."""
    jobs: SchedulingPlan
    """Where its jobs run."""

    @property
    def server_version(self) -> str:
        """Version of Temporal's server."""
        return self.images.server_version

    @property
    def namespace(self) -> str:
        """The Kubernetes namespace."""
        return self.name

    def labels(self, component: str, version: str) -> dict[str, str]:
        """The five recommended labels (kubernetes.io, "Recommended Labels")."""
        return {
            **self.selector(component),
            "app.kubernetes.io/version": version,
            "app.kubernetes.io/part-of": PART_OF,
            "app.kubernetes.io/managed-by": _MANAGED_BY,
        }

    def selector(self, component: str) -> dict[str, str]:
        """The labels that never change for a component, by which Services and Deployments find pods."""
        return {"app.kubernetes.io/name": f"temporal-{component}", "app.kubernetes.io/instance": self.name}

    def metadata(
        self, name: str, component: str, version: str, annotations: Mapping[str, pulumi.Input[str]] | None = None
    ) -> k8s.meta.v1.ObjectMetaArgs:
        """Metadata of an object of this installation."""
        return k8s.meta.v1.ObjectMetaArgs(
            name=name, namespace=self.namespace, labels=self.labels(component, version), annotations=annotations
        )

    def dns(self, service: str) -> str:
        """The name under which a Service of this installation is found from any namespace of the cluster."""
        return f"{service}.{self.namespace}.svc"


def content_hash(*texts: str) -> str:
    """Ten hex digits that change with the texts: for Job names and for pods that must roll with their configuration."""
    return sha256("\0".join(texts).encode()).hexdigest()[:10]


def secret_volume(
    name: str, secret: pulumi.Input[str], keys: list[str] | None = None, *, optional: bool = False
) -> k8s.core.v1.VolumeArgs:
    """A Secret as a directory readable by the pod's group, whole or only `keys`; a subPath would never be updated.

    Without an `optional` one the pod starts all the same, so that it can say in words what is missing.
    """
    items = [k8s.core.v1.KeyToPathArgs(key=key, path=key) for key in keys] if keys else None
    return k8s.core.v1.VolumeArgs(
        name=name,
        secret=k8s.core.v1.SecretVolumeSourceArgs(
            secret_name=secret, default_mode=0o440, items=items, optional=optional or None
        ),
    )


def authority_volume(name: str, authority: SecretKey, *, optional: bool = False) -> k8s.core.v1.VolumeArgs:
    """The certificate of an authority as the file ca.crt, whatever its key in the Secret; `optional` as above."""
    items = [k8s.core.v1.KeyToPathArgs(key=authority.key, path="ca.crt")]
    return k8s.core.v1.VolumeArgs(
        name=name,
        secret=k8s.core.v1.SecretVolumeSourceArgs(
            secret_name=authority.secret, default_mode=0o440, items=items, optional=optional or None
        ),
    )


def config_volume(name: str, config_map: pulumi.Input[str]) -> k8s.core.v1.VolumeArgs:
    """A ConfigMap as a directory."""
    return k8s.core.v1.VolumeArgs(
        name=name, config_map=k8s.core.v1.ConfigMapVolumeSourceArgs(name=config_map, default_mode=0o444)
    )


def scratch_volume(name: str) -> k8s.core.v1.VolumeArgs:
    """An empty directory for what a read-only root does not allow."""
    return k8s.core.v1.VolumeArgs(name=name, empty_dir=k8s.core.v1.EmptyDirVolumeSourceArgs())


def volume_claim(
    name: str, labels: Mapping[str, str], *, storage: str, storage_class: str | None
) -> k8s.core.v1.PersistentVolumeClaimArgs:
    """A claim of a StatefulSet for a volume that one pod writes."""
    return k8s.core.v1.PersistentVolumeClaimArgs(
        metadata=k8s.meta.v1.ObjectMetaArgs(name=name, labels=dict(labels)),
        spec=k8s.core.v1.PersistentVolumeClaimSpecArgs(
            access_modes=["ReadWriteOnce"],
            storage_class_name=storage_class,
            resources=k8s.core.v1.VolumeResourceRequirementsArgs(requests={"storage": storage}),
        ),
    )


def mount(volume: str, path: str, *, writable: bool = False) -> k8s.core.v1.VolumeMountArgs:
    """A volume at a path, read-only unless said."""
    return k8s.core.v1.VolumeMountArgs(name=volume, mount_path=path, read_only=not writable)
