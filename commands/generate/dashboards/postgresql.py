"""Temporal / PostgreSQL: the database as Temporal sees it, and as its own exporters do."""

from commands.generate.dashboards.board import Board, Panel, Query, Row

BOARD = Board(
    uid="temporal-postgresql",
    title="Temporal / PostgreSQL",
    description="Temporal's view of its database, then the exporter's, and CloudNativePG's own where it runs the "
    "database. For RDS the alarms in CloudWatch watch the instance itself.",
    rows=(
        Row(
            "As Temporal sees it",
            (
                Panel(
                    "Calls",
                    "ops",
                    "By operation. Follows the load; UpdateWorkflowExecution and AppendHistoryNodes are on top.",
                    (Query("topk(15, sum by (operation) (rate(persistence_requests{<here>}[R])))", "{{operation}}"),),
                ),
                Panel(
                    "Latency, 95th percentile",
                    "s",
                    "By operation. Milliseconds; above half a second for ten minutes an alert fires.",
                    (
                        Query(
                            "topk(10, histogram_quantile(0.95, sum by (le, operation) "
                            "(rate(persistence_latency_bucket{<here>}[R]))))",
                            "{{operation}}",
                        ),
                    ),
                    alert="TemporalPersistenceLatencyHigh",
                ),
                Panel(
                    "Errors by type",
                    "ops",
                    "ConditionFailed and EntityNotExists belong to the way Temporal works. Unavailable, Timeout and "
                    "ResourceExhausted do not.",
                    (Query("sum by (error_type) (rate(persistence_error_with_type{<here>}[R]))", "{{error_type}}"),),
                ),
                Panel(
                    "Connections in use",
                    "percentunit",
                    "Of each pool's maximum, by pod. Above 90 % calls wait for a connection: look for slow queries "
                    "before raising the limit.",
                    (
                        Query(
                            "max by (pod, db_kind) (persistence_sql_in_use{<here>} / "
                            "persistence_sql_max_open_conn{<here>})",
                            "{{pod}} {{db_kind}}",
                        ),
                    ),
                    alert="TemporalDBPoolSaturated",
                ),
                Panel(
                    "Open connections",
                    "short",
                    "Of all pods together, by store. What the database must bear beside everybody else's.",
                    (
                        Query("sum by (db_kind) (persistence_sql_open_conn{<here>})", "open: {{db_kind}}"),
                        Query("sum by (db_kind) (persistence_sql_idle_conn{<here>})", "idle: {{db_kind}}"),
                    ),
                ),
                Panel(
                    "Renewed pools of connections",
                    "short",
                    "In the last hour. Zero; a failover or new credentials renew them, failures are pods that cannot "
                    "come back.",
                    (
                        Query(
                            "sum by (pod) (increase(persistence_session_refresh_attempts{<here>}[1h]))",
                            "tried: {{pod}}",
                        ),
                        Query(
                            "sum by (pod) (increase(persistence_session_refresh_failures{<here>}[1h]))",
                            "failed: {{pod}}",
                        ),
                    ),
                ),
            ),
        ),
        Row(
            "As postgres_exporter sees it",
            (
                Panel(
                    "Up",
                    "short",
                    "1: the exporter can ask the database. Empty without the exporter.",
                    (Query("min by (server) (pg_up{<here>})", "{{server}}"),),
                ),
                Panel(
                    "Connections by state",
                    "short",
                    "Sum well below max_connections. Many idle in transaction is a client that forgot to end one.",
                    (
                        Query("sum by (state) (pg_stat_activity_count{<here>})", "{{state}}"),
                        Query("max(pg_settings_max_connections{<here>})", "max_connections"),
                    ),
                ),
                Panel(
                    "Longest transaction",
                    "s",
                    "Seconds. A transaction of minutes keeps vacuum from its work and locks others out.",
                    (
                        Query(
                            "max by (datname, state) (pg_stat_activity_max_tx_duration{<here>})",
                            "{{datname}} {{state}}",
                        ),
                    ),
                ),
                Panel(
                    "Transactions",
                    "ops",
                    "Committed and rolled back, by database. Few rollbacks: Temporal's conditional writes.",
                    (
                        Query(
                            "sum by (datname) (rate(pg_stat_database_xact_commit{<here>}[R]))", "committed: {{datname}}"
                        ),
                        Query(
                            "sum by (datname) (rate(pg_stat_database_xact_rollback{<here>}[R]))",
                            "rolled back: {{datname}}",
                        ),
                    ),
                ),
                Panel(
                    "Deadlocks",
                    "short",
                    "In the last hour. Now and then one is harmless; many belong to a wrong index or foreign clients.",
                    (Query("sum by (datname) (increase(pg_stat_database_deadlocks{<here>}[1h]))", "{{datname}}"),),
                ),
                Panel(
                    "Read from memory",
                    "percentunit",
                    "Blocks found in the buffers. Above 99 %; less means that shared_buffers are too small for what "
                    "is in use.",
                    (
                        Query(
                            "sum by (datname) (rate(pg_stat_database_blks_hit{<here>}[R])) / ("
                            "sum by (datname) (rate(pg_stat_database_blks_hit{<here>}[R])) + "
                            "sum by (datname) (rate(pg_stat_database_blks_read{<here>}[R])))",
                            "{{datname}}",
                        ),
                    ),
                ),
                Panel(
                    "Size of the databases",
                    "bytes",
                    "Levels off when retention deletes as much as comes in. A line that only rises: retention, "
                    "archival or dead rows.",
                    (Query("max by (datname) (pg_database_size_bytes{<here>})", "{{datname}}"),),
                ),
                Panel(
                    "Dead rows",
                    "short",
                    "The ten tables with most. A saw: autovacuum comes and goes. A climb: it cannot keep up, or "
                    "something blocks it.",
                    (Query("topk(10, max by (relname) (pg_stat_user_tables_n_dead_tup{<here>}))", "{{relname}}"),),
                ),
                Panel(
                    "Lag of the replica",
                    "s",
                    "Zero or seconds. A failover loses what a lagging asynchronous replica has not got.",
                    (Query("max by (server) (pg_replication_lag_seconds{<here>})", "{{server}}"),),
                    alert="TemporalPostgresReplicaLag",
                ),
            ),
        ),
        Row(
            "As CloudNativePG sees it",
            (
                Panel(
                    "Instances that answer",
                    "short",
                    "As many as the Cluster has. Empty without CloudNativePG.",
                    (Query("sum(cnpg_collector_up{<here>})", "instances"),),
                ),
                Panel(
                    "Lag of standbys",
                    "s",
                    "By pod. Seconds at most.",
                    (Query("max by (pod) (cnpg_pg_replication_lag{<here>})", "{{pod}}"),),
                    alert="TemporalCloudNativePGReplicaLag",
                ),
                Panel(
                    "Standbys that stream",
                    "short",
                    "Of the primary: one less than there are instances.",
                    (Query("max by (pod) (cnpg_pg_replication_streaming_replicas{<here>})", "{{pod}}"),),
                ),
                Panel(
                    "Connections by database",
                    "short",
                    "Sum below max_connections.",
                    (
                        Query("sum by (datname) (cnpg_backends_total{<here>})", "{{datname}}"),
                        Query('max(cnpg_pg_settings_setting{<here>, name="max_connections"})', "max_connections"),
                    ),
                ),
                Panel(
                    "Archived WAL",
                    "ops",
                    "Segments archived and failed. Failures fill the volume with WAL and leave no way back to a "
                    "point in time.",
                    (
                        Query("sum(rate(cnpg_pg_stat_archiver_archived_count{<here>}[R]))", "archived"),
                        Query("sum(rate(cnpg_pg_stat_archiver_failed_count{<here>}[R]))", "failed"),
                    ),
                ),
                Panel(
                    "Age of the last backup",
                    "s",
                    "Not more than the interval of the backups. A failed one that is younger than the last good one "
                    "wants a look.",
                    (
                        Query("time() - max(cnpg_collector_last_available_backup_timestamp{<here>} > 0)", "good"),
                        Query("time() - max(cnpg_collector_last_failed_backup_timestamp{<here>} > 0)", "failed"),
                    ),
                ),
            ),
        ),
        Row(
            "Volumes",
            (
                Panel(
                    "Free on volumes",
                    "percentunit",
                    "Of those in the installation's namespace. Below 15 %: make it larger before it is full.",
                    (
                        Query(
                            "min by (persistentvolumeclaim) (kubelet_volume_stats_available_bytes{<kubernetes>} / "
                            "kubelet_volume_stats_capacity_bytes{<kubernetes>})",
                            "{{persistentvolumeclaim}}",
                        ),
                    ),
                    alert="TemporalVolumeFilling",
                ),
                Panel(
                    "Used on volumes",
                    "bytes",
                    "How fast they fill.",
                    (
                        Query(
                            "max by (persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes{<kubernetes>} - "
                            "kubelet_volume_stats_available_bytes{<kubernetes>})",
                            "{{persistentvolumeclaim}}",
                        ),
                    ),
                ),
            ),
            across=2,
        ),
    ),
)
