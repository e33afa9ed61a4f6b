"""kubectl, bound to the cluster and the Kubernetes namespace of one stack."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commands import cluster
from commands.errors import CommandError
from commands.stackfile import Stack
from embedded import toolchain
from embedded.progress import Progress


@dataclass(frozen=True)
class Kubectl:
    """The program with the words that every call begins with, and its environment."""

    words: tuple[str, ...]
    environment: Mapping[str, str]

    def command(self, *arguments: str) -> list[str]:
        """A whole command line."""
        return [*self.words, *arguments]

    def ask(self, *arguments: str, given: str = "") -> str:
        """What a short call answers; `given` is its standard input. A terminal's Ctrl-C reaches it only through us.

        Raises:
            CommandError: it failed; holds what kubectl said.
        """
        done = subprocess.run(
            self.command(*arguments),
            env=dict(self.environment),
            input=given,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )
        if done.returncode:
            said = done.stderr.strip() or f"it ended with exit code {done.returncode} and no word"
            raise CommandError(f"kubectl {arguments[0]}: {said}")
        return done.stdout

    def read(self, *arguments: str) -> Any:
        """An object, or a list of objects.

        Raises:
            CommandError: kubectl failed; holds what it said.
        """
        return json.loads(self.ask("get", *arguments, "--output", "json"))


def of(stack: Stack, progress: Progress) -> Kubectl:
    """The person's own kubectl, else the one of the toolchain.

    Raises:
        CommandError: the cluster is not there.
    """
    place = cluster.of(stack)
    program = shutil.which("kubectl") or str(toolchain.ensure(["kubectl"], progress).path("kubectl"))
    words = [program, "--context", str(place.context), "--namespace", stack.installation]
    environment = dict(os.environ)
    if place.kubeconfig:
        words += ["--kubeconfig", str(place.kubeconfig)]
    if stack.node:  # this machine's own node, which no proxy can reach
        given = environment.get("no_proxy") or environment.get("NO_PROXY")
        reached = ",".join([*([given] if given else []), str(stack.node.addresses.node)])
        environment |= dict.fromkeys(("no_proxy", "NO_PROXY"), reached)
    return Kubectl(tuple(words), environment)
