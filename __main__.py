"""Temporal Platform: one stack from its settings."""

import pulumi
import pulumi_kubernetes as k8s
from pulumi.runtime import config as engine

from components.temporal_platform import TemporalPlatform, TemporalPlatformArgs
from settings import Settings, SettingsError, load


def settings() -> Settings:
    """The stack's settings, or the end of the run with every problem of the stack file."""
    try:
        said = engine.CONFIG.get()
        return load(f"Pulumi.{pulumi.get_stack()}.yaml", said, [key for key in said if engine.is_config_secret(key)])
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None


def main() -> None:
    """Build the platform in the one Kubernetes cluster that the stack names."""
    stack = settings()
    cluster = k8s.Provider(
        "kubernetes",
        context=stack.kubernetes.context,
        enable_server_side_apply=True,
        enable_config_map_mutable=True,
        enable_secret_mutable=True,
        upsert_existing_objects=stack.kubernetes.adopt_existing_objects,
    )
    platform = TemporalPlatform(
        "temporal", TemporalPlatformArgs(settings=stack), pulumi.ResourceOptions(providers=[cluster])
    )
    for name, value in platform.outputs.exports().items():
        pulumi.export(name, value)


main()
