"""Temporal / Cloud: what Temporal Cloud's metrics endpoint tells: rates and quantiles, made for a minute each."""

from commands.generate.dashboards.board import Board, Choice, Panel, Query, Row, share

_V1 = "temporal_cloud_v1_"
_HERE = "{<here>, <namespaces>}"
_CLOSED = (
    "sum by (temporal_namespace) "
    '(temporal_cloud:workflow_closed:count10m{<here>, <namespaces>, outcome!="continued_as_new"})'
)

BOARD = Board(
    uid="temporal-cloud",
    title="Temporal / Cloud",
    description="Namespaces of Temporal Cloud: calls, limits, workflows, activities, task queues, replication. Up "
    "to three minutes behind.",
    variables=(
        Choice(
            "temporal_namespace",
            "Temporal namespace",
            "label_values(temporal_cloud_v1_service_request_count{<here>}, temporal_namespace)",
        ),
    ),
    rows=(
        Row(
            "Calls",
            (
                Panel(
                    "Requests",
                    "reqps",
                    "By operation. Follows the business; polls follow the number of workers.",
                    (Query(f"sum by (operation) ({_V1}service_request_count{_HERE})", "{{operation}}"),),
                ),
                Panel(
                    "Errors",
                    "percentunit",
                    "Share of requests that failed, by namespace. Close to zero; Cloud promises 99.9 % in its SLA.",
                    (
                        Query(
                            share(
                                f"sum by (temporal_namespace) ({_V1}service_error_count{_HERE})",
                                f"sum by (temporal_namespace) ({_V1}service_request_count{_HERE})",
                            ),
                            "{{temporal_namespace}}",
                        ),
                    ),
                    alert="TemporalCloudErrorRatioHigh",
                ),
                Panel(
                    "Latency of starts and signals, 99th percentile",
                    "s",
                    "Of each namespace; quantiles are not added up. The objective is 0.2 s.",
                    (
                        Query(
                            "max by (temporal_namespace, operation) (temporal_cloud_v1_service_latency_p99{<here>, "
                            "<namespaces>, "
                            'operation=~"StartWorkflowExecution|SignalWorkflowExecution|SignalWithStartWorkflowExecution"})',
                            "{{temporal_namespace}} {{operation}}",
                        ),
                    ),
                    alert="TemporalCloudLatencyP99High",
                ),
            ),
        ),
        Row(
            "Limits",
            (
                Panel(
                    "Actions, of the limit",
                    "percentunit",
                    "By namespace, those in the background left out. Averages of a minute: throttling may begin "
                    "below 100 %.",
                    (
                        Query(
                            f"sum by (temporal_namespace) ({_V1}total_action_count{{<here>, <namespaces>, "
                            'is_background="false"}) / '
                            f"max by (temporal_namespace) ({_V1}action_limit{_HERE})",
                            "{{temporal_namespace}}",
                        ),
                    ),
                    alert="TemporalCloudActionLimitNear",
                ),
                Panel(
                    "Requests, of the limit",
                    "percentunit",
                    "By namespace.",
                    (
                        Query(
                            f"sum by (temporal_namespace) ({_V1}service_request_count{_HERE}) / "
                            f"max by (temporal_namespace) ({_V1}service_request_limit{_HERE})",
                            "{{temporal_namespace}}",
                        ),
                    ),
                    alert="TemporalCloudRequestLimitNear",
                ),
                Panel(
                    "Throttled",
                    "ops",
                    "Work that was made to wait because a limit was reached. Zero; ask for a higher limit, or smooth "
                    "the load.",
                    (
                        Query(f"sum(temporal_cloud_v1_total_action_throttled_count{_HERE})", "actions"),
                        Query(f"sum(temporal_cloud_v1_operations_throttled_count{_HERE})", "operations"),
                        Query(f"sum(temporal_cloud_v1_service_request_throttled_count{_HERE})", "requests"),
                        Query(
                            f"sum(temporal_cloud_v1_resource_exhausted_error_count{_HERE})", "bursts on one resource"
                        ),
                    ),
                ),
                Panel(
                    "Billable actions",
                    "ops",
                    "By type: what the bill is made of.",
                    (Query(f"sum by (action_type) ({_V1}billable_action_count{_HERE})", "{{action_type}}"),),
                ),
                Panel(
                    "Open workflows",
                    "short",
                    "By namespace. A line that only rises: workflows that never end, and storage that is paid for.",
                    (
                        Query(
                            f"max by (temporal_namespace) ({_V1}namespace_open_workflows{_HERE})",
                            "{{temporal_namespace}}",
                        ),
                    ),
                ),
                Panel(
                    "Pollers, of the limit",
                    "percentunit",
                    "By namespace. At the limit further workers get nothing.",
                    (
                        Query(
                            f"sum by (temporal_namespace) ({_V1}service_pending_requests{_HERE}) / "
                            f"max by (temporal_namespace) ({_V1}poller_limit{_HERE})",
                            "{{temporal_namespace}}",
                        ),
                    ),
                ),
            ),
        ),
        Row(
            "Workflows and activities",
            (
                Panel(
                    "Closed workflows by outcome",
                    "ops",
                    "Mostly success and continued as new.",
                    (
                        Query(f"sum({_V1}workflow_success_count{_HERE})", "success"),
                        Query(f"sum({_V1}workflow_failed_count{_HERE})", "failed"),
                        Query(f"sum({_V1}workflow_timeout_count{_HERE})", "timed out"),
                        Query(f"sum({_V1}workflow_cancel_count{_HERE})", "cancelled"),
                        Query(f"sum({_V1}workflow_terminate_count{_HERE})", "terminated"),
                        Query(f"sum({_V1}workflow_continued_as_new_count{_HERE})", "continued as new"),
                    ),
                    stacked=True,
                ),
                Panel(
                    "Share that failed, by namespace",
                    "percentunit",
                    "Failed among workflows that closed in ten minutes. What is normal is the application's.",
                    (
                        Query(
                            share(
                                "sum by (temporal_namespace) (temporal_cloud:workflow_closed:count10m{<here>, "
                                '<namespaces>, outcome="failed"})',
                                _CLOSED,
                            ),
                            "{{temporal_namespace}}",
                        ),
                    ),
                    alert="TemporalCloudWorkflowFailureRateHigh",
                ),
                Panel(
                    "Share that timed out, by namespace",
                    "percentunit",
                    "Workflows that ran out of time, among those that closed in ten minutes. Near zero.",
                    (
                        Query(
                            share(
                                "sum by (temporal_namespace) (temporal_cloud:workflow_closed:count10m{<here>, "
                                '<namespaces>, outcome="timeout"})',
                                _CLOSED,
                            ),
                            "{{temporal_namespace}}",
                        ),
                    ),
                    alert="TemporalCloudWorkflowTimeouts",
                ),
                Panel(
                    "Wait of activities and work, 95th percentile",
                    "s",
                    "Of an activity, from scheduling to the end, with every retry.",
                    (
                        Query(
                            f"max by (temporal_namespace) ({_V1}activity_schedule_to_close_latency_p95{_HERE})",
                            "with retries: {{temporal_namespace}}",
                        ),
                        Query(
                            f"max by (temporal_namespace) ({_V1}activity_start_to_close_latency_p95{_HERE})",
                            "one attempt: {{temporal_namespace}}",
                        ),
                    ),
                ),
                Panel(
                    "Failures by workflow type",
                    "ops",
                    "The ten types that fail most.",
                    (
                        Query(
                            f"topk(10, sum by (temporal_workflow_type) ({_V1}workflow_failed_count{_HERE}))",
                            "{{temporal_workflow_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Duration by workflow type, 95th percentile",
                    "s",
                    "From start to close.",
                    (
                        Query(
                            "topk(10, max by (temporal_workflow_type) "
                            f"({_V1}workflow_schedule_to_close_latency_p95{_HERE}))",
                            "{{temporal_workflow_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Outcomes of activities",
                    "ops",
                    "Retries used up. Mostly success.",
                    (
                        Query(f"sum({_V1}activity_success_count{_HERE})", "success"),
                        Query(f"sum({_V1}activity_fail_count{_HERE})", "failed"),
                        Query(f"sum({_V1}activity_timeout_count{_HERE})", "timed out"),
                        Query(f"sum({_V1}activity_cancel_count{_HERE})", "cancelled"),
                    ),
                    stacked=True,
                ),
                Panel(
                    "Failed attempts of activities",
                    "ops",
                    "By task queue, each attempt counted.",
                    (
                        Query(
                            f"topk(10, sum by (temporal_task_queue) ({_V1}activity_task_fail_count{_HERE}))",
                            "{{temporal_task_queue}}",
                        ),
                    ),
                ),
                Panel(
                    "Schedules",
                    "ops",
                    "Runs begun, missed and held back. Only the first is normal.",
                    (
                        Query(f"sum({_V1}schedule_action_success_count{_HERE})", "begun"),
                        Query(f"sum({_V1}schedule_missed_catchup_window_count{_HERE})", "missed"),
                        Query(f"sum({_V1}schedule_rate_limited_count{_HERE})", "held back"),
                        Query(f"sum({_V1}schedule_buffer_overruns_count{_HERE})", "overrun"),
                    ),
                ),
            ),
        ),
        Row(
            "Task queues",
            (
                Panel(
                    "Tasks that wait",
                    "short",
                    "By task queue. Bursts are normal; a line that only rises needs workers.",
                    (
                        Query(
                            "topk(10, sum by (temporal_task_queue, task_type) "
                            f"({_V1}approximate_backlog_count{_HERE}))",
                            "{{temporal_task_queue}} {{task_type}}",
                        ),
                    ),
                    alert="TemporalCloudTaskQueueBacklogHigh",
                ),
                Panel(
                    "Tasks that come while nobody polls",
                    "ops",
                    "Zero.",
                    (
                        Query(
                            f"sum by (temporal_task_queue, task_type) ({_V1}no_poller_tasks_count{_HERE})",
                            "{{temporal_task_queue}} {{task_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Matched at once",
                    "percentunit",
                    "Above 95 %; less means that workers do not keep up.",
                    (
                        Query(
                            share(
                                f"sum by (temporal_task_queue) ({_V1}poll_success_sync_count{_HERE})",
                                f"sum by (temporal_task_queue) ({_V1}poll_success_count{_HERE})",
                            ),
                            "{{temporal_task_queue}}",
                        ),
                    ),
                    alert="TemporalCloudSyncMatchRateLow",
                ),
                Panel(
                    "Polls that got a task",
                    "percentunit",
                    "Above 90 % for workers of the right number; less means more pollers than work.",
                    (
                        Query(
                            f"sum by (temporal_task_queue) ({_V1}poll_success_count{_HERE}) / ("
                            f"sum by (temporal_task_queue) ({_V1}poll_success_count{_HERE}) + "
                            f"sum by (temporal_task_queue) ({_V1}poll_timeout_count{_HERE}))",
                            "{{temporal_task_queue}}",
                        ),
                    ),
                ),
                Panel(
                    "Lag of replication, 99th percentile",
                    "s",
                    "Of namespaces in two regions: what a failover may have to wait for. Empty for others.",
                    (
                        Query(
                            f"max by (temporal_namespace) ({_V1}replication_lag_p99{_HERE})", "{{temporal_namespace}}"
                        ),
                    ),
                    alert="TemporalCloudReplicationLagHigh",
                ),
                Panel(
                    "Metrics endpoint",
                    "short",
                    "1: the last scrape of Temporal Cloud worked. 0: its API key, its role, or the way out of the "
                    "cluster.",
                    (Query('min(up{<here>, job="temporal-cloud"})', "up"),),
                ),
            ),
        ),
    ),
)
