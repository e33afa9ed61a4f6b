"""Temporal / Activity Metrics: activities, their task queues and the workers behind them."""

from commands.generate.dashboards.board import NAMESPACES, Board, Choice, Panel, Query, Row, share

_QUEUES = 'taskqueue=~"$taskqueue"'

BOARD = Board(
    uid="temporal-activity-metrics",
    title="Temporal / Activity Metrics",
    description="Activities by type and how they end; task queues, what waits in them and who polls them.",
    variables=(
        NAMESPACES,
        Choice("taskqueue", "Task queue", "label_values(poll_success{<here>, <namespaces>}, taskqueue)"),
    ),
    rows=(
        Row(
            "Activities",
            (
                Panel(
                    "Outcomes",
                    "ops",
                    "Activities that ended for good, retries used up. Mostly success.",
                    (
                        Query(f"sum(rate(activity_success{{<here>, <namespaces>, {_QUEUES}}}[R]))", "success"),
                        Query(f"sum(rate(activity_fail{{<here>, <namespaces>, {_QUEUES}}}[R]))", "failed"),
                        Query(f"sum(rate(activity_timeout{{<here>, <namespaces>, {_QUEUES}}}[R]))", "timed out"),
                        Query(f"sum(rate(activity_cancel{{<here>, <namespaces>, {_QUEUES}}}[R]))", "cancelled"),
                    ),
                    stacked=True,
                ),
                Panel(
                    "Failed attempts by type",
                    "ops",
                    "Each attempt that failed, retried or not. Many without failures below: retries help, but "
                    "something downstream is unwell.",
                    (
                        Query(
                            "topk(10, sum by (activityType) (rate(activity_task_fail{<here>, <namespaces>, "
                            f"{_QUEUES}}}[R])))",
                            "{{activityType}}",
                        ),
                    ),
                ),
                Panel(
                    "Failed for good by type",
                    "ops",
                    "Activities whose workflow got the error. What is normal is the application's.",
                    (
                        Query(
                            "topk(10, sum by (activityType) (rate(activity_fail{<here>, <namespaces>, "
                            f"{_QUEUES}}}[R])))",
                            "{{activityType}}",
                        ),
                    ),
                ),
                Panel(
                    "Timeouts by kind",
                    "ops",
                    "ScheduleToStart: no worker took it. StartToClose: the worker was too slow or died. Heartbeat: "
                    "it went silent.",
                    (
                        Query(
                            "sum by (timeout_type) (rate(activity_task_timeout{<here>, <namespaces>, "
                            f"{_QUEUES}}}[R]))",
                            "{{timeout_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Duration of an attempt, 95th percentile",
                    "s",
                    "From start to close, by type. A rise of one type is that activity or what it calls.",
                    (
                        Query(
                            "topk(10, histogram_quantile(0.95, sum by (le, activityType) "
                            f"(rate(activity_start_to_close_latency_bucket{{<here>, <namespaces>, {_QUEUES}}}[R]))))",
                            "{{activityType}}",
                        ),
                    ),
                ),
                Panel(
                    "Duration with retries, 95th percentile",
                    "s",
                    "From scheduling to the end, with every retry and wait. Far above an attempt: it waits or is "
                    "retried.",
                    (
                        Query(
                            "topk(10, histogram_quantile(0.95, sum by (le, activityType) "
                            "(rate(activity_schedule_to_close_latency_bucket{<here>, <namespaces>, "
                            f"{_QUEUES}}}[R]))))",
                            "{{activityType}}",
                        ),
                    ),
                ),
            ),
        ),
        Row(
            "Task queues",
            (
                Panel(
                    "Wait for a worker, 95th percentile",
                    "s",
                    "From an activity task's scheduling to its start, as the server saw it. Below a second; above 30 "
                    "s for ten minutes an alert fires. Silent for a queue that nobody polls.",
                    (
                        Query(
                            "topk(10, histogram_quantile(0.95, sum by (le, taskqueue) "
                            "(rate(task_schedule_to_start_latency_bucket"
                            f'{{<here>, <namespaces>, {_QUEUES}, task_type="Activity"}}[R]))))',
                            "{{taskqueue}}",
                        ),
                    ),
                    alert="TemporalScheduleToStartLatencyHigh",
                ),
                Panel(
                    "Tasks that wait",
                    "short",
                    "The backlog of each queue, roughly. It may count tasks that have expired, and falls to zero "
                    "when an idle queue is unloaded.",
                    (
                        Query(
                            "sum by (taskqueue, task_type) (approximate_backlog_count{<here>, <namespaces>, "
                            f"{_QUEUES}}})",
                            "{{taskqueue}} {{task_type}}",
                        ),
                    ),
                    alert="TemporalTaskQueueBacklogGrowing",
                ),
                Panel(
                    "Age of the oldest task",
                    "s",
                    "Seconds. Above five minutes for ten an alert fires: workers are gone, or too few.",
                    (
                        Query(
                            "max by (taskqueue, task_type) "
                            f"(approximate_backlog_age_seconds{{<here>, <namespaces>, {_QUEUES}, "
                            'partition!="__sticky__"})',
                            "{{taskqueue}} {{task_type}}",
                        ),
                    ),
                    alert="TemporalTaskQueueBacklogOld",
                ),
                Panel(
                    "Tasks that come while nobody polls",
                    "ops",
                    "Zero. Otherwise the queue's name is misspelt, its workers are at zero, or they cannot sign in.",
                    (
                        Query(
                            "sum by (taskqueue, task_type) (rate(no_poller_tasks{<here>, <namespaces>, "
                            f"{_QUEUES}}}[R]))",
                            "{{taskqueue}} {{task_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Matched at once",
                    "percentunit",
                    "Share of tasks that a waiting poller took without a way through the database. Above 95 %; less "
                    "means that workers do not keep up.",
                    (
                        Query(
                            share(
                                f"sum by (taskqueue) (rate(poll_success_sync{{<here>, <namespaces>, {_QUEUES}}}[R]))",
                                f"sum by (taskqueue) (rate(poll_success{{<here>, <namespaces>, {_QUEUES}}}[R]))",
                            ),
                            "{{taskqueue}}",
                        ),
                    ),
                    alert="TemporalSyncMatchRateLow",
                ),
                Panel(
                    "Polls that got a task",
                    "percentunit",
                    "High and matched at once: busy and well. Low: more pollers than work, which costs little.",
                    (
                        Query(
                            f"sum by (taskqueue) (rate(poll_success{{<here>, <namespaces>, {_QUEUES}}}[R])) / ("
                            f"sum by (taskqueue) (rate(poll_success{{<here>, <namespaces>, {_QUEUES}}}[R])) + "
                            f"sum by (taskqueue) (rate(poll_timeouts{{<here>, <namespaces>, {_QUEUES}}}[R])))",
                            "{{taskqueue}}",
                        ),
                    ),
                ),
                Panel(
                    "Pollers that wait",
                    "short",
                    "Long polls that are open now. Zero for a queue that has workers: they are all busy or cannot "
                    "reach it.",
                    (
                        Query(
                            f"sum by (taskqueue, task_type) (pending_polls{{<here>, <namespaces>, {_QUEUES}}})",
                            "{{taskqueue}} {{task_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Tasks added",
                    "ops",
                    "Work that arrives, to hold against what is matched.",
                    (
                        Query(
                            f"sum by (taskqueue, task_type) (rate(tasks_added{{<here>, <namespaces>, {_QUEUES}}}[R]))",
                            "{{taskqueue}} {{task_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Tasks dropped, by reason",
                    "ops",
                    "Tasks of workflows that are over are dropped, which is normal. data_loss, internal_error and "
                    "invalid are not.",
                    (
                        Query(
                            f"sum by (reason) (rate(tasks_dropped{{<here>, <namespaces>, {_QUEUES}}}[R]))",
                            "{{reason}}",
                        ),
                    ),
                ),
            ),
        ),
        Row(
            "As the workers see it",
            (
                Panel(
                    "Schedule to start in the SDK, 95th percentile",
                    "s",
                    "The same wait, measured by workers that serve their metrics. Longer than the server's: the way "
                    "to the worker is slow.",
                    (
                        Query(
                            "topk(10, histogram_quantile(0.95, sum by (le, task_queue) "
                            "(rate(temporal_activity_schedule_to_start_latency_bucket{<here>, <namespaces>, "
                            'job="temporal-workloads"}[R]))))',
                            "{{task_queue}}",
                        ),
                    ),
                ),
                Panel(
                    "Free slots of workers",
                    "short",
                    "Of the busiest worker of each queue. Zero for ten minutes: it takes no more work; add slots or "
                    "replicas.",
                    (
                        Query(
                            "min by (task_queue, worker_type) "
                            '(temporal_worker_task_slots_available{<here>, <namespaces>, job="temporal-workloads"})',
                            "{{task_queue}} {{worker_type}}",
                        ),
                    ),
                ),
            ),
            across=2,
        ),
    ),
)
