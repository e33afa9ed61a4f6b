"""What CloudWatch is to watch of a database in RDS: each of its instances.

The names of figures are those of components/aws/alarms.toml. One that only says what an instance is, is 1.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import pulumi

from components.aws.watched import Watched
from settings.rds import offers
from settings.rds.models import Aurora, Provisioned, Rds, gib

_GIB: Final = 1024**3
_WRITES: Final[Mapping[str, float]] = {"writes": 1}
_FOLLOWS: Final[Mapping[str, float]] = {"follows": 1}
_SERVERLESS: Final[Mapping[str, float]] = {"serverless": 1}
_FOLLOWS_IN_AURORA: Final[Mapping[str, float]] = {"followsInAurora": 1}


def watched_instance(identifier: str, settings: Rds) -> Watched:
    """An instance that writes, alone or with a standby, which has no metrics of its own."""
    return _watched(identifier, identifier, {**_volume(settings), **_class(settings.class_), **_WRITES})


def watched_replica(identifier: str, settings: Rds, instance_class: str) -> Watched:
    """A read replica."""
    return _watched(identifier, identifier, {**_volume(settings), **_class(instance_class), **_FOLLOWS})


def watched_members(identifier: str, settings: Rds, members: pulumi.Output[Sequence[str]], count: int) -> list[Watched]:
    """The instances of a Multi-AZ DB cluster, which RDS makes and names. Any of them may be the one that writes."""
    figures = {**_volume(settings), **_class(settings.class_), **_WRITES, **_FOLLOWS}
    return [_watched(f"{identifier}-{number}", _member(members, number), figures) for number in range(1, count + 1)]


def watched_aurora(identifier: str, settings: Aurora) -> Watched:
    """An instance of an Aurora cluster. Any of them may be the one that writes; its storage grows by itself."""
    capacity, connections = settings.capacity, settings.max_connections
    if connections is None:
        raise ValueError("nobody offers the class, which the rules refuse")
    strength = _credits(capacity.class_) if isinstance(capacity, Provisioned) else _SERVERLESS
    follows = _FOLLOWS_IN_AURORA if capacity.instances > 1 else {}
    return _watched(identifier, identifier, {"connections": connections, **strength, **_WRITES, **follows})


def _watched(name: str, identifier: pulumi.Input[str], figures: Mapping[str, float]) -> Watched:
    return Watched(kind="database", name=name, dimensions={"DBInstanceIdentifier": identifier}, figures=figures)


def _member(members: pulumi.Output[Sequence[str]], number: int) -> pulumi.Output[str]:
    return members.apply(lambda found: sorted(found)[number - 1])


def _volume(settings: Rds) -> Mapping[str, float]:
    """How large it is when it is made."""
    name = "growingBytes" if settings.storage.maximum else "storageBytes"
    return {name: gib(settings.storage.size) * _GIB}


def _class(instance_class: str) -> Mapping[str, float]:
    bursts = {"volumeBursts": 1} if offers.bursts_to_volumes(instance_class) else {}
    return {"connections": _connections(instance_class), **bursts, **_credits(instance_class)}


def _connections(instance_class: str) -> float:
    return offers.connections_with(offers.gib_of(instance_class))


def _credits(instance_class: str) -> Mapping[str, float]:
    return {"cpuCredits": 1} if offers.is_burstable(instance_class) else {}
