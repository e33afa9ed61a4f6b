"""Proves that a stack file is refused with one exact line a problem, whichever key it is about.

The cases are the tables of `refused/`, each a change to a valid stack. They reach the settings twice: as the map that
the engine hands to a program, and as a file. How the engine gets from YAML to that map is test_engine_yaml's.
"""

import re

import pytest

from settings import SettingsError
from tests.settings.cases import FILE, Case, refused

CASES = refused()
each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
each_file = pytest.mark.parametrize("case", [pytest.param(c, id=name) for name, c in CASES.items() if not c.secret])


@each_case
def test_a_problem_is_one_exact_line(case: Case) -> None:
    refusal = case.refusal()
    assert refusal is not None
    assert refusal.complaints == case.complaints
    assert "Sup3r_secret" not in str(refusal)


@each_file
def test_the_file_itself_is_refused_alike(case: Case) -> None:
    with pytest.raises(SettingsError) as raised:
        case.load_text()
    assert raised.value.complaints == case.complaints


@each_case
def test_every_problem_has_a_line_that_holds_it(case: Case) -> None:
    """The key or item at that line is a step of the problem's path. That it is the nearest one, test_texts shows."""
    lines = case.text.splitlines()
    for printed in str(case.refusal()).splitlines()[1:]:
        place = re.match(rf"  {re.escape(FILE)}:(\d+): temporal:(.*?): ", printed)
        assert place is not None
        at, path = lines[int(place[1]) - 1].strip(), place[2]
        key = re.match(r'"(?:temporal:)?(.*?)": ', at)
        assert (key[1] == "config" or key[1] in path) if key else "[" in path
