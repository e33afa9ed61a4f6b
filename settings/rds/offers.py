"""What RDS offers for PostgreSQL, read from `offers.toml`: versions, instance classes, memory, connections."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

Engine = Literal["postgres", "aurora-postgresql"]
"""As RDS calls them: RDS for PostgreSQL, and Aurora PostgreSQL."""
Offer = Literal["instance", "multi-az-cluster", "aurora"]
"""What classes are offered for: a DB instance, a Multi-AZ DB cluster, Aurora."""

BYTES_A_CONNECTION: Final = 9_531_392
MOST_CONNECTIONS: Final = 5000
"""RDS' own default: max_connections = LEAST({DBInstanceClassMemory/9531392}, 5000) (RDS User Guide, "Maximum number of
database connections")."""
RESERVED_CONNECTIONS: Final = 5
"""superuser_reserved_connections 3 and rds.rds_superuser_reserved_connections 2: not for the server."""
GIB_OF_AN_ACU: Final = 2
FEW_CONNECTIONS: Final = 2000
"""The most that Aurora Serverless v2 takes where its minimum is 0.5 ACU or less (Aurora User Guide, "Maximum
connections for Aurora Serverless v2")."""
_GIB: Final = 1024**3
_TAKEN_PERCENT: Final = 10
_TAKEN_GIB: Final = 0.35


def versions_of(engine: Engine) -> tuple[str, ...]:
    """Major versions, then their minors, oldest first."""
    majors: Mapping[str, Sequence[str]] = _offers()["versions"][engine]
    return (*majors, *(minor for minors in majors.values() for minor in minors))


def major_of(version: str) -> str:
    """`17` of `17` and of `17.11`."""
    return version.partition(".")[0]


def is_major(version: str) -> bool:
    """Whether it names a major only, whose minors AWS installs."""
    return version == major_of(version)


def sizes_of(offer: Offer) -> Mapping[str, Sequence[str]]:
    """Sizes by family: `{"r7g": ["large", …]}`."""
    found: Mapping[str, Sequence[str]] = _offers()["classes"][offer]
    return found


def is_offered(instance_class: str, offer: Offer) -> bool:
    """Whether some region has it."""
    family, size = _parts(instance_class)
    return size in sizes_of(offer).get(family, ())


def is_burstable(instance_class: str) -> bool:
    """Whether its processors are its own for a part of the time only."""
    return _parts(instance_class)[0].startswith("t")


def bursts_to_volumes(instance_class: str) -> bool:
    """Whether what it does to its volume has a share of its own and a store for more, which runs dry."""
    return _parts(instance_class)[1] in _offers()["bursting"]["sizes"]


def gib_of(instance_class: str) -> float:
    """Memory of a class that is offered, in GiB: `gib_of("db.r7g.large") == 16`."""
    family, size = _parts(instance_class)
    return float(_offers()["memory"][family] * _offers()["multiples"][size])


def connections_with(gib: float) -> int:
    """The connections that are there for the server in this much memory, by RDS' default.

    DBInstanceClassMemory is what is left of the memory after the system and RDS' own processes; how much, AWS does not
    say. Reckoned are a tenth less, 0.35 GiB at least. Seen by users: 413 connections with 4 GiB, 856 with 8, some 1700
    with 16, 3400 with 32.
    """
    left = gib - max(gib * _TAKEN_PERCENT / 100, _TAKEN_GIB)
    return min(int(left * _GIB / BYTES_A_CONNECTION), MOST_CONNECTIONS) - RESERVED_CONNECTIONS


def reserved_names() -> tuple[str, ...]:
    """Names that the master user may not have."""
    return tuple(_offers()["reserved"]["names"])


def _parts(instance_class: str) -> tuple[str, str]:
    _, family, size = instance_class.split(".")
    return family, size


@cache
def _offers() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("offers.toml").read_text(encoding="utf-8"))
