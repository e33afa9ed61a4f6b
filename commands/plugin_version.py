"""Asks a provider plugin for its version the way the engine does."""

import subprocess
from pathlib import Path

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

_ANSWER_SECONDS = 15


def plugin_version(executable: Path) -> str | None:
    """What the plugin itself says, without the leading v; None when it does not answer as a plugin does."""
    with subprocess.Popen(
        [executable, "127.0.0.1:1"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as plugin:
        try:
            port = (plugin.stdout.readline() if plugin.stdout else "").strip()
            if not port.isdecimal():
                return None
            options = [("grpc.enable_http_proxy", 0)]
            with grpc.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
                stub = provider_pb2_grpc.ResourceProviderStub(channel)
                return str(stub.GetPluginInfo(empty_pb2.Empty(), timeout=_ANSWER_SECONDS).version).removeprefix("v")
        except grpc.RpcError:
            return None
        finally:
            plugin.kill()
