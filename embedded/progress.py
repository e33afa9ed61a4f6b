"""How long work is told to the person who waits for it."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Progress:
    """Prints one line an event, each with the seconds since the command started. Threads may share one."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Starts the clock; lines go to `stream`, by default standard error."""
        self._stream = stream or sys.stderr
        self._started = time.monotonic()
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        """Prints `text` as a line of its own."""
        with self._lock:
            self._stream.write(f"[{time.monotonic() - self._started:6.1f}s] {text}\n")
            self._stream.flush()

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Tells that `text` ("building kubelet") begins, and its seconds when it is done or has failed."""
        self.say(f"{text} …")
        started = time.monotonic()
        try:
            yield
        except BaseException:
            self.say(f"{text}: failed ({time.monotonic() - started:.1f} s)")
            raise
        self.say(f"{text}: done ({time.monotonic() - started:.1f} s)")
