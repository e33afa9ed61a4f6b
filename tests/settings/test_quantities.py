"""Proves what quantities and durations of a stack file stand for."""

import pytest

from settings.rules.dynamic_config import seconds_of
from settings.scalars import bytes_of, millicores_of, milliseconds_of


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        ("1M", 1_000_000),
        ("1Mi", 1_048_576),
        ("3G", 3_000_000_000),
        ("3Gi", 3_221_225_472),
        ("2T", 2_000_000_000_000),
        ("2Ti", 2_199_023_255_552),
    ],
)
def test_bytes(quantity: str, expected: int) -> None:
    assert bytes_of(quantity) == expected


@pytest.mark.parametrize(
    ("quantity", "expected"), [("1m", 1), ("250m", 250), ("0.5", 500), ("0.001", 1), ("1.25", 1250), ("2", 2000)]
)
def test_thousandths_of_a_core(quantity: str, expected: int) -> None:
    assert millicores_of(quantity) == expected


@pytest.mark.parametrize(
    ("duration", "expected"),
    [("0s", 0), ("7ms", 7), ("30s", 30_000), ("2m", 120_000), ("3h", 10_800_000), ("90d", 7_776_000_000)],
)
def test_milliseconds(duration: str, expected: int) -> None:
    assert milliseconds_of(duration) == expected


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("20", 20),
        (20, 20),
        (0.5, 0.5),
        ("5ns", 5e-9),
        ("6us", 6e-6),
        ("7µs", 7e-6),
        ("8ms", 0.008),
        ("30s", 30),
        ("2m", 120),
        ("3h", 10_800),
        ("2d", 172_800),
        ("1h30m", 5400),
        ("-.5h", -1800),
        ("292y", None),
        ("long", None),
        (10**10, None),
        (None, None),
    ],
)
def test_seconds_of_the_dynamic_config(duration: object, expected: float | None) -> None:
    assert seconds_of(duration) == (expected if expected is None else pytest.approx(expected))
