"""`temporal:namespaces` and `temporal:applications`: who uses the installation."""

from typing import Annotated

from pydantic import Field

from settings.base import Model
from settings.scalars import DnsLabel, Retention, TemporalNamespace


class Namespace(Model):
    """A Temporal namespace, created if absent and brought to these settings on every change. Never deleted."""

    name: TemporalNamespace
    """Its name."""
    retention: Retention = "3d"
    """How long closed executions are kept."""
    description: Annotated[str, Field(max_length=1000)] = ""
    """What it is for."""


class Application(Model):
    """A Kubernetes namespace whose pods connect to Temporal: it gets a ConfigMap and a Secret with all they need."""

    namespace: DnsLabel
    """The Kubernetes namespace."""
    temporal_namespace: TemporalNamespace
    """The Temporal namespace, one of `temporal:namespaces`."""
    create_namespace: bool = False
    """Create the Kubernetes namespace. Left out, it must exist already."""
