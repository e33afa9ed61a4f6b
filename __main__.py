"""Temporal Platform: one stack from its settings."""

import gc

import pulumi

from components.immutables import hold_against_deployed
from components.providers import providers
from components.stack_file import stack_settings
from components.temporal_platform import TemporalPlatform, TemporalPlatformArgs


def main() -> None:
    """Build the platform in the cluster, and in the AWS account, that the stack names."""
    # The program is over in seconds, and the SDKs' modules are a million objects: looking through them for garbage
    # takes longer than anything else here.
    gc.disable()
    stack = stack_settings()
    hold_against_deployed(stack)
    platform = TemporalPlatform(
        "temporal", TemporalPlatformArgs(settings=stack), pulumi.ResourceOptions(providers=providers(stack))
    )
    for name, value in platform.outputs.exports().items():
        pulumi.export(name, value)


main()
