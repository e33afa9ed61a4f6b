"""The whole stack: every `temporal:*` key is a field of `Settings`."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Self

from pydantic import model_validator

from settings.access import Access
from settings.application_databases import ApplicationDatabase
from settings.archival import Archival
from settings.aws import Aws
from settings.backend import Backend
from settings.base import Model
from settings.cost import Cost
from settings.database import Database
from settings.facts import changing
from settings.images import Images
from settings.kubernetes import Kubernetes
from settings.monitoring.models import Monitoring, Nobody
from settings.plans import PodPlan
from settings.rules.contradiction import Contradiction, ContradictionsError
from settings.scalars import InstallationName, SecretText
from settings.sizes import Size
from settings.tenants import Application, Namespace
from settings.tls import Tls
from settings.traces import Traces
from settings.visibility import Postgres, Visibility
from settings.warnings import of_every_stack
from settings.workloads import AnyWorkload


class Settings(Model):
    """One stack. Field names without `temporal:` are the keys of `Pulumi.<stack>.yaml`.

    What else is required, and what may not stand there, hangs on the backend's kind: see the classes below this one.
    """

    refused_keys: ClassVar[tuple[str, ...]] = ()
    """Keys that a stack with this backend may not say."""

    name: Annotated[InstallationName, changing("refused", "it is the Kubernetes namespace with everything in it")]
    """Name of the installation: its Kubernetes namespace and the prefix of what it owns outside of it."""
    size: Annotated[Size, changing("rolling", "all pods restart with other resources")] = "dev"
    """Preset for replicas, resources, pools and shutdown."""
    kubernetes: Kubernetes
    """The cluster."""
    aws: Aws | None = None
    """The AWS account that stores are made in; none when left out, and no store may need it."""
    images: Images = Images()
    """Where images come from."""
    backend: Backend
    """How Temporal is run."""
    database: Database | None = None
    """Where executions are stored, and, unless `temporal:visibility` says otherwise, searched."""
    visibility: Visibility = Postgres(kind="postgres")
    """Where executions are searched; in the visibility database of `temporal:database` when left out."""
    archival: Archival | None = None
    """Where histories of closed executions are kept beyond their retention; nowhere when left out."""
    tls: Tls | None = None
    """Who issues certificates."""
    access: Access = Access()
    """Ways in from outside the cluster."""
    cloud_api_key: Annotated[SecretText | None, changing("nothing", "the Secrets of applications change")] = None
    """The API key of Temporal Cloud, with `temporal:backend.authentication.kind: api-key`. Set as a secret:
    `pulumi config set --secret temporal:cloudApiKey`."""
    namespaces: tuple[Namespace, ...] = ()
    """Temporal namespaces."""
    applications: tuple[Application, ...] = ()
    """Kubernetes namespaces that get a connection."""
    workloads: tuple[AnyWorkload, ...] = ()
    """Workers and APIs of applications."""
    application_databases: tuple[ApplicationDatabase, ...] = ()
    """Databases of applications, made in `temporal:aws`."""
    monitoring: Monitoring = Nobody(kind="none")
    """Who reads metrics, and who is told when something is wrong; nobody when left out."""
    traces: Traces | None = None
    """Where the server and workloads send traces; nowhere when left out."""
    protection: Annotated[bool, changing("nothing", "the engine refuses to delete what holds data")] = False
    """Protect what holds data, and the Kubernetes namespaces it is in, from deletion and replacement."""
    cost: Cost = Cost()
    """What `make cost` counts with where the stack alone does not tell."""

    def pods(self) -> Iterator[tuple[tuple[str, ...], PodPlan]]:
        """Every kind of pod of the installation's own with resources of its own, by the place in the stack file that
        speaks of it."""
        yield from ()

    def contradictions(self) -> Iterator[Contradiction]:
        """What does not fit among several keys."""
        yield from ()

    def warnings(self) -> list[str]:
        """What is allowed and deserves a second look."""
        return list(of_every_stack(self))

    @model_validator(mode="after")
    def _keys_fit_together(self) -> Self:
        found = [*self.contradictions()]
        if found:
            raise ContradictionsError(found)
        return self
