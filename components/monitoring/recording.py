"""What Prometheus records: outcomes of workflows, and how the frontend keeps what it promises.

The records of promises have the names that sloth gives them (https://sloth.dev), so that its dashboards show them.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from settings.monitoring.objectives import Objectives
from settings.monitoring.thresholds import Threshold

_OUTCOMES: Final = ("success", "failed", "timeout", "terminate", "cancel", "continued_as_new")
WINDOWS: Final = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
"""Over which errors are counted (SRE workbook, "Alerting on SLOs")."""
PERIOD_DAYS: Final = 30
"""Days in which a budget of errors may be used up."""
_CALLS: Final = 'service_name="frontend", operation!~"Poll.*"'
_STARTS: Final = (
    'service_name="frontend", '
    'operation=~"StartWorkflowExecution|SignalWorkflowExecution|SignalWithStartWorkflowExecution"'
)


def cloud_groups(installation: str) -> list[dict[str, Any]]:
    """The groups of a rule file, for Temporal Cloud: workflows that closed in ten minutes. Its figures are a minute
    apart, and rates already."""
    rules = [
        {
            "record": "temporal_cloud:workflow_closed:count10m",
            "expr": "sum by (temporal_namespace, temporal_workflow_type, temporal_task_queue) "
            f'(sum_over_time(temporal_cloud_v1_workflow_{outcome}_count{{installation="{installation}"}}[10m])) * 60',
            "labels": {"installation": installation, "outcome": outcome},
        }
        for outcome in _OUTCOMES
    ]
    return [{"name": "temporal.cloud.recording", "rules": rules}]


def server_groups(installation: str, objectives: Objectives) -> list[dict[str, Any]]:
    """The groups of a rule file, for a server of one's own."""
    labels = {"installation": installation}
    here = f'installation="{installation}"'
    outcomes = [
        {
            "record": "temporal:workflow_closed:rate10m",
            "expr": f"sum by (temporal_namespace, workflowType, taskqueue) (rate(workflow_{outcome}{{{here}}}[10m]))",
            # A label of its own: a counter that was never counted up is absent, and a sum of metrics would be too.
            "labels": {**labels, "outcome": outcome},
        }
        for outcome in _OUTCOMES
    ]
    seconds = Threshold.of(objectives.within, "duration").number

    def slow_starts(here: str, window: str) -> str:
        return _slow_starts(here, window, seconds)

    promises = (
        ("temporal-frontend-availability", objectives.availability, _failed_calls),
        ("temporal-frontend-latency", objectives.latency, slow_starts),
    )
    return [
        {"name": "temporal.recording", "rules": outcomes},
        *(
            {"name": f"temporal.slo.{slo}", "rules": list(_promise(slo, _share(objective), ratio, here, labels))}
            for slo, objective, ratio in promises
        ),
    ]


def _failed_calls(here: str, window: str) -> str:
    """Where no call failed yet there is no counter of failures; where nobody calls there is no share either."""
    failed = f"sum(rate(service_errors{{{here}, {_CALLS}}}[{window}]))"
    return f"({failed} or vector(0)) / (sum(rate(service_requests{{{here}, {_CALLS}}}[{window}])) > 0)"


def _slow_starts(here: str, window: str, seconds: str) -> str:
    # Prometheus 3 writes whole bounds with a digit after the point, older ones as they are served.
    bound = f'le="{seconds}"' if "." in seconds else f'le=~"{seconds}|{seconds}.0"'
    fast = f"sum(rate(service_latency_bucket{{{here}, {_STARTS}, {bound}}}[{window}]))"
    return f"1 - {fast} / (sum(rate(service_latency_count{{{here}, {_STARTS}}}[{window}])) > 0)"


def _share(objective: str) -> Decimal:
    return Decimal(Threshold.of(objective, "ratio").number)


def _promise(
    slo: str, objective: Decimal, ratio: Callable[[str, str], str], here: str, labels: dict[str, str]
) -> Iterator[dict[str, Any]]:
    labels = {**labels, "slo": slo}
    own = f'{{{here}, slo="{slo}"}}'
    records = {
        **{f"slo:sli_error:ratio_rate{window}": ratio(here, window) for window in WINDOWS},
        f"slo:sli_error:ratio_rate{PERIOD_DAYS}d": f"avg_over_time(slo:sli_error:ratio_rate5m{own}[{PERIOD_DAYS}d])",
        "slo:objective:ratio": f"vector({objective})",
        "slo:error_budget:ratio": f"vector({1 - objective})",
        "slo:time_period:days": f"vector({PERIOD_DAYS})",
        "slo:current_burn_rate:ratio": f"slo:sli_error:ratio_rate5m{own} / slo:error_budget:ratio{own}",
        "slo:period_burn_rate:ratio": f"slo:sli_error:ratio_rate{PERIOD_DAYS}d{own} / slo:error_budget:ratio{own}",
        "slo:period_error_budget_remaining:ratio": f"1 - slo:period_burn_rate:ratio{own}",
    }
    for name, expr in records.items():
        yield {"record": name, "expr": expr, "labels": labels}
