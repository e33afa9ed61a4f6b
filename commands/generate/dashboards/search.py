"""Temporal / Search store: OpenSearch or Elasticsearch as Temporal sees it, and as its own exporter does."""

from commands.generate.dashboards.board import Board, Panel, Query, Row
from commands.generate.dashboards.visibility import WRITES

BOARD = Board(
    uid="temporal-search",
    title="Temporal / Search store",
    description="Temporal's view of its search store, then the exporter's. Empty for searches in PostgreSQL; for a "
    "domain of Amazon OpenSearch Service the alarms in CloudWatch watch the nodes themselves.",
    rows=(
        Row(
            "As Temporal sees it",
            (
                Panel(
                    "Calls",
                    "ops",
                    "By operation. Writes follow the workflows, lists and counts the people and the Web UI.",
                    (
                        Query(
                            "sum by (operation) (rate(visibility_persistence_requests{<here>}[R]))",
                            "{{operation}}",
                        ),
                    ),
                ),
                Panel(
                    "Writes, 95th percentile",
                    "s",
                    "From the taking of a record to its being written: how far lists lag behind. Below a few seconds.",
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
                    "Refused writes",
                    "ops",
                    "By the status of HTTP: 0 no answer, 429 too much at once, 400 the mapping is wrong, 403 the "
                    "rights are.",
                    (
                        Query(
                            "sum by (http_status) (rate(elasticsearch_bulk_processor_errors{<here>}[R]))",
                            "{{http_status}}",
                        ),
                    ),
                ),
                Panel(
                    "Waiting writes",
                    "short",
                    "Begun and not ended. A few under load; while the store is away it grows to 512 a pod of history, "
                    "which then begins no more.",
                    (
                        Query(
                            f"sum(visibility_persistence_requests{{<here>, {WRITES}}}) "
                            f"- sum(visibility_persistence_latency_count{{<here>, {WRITES}}})",
                            "waiting",
                        ),
                    ),
                ),
            ),
        ),
        Row(
            "The cluster",
            (
                Panel(
                    "Answers its exporter",
                    "short",
                    "One. Zero when it does not answer or refuses the login, nothing when the exporter is away.",
                    (Query("max(elasticsearch_clusterinfo_up{<here>})", "up"),),
                    kind="stat",
                ),
                Panel(
                    "Health",
                    "short",
                    "The color that is one. Yellow: a copy is on no node. Red: part of an index is on none, and not "
                    "found. One node alone is yellow when an index wants copies.",
                    (Query("max by (color) (elasticsearch_cluster_health_status{<here>})", "{{color}}"),),
                ),
                Panel(
                    "Nodes",
                    "short",
                    "As many as there should be.",
                    (
                        Query("max(elasticsearch_cluster_health_number_of_nodes{<here>})", "all"),
                        Query("max(elasticsearch_cluster_health_number_of_data_nodes{<here>})", "with data"),
                    ),
                ),
                Panel(
                    "Shards on no node",
                    "short",
                    "Zero, but for minutes after a node went or came.",
                    (Query("max(elasticsearch_cluster_health_unassigned_shards{<here>})", "shards"),),
                ),
                Panel(
                    "Waiting changes of the cluster",
                    "short",
                    "Zero nearly always. A line that stays: the elected node cannot keep up.",
                    (Query("max(elasticsearch_cluster_health_number_of_pending_tasks{<here>})", "tasks"),),
                ),
                Panel(
                    "Documents",
                    "short",
                    "One for each execution, and once more for each copy. Levels off when retention deletes as much as "
                    "comes in.",
                    (Query("sum(elasticsearch_indices_docs{<here>})", "documents"),),
                ),
            ),
        ),
        Row(
            "The nodes",
            (
                Panel(
                    "Disk, in use",
                    "percentunit",
                    "Of each node's volume, whoever else writes there. At 95 % writes are blocked.",
                    (
                        Query(
                            "max by (name) (1 - elasticsearch_filesystem_data_available_bytes{<here>} / "
                            "elasticsearch_filesystem_data_size_bytes{<here>})",
                            "{{name}}",
                        ),
                    ),
                    alert="TemporalSearchDiskFilling",
                ),
                Panel(
                    "Size of the indexes",
                    "bytes",
                    "By node, copies included.",
                    (Query("max by (name) (elasticsearch_indices_store_size_bytes{<here>})", "{{name}}"),),
                ),
                Panel(
                    "Heap, in use",
                    "percentunit",
                    "A saw: Java cleans up now and then. Worry when it does not come down again.",
                    (
                        Query(
                            'max by (name) (elasticsearch_jvm_memory_used_bytes{<here>, area="heap"} / '
                            'elasticsearch_jvm_memory_max_bytes{<here>, area="heap"})',
                            "{{name}}",
                        ),
                    ),
                    alert="TemporalSearchHeapHigh",
                ),
                Panel(
                    "Time spent cleaning up",
                    "percentunit",
                    "Of each node's time, by Java's collectors. A few percent; a tenth: the heap is too small.",
                    (
                        Query(
                            "sum by (name, gc) (rate(elasticsearch_jvm_gc_collection_seconds_sum{<here>}[R]))",
                            "{{name}} {{gc}}",
                        ),
                    ),
                ),
                Panel(
                    "CPU",
                    "percent",
                    "Of the machine, by node. Long at the top: lists are slow before writes are.",
                    (Query("max by (name) (elasticsearch_process_cpu_percent{<here>})", "{{name}}"),),
                ),
                Panel(
                    "Requests refused for memory",
                    "short",
                    "In the last hour, by breaker. Zero; the breaker parent means that the whole heap was full.",
                    (
                        Query(
                            "sum by (name, breaker) (increase(elasticsearch_breakers_tripped{<here>}[1h]))",
                            "{{name}} {{breaker}}",
                        ),
                    ),
                ),
                Panel(
                    "Records written",
                    "ops",
                    "By node, copies included.",
                    (Query("sum by (name) (rate(elasticsearch_indices_indexing_index_total{<here>}[R]))", "{{name}}"),),
                ),
                Panel(
                    "Searches",
                    "ops",
                    "By node, for each part of the index that is asked.",
                    (Query("sum by (name) (rate(elasticsearch_indices_search_query_total{<here>}[R]))", "{{name}}"),),
                ),
                Panel(
                    "Time of a search",
                    "s",
                    "On average. Milliseconds; sorting and filters on text cost more.",
                    (
                        Query(
                            "sum by (name) (rate(elasticsearch_indices_search_query_time_seconds{<here>}[R])) / "
                            "sum by (name) (rate(elasticsearch_indices_search_query_total{<here>}[R]))",
                            "{{name}}",
                        ),
                    ),
                ),
                Panel(
                    "Waiting requests",
                    "short",
                    "By node and kind. Short peaks; full queues turn requests away.",
                    (
                        Query(
                            "sum by (name, type) "
                            '(elasticsearch_thread_pool_queue_count{<here>, type=~"write|search|get"})',
                            "{{name}} {{type}}",
                        ),
                    ),
                ),
                Panel(
                    "Requests turned away",
                    "ops",
                    "By node and kind. Zero: writes are tried again by history, searches fail.",
                    (
                        Query(
                            "sum by (name, type) "
                            '(rate(elasticsearch_thread_pool_rejected_count{<here>, type=~"write|search|get"}[R]))',
                            "{{name}} {{type}}",
                        ),
                    ),
                ),
            ),
        ),
    ),
)
