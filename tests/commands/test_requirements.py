"""Proves that the development dependencies are those that were decided, pinned alike in both files."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DECISION = ROOT / "docs" / "decisions" / "0004-development-dependencies.md"


def _pins(name: str) -> dict[str, str]:
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith(("#", "-"))]
    return {line.partition("==")[0].lower().replace("_", "-"): line.partition("==")[2] for line in lines}


def test_every_direct_dependency_is_pinned_alike_among_the_constraints() -> None:
    constraints = _pins("constraints.txt")
    direct = _pins("requirements.txt") | _pins("requirements-dev.txt")

    assert {name: constraints.get(name) for name in direct} == direct


def test_every_development_dependency_has_its_reason() -> None:
    rows = re.findall(r"^\| ([-\w]+(?:, [-\w]+)*) \| ", DECISION.read_text(), re.MULTILINE)
    told = [name for row in rows for name in row.lower().split(", ")]

    assert sorted(told) == sorted({"package", *_pins("requirements-dev.txt")})


def test_the_dashboards_library_is_the_one_for_grafana_11() -> None:
    """The version with the highest epoch, which pip takes without a pin, is for Grafana 10.1."""
    assert _pins("requirements-dev.txt")["grafana-foundation-sdk"] == "1769699379!11.6.0"
