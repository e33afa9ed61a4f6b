"""Proves that what `make generate` makes from the models is fresh, whole and, in the documentation, true and linked.

The catalogues, which need a Go toolchain, are held against the servers' source in test_catalogue.py.
"""

import re
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest

from commands import catalogue, generate
from commands.errors import CommandError
from commands.generate import configuration, contract, controls, runbooks
from commands.generate.markdown import slug
from embedded.progress import Progress
from settings import load_text
from settings.base import Model

DOCUMENT = generate.CONFIGURATION.read_text()
ROWS = [line.split(" | ")[0].removeprefix("| ") for line in DOCUMENT.splitlines() if line.startswith("| ")]
HEADINGS = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", DOCUMENT, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)

SHORTEST = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)[0]


def test_the_committed_schema_is_fresh() -> None:
    assert generate.SCHEMA.read_text() == generate.schema_text(), "run: make generate NAME=schema"


def test_the_committed_documentation_is_fresh() -> None:
    assert configuration.document() == DOCUMENT, "run: make generate NAME=configuration"


def test_the_committed_controls_are_fresh() -> None:
    assert generate.CONTROLS.read_text() == controls.document(), "run: make generate NAME=controls"


def test_the_committed_index_of_runbooks_is_fresh() -> None:
    assert generate.RUNBOOKS.read_text() == runbooks.document(), "run: make generate NAME=runbooks"


def test_the_committed_schema_of_the_outputs_is_fresh() -> None:
    assert generate.CONTRACT.read_text() == contract.document(), "run: make generate NAME=contract"


def test_only_the_parts_asked_for_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SCHEMA", "CONFIGURATION"):
        monkeypatch.setattr(generate, name, tmp_path / "new" / name)
    monkeypatch.setenv("NAME", "schema")
    assert generate.main() == 0
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["SCHEMA"]
    assert (tmp_path / "new" / "SCHEMA").read_text() == generate.schema_text()


def test_catalogues_are_of_the_newest_server_of_each_minor(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Sequence[str]] = []
    monkeypatch.setattr(catalogue, "write", lambda versions, _progress: asked.append(versions))
    generate.PARTS["catalogues"](Progress(StringIO()))
    assert asked == [["1.31.5", "1.32.2"]]


def test_an_unknown_part_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "schema,docs")
    with pytest.raises(CommandError) as raised:
        generate.main()
    assert str(raised.value) == (
        "NAME=docs is unknown. Known: catalogues, aws, schema, configuration, controls, runbooks, contract, dashboards."
    )


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("<!-- made: sises -->", "nothing is made for sises."),
        ("<!-- made: errors -->", "no example stands in front of the mark of errors."),
        ("```yaml\n{shortest}```\n\n<!-- made: errors -->", "the example of errors is valid."),
    ],
)
def test_a_template_that_makes_no_sense_is_refused(
    template: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "configuration.md"
    file.write_text(template.replace("{shortest}", SHORTEST.partition("\n")[2]))
    monkeypatch.setattr(configuration, "TEMPLATE", file)
    with pytest.raises(CommandError, match=re.escape(f"{file}: {complaint}")):
        configuration.document()


def _models(model: type[Model]) -> Iterator[type[Model]]:
    for below in model.__subclasses__():
        if below.__module__.startswith("settings."):
            yield below
            yield from _models(below)


def _holds_models(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return True
    return any(_holds_models(part) for part in get_args(annotation))


def test_every_leaf_says_what_a_change_does() -> None:
    """Every model there is, whether a stack file reaches it or not; what holds other keys may say it too."""
    lacking = []
    for model in _models(Model):
        for name, field in model.model_fields.items():
            facts = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
            if not _holds_models(field.annotation) and "x-effect" not in facts:
                lacking.append(f"{model.__name__}.{name}")
    assert lacking == []


def test_every_key_and_kind_has_a_row() -> None:
    """By the last step of its path; a key of several models stands in a section of each or in one they share."""
    steps = {row.strip("`").removeprefix("temporal:").rpartition(".")[2] for row in ROWS}
    kinds = {word for row in ROWS for word in re.findall(r"^`([-a-z]+)`$", row)}
    sections = {match for heading in HEADINGS for match in re.findall(r"^`temporal:(\w+)`$", heading)}
    for model in _models(Model):
        for name, field in model.model_fields.items():
            assert (field.alias or name) in steps | sections, f"{model.__name__}.{name} is not documented"
            if name == "kind" and get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1:
                (kind,) = get_args(field.annotation)
                assert kind in kinds or f"`{kind}`" in DOCUMENT, f"{model.__name__}: kind {kind} is not documented"


def test_a_row_tells_all_there_is_to_tell() -> None:
    (row,) = [line for line in DOCUMENT.splitlines() if line.startswith("| `shards` |")]
    assert row == (
        "| `shards` | Number of history shards, a power of two by rule. Fixed for the life of the database. "
        "| a whole number from 1 to 16384 (shards) | `512` "
        "| **refused once deployed**: the server ignores a later change |"
    )


def test_kinds_stand_side_by_side() -> None:
    section = DOCUMENT.partition("## `temporal:tls`\n")[2].partition("\n### ")[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]
    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("| `generated`", "—", "`leafDays`, `rotation`, `refreshInterval`"),
        (
            "| `provided`",
            "`internode`, `frontend`, `clientAuthority`, `client`",
            "`ui`, `database`, `search`, `archive`, `monitoring`, `refreshInterval`",
        ),
        ("| `cert-manager`", "`issuer`", "`duration`, `renewBefore`, `refreshInterval`"),
    ]


def test_links_lead_somewhere() -> None:
    anchors = [slug(heading) for heading in HEADINGS]
    assert sorted(anchors) == sorted(set(anchors)), "two headings of one name"
    for target in re.findall(r"\]\(([^)]+)\)", DOCUMENT):
        file, _, anchor = target.partition("#")
        assert not file or (generate.CONFIGURATION.parent / file).exists(), target
        assert not anchor or anchor in anchors, target


def test_the_shortest_stack_file_of_the_documentation_is_valid() -> None:
    assert load_text("Pulumi.try.yaml", SHORTEST).name == "try"
