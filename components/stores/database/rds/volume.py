"""The volume of a database, in the words of RDS."""

from dataclasses import dataclass
from typing import Final

from settings.rds.models import Gp3, Rds, gib

_STRIPED_GIB: Final = 400
_FEW_IOPS: Final = 3000
_STRIPED_IOPS: Final = 12_000
_STRIPED_THROUGHPUT: Final = 500


@dataclass(frozen=True, kw_only=True)
class Volume:
    """What is said of it; None leaves it to RDS."""

    size: int
    """GiB."""
    maximum: int | None
    """GiB."""
    iops: int | None
    """Input and output operations a second."""
    throughput: int | None
    """MiB a second."""


def volume(settings: Rds) -> Volume:
    """RDS takes IOPS and throughput of gp3 together, and of a Multi-AZ DB cluster the IOPS always."""
    storage = settings.storage
    size, iops, throughput = gib(storage.size), storage.iops, None
    is_striped = size >= _STRIPED_GIB
    if settings.is_cluster:
        iops = iops or (_STRIPED_IOPS if is_striped else _FEW_IOPS)
    elif isinstance(storage, Gp3) and (storage.iops or storage.throughput):
        iops, throughput = storage.iops or _STRIPED_IOPS, storage.throughput or _STRIPED_THROUGHPUT
    return Volume(
        size=size, maximum=gib(storage.maximum) if storage.maximum else None, iops=iops, throughput=throughput
    )
