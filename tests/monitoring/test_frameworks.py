"""Proves on a running server that its metrics have the same names with either framework, and that values of labels
stay as they are.

What workers and stores make it count is not seen here.
"""

import re
from pathlib import Path
from typing import Final
from urllib.request import urlopen

import pytest

from settings.monitoring.watched import Framework
from tests.cluster.stack import until
from tests.monitoring import scraped
from tests.monitoring.one_process import HERE, cli, running

pytestmark = pytest.mark.slow

NAME: Final = "orders-eu.v2"
OWN: Final = {"otel_scope_info", "promhttp_metric_handler_errors_total", "target_info"}
"""What opentelemetry serves besides."""
QUEUE: Final = "orders/eu:v2"


def _scrape(folder: Path, framework: Framework, port: int) -> str:
    """What it serves once a workflow was started on a task queue that nobody polls."""
    folder.mkdir()
    with running(folder, port, framework):
        made = ("operator", "namespace", "create", "--namespace", NAME, "--retention", "1d")
        until(f"the namespace is there: {folder / 'log'}", lambda: cli(port, *made), 120)
        begun = ("workflow", "start", "--namespace", NAME, "--type", "T", "--task-queue", QUEUE, "--workflow-id", "w")
        until(f"a workflow is started: {folder / 'log'}", lambda: cli(port, *begun), 60)

        def served() -> str | None:
            with urlopen(f"http://{HERE}:{port + 100}/metrics", timeout=10) as answer:
                text: str = answer.read().decode()
            return text if f'taskqueue="{QUEUE}"' in text else None

        found: str = until("the task queue is counted", served, 60)
    return found


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[Framework, str]:
    folder = tmp_path_factory.mktemp("frameworks")
    frameworks: tuple[Framework, ...] = ("tally", "opentelemetry")
    return {name: _scrape(folder / name, name, 17300 + 200 * number) for number, name in enumerate(frameworks)}


@pytest.mark.parametrize("framework", ["tally", "opentelemetry"])
def test_names_and_labels_are_those_of_the_catalogue(texts: dict[Framework, str], framework: Framework) -> None:
    """opentelemetry adds labels and metrics of its own; no rule asks for either."""
    strange = scraped.unknown(re.sub(r'otel_scope_\w+="[^"]*",?', "", texts[framework]))
    assert {sentence.partition(":")[0] for sentence in strange} == (OWN if framework == "opentelemetry" else set())


@pytest.mark.parametrize("framework", ["tally", "opentelemetry"])
def test_values_of_labels_stay_as_they_are(texts: dict[Framework, str], framework: Framework) -> None:
    text = texts[framework]
    assert f'namespace="{NAME}"' in text
    assert f'taskqueue="{QUEUE}"' in text
    bounds = set(re.findall(r'service_latency_bucket\{.*le="([^"]+)"', text))
    assert {"0.001", "0.5", "30", "86400", "+Inf"} <= bounds


def test_what_rules_ask_for_has_one_name_and_one_kind(texts: dict[Framework, str]) -> None:
    kinds = [dict(re.findall(r"# TYPE (\w+) (\w+)", text)) for text in texts.values()]
    both = kinds[0].keys() & kinds[1].keys()
    assert {name: kinds[0][name] for name in both} == {name: kinds[1][name] for name in both}
    assert {
        "service_requests": "counter",
        "service_latency": "histogram",
        "persistence_requests": "counter",
        "numshards_gauge": "gauge",
        "task_latency_queue": "histogram",
        "state_transition_count": "histogram",
    }.items() <= {name: kinds[0][name] for name in both}.items()
