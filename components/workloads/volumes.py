"""Volumes of a workload."""

from collections.abc import Callable

import pulumi
import pulumi_kubernetes as k8s

from components.kubernetes import mount, secret_volume
from settings.volumes import ClaimVolume, ExistingClaim, SecretFiles
from settings.workloads import Workload

Metadata = Callable[[str | None, dict[str, str] | None], k8s.meta.v1.ObjectMetaArgs]


def claims(
    name: str,
    workload: Workload,
    metadata: Metadata,
    storage_class: str | None,
    opts: pulumi.ResourceOptions,
) -> None:
    """The PersistentVolumeClaims that are the stack's own."""
    for volume in workload.volumes:
        if isinstance(volume, ClaimVolume):
            k8s.core.v1.PersistentVolumeClaim(
                f"{name}-{volume.name}",
                # Many a storage class makes the volume for the first pod only, which comes after its claim.
                metadata=metadata(_claim(workload, volume), {"pulumi.com/skipAwait": "true"}),
                spec=k8s.core.v1.PersistentVolumeClaimSpecArgs(
                    access_modes=[volume.access_mode],
                    storage_class_name=volume.storage_class or storage_class,
                    resources=k8s.core.v1.VolumeResourceRequirementsArgs(requests={"storage": volume.size}),
                ),
                opts=opts,
            )


def sources(workload: Workload) -> list[k8s.core.v1.VolumeArgs]:
    """What the pods' volumes are made of."""
    return [_source(workload, volume) for volume in workload.volumes]


def mounts(workload: Workload) -> list[k8s.core.v1.VolumeMountArgs]:
    """Where the pods find them. What is a Secret, or said to be only read, is not written."""
    return [
        mount(
            volume.name,
            volume.path,
            writable=isinstance(volume, ClaimVolume) or (isinstance(volume, ExistingClaim) and not volume.read_only),
        )
        for volume in workload.volumes
    ]


def _source(workload: Workload, volume: ClaimVolume | ExistingClaim | SecretFiles) -> k8s.core.v1.VolumeArgs:
    if isinstance(volume, SecretFiles):
        return secret_volume(volume.name, volume.secret)
    claim = _claim(workload, volume) if isinstance(volume, ClaimVolume) else volume.claim
    return k8s.core.v1.VolumeArgs(
        name=volume.name,
        persistent_volume_claim=k8s.core.v1.PersistentVolumeClaimVolumeSourceArgs(claim_name=claim),
    )


def _claim(workload: Workload, volume: ClaimVolume) -> str:
    return f"{workload.name}-{volume.name}"
