"""Temporal / Server Overview: the inside of history, matching, visibility and archival."""

from commands.generate.dashboards.board import Board, Panel, Query, Row, share
from commands.generate.dashboards.visibility import FAULTS

_HISTORY = '<here>, service_name="history"'

BOARD = Board(
    uid="temporal-server-overview",
    title="Temporal / Server Overview",
    description="What happens inside: shards, queues of tasks, matching, caches, visibility, archival, the system's "
    "workers.",
    rows=(
        Row(
            "Shards",
            (
                Panel(
                    "Shards with an owner",
                    "short",
                    "By pod, one on the other: the top line is the number of history shards of the stack. A dip is "
                    "workflows that stand still.",
                    (Query('max by (pod) (numshards_gauge{<here>, service_name="history"})', "{{pod}}"),),
                    stacked=True,
                ),
                Panel(
                    "Moves of shards",
                    "ops",
                    "Shards taken and given up, and changes of the ring. Bursts while pods come and go; between "
                    "those zero.",
                    (
                        Query("sum(rate(sharditem_created_count{<here>}[R]))", "taken"),
                        Query("sum(rate(sharditem_removed_count{<here>}[R]))", "given up"),
                        Query("sum(rate(membership_changed_count{<here>}[R]))", "changes of the ring"),
                    ),
                ),
                Panel(
                    "Time to take a shard, 95th percentile",
                    "s",
                    "How long a shard's workflows stand still when it moves. Below a second.",
                    (
                        Query(
                            "histogram_quantile(0.95, sum by (le) "
                            "(rate(sharditem_acquisition_latency_bucket{<here>}[R])))",
                            "p95",
                        ),
                    ),
                ),
                Panel(
                    "Wait for a shard, 99th percentile",
                    "s",
                    "The semaphore covers the write to the database, the lock does not. A semaphore above 0.1 s: the "
                    "database is slow, or there are too few shards for this load.",
                    (
                        Query(
                            "histogram_quantile(0.99, sum by (le) (rate(semaphore_latency_bucket{<here>, "
                            'operation="ShardInfo"}[R])))',
                            "semaphore",
                        ),
                        Query(
                            "histogram_quantile(0.99, sum by (le) (rate(lock_latency_bucket{<here>, "
                            'operation="ShardInfo"}[R])))',
                            "lock",
                        ),
                    ),
                    alert="TemporalShardSemaphoreLatencyHigh",
                ),
                Panel(
                    "Failures to find a shard's engine",
                    "ops",
                    "Calls for a shard that its pod could not open. Bursts while shards move.",
                    (Query("sum by (pod) (rate(get_engine_for_shard_errors{<here>}[R]))", "{{pod}}"),),
                ),
                Panel(
                    "Time for all shards of a pod, 95th percentile",
                    "s",
                    "One round in which a pod takes what is its own. Seconds.",
                    (
                        Query(
                            "histogram_quantile(0.95, sum by (le) (rate(acquire_shards_latency_bucket{<here>}[R])))",
                            "p95",
                        ),
                    ),
                ),
                Panel(
                    "Lag of timers, 99th percentile",
                    "s",
                    "How late queues of scheduled tasks are. Seconds; minutes mean that history cannot keep up.",
                    (
                        Query(
                            "histogram_quantile(0.99, sum by (le, task_category) "
                            "(rate(shardinfo_scheduled_queue_lag_bucket{<here>}[R])))",
                            "{{task_category}}",
                        ),
                    ),
                ),
                Panel(
                    "Lag of immediate queues, 99th percentile",
                    "short",
                    "In numbers of tasks that are generated and not yet done; jumps with the range of ids that a "
                    "shard takes.",
                    (
                        Query(
                            "histogram_quantile(0.99, sum by (le, task_category) "
                            "(rate(shardinfo_immediate_queue_lag_bucket{<here>}[R])))",
                            "{{task_category}}",
                        ),
                    ),
                ),
                Panel(
                    "Shards lost to another pod",
                    "ops",
                    "Writes refused because another pod owns the shard. Bursts while shards move; what lasts is two "
                    "pods at odds: a ring that is split, or two clusters on one database.",
                    (
                        Query(
                            "sum by (pod) (rate(persistence_error_with_type{<here>, "
                            'error_type=~".*ShardOwnershipLost.*"}[R]))',
                            "{{pod}}",
                        ),
                    ),
                ),
            ),
        ),
        Row(
            "Tasks of history",
            (
                Panel(
                    "Tasks",
                    "ops",
                    "By type. Follows the load; Visibility tasks write to the visibility store.",
                    (Query(f"topk(15, sum by (task_type) (rate(task_requests{{{_HISTORY}}}[R])))", "{{task_type}}"),),
                ),
                Panel(
                    "Failed tasks",
                    "ops",
                    "By type; they are tried again. What lasts for one type has one cause: read its error in the log.",
                    (Query(f"topk(15, sum by (task_type) (rate(task_errors{{{_HISTORY}}}[R])))", "{{task_type}}"),),
                ),
                Panel(
                    "From generated to done, 95th percentile",
                    "s",
                    "By type. Below a second for transfer tasks; above 30 s an alert fires.",
                    (
                        Query(
                            "topk(10, histogram_quantile(0.95, sum by (le, task_type) "
                            f"(rate(task_latency_queue_bucket{{{_HISTORY}}}[R]))))",
                            "{{task_type}}",
                        ),
                    ),
                    alert="TemporalHistoryQueueLagHigh",
                ),
                Panel(
                    "Attempts of a task, 99th percentile",
                    "short",
                    "One. Tens mean tasks that cannot succeed and will end in the dead letter queue.",
                    (
                        Query(
                            "topk(10, histogram_quantile(0.99, sum by (le, task_type) "
                            f"(rate(task_attempt_bucket{{{_HISTORY}}}[R]))))",
                            "{{task_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Dead letter queue",
                    "short",
                    "Tasks given up, by category: written in the last hour, and waiting. Zero. The count is renewed "
                    "every three hours only.",
                    (
                        Query("sum by (task_category) (dlq_message_count{<here>})", "waiting: {{task_category}}"),
                        Query("sum(increase(dlq_writes{<here>}[1h]))", "written"),
                    ),
                ),
                Panel(
                    "Misses of the cache of workflows",
                    "percentunit",
                    "Below a third for busy workflows. High with a slow database: make the cache larger, or give "
                    "history more memory.",
                    (
                        Query(
                            share(
                                'sum(rate(cache_miss{<here>, cache_type="mutablestate"}[R]))',
                                'sum(rate(cache_requests{<here>, cache_type="mutablestate"}[R]))',
                            ),
                            "mutable state",
                        ),
                        Query(
                            share(
                                'sum(rate(cache_miss{<here>, cache_type="events"}[R]))',
                                'sum(rate(cache_requests{<here>, cache_type="events"}[R]))',
                            ),
                            "events",
                        ),
                    ),
                ),
            ),
        ),
        Row(
            "Matching",
            (
                Panel(
                    "Matched at once, by namespace",
                    "percentunit",
                    "Tasks that went to a waiting poller without the database. Above 95 %.",
                    (
                        Query(
                            share(
                                "sum by (temporal_namespace) (rate(poll_success_sync{<here>}[R]))",
                                "sum by (temporal_namespace) (rate(poll_success{<here>}[R]))",
                            ),
                            "{{temporal_namespace}}",
                        ),
                    ),
                ),
                Panel(
                    "Polls that got a task, by namespace",
                    "percentunit",
                    "Low means more pollers than work.",
                    (
                        Query(
                            "sum by (temporal_namespace) (rate(poll_success{<here>}[R])) / ("
                            "sum by (temporal_namespace) (rate(poll_success{<here>}[R])) + "
                            "sum by (temporal_namespace) (rate(poll_timeouts{<here>}[R])))",
                            "{{temporal_namespace}}",
                        ),
                    ),
                ),
                Panel(
                    "Loaded partitions of task queues",
                    "short",
                    "By pod. Grows with the number of task queues, sticky ones among them; each costs memory and "
                    "metrics.",
                    (Query("sum by (pod) (loaded_task_queue_partition_count{<here>})", "{{pod}}"),),
                ),
                Panel(
                    "Tasks dropped, by reason",
                    "ops",
                    "Tasks of workflows that are over are dropped, which is normal. data_loss, internal_error and "
                    "invalid are not. Server 1.32 and later.",
                    (Query("sum by (reason) (rate(tasks_dropped{<here>}[R]))", "{{reason}}"),),
                ),
                Panel(
                    "Time in matching, 95th percentile",
                    "s",
                    "From a task's arrival to its dispatch, by where it came from: history at once, or the backlog "
                    "in the database.",
                    (
                        Query(
                            "histogram_quantile(0.95, sum by (le, source) "
                            "(rate(task_dispatch_latency_bucket{<here>}[R])))",
                            "{{source}}",
                        ),
                    ),
                ),
                Panel(
                    "Lost leases of task queues",
                    "ops",
                    "A partition that another pod has taken. Bursts while matching's pods are replaced.",
                    (
                        Query("sum(rate(lease_failures{<here>}[R]))", "leases"),
                        Query("sum(rate(condition_failed_errors{<here>}[R]))", "conditional writes"),
                    ),
                ),
                Panel(
                    "Forwarded between partitions",
                    "ops",
                    "Tasks and polls that a partition sends to its root. Much, with few tasks: fewer partitions "
                    "would do.",
                    (Query("sum by (taskqueue) (rate(forwarded_per_tl{<here>}[R]))", "{{taskqueue}}"),),
                ),
            ),
        ),
        Row(
            "Visibility and archival",
            (
                Panel(
                    "Latency of visibility, 95th percentile",
                    "s",
                    "By operation. Lists of people take a second at most; a slow count is a query without an index.",
                    (
                        Query(
                            "histogram_quantile(0.95, sum by (le, operation, visibility_plugin_name) "
                            "(rate(visibility_persistence_latency_bucket{<here>}[R])))",
                            "{{operation}} {{visibility_plugin_name}}",
                        ),
                    ),
                ),
                Panel(
                    "Errors of visibility",
                    "percentunit",
                    "Share of calls, by operation, time-outs too; mistyped queries and limits do not count. Zero.",
                    (
                        Query(
                            share(
                                "sum by (operation) "
                                f"(rate(visibility_persistence_error_with_type{{<here>, {FAULTS}}}[R]))",
                                "sum by (operation) (rate(visibility_persistence_requests{<here>}[R]))",
                            ),
                            "{{operation}}",
                        ),
                    ),
                    alert="TemporalVisibilityErrorRatioHigh",
                ),
                Panel(
                    "Writes to the search store, 95th percentile",
                    "s",
                    "From the bulk processor's taking of a document to its being written: how far lists lag behind. "
                    "Below a few seconds. Empty without OpenSearch or Elasticsearch.",
                    (
                        Query(
                            "histogram_quantile(0.95, sum by (le) "
                            "(rate(elasticsearch_bulk_processor_request_latency_bucket{<here>}[R])))",
                            "p95",
                        ),
                    ),
                    alert="TemporalVisibilityLagHigh",
                ),
                Panel(
                    "Writes that the search store refused",
                    "ops",
                    "By the status of HTTP: 429 it is too small, 400 the mapping is wrong, 403 the rights are.",
                    (
                        Query(
                            "sum by (http_status) (rate(elasticsearch_bulk_processor_errors{<here>}[R]))",
                            "{{http_status}}",
                        ),
                    ),
                ),
                Panel(
                    "Bulk requests to the search store, 95th percentile",
                    "s",
                    "How long the store itself took. Nothing at all while workflows run: it does not answer.",
                    (
                        Query(
                            "histogram_quantile(0.95, sum by (le) "
                            "(rate(elasticsearch_bulk_processor_bulk_request_took_latency_bucket{<here>}[R])))",
                            "p95",
                        ),
                    ),
                ),
                Panel(
                    "Archival by result",
                    "ops",
                    "Histories and visibility records brought to the archive. A workflow whose archival fails is not "
                    "deleted: watch the database grow. Empty without archival.",
                    (
                        Query(
                            "sum by (target, status) (rate(archiver_archive_target_latency_count{<here>}[R]))",
                            "{{target}} {{status}}",
                        ),
                    ),
                ),
                Panel(
                    "Archival to an address that is none",
                    "ops",
                    "Namespaces whose archive's URI is wrong. Zero; their closed workflows are not archived.",
                    (
                        Query(
                            "sum by (temporal_namespace, failure) (rate(archival_task_invalid_uri{<here>}[R]))",
                            "{{temporal_namespace}} {{failure}}",
                        ),
                    ),
                ),
                Panel(
                    "Archived in S3",
                    "ops",
                    "Histories brought to the bucket, and what the bucket answered instead. Empty without archival "
                    "in S3.",
                    (
                        Query("sum(rate(history_archiver_archive_success{<here>}[R]))", "archived"),
                        Query("sum(rate(history_archiver_archive_transient_error{<here>}[R]))", "to be tried again"),
                        Query("sum(rate(history_archiver_archive_non_retryable_error{<here>}[R]))", "given up"),
                    ),
                ),
                Panel(
                    "Failures of the system's workers",
                    "ops",
                    "Scavengers, batches, parents' policies, deletion of namespaces. Zero; what fails is tried again.",
                    (
                        Query("sum(rate(scavenger_errors{<here>}[R]))", "scavenger"),
                        Query("sum(rate(batcher_processor_errors{<here>}[R]))", "batch"),
                        Query("sum(rate(parent_close_policy_processor_errors{<here>}[R]))", "parent close policy"),
                        Query("sum(rate(delete_executions_failure{<here>}[R]))", "deletion"),
                    ),
                ),
            ),
        ),
        Row(
            "What the metrics cost",
            (
                Panel(
                    "Samples of each scrape",
                    "short",
                    "After relabelling. Grows with task queues, namespaces and types of workflows.",
                    (
                        Query(
                            'sum by (job) (scrape_samples_post_metric_relabeling{<here>, job=~"temporal-.*"})',
                            "{{job}}",
                        ),
                    ),
                ),
                Panel(
                    "Duration of a scrape",
                    "s",
                    "Well below the interval; a scrape that is cut off at its timeout loses the whole pod.",
                    (Query('max by (job) (scrape_duration_seconds{<here>, job=~"temporal-.*"})', "{{job}}"),),
                ),
            ),
            across=2,
        ),
    ),
)
