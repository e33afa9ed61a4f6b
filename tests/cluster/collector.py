"""Who takes traces: OTLP over gRPC with TLS. What arrives is kept in a file.

`python -m tests.cluster.collector FOLDER ADDRESS` serves at PORT until it is stopped, with tls.crt and tls.key of the
folder. It takes nothing from who does not send the header of HEADERS.
"""

import json
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import grpc  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)

PORT: Final = 14317
HEADERS: Final = "x-scope-orgid=tests"
"""As the variable for headers has them."""
_FILE: Final = "spans.jsonl"


@dataclass(frozen=True)
class Span:
    """One span, and who sent it."""

    resource: Mapping[str, Any]
    name: str
    trace: str
    id: str
    parent: str
    attributes: Mapping[str, Any]

    @property
    def service(self) -> Any:
        """What the sender calls itself."""
        return self.resource["service.name"]


def arrived(folder: Path) -> list[Span]:
    """Every span until now."""
    file = folder / _FILE
    return [Span(**json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []


def _values(pairs: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs if _is_plain(pair.value)}


def _is_plain(value: Any) -> bool:
    return value.WhichOneof("value") in ("string_value", "int_value", "bool_value", "double_value")


class _Collector(TraceServiceServicer):
    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()

    def Export(  # noqa: N802 - the protocol's word
        self, request: ExportTraceServiceRequest, context: grpc.ServicerContext
    ) -> ExportTraceServiceResponse:
        if HEADERS not in {f"{key}={value!s}" for key, value in context.invocation_metadata()}:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "who is this?")
        lines = [
            json.dumps(
                {
                    "resource": _values(sent.resource.attributes),
                    "name": span.name,
                    "trace": span.trace_id.hex(),
                    "id": span.span_id.hex(),
                    "parent": span.parent_span_id.hex(),
                    "attributes": _values(span.attributes),
                }
            )
            for sent in request.resource_spans
            for scope in sent.scope_spans
            for span in scope.spans
        ]
        with self._lock, self._file.open("a") as file:
            file.writelines(f"{line}\n" for line in lines)
        return ExportTraceServiceResponse()


def serve(folder: Path, address: str, port: int = PORT) -> grpc.Server:
    """A started server; who has it stops it."""
    pair = ((folder / "tls.key").read_bytes(), (folder / "tls.crt").read_bytes())
    server = grpc.server(ThreadPoolExecutor(4))
    add_TraceServiceServicer_to_server(_Collector(folder / _FILE), server)  # type: ignore[no-untyped-call]
    server.add_secure_port(f"{address}:{port}", grpc.ssl_server_credentials([pair]))
    server.start()
    return server


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2]).wait_for_termination()
