"""`temporal:visibility`: where executions are searched."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from settings.aws_scalars import DomainArn
from settings.base import Model
from settings.checks import OneOfWhole, Text
from settings.disruption import DisruptionBudget
from settings.facts import changing
from settings.opensearch_domain import DOMAIN_PATTERN, DomainTarget
from settings.pods import Pods
from settings.references import SecretKey
from settings.scalars import Bytes, ObjectName, Region
from settings.search_index import INDEX_PATTERN, INDEX_PREFIX, IndexName

_ROLLS = "the server's pods restart"
_CALLED = changing("rolling", f"{_ROLLS} with it")
_STORE = changing("refused", "what is recorded would no longer be found")
_REPLACES = changing("nothing", "a job has every execution recorded anew")
_VOLUME = changing("replaced", "the StatefulSet is made anew; its volumes stay and are used again")

_URL: Final = r"https?://[-.a-z0-9]{1,253}(:[1-9][0-9]{0,4})?"
SearchUrl = Annotated[
    str,
    Text(
        r"https?://[a-z0-9](?![-.a-z0-9]*\.aoss\.)([-.a-z0-9]{0,252})(:[1-9][0-9]{0,4})?",
        "https://, or http:// for no TLS, then host and optionally port, without path; no OpenSearch Serverless "
        "(aoss), whose requests the server cannot sign",
        ("https://search.example.com:9200",),
    ),
]
Replaced = Annotated[
    str,
    Text(
        rf"postgres|({_URL}|opensearch-domain/{DOMAIN_PATTERN})/{INDEX_PATTERN}",
        "postgres, the URL of an index, or opensearch-domain/NAME/INDEX: what the stack output immutable.visibility "
        "says",
        ("postgres", f"https://search.example.com:9200/{INDEX_PREFIX}_lost"),
    ),
]
SearchUser = Annotated[
    str,
    Text(r"[^\x00-\x20\x7f:]{1,128}", "the name of a user: 1 to 128 characters without space or ':'", ("temporal",)),
]
Nodes = Annotated[int, OneOfWhole((1, 3, 5))]
Stage = Literal["prepare", "write-both", "read-new"]
STAGES: Final[tuple[Stage, ...]] = ("prepare", "write-both", "read-new")


class Postgres(Model):
    """The visibility database of `temporal:database`. Custom search attributes: so many of each type a namespace."""

    kind: Annotated[Literal["postgres"], _STORE]
    """This store's name."""


class SearchRole(Model):
    """A user of the store."""

    user: Annotated[SearchUser, _CALLED]
    """Its name."""
    password: SecretKey
    """Its password. The server's pods take a changed one when they restart."""


class Login(SearchRole):
    """A user and a password. It reads and writes the index, reads its mapping and adds to it, and asks for health and
    version of the cluster."""

    kind: Annotated[Literal["login"], _CALLED]
    """This way's name."""
    owner: SearchRole | None = None
    """Who runs the schema job; `user` when left out, which must then be allowed to make templates and the index."""


class RequestSigning(Model):
    """Requests signed with the identity of the pods, for Amazon OpenSearch Service."""

    kind: Annotated[Literal["aws-request-signing"], _CALLED]
    """This way's name."""
    region: Annotated[Region, _CALLED]
    """The domain's region."""
    domain: Annotated[DomainArn | None, changing("rolling", "pods that get a role with it restart")] = None
    """ARN of the domain, so that the roles which this stack makes in `temporal:aws` may use it; when left out, who the
    pods are is somebody else's matter."""


class Unauthenticated(Model):
    """No authentication: whoever reaches the store may read and change it. Said in words, never a default."""

    kind: Annotated[Literal["none"], _CALLED]
    """This way's name."""


Authentication = Annotated[Login | RequestSigning | Unauthenticated, Field(discriminator="kind")]


class ExistingTarget(Model):
    """An OpenSearch 2 or 3, or Elasticsearch 7 or 8, that somebody else runs."""

    kind: Annotated[Literal["existing"], _STORE]
    """This store's name."""
    url: Annotated[SearchUrl, _STORE]
    """Where it answers."""
    index: Annotated[IndexName, _STORE]
    """Index of this installation, and of no other."""
    version: Annotated[Literal["v7", "v8"], _CALLED] = "v8"
    """Elasticsearch's major version; v8 with OpenSearch, too."""
    ca: SecretKey | None = None
    """Authority of its certificate; the public authorities of the images when left out."""
    authentication: Authentication
    """How the server shows who it is."""
    cluster_settings: Annotated[bool, changing("nothing", "the schema job runs again")] = True
    """Let the schema job switch off automatic creation of indexes in the whole cluster, as the server's authors advise.
    False where that is not allowed or not yours to say; a deleted index is then made again without types by the next
    write."""


class IndexTarget(Model):
    """Another index of the same store."""

    kind: Annotated[Literal["index"], _STORE]
    """This target's name."""
    index: Annotated[IndexName, _STORE]
    """Its name."""


class Move(Model):
    """A move to another store of this family, one stage an `up`: prepare, write-both, read-new; then the new store
    takes the place of this one, and `move` leaves the file. Back goes the same way."""

    to: Annotated[ExistingTarget | DomainTarget | IndexTarget, Field(discriminator="kind")]
    """The new store."""
    stage: Annotated[
        Stage,
        changing(
            "rolling",
            "write-both restarts history's pods, prepare all of the server's; the rest is dynamic config, which the "
            "server reads again within 10 s",
            source="visibility_manager_dual.go",
        ),
    ]
    """prepare makes the new index and tells the pods of it; write-both records in both, and records there what is in
    the old one; read-new searches in the new one."""


class OpenSearch(Pods):
    """OpenSearch in the cluster, with TLS and users of its own."""

    kind: Annotated[Literal["opensearch"], _STORE]
    """This store's name."""
    index: Annotated[IndexName, _STORE] = INDEX_PREFIX
    """Index of this installation."""
    nodes: Annotated[Nodes, changing("rolling", "OpenSearch restarts, one node after another")] = 1
    """How many. One is for development: while it is away nothing is found, and what is recorded waits. Three or five
    hold the index three times, and go on with one away. Nodes can be added later; taking some away is work by hand."""
    storage: Annotated[Bytes, changing("replaced", "the StatefulSet is made anew", unit="bytes")] = "10Gi"
    """Size of each node's volume."""
    storage_class: Annotated[ObjectName | None, _VOLUME] = None
    """StorageClass of the volumes; `temporal:kubernetes.storageClass` when left out."""
    disruption_budget: DisruptionBudget | None = None
    """What evictions are held to; one node at a time when left out and there are several."""
    move: Move | None = None
    """A move to another store."""
    replaces: Annotated[Replaced | None, _REPLACES] = None
    """What was searched before and is given up: PostgreSQL, or an index that is lost. The `up` that changes to this
    store has every execution recorded here anew, open or closed, and until it has ended, searches find only some. May
    leave the file afterwards."""


class ExistingSearch(ExistingTarget):
    """An OpenSearch 2 or 3, or Elasticsearch 7 or 8, that somebody else runs."""

    move: Move | None = None
    """A move to another store."""
    replaces: Annotated[Replaced | None, _REPLACES] = None
    """What was searched before and is given up: PostgreSQL, or an index that is lost. The `up` that changes to this
    store has every execution recorded here anew, open or closed, and until it has ended, searches find only some. May
    leave the file afterwards."""


class OpenSearchDomain(DomainTarget):
    """A domain of Amazon OpenSearch Service that this stack makes in `temporal:aws`: in the VPC, encrypted, open to
    this installation's own roles alone. The account must have the service-linked role of OpenSearch Service already:
    aws iam create-service-linked-role --aws-service-name opensearchservice.amazonaws.com"""

    move: Move | None = None
    """A move to another store."""
    replaces: Annotated[Replaced | None, _REPLACES] = None
    """What was searched before and is given up: PostgreSQL, or an index that is lost. The `up` that changes to this
    store has every execution recorded here anew, open or closed, and until it has ended, searches find only some. May
    leave the file afterwards."""


OPENSEARCH: Final = "temporal-opensearch"
"""Service of an in-cluster OpenSearch."""


def existing_stores(
    visibility: "Visibility",
) -> Iterator[tuple[tuple[str, ...], ExistingTarget]]:
    """Every store that somebody else runs, by its place in the stack file."""
    if isinstance(visibility, Postgres):
        return
    if isinstance(visibility, ExistingSearch):
        yield ("visibility",), visibility
    if visibility.move and isinstance(visibility.move.to, ExistingTarget):
        yield ("visibility", "move", "to"), visibility.move.to


def domains(visibility: "Visibility") -> Iterator[tuple[tuple[str, ...], DomainTarget]]:
    """Every domain that this stack makes, by its place in the stack file."""
    if isinstance(visibility, Postgres):
        return
    if isinstance(visibility, DomainTarget):
        yield ("visibility",), visibility
    if visibility.move and isinstance(visibility.move.to, DomainTarget):
        yield ("visibility", "move", "to"), visibility.move.to


def place_of(visibility: "Visibility", installation: str) -> str:
    """Where an installation searches, in one word: `postgres`, the URL of the index, or that of a domain."""
    if isinstance(visibility, Postgres):
        return visibility.kind
    return _place(visibility, visibility.index, installation)


def target_of(visibility: "Searched", move: Move, installation: str) -> str:
    """Where a move goes, in the same words."""
    store = visibility if isinstance(move.to, IndexTarget) else move.to
    return _place(store, move.to.index, installation)


def _place(store: "Searched | ExistingTarget | DomainTarget", index: str, installation: str) -> str:
    if isinstance(store, DomainTarget):
        return store.place(installation, index)
    url = store.url if isinstance(store, ExistingTarget) else f"https://{OPENSEARCH}.{installation}.svc:9200"
    return f"{url}/{index}"


Searched = OpenSearch | OpenSearchDomain | ExistingSearch
"""What is no PostgreSQL."""
Visibility = Annotated[Postgres | OpenSearch | OpenSearchDomain | ExistingSearch, Field(discriminator="kind")]
