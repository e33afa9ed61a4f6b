"""Which refusals the smoke test bears. What it does against a server is proven by every `make up` of the tests."""

import asyncio
from typing import Any, cast

import pytest
from temporalio.service import RPCError, RPCStatusCode

from commands import smoke
from commands.errors import CommandError
from commands.smoke import _answer, _found


class _Handle:
    """Refuses the first queries with one status."""

    def __init__(self, status: RPCStatusCode, refusals: int) -> None:
        self._status, self._refusals = status, refusals

    async def query(self, _query: object) -> list[str]:
        if self._refusals:
            self._refusals -= 1
            raise RPCError("context canceled", self._status, b"")
        return ["activity"]


def _asked(status: RPCStatusCode) -> list[str]:
    return asyncio.run(_answer(cast("Any", _Handle(status, 2))))


def test_a_cancelled_query_is_asked_again() -> None:
    assert _asked(RPCStatusCode.CANCELLED) == ["activity"]


def test_another_refusal_fails() -> None:
    with pytest.raises(RPCError):
        _asked(RPCStatusCode.PERMISSION_DENIED)


class _Searching:
    """Finds as many executions as each answer in turn says, the last one for ever."""

    def __init__(self, *answers: int) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def count_workflows(self, query: str) -> Any:
        self.asked.append(query)
        found = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if found < 0:
            raise RPCError("all shards failed", RPCStatusCode.UNAVAILABLE, b"")
        return type("Count", (), {"count": found})


def test_a_search_is_asked_until_it_finds_all() -> None:
    client = _Searching(0, -1, 3, 5)
    asyncio.run(_found(cast("Any", client), "queue-1", 5))
    assert client.asked == ["TaskQueue = 'queue-1' AND ExecutionStatus = 'Completed'"] * 4


@pytest.mark.parametrize(
    ("answer", "said"), [(3, "a search finds 3 of them"), (-1, "a search fails: all shards failed")]
)
def test_what_a_search_does_not_find_is_told(monkeypatch: pytest.MonkeyPatch, answer: int, said: str) -> None:
    monkeypatch.setattr(smoke, "SEARCH_SECONDS", 0.3)
    with pytest.raises(CommandError, match=rf"5 executions completed, but {said} after 0 s\. Look at the store"):
        asyncio.run(_found(cast("Any", _Searching(answer)), "queue-1", 5))
