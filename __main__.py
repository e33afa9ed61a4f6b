"""Temporal Platform: one stack from its settings."""

import pulumi
import pulumi_kubernetes as k8s

from components.immutables import hold_against_deployed
from components.stack_file import stack_settings
from components.temporal_platform import TemporalPlatform, TemporalPlatformArgs


def main() -> None:
    """Build the platform in the one Kubernetes cluster that the stack names."""
    stack = stack_settings()
    hold_against_deployed(stack)
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
