"""Workloads that find what they name, and whose words go together."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.nearest import nearest
from settings.rules.contradiction import Contradiction
from settings.traces import FOLDER
from settings.volumes import ClaimVolume
from settings.workload_plan import OWN_PREFIX, PORT, SPOT_NOTICE, leaving_seconds, shutdown_seconds, single_volumes
from settings.workloads import Api, HttpProbe, Worker

if TYPE_CHECKING:
    from settings.model import Settings

TAKEN_PATHS: Final = ("/tmp", "/etc/temporal/client", FOLDER)  # noqa: S108
"""Where every workload has something."""


def workloads_have_an_application(settings: "Settings") -> Iterator[Contradiction]:
    """Without a connection a program finds no Temporal."""
    known = [application.namespace for application in settings.applications]
    for index, workload in enumerate(settings.workloads):
        if workload.application not in known:
            yield Contradiction(
                location=("workloads", index, "application"),
                found=workload.application,
                allowed="a namespace from temporal:applications",
                figures=f" ({', '.join(known) or 'none there'}){nearest(workload.application, known)}",
                figures_of="applications",
            )


def each_workload_once(settings: "Settings") -> Iterator[Contradiction]:
    """Two of one name in one namespace would be one Deployment."""
    seen: set[tuple[str, str]] = set()
    for index, workload in enumerate(settings.workloads):
        place = (workload.application, workload.name)
        if place in seen:
            yield Contradiction(
                location=("workloads", index, "name"), found=workload.name, allowed="each name once in an application"
            )
        seen.add(place)


def one_sets_the_number_of_workers(settings: "Settings") -> Iterator[Contradiction]:
    """With both, one of them would be a lie."""
    for index, worker in _workers(settings):
        if worker.replicas and worker.autoscaling:
            yield Contradiction(
                location=("workloads", index, "replicas"),
                found=worker.replicas,
                allowed="replicas or autoscaling, not both: with autoscaling its min and max say how many pods",
            )


def backlog_bounds_are_in_order(settings: "Settings") -> Iterator[Contradiction]:
    """KEDA refuses a scaler whose fewest pods are more than its most."""
    for index, worker in _workers(settings):
        scaled = worker.autoscaling
        if scaled and scaled.min > scaled.max:
            yield Contradiction(
                location=("workloads", index, "autoscaling", "min"),
                found=scaled.min,
                allowed="at most autoscaling.max",
                figures=f", which is {scaled.max}",
            )


def variables_are_not_the_connections(settings: "Settings") -> Iterator[Contradiction]:
    """A program that is told of another Temporal than its connection's presents its certificate to strangers."""
    for index, workload in enumerate(settings.workloads):
        names = [("environment", name) for name in workload.environment]
        names += [("secretEnvironment", name) for name in workload.secret_environment]
        for key, name in names:
            if name.startswith(OWN_PREFIX) or (name == PORT and isinstance(workload, Api)):
                yield Contradiction(
                    location=("workloads", index, key, name),
                    found=name,
                    instead="not here",
                    allowed=f"any variable but {OWN_PREFIX}…, which the connection and the workload's own keys set"
                    + (f", and {PORT}, which is its port" if isinstance(workload, Api) else ""),
                )


def volumes_have_room(settings: "Settings") -> Iterator[Contradiction]:
    """A volume of one pod is never where a second one is; a path has one volume, a name too."""
    for index, workload in enumerate(settings.workloads):
        scaled = workload.autoscaling if isinstance(workload, Worker) else None
        if (scaled.max if scaled else workload.replicas or 1) > 1:
            for number in single_volumes(workload):
                yield Contradiction(
                    location=("workloads", index, "volumes", number, "accessMode"),
                    found="ReadWriteOnce",
                    allowed=f"ReadWriteMany with {'autoscaling.max' if scaled else 'replicas'} above 1: the second pod "
                    "would wait for the volume for ever",
                )
        names = [volume.name for volume in workload.volumes]
        for number, volume in enumerate(workload.volumes):
            before = [*TAKEN_PATHS, *(each.path for each in workload.volumes[:number])]
            if volume.name in names[:number]:
                yield Contradiction(
                    location=("workloads", index, "volumes", number, "name"),
                    found=volume.name,
                    allowed="each name once in a workload",
                )
            if any(_overlap(volume.path, path) for path in before):
                yield Contradiction(
                    location=("workloads", index, "volumes", number, "path"),
                    found=volume.path,
                    allowed=f"a path that neither holds nor is in another volume's, {' or '.join(TAKEN_PATHS)}",
                )


def claims_have_names_of_their_own(settings: "Settings") -> Iterator[Contradiction]:
    """A claim is named after workload and volume: `a` with `b-c` and `a-b` with `c` would be one."""
    seen: set[tuple[str, str]] = set()
    for index, workload in enumerate(settings.workloads):
        for number, volume in enumerate(workload.volumes):
            place = (workload.application, f"{workload.name}-{volume.name}")
            if isinstance(volume, ClaimVolume) and place in seen:
                yield Contradiction(
                    location=("workloads", index, "volumes", number, "name"),
                    found=volume.name,
                    allowed="a name with which no other workload's volume of this application is called "
                    f"{workload.name}-{volume.name}",
                )
            if isinstance(volume, ClaimVolume):
                seen.add(place)


def probes_have_a_port(settings: "Settings") -> Iterator[Contradiction]:
    """A worker has no port of its own."""
    for index, worker in _workers(settings):
        for key, probe in (("readiness", worker.probes.readiness), ("liveness", worker.probes.liveness)):
            if isinstance(probe, HttpProbe) and probe.port is None:
                yield Contradiction(
                    location=("workloads", index, "probes", key, "port"),
                    found=None,
                    allowed="the port at which the worker answers, for it has none of its own",
                )


def ports_are_two(settings: "Settings") -> Iterator[Contradiction]:
    """One port serves one thing."""
    for index, workload in enumerate(settings.workloads):
        if isinstance(workload, Api) and workload.metrics_port == workload.port:
            yield Contradiction(
                location=("workloads", index, "metricsPort"),
                found=workload.metrics_port,
                allowed="another port than the API's, whose callers the metrics are not for",
            )


def spot_nodes_leave_time(settings: "Settings") -> Iterator[Contradiction]:
    """What needs longer than AWS waits is no work for a spot node, and nodes are chosen in one place."""
    for index, workload in enumerate(settings.workloads):
        if workload.spot == "off":
            continue
        if leaving_seconds(workload) > SPOT_NOTICE:
            most = SPOT_NOTICE - leaving_seconds(workload) + shutdown_seconds(workload)
            yield Contradiction(
                location=("workloads", index, "gracefulShutdown"),
                found=workload.graceful_shutdown,
                allowed=f"at most {most}s with spot: AWS takes a node away {SPOT_NOTICE} s after it says so",
            )
        if workload.affinity and workload.affinity.node_affinity:
            yield Contradiction(
                location=("workloads", index, "spot"),
                found=workload.spot,
                allowed="'off' with affinity.nodeAffinity, which can name spot nodes itself",
            )


def hosts_lead_to_one_api(settings: "Settings") -> Iterator[Contradiction]:
    """Of two Ingresses of one host and path a controller takes either."""
    seen: set[tuple[str, str]] = set()
    for index, workload in enumerate(settings.workloads):
        ingress = workload.ingress if isinstance(workload, Api) else None
        if ingress is None:
            continue
        place = (ingress.host, ingress.path)
        if place in seen:
            yield Contradiction(
                location=("workloads", index, "ingress", "host"),
                found=ingress.host,
                allowed="a host, or another ingress.path of it, that leads to no other API",
            )
        seen.add(place)


def _workers(settings: "Settings") -> Iterator[tuple[int, Worker]]:
    for index, workload in enumerate(settings.workloads):
        if isinstance(workload, Worker):
            yield index, workload


def _overlap(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


RULES = (
    workloads_have_an_application,
    each_workload_once,
    one_sets_the_number_of_workers,
    backlog_bounds_are_in_order,
    variables_are_not_the_connections,
    volumes_have_room,
    claims_have_names_of_their_own,
    probes_have_a_port,
    ports_are_two,
    spot_nodes_leave_time,
    hosts_lead_to_one_api,
)
"""For stacks with any backend."""
