"""The whole stack: every `temporal:*` key is a field of `Settings`."""

from typing import Self

from pydantic import model_validator

from settings.access import Access
from settings.backend import Backend
from settings.base import Model
from settings.contradictions import ContradictionsError, contradictions
from settings.database import Database
from settings.kubernetes import Kubernetes
from settings.scalars import InstallationName
from settings.sizes import PRESETS, ServiceName, ServicePreset, Size
from settings.tenants import Application, Namespace
from settings.tls import Tls


class Settings(Model):
    """One stack. Field names without `temporal:` are the keys of `Pulumi.<stack>.yaml`."""

    name: InstallationName
    """Name of the installation: its Kubernetes namespace and the prefix of what it owns outside of it."""
    size: Size = "dev"
    """Preset for replicas and resources."""
    kubernetes: Kubernetes
    """The cluster."""
    backend: Backend
    """How Temporal is run."""
    database: Database
    """Where executions and visibility are stored."""
    tls: Tls
    """Who issues certificates."""
    access: Access = Access()
    """Ways in from outside the cluster."""
    namespaces: tuple[Namespace, ...] = ()
    """Temporal namespaces."""
    applications: tuple[Application, ...] = ()
    """Kubernetes namespaces that get a connection."""

    def service(self, name: ServiceName) -> ServicePreset:
        """Replicas, resources and pools of one service: the preset with the stack's own values over it."""
        said = getattr(self.backend.services, name.replace("-", "_")).model_dump(exclude_none=True)
        return PRESETS[self.size][name]._replace(**said)

    @model_validator(mode="after")
    def _keys_fit_together(self) -> Self:
        found = contradictions(self)
        if found:
            raise ContradictionsError(found)
        return self
