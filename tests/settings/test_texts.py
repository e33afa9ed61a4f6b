"""Proves that whatever a stack file's text is, it is read or refused with the lines of everything wrong with it.

The cases are whole files in `texts.yaml`. That a text of any other kind does no harm either, test_anything tries.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from settings import SettingsError, load, load_text
from settings.backend import SelfHosted
from settings.engine_yaml import DocumentError, builder, parsed

TEXTS = yaml.safe_load(Path(__file__).with_name("texts.yaml").read_text())
LEAST = """\
config:
  temporal:name: least
  temporal:kubernetes: {context: kind}
  temporal:backend: {kind: self-hosted}
  temporal:database: {kind: in-cluster}
  temporal:tls: {kind: generated}
"""


def refusal(text: str) -> str:
    with pytest.raises(SettingsError) as raised:
        load_text("%", text)
    return str(raised.value)


@pytest.mark.parametrize("case", TEXTS, ids=[f"{number}-{case['says'][0][:50]}" for number, case in enumerate(TEXTS)])
def test_every_problem_is_told_with_its_line(case: dict[str, Sequence[str]]) -> None:
    says = case["says"]
    count = "1 problem" if len(says) == 1 else f"{len(says)} problems"
    assert refusal(str(case["text"])).splitlines() == [f"% is not valid ({count}):", *(f"  {line}" for line in says)]


def test_anchors_and_merges_are_written_out() -> None:
    common = LEAST.replace(
        "{kind: self-hosted}", "{kind: self-hosted, services: {history: &h {replicas: 2}, matching: *h}}"
    )
    backend = load_text("%", common).backend
    assert isinstance(backend, SelfHosted)
    services = backend.services
    assert (services.history.replicas, services.matching.replicas) == (2, 2)
    merged = LEAST + "  temporal:namespaces: [&a {name: a, retention: 9d}, {<<: *a, name: b}, {<<: [*a, {name: c}]}]\n"
    assert "temporal:namespaces[2].name: found 'a'" in refusal(merged)
    two = load_text("%", merged.replace(", {<<: [*a, {name: c}]}", "")).namespaces
    assert [(namespace.name, namespace.retention) for namespace in two] == [("a", "9d"), ("b", "9d")]


@pytest.mark.parametrize("opened", ["[", "{a: ", "- ", "? ", "{[", "{? "])
def test_nesting_without_end_is_refused(opened: str) -> None:
    assert refusal(opened * 100_000).endswith("\n  %:1: nested more than 64 deep")


@pytest.mark.parametrize(
    "shape", ["[{0}, {0}, {0}, {0}, {0}, {0}]", "{{a: {0}, b: {0}, c: {0}, d: {0}, e: {0}, f: {0}}}"]
)
def test_anchors_that_multiply_are_refused(shape: str) -> None:
    lines = [f"a0: &a0 {shape.format(1)}", *(f"a{n}: &a{n} {shape.format(f'*a{n - 1}')}" for n in range(1, 40))]
    text = "\n".join(["config:", *(f"  {line}" for line in lines)])
    assert refusal(text).endswith("\n  %:8: more than 200000 keys and values, with every anchor written out")


def test_the_largest_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mapping, its list and the list's items count one each."""
    monkeypatch.setattr(builder, "_LARGEST", 6)
    assert parsed("a: [1, 2, 3, 4]").root is not None
    with pytest.raises(DocumentError, match="more than 6 keys and values"):
        parsed("a: [1, 2, 3, 4, 5]")


def test_a_very_long_text_is_cut_in_the_message() -> None:
    said = refusal(LEAST.replace("least", "x" * 1_000_000))
    assert f"found '{'x' * 56}...; allowed: 1 to 30" in said
    assert len(refusal(LEAST.replace("context", "x" * 1000))) < 1000


def test_a_character_that_is_no_unicode_is_refused() -> None:
    assert refusal("config:\n  a: \ud800").endswith("\n  %:2: not YAML: a character that is no Unicode")


def test_what_the_engine_hands_over_may_be_nested_too_deep_as_well() -> None:
    for depth in (300, 100_000):
        with pytest.raises(SettingsError, match=r"temporal:"):
            load("%", {"temporal:tls": "[" * depth + "]" * depth})


def test_problems_that_leave_a_tree_leave_its_lines() -> None:
    """The engine takes a date without quotes; what else is wrong with its file is still told with lines."""
    text = LEAST + "  temporal:zzz: 2024-01-31\n"
    root, problems = parsed(text)
    assert root is not None
    assert [line for line, _ in problems] == [7]
    with pytest.raises(SettingsError, match=r"%:7: temporal:zzz: unknown key"):
        load("%", {"temporal:name": "least", "temporal:zzz": "2024-01-31 00:00:00 +0000 UTC"}, text=text)


def test_a_text_that_cannot_be_read_costs_only_the_lines() -> None:
    with pytest.raises(DocumentError):
        parsed("a: [")
    with pytest.raises(SettingsError, match=r"\n  temporal:name: found 'A'; allowed:"):
        load("%", {"temporal:name": "A"}, text="a: [")
