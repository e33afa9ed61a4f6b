"""Proves of every key what happens when it is changed."""

import copy
from functools import cache

import pulumi
import pytest

from tests.program import recording, stacks
from tests.program.effects.bases import BASES
from tests.program.effects.compared import made_anew, restarted
from tests.program.effects.declared import DECLARED
from tests.program.effects.example import DROPPED, Example
from tests.program.effects.examples import EXAMPLES
from tests.program.recording import Recording

pytestmark = pytest.mark.slow


def _waves(effect: str) -> list[list[Example]]:
    """Examples to try in one run: of one base, and with pods of their own, so that each is seen by its pods."""
    waves: list[list[Example]] = []
    for example in EXAMPLES:
        if DECLARED.get(example.leaf) != effect:
            continue
        for wave in waves:
            paths = {path for other in wave for path in other.changes}
            if wave[0].base == example.base and not paths & example.changes.keys() and _apart(wave, example):
                wave.append(example)
                break
        else:
            waves.append([example])
    return waves


def _apart(wave: list[Example], example: Example) -> bool:
    """Wholes are not changed together with their parts, nor pods by two examples."""
    paths = {path for other in wave for path in other.changes}
    nested = any(a.startswith(f"{b}/") or b.startswith(f"{a}/") for a in paths for b in example.changes)
    return not nested and not any(other.pods & example.pods for other in wave)


def _named(wave: list[Example]) -> str:
    return ", ".join(example.leaf for example in wave)


@cache
def _base(name: str) -> Recording:
    return recording.run(BASES[name])


def _changed(wave: list[Example]) -> Recording:
    """The stack after the changes, deployed before them."""
    [base] = {example.base for example in wave}
    config = copy.deepcopy(BASES[base])
    for path, value in (change for example in wave for change in example.changes.items()):
        if value == DROPPED:
            config.pop(f"temporal:{path}", None)
        else:
            stacks.put(config, path.split("/"), copy.deepcopy(value))
    return recording.run(config, deployed=_base(base).exports)


def test_every_leaf_has_an_example() -> None:
    assert DECLARED.keys() - {example.leaf for example in EXAMPLES} == set()
    assert {example.leaf for example in EXAMPLES} - DECLARED.keys() == set()


@pytest.mark.parametrize("wave", _waves("nothing"), ids=_named)
def test_nothing_restarts(wave: list[Example]) -> None:
    before, after = _base(wave[0].base), _changed(wave)
    assert restarted(before, after) == set()
    assert made_anew(before, after) == set()


@pytest.mark.parametrize("wave", _waves("rolling"), ids=_named)
def test_pods_restart(wave: list[Example]) -> None:
    """Exactly those that the examples name, and no object is made anew."""
    before, after = _base(wave[0].base), _changed(wave)
    assert restarted(before, after) == {pod for example in wave for pod in example.pods}
    assert all(example.pods for example in wave)
    assert made_anew(before, after) == set()


@pytest.mark.parametrize("example", [example for wave in _waves("replaced") for example in wave], ids=lambda e: e.leaf)
def test_objects_are_made_anew(example: Example) -> None:
    before, after = _base(example.base), _changed([example])
    assert made_anew(before, after) != set()
    assert restarted(before, after) == example.pods


@pytest.mark.parametrize("example", [example for wave in _waves("refused") for example in wave], ids=lambda e: e.leaf)
def test_a_change_is_refused(example: Example) -> None:
    with pytest.raises(pulumi.RunError, match="is deployed and cannot become this:"):
        _changed([example])
