"""Proves how the shells beside and around long-running servers act on renewed files, with the tools made up.

That the real servers serve the new leaf then is seen on a cluster.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components.server.renewal import RENEWING_SH
from components.stores.database.reloading import RELOADING_SH

SERVER = """\
#!/bin/bash
echo "start $(cat "$LEAF")" >>"$LOG"
trap 'echo stopped >>"$LOG"; exit 7' TERM
while :; do /bin/sleep 0.02; done
"""
SLEEP = '#!/bin/sh\necho "sleep $1" >>"$SLEEPS"\nexec /bin/sleep 0.02\n'


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class Container:
    """A folder with made-up tools on the PATH, a leaf and an authority, and one shell at work in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.leaf, self.authority, self.log = folder / "tls.crt", folder / "ca.crt", folder / "log"
        self.leaf.write_text("one")
        self.authority.write_text("authority")
        self.log.touch()
        (folder / "sleeps").touch()
        (folder / "bin").mkdir()
        self.tool("bin/sleep", SLEEP)

    def tool(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text)
        (self.folder / path).chmod(0o755)

    def begin(self, shell: str, script: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [shell, "-c", script, "name", str(self.leaf), str(self.authority)],
            cwd=self.folder,
            env={
                "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
                "LOG": str(self.log),
                "LEAF": str(self.leaf),
                "SLEEPS": str(self.folder / "sleeps"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines()

    def sleeps(self) -> list[int]:
        return [int(line.split()[1]) for line in (self.folder / "sleeps").read_text().splitlines()]


@pytest.fixture
def container(tmp_path: Path) -> Container:
    return Container(tmp_path)


@pytest.fixture
def ui(container: Container) -> Iterator[subprocess.Popen[str]]:
    """The Web UI's shell, its marker in the test's own folder."""
    container.tool("start-ui-server.sh", SERVER)
    process = container.begin("/bin/bash", RENEWING_SH.replace("/tmp/renewed", "renewed"))  # noqa: S108
    until(lambda: container.lines() == ["start one"])
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("changed", ["leaf", "authority"])
def test_the_ui_starts_again_with_a_renewed_certificate(
    container: Container, ui: subprocess.Popen[str], changed: str
) -> None:
    """Once for one change, with what is there then; the shell, which is the container, stays."""
    renewed: Path = getattr(container, changed)
    renewed.write_text("two")
    until(lambda: container.lines()[2:])
    time.sleep(0.3)
    assert container.lines() == ["start one", "stopped", f"start {container.leaf.read_text()}"]
    assert ui.poll() is None
    assert max(container.sleeps()) < 60


def test_a_ui_that_ends_ends_its_container_with_its_code(container: Container) -> None:
    container.tool("start-ui-server.sh", "#!/bin/sh\nexit 3\n")
    process = container.begin("/bin/bash", RENEWING_SH.replace("/tmp/renewed", "renewed"))  # noqa: S108
    assert process.wait(timeout=20) == 3


def test_a_ui_that_is_told_to_stop_stops_and_does_not_start_again(
    container: Container, ui: subprocess.Popen[str]
) -> None:
    ui.send_signal(signal.SIGTERM)
    assert ui.wait(timeout=20) == 7
    assert container.lines() == ["start one", "stopped"]


PSQL = '#!/bin/sh\necho "$*" >>"$LOG"\n'


@pytest.fixture
def reloading(container: Container) -> Iterator[Container]:
    container.tool("bin/psql", PSQL)
    container.tool("bin/pg_isready", "#!/bin/sh\n[ -e ready ]\n")
    process = container.begin("/bin/sh", RELOADING_SH)
    yield container
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)  # it ends when told to


RELOAD = "-X -q -A -t -c SELECT pg_reload_conf()"


def test_postgresql_is_told_once_at_the_start_and_once_for_each_change(reloading: Container) -> None:
    (reloading.folder / "ready").touch()
    until(lambda: reloading.lines() == [RELOAD])
    looked = len(reloading.sleeps())
    until(lambda: len(reloading.sleeps()) > looked + 3)
    assert reloading.lines() == [RELOAD]
    reloading.leaf.write_text("two")
    until(lambda: reloading.lines() == [RELOAD] * 2)
    looked = len(reloading.sleeps())
    until(lambda: len(reloading.sleeps()) > looked + 3)
    assert reloading.lines() == [RELOAD] * 2


def test_a_change_while_postgresql_is_away_is_told_when_it_is_back(reloading: Container) -> None:
    until(lambda: len(reloading.sleeps()) > 2)
    assert reloading.lines() == []
    (reloading.folder / "ready").touch()
    until(lambda: reloading.lines() == [RELOAD])


def test_a_reload_that_failed_is_tried_again(reloading: Container) -> None:
    reloading.tool("bin/psql", PSQL + "exit 2\n")
    (reloading.folder / "ready").touch()
    until(lambda: len(reloading.lines()) > 2)
