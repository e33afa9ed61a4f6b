"""Parameters of PostgreSQL that tests look for in a running one."""

PARAMETERS = {
    "effective_cache_size": "1GB",
    "max_wal_size": "1GB",
    "maintenance_work_mem": "64MB",
    "work_mem": "1280kB",
    "min_wal_size": "256MB",
    "checkpoint_completion_target": "0.9",
    "wal_buffers": "16MB",
    "default_statistics_target": "100",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "200",
    "max_worker_processes": "8",
    "max_parallel_workers_per_gather": "4",
    "max_parallel_workers": "8",
    "max_parallel_maintenance_workers": "4",
}
"""Those of examples/stacks/004-mycelium.yaml."""
