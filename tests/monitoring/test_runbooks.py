"""Each alert has a runbook in one form, whose links lead somewhere and whose queries see one installation."""

import re
from pathlib import Path

import promql_parser
import pytest

from commands.generate.markdown import slug
from settings.monitoring.alerts import CATALOGUE

_FOLDER = Path(__file__).parents[2] / "docs" / "runbooks"
_FILES = sorted(_FOLDER.glob("*.md"))
_HEADINGS = [
    "Meaning",
    "Impact",
    "First three commands",
    "Causes, most likely first",
    "Mitigation",
    "When to escalate",
]
_PROGRAMS = ("kubectl", "make logs", "make shell", "temporal", "tdbg", "curl", 'eval "$(make -s env STACK=STACK)"')


def test_each_alert_has_a_runbook_and_each_runbook_an_alert() -> None:
    assert {file.stem for file in _FILES} == {*CATALOGUE, "README"}


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_runbook_has_the_headings_and_three_commands(name: str) -> None:
    text = (_FOLDER / f"{name}.md").read_text()
    assert text.startswith(f"# {name}\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == _HEADINGS
    sections = dict(re.findall(r"^## (.+)\n\n((?:(?!## ).*\n)+)", text, re.MULTILINE))
    assert sorted(sections) == sorted(_HEADINGS)
    (commands,) = re.findall(r"```sh\n(.*?)\n```", text, re.DOTALL)
    assert len(commands.splitlines()) == 3
    assert not [line for line in commands.splitlines() if not line.startswith(_PROGRAMS)]
    assert f"```sh\n{commands}" in sections["First three commands"]


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_links_of_a_runbook_lead_somewhere(file: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", file.read_text()):
        path, _, heading = target.partition("#")
        there = file.parent / path
        assert there.is_file(), target
        titles = re.findall(r"^#+ (.+)$", there.read_text(), re.MULTILINE)
        assert not heading or heading in [slug(title) for title in titles], target


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_queries_of_a_runbook_are_about_one_installation(file: Path) -> None:
    for query in re.findall(r"```promql\n(.*?)\n```", file.read_text(), re.DOTALL):
        promql_parser.parse(query)
        selectors = re.findall(r"\{([^}]*)\}", query)
        assert selectors
        assert not [each for each in selectors if not re.search(r'(installation|namespace)="NAME"', each)]
