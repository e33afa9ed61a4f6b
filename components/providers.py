"""The providers of a stack. There are no others: default providers are off (Pulumi.yaml)."""

import pulumi
import pulumi_kubernetes as k8s

from settings import Settings


def providers(settings: Settings) -> list[pulumi.ProviderResource]:
    """One for the Kubernetes cluster that the stack names, and one for its AWS account if it names one."""
    cluster = k8s.Provider(
        "kubernetes",
        context=settings.kubernetes.context,
        enable_server_side_apply=True,
        enable_config_map_mutable=True,
        enable_secret_mutable=True,
        upsert_existing_objects=settings.kubernetes.adopt_existing_objects,
    )
    if settings.aws is None:
        return [cluster]
    # Only stacks with an account need pulumi-aws: others neither load it nor need its plugin.
    from components.aws.provider import aws_provider  # noqa: PLC0415

    return [cluster, aws_provider(settings.aws)]
