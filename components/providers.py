"""The providers of a stack. There are no others: default providers are off (Pulumi.yaml)."""

import pulumi
import pulumi_kubernetes as k8s

from settings import Settings


def providers(settings: Settings) -> list[pulumi.ProviderResource]:
    """One for the Kubernetes cluster that the stack names, and one each for its AWS account and its account of Temporal
    Cloud if it has them."""
    cluster = k8s.Provider(
        "kubernetes",
        context=settings.kubernetes.context,
        enable_server_side_apply=True,
        enable_config_map_mutable=True,
        enable_secret_mutable=True,
        upsert_existing_objects=settings.kubernetes.adopt_existing_objects,
    )
    found: list[pulumi.ProviderResource] = [cluster]
    if settings.aws is not None:
        # Only stacks with an account need pulumi-aws: others neither load it nor need its plugin.
        from components.aws.provider import aws_provider  # noqa: PLC0415

        found.append(aws_provider(settings.aws))
    managed = [namespace for namespace in settings.namespaces if namespace.managed]
    if managed:
        from components.temporalcloud.resources import Provider  # noqa: PLC0415

        found.append(Provider("temporalcloud", allowed_account_id=managed[0].name.partition(".")[2]))
    return found
