"""How every Kubernetes object of the platform is named, labelled and confined."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

PART_OF: Final = "temporal"
_MANAGED_BY: Final = "pulumi"


@dataclass(frozen=True, kw_only=True)
class Installation:
    """One installation: all of its namespaced objects live in `namespace`."""

    name: str
    """`temporal:name`, also the Kubernetes namespace."""

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
        self, name: str, component: str, version: str, annotations: Mapping[str, str] | None = None
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


def restricted_pod(uid: int) -> k8s.core.v1.PodSecurityContextArgs:
    """Pod security context of the `restricted` standard, running as `uid` with volumes readable by its group."""
    return k8s.core.v1.PodSecurityContextArgs(
        run_as_non_root=True,
        run_as_user=uid,
        run_as_group=uid,
        fs_group=uid,
        fs_group_change_policy="OnRootMismatch",
        seccomp_profile=k8s.core.v1.SeccompProfileArgs(type="RuntimeDefault"),
    )


def restricted_container() -> k8s.core.v1.SecurityContextArgs:
    """Container security context of the `restricted` standard with a read-only root file system."""
    return k8s.core.v1.SecurityContextArgs(
        allow_privilege_escalation=False,
        read_only_root_filesystem=True,
        capabilities=k8s.core.v1.CapabilitiesArgs(drop=["ALL"]),
    )


def resources(cpu: str, memory: str) -> k8s.core.v1.ResourceRequirementsArgs:
    """CPU as a request only (no throttling), memory as request and limit (no surprise from the node)."""
    return k8s.core.v1.ResourceRequirementsArgs(requests={"cpu": cpu, "memory": memory}, limits={"memory": memory})


def secret_volume(name: str, secret: pulumi.Input[str], keys: list[str] | None = None) -> k8s.core.v1.VolumeArgs:
    """A Secret as a directory readable by the pod's group, whole or only `keys`; a subPath would never be updated."""
    items = [k8s.core.v1.KeyToPathArgs(key=key, path=key) for key in keys] if keys else None
    return k8s.core.v1.VolumeArgs(
        name=name, secret=k8s.core.v1.SecretVolumeSourceArgs(secret_name=secret, default_mode=0o440, items=items)
    )


def config_volume(name: str, config_map: pulumi.Input[str]) -> k8s.core.v1.VolumeArgs:
    """A ConfigMap as a directory."""
    return k8s.core.v1.VolumeArgs(
        name=name, config_map=k8s.core.v1.ConfigMapVolumeSourceArgs(name=config_map, default_mode=0o444)
    )


def scratch_volume(name: str) -> k8s.core.v1.VolumeArgs:
    """An empty directory for what a read-only root does not allow."""
    return k8s.core.v1.VolumeArgs(name=name, empty_dir=k8s.core.v1.EmptyDirVolumeSourceArgs())


def mount(volume: str, path: str, *, writable: bool = False) -> k8s.core.v1.VolumeMountArgs:
    """A volume at a path, read-only unless said."""
    return k8s.core.v1.VolumeMountArgs(name=volume, mount_path=path, read_only=not writable)
