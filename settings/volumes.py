"""What a workload's pods find in their file system besides their image."""

from typing import Annotated, Final, Literal

from pydantic import Field

from settings.base import Model
from settings.facts import changing
from settings.scalars import Bytes, MountPath, ObjectName, VolumeName

_ROLLING: Final = changing("rolling", "the workload's pods restart")
_ANEW: Final = changing("replaced", "the volume is made anew and its data lost")
_ACCESS: Final = changing("nothing", "only the next rollout follows it")

AccessMode = Literal["ReadWriteOnce", "ReadWriteMany"]


class ClaimVolume(Model):
    """A volume of the stack's own: a PersistentVolumeClaim named after workload and volume. It goes when the workload
    goes."""

    kind: Annotated[Literal["claim"], _ANEW]
    """This volume's kind."""
    name: Annotated[VolumeName, _ANEW]
    """Its name."""
    path: Annotated[MountPath, _ROLLING]
    """Where pods find it."""
    size: Annotated[Bytes, changing("nothing", "it grows where its storage class allows it, and never shrinks")]
    """How large it is."""
    storage_class: Annotated[ObjectName | None, _ANEW] = None
    """StorageClass; that of `temporal:kubernetes.storageClass` when left out."""
    access_mode: Annotated[AccessMode, _ANEW] = "ReadWriteOnce"
    """ReadWriteOnce is for one pod, and each rollout stops it before the next one starts."""


class ExistingClaim(Model):
    """A PersistentVolumeClaim of somebody else's in the application's namespace."""

    kind: Annotated[Literal["existing-claim"], _ROLLING]
    """This volume's kind."""
    name: Annotated[VolumeName, _ROLLING]
    """Its name among the workload's volumes."""
    claim: Annotated[ObjectName, _ROLLING]
    """Name of the claim."""
    path: Annotated[MountPath, _ROLLING]
    """Where pods find it."""
    read_only: Annotated[bool, _ROLLING] = False
    """Whether pods only read it."""
    access_mode: Annotated[AccessMode, _ACCESS] = "ReadWriteOnce"
    """What the claim allows. ReadWriteOnce is for one pod, and each rollout stops it before the next one starts."""


class SecretFiles(Model):
    """The keys of a Secret of the application's namespace as files."""

    kind: Annotated[Literal["secret"], _ROLLING]
    """This volume's kind."""
    name: Annotated[VolumeName, _ROLLING]
    """Its name."""
    secret: Annotated[ObjectName, _ROLLING]
    """Name of the Secret."""
    path: Annotated[MountPath, _ROLLING]
    """Directory where pods find a file for each key. A changed Secret reaches the files within a minute or so."""


Volume = Annotated[ClaimVolume | ExistingClaim | SecretFiles, Field(discriminator="kind")]
