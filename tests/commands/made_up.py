"""A kubectl that is made up: what it answers lies in a folder, and what it was asked is kept there."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.commands.checkout import Checkout, Ran

_KUBECTL = """\
#!/bin/sh
shift 4 # --context and --namespace with their words
echo "$*" >>"$ANSWERS/calls"
if [ -e "$ANSWERS/$1.fails" ]; then
  cat "$ANSWERS/$1.fails" >&2
  exit 1
fi
case $1 in
  get) cat "$ANSWERS/$2.json" ;;
  create) cat >"$ANSWERS/created.json" ;;
  logs) echo "[pod/$2] $*" ;;
  exec)
    while [ "$1" != -- ]; do shift; done
    shift
    exec "$@"
    ;;
esac
"""
"""Commands that are to run in a pod run here."""


@dataclass(frozen=True)
class MadeUp:
    """A checkout with that kubectl before any other."""

    checkout: Checkout
    folder: Path

    @classmethod
    def make(cls, checkout: Checkout, folder: Path) -> "MadeUp":
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "kubectl").write_text(_KUBECTL)
        (folder / "bin" / "kubectl").chmod(0o755)
        return cls(checkout, folder)

    def answer(self, what: str, content: Any) -> None:
        """What `get` of that answers."""
        (self.folder / f"{what}.json").write_text(json.dumps(content))

    def fails(self, verb: str, words: str) -> None:
        """What a verb says before it fails."""
        (self.folder / f"{verb}.fails").write_text(words)

    def created(self) -> Any:
        """The object that was made."""
        return json.loads((self.folder / "created.json").read_text())

    def calls(self, verb: str = "") -> list[str]:
        """The arguments of the calls, after context and namespace."""
        file = self.folder / "calls"
        return [line for line in file.read_text().splitlines() if line.startswith(verb)] if file.exists() else []

    def begin(
        self, target: str, said: Mapping[str, str], stdin: int = subprocess.DEVNULL, stdout: int = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        """A command of the stack `small` that goes on; `said` are the variables a person passes."""
        path = f"{self.folder / 'bin'}{os.pathsep}{self.checkout.environment({})['PATH']}"
        variables = {"STACK": "small", "ANSWERS": str(self.folder), "PATH": path, **said}
        process = subprocess.Popen(
            [sys.executable, "-m", "commands", target],
            cwd=self.checkout.root,
            env=self.checkout.environment(variables),
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.checkout.begun.append(process)
        return process

    def run(self, target: str, given: str = "", **variables: str) -> Ran:
        """A command of the stack `small`, to its end; `given` is its standard input."""
        process = self.begin(target, variables, stdin=subprocess.PIPE)
        out, err = process.communicate(given, timeout=120)
        return Ran(process.returncode, out, err)
