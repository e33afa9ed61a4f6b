"""Temporal / SDK and workers: the applications' side, from the metrics that their SDK serves."""

from commands.generate.dashboards.board import NAMESPACES, Board, Choice, Panel, Query, Row

_WORKERS = '<here>, <namespaces>, job="temporal-workloads", workload=~"$workload"'
"""The server's own workers emit metrics of these names, too; the job tells them apart."""

BOARD = Board(
    uid="temporal-workers",
    title="Temporal / SDK and workers",
    description="Workloads that serve their SDK's metrics: slots, pollers, latency, failures, caches, and their "
    "calls to the frontend.",
    variables=(
        NAMESPACES,
        Choice(
            "workload",
            "Workload",
            'label_values(temporal_worker_start{<here>, job="temporal-workloads"}, workload)',
        ),
    ),
    rows=(
        Row(
            "Capacity",
            (
                Panel(
                    "Pods that answer",
                    "short",
                    "Of each workload: pods whose metrics can be read. As many as it has.",
                    (
                        Query(
                            'sum by (workload) (up{<here>, job="temporal-workloads", workload=~"$workload"})',
                            "{{workload}}",
                        ),
                    ),
                ),
                Panel(
                    "Free slots",
                    "short",
                    "Of the busiest pod. Zero for ten minutes: it takes no more work. Stuck activities without a "
                    "heartbeat look the same.",
                    (
                        Query(
                            "min by (workload, task_queue, worker_type) "
                            f"(temporal_worker_task_slots_available{{{_WORKERS}}})",
                            "{{workload}} {{task_queue}} {{worker_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Used slots",
                    "short",
                    "Work in progress, all pods together.",
                    (
                        Query(
                            "sum by (workload, task_queue, worker_type) "
                            f"(temporal_worker_task_slots_used{{{_WORKERS}}})",
                            "{{workload}} {{task_queue}} {{worker_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Pollers",
                    "short",
                    "Zero of a type: the worker does not ask for that work.",
                    (
                        Query(
                            f"sum by (workload, task_queue, poller_type) (temporal_num_pollers{{{_WORKERS}}})",
                            "{{workload}} {{task_queue}} {{poller_type}}",
                        ),
                    ),
                ),
            ),
        ),
        Row(
            "Wait for a worker",
            (
                Panel(
                    "Workflow tasks, 95th percentile",
                    "s",
                    "From scheduling to start. Below 0.2 s for workers that keep up.",
                    (
                        Query(
                            "histogram_quantile(0.95, sum by (le, task_queue) "
                            f"(rate(temporal_workflow_task_schedule_to_start_latency_bucket{{{_WORKERS}}}[R])))",
                            "{{task_queue}}",
                        ),
                    ),
                ),
                Panel(
                    "Activity tasks, 95th percentile",
                    "s",
                    "From scheduling to start. Rising with no free slots: more replicas or slots. Rising with free "
                    "slots: more pollers.",
                    (
                        Query(
                            "histogram_quantile(0.95, sum by (le, task_queue) "
                            f"(rate(temporal_activity_schedule_to_start_latency_bucket{{{_WORKERS}}}[R])))",
                            "{{task_queue}}",
                        ),
                    ),
                ),
            ),
            across=2,
        ),
        Row(
            "Workflows",
            (
                Panel(
                    "Ends of workflows",
                    "ops",
                    "As the workers report them. Timeouts and terminations are not theirs: see the throughput's "
                    "dashboard.",
                    (
                        Query(f"sum(rate(temporal_workflow_completed{{{_WORKERS}}}[R]))", "completed"),
                        Query(f"sum(rate(temporal_workflow_failed{{{_WORKERS}}}[R]))", "failed"),
                        Query(f"sum(rate(temporal_workflow_canceled{{{_WORKERS}}}[R]))", "cancelled"),
                        Query(f"sum(rate(temporal_workflow_continue_as_new{{{_WORKERS}}}[R]))", "continued as new"),
                    ),
                    stacked=True,
                ),
                Panel(
                    "Failures by workflow type",
                    "ops",
                    "The ten types that fail most.",
                    (
                        Query(
                            f"topk(10, sum by (workflow_type) (rate(temporal_workflow_failed{{{_WORKERS}}}[R])))",
                            "{{workflow_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Failed workflow tasks",
                    "ops",
                    "By reason. NonDeterminismError: the code does not fit the histories that run; roll the "
                    "deployment back.",
                    (
                        Query(
                            "sum by (workflow_type, failure_reason) "
                            f"(rate(temporal_workflow_task_execution_failed{{{_WORKERS}}}[R]))",
                            "{{workflow_type}} {{failure_reason}}",
                        ),
                    ),
                ),
                Panel(
                    "Duration of workflow tasks, 95th percentile",
                    "s",
                    "Milliseconds. Above a second a task may be taken for deadlocked: workflow code computes too "
                    "much, or the CPU is short.",
                    (
                        Query(
                            "topk(10, histogram_quantile(0.95, sum by (le, workflow_type) "
                            f"(rate(temporal_workflow_task_execution_latency_bucket{{{_WORKERS}}}[R]))))",
                            "{{workflow_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Duration of replays, 95th percentile",
                    "s",
                    "How long it takes to bring a workflow back into the cache. Long with many misses: a larger "
                    "cache, shorter histories.",
                    (
                        Query(
                            "topk(10, histogram_quantile(0.95, sum by (le, workflow_type) "
                            f"(rate(temporal_workflow_task_replay_latency_bucket{{{_WORKERS}}}[R]))))",
                            "{{workflow_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Misses of the sticky cache",
                    "percentunit",
                    "Workflows that had to be replayed from their history. Low, but for new pods.",
                    (
                        Query(
                            f"sum by (task_queue) (rate(temporal_sticky_cache_miss{{{_WORKERS}}}[R])) / ("
                            f"sum by (task_queue) (rate(temporal_sticky_cache_miss{{{_WORKERS}}}[R])) + "
                            f"sum by (task_queue) (rate(temporal_sticky_cache_hit{{{_WORKERS}}}[R])))",
                            "{{task_queue}}",
                        ),
                    ),
                ),
            ),
        ),
        Row(
            "Activities",
            (
                Panel(
                    "Tasks received",
                    "ops",
                    "By type.",
                    (
                        Query(
                            "topk(10, sum by (activity_type) "
                            f"(rate(temporal_activity_task_received{{{_WORKERS}}}[R])))",
                            "{{activity_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Failed attempts",
                    "ops",
                    "By type, each attempt counted.",
                    (
                        Query(
                            "topk(10, sum by (activity_type) "
                            f"(rate(temporal_activity_execution_failed{{{_WORKERS}}}[R])))",
                            "{{activity_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Duration, 95th percentile",
                    "s",
                    "Of an attempt, by type.",
                    (
                        Query(
                            "topk(10, histogram_quantile(0.95, sum by (le, activity_type) "
                            f"(rate(temporal_activity_execution_latency_bucket{{{_WORKERS}}}[R]))))",
                            "{{activity_type}}",
                        ),
                    ),
                ),
            ),
        ),
        Row(
            "Calls to the frontend",
            (
                Panel(
                    "Calls",
                    "reqps",
                    "By operation, long polls left out.",
                    (Query(f"sum by (operation) (rate(temporal_request{{{_WORKERS}}}[R]))", "{{operation}}"),),
                ),
                Panel(
                    "Failed calls",
                    "ops",
                    "By operation and status. RESOURCE_EXHAUSTED is throttling, UNAVAILABLE the network or the "
                    "frontend, PERMISSION_DENIED a token or certificate.",
                    (
                        Query(
                            f"sum by (operation, status_code) (rate(temporal_request_failure{{{_WORKERS}}}[R]))",
                            "{{operation}} {{status_code}}",
                        ),
                        Query(
                            f"sum by (operation, status_code) (rate(temporal_long_request_failure{{{_WORKERS}}}[R]))",
                            "long: {{operation}} {{status_code}}",
                        ),
                    ),
                ),
                Panel(
                    "Latency, 95th percentile",
                    "s",
                    "By operation, as the worker sees it: the frontend's own latency and the way to it.",
                    (
                        Query(
                            "histogram_quantile(0.95, sum by (le, operation) "
                            f"(rate(temporal_request_latency_bucket{{{_WORKERS}}}[R])))",
                            "{{operation}}",
                        ),
                    ),
                ),
            ),
        ),
    ),
)
