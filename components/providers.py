"""The providers of a stack. There are no others: default providers are off (Pulumi.yaml)."""

import pulumi
import pulumi_kubernetes as k8s

from settings import CloudSettings, Settings


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
    account = _cloud_account(settings)
    if account is not None:
        from components.temporalcloud.resources import Provider  # noqa: PLC0415

        found.append(Provider("temporalcloud", allowed_account_id=account))
    return found


def _cloud_account(settings: Settings) -> str | None:
    """The account of Temporal Cloud in which the stack makes something; None where it makes nothing."""
    if not isinstance(settings, CloudSettings):
        return None
    makes_keys = settings.backend.generated_keys is not None
    touched = [namespace.name for namespace in settings.namespaces if namespace.managed or makes_keys]
    return touched[0].partition(".")[2] if touched else None
