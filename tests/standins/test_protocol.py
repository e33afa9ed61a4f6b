"""The gRPC side of a plugin, spoken to over a socket as the engine does; the provider only remembers its calls."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, provider_pb2_grpc, status_pb2

from standins.protocol.engine_log import EngineLog
from standins.protocol.servicer import Servicer
from standins.provider import (
    UNKNOWN,
    Call,
    Checked,
    CheckFailure,
    Diff,
    InitFailedError,
    Properties,
    Secret,
    State,
    Value,
)

URN = "urn:pulumi:s::p::test:index:Thing::thing"
RESOURCE: dict[str, Any] = {"urn": URN, "name": "thing", "type": "test:index:Thing"}
LIVE = Path(__file__).parents[2] / "standins" / "live" / "bin"


class Remembering:
    """Answers what a test put in, raises what it put in, and keeps the calls."""

    name = "test"
    version = "1.2.3"

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.answer: Any = None

    def configure(self, config: Mapping[str, Value]) -> None:
        self.calls.append((dict(config),))

    def check(self, call: Call, olds: Properties, news: Properties, random_seed: bytes) -> Checked:
        answer: Checked = self._answer(call, olds, news, random_seed)
        return answer

    def diff(self, call: Call, id_: str, old_inputs: Properties, olds: Properties, news: Properties) -> Diff:
        answer: Diff = self._answer(call, id_, old_inputs, olds, news)
        return answer

    def create(self, call: Call, inputs: Properties) -> State:
        answer: State = self._answer(call, inputs)
        return answer

    def read(self, call: Call, id_: str, inputs: Properties, outputs: Properties) -> State:
        answer: State = self._answer(call, id_, inputs, outputs)
        return answer

    def update(self, call: Call, id_: str, old_inputs: Properties, olds: Properties, news: Properties) -> State:
        answer: State = self._answer(call, id_, old_inputs, olds, news)
        return answer

    def delete(self, call: Call, id_: str, outputs: Properties) -> None:
        self._answer(call, id_, outputs)

    def _answer(self, *arguments: Any) -> Any:
        self.calls.append(arguments)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer(*arguments) if callable(self.answer) else self.answer


@pytest.fixture
def provider() -> Remembering:
    return Remembering()


@pytest.fixture
def plugin(provider: Remembering) -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    server = grpc.server(ThreadPoolExecutor(max_workers=40))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(provider, EngineLog(None)), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.enable_http_proxy", 0)]) as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)
    server.stop(None)


Plugin = provider_pb2_grpc.ResourceProviderStub


def struct(values: dict[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


def test_secrets_and_previews_are_agreed_on(plugin: Plugin, provider: Remembering) -> None:
    """Without them the engine sends secrets as plain text, and nothing in previews."""
    assert plugin.Handshake(provider_pb2.ProviderHandshakeRequest()).accept_secrets
    args = struct({"flag": True, "path": "a", "nested": {"b": [1]}, "hidden": wired_secret("c")})
    answer = plugin.Configure(provider_pb2.ConfigureRequest(args=args))
    assert answer.acceptSecrets
    assert answer.supportsPreview
    assert provider.calls == [({"flag": "true", "path": "a", "nested": '{"b": [1]}', "hidden": "c"},)]
    assert plugin.GetPluginInfo(empty_pb2.Empty()).version == "1.2.3"


def test_configuration_is_kept_and_never_replaces_by_itself(plugin: Plugin) -> None:
    news = struct({"a": "2", "b": "1"})
    assert plugin.CheckConfig(provider_pb2.CheckRequest(urn=URN, news=news)).inputs == news
    answer = plugin.DiffConfig(provider_pb2.DiffRequest(urn=URN, olds=struct({"a": "1", "b": "1"}), news=news))
    assert (answer.changes, list(answer.diffs), list(answer.replaces)) == (2, ["a"], [])


def test_check(plugin: Plugin, provider: Remembering) -> None:
    provider.answer = Checked({"a": Secret("x")}, (CheckFailure("b.c", "is wrong"),))
    answer = plugin.Check(
        provider_pb2.CheckRequest(**RESOURCE, olds=struct({"o": 1}), news=struct({"n": 2}), randomSeed=b"seed")
    )
    call, *rest = provider.calls[0]
    assert (call.urn, call.name, call.type) == (URN, "thing", "test:index:Thing")
    assert rest == [{"o": 1}, {"n": 2}, b"seed"]
    assert answer.inputs == struct({"a": wired_secret("x")})
    assert [(failure.property, failure.reason) for failure in answer.failures] == [("b.c", "is wrong")]


def test_a_diff_tells_every_path(plugin: Plugin, provider: Remembering) -> None:
    provider.answer = Diff({"spec.a[0]": "update-replace", "top": "add"}, ("spec.a[0]",), delete_before_replace=True)
    answer = plugin.Diff(provider_pb2.DiffRequest(**RESOURCE, id="i", ignoreChanges=["x"], old_inputs=struct({"o": 1})))
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert answer.hasDetailedDiff
    assert answer.deleteBeforeReplace
    assert list(answer.replaces) == ["spec.a[0]"]
    assert list(answer.diffs) == ["spec", "top"]
    kinds = {path: provider_pb2.PropertyDiff.Kind.Name(diff.kind) for path, diff in answer.detailedDiff.items()}
    assert kinds == {"spec.a[0]": "UPDATE_REPLACE", "top": "ADD"}
    assert provider.calls[0][0].ignore_changes == ("x",)
    assert provider.calls[0][1:] == ("i", {"o": 1}, {}, {})


def test_no_diff(plugin: Plugin, provider: Remembering) -> None:
    provider.answer = Diff()
    assert plugin.Diff(provider_pb2.DiffRequest(**RESOURCE)).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_create_in_a_preview(plugin: Plugin, provider: Remembering) -> None:
    provider.answer = State("", {"a": UNKNOWN})
    request = provider_pb2.CreateRequest(**RESOURCE, properties=struct({"n": 2}), preview=True, timeout=12.5)
    answer = plugin.Create(request)
    assert (answer.id, answer.properties) == ("", struct({"a": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}))
    call, inputs = provider.calls[0]
    assert (call.preview, call.timeout, inputs) == (True, 12.5, {"n": 2})


def test_update_and_delete(plugin: Plugin, provider: Remembering) -> None:
    provider.answer = State("i", {"a": 1})
    request = provider_pb2.UpdateRequest(
        **RESOURCE, id="i", old_inputs=struct({"i": 1}), olds=struct({"o": 1}), news=struct({"n": 1}), timeout=3
    )
    assert plugin.Update(request).properties == struct({"a": 1})
    plugin.Delete(provider_pb2.DeleteRequest(**RESOURCE, id="i", properties=struct({"o": 1}), timeout=4))
    assert [arguments[1:] for arguments in provider.calls] == [("i", {"i": 1}, {"o": 1}, {"n": 1}), ("i", {"o": 1})]
    assert [arguments[0].timeout for arguments in provider.calls] == [3, 4]


def test_read_and_a_resource_that_is_gone(plugin: Plugin, provider: Remembering) -> None:
    request = provider_pb2.ReadRequest(**RESOURCE, id="i", inputs=struct({"n": 1}), properties=struct({"o": 1}))
    provider.answer = State("i", {"a": 1}, {"b": 1})
    answer = plugin.Read(request)
    assert (answer.id, answer.properties, answer.inputs) == ("i", struct({"a": 1}), struct({"b": 1}))
    assert provider.calls[0][1:] == ("i", {"n": 1}, {"o": 1})
    provider.answer = State("", {"a": 1})
    assert plugin.Read(request) == provider_pb2.ReadResponse()


def test_a_failure_is_its_message_alone(plugin: Plugin, provider: Remembering) -> None:
    provider.answer = ValueError("the disk is full: free some space")
    with pytest.raises(grpc.RpcError) as failure:
        plugin.Create(provider_pb2.CreateRequest(**RESOURCE))
    assert failure.value.code() is grpc.StatusCode.UNKNOWN
    assert failure.value.details() == "the disk is full: free some space"


def test_an_object_that_does_not_become_ready_is_not_lost(plugin: Plugin, provider: Remembering) -> None:
    """The engine reads id, outputs and reasons from the status details and keeps them in the state."""
    provider.answer = InitFailedError(State("i", {"a": Secret("x")}, {"n": 1}), ["first", "second"])
    with pytest.raises(grpc.RpcError) as failure:
        plugin.Create(provider_pb2.CreateRequest(**RESOURCE))
    details = dict(failure.value.trailing_metadata())["grpc-status-details-bin"]
    status = status_pb2.Status.FromString(details)
    found = provider_pb2.ErrorResourceInitFailed()
    assert (status.code, status.message) == (2, "first; second")
    assert status.details[0].Unpack(found)
    assert (found.id, list(found.reasons)) == ("i", ["first", "second"])
    assert (found.properties, found.inputs) == (struct({"a": wired_secret("x")}), struct({"n": 1}))


def test_cancel_reaches_calls_that_wait(plugin: Plugin, provider: Remembering) -> None:
    """With 32 of them waiting, Cancel still gets its turn."""
    waiting = threading.Semaphore(0)

    def wait(call: Call, _inputs: Properties) -> State:
        waiting.release()
        deadline = time.monotonic() + 10
        while not call.cancelled() and time.monotonic() < deadline:
            threading.Event().wait(0.01)
        return State("stopped" if call.cancelled() else "never", {})

    provider.answer = wait
    running = [plugin.Create.future(provider_pb2.CreateRequest(**RESOURCE)) for _ in range(32)]
    assert all(waiting.acquire(timeout=10) for _ in running)
    plugin.Cancel(empty_pb2.Empty())
    assert {create.result().id for create in running} == {"stopped"}


def test_messages_reach_the_engine() -> None:
    heard: list[engine_pb2.LogRequest] = []

    class Engine(engine_pb2_grpc.EngineServicer):
        def Log(self, request: engine_pb2.LogRequest, _context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802
            heard.append(request)
            return empty_pb2.Empty()

    server = grpc.server(ThreadPoolExecutor(max_workers=1))
    engine_pb2_grpc.add_EngineServicer_to_server(Engine(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    EngineLog(f"127.0.0.1:{port}").say("warning", "slow", URN)
    server.stop(None)
    assert [(entry.severity, entry.message, entry.urn) for entry in heard] == [(engine_pb2.WARNING, "slow", URN)]
    EngineLog(f"127.0.0.1:{port}").say("warning", "nobody hears this, and nothing fails", URN)


@pytest.mark.parametrize("name", ["random", "tls"])
def test_the_executable_prints_its_port_alone_and_ends_with_its_engine(name: str) -> None:
    """A parent that dies without a word, as after SIGKILL, leaves no plugin behind."""
    script = "import subprocess, sys; p = subprocess.Popen(sys.argv[1:]); print(p.pid, flush=True); p.wait()"
    executable = LIVE / f"pulumi-resource-{name}"
    parent = subprocess.Popen(
        [sys.executable, "-c", script, sys.executable, executable, "127.0.0.1:1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    plugin_id, port = parent.stdout.readline().strip(), parent.stdout.readline().strip()
    with grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.enable_http_proxy", 0)]) as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        assert stub.Handshake(provider_pb2.ProviderHandshakeRequest(), timeout=10).accept_secrets
    parent.kill()
    rest, complaints = parent.communicate(timeout=10)  # ends when the plugin has closed both
    assert (rest, complaints) == ("", "")
    assert not Path(f"/proc/{plugin_id}").exists() or "zombie" in Path(f"/proc/{plugin_id}/status").read_text()


def wired_secret(value: str) -> dict[str, str]:
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": value}
