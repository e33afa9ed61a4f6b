"""`make up`: from a bare machine to a Temporal that runs workflows."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from commands import cluster, env, home, nodes, outputs, preflight, repair, session, stack_state, stackfile
from commands.engine import Engine, Outcome
from commands.errors import CommandError
from commands.mounted import MountedFiles
from commands.optional_images import optional_images
from commands.stackfile import HERE, Stack
from embedded import images, node, toolchain
from embedded.progress import Progress
from settings import Settings
from versions import TEMPORAL_SERVER

_LAST_LINES = 15
_AUTHORITIES = {name: os.environ[name] for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if name in os.environ}
"""Whom this machine trusts, where somebody says so: a proxy on the way to Temporal Cloud may have its own."""
_FRONTEND = "temporal-frontend"  # the Service that every installation has


def main() -> int:
    """Sets up everything, deploys STACK, proves it with workflows, prints the outputs as JSON."""
    started = time.monotonic()
    progress = Progress()
    stack = stackfile.resolve()
    wanted = stackfile.check(stack)
    if stack.node is None:
        cluster.of(stack)  # refuses an unknown context before anything is written
    else:
        node.require(stack.node)
    stack_state.refuse_two(stack)
    with stack_state.claim(stack):
        repair.refuse_if_held(stack)
        place = _cluster(stack, wanted, progress)
        home.require_same(stack, place, progress)
        nodes.warn_of_spread(wanted, place, progress)
        stackfile.write_copy(stack, HERE.root)
        engine = session.acting(stack, place.kubeconfig, progress)
        repair.after_interrupt(engine)
        if not engine.knows():
            _refuse_anothers(stack, place)
        preflight.check(stack, wanted, place, progress)
        engine.init()
        further = optional_images(wanted)
        if stack.node and (stack.server != TEMPORAL_SERVER or further):
            engine.preview()  # what the deployed stack cannot become is refused before its images are built
            node.up(stack.node, progress, stack.server, further)
        deploy(engine, place)
        found = outputs.read(stack, progress)
        smoke(env.client(stack, progress), progress)
    progress.say(f"stack {stack.name} is up ({time.monotonic() - started:.0f} s)")
    print(json.dumps(found, indent=2))
    return 0


def _refuse_anothers(stack: Stack, place: cluster.Cluster) -> None:
    """A first deployment must not take over what another checkout deployed: its passwords would not fit any more."""
    namespace = stack.installation
    if not stack.makes_namespace and not place.has_namespace(namespace):
        raise CommandError(
            f"Kubernetes namespace {namespace} does not exist, and {stack.source.name} says that it does "
            "(temporal:kubernetes.createNamespace: false). Make it, with the Secrets that the file names."
        )
    if place.has_namespace(namespace) if stack.makes_namespace else place.has_service(namespace, _FRONTEND):
        raise CommandError(
            f"Kubernetes namespace {namespace} is there already, but {stack.shared or 'this checkout'} has no state of "
            f"it: it was deployed from elsewhere. Destroy it there with `make down STACK={stack.name}`, or say another "
            f"temporal:name in {stack.source}. If its state is lost: kubectl delete namespace {namespace}"
        )


def deploy(engine: Engine, place: cluster.Cluster) -> None:
    """`pulumi up`, and what a person needs to know when it fails.

    Raises:
        CommandError: it failed; holds the reasons, the last words of the pods concerned, the log's name.
        KeyboardInterrupt: the person stopped it.
    """
    log = engine.stack.logs / "up.log"
    files = MountedFiles(place, engine.stack.installation, engine.progress)
    with engine.progress.step(f"pulumi up of stack {engine.stack.name}"):
        outcome = engine.operate(["up"], log, done=files.hear)
        files.bring()
        if outcome.interrupted:
            raise KeyboardInterrupt
        if not outcome.succeeded:
            raise CommandError(_report(outcome, engine, place))
    if outcome.story.changed:
        counts = ", ".join(f"{count} {name}" for name, count in outcome.story.changes.items() if count)
        engine.progress.say(f"changes: {counts}")
    else:
        engine.progress.say("no changes")


def smoke(client: Mapping[str, str], progress: Progress) -> None:
    """Runs the smoke test in a process of its own that knows nothing but what `make env` prints.

    Raises:
        CommandError: it failed, and how.
    """
    with progress.step("smoke test: 100 workflow executions over TLS"):
        done = subprocess.run(
            [sys.executable, "-m", "commands", "smoke"],
            cwd=HERE.root,
            env={"PATH": "/usr/bin:/bin", **_AUTHORITIES, **client},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 130:
            raise KeyboardInterrupt
        if done.returncode:
            reason = "\n".join(done.stderr.strip().splitlines()[-_LAST_LINES:])
            raise CommandError(f"deployed, but the smoke test failed.\n{reason}")
    progress.say(done.stdout.strip())


def _cluster(stack: Stack, wanted: Settings, progress: Progress) -> cluster.Cluster:
    if stack.node is None:
        return cluster.of(stack)
    extra = optional_images(wanted)
    toolchain.ensure((*toolchain.NAMES, *images.tools_of(extra)), progress)
    images.ensure(progress, extra=extra)
    running = node.up(stack.node, progress, extra_images=extra)
    return cluster.Cluster(running.context, running.kubeconfig)


def _report(outcome: Outcome, engine: Engine, place: cluster.Cluster) -> str:
    """The stand-in of the Kubernetes plugin tells the pods' last words itself; the official one does not."""
    words = [
        line
        for resource in outcome.story.failed
        if "kubernetes" in engine.plugins.official and resource.namespace and resource.selector
        for line in place.last_words(resource.namespace, dict(resource.selector))
    ]
    return "\n".join(
        [
            "the deployment failed.",
            *outcome.complaints,
            *words,
            f"Everything that was said: {_shown(outcome.log)}.",
            "Mend the cause, then `make up` again: it goes on from here.",
        ]
    )


def _shown(path: Path) -> Path:
    return path.relative_to(HERE.root) if path.is_relative_to(HERE.root) else path
