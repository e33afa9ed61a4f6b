"""Proves what is read from the tables of RDS: connections of a class, windows of time, authorities of a region.

That the tables are AWS' own is proven nowhere: they are dated, and AWS' commands that tell are in docs/aws.md.
"""

from datetime import UTC, datetime

import pytest
from cryptography import x509

from settings.rds import authorities, offers
from settings.rds.windows import Window, day_window, week_window

SEEN = {4: 413, 8: 856, 15.25: 1660, 16: 1700, 32: 3400, 64: 5000}
"""Connections that users saw by GiB of memory, RDS' own included."""


@pytest.mark.parametrize(("gib", "seen"), SEEN.items())
def test_connections_are_reckoned_below_what_was_seen(gib: float, seen: int) -> None:
    assert 0.9 * seen < offers.connections_with(gib) + offers.RESERVED_CONNECTIONS <= seen


@pytest.mark.parametrize(
    ("name", "gib"), [("db.t4g.medium", 4), ("db.m7g.large", 8), ("db.r8g.48xlarge", 1536), ("db.x2g.xlarge", 64)]
)
def test_memory_of_a_class(name: str, gib: float) -> None:
    assert offers.gib_of(name) == gib


def test_every_class_has_a_memory_and_every_version_its_major() -> None:
    for offer in ("instance", "multi-az-cluster", "aurora"):
        for family, sizes in offers.sizes_of(offer).items():
            for size in sizes:
                name = f"db.{family}.{size}"
                assert offers.is_offered(name, offer)
                assert offers.connections_with(offers.gib_of(name)) > 0
    for engine in ("postgres", "aurora-postgresql"):
        versions = offers.versions_of(engine)
        majors = [version for version in versions if offers.is_major(version)]
        assert majors == ["15", "16", "17"]
        assert {offers.major_of(version) for version in versions} == set(majors)
        assert len(set(versions)) == len(versions)


@pytest.mark.parametrize(
    ("text", "start", "minutes"), [("02:00-03:00", 120, 60), ("23:30-00:30", 1410, 60), ("00:00-00:00", 0, 0)]
)
def test_a_window_of_the_day(text: str, start: int, minutes: int) -> None:
    assert day_window(text) == Window(start, minutes)


@pytest.mark.parametrize(
    ("text", "start", "minutes"),
    [("mon:00:00-mon:02:00", 0, 120), ("sun:03:30-sun:04:30", 8850, 60), ("sun:23:30-mon:00:30", 10050, 60)],
)
def test_a_window_of_the_week(text: str, start: int, minutes: int) -> None:
    assert week_window(text) == Window(start, minutes)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (Window(0, 60), Window(60, 60), False),
        (Window(0, 61), Window(60, 60), True),
        (Window(10050, 60), Window(10, 10), True),
        (Window(10, 10), Window(10050, 60), True),
        (Window(0, 120), Window(30, 30), True),
    ],
)
def test_windows_overlap(one: Window, other: Window, overlap: bool) -> None:  # noqa: FBT001
    assert one.overlaps(other) is overlap


@pytest.mark.parametrize("region", authorities.regions())
def test_authorities_are_the_roots_of_their_region(region: str) -> None:
    """Each signs itself, is called after the region and its kind of key, and lasts for decades."""
    roots = x509.load_pem_x509_certificates(authorities.authorities_of(region).encode())
    for root, key in zip(roots, ("RSA2048", "RSA4096", "ECC384"), strict=True):
        [name] = root.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        assert name.value == f"Amazon RDS {region} Root CA {key} G1"
        root.verify_directly_issued_by(root)
        assert root.not_valid_after_utc > datetime(2060, 1, 1, tzinfo=UTC)


def test_regions_without_authorities_have_none() -> None:
    assert len(authorities.regions()) == 27
    assert authorities.has_authorities("eu-central-1")
    assert not authorities.has_authorities("il-central-1")
