"""Proves that what a server serves and the catalogue does not have is named."""

from pathlib import Path

import pytest

from tests.monitoring import scraped

KNOWN = """\
# HELP service_requests service_requests counter
# TYPE service_requests counter
service_requests{namespace="default",operation="StartWorkflowExecution",service_name="frontend"} 12
# TYPE service_latency histogram
service_latency_bucket{operation="a",service_name="frontend",le="0.5"} 1
service_latency_sum{operation="a",service_name="frontend"} 0.25
service_latency_count{operation="a",service_name="frontend"} 1
# TYPE pri_poll_success counter
pri_poll_success{taskqueue="a\\"b, c=\\"d",task_type="Activity",partition="0"} 3
# TYPE build_information gauge
build_information{build_version="1.32.2"} 1
# TYPE temporal_request counter
temporal_request{client_name="temporal_go"} 1
"""


def test_what_the_catalogue_has_is_not_named() -> None:
    assert scraped.unknown(KNOWN) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# TYPE service_news counter\nservice_news 1\n", "service_news: the catalogue has no such metric."),
        ("# TYPE up gauge\nup 1\n", "up: the catalogue has no such metric."),
        (
            "# TYPE service_requests gauge\nservice_requests 1\n",
            "service_requests: it is a gauge; the catalogue has a counter.",
        ),
        (
            '# TYPE service_latency histogram\nservice_latency_bucket{le="1",caller="a"} 1\n',
            "service_latency: the catalogue has no label caller of it.",
        ),
        (
            "# TYPE mutable_state_dirty counter\nmutable_state_dirty 1\n",
            "mutable_state_dirty: the catalogue says that nobody emits it.",
        ),
    ],
)
def test_what_it_lacks_is_named(text: str, sentence: str) -> None:
    assert scraped.unknown(KNOWN + text) == [sentence]


def test_labels_of_a_metric_that_nobody_has_looked_up_are_not_held() -> None:
    assert scraped.unknown('# TYPE nexus_completion_requests counter\nnexus_completion_requests{any="a"} 1\n') == []


def test_the_command_says_it_once_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("frontend", "history"):
        (tmp_path / name).write_text("# TYPE service_news counter\n")
    (tmp_path / "known").write_text(KNOWN)

    assert scraped.main([str(tmp_path / "known")]) == 0
    assert scraped.main([str(tmp_path / "frontend"), str(tmp_path / "history")]) == 1
    assert capsys.readouterr().out == "service_news: the catalogue has no such metric.\n"
