"""`make bench`: measures what people wait for and writes it into docs/performance.md.

Every part is set against a baseline of the same run: the engine's preview of an empty program. What needs a node uses
one of its own, beside the person's.
"""

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from commands import bench_search, bench_series, cluster, plugins, stackfile
from commands.engine import TOOLS, Engine
from commands.environment import variable
from commands.errors import CommandError
from commands.measure import Figures, run
from commands.performance import Row, Section, write
from commands.stackfile import HERE
from embedded import node, toolchain
from embedded.progress import Progress

NODE = {"EMBEDDED_NODE": "bench", "EMBEDDED_NETWORK": "198.19.0.0/16"}
IDLE_SECONDS = 300.0
_MEBIBYTE = 2**20
_PREVIEWS = 3
_LANGUAGE_HOST = "pulumi-language-python-exec"
_BUILT = re.compile(r"^\[ *[\d.]+s\] (building .+|making image .+): done \(([\d.]+) s\)$", re.MULTILINE)


class Bench:
    """One run: a baseline, then the parts asked for."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.baseline = _empty_program(progress)

    def command(self, title: str, *target: str, environment: dict[str, str] | None = None) -> tuple[Row, Figures]:
        """Measures one target."""
        with self.progress.step(f"measuring {title}"):
            words = [sys.executable, "-m", "commands", *target]
            figures = run(words, HERE.root, environment, process=_LANGUAGE_HOST)
        return Row(title, figures.wall, figures.cpu, figures.peak_memory, figures.wall / self.baseline.wall), figures


def main() -> int:
    """Measures the parts that NAME lists (comma-separated; default: all but `cold`).

    Raises:
        CommandError: NAME is unknown, no root where a node is needed, or something measured failed.
    """
    names = (variable("NAME") or ",".join(name for name in PARTS if name != "cold")).split(",")
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise CommandError(f"NAME={','.join(unknown)} is unknown. Known: {', '.join(PARTS)}.")
    if os.geteuid() != 0 and set(names) & _NEED_NODE:
        raise CommandError(f"{', '.join(sorted(set(names) & _NEED_NODE))}: these parts start a node, which needs root.")
    bench = Bench(Progress())
    for name in names:
        section = PARTS[name](bench)
        write(HERE.root / "docs" / "performance.md", name, section, bench.baseline)
        print(section.text())
    return 0


def _preview(bench: Bench) -> Section:
    """A stack without AWS and one with, the middle of three each: also what the program itself takes."""
    measured = []
    for stack in ("local", "production"):
        runs = [
            bench.command(f"make preview STACK={stack}", "preview", environment={"STACK": stack})
            for _ in range(_PREVIEWS)
        ]
        measured.append(sorted(runs, key=lambda run: run[1].share.cpu)[_PREVIEWS // 2])
    shares = [
        f"{row.title.partition('=')[2]} {figures.share.cpu:.1f} s of CPU and "
        f"{figures.share.peak_memory / _MEBIBYTE:.0f} MiB"
        for row, figures in measured
    ]
    note = f"The program in its language host: {', '.join(shares)}. Each is the middle of {_PREVIEWS} runs."
    return Section("Previews", [row for row, _ in measured], note)


def _test_fast(bench: Bench) -> Section:
    row, _ = bench.command("make test-fast", "test-fast")
    return Section("Fast tests", [row])


def _life(bench: Bench) -> Section:
    """After `down` with everything cached, again without a change, the idle pods, and down again."""
    with _own_node(bench.progress):
        up, _ = bench.command("make up, everything cached", "up", environment=NODE)
        again, said = bench.command("make up, nothing changed", "up", environment=NODE)
        if "no changes" not in said.output:
            raise CommandError("a second `make up` changed something; see its log in .state.")
        working_set = _idle_working_set(bench.progress)
        down, _ = bench.command("make down", "down", environment=NODE)
    note = f"Working set of the stack's pods after {IDLE_SECONDS / 60:.0f} idle minutes: {working_set}."
    return Section("The life of `local` on the embedded node", [up, again, down], note)


def _cold(bench: Bench) -> Section:
    """With an empty cache: every build is listed."""
    with TemporaryDirectory(prefix="temporal-platform-cold-") as cache, _own_node(bench.progress):
        environment = {**NODE, "XDG_CACHE_HOME": cache}
        row, figures = bench.command("make up, nothing cached", "up", environment=environment)
    builds = [f"| {what} | {seconds} s |" for what, seconds in _BUILT.findall(figures.output)]
    return Section("From an empty cache", [row], "\n".join(["| build | wall |", "|---|---|", *builds]))


def _search(bench: Bench) -> Section:
    """PostgreSQL against OpenSearch, on one node in one run."""
    with _own_node(bench.progress):
        return Section("Searches", [], bench_search.table(NODE, bench.progress))


def _series(bench: Bench) -> Section:
    """What Prometheus keeps of each service, by the number of task queues."""
    with _own_node(bench.progress):
        return Section(
            "Series of the server, and how long a reading takes", [], bench_series.table(NODE, bench.progress)
        )


PARTS: dict[str, Callable[[Bench], Section]] = {
    "preview": _preview,
    "test-fast": _test_fast,
    "life": _life,
    "search": _search,
    "series": _series,
    "cold": _cold,
}
_NEED_NODE = {"life", "search", "series", "cold"}


def _empty_program(progress: Progress) -> Figures:
    """The engine's preview of a program that does nothing: what no design of ours can go below."""
    tools = toolchain.ensure(TOOLS, progress)
    HERE.state.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=HERE.state) as name:
        folder = Path(name)
        (folder / "Pulumi.yaml").write_text("name: temporal\nruntime: python\n")
        (folder / "__main__.py").write_text("")
        (folder / "Pulumi.empty.yaml").write_text("config: {}\n")
        source = folder / "Pulumi.empty.yaml"
        stack = stackfile.read("empty", source, folder / "state")
        engine = Engine(stack, tools, plugins.simulated(), progress)
        stackfile.write_copy(stack, folder)
        engine.init()
        with progress.step("measuring the baseline, an empty program"):
            return run(engine.command("preview", "--stack", "empty"), folder, engine.environment())


@contextmanager
def _own_node(progress: Progress) -> Iterator[None]:
    config = node.NodeConfig.from_environment(NODE)
    node.down(config, progress)
    try:
        yield
    finally:
        node.down(config, progress)


def _idle_working_set(progress: Progress) -> str:
    """The kubelet's figure, a pod each, once the stack was left alone."""
    with progress.step(f"leaving the stack alone for {IDLE_SECONDS:.0f} s"):
        time.sleep(IDLE_SECONDS)
    running = node.find(node.NodeConfig.from_environment(NODE))
    if running is None:
        raise CommandError("the node of the measurement is gone.")
    sizes = cluster.Cluster(running.context, running.kubeconfig).working_sets(stackfile.resolve().installation)
    listed = ", ".join(f"{pod} {size / _MEBIBYTE:.0f}" for pod, size in sorted(sizes.items()))
    return f"{sum(sizes.values()) / _MEBIBYTE:.0f} MiB ({listed})"
