"""The program of the tried checkout: what it makes is said by the environment."""

import os

import pulumi


class Thing(pulumi.CustomResource):
    """Made by the plugin in bin/: takes no time, waits for a file, or fails, as `manner` says."""

    def __init__(self, name: str, manner: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slow:index:Thing", name, {"manner": manner}, opts)


if reason := os.environ.get("REFUSES"):
    raise pulumi.RunError(reason)
if warning := os.environ.get("WARNS"):
    pulumi.log.warn(warning)
first = Thing("first", "quick")
Thing("second", os.environ.get("MANNER", "quick"), pulumi.ResourceOptions(depends_on=[first]))
if os.environ.get("BREAKS"):
    raise ValueError("a mistake in the program")
pulumi.export("address", "temporal-frontend.small:7233")
pulumi.export("externalAddress", "198.51.100.7:30733")
pulumi.export("tlsServerName", "frontend of small")
pulumi.export("client", {"namespace": "small", "name": "temporal-client-operator"})
pulumi.export("namespaces", ["default", "orders"])
pulumi.export("hidden", pulumi.Output.secret("hunter2"))
