"""The part of `make bench` that counts what Prometheus keeps of a server, by the number of task queues."""

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml

from commands.bench_commands import run
from commands.cluster import Cluster
from commands.errors import CommandError
from commands.kubectl import Kubectl
from commands.stackfile import HERE
from embedded import node, toolchain
from embedded.progress import Progress

QUEUES: Final = (1, 100, 1000)
_STACK: Final = HERE.root / "examples" / "stacks" / "local-monitoring.yaml"
_SERVICES: Final = ("frontend", "history", "matching", "worker")
_BOUND: Final[Mapping[str, Any]] = {"metrics.breakdownByTaskQueue": [{"value": False}]}
"""What keeps task queues out of the labels."""
_SERVERS_ROOM: Final[Mapping[str, Any]] = {
    service: {"resources": {"limits": {"memory": "4Gi"}}} for service in ("frontend", "history", "matching")
}
_PROMETHEUS_ROOM: Final[Mapping[str, Any]] = {"resources": {"limits": {"memory": "4Gi"}}}
"""What the size `dev` gives is not enough for a thousand task queues."""
_SCRAPED_SECONDS: Final = 100.0
"""Three readings and some: the server tells of backlogs once a minute."""
_ASK: Final = (
    *("exec", "temporal-prometheus-0", "--", "promtool", "query", "instant", "-o", "json"),
    *("--http.config.file=/etc/temporal/monitoring/client.yml", "https://localhost:9090"),
)


@dataclass(frozen=True)
class Read:
    """What one reading of a service's pod brings, and what the pod holds."""

    series: int
    seconds: float
    bytes: int

    def __str__(self) -> str:
        return f"{self.series} in {self.seconds * 1000:.0f} ms, {self.bytes / 2**20:.0f} MiB"


def table(environment: Mapping[str, str], progress: Progress) -> str:
    """Series and milliseconds of a reading and the pod's working set, by service; once more with the most queues and
    the setting that bounds them.

    Raises:
        CommandError: the stack could not be deployed, used or asked.
    """
    lines = [f"| task queues | {' | '.join(_SERVICES)} |", f"|---|{'---|' * len(_SERVICES)}"]
    for title, found in (*_measured({}, QUEUES, environment, progress), *_bounded(environment, progress)):
        lines.append(f"| {title} | {' | '.join(str(found[service]) for service in _SERVICES)} |")
    return "\n".join(lines)


def _bounded(environment: Mapping[str, str], progress: Progress) -> Iterator[tuple[str, Mapping[str, Read]]]:
    for title, found in _measured(_BOUND, QUEUES[-1:], environment, progress):
        yield f"{title}, `{next(iter(_BOUND))}: false`", found


def _measured(
    dynamic: Mapping[str, Any], queues: Sequence[int], environment: Mapping[str, str], progress: Progress
) -> Iterator[tuple[str, Mapping[str, Read]]]:
    """The stack from its first `up` to `down`; queues that were used stay known."""
    with TemporaryDirectory(prefix="temporal-platform-series-") as folder:
        file = Path(folder) / f"Pulumi.{_STACK.stem}.yaml"
        document = yaml.safe_load(_STACK.read_text())
        document["config"]["temporal:backend"] |= {"dynamicConfig": dict(dynamic), "services": _SERVERS_ROOM}
        document["config"]["temporal:monitoring"]["prometheus"] |= _PROMETHEUS_ROOM
        file.write_text(yaml.safe_dump(document, sort_keys=False))
        words = {**os.environ, **environment, "STACK": str(file)}
        run([sys.executable, "-m", "commands", "up"], words)
        first = 0
        for end in queues:
            with progress.step(f"using {end} task queues"):
                script = f'eval "$("$0" -m commands env)" && exec "$0" -m commands.task_queue_load {first} {end}'
                run(["sh", "-c", script, sys.executable], words)
                time.sleep(_SCRAPED_SECONDS)
            yield str(end), _read(environment, progress)
            first = end
        run([sys.executable, "-m", "commands", "down"], words)


def _read(environment: Mapping[str, str], progress: Progress) -> Mapping[str, Read]:
    running = node.find(node.NodeConfig.from_environment(environment))
    if running is None:
        raise CommandError("the node of the measurement is gone.")
    program = toolchain.ensure(["kubectl"], progress).path("kubectl")
    words = (str(program), "--kubeconfig", str(running.kubeconfig), "--namespace", _STACK.stem)
    asker = Kubectl(words, os.environ)
    _require_unbroken(asker)
    series = _asked(asker, "scrape_samples_post_metric_relabeling")
    seconds = _asked(asker, "avg_over_time(scrape_duration_seconds[90s])")
    pods = Cluster(running.context, running.kubeconfig).working_sets(_STACK.stem)
    held = {
        service: size for service in _SERVICES for pod, size in pods.items() if pod.startswith(f"temporal-{service}-")
    }
    return {service: Read(int(series[service]), seconds[service], held[service]) for service in _SERVICES}


def _require_unbroken(asker: Kubectl) -> None:
    """A container that was started anew has forgotten the task queues before."""
    for pod in asker.read("pods")["items"]:
        for container in pod["status"].get("containerStatuses", ()):
            if container["restartCount"]:
                ended = container["lastState"].get("terminated", {}).get("reason", "unknown")
                raise CommandError(f"{pod['metadata']['name']} was restarted ({ended}): its series are not all there.")


def _asked(asker: Kubectl, expression: str) -> Mapping[str, float]:
    """By service; each has one pod here."""
    answer = json.loads(asker.ask(*_ASK, expression))
    return {each["metric"]["job"].removeprefix("temporal-"): float(each["value"][1]) for each in answer}
