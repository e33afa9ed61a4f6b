"""The catalogue of alerts: strict, and thresholds in each unit's notation."""

import pytest

from settings.monitoring.alerts import CATALOGUE, read
from settings.monitoring.thresholds import Threshold, Unit

_GOOD = """
[TemporalExample]
severity = "warning"
for = "10m"
threshold = { value = "10%", unit = "ratio" }
needs = ["self-hosted"]
dashboard = "temporal-cluster-overview"
expr = "a{<here>} > <threshold>"
summary = "Something."
description = "Above <threshold>."
"""


def test_an_alert_is_read() -> None:
    (alert,) = read("example", _GOOD)
    assert (alert.name, alert.group, alert.for_, alert.threshold) == (
        "TemporalExample",
        "example",
        "10m",
        Threshold("10%", "ratio"),
    )


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('for = "10m"', 'for = "10m"\ncolour = "red"', "unknown key colour"),
        ('"self-hosted"', '"selfhosted"', "unknown fact selfhosted"),
        ("{<here>}", "{<there>}", "unknown placeholder <there>"),
        ("Above <threshold>", "Above <limit>", "unknown placeholder <limit>"),
        ('"warning"', '"page"', "unknown severity page"),
        ('for = "10m"', 'for = "10m"\nservice = "frontends"', "unknown service frontends"),
        ("> <threshold>", "> 1", "threshold and <threshold> need another"),
        ('value = "10%"', 'value = "10"', "must be a share: a number from 0 to 100 with '%', such as 10% or 0.5%"),
        ('for = "10m"', "", "'for'"),
    ],
)
def test_an_alert_that_says_something_else_is_refused(before: str, after: str, says: str) -> None:
    with pytest.raises(ValueError, match=r"^example\.toml: TemporalExample: ") as caught:
        list(read("example", _GOOD.replace(before, after)))
    assert str(caught.value) == f"example.toml: TemporalExample: {says}"


@pytest.mark.parametrize(
    ("unit", "value", "number"),
    [
        ("duration", "5s", "5"),
        ("duration", "500ms", "0.5"),
        ("duration", "14d", "1209600"),
        ("duration", "0s", "0"),
        ("ratio", "10%", "0.1"),
        ("ratio", "0.05%", "0.0005"),
        ("ratio", "100%", "1"),
        ("count", 1000, "1000"),
        ("count", "1000", "1000"),
        ("rate", 0.1, "0.1"),
        ("rate", 0.00001, "0.00001"),
        ("rate", 1000, "1000"),
        ("rate", "1000.5", "1000.5"),
        ("bytes", "8Gi", "8589934592"),
        ("bytes", "5G", "5000000000"),
    ],
)
def test_thresholds_are_numbers_in_base_units(unit: Unit, value: object, number: str) -> None:
    assert Threshold.of(value, unit).number == number


@pytest.mark.parametrize(
    ("unit", "values", "says"),
    [
        (
            "duration",
            ["5", 5, "5 s", "1.5s", "-5s", "5w", "", None, True],
            "a duration: a whole number with ms, s, m, h or d, such as 500ms, 30s or 14d",
        ),
        ("ratio", ["10", 0.1, "101%", "-1%", "10 %"], "a share: a number from 0 to 100 with '%', such as 10% or 0.5%"),
        ("count", ["5s", 0.5, -1, True, [1]], "a whole number, such as 1000"),
        ("rate", ["1/s", "5%", -0.5, float("nan"), float("inf")], "a number of events a second, such as 1000 or 0.1"),
        ("bytes", ["8", 8, "8GB", "1.5Gi"], "a size: a whole number with Mi, Gi, Ti, M, G or T, such as 8Gi"),
    ],
)
def test_thresholds_of_another_unit_are_refused(unit: Unit, values: list[object], says: str) -> None:
    for value in values:
        with pytest.raises(ValueError, match=r"^must be ") as caught:
            Threshold.of(value, unit)
        assert str(caught.value) == f"must be {says}"


def test_every_alert_has_a_name_of_its_own_kind() -> None:
    wrong = [name for name in CATALOGUE if not name.isalnum() or not name[0].isupper()]
    assert not wrong
