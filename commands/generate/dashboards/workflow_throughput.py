"""Temporal / Workflow Throughput: how many workflows begin, how they end, how long they take."""

from commands.generate.dashboards.board import NAMESPACES, Board, Panel, Query, Row, share

_STARTS = "StartWorkflowExecution|SignalWorkflowExecution|SignalWithStartWorkflowExecution|UpdateWorkflowExecution"
_CLOSED = 'temporal:workflow_closed:rate10m{<here>, <namespaces>, outcome!="continued_as_new"}'

BOARD = Board(
    uid="temporal-workflow-throughput",
    title="Temporal / Workflow Throughput",
    description="Workflows by namespace and type: begun, ended and how, how long they took, how large they grew.",
    variables=(NAMESPACES,),
    rows=(
        Row(
            "Begun and ended",
            (
                Panel(
                    "Starts, signals, updates",
                    "ops",
                    "What clients ask for. Follows the business; a step up that nobody planned is a loop or a retry "
                    "storm.",
                    (
                        Query(
                            "sum by (operation) (rate(service_requests{<here>, <namespaces>, "
                            'service_name="frontend", '
                            f'operation=~"{_STARTS}"}}[R]))',
                            "{{operation}}",
                        ),
                    ),
                ),
                Panel(
                    "Closed workflows by outcome",
                    "ops",
                    "Mostly success and continued_as_new. Any other colour that grows is worth a look at its types "
                    "below.",
                    (
                        Query(
                            "sum by (outcome) (temporal:workflow_closed:rate10m{<here>, <namespaces>})", "{{outcome}}"
                        ),
                    ),
                    stacked=True,
                ),
                Panel(
                    "Share that failed, by namespace",
                    "percentunit",
                    "Failed among closed workflows. What is normal is the application's; above 10 % an alert fires.",
                    (
                        Query(
                            share(
                                "sum by (temporal_namespace) (temporal:workflow_closed:rate10m{<here>, <namespaces>, "
                                'outcome="failed"})',
                                f"sum by (temporal_namespace) ({_CLOSED})",
                            ),
                            "{{temporal_namespace}}",
                        ),
                    ),
                    alert="HighWorkflowFailureRate",
                ),
                Panel(
                    "Share that timed out, by namespace",
                    "percentunit",
                    "Workflows that ran out of time. Near zero; workers that are gone show here late, in the backlog "
                    "at once.",
                    (
                        Query(
                            share(
                                "sum by (temporal_namespace) (temporal:workflow_closed:rate10m{<here>, <namespaces>, "
                                'outcome="timeout"})',
                                f"sum by (temporal_namespace) ({_CLOSED})",
                            ),
                            "{{temporal_namespace}}",
                        ),
                    ),
                    alert="WorkflowExecutionTimeout",
                ),
                Panel(
                    "Failures by workflow type",
                    "ops",
                    "The ten types that fail most. One that begins with a deployment of workers belongs to that.",
                    (
                        Query(
                            "topk(10, sum by (workflowType) (rate(workflow_failed{<here>, <namespaces>}[R])))",
                            "{{workflowType}}",
                        ),
                    ),
                ),
                Panel(
                    "Timeouts by workflow type",
                    "ops",
                    "The ten types that time out most. A timeout too short for the load looks the same as missing "
                    "workers.",
                    (
                        Query(
                            "topk(10, sum by (workflowType) (rate(workflow_timeout{<here>, <namespaces>}[R])))",
                            "{{workflowType}}",
                        ),
                    ),
                ),
            ),
        ),
        Row(
            "Duration and size",
            (
                Panel(
                    "Duration by type, 95th percentile",
                    "s",
                    "From start to close. The last bucket ends at a day: longer workflows all show as that.",
                    (
                        Query(
                            "topk(10, histogram_quantile(0.95, sum by (le, workflowType) "
                            "(rate(workflow_schedule_to_close_latency_bucket{<here>, <namespaces>}[R]))))",
                            "{{workflowType}}",
                        ),
                    ),
                ),
                Panel(
                    "Size of histories, 99th percentile",
                    "bytes",
                    "At close. The server warns at 10 MiB and ends a workflow at 50 MiB: beyond a few MiB it should "
                    "continue as new.",
                    (
                        Query(
                            "histogram_quantile(0.99, sum by (le, temporal_namespace) "
                            '(rate(history_size_bucket{<here>, <namespaces>, operation="CompletionStats"}[R])))',
                            "{{temporal_namespace}}",
                        ),
                    ),
                ),
                Panel(
                    "Events of histories, 99th percentile",
                    "short",
                    "At close. The server warns at 10240 events and ends a workflow at 51200.",
                    (
                        Query(
                            "histogram_quantile(0.99, sum by (le, temporal_namespace) "
                            '(rate(history_count_bucket{<here>, <namespaces>, operation="CompletionStats"}[R])))',
                            "{{temporal_namespace}}",
                        ),
                    ),
                ),
            ),
        ),
        Row(
            "Workflow tasks",
            (
                Panel(
                    "Wait for a worker, 95th percentile",
                    "s",
                    "From a workflow task's scheduling to its start. Tens of milliseconds; seconds mean too few "
                    "pollers or busy workers. A queue that nobody polls is silent here: see the tasks without "
                    "pollers of the activities' dashboard.",
                    (
                        Query(
                            "topk(10, histogram_quantile(0.95, sum by (le, taskqueue) "
                            "(rate(task_schedule_to_start_latency_bucket{<here>, <namespaces>, "
                            'task_type="Workflow"}[R]))))',
                            "{{taskqueue}}",
                        ),
                    ),
                    alert="TemporalScheduleToStartLatencyHigh",
                ),
                Panel(
                    "Failed workflow tasks by cause",
                    "ops",
                    "Workflows that hit this stand still and are retried. NonDeterministicError is a bad deployment "
                    "of workers: roll back.",
                    (
                        Query(
                            "sum by (failure) (rate(failed_workflow_tasks{<here>, <namespaces>}[R]))",
                            "{{failure}}",
                        ),
                    ),
                    alert="TemporalWorkflowTaskFailures",
                ),
                Panel(
                    "Attempts of workflow tasks, 99th percentile",
                    "short",
                    "One. More than a few means workflow tasks that fail over and over.",
                    (
                        Query(
                            "histogram_quantile(0.99, sum by (le, temporal_namespace) "
                            "(rate(workflow_task_attempt_bucket{<here>, <namespaces>}[R])))",
                            "{{temporal_namespace}}",
                        ),
                    ),
                ),
                Panel(
                    "Commands of workflows",
                    "ops",
                    "What workflows do: activities, timers, children, signals. Tells a loop from more customers.",
                    (Query("sum by (commandType) (rate(command{<here>, <namespaces>}[R]))", "{{commandType}}"),),
                ),
                Panel(
                    "Schedules",
                    "ops",
                    "Runs that schedules began, could not begin, and missed because the window to catch up had "
                    "passed. Only the first is normal.",
                    (
                        Query("sum(rate(schedule_action_success{<here>, <namespaces>}[R]))", "begun"),
                        Query("sum(rate(schedule_action_errors{<here>, <namespaces>}[R]))", "failed to begin"),
                        Query("sum(rate(schedule_missed_catchup_window{<here>, <namespaces>}[R]))", "missed"),
                    ),
                ),
                Panel(
                    "Billable actions",
                    "ops",
                    "Actions as Temporal Cloud counts them, estimated by the server: what this load would cost there.",
                    (Query("sum by (action_type) (rate(action{<here>, <namespaces>}[R]))", "{{action_type}}"),),
                ),
            ),
        ),
    ),
)
