"""Changes of where executions are searched."""

from collections.abc import Iterator

from tests.program import stacks
from tests.program.effects.bases import SEARCH_KINDS
from tests.program.effects.example import Example
from tests.program.effects.pods import HISTORY, NOBODY, OPENSEARCH, SERVICES

_ROLE = ("user", "password/secret", "password/key")


def of_search_stores() -> Iterator[Example]:
    """Of each place where a stack file describes one. Whoever runs the schema job is no matter of the server's."""
    for stack, place in (
        ("searching", "visibility"),
        ("searching", "visibility/move/to"),
        ("moving", "visibility/move/to"),
        ("leaving", "visibility/move/to"),
    ):
        login, signing, open_ = (f"{stack} {kind}" for kind in SEARCH_KINDS)
        for path in ("ca/secret", "ca/key", *(f"authentication/{role}" for role in _ROLE)):
            yield Example(login, {f"{place}/{path}": "other"}, SERVICES)
        for path in _ROLE:
            yield Example(login, {f"{place}/authentication/owner/{path}": "other"})
        yield Example(login, {f"{place}/version": "v7"}, SERVICES)
        yield Example(login, {f"{place}/clusterSettings": False})
        yield Example(login, {f"{place}/url": "https://other.example.com"})
        yield Example(login, {f"{place}/index": f"{stacks.INDEX}_other"})
        yield Example(login, {f"{place}/authentication": {"kind": "none"}}, SERVICES)
        yield Example(signing, {f"{place}/authentication/region": "other"}, SERVICES)
        pods = NOBODY if stack == "leaving" else SERVICES
        yield Example(signing, {f"{place}/authentication/domain": stacks.DOMAIN_ARN}, pods)
        yield Example(signing, {f"{place}/authentication": {"kind": "none"}}, SERVICES)
        yield Example(open_, {f"{place}/authentication": dict(stacks.SIGNING)}, SERVICES)


def of_visibility() -> Iterator[Example]:
    """What of a search store is not somebody else's."""
    index, other = f"{stacks.INDEX}_other", stacks.search_store("other", {"kind": "none"})
    yield Example("postgres", {"visibility": {"kind": "opensearch"}})
    yield Example("opensearch", {"visibility": {"kind": "postgres"}})
    yield Example("reindexing", {"visibility": {"kind": "opensearch"}})
    yield Example("opensearch", {"visibility/index": index})
    yield Example("opensearch", {"visibility/nodes": 3}, OPENSEARCH)
    yield Example("opensearch", {"visibility/replaces": "postgres"})
    yield Example("searching", {"visibility/replaces": "postgres"})
    yield Example("opensearch", {"visibility/storage": "20Gi"})
    yield Example("opensearch", {"visibility/storageClass": "fast"})
    yield Example("opensearch", {"visibility/disruptionBudget/minAvailable": 0})
    yield Example("reindexing opensearch", {"visibility/disruptionBudget/maxUnavailable": 2})
    yield Example("opensearch", {"images/digests/opensearch": f"sha256:{'1' * 64}"}, OPENSEARCH)
    for base, login in (
        ("reindexing", "searching login"),
        ("reindexing opensearch", "moving login"),
        ("reindexing domain", "leaving login"),
    ):
        yield Example(base, {"visibility/move/stage": "write-both"}, HISTORY)
        yield Example(base, {"visibility/move/to/index": index})
        yield Example(base, {"visibility/move/to": other})
        yield Example(login, {"visibility/move/to": {"kind": "index", "index": index}})
    yield Example("provided opensearch", {"tls/search/secret": "other"}, SERVICES | OPENSEARCH)
    yield Example("provided opensearch", {"tls/search/subject": "CN=other"}, OPENSEARCH)


def of_domains() -> Iterator[Example]:
    """At each place where a stack file describes one. No pod is concerned but by where it searches."""
    index = f"{stacks.INDEX}_other"
    for base, place in {
        "domain": "visibility",
        "searching to domain": "visibility/move/to",
        "opensearch to domain": "visibility/move/to",
        "domain to domain": "visibility/move/to",
    }.items():
        for path, value in {
            "domain": "another",
            "index": index,
            "version": "OpenSearch_3.5",
            "dataNodes": 8,
            "dataNodeType": "r7g.large.search",
            "zones": 1,
            "masters": 5,
            "masterType": "m7g.large.search",
            "storage": "1Ti",
            "iops": 4000,
            "throughput": 250,
            "logDays": 30,
            "offPeakStart": "01:30",
        }.items():
            yield Example(base, {f"{place}/{path}": value})
    other = stacks.search_store("other", {"kind": "none"})
    for base in ("searching to domain", "opensearch to domain", "domain to domain"):
        yield Example(base, {"visibility/move/to": other})
    yield Example("domain", {"visibility": {"kind": "postgres"}})
    yield Example("domain", {"visibility/replaces": "postgres"})
