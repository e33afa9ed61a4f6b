"""The pods of a workload: confined, with the application's connection, told what their stack file says of them."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.handles import ApplicationConnection, UsedDatabase
from components.kubernetes import Installation, content_hash, mount, scratch_volume, secret_volume
from components.pods import environment, planned_resources, pod_spec, restricted_container
from components.traces import TracedPod
from components.workloads import volumes
from settings.scalars import milliseconds_of
from settings.traces import Traces
from settings.workload_plan import TURNED_AWAY, WorkloadPlan
from settings.workloads import AnyWorkload, Api, HttpProbe, Probe

_CLIENT: Final = "temporal-client"
_DATABASE: Final = "temporal-database-of"
_ALIVE_SECONDS: Final = 10
_ALIVE_FAILURES: Final = 6
_START_SECONDS: Final = 5


def pod_template(
    installation: Installation,
    workload: AnyWorkload,
    plan: WorkloadPlan,
    connection: ApplicationConnection,
    databases: Sequence[UsedDatabase],
    *,
    traces: Traces | None,
    labels: Mapping[str, str],
    selector: Mapping[str, str],
    account: pulumi.Input[str],
) -> k8s.core.v1.PodTemplateSpecArgs:
    """Pods that restart with what they are told, and with what of their connection and their databases a program reads
    only once."""
    scraped = (
        {"prometheus.io/scrape": "true", "prometheus.io/port": str(workload.metrics_port)}
        if workload.metrics_port
        else {}
    )
    traced = (
        TracedPod(
            said=traces,
            installation=installation.name,
            namespace=connection.namespace,
            container=workload.kind,
            service=workload.name,
        )
        if traces
        else None
    )
    words = [*connection.words, *(word for database in databases for word in database.words)]
    return k8s.core.v1.PodTemplateSpecArgs(
        metadata=k8s.meta.v1.ObjectMetaArgs(
            labels=dict(labels),
            annotations={
                **scraped,
                **plan.pod.scheduling.annotations,
                "temporal-platform/config-hash": pulumi.Output.all(*words).apply(lambda words: content_hash(*words)),
            },
        ),
        spec=pod_spec(
            installation,
            plan.pod.scheduling,
            uid=workload.user,
            container=_container(workload, plan, connection, databases, traced),
            volumes=[
                secret_volume(_CLIENT, connection.secret),
                scratch_volume("tmp"),
                *(secret_volume(_volume(each), each.secret, [each.authority]) for each in databases),
                *(traced.volumes().values() if traced else ()),
                *volumes.sources(workload),
            ],
            account=account,
            grace_seconds=plan.grace_seconds,
            apart=selector,
            pull_secrets=workload.pull_secrets,
        ),
    )


def _container(
    workload: AnyWorkload,
    plan: WorkloadPlan,
    connection: ApplicationConnection,
    databases: Sequence[UsedDatabase],
    traced: TracedPod | None,
) -> k8s.core.v1.ContainerArgs:
    ports = {"http": workload.port} if isinstance(workload, Api) else {}
    ports |= {"metrics": workload.metrics_port} if workload.metrics_port else {}
    source = k8s.core.v1.ConfigMapEnvSourceArgs(name=connection.config_map)
    liveness = workload.probes.liveness
    return k8s.core.v1.ContainerArgs(
        name=workload.kind,
        image=workload.image,
        image_pull_policy="IfNotPresent",
        command=list(workload.command) or None,
        args=list(workload.args) or None,
        env_from=[k8s.core.v1.EnvFromSourceArgs(config_map_ref=source)],
        env=[
            # What a program's own words say of traces holds.
            *(traced.variables({*plan.pod.environment, *plan.pod.secret_environment}) if traced else ()),
            *environment({**plan.variables, **_trusted(databases)}, plan.pod),
        ],
        ports=[k8s.core.v1.ContainerPortArgs(name=name, container_port=port) for name, port in ports.items()],
        startup_probe=_probe(
            workload,
            liveness,
            period=_START_SECONDS,
            failures=max(math.ceil(milliseconds_of(workload.probes.start_within) / 1000 / _START_SECONDS), 1),
        )
        if liveness
        else None,
        readiness_probe=_readiness(workload),
        liveness_probe=_probe(workload, liveness, period=_ALIVE_SECONDS, failures=_ALIVE_FAILURES)
        if liveness
        else None,
        lifecycle=_lifecycle(workload),
        volume_mounts=[
            mount(_CLIENT, connection.mount),
            mount("tmp", "/tmp", writable=True),  # noqa: S108
            *(mount(_volume(each), each.folder) for each in databases),
            *(traced.mounts() if traced else ()),
            *volumes.mounts(workload),
        ],
        resources=planned_resources(plan.pod),
        security_context=restricted_container(),
    )


def _volume(database: UsedDatabase) -> str:
    return f"{_DATABASE}-{database.name}"


def _trusted(databases: Sequence[UsedDatabase]) -> dict[str, str]:
    """For drivers that take authorities from no URL. Of several databases the first one's: without words in the stack
    file all of them have those of the region."""
    if not databases:
        return {}
    first = databases[0]
    return {"PGSSLROOTCERT": f"{first.folder}/{first.authority}"}


def _readiness(workload: AnyWorkload) -> k8s.core.v1.ProbeArgs | None:
    if workload.probes.readiness:
        return _probe(workload, workload.probes.readiness, period=5, failures=3)
    if isinstance(workload, Api):
        return k8s.core.v1.ProbeArgs(tcp_socket=k8s.core.v1.TCPSocketActionArgs(port="http"), period_seconds=5)
    return None


def _probe(workload: AnyWorkload, said: Probe, *, period: int, failures: int) -> k8s.core.v1.ProbeArgs:
    if isinstance(said, HttpProbe):
        port = said.port or (workload.port if isinstance(workload, Api) else None)
        return k8s.core.v1.ProbeArgs(
            http_get=k8s.core.v1.HTTPGetActionArgs(path=said.path, port=port or ""),
            period_seconds=period,
            timeout_seconds=5,
            failure_threshold=failures,
        )
    return k8s.core.v1.ProbeArgs(
        exec_=k8s.core.v1.ExecActionArgs(command=list(said.command)),
        period_seconds=period,
        timeout_seconds=5,
        failure_threshold=failures,
    )


def _lifecycle(workload: AnyWorkload) -> k8s.core.v1.LifecycleArgs | None:
    """An API goes on until nobody is led to it any more; a worker is led to by nobody."""
    if not isinstance(workload, Api):
        return None
    return k8s.core.v1.LifecycleArgs(
        pre_stop=k8s.core.v1.LifecycleHandlerArgs(sleep=k8s.core.v1.SleepActionArgs(seconds=TURNED_AWAY))
    )
