"""Temporal / Service Health: one service of the server, from its calls down to its pods."""

from commands.generate.dashboards.board import Board, Choice, Panel, Query, Row, share

_SERVICE = 'service_name=~"$service"'

BOARD = Board(
    uid="temporal-service-health",
    title="Temporal / Service Health",
    description="Calls, errors and latency of the chosen services, what they wait for, and what their pods use.",
    variables=(Choice("service", "Service", "label_values(service_requests{<here>}, service_name)"),),
    rows=(
        Row(
            "Calls",
            (
                Panel(
                    "Requests by operation",
                    "reqps",
                    "The fifteen operations that are called most. Polls are on top while nothing happens.",
                    (
                        Query(
                            f"topk(15, sum by (operation) (rate(service_requests{{<here>, {_SERVICE}}}[R])))",
                            "{{operation}}",
                        ),
                    ),
                ),
                Panel(
                    "Errors by type",
                    "ops",
                    "Every error, also those that a caller is to blame for: NotFound and AlreadyExists are normal, "
                    "Unavailable, Internal and DeadlineExceeded are not.",
                    (
                        Query(
                            f"sum by (error_type) (rate(service_error_with_type{{<here>, {_SERVICE}}}[R]))",
                            "{{error_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Unexpected errors",
                    "percentunit",
                    "Share of calls that failed for reasons of the server's own. Close to zero.",
                    (
                        Query(
                            share(
                                f"sum by (service_name) (rate(service_errors{{<here>, {_SERVICE}, "
                                'operation!~"Poll.*"}[R]))',
                                f"sum by (service_name) (rate(service_requests{{<here>, {_SERVICE}, "
                                'operation!~"Poll.*"}[R]))',
                            ),
                            "{{service_name}}",
                        ),
                    ),
                    alert="TemporalServiceErrorRatioHigh",
                ),
                Panel(
                    "Refused for lack of rights",
                    "ops",
                    "Calls that the authorizer turned away, by namespace. Few and steady is somebody's old token; "
                    "many is an attack or a rotated key.",
                    (
                        Query(
                            f"sum by (temporal_namespace) (rate(service_errors_unauthorized{{<here>, {_SERVICE}}}[R]))",
                            "{{temporal_namespace}}",
                        ),
                    ),
                    alert="TemporalUnauthorizedSpike",
                ),
                Panel(
                    "Authorization, 99th percentile",
                    "s",
                    "How long it takes to decide whether a call is allowed. Milliseconds; keys that cannot be "
                    "fetched show here first.",
                    (
                        Query(
                            "histogram_quantile(0.99, sum by (le) "
                            f"(rate(service_authorization_latency_bucket{{<here>, {_SERVICE}}}[R])))",
                            "p99",
                        ),
                    ),
                ),
                Panel(
                    "Throttling by cause",
                    "ops",
                    "RpsLimit and ConcurrentLimit are limits of the dynamic config, PersistenceLimit and "
                    "SystemOverloaded the database's, BusyWorkflow one workflow that everybody signals.",
                    (
                        Query(
                            "sum by (resource_exhausted_cause, resource_exhausted_scope) "
                            f"(rate(service_errors_resource_exhausted{{<here>, {_SERVICE}}}[R]))",
                            "{{resource_exhausted_cause}} {{resource_exhausted_scope}}",
                        ),
                    ),
                ),
                Panel(
                    "Latency by operation, 99th percentile",
                    "s",
                    "Without the wait for a workflow's lock. Below a second, but for calls that wait for a worker.",
                    (
                        Query(
                            "topk(15, histogram_quantile(0.99, sum by (le, operation) "
                            f"(rate(service_latency_nouserlatency_bucket{{<here>, {_SERVICE}, "
                            'operation!~"Poll.*"}[R]))))',
                            "{{operation}}",
                        ),
                    ),
                ),
                Panel(
                    "Wait for a workflow's lock, 99th percentile",
                    "s",
                    "Calls for one workflow go one after the other. High: a workflow that gets more signals or "
                    "updates than it can take.",
                    (
                        Query(
                            "topk(15, histogram_quantile(0.99, sum by (le, operation) "
                            f"(rate(service_latency_userlatency_bucket{{<here>, {_SERVICE}}}[R]))))",
                            "{{operation}}",
                        ),
                    ),
                ),
                Panel(
                    "Failed calls to other services",
                    "ops",
                    "By the service called. Bursts while pods are replaced; what lasts is a service that is down or "
                    "a broken ring.",
                    (
                        Query(
                            f"sum by (service_role, operation) (rate(client_errors{{<here>, {_SERVICE}}}[R]))",
                            "{{service_role}} {{operation}}",
                        ),
                    ),
                ),
                Panel(
                    "Latency of the database by operation, 95th percentile",
                    "s",
                    "As this service sees it. Milliseconds; above half a second everything waits.",
                    (
                        Query(
                            "topk(15, histogram_quantile(0.95, sum by (le, operation) "
                            f"(rate(persistence_latency_bucket{{<here>, {_SERVICE}}}[R]))))",
                            "{{operation}}",
                        ),
                    ),
                ),
                Panel(
                    "Calls that are open",
                    "short",
                    "Long polls above all, counted for each namespace. As many as there are pollers; at the limit of "
                    "a namespace further ones are refused.",
                    (Query(f"sum by (operation) (service_pending_requests{{<here>, {_SERVICE}}})", "{{operation}}"),),
                ),
                Panel(
                    "Panics",
                    "short",
                    "Handlers that panicked in the last hour. Always zero; the log has the stack.",
                    (
                        Query(
                            f"sum by (service_name) (increase(service_panics{{<here>, {_SERVICE}}}[1h]))",
                            "{{service_name}}",
                        ),
                    ),
                ),
            ),
        ),
        Row(
            "Processes",
            (
                Panel(
                    "gRPC connections",
                    "short",
                    "Of each pod. Uneven is normal for long connections; a pod with none gets no work.",
                    (Query(f"sum by (pod) (service_grpc_conn_active{{<here>, {_SERVICE}}})", "{{pod}}"),),
                ),
                Panel(
                    "Heap in use",
                    "bytes",
                    "A saw. A floor that only rises is a leak or a cache that grows: compare with the memory of the "
                    "container.",
                    (Query(f"max by (pod) (memory_heapinuse{{<here>, {_SERVICE}}})", "{{pod}}"),),
                ),
                Panel(
                    "Goroutines",
                    "short",
                    "Follows connections and shards. A straight climb is a leak.",
                    (Query(f"max by (pod) (num_goroutines{{<here>, {_SERVICE}}})", "{{pod}}"),),
                ),
            ),
        ),
        Row(
            "Pods of the installation",
            (
                Panel(
                    "CPU, of what is requested",
                    "percentunit",
                    "Of each pod. History below 80 % has room for a failover. The server has no limit: it may go "
                    "above 100 %.",
                    (
                        Query(
                            'sum by (pod) (rate(container_cpu_usage_seconds_total{<kubernetes>, container!=""}[R])) / '
                            'sum by (pod) (kube_pod_container_resource_requests{<kubernetes>, resource="cpu"})',
                            "{{pod}}",
                        ),
                    ),
                ),
                Panel(
                    "Memory, of the limit",
                    "percentunit",
                    "Of each pod. Above 90 % the kernel is close to ending it.",
                    (
                        Query(
                            'sum by (pod) (container_memory_working_set_bytes{<kubernetes>, container!=""}) / '
                            'sum by (pod) (kube_pod_container_resource_limits{<kubernetes>, resource="memory"})',
                            "{{pod}}",
                        ),
                    ),
                ),
                Panel(
                    "CPU throttling",
                    "percentunit",
                    "Zero: no container of the server has a limit. Anything else is a limit that somebody else set.",
                    (
                        Query(
                            "sum by (pod) (rate(container_cpu_cfs_throttled_periods_total{<kubernetes>}[R])) / "
                            "sum by (pod) (rate(container_cpu_cfs_periods_total{<kubernetes>}[R]))",
                            "{{pod}}",
                        ),
                    ),
                ),
                Panel(
                    "Restarts of containers",
                    "short",
                    "In the last hour. Zero; several of one pod are a crash loop: read the log of the last one.",
                    (
                        Query(
                            "sum by (pod, container) "
                            "(increase(kube_pod_container_status_restarts_total{<kubernetes>}[1h]))",
                            "{{pod}} {{container}}",
                        ),
                    ),
                ),
                Panel(
                    "Containers that cannot start",
                    "short",
                    "By the reason that Kubernetes gives. Empty, but for moments while pods are made.",
                    (
                        Query(
                            "sum by (pod, reason) (kube_pod_container_status_waiting_reason{<kubernetes>})",
                            "{{pod}} {{reason}}",
                        ),
                    ),
                ),
                Panel(
                    "Containers that ran out of memory",
                    "short",
                    "Those whose last end was the kernel's doing. Empty; give the service more memory, or look for "
                    "what grew.",
                    (
                        Query(
                            "sum by (pod, container) "
                            '(kube_pod_container_status_last_terminated_reason{<kubernetes>, reason="OOMKilled"})',
                            "{{pod}} {{container}}",
                        ),
                    ),
                ),
                Panel(
                    "Pods that are not ready",
                    "short",
                    "By pod. Zero, but for moments while pods are replaced.",
                    (Query('sum by (pod) (kube_pod_status_ready{<kubernetes>, condition="false"})', "{{pod}}"),),
                ),
                Panel(
                    "Network",
                    "Bps",
                    "Received by each pod. History and the database are on top.",
                    (Query("sum by (pod) (rate(container_network_receive_bytes_total{<kubernetes>}[R]))", "{{pod}}"),),
                ),
            ),
        ),
    ),
)
