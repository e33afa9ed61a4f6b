"""Proves how a server's metrics become the catalogue; test_catalogue.py proves that the committed one is fresh."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from commands import catalogue
from commands.catalogue import metrics, source
from commands.errors import CommandError


def _fact(line: int, constructor: str, name: str, *, used: bool = True) -> dict[str, Any]:
    """A metric as the reader tells it."""
    return {"position": f"a.go:{line}", "constructor": constructor, "name": name, "used": used}


def _server(folder: Path, *facts: Mapping[str, Any]) -> source.Server:
    """A server whose source defines these metrics, one a line from the third on."""
    calls = "\n".join(f'var v{number} = metrics.{fact["constructor"]}("k")' for number, fact in enumerate(facts))
    (folder / "a.go").write_text(f"package a\n\n{calls}\n")
    return source.Server("1.2.3", folder, {"metrics": facts})


def test_the_constructor_says_the_kind(tmp_path: Path) -> None:
    server = _server(
        tmp_path,
        _fact(3, "NewTimerDef", "timer"),
        _fact(4, "NewCounterDef", "counter"),
        _fact(5, "NewGaugeDef", "gauge", used=False),
        _fact(6, "NewBytesHistogramDef", "bytes"),
        _fact(7, "NewDimensionlessHistogramDef", "numbers"),
    )

    made = metrics.catalogue(server)

    assert made == {
        "server": "1.2.3",
        "metrics": {
            "bytes": {"kind": "bytesHistogram", "used": True},
            "counter": {"kind": "counter", "used": True},
            "gauge": {"kind": "gauge", "used": False},
            "numbers": {"kind": "dimensionlessHistogram", "used": True},
            "timer": {"kind": "timer", "used": True},
        },
    }
    assert list(made["metrics"]) == sorted(made["metrics"])


@pytest.mark.parametrize(
    ("facts", "complaint"),
    [
        ([_fact(3, "NewTimerDef", "")], "a.go:3: the name of this metric is not a constant."),
        ([_fact(3, "NewTimerDef", "a"), _fact(4, "NewGaugeDef", "a")], "a.go:4: there is another metric a."),
    ],
)
def test_what_is_no_metric_is_refused(tmp_path: Path, facts: list[dict[str, Any]], complaint: str) -> None:
    with pytest.raises(CommandError, match=f"^{re.escape(complaint)}$"):
        metrics.catalogue(_server(tmp_path, *facts))


def test_a_call_that_the_reader_missed_is_named(tmp_path: Path) -> None:
    server = _server(tmp_path, _fact(3, "NewTimerDef", "a"))
    (tmp_path / "b.go").write_text('package b\nfunc f() { metrics.NewTimerDef("hidden") }\n')
    (tmp_path / "b_test.go").write_text('package b\nvar t = metrics.NewTimerDef("of a test")\n')
    constructors = tmp_path / "common/metrics/defs.go"
    constructors.parent.mkdir(parents=True)
    constructors.write_text("package metrics\nvar x = NewTimerDef(name)\n")

    with pytest.raises(CommandError, match=r"^2 calls define metrics, but 1 of them .* Look at b\.go:2 in "):
        metrics.catalogue(server)


# The committed catalogue.


def _committed(minor: str) -> dict[str, dict[str, Any]]:
    read: dict[str, dict[str, Any]] = json.loads((catalogue.FOLDER / minor / "metrics.json").read_text())["metrics"]
    return read


def test_known_metrics() -> None:
    found = _committed("1.32")

    assert len(found) == 611
    assert found["service_requests"] == {"kind": "counter", "used": True}
    assert found["service_latency"] == {"kind": "timer", "used": True}
    assert found["numshards_gauge"] == {"kind": "gauge", "used": True}
    assert found["history_size"] == {"kind": "bytesHistogram", "used": True}
    assert found["state_transition_count"] == {"kind": "dimensionlessHistogram", "used": True}
    assert "nexus_operation_success" in found, "defined beside its package, not among the others"


def test_a_definition_that_nobody_uses() -> None:
    unused = {name for name, metric in _committed("1.32").items() if not metric["used"]}

    assert unused == {
        "add_search_attributes_failures",
        "add_search_attributes_workflow_failure",
        "add_search_attributes_workflow_success",
        "chasm_incoming_signal_duplicate",
        "empty_completion_commands",
        "event_reapply_skipped_count",
        "execution_time_skipping_transitioned_error_count",
        "mutable_state_dirty",
        "namespace_dlq_ack_level",
        "namespace_host_rps_limit",
        "replication_delete_execution_task_generation_failure",
        "task_errors_workflow_busy",
    }


def test_what_the_older_server_does_not_emit_yet() -> None:
    assert {"pending_polls", "tasks_expired"} & _committed("1.32").keys() == {"pending_polls"}
    assert {"pending_polls", "tasks_expired"} & _committed("1.31").keys() == {"tasks_expired"}
