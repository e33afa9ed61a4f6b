"""Proves how programs of a node are started, known again, restarted, and how their failure is told.

Real processes, outside any namespace; the proof ends before namespaces and control groups, which need root.
"""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from embedded.errors import EmbeddedError
from embedded.node import cgroups, processes
from embedded.node.logs import telling_lines
from embedded.node.places import Places
from embedded.node.processes import Processes, Program, start_time


class Folder(Places):
    """Places below a test's folder."""

    base: Path

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def run(self) -> Path:
        return self.base / "run"


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Places]:
    monkeypatch.setattr(Folder, "base", tmp_path, raising=False)
    monkeypatch.setattr(processes, "enter", lambda _: [])
    monkeypatch.setattr(cgroups, "roots", lambda _: [])
    places = Folder("trial")
    for folder in (places.logs, places.processes):
        folder.mkdir(parents=True)
    yield places
    for record in places.processes.iterdir():
        if (pid := _pid(record)) and start_time(pid) is not None:
            os.kill(pid, signal.SIGKILL)


def _pid(record: Path) -> int:
    return int(json.loads(record.read_text())["pid"])


def _program(places: Places, script: str, healthy: Callable[[], bool] = lambda: True, seconds: float = 60) -> Program:
    settings = places.data / "settings"
    if not settings.exists():
        settings.write_text("first")
    return Program("sleeper", ["sh", "-c", script], [settings], healthy, seconds)


def _manager(places: Places) -> Processes:
    return Processes(places, {"PATH": os.environ["PATH"]})


def test_a_running_program_is_left_alone(places: Places) -> None:
    """A later command, which did not start it, knows it by its record."""
    program = _program(places, "exec sleep 60")
    _manager(places).ensure([program])
    pid = _pid(places.processes / "sleeper.json")
    _manager(places).ensure([program])
    assert _pid(places.processes / "sleeper.json") == pid


def test_a_program_with_changed_settings_is_restarted(places: Places) -> None:
    """The old process has ended before the new one starts, so ports are free."""
    _manager(places).ensure([_program(places, "exec sleep 60")])
    old = _pid(places.processes / "sleeper.json")
    (places.data / "settings").write_text("second")
    _manager(places).ensure([_program(places, "exec sleep 60")])
    assert start_time(old) is None
    assert _pid(places.processes / "sleeper.json") != old


def test_a_reused_process_id_is_not_taken_for_the_program(places: Places) -> None:
    """The record names another start time: the stranger, here this test itself, lives on and the program is started."""
    record = {"pid": os.getpid(), "started": 1, "fingerprint": _program(places, "exec sleep 60").fingerprint}
    (places.processes / "sleeper.json").write_text(json.dumps(record))
    _manager(places).ensure([_program(places, "exec sleep 60")])
    assert _pid(places.processes / "sleeper.json") != os.getpid()


@pytest.mark.parametrize("content", ["", "{", "{}", '{"pid": 1}'])
def test_a_damaged_record_counts_as_none(places: Places, content: str) -> None:
    """A kill in the middle of writing leaves such a file."""
    (places.processes / "sleeper.json").write_text(content)
    _manager(places).ensure([_program(places, "exec sleep 60")])
    assert start_time(_pid(places.processes / "sleeper.json")) is not None


def test_a_program_that_ends_is_told_with_its_last_words(places: Places) -> None:
    """Which program, what it said about the trouble, where its log is, and what to do."""
    manager = _manager(places)
    program = _program(places, "echo starting; echo 'E1121 15:00:00 port is taken'; echo bye; exit 3", lambda: False)
    manager.ensure([program])
    with pytest.raises(EmbeddedError) as failed:
        manager.wait([program])
    assert str(failed.value) == (
        "sleeper of the node trial ended while the node was starting. Its last words:\n"
        "  E1121 15:00:00 port is taken\n"
        f"Its whole log is {places.logs}/sleeper.log. "
        "Run the command again; if that does not help, `make down` and start anew."
    )


def test_a_program_that_never_works_is_told_after_its_time(places: Places) -> None:
    """A silent one, too."""
    manager = _manager(places)
    program = _program(places, "exec sleep 60", lambda: False, seconds=0.2)
    manager.ensure([program])
    with pytest.raises(
        EmbeddedError, match=r"^sleeper of the node trial is not healthy after 0 s. Its last words: none"
    ):
        manager.wait([program])


def test_the_previous_log_is_kept(places: Places) -> None:
    """What a killed program said last is still there after the restart."""
    (places.logs / "sleeper.log").write_text("before the kill")
    _manager(places).ensure([_program(places, "exec sleep 60")])
    assert (places.logs / "sleeper.previous.log").read_text() == "before the kill"


@pytest.mark.parametrize(
    "line",
    [
        "F1121 15:09:28.099784 15946 server.go:1] cannot listen",
        '{"level":"fatal","ts":"2026-11-21T15:09:21.564Z","msg":"listen tcp: address in use"}',
        'time="2026-11-21T15:09:19Z" level=fatal msg="no such plugin"',
        "[ERROR] plugin/errors: 2",
        "panic: send on closed channel",
        "Error: unknown flag: --x",
    ],
)
def test_lines_of_trouble_are_found_in_every_programs_log(tmp_path: Path, line: str) -> None:
    """Among many others, for klog, zap, logrus, CoreDNS, Go itself and command line parsers."""
    log = tmp_path / "log"
    log.write_text("\n".join(["I1121 all is well"] * 50 + [line] + ["I1121 more of it"] * 50))
    assert telling_lines(log) == [line]


def test_without_trouble_the_last_lines_are_told(tmp_path: Path) -> None:
    """Five of them, none when there is no log."""
    log = tmp_path / "log"
    log.write_text("".join(f"line {number}\n" for number in range(9)))
    assert telling_lines(log) == ["line 4", "line 5", "line 6", "line 7", "line 8"]
    assert telling_lines(tmp_path / "none") == []
