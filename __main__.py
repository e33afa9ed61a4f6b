"""Temporal Platform: one stack from its settings."""

import pulumi

from components.immutables import hold_against_deployed
from components.providers import providers
from components.stack_file import stack_settings
from components.temporal_platform import TemporalPlatform, TemporalPlatformArgs


def main() -> None:
    """Build the platform in the cluster, and in the AWS account, that the stack names."""
    stack = stack_settings()
    hold_against_deployed(stack)
    platform = TemporalPlatform(
        "temporal", TemporalPlatformArgs(settings=stack), pulumi.ResourceOptions(providers=providers(stack))
    )
    for name, value in platform.outputs.exports().items():
        pulumi.export(name, value)


main()
