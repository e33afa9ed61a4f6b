"""Proves that the tables of `refused/` hold a case for everything that refuses a stack file: every rule, every place in
a rule that finds something, every check of a single value, every model, every key that must be there.

Where something can be switched off, the proof is that its case is then refused no more in the same words. A check that
is only a little wrong is for the exact messages and for `accepted.yaml` to notice.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic_core import ErrorDetails

from settings import Settings, cloud_stack, complaints, self_hosted
from settings import rules as rules_package
from settings.checks import (
    Address,
    Check,
    Halves,
    IpAddress,
    IpNetwork,
    Number,
    OneOf,
    OneOfWhole,
    Text,
    TextOrNumber,
    TextOrWhole,
    Whole,
    WholeOrPercent,
)
from settings.places import Place
from settings.rules.contradiction import Contradiction
from tests.settings import walk
from tests.settings.cases import Case, refused

CASES = refused()
HOLDERS = {self_hosted.SelfHostedSettings: self_hosted, cloud_stack.CloudSettings: cloud_stack}
"""Where the rules for each kind of stack stand."""
RULES = {rule.__name__: rule for holder in HOLDERS.values() for rule in holder.RULES}
CHECKS = {repr(check)[:80]: check for check in sorted(walk.checks(), key=repr)}
CLASSES = (
    Text,
    Address,
    IpAddress,
    IpNetwork,
    Whole,
    Number,
    Halves,
    WholeOrPercent,
    TextOrWhole,
    TextOrNumber,
    OneOf,
    OneOfWhole,
)
SOURCES = sorted(Path(next(iter(rules_package.__path__))).glob("*.py"))


@dataclass
class Seen:
    """What the cases met."""

    stopped_by: dict[Check, list[Case]] = field(default_factory=dict)
    """Cases with a value that a check refused."""
    errors: set[tuple[type, str, str]] = field(default_factory=set)
    """Models, their keys, and what pydantic calls the error."""
    lines: set[tuple[str, int]] = field(default_factory=set)
    """Files and lines of the code that made a contradiction."""
    broken: list[tuple[Case, Settings]] = field(default_factory=list)
    """Cases that only rules refuse, and what they would be without."""


@pytest.fixture(scope="module")
def seen() -> Seen:
    """Every case, run once with everything that refuses under watch."""
    found = Seen()
    with pytest.MonkeyPatch.context() as patch:
        _watch_errors(patch, found)
        _watch_contradictions(patch, found)
        for case in CASES.values():
            with pytest.MonkeyPatch.context() as of_case:
                _watch_checks(of_case, found, case)
                case.refusal()
                _keep_rules(of_case)
                if case.refusal() is None:
                    found.broken.append((case, case.load()))
    return found


@pytest.mark.parametrize("name", RULES)
def test_every_rule_alone_refuses_a_case(name: str, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = RULES[name]
    cases = [case for case, settings in seen.broken if rule in HOLDERS[type(settings)].RULES and any(rule(settings))]
    assert cases, "no case in refused/ breaks this rule"
    _keep_rules(monkeypatch, but=rule)
    assert any(_is_refused_less(case) for case in cases)


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_alone_refuses_a_case(name: str, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    check = CHECKS[name]
    cases = seen.stopped_by.get(check)
    assert cases, "no case in refused/ has a value that this check refuses"
    _keep_rules(monkeypatch)
    for kind in CLASSES:
        fits = kind.fits
        monkeypatch.setattr(kind, "fits", lambda self, value, fits=fits: self == check or fits(self, value))
    assert any(_is_refused_less(case) for case in cases)


@pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])
def test_every_place_that_finds_a_contradiction_has_a_case(source: Path, seen: Seen) -> None:
    made = {line for file, line in seen.lines if file == str(source)}
    calls = [*_calls_that_make_contradictions(source)]
    assert [lines.start for lines in calls if not made & {*lines}] == []


def test_every_model_refuses_a_key_it_does_not_have(seen: Seen) -> None:
    refusing = {owner for owner, _, kind in seen.errors if kind == "extra_forbidden"}
    assert [each.__name__ for each in walk.models() if each not in refusing] == []


def test_every_key_that_must_be_there_is_missed(seen: Seen) -> None:
    """Kinds that choose between models are missed as kinds_are_chosen tells."""
    needed = {(owner, key) for owner, key, info in walk.fields() if info.is_required() and not _is_tag(owner, key)}
    missed = {(owner, key) for owner, key, kind in seen.errors if kind == "missing"}
    assert [(owner.__name__, key) for owner, key in sorted(needed - missed, key=str)] == []


def test_every_choice_of_words_and_every_flag_is_refused_once(seen: Seen) -> None:
    kinds = {"literal_error", "bool_type"}
    wanted = {(owner, key) for owner, key, info in walk.fields() if _is_choice(info.annotation) and key != "kind"}
    found = {(owner, key) for owner, key, kind in seen.errors if kind in kinds}
    assert [(owner.__name__, key) for owner, key in sorted(wanted - found, key=str)] == []


def test_every_key_with_kinds_is_refused_for_its_kind(seen: Seen) -> None:
    wanted = {(owner, key) for owner, key, info in walk.fields() if len(_kinds(info.annotation)) > 1}
    found = {(owner, key) for owner, key, kind in seen.errors if kind.startswith("union_tag")}
    assert [(owner.__name__, key) for owner, key in sorted(wanted - found, key=str)] == []


def _keep_rules(patch: pytest.MonkeyPatch, but: Any = None) -> None:
    """All rules but one, or none."""
    for holder in HOLDERS.values():
        patch.setattr(holder, "RULES", [rule for rule in holder.RULES if but and rule is not but])


def _is_refused_less(case: Case) -> bool:
    refusal = case.refusal()
    return not refusal or not set(case.complaints) <= set(refusal.complaints)


def _watch_errors(patch: pytest.MonkeyPatch, found: Seen) -> None:
    words = complaints._words

    def watched(place: Place, error: ErrorDetails, *, is_secret: bool) -> str:
        key = next(step for step in reversed(place.location) if isinstance(step, str))
        owner = Settings if issubclass(place.owner, Settings) else place.owner
        found.errors.add((owner, key, error["type"]))
        return words(place, error, is_secret=is_secret)

    patch.setattr(complaints, "_words", watched)


def _watch_contradictions(patch: pytest.MonkeyPatch, found: Seen) -> None:
    made = Contradiction.__init__

    def watched(self: Contradiction, **said: Any) -> None:
        for depth in (1, 2):
            frame = sys._getframe(depth)
            found.lines.add((frame.f_code.co_filename, frame.f_lineno))
        made(self, **said)

    patch.setattr(Contradiction, "__init__", watched)


def _watch_checks(patch: pytest.MonkeyPatch, found: Seen, case: Case) -> None:
    for kind in CLASSES:

        def watched(self: Check, value: Any, fits: Any = kind.fits) -> bool:
            answer = bool(fits(self, value))
            if not answer and case not in found.stopped_by.setdefault(self, []):
                found.stopped_by[self].append(case)
            return answer

        patch.setattr(kind, "fits", watched)


def _calls_that_make_contradictions(source: Path) -> Iterator[range]:
    """The lines of each call of `Contradiction`, and of a helper that only calls it."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Contradiction", "_wrong"):
            yield range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _is_tag(owner: type, key: str) -> bool:
    return key == "kind" and any(owner in _kinds(info.annotation) for _, _, info in walk.fields())


def _is_choice(annotation: Any) -> bool:
    """A mapping's choices belong to whatever key a person says."""
    return annotation is bool or ("Literal[" in str(annotation) and get_origin(annotation) is not dict)


def _kinds(annotation: Any) -> list[type]:
    """Of something that may be left out too."""
    parts = [get_args(part)[0] if get_origin(part) is Annotated else part for part in get_args(annotation)]
    kinds = [kind for part in parts for kind in (part, *get_args(part))]
    return [kind for kind in kinds if isinstance(kind, type) and hasattr(kind, "model_fields")]
