"""Traces of an application: where the environment says where to send them, a client and its workers send them there."""

import os
from typing import Any

from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from temporalio.client import Interceptor, OutboundInterceptor, StartWorkflowInput, WorkflowHandle
from temporalio.contrib.opentelemetry import TracingInterceptor


class _Joining(OutboundInterceptor):
    """Tells the server of the span in which it is called, so that its own spans belong to the same trace."""

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002 - the SDK's word
        said: dict[str, str] = {}
        propagate.inject(said)
        input.rpc_metadata = {**input.rpc_metadata, **said}
        return await super().start_workflow(input)


class _Joined(Interceptor):
    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - the SDK's word
        return _Joining(next)


def interceptors() -> list[Interceptor]:
    """For a client, which hands them to its workers. Exporter, share and name are read from the environment."""
    if "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" not in os.environ:
        return []
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return [TracingInterceptor(), _Joined()]
