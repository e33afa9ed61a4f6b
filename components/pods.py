"""Pods as every part of the platform makes them: confined, where the stack file wants them."""

from collections.abc import Mapping, Sequence
from typing import Literal, cast

import pulumi
import pulumi_kubernetes as k8s

from components.handles import SecretKey, key_of
from components.kubernetes import Installation
from components.spread import spread_constraints
from settings.plans import PodPlan, SchedulingPlan


def pod_spec(
    installation: Installation,
    scheduling: SchedulingPlan,
    *,
    uid: int,
    container: k8s.core.v1.ContainerArgs,
    volumes: Sequence[k8s.core.v1.VolumeArgs],
    account: pulumi.Input[str] | None = None,
    grace_seconds: int | None = None,
    restart: Literal["Always", "Never"] = "Always",
    apart: Mapping[str, str] | None = None,
    pull_secrets: Sequence[str] | None = None,
    asks_kubernetes: bool = False,
) -> k8s.core.v1.PodSpecArgs:
    """A pod of one container that runs as `uid` under the `restricted` standard; volumes are readable by its group.

    Pods with the labels `apart` are spread over zones and nodes. Images come with the installation's logins, unless
    others are given. Only a pod that `asks_kubernetes` gets its account's token.
    """
    affinity = scheduling.affinity.model_dump(by_alias=True, exclude_defaults=True) if scheduling.affinity else None
    tolerations = [toleration.model_dump(by_alias=True, exclude_none=True) for toleration in scheduling.tolerations]
    logins = installation.images.settings.pull_secrets if pull_secrets is None else pull_secrets
    secrets = [k8s.core.v1.LocalObjectReferenceArgs(name=name) for name in logins]
    return k8s.core.v1.PodSpecArgs(
        service_account_name=account,
        automount_service_account_token=asks_kubernetes,
        enable_service_links=False,
        image_pull_secrets=secrets or None,
        affinity=cast("k8s.core.v1.AffinityArgs | None", affinity),
        tolerations=cast("list[k8s.core.v1.TolerationArgs] | None", tolerations or None),
        node_selector=dict(scheduling.node_selector) or None,
        priority_class_name=scheduling.priority_class,
        topology_spread_constraints=(spread_constraints(scheduling, apart) or None) if apart else None,
        restart_policy=None if restart == "Always" else restart,
        termination_grace_period_seconds=grace_seconds,
        security_context=k8s.core.v1.PodSecurityContextArgs(
            run_as_non_root=True,
            run_as_user=uid,
            run_as_group=uid,
            fs_group=uid,
            fs_group_change_policy="OnRootMismatch",
            seccomp_profile=k8s.core.v1.SeccompProfileArgs(type="RuntimeDefault"),
        ),
        containers=[container],
        volumes=list(volumes),
    )


def restricted_container() -> k8s.core.v1.SecurityContextArgs:
    """Container security context of the `restricted` standard with a read-only root file system."""
    return k8s.core.v1.SecurityContextArgs(
        allow_privilege_escalation=False,
        read_only_root_filesystem=True,
        capabilities=k8s.core.v1.CapabilitiesArgs(drop=["ALL"]),
    )


def resources(
    cpu: str, memory: str, *, cpu_limit: str | None = None, memory_limit: str | None = None
) -> k8s.core.v1.ResourceRequirementsArgs:
    """Requests, and the memory limit; a CPU limit only when the stack file asks for one."""
    limits = {"memory": memory_limit or memory} | ({"cpu": cpu_limit} if cpu_limit else {})
    return k8s.core.v1.ResourceRequirementsArgs(requests={"cpu": cpu, "memory": memory}, limits=limits)


def planned_resources(plan: PodPlan) -> k8s.core.v1.ResourceRequirementsArgs:
    """The resources of a part of the stack file."""
    return resources(plan.cpu_request, plan.memory_request, cpu_limit=plan.cpu_limit, memory_limit=plan.memory_limit)


def environment(own: Mapping[str, pulumi.Input[str]], plan: PodPlan | None = None) -> list[k8s.core.v1.EnvVarArgs]:
    """The platform's own variables, then those of the stack file."""
    plain = {**own, **(plan.environment if plan else {})}
    secret = plan.secret_environment if plan else {}
    return [
        *(k8s.core.v1.EnvVarArgs(name=name, value=value) for name, value in plain.items()),
        *(secret_variable(name, key_of(reference)) for name, reference in secret.items()),
    ]


def secret_variable(name: str, key: SecretKey) -> k8s.core.v1.EnvVarArgs:
    """A variable whose value is one key of a Secret; a pod takes a changed one when it restarts."""
    source = k8s.core.v1.SecretKeySelectorArgs(name=key.secret, key=key.key)
    return k8s.core.v1.EnvVarArgs(name=name, value_from=k8s.core.v1.EnvVarSourceArgs(secret_key_ref=source))
