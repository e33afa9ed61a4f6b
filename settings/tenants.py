"""`temporal:namespaces` and `temporal:applications`: who uses the installation."""

from typing import Annotated

from settings.base import Model
from settings.cloud_namespaces import Managed
from settings.facts import changing
from settings.scalars import Description, DnsLabel, ObjectName, Owner, Retention, TemporalNamespace
from settings.search_attributes import AttributeName, AttributeType

_JOB = changing("nothing", "the namespaces job runs again")


class Namespace(Model):
    """A Temporal namespace, created if absent and brought to these settings whenever one of them changes. Never
    deleted: one that leaves the list stays on the server with its executions, and the preview says so."""

    name: Annotated[TemporalNamespace, changing("nothing", "another namespace is made; the old one stays")]
    """Its name."""
    retention: Annotated[
        Retention,
        changing("nothing", "the namespaces job runs again", unit="hours or days", source="namespace_handler.go"),
    ] = "3d"
    """How long closed executions are kept. No maximum; the minimum is 1h, or what
    `system.namespaceMinRetentionLocal` in the dynamic config says."""
    owner: Annotated[Owner, _JOB] = ""
    """Who answers for it: an e-mail address or a name. The server cannot forget it: left out, the last one stays."""
    description: Annotated[Description, _JOB] = ""
    """What it is for. The server cannot forget it: left out, the last one stays."""
    archival: Annotated[bool, _JOB] = False
    """Whether its closed executions are archived, minutes after they closed; needs `temporal:archival`. Back to false,
    what is archived stays."""
    search_attributes: Annotated[
        dict[AttributeName, AttributeType],
        changing("nothing", "the namespaces job runs again; another type for a name is refused"),
    ] = {}
    """What executions can be found by besides the server's own attributes: types by name, such as {CaseId: Keyword}.
    Made if absent; one that leaves the file stays on the server. A type cannot change."""
    managed: Managed | None = None
    """With Temporal Cloud: the stack makes the namespace there and looks after it; left out, it is there already, and
    nothing of it changes."""


class Application(Model):
    """A Kubernetes namespace whose pods connect to Temporal: it gets a ConfigMap and a Secret with all they need."""

    namespace: Annotated[DnsLabel, changing("replaced", "the connection moves to the other namespace")]
    """The Kubernetes namespace."""
    temporal_namespace: Annotated[TemporalNamespace, changing("nothing", "the application's ConfigMap changes")]
    """The Temporal namespace, one of `temporal:namespaces`."""
    create_namespace: Annotated[
        bool, changing("replaced", "true makes the namespace; back to false deletes it with all that is in it")
    ] = False
    """Create the Kubernetes namespace. Left out, it must exist already."""
    client_secret: Annotated[ObjectName | None, changing("nothing", "the stack's outputs name it")] = None
    """With `temporal:tls.kind: provided`: the Secret in the application's namespace that holds its client certificate
    (tls.crt, tls.key, and ca.crt, the frontend's authority). Other kinds make it."""
    worker_controller: Annotated[bool, changing("nothing", "the Connection is made or deleted")] = False
    """Make the Connection `temporal-connection` for the application's WorkerDeployments. Needs Temporal Worker
    Controller 1.8 or later in the cluster."""
