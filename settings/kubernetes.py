"""`temporal:kubernetes`: which cluster the stack lives in, and what holds for all of its pods."""

from typing import Annotated

from settings.base import Model
from settings.facts import changing
from settings.pods import Scheduling
from settings.scalars import ContextName, Host, ObjectName


class Kubernetes(Model):
    """The cluster. The kubeconfig file is found as kubectl finds it: KUBECONFIG, else the user's own."""

    context: Annotated[ContextName, changing("replaced", "everything is made anew in the other cluster")]
    """Context of the kubeconfig. No default, so that nothing lands in the cluster someone happened to look at."""
    storage_class: Annotated[ObjectName | None, changing("replaced", "volumes are made anew and their data lost")] = (
        None
    )
    """StorageClass of all volumes that name none; the cluster's default class when left out."""
    create_namespace: Annotated[
        bool, changing("replaced", "true makes the namespace; back to false deletes it with all that is in it")
    ] = True
    """Create the installation's Kubernetes namespace, with Kubernetes' `restricted` pod security standard enforced.
    False: it exists already, with the Secrets that this file refers to."""
    node_address: Annotated[
        Host | None, changing("nothing", "the frontend's and the UI's certificates are issued anew and re-read")
    ] = None
    """Address or DNS name at which NodePorts answer; it also becomes a name in the served certificates."""
    adopt_existing_objects: Annotated[bool, changing("nothing", "only later runs follow it")] = False
    """Take over objects that exist already instead of failing. For embedded stacks, to mend an interrupted run;
    elsewhere it would seize what belongs to others."""
    pods: Scheduling = Scheduling()
    """What holds for every pod of the installation, jobs included, unless a part says otherwise."""
