"""The calls of the engine, handed to a provider as plain values."""

import json
import re
import threading
from collections.abc import Iterable
from functools import partial
from typing import Final

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from standins.protocol import wire
from standins.protocol.engine_log import EngineLog
from standins.protocol.failures import told_to_engine
from standins.provider import (
    UNKNOWN,
    Call,
    CheckFailure,
    ChecksConfig,
    DiffsConfig,
    Parameterized,
    Properties,
    Provider,
    State,
    Unknown,
    Value,
    has_unknowns,
    reveal,
)
from standins.provider import Diff as ResourceDiff

ResourceRequest = (
    provider_pb2.CheckRequest
    | provider_pb2.DiffRequest
    | provider_pb2.CreateRequest
    | provider_pb2.ReadRequest
    | provider_pb2.UpdateRequest
    | provider_pb2.DeleteRequest
)

_TOP_LEVEL: Final = re.compile(r"[.\[]")
_KINDS: Final = {
    "add": provider_pb2.PropertyDiff.ADD,
    "update": provider_pb2.PropertyDiff.UPDATE,
    "delete": provider_pb2.PropertyDiff.DELETE,
    "add-replace": provider_pb2.PropertyDiff.ADD_REPLACE,
    "update-replace": provider_pb2.PropertyDiff.UPDATE_REPLACE,
    "delete-replace": provider_pb2.PropertyDiff.DELETE_REPLACE,
}


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """One plugin process serves one provider; calls come in parallel."""

    def __init__(self, provider: Provider, log: EngineLog) -> None:
        self._provider = provider
        self._log = log
        self._cancelled = threading.Event()

    @told_to_engine
    def Handshake(  # noqa: N802
        self, _request: provider_pb2.ProviderHandshakeRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    @told_to_engine
    def GetPluginInfo(  # noqa: N802
        self, _request: empty_pb2.Empty, _context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=self._provider.version)

    @told_to_engine
    def Parameterize(  # noqa: N802
        self, request: provider_pb2.ParameterizeRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.ParameterizeResponse:
        if not isinstance(self._provider, Parameterized):
            raise ValueError(f"{self._provider.name} takes no parameter")  # noqa: TRY004 - said to the engine
        found = self._provider.parameterize(request.value.value)
        return provider_pb2.ParameterizeResponse(name=found.name, version=found.version)

    @told_to_engine
    def CheckConfig(  # noqa: N802
        self, request: provider_pb2.CheckRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        return provider_pb2.CheckResponse(
            inputs=request.news, failures=_failures(self._config_failures(reveal(wire.decode(request.news))))
        )

    @told_to_engine
    def DiffConfig(  # noqa: N802
        self, request: provider_pb2.DiffRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        return _diff_response(self._config_diff(_settings(request.olds), _settings(request.news)))

    @told_to_engine
    def Configure(  # noqa: N802
        self, request: provider_pb2.ConfigureRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        self._provider.configure(_settings(request.args))
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @told_to_engine
    def Check(  # noqa: N802
        self, request: provider_pb2.CheckRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        checked = self._provider.check(
            self._call(request), wire.decode(request.olds), wire.decode(request.news), request.randomSeed
        )
        return provider_pb2.CheckResponse(
            inputs=wire.encode(checked.inputs),
            failures=_failures(checked.failures),
        )

    @told_to_engine
    def Diff(  # noqa: N802
        self, request: provider_pb2.DiffRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        diff = self._provider.diff(
            self._call(request, ignore_changes=tuple(request.ignoreChanges)),
            request.id,
            wire.decode(request.old_inputs),
            wire.decode(request.olds),
            wire.decode(request.news),
        )
        return _diff_response(diff)

    @told_to_engine
    def Create(  # noqa: N802
        self, request: provider_pb2.CreateRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        call = self._call(request, timeout=request.timeout, preview=request.preview)
        state = self._provider.create(call, wire.decode(request.properties))
        return provider_pb2.CreateResponse(id=state.id, properties=wire.encode(state.outputs))

    @told_to_engine
    def Read(  # noqa: N802
        self, request: provider_pb2.ReadRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        state = self._provider.read(
            self._call(request), request.id, wire.decode(request.inputs), wire.decode(request.properties)
        )
        return _read_response(state)

    @told_to_engine
    def Update(  # noqa: N802
        self, request: provider_pb2.UpdateRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        state = self._provider.update(
            self._call(
                request,
                timeout=request.timeout,
                preview=request.preview,
                ignore_changes=tuple(request.ignoreChanges),
            ),
            request.id,
            wire.decode(request.old_inputs),
            wire.decode(request.olds),
            wire.decode(request.news),
        )
        return provider_pb2.UpdateResponse(properties=wire.encode(state.outputs))

    @told_to_engine
    def Delete(  # noqa: N802
        self, request: provider_pb2.DeleteRequest, _context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        call = self._call(request, timeout=request.timeout)
        self._provider.delete(call, request.id, wire.decode(request.properties))
        return empty_pb2.Empty()

    @told_to_engine
    def Cancel(self, _request: empty_pb2.Empty, _context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802
        self._cancelled.set()
        return empty_pb2.Empty()

    def _call(
        self,
        request: ResourceRequest,
        *,
        timeout: float = 0.0,
        preview: bool = False,
        ignore_changes: tuple[str, ...] = (),
    ) -> Call:
        return Call(
            urn=request.urn,
            type=request.type,
            name=request.name,
            timeout=timeout,
            preview=preview,
            ignore_changes=ignore_changes,
            cancelled=self._cancelled.is_set,
            log=partial(_say, self._log, request.urn),
        )

    def _config_failures(self, news: Properties) -> tuple[CheckFailure, ...]:
        return self._provider.check_config(news) if isinstance(self._provider, ChecksConfig) else ()

    def _config_diff(self, olds: Properties, news: Properties) -> ResourceDiff:
        if isinstance(self._provider, DiffsConfig):
            return self._provider.diff_config(olds, news)
        return ResourceDiff(
            detailed={key: "update" for key in sorted({*olds, *news}) if olds.get(key) != news.get(key)}
        )


def _say(log: EngineLog, urn: str, severity: str, message: str) -> None:
    log.say(severity, message, urn)


def _settings(struct: struct_pb2.Struct) -> Properties:
    """Configuration as text, JSON for what is no text: some SDKs write it so, and others send the values themselves."""
    return {key: _text(reveal(value)) for key, value in wire.decode(struct).items()}


def _text(value: Value) -> str | Unknown:
    if has_unknowns(value):
        return UNKNOWN
    return value if isinstance(value, str) else json.dumps(value)


def _failures(found: Iterable[CheckFailure]) -> list[provider_pb2.CheckFailure]:
    return [provider_pb2.CheckFailure(property=failure.property, reason=failure.reason) for failure in found]


def _diff_response(diff: ResourceDiff) -> provider_pb2.DiffResponse:
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if diff.changes else provider_pb2.DiffResponse.DIFF_NONE,
        replaces=diff.replaces,
        deleteBeforeReplace=diff.delete_before_replace,
        diffs=sorted({_TOP_LEVEL.split(path, maxsplit=1)[0] for path in diff.detailed}),
        detailedDiff={
            path: provider_pb2.PropertyDiff(kind=_KINDS[kind], inputDiff=True) for path, kind in diff.detailed.items()
        },
        hasDetailedDiff=bool(diff.detailed),
    )


def _read_response(state: State) -> provider_pb2.ReadResponse:
    """An empty id tells the engine that the resource is gone."""
    if not state.id:
        return provider_pb2.ReadResponse()
    return provider_pb2.ReadResponse(
        id=state.id, properties=wire.encode(state.outputs), inputs=wire.encode(state.inputs or {})
    )
