"""The process around a provider: started by the engine, gone when the engine is."""

import logging
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2_grpc

from standins.protocol.engine_log import EngineLog
from standins.protocol.servicer import Servicer
from standins.provider import Provider

# The engine runs four steps a processor at once; waits hold their thread, and Cancel must still get one.
_MOST_THREADS: Final = 512
_LARGEST_MESSAGE_BYTES: Final = 400 * 1024 * 1024  # what the engine allows on its side
_SECONDS_BETWEEN_LOOKS_AT_THE_ENGINE: Final = 1.0


def serve(provider: Provider) -> None:
    """Prints the port as the only line on stdout and serves until the engine ends or asks for the end.

    The first argument of the process, when there is one, is the address of the engine.
    """
    address = sys.argv[1] if len(sys.argv) > 1 else None
    logging.getLogger("grpc").setLevel(logging.CRITICAL)  # what stands on stderr becomes a warning of the run
    server = grpc.server(
        ThreadPoolExecutor(max_workers=_MOST_THREADS),
        options=[
            ("grpc.max_receive_message_length", _LARGEST_MESSAGE_BYTES),
            ("grpc.max_send_message_length", _LARGEST_MESSAGE_BYTES),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(provider, EngineLog(address)), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: ended.set())
    print(port, flush=True)
    _wait_for_the_end(ended, engine=os.getppid())
    os._exit(0)  # a thread that still waits for an object must not keep the process


def _wait_for_the_end(ended: threading.Event, *, engine: int) -> None:
    while os.getppid() == engine:
        if ended.wait(_SECONDS_BETWEEN_LOOKS_AT_THE_ENGINE):
            return
