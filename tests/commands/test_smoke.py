"""Which refusals the smoke test bears. What it does against a server is proven by every `make up` of the tests."""

import asyncio
from typing import Any, cast

import pytest
from temporalio.service import RPCError, RPCStatusCode

from commands.smoke import _answer


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
