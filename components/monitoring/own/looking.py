"""What lets Prometheus find pods: it may look at those of a namespace, and at nothing else there."""

import pulumi
import pulumi_kubernetes as k8s

from components.kubernetes import Installation


def looking(
    name: str,
    installation: Installation,
    *,
    called: str,
    account: pulumi.Input[str],
    namespace: str,
    opts: pulumi.ResourceOptions,
) -> None:
    """A Role and its binding in a namespace, for the Prometheus of the stack's own that is `called` so."""
    metadata = k8s.meta.v1.ObjectMetaArgs(
        name=f"{installation.name}-{called}",
        namespace=namespace,
        labels=installation.labels(called.removeprefix("temporal-"), installation.server_version),
    )
    role = k8s.rbac.v1.Role(
        f"{name}-role",
        metadata=metadata,
        rules=[k8s.rbac.v1.PolicyRuleArgs(api_groups=[""], resources=["pods"], verbs=["get", "list", "watch"])],
        opts=opts,
    )
    k8s.rbac.v1.RoleBinding(
        f"{name}-binding",
        metadata=metadata,
        role_ref=k8s.rbac.v1.RoleRefArgs(api_group="rbac.authorization.k8s.io", kind="Role", name=role.metadata.name),
        subjects=[k8s.rbac.v1.SubjectArgs(kind="ServiceAccount", name=account, namespace=installation.namespace)],
        opts=opts,
    )
