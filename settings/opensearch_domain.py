"""A domain of Amazon OpenSearch Service that this stack makes in `temporal:aws`."""

import math
import tomllib
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal

from settings.aws import OnAws
from settings.aws_scalars import LogDays, TimeOfDay, VolumeSize
from settings.checks import OneOf, OneOfMany, OneOfWhole, Text, Whole
from settings.facts import changing
from settings.scalars import bytes_of
from settings.search_index import INDEX_PREFIX, IndexName

_KNOWN: Final[dict[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
_STORE: Final = changing("refused", "what is recorded would no longer be found")
_NODES: Final = changing("nothing", "AWS brings up new nodes and moves the index over, some half an hour")
_IN_PLACE: Final = changing("nothing", "the domain changes in place")
_VOLUMES: Final = "the volumes change in place"
_GIB: Final = 1024**3

LEAST_GIB: Final[int] = _KNOWN["volume"]["least"]
"""The smallest volume."""
MOST_GIB: Final[dict[str, int]] = _KNOWN["types"]
"""The largest volume, by instance type."""
_INCLUDED: Final[dict[str, int]] = _KNOWN["included"]
IOPS_PER_GIB: Final[int] = _KNOWN["volume"]["iops_per_gib"]
"""The most IOPS that a GiB of volume may have."""
IOPS_PER_THROUGHPUT: Final[int] = _KNOWN["volume"]["iops_per_throughput"]
"""The IOPS that each MiB/s of throughput needs."""
_FAMILIES: Final = tuple(dict.fromkeys(each.partition(".")[0] for each in MOST_GIB))
DOMAIN_PATTERN: Final = "[a-z][-a-z0-9]{2,27}"
"""Names of domains."""

DomainName = Annotated[
    str,
    Text(
        DOMAIN_PATTERN,
        "the name of a domain: 3 to 28 of a-z, 0-9 and '-', beginning with a letter",
        ("temporal-legal-ai",),
    ),
]
EngineVersion = Annotated[str, OneOf(tuple(_KNOWN["versions"]))]
InstanceType = Annotated[
    str,
    OneOfMany(
        tuple(MOST_GIB),
        f"an instance type with EBS storage, such as r6g.large.search, of {', '.join(_FAMILIES)} "
        "(settings/opensearch_domain.toml)",
    ),
]
Iops = Annotated[int, Whole(3000, 16000)]
Throughput = Annotated[int, Whole(125, 1000)]


class DomainTarget(OnAws):
    """A domain of Amazon OpenSearch Service that this stack makes in `temporal:aws`: in the VPC, encrypted, open to
    this installation's own roles alone. The account must have the service-linked role of OpenSearch Service already:
    aws iam create-service-linked-role --aws-service-name opensearchservice.amazonaws.com"""

    is_watched: ClassVar[bool] = True

    kind: Annotated[Literal["opensearch-domain"], _STORE]
    """This store's name."""
    domain: Annotated[DomainName | None, _STORE] = None
    """Its name, one of its own in account and region; `temporal-` and the installation's name when left out."""
    index: Annotated[IndexName, _STORE] = INDEX_PREFIX
    """Index of this installation."""
    version: Annotated[EngineVersion, changing("nothing", "AWS upgrades the domain; it goes back to none")] = (
        "OpenSearch_2.19"
    )
    """Engine version."""
    data_nodes: Annotated[int, Whole(1, 80), _NODES]
    """How many nodes hold the index; as many in each zone."""
    data_node_type: Annotated[InstanceType, _NODES] = "r6g.large.search"
    """Their instance type."""
    zones: Annotated[int, OneOfWhole((1, 2, 3)), _NODES] = 1
    """How many of the zones of `temporal:aws.subnets` they are in, the first ones. With one, the index is away while
    the zone is."""
    masters: Annotated[int, OneOfWhole((0, 3, 5)), _NODES] = 0
    """How many nodes besides lead the cluster and hold nothing. Without, data nodes do both."""
    master_type: Annotated[InstanceType, _NODES] = "m6g.large.search"
    """Instance type of the masters."""
    storage: Annotated[VolumeSize, _NODES] = "50Gi"
    """Size of each data node's volume, a gp3. It may grow later; AWS refuses to make it smaller than what is on it."""
    iops: Annotated[Iops | None, changing("nothing", _VOLUMES, unit="IOPS")] = None
    """What each volume does; as many as its price includes when left out: 3000, with more than 1000 GiB 3 a GiB."""
    throughput: Annotated[Throughput | None, changing("nothing", _VOLUMES, unit="MiB/s")] = None
    """What each volume moves; as much as its price includes when left out: 125, with more than 170 GiB 250 for every
    3000 GiB begun."""
    log_days: Annotated[LogDays, changing("nothing", "what is older is deleted", unit="days")] = 365
    """How long CloudWatch keeps the domain's logs: slow searches and slow writes, errors, and who was refused what."""
    off_peak_start: Annotated[TimeOfDay, _IN_PLACE] = "22:00"
    """When the ten hours of each day begin, in UTC, in which AWS updates the domain's software and tunes it."""

    def name(self, installation: str) -> str:
        """The domain's name."""
        return self.domain or f"temporal-{installation}"

    def place(self, installation: str, index: str) -> str:
        """Where an index is, in one word that is known before the domain is there: AWS chooses its address."""
        return f"{self.kind}/{self.name(installation)}/{index}"

    @property
    def gib(self) -> int:
        """GiB of a data node's volume."""
        return bytes_of(self.storage) // _GIB

    @property
    def volume_iops(self) -> int:
        """IOPS of a data node's volume."""
        return self.iops or max(_INCLUDED["iops"], _INCLUDED["iops_per_gib"] * self.gib)

    @property
    def volume_throughput(self) -> int:
        """MiB/s of a data node's volume."""
        steps = math.ceil(self.gib / _INCLUDED["throughput_step_gib"]) if self.gib > _INCLUDED["small_gib"] else 0
        return self.throughput or _INCLUDED["throughput_of_step"] * steps or _INCLUDED["throughput"]


def is_burstable(instance_type: str) -> bool:
    """Whether a type saves its strength for bursts, and is for development only (Developer Guide, "Operational best
    practices")."""
    return instance_type.startswith("t3.")
