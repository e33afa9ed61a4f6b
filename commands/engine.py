"""Runs the Pulumi CLI on one stack: its environment, its copy of the stack file, its log, its interrupts."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from commands import stack_state
from commands.diagnostics import readable
from commands.errors import CommandError
from commands.events import Resource, Story
from commands.plugins import Plugins
from commands.processes import MARK, forwarded, start
from commands.stackfile import HERE, Stack
from embedded.progress import Progress
from embedded.toolchain import Tools

TOOLS = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec")
_INHERITED_NOT = ("PULUMI_", "PYTHON", "MAKE", "MFLAGS", "VIRTUAL_ENV", "KUBECONFIG", MARK)
_OWN_PASSPHRASE = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")
_STACK_FILE = "TEMPORAL_STACK_FILE"  # where the program finds the lines of a person's file
_QUERY_SECONDS = 120


@dataclass(frozen=True)
class Outcome:
    """How an operation ended. `complaints` are for a person; `story` holds what was done."""

    code: int
    interrupted: bool
    timed_out: bool
    story: Story
    complaints: tuple[str, ...]
    log: Path

    @property
    def succeeded(self) -> bool:
        return self.code == 0


@dataclass(frozen=True)
class Engine:
    """The CLI, bound to one stack."""

    stack: Stack
    tools: Tools
    plugins: Plugins
    progress: Progress
    kubeconfig: Path | None = None

    def init(self) -> None:
        """Makes the stack in its backend, unless it is there."""
        if self.stack.shared is None:
            stack_state.backend(self.stack).mkdir(parents=True, exist_ok=True)
        if not self.knows():
            # The CLI takes a passphrase for a new stack, whatever its file says.
            provider = self.stack.secrets_provider
            chosen = ("--secrets-provider", provider) if provider else ()
            self.query("stack", "init", self.stack.name, "--no-select", *chosen, select=False)

    def knows(self) -> bool:
        """Whether the backend knows the stack, be it only by an interrupted first run."""
        if self.stack.shared is None:
            return stack_state.exists(self.stack)
        listed = json.loads(self.query("stack", "ls", "--json", select=False))
        return any(found["name"].rpartition("/")[2] == self.stack.name for found in listed)

    def pending_operations(self) -> list[str]:
        """The URNs of resources that a killed run was working on; the backend knows the stack."""
        if self.stack.shared is None:
            return stack_state.pending_operations(self.stack)
        deployment = json.loads(self.query("stack", "export"))["deployment"]
        return [operation["resource"]["urn"] for operation in deployment.get("pending_operations") or []]

    def query(self, *arguments: str, select: bool = True) -> str:
        """The standard output of a short command.

        Raises:
            CommandError: it failed; the message is the CLI's, without noise.
        """
        command = [*self.command(*arguments), *(("--stack", self.stack.name) if select else ())]
        try:
            done = subprocess.run(
                command,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_QUERY_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise CommandError(f"`pulumi {' '.join(arguments)}` gave no answer in {_QUERY_SECONDS} s.") from error
        if done.returncode:
            raise CommandError("\n".join(readable([done.stderr])) or f"`pulumi {' '.join(arguments)}` failed.")
        return done.stdout

    def preview(self) -> dict[str, Any]:
        """`pulumi preview --json` with every resource in it.

        Raises:
            CommandError: the program or a check refused; each reason is one line.
        """
        command = self.command("preview", "--json", "--show-sames", "--stack", self.stack.name)
        child = start(command, self.environment())
        with forwarded(child, self._tell_interrupt) as interrupts:
            output, complaints = child.communicate()
        if interrupts.count:
            raise KeyboardInterrupt
        try:
            digest = json.loads(output)
        except ValueError:
            digest = {}
        if child.returncode or not isinstance(digest, dict) or "steps" not in digest:
            found = [d["message"] for d in digest.get("diagnostics", []) if d["severity"] == "error"]
            raise CommandError("\n".join(readable(found) or readable([complaints])) or "the preview failed.")
        return digest

    def operate(
        self,
        operation: Sequence[str],
        log: Path,
        deadline: float | None = None,
        done: Callable[[str, Resource], None] | None = None,
    ) -> Outcome:
        """Runs `up`, `refresh` or `destroy`, tells its steps and writes everything to `log`; `done` hears each step
        that ended well.

        Ctrl-C lets the engine finish the running step. After `deadline` seconds it is asked to stop, and 20 seconds
        later it is killed: the next run repairs what that leaves.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        command = self.command(*operation, "--yes", "--skip-preview", "--json", "--stack", self.stack.name)
        story = Story(self.progress, done)
        with log.open("a") as text:
            print(f"--- {time.strftime('%Y-%m-%d %H:%M:%S')} pulumi {' '.join(operation)}", file=text)
            child = start(command, self.environment())
            stderr = _Drain(child.stderr)
            with forwarded(child, self._tell_interrupt) as interrupts, _Deadline(child, deadline) as limit:
                for line in child.stdout or ():
                    print(story.hear(line), file=text, flush=True)
                code = child.wait()
            story.end()
            text.write(stderr.text())
        complaints = readable(story.errors) or (readable([stderr.text()]) if code else [])
        if code < 0:
            complaints.append(f"Pulumi was killed (signal {-code}). `make up` again repairs what that left.")
        return Outcome(code, interrupts.count > 0, limit.passed, story, tuple(complaints), log)

    def environment(self) -> dict[str, str]:
        """What the CLI and every plugin under it see."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_INHERITED_NOT)}
        folders = [
            *self.plugins.folders,
            *dict.fromkeys(self.tools.path(tool).parent for tool in TOOLS),
            Path(sys.executable).parent,
        ]
        environment = {
            **inherited,
            "PATH": os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)]),
            # Without metadata: the backend writes those beside the state and not at once, so the program, which reads
            # its own outputs while the engine saves, sometimes found them half written and failed.
            "PULUMI_BACKEND_URL": self.stack.shared or f"file://{stack_state.backend(self.stack)}?metadata=skip",
            "PULUMI_HOME": str(HERE.state / "pulumi-home"),
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_LOG_ROTATION_MAX_TOTAL_MB": "50",
            MARK: str(self.stack.folder),
            _STACK_FILE: str(self.stack.source),
            **dict.fromkeys(("no_proxy", "NO_PROXY"), _no_proxy()),
            **self._passphrase(),
        }
        kubeconfig = str(self.kubeconfig) if self.kubeconfig else os.environ.get("KUBECONFIG")
        return environment | ({"KUBECONFIG": kubeconfig} if kubeconfig else {})

    def _passphrase(self) -> dict[str, str]:
        if not self.stack.own_secrets:
            return {"PULUMI_CONFIG_PASSPHRASE_FILE": str(self.stack.passphrase)}
        given = {name: os.environ[name] for name in _OWN_PASSPHRASE if name in os.environ}
        if given or self.stack.secrets_provider:
            return given
        if self.stack.ciphertext:
            raise CommandError(
                f"{self.stack.source} holds encrypted values: set PULUMI_CONFIG_PASSPHRASE or "
                "PULUMI_CONFIG_PASSPHRASE_FILE to the passphrase they were encrypted with."
            )
        raise CommandError(
            f"{self.stack.source} does not say who encrypts secrets of the state, which others are to read too: give "
            "it a line `secretsprovider: awskms://alias/…?region=…` (make bootstrap tells which), or set "
            "PULUMI_CONFIG_PASSPHRASE_FILE."
        )

    def command(self, *arguments: str) -> list[str]:
        pulumi = str(self.tools.path("pulumi"))
        return [pulumi, "-C", str(self.stack.folder), "--non-interactive", "--color", "never", *arguments]

    def _tell_interrupt(self, count: int) -> None:
        if count == 1:
            self.progress.say("stopping after the step at hand (Ctrl-C again: at once, and the next run repairs)")
        else:
            self.progress.say("stopping at once")


def _no_proxy() -> str:
    """Engine, language host and plugins speak to each other over loopback, which no proxy can reach."""
    given = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    return ",".join([*([given] if given else []), "127.0.0.1", "localhost"])


class _Drain:
    """Reads a pipe to its end, so that its writer never waits."""

    def __init__(self, pipe: IO[str] | None) -> None:
        self._lines: list[str] = []
        self._thread = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._thread.start()

    def text(self) -> str:
        self._thread.join(timeout=5)
        return "".join(self._lines)

    def _read(self, pipe: IO[str] | None) -> None:
        self._lines.extend(pipe or ())


class _Deadline:
    """Asks a child to stop after some seconds, and kills it when it does not."""

    _GRACE = 20.0

    def __init__(self, child: subprocess.Popen[str], seconds: float | None) -> None:
        self.passed = False
        self._child = child
        self._seconds = seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "_Deadline":
        if self._seconds is not None:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()

    def _watch(self) -> None:
        if self._done.wait(self._seconds):
            return
        self.passed = True
        with contextlib.suppress(ProcessLookupError):
            self._child.send_signal(signal.SIGINT)
        if not self._done.wait(self._GRACE):
            self._child.kill()
