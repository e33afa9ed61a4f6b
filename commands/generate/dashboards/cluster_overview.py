"""Temporal / Cluster Overview: is it well, and if not, where to look."""

from commands.generate.dashboards.board import Board, Panel, Query, Row, quantiles, share
from commands.generate.dashboards.visibility import FAULTS

_ANSWERED = (
    'service_name="frontend", operation!~"Poll.*|UpdateWorkflowExecution|ExecuteMultiOperation|QueryWorkflow|'
    'DescribeActivityExecution|DescribeNexusOperationExecution"'
)
"""Calls that the server answers by itself; the others wait for a worker or for work."""

BOARD = Board(
    uid="temporal-cluster-overview",
    title="Temporal / Cluster Overview",
    description="The first look: what is up, what fails, how fast it answers, how far the work is behind.",
    rows=(
        Row(
            "State",
            (
                Panel(
                    "Healthy pods of each service",
                    "short",
                    "Targets that answer a scrape. As many as the service has pods; fewer than two leaves no "
                    "reserve, and a service that is missing here is down: look at its pods' events and the log of "
                    "the last one.",
                    (Query('count by (job) (up{<here>, job=~"temporal-.*"} == 1)', "{{job}}"),),
                    kind="stat",
                ),
                Panel(
                    "Kept of what is promised, 30 days",
                    "percentunit",
                    "Calls of the frontend that did not fail unexpectedly, and starts and signals that took half a "
                    "second at most. The stack says what it promises: 99.9 % and 99 % unless it was changed.",
                    (Query("1 - max by (slo) (slo:sli_error:ratio_rate30d{<here>})", "{{slo}}"),),
                    kind="stat",
                ),
                Panel(
                    "Shards with an owner",
                    "short",
                    "Sums to the number of history shards of the stack. While it is smaller, the workflows of the "
                    "others stand still; a rollout of history moves shards within seconds.",
                    (Query('sum(numshards_gauge{<here>, service_name="history"})', "shards"),),
                    kind="stat",
                ),
                Panel(
                    "Oldest task that waits for a worker",
                    "s",
                    "The head of the oldest backlog. Seconds are normal; minutes mean that workers are gone or too "
                    "few. The dashboard of activities shows which task queue.",
                    (Query('max(approximate_backlog_age_seconds{<here>, partition!="__sticky__"})', "age"),),
                    kind="stat",
                ),
            ),
            across=4,
            height=6,
        ),
        Row(
            "Alerts and versions",
            (
                Panel(
                    "Firing alerts",
                    "short",
                    "Alerts of this installation that fire now. Empty is normal.",
                    (
                        Query(
                            "sort_desc(count by (alertname, severity, temporal_namespace) "
                            '(ALERTS{<here>, alertstate="firing", component="temporal"}))'
                        ),
                    ),
                    kind="table",
                ),
                Panel(
                    "Versions that run",
                    "short",
                    "Pods of each service by the version of the server. One version, but for a rollout.",
                    (Query("count by (service_name, build_version) (build_information{<here>})"),),
                    kind="table",
                ),
            ),
            across=2,
            height=7,
        ),
        Row(
            "Pods and certificates",
            (
                Panel(
                    "Pods that are missing",
                    "short",
                    "Of each Deployment and StatefulSet: wanted, less available. Zero, but for a rollout.",
                    (
                        Query(
                            "sum by (deployment) (kube_deployment_spec_replicas{<kubernetes>}) - "
                            "sum by (deployment) (kube_deployment_status_replicas_available{<kubernetes>})",
                            "{{deployment}}",
                        ),
                        Query(
                            "sum by (statefulset) (kube_statefulset_replicas{<kubernetes>}) - "
                            "sum by (statefulset) (kube_statefulset_status_replicas_ready{<kubernetes>})",
                            "{{statefulset}}",
                        ),
                    ),
                ),
                Panel(
                    "Containers that cannot start",
                    "short",
                    "By the reason that Kubernetes gives. CrashLoopBackOff: read the log of the last one.",
                    (
                        Query(
                            "sum by (pod, reason) (kube_pod_container_status_waiting_reason{<kubernetes>})",
                            "{{pod}} {{reason}}",
                        ),
                    ),
                ),
                Panel(
                    "Certificates of cert-manager",
                    "s",
                    "Time until each expires. A saw that never falls below the time at which it is renewed. Empty "
                    "without cert-manager.",
                    (
                        Query(
                            "min by (name) (certmanager_certificate_expiration_timestamp_seconds{<kubernetes>} or "
                            "certmanager_certificate_expiration_timestamp_seconds{exported_<kubernetes>}) - time()",
                            "{{name}}",
                        ),
                    ),
                    alert="TemporalCertificateNotRenewed",
                ),
                Panel(
                    "Certificates that are not ready",
                    "short",
                    "1 for each that cert-manager could not issue or renew; its Certificate says why. Zero, but for "
                    "moments.",
                    (
                        Query(
                            "max by (name) (certmanager_certificate_ready_status"
                            '{<kubernetes>, condition="False"} or certmanager_certificate_ready_status'
                            '{exported_<kubernetes>, condition="False"})',
                            "{{name}}",
                        ),
                    ),
                ),
            ),
            across=2,
        ),
        Row(
            "Promises",
            (
                Panel(
                    "Budget of errors that is left",
                    "percentunit",
                    "Of the last 30 days. Falls with every failure and recovers as those get older. Below zero the "
                    "promise is broken: no risky change until it has recovered.",
                    (Query("min by (slo) (slo:period_error_budget_remaining:ratio{<here>})", "{{slo}}"),),
                ),
                Panel(
                    "How fast the budget burns",
                    "short",
                    "1: it would last exactly 30 days. Above 14.4 for an hour an alert wakes somebody up, above 3 "
                    "for a day one waits for the morning.",
                    (Query("max by (slo) (slo:current_burn_rate:ratio{<here>})", "{{slo}}"),),
                ),
            ),
            across=2,
        ),
        Row(
            "Calls",
            (
                Panel(
                    "Requests of each service",
                    "reqps",
                    "Calls without polls, which are most of the traffic and say nothing of the load. Follows the "
                    "business; a fall to zero while clients work means that they do not reach it.",
                    (
                        Query(
                            'sum by (service_name) (rate(service_requests{<here>, operation!~"Poll.*"}[R]))',
                            "{{service_name}}",
                        ),
                    ),
                ),
                Panel(
                    "Unexpected errors of each service",
                    "percentunit",
                    "Share of calls that failed for reasons of the server's own: not those that a caller can be "
                    "blamed for. Close to zero; above 5 % for ten minutes something is broken, most often the "
                    "database.",
                    (
                        Query(
                            share(
                                'sum by (service_name) (rate(service_errors{<here>, operation!~"Poll.*"}[R]))',
                                'sum by (service_name) (rate(service_requests{<here>, operation!~"Poll.*"}[R]))',
                            ),
                            "{{service_name}}",
                        ),
                    ),
                    alert="TemporalServiceErrorRatioHigh",
                ),
                Panel(
                    "Latency of the frontend",
                    "s",
                    "Calls that the server answers by itself. The 99th percentile is well below a second; above "
                    "five, look at the latency of the database first.",
                    quantiles(f"sum by (le) (rate(service_latency_bucket{{<here>, {_ANSWERED}}}[R]))"),
                    alert="TemporalFrontendLatencyP99High",
                ),
                Panel(
                    "State transitions",
                    "ops",
                    "The work that the cluster does, in the unit that it is sized by. Compare it with what was "
                    "measured for this size.",
                    (Query("sum(rate(state_transition_count_count{<here>}[R]))", "transitions"),),
                ),
                Panel(
                    "Throttled calls",
                    "ops",
                    "Calls refused because a limit was reached, by cause. None is normal; the cause says which limit.",
                    (
                        Query(
                            "sum by (resource_exhausted_cause) (rate(service_errors_resource_exhausted{<here>}[R]))",
                            "{{resource_exhausted_cause}}",
                        ),
                    ),
                ),
                Panel(
                    "Refused for lack of rights",
                    "ops",
                    "Calls that the authorizer turned away. Few and steady is somebody's old token; many is an "
                    "attack or a rotated key.",
                    (
                        Query(
                            "sum by (temporal_namespace) (rate(service_errors_unauthorized{<here>}[R]))",
                            "{{temporal_namespace}}",
                        ),
                    ),
                    alert="TemporalUnauthorizedSpike",
                ),
            ),
        ),
        Row(
            "Stores and work",
            (
                Panel(
                    "Failed calls to the database",
                    "percentunit",
                    "Share of the calls to the default store that failed. Zero; anything that lasts is an outage, a "
                    "failover or a full pool of connections. Timeouts are not in here: the dashboard of PostgreSQL "
                    "shows errors by type.",
                    (
                        Query(
                            share(
                                "sum by (service_name) (rate(persistence_errors{<here>}[R]))",
                                "sum by (service_name) (rate(persistence_requests{<here>}[R]))",
                            ),
                            "{{service_name}}",
                        ),
                    ),
                ),
                Panel(
                    "Failed calls to the visibility store",
                    "percentunit",
                    "Share of listing and indexing that failed. Workflows run on without it, but lists and searches "
                    "are wrong.",
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
                    "Shards of each pod",
                    "short",
                    "History shares its shards evenly. One pod with none, while others have more, has not joined the "
                    "ring.",
                    (Query('max by (pod) (numshards_gauge{<here>, service_name="history"})', "{{pod}}"),),
                    stacked=True,
                ),
                Panel(
                    "Workflows started and closed",
                    "ops",
                    "Closed keeps up with started over a day; a gap that only grows is work that piles up.",
                    (
                        Query(
                            'sum(rate(service_requests{<here>, service_name="frontend", '
                            'operation="StartWorkflowExecution"}[R]))',
                            "started",
                        ),
                        Query('sum(temporal:workflow_closed:rate10m{<here>, outcome!="continued_as_new"})', "closed"),
                    ),
                ),
                Panel(
                    "Tasks that wait",
                    "short",
                    "Tasks in the backlog of all task queues. Bursts are normal; a line that only rises needs workers.",
                    (
                        Query(
                            'sum by (task_type) (approximate_backlog_count{<here>, partition!="__sticky__"})',
                            "{{task_type}}",
                        ),
                    ),
                ),
                Panel(
                    "Certificates that expire",
                    "short",
                    "Of those that the server itself watches. Zero; it counts a certificate from the warning window "
                    "on.",
                    (
                        Query("max(certificates_expiring{<here>})", "expiring"),
                        Query("max(certificates_expired{<here>})", "expired"),
                    ),
                ),
            ),
        ),
    ),
)
