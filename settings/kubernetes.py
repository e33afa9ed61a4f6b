"""`temporal:kubernetes`: which cluster the stack lives in."""

from typing import Annotated

from pydantic import Field

from settings.base import Model
from settings.scalars import Host


class Kubernetes(Model):
    """The cluster. The kubeconfig file is found as kubectl finds it: KUBECONFIG, else the user's own."""

    context: Annotated[str, Field(min_length=1)]
    """Context of the kubeconfig. No default, so that nothing lands in the cluster someone happened to look at."""
    node_address: Host | None = None
    """Address or DNS name at which NodePorts answer; it also becomes a name in the served certificates."""
    adopt_existing_objects: bool = False
    """Take over objects that exist already instead of failing. For embedded stacks, to mend an interrupted run;
    elsewhere it would seize what belongs to others."""
