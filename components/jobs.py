"""Jobs of the platform: POSIX sh from a ConfigMap, in an upstream image, safe to run again at any time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.handles import Identity, JobIdentity
from components.kubernetes import (
    Installation,
    config_volume,
    content_hash,
    mount,
    scratch_volume,
)
from components.pods import environment, pod_spec, resources, restricted_container

SCRIPTS: Final = "/etc/temporal-platform"
"""Where a job finds its files."""
_DEADLINE_SECONDS: Final = 600


@dataclass(frozen=True, kw_only=True)
class JobArgs:
    """One job."""

    installation: Installation
    """Where it runs."""
    component: str
    """Its `app.kubernetes.io/name`, less the prefix."""
    purpose: str
    """What it does to what, for its name; a hash of the script and `inputs` follows."""
    version: str
    """Version of what it runs."""
    image: str
    """Upstream image."""
    uid: int
    """The image's user."""
    scripts: Mapping[str, str]
    """Files by name; `run.sh` is started."""
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Plain environment; a change of it runs the job again. What is an output is no part of the job's name, for that
    would not be known at a preview: a job whose environment changes under its name is replaced."""
    words: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Environment that only messages are made of: no part of the job's name."""
    identity: JobIdentity | None = None
    """Who it is on AWS, if anybody."""
    volumes: Sequence[k8s.core.v1.VolumeArgs] = ()
    """Volumes besides the scripts."""
    mounts: Sequence[k8s.core.v1.VolumeMountArgs] = ()
    """Where they are."""
    before: Sequence[k8s.core.v1.ContainerArgs] = ()
    """Containers that end before the job's own begins."""
    hours: int | None = None
    """How long it may take, and the engine waits for it; ten minutes when None."""


def job(name: str, args: JobArgs, opts: pulumi.ResourceOptions) -> k8s.batch.v1.Job:
    """A Job and its script. It is named after its content, so only a change of what it does runs it again; a failed one
    is replaced by the next `up` (`pulumi.com/replaceUnready`)."""
    known = {name: value for name, value in args.environment.items() if isinstance(value, str)}
    digest = content_hash(args.image, *(f"{k}={v}" for k, v in sorted({**args.scripts, **known}.items())))
    object_name = f"temporal-{args.purpose}-{digest}"
    metadata = args.installation.metadata(object_name, args.component, args.version)
    scripts = k8s.core.v1.ConfigMap(f"{name}-script", metadata=metadata, data=dict(args.scripts), opts=opts)
    container = k8s.core.v1.ContainerArgs(
        name=args.component,
        image=args.image,
        image_pull_policy="IfNotPresent",
        command=["/bin/sh", f"{SCRIPTS}/run.sh"],
        env=environment({**args.environment, **args.words}),
        volume_mounts=[mount("scripts", SCRIPTS), mount("tmp", "/tmp", writable=True), *args.mounts],  # noqa: S108
        resources=resources("20m", "128Mi"),
        security_context=restricted_container(),
    )
    pod = pod_spec(
        args.installation,
        args.installation.jobs,
        uid=args.uid,
        container=container,
        volumes=[config_volume("scripts", object_name), scratch_volume("tmp"), *args.volumes],
        account=args.identity.account if args.identity else None,
        restart="Never",
    )
    pod.init_containers = list(args.before) or None
    return k8s.batch.v1.Job(
        name,
        metadata=args.installation.metadata(
            object_name, args.component, args.version, {"pulumi.com/replaceUnready": "true"}
        ),
        spec=k8s.batch.v1.JobSpecArgs(
            backoff_limit=1,
            active_deadline_seconds=args.hours * 3600 if args.hours else _DEADLINE_SECONDS,
            template=k8s.core.v1.PodTemplateSpecArgs(
                metadata=k8s.meta.v1.ObjectMetaArgs(
                    labels=args.installation.selector(args.component),
                    annotations=dict(args.installation.jobs.annotations) or None,
                ),
                spec=pod,
            ),
        ),
        opts=pulumi.ResourceOptions.merge(
            opts,
            pulumi.ResourceOptions(
                depends_on=[scripts, *(args.identity.ready if args.identity else [])],
                custom_timeouts=_patience(args.hours),
            ),
        ),
    )


def job_identity(
    name: str, installation: Installation, workload: str, identity: Identity, opts: pulumi.ResourceOptions
) -> JobIdentity:
    """The ServiceAccount of jobs that are somebody on AWS."""
    account = k8s.core.v1.ServiceAccount(
        name,
        metadata=installation.metadata(
            f"temporal-{workload}", workload, installation.server_version, identity.annotations
        ),
        automount_service_account_token=False,
        opts=opts,
    )
    return JobIdentity(account=account.metadata.name, ready=identity.ready)


def _patience(hours: int | None) -> pulumi.CustomTimeouts | None:
    return pulumi.CustomTimeouts(create=f"{hours}h") if hours else None
