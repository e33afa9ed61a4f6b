"""PostgreSQL clusters of operators: what they would refuse, and what production cannot do without."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.cloudnative_pg import CloudNativePg
from settings.operated import Operated
from settings.rules.contradiction import Contradiction
from settings.zalando import Zalando

if TYPE_CHECKING:
    from settings.self_hosted import SelfHostedSettings


def production_goes_on(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Without the node of one instance, and without its volumes. Zalando's WAL archive is the operator's business."""
    database = settings.database
    if not isinstance(database, Operated) or settings.size != "production":
        return
    if database.instances == 1:
        yield Contradiction(
            location=("database", "instances"), found=1, allowed="2 or more with temporal:size production"
        )
    if isinstance(database, CloudNativePg) and database.backup is None:
        yield Contradiction(
            location=("database", "backup"), found=None, allowed="a backup, needed by temporal:size production"
        )


def images_are_of_the_version(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """The operator reads the major version from the image's tag, and upgrades by it."""
    database = settings.database
    if not isinstance(database, CloudNativePg) or database.image is None:
        return
    tag = database.image.partition("@")[0].rpartition(":")[2]
    if not tag.startswith(database.version):
        yield Contradiction(
            location=("database", "image"),
            found=database.image,
            allowed="an image whose tag begins with version",
            figures=f", {database.version}",
        )


def scheduling_is_the_operators(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Zalando's manifest has no words for other pods."""
    database = settings.database
    if not isinstance(database, Zalando):
        return
    for location, scheduling in ((("database",), database), (("kubernetes", "pods"), settings.kubernetes.pods)):
        if scheduling is not database and database.affinity is not None:
            continue
        said = scheduling.affinity
        if said is None:
            continue
        for key, pods in (("podAffinity", said.pod_affinity), ("podAntiAffinity", said.pod_anti_affinity)):
            if pods is not None:
                yield Contradiction(
                    location=(*location, "affinity", key),
                    found=None,
                    instead="not here",
                    allowed="nodeAffinity with temporal:database.kind zalando, whose manifest knows no other; "
                    "spread keeps its pods apart",
                )
