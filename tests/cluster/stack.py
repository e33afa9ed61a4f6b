"""A stack as a person deploys it: by the project's own commands, looked at with kubectl."""

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commands.tests_node import NODE
from embedded import node, toolchain
from embedded.progress import Progress

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


def until(what: str | Callable[[], str], condition: Callable[[], Any], seconds: float = 120.0) -> Any:
    """The first true value of `condition`, asked again and again. Raises AssertionError after `seconds`, which says
    what was waited for, at the end anew if `what` is asked."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds:.0f} s: {what if isinstance(what, str) else what()}")


def deployment_of(text: str, namespace: str) -> "Deployment":
    """A stack file with this text at a fixed, ignored place."""
    file = ROOT / ".state" / "tests" / f"Pulumi.{namespace}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return Deployment(file, namespace)


def ready(pod: Any) -> bool:
    """Whether a pod takes traffic."""
    return any(c["type"] == "Ready" and c["status"] == "True" for c in pod["status"].get("conditions", []))


@contextmanager
def deployed(deployment: "Deployment") -> Iterator["Deployment"]:
    """The deployment while it is up; afterwards it is gone, whatever happened."""
    try:
        deployment.up()
        yield deployment
    finally:
        ran = deployment.command("down")
    assert ran.code == 0, ran.err


@contextmanager
def platform_stack() -> Iterator["Deployment"]:
    """The tests' own stack while it is up, deployed from a copy of its file that tests may change.

    The copy has a fixed place, and so has the stack's state: a run after a killed one goes on from there.
    """
    with deployed(deployment_of(Path(__file__).with_name("Pulumi.test.yaml").read_text(), "platform")) as deployment:
        yield deployment


@dataclass
class Deployment:
    """A stack file on the tests' node."""

    file: Path
    namespace: str
    outputs: dict[str, Any] = field(default_factory=dict)
    _clients: dict[str, dict[str, str]] = field(default_factory=dict)

    def command(self, name: str, **variables: str) -> Ran:
        """One of the project's commands, to its end. What `make env` said counts until the next `up`."""
        if name in ("up", "down"):
            self._clients.clear()
        done = subprocess.run(
            self._words(name), cwd=ROOT, env=self._environment(variables), capture_output=True, text=True, check=False
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def begin(self, name: str) -> subprocess.Popen[str]:
        """One of the project's commands, in a session of its own, going on."""
        return subprocess.Popen(
            self._words(name),
            cwd=ROOT,
            env=self._environment({}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def up(self) -> Ran:
        """`make up`, which must succeed; keeps the outputs."""
        ran = self.command("up")
        assert ran.code == 0, ran.err
        self.outputs = json.loads(ran.out)
        return ran

    def client(self, namespace: str = "default") -> dict[str, str]:
        """What `make env` exports. It takes longer than the CLI, so it is asked once between other commands."""
        if namespace not in self._clients:
            ran = self.command("env", NAMESPACE=namespace)
            assert ran.code == 0, ran.err
            words = [shlex.split(line)[1] for line in ran.out.splitlines() if " TEMPORAL_" in line]
            self._clients[namespace] = dict(word.split("=", 1) for word in words)
        return self._clients[namespace]

    def kubectl(self, *words: str, stdin: str | None = None, check: bool = True) -> str:
        """Standard output of kubectl on the tests' node."""
        found = node.find(node.NodeConfig.from_environment(NODE))
        assert found is not None, "the tests' node is not up"
        kubectl = toolchain.ensure(["kubectl"], Progress()).path("kubectl")
        done = subprocess.run(
            [str(kubectl), "--kubeconfig", str(found.kubeconfig), *words],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or not check, f"kubectl {' '.join(words)}: {done.stderr}"
        return done.stdout if check else done.stdout + done.stderr

    def temporal(self, *words: str, namespace: str = "default") -> str:
        """Standard output of the `temporal` CLI, which must succeed. Unlike SDKs it does not wait where the server asks
        it to: a namespace has ten searches a second. And kubectl's way to a cluster that is not ours ends now and then;
        `make env` opens another."""

        def tried() -> Ran | None:
            ran = self.try_temporal(*words, namespace=namespace)
            if "dial tcp 127.0.0.1" in ran.err and "connection refused" in ran.err:
                self._clients.clear()
                return None
            return None if "rate limit exceeded" in ran.err else ran

        ran: Ran = until("the namespace's limit lets the CLI through, by a way that is open", tried, 30)
        assert ran.code == 0, ran.err
        return ran.out

    def try_temporal(self, *words: str, namespace: str = "default") -> Ran:
        """The `temporal` CLI with nothing but what `make env` exports and whom this machine trusts, to its end."""
        cli = toolchain.ensure(["temporal"], Progress()).path("temporal")
        trusted = {name: os.environ[name] for name in ("SSL_CERT_FILE",) if name in os.environ}
        environment = {**self.client(namespace), **trusted, "HOME": "/nonexistent"}
        done = subprocess.run([str(cli), *words], env=environment, capture_output=True, text=True, check=False)
        return Ran(done.returncode, done.stdout, done.stderr)

    def get(self, *words: str) -> Any:
        """Objects of the stack's namespace as JSON."""
        return json.loads(self.kubectl("-n", self.namespace, "get", *words, "-o", "json"))

    def psql(self, sql: str) -> str:
        """What PostgreSQL answers to its superuser, unaligned, tuples only."""
        words = ["exec", "temporal-postgres-0", "--", "psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]
        return self.kubectl("-n", self.namespace, *words).strip()

    def _words(self, name: str) -> list[str]:
        return [sys.executable, "-m", "commands", name]

    def _environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        return {**os.environ, **NODE, "STACK": str(self.file), **variables}
