"""A checkout to try the commands in: the real commands, stand-ins and engine, a small program, no cluster."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commands import processes

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent

KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters: [{{name: tried, cluster: {{server: "{server}"}}}}, {{name: nowhere, cluster: {{server: "http://127.0.0.1:1"}}}}]
users: [{{name: nobody, user: {{token: none}}}}]
contexts:
- {{name: tried, context: {{cluster: tried, user: nobody}}}}
- {{name: nowhere, context: {{cluster: nowhere, user: nobody}}}}
"""

STACK_FILE = """\
# written by a person
config:
  temporal:name: {name}
  temporal:kubernetes: {{context: {context}}}
  temporal:backend: {{kind: self-hosted, shards: 4}}
  temporal:database: {{kind: in-cluster}}
  temporal:tls: {{kind: generated}}
"""

SMOKE = """\
import os

def main() -> int:
    print("smoke: " + " ".join(sorted(name for name in os.environ if name.startswith("TEMPORAL_"))))
    return 0
"""
"""Stands for the smoke test, which needs a Temporal: says what it was given."""


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


def until(what: str, condition: Callable[[], Any], seconds: float = 300.0) -> None:
    """Waits for a condition. Raises AssertionError when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.02)


@dataclass(frozen=True)
class Checkout:
    """A folder as a person clones it; `variables` reach every command."""

    root: Path
    variables: dict[str, str] = field(default_factory=dict)
    begun: list[subprocess.Popen[str]] = field(default_factory=list)

    @classmethod
    def make(cls, root: Path, server: str) -> "Checkout":
        """The commands are copied, because they find the checkout by their own place; what they only use is linked.

        `server` is where the API of the context `tried` answers.
        """
        root.mkdir()
        shutil.copytree(ROOT / "commands", root / "commands")
        for name in ("embedded", "settings", "standins", "versions.py", "requirements.txt", "requirements-dev.txt"):
            (root / name).symlink_to(ROOT / name)
        shutil.copy(HERE / "program.py", root / "__main__.py")
        (root / "Pulumi.yaml").write_text("name: temporal\nruntime: python\n")
        (root / "kubeconfig").write_text(KUBECONFIG.format(server=server))
        (root / "commands" / "smoke.py").write_text(SMOKE)
        checkout = cls(root, {"KUBECONFIG": str(root / "kubeconfig"), "EMBEDDED_NODE": "absent"})
        checkout.stack("local", context="embedded")
        checkout.stack("small", context="tried")
        return checkout

    def stack(self, name: str, context: str, more: str = "") -> Path:
        """Writes a valid stack file; `more` are further lines of its config."""
        file = self.root / f"Pulumi.{name}.yaml"
        file.write_text(f"{STACK_FILE.format(name=name, context=context)}{more}".rstrip() + "\n")
        return file

    def run(self, target: str, **variables: str) -> Ran:
        """One command, to its end."""
        done = subprocess.run(
            self._words(target),
            cwd=self.root,
            env=self.environment(variables),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def begin(self, target: str, **variables: str) -> subprocess.Popen[str]:
        """One command that goes on."""
        process = subprocess.Popen(
            self._words(target),
            cwd=self.root,
            env=self.environment(variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.begun.append(process)
        return process

    def end(self) -> None:
        """Ends what a failed test left running."""
        for process in self.begun:
            process.kill()
            process.wait()
        processes.end_marked(processes.MARK, self.folder("small"), deadline=0.0)

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "TEMPORAL_"))}
        path = os.pathsep.join([str(HERE / "bin"), os.environ["PATH"]])
        return {**kept, "PATH": path, "HERE": str(self.root), **self.variables, **variables}

    def folder(self, stack: str) -> Path:
        return self.root / ".state" / stack

    def committed(self) -> dict[str, str]:
        """What a person wrote, to see that no command touches it."""
        return {file.name: file.read_text() for file in self.root.glob("*.*") if file.is_file()}

    def pretend_deployed(self, stack: str, content: str = '{"checkpoint": {}}') -> None:
        """A state file as the engine keeps it."""
        stacks = self.folder(stack) / "backend" / ".pulumi" / "stacks" / "temporal"
        stacks.mkdir(parents=True)
        (stacks / f"{stack.partition('@')[0]}.json").write_text(content)

    def _words(self, target: str) -> list[str]:
        return [sys.executable, "-m", "commands", target]


def end(process: subprocess.Popen[str], number: signal.Signals) -> Ran:
    """Sends a signal and waits for the end."""
    process.send_signal(number)
    out, err = process.communicate(timeout=300)
    return Ran(process.returncode, out, err)
