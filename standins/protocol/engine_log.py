"""Messages to the person at the terminal, through the engine's own log."""

import contextlib
from typing import Final

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

_SEVERITIES: Final = {"info": engine_pb2.INFO, "warning": engine_pb2.WARNING, "error": engine_pb2.ERROR}
_DEADLINE_SECONDS: Final = 10.0


class EngineLog:
    """Says nothing when the plugin was started without an engine's address."""

    def __init__(self, address: str | None) -> None:
        self._stub = None
        if address:
            channel = grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)])
            self._stub = engine_pb2_grpc.EngineStub(channel)

    def say(self, severity: str, message: str, urn: str) -> None:
        """Shows `message` beside the resource. `severity`: info, warning or error; an error fails the whole run."""
        if self._stub is None:
            return
        request = engine_pb2.LogRequest(severity=_SEVERITIES[severity], message=message, urn=urn)
        with contextlib.suppress(grpc.RpcError):  # a message that is lost must not fail the resource
            self._stub.Log(request, timeout=_DEADLINE_SECONDS)
