"""What a failed call tells the engine: a message for a person, never a traceback."""

from collections.abc import Callable
from functools import wraps
from typing import NoReturn, TypeVar

import grpc  # type: ignore[import-untyped]
from google.protobuf import any_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

from standins.protocol import wire
from standins.provider import InitFailedError

Servicer = TypeVar("Servicer")
Request = TypeVar("Request")
Response = TypeVar("Response")

Method = Callable[[Servicer, Request, grpc.ServicerContext], Response]


def told_to_engine(method: Method[Servicer, Request, Response]) -> Method[Servicer, Request, Response]:
    """Any exception becomes status UNKNOWN with its text; InitFailedError carries the object that exists."""

    @wraps(method)
    def guarded(self: Servicer, request: Request, context: grpc.ServicerContext) -> Response:
        try:
            return method(self, request, context)
        except InitFailedError as error:
            failure: Exception = error
            context.set_trailing_metadata((("grpc-status-details-bin", _details(error)),))
        except Exception as error:  # the boundary of the process
            failure = error
        _abort(context, str(failure) or type(failure).__name__)

    return guarded


def _details(error: InitFailedError) -> bytes:
    detail = provider_pb2.ErrorResourceInitFailed(
        id=error.state.id,
        properties=wire.encode(error.state.outputs),
        inputs=wire.encode(error.state.inputs or {}),
        reasons=error.reasons,
    )
    packed = any_pb2.Any()
    packed.Pack(detail)
    code, _ = grpc.StatusCode.UNKNOWN.value
    return status_pb2.Status(code=code, message=str(error), details=[packed]).SerializeToString()


def _abort(context: grpc.ServicerContext, message: str) -> NoReturn:
    context.abort(grpc.StatusCode.UNKNOWN, message)
    raise AssertionError("abort never returns")
