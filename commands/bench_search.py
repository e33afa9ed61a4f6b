"""The part of `make bench` that sets PostgreSQL against OpenSearch as the store that is searched."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commands import cluster
from commands.bench_commands import run
from commands.errors import CommandError
from embedded import node
from embedded.progress import Progress

STACKS: Mapping[str, tuple[str, str]] = {
    "PostgreSQL": ("local", "temporal-postgres"),
    "OpenSearch": ("examples/stacks/local-search.yaml", "temporal-opensearch"),
}
"""By the store's name: the stack, and the pods of its store."""
_MEBIBYTE = 2**20


@dataclass(frozen=True)
class Figures:
    """Seconds, and bytes of the store's pods at the end."""

    executions: int
    searchable: Mapping[str, float]
    listed: Mapping[str, float]
    memory: int


def table(environment: Mapping[str, str], progress: Progress) -> str:
    """Each stack in turn on one node: what a search costs, the second as a ratio to the first.

    Raises:
        CommandError: a stack could not be deployed or searched.
    """
    found = {name: _measure(name, stack, pods, environment, progress) for name, (stack, pods) in STACKS.items()}
    first = next(iter(found.values()))
    head = ("store", "start to found, median / p99", f"list a page of 100 among {first.executions}, median / p99")
    lines = [f"| {' | '.join(head)} | memory of its pods | list / {next(iter(found))} |", "|---|---|---|---|---|"]
    for name, figures in found.items():
        ratio = figures.listed["median"] / first.listed["median"]
        lines.append(
            f"| {name} | {_milliseconds(figures.searchable)} | {_milliseconds(figures.listed)} "
            f"| {figures.memory / _MEBIBYTE:.0f} MiB | {ratio:.1f} |"
        )
    return "\n".join(lines)


def _measure(name: str, stack: str, pods: str, environment: Mapping[str, str], progress: Progress) -> Figures:
    words = {**os.environ, **environment, "STACK": stack}
    with progress.step(f"searching in {name}"):
        run([sys.executable, "-m", "commands", "up"], words)
        script = 'eval "$("$0" -m commands env)" && exec "$0" -m commands.search_figures'
        said: dict[str, Any] = json.loads(run(["sh", "-c", script, sys.executable], words))
        memory = _memory(stack, pods, environment)
        run([sys.executable, "-m", "commands", "down"], words)
    return Figures(said["executions"], said["searchable"], said["list"], memory)


def _memory(stack: str, pods: str, environment: Mapping[str, str]) -> int:
    running = node.find(node.NodeConfig.from_environment(environment))
    if running is None:
        raise CommandError("the node of the measurement is gone.")
    namespace = stack.rpartition("/")[2].removesuffix(".yaml")
    sizes = cluster.Cluster(running.context, running.kubeconfig).working_sets(namespace)
    return sum(size for pod, size in sizes.items() if pod.startswith(pods))


def _milliseconds(seconds: Mapping[str, float]) -> str:
    return f"{seconds['median'] * 1000:.0f} / {seconds['p99'] * 1000:.0f} ms"
