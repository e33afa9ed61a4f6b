"""Proves what the settings promise of every key (`x-effect`): what happens when it is changed in a deployed stack.

Two runs of the program are compared: which pods get another template, which objects are deleted or made anew, what is
refused. That the engine and Kubernetes then do so is seen with the engine and on a cluster.
"""

import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pulumi
import pytest

from settings.sizes import SERVICE_NAMES
from tests.program import recording, stacks
from tests.program.leaves import leaf_of, leaves
from tests.program.recording import Recording
from tests.program.test_scheduling import PARTS

pytestmark = pytest.mark.slow

SERVICES = frozenset(
    f"Deployment/temporal-{name}" for name in ("frontend", "internal-frontend", "history", "matching", "worker")
)
ARCHIVERS = frozenset(f"Deployment/temporal-{name}" for name in ("frontend", "internal-frontend", "history"))
FRONTEND = frozenset({"Deployment/temporal-frontend"})
UI = frozenset({"Deployment/temporal-ui"})
POSTGRES = frozenset({"StatefulSet/temporal-postgres"})
ARCHIVE = frozenset({"StatefulSet/temporal-archive"})
OPENSEARCH = frozenset({"StatefulSet/temporal-opensearch"})
HISTORY = frozenset({"Deployment/temporal-history"})
NOBODY = frozenset[str]()

_REQUIREMENT = {"key": "track", "operator": "In", "values": ["stable"]}
_POD_TERM = {
    "topologyKey": "zone",
    "labelSelector": {"matchLabels": {"app": "web"}, "matchExpressions": [_REQUIREMENT]},
    "namespaces": ["here"],
}
_NODE_TERM = {"matchExpressions": [_REQUIREMENT]}
_NEAR = {
    "requiredDuringSchedulingIgnoredDuringExecution": [_POD_TERM],
    "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": _POD_TERM}],
}
WORDS: dict[str, Any] = {
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [_NODE_TERM]},
            "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": _NODE_TERM}],
        },
        "podAffinity": _NEAR,
        "podAntiAffinity": _NEAR,
    },
    "tolerations": [
        {"key": "dedicated", "value": "temporal", "effect": "NoSchedule"},
        {"key": "spot", "effect": "NoExecute", "tolerationSeconds": 60},
    ],
    "nodeSelector": {"disk": "ssd"},
    "priorityClass": "high",
    "annotations": {"note": "one"},
    "resources": {"requests": {"cpu": "100m", "memory": "200Mi"}, "limits": {"cpu": "2", "memory": "2Gi"}},
    "environment": {"PLAIN": "one"},
    "secretEnvironment": {"HIDDEN": {"secret": "one", "key": "one"}},
}
"""Every word of pods, so that each can be changed."""
OTHERS: dict[str, Any] = {
    "weight": 99,
    "operator": "NotIn",
    "effect": "NoExecute",
    "tolerationSeconds": 61,
    "cpu": "1",
    "memory": "1900Mi",
}
"""Another value of a word, by its last key; other words become `other`."""


def _owner(role: dict[str, Any], name: str) -> dict[str, Any]:
    return {**role, "owner": {"user": name, "password": {"secret": name, "key": "password"}}}


def _full() -> dict[str, Any]:
    """The local stack with everything said that can be said of it."""
    config = stacks.changed(
        stacks.local(),
        kubernetes__createNamespace=False,
        images__pullSecrets=["login"],
        backend__version="1.32.1",
        backend__dynamicConfig={"frontend.namespaceRPS": [{"value": 1200, "constraints": {"namespace": "default"}}]},
        access__frontend={"kind": "node-port", "port": 30001},
        access__ui__exposure={"kind": "node-port", "port": 30002},
        namespaces=[
            {"name": name, "retention": "3d", "searchAttributes": {"CaseId": "Keyword"}}
            for name in ("default", "orders", "third")
        ],
        database__maxConnections=300,
        archival=dict(stacks.IN_CLUSTER_ARCHIVE),
        namespaces__0__archival=True,
    )
    for place in PARTS:
        for key, value in WORDS.items():
            stacks.put(config, [*place, key], copy.deepcopy(value))
    return config


def _existing(tls: dict[str, Any]) -> dict[str, Any]:
    found = stacks.existing(tls)
    for store in ("default", "visibility"):
        database = found["temporal:database"]
        database[store] = _owner(database[store], f"{store}-owner")
    return stacks.changed(found, access={}, applications=[], namespaces=[])


SEARCH_KINDS: dict[str, dict[str, Any]] = {
    "login": {"authentication": dict(stacks.LOGIN), **stacks.SEARCH_CA},
    "signing": {"authentication": dict(stacks.SIGNING)},
    "open": {"authentication": {"kind": "none"}},
}
"""What a search store of each kind of authentication says."""


def _search_stores() -> Iterator[tuple[str, dict[str, Any]]]:
    """Stacks whose search store, or the target of whose move, is of each kind."""
    for kind, said in SEARCH_KINDS.items():
        move = stacks.move("prepare", stacks.search_store("new", **said))
        searching = stacks.searching(move=move)
        old = stacks.search_store("search", **said, move=move)
        yield f"searching {kind}", stacks.changed(searching, visibility=old)
        opensearch = stacks.opensearch(move=move)
        yield f"moving {kind}", stacks.changed(opensearch, kubernetes__createNamespace=False)


SEARCH_STORES = dict(_search_stores())
CA = {"kind": "verify-full", "ca": {"secret": "authority", "key": "ca.pem"}}
ESTIMATE: dict[str, Any] = {
    "prices": {"rds/db.r6g.large": 0.2},
    "actionsPerMonth": 5,
    **dict.fromkeys(("activeGigabytes", "retainedGigabytes", "archiveGigabytes", "backupGigabytes"), 5),
    **dict.fromkeys(("logGigabytes", "loadBalancerUnits"), 5),
    **dict.fromkeys(("aurora/gigabytes", "aurora/requests", "aurora/capacityUnits"), 5),
    **dict.fromkeys(("cluster/controlPlanes", "cluster/nodes", "cluster/natGateways"), 5),
    "cluster/nodeType": "t3.large",
}
"""Every word of the estimate, which nothing that is deployed reads."""
BASES = {
    "local": stacks.local(),
    "full": _full(),
    "existing": _existing(CA),
    "require": _existing({"kind": "require"}),
    "disable": _existing({"kind": "disable"}),
    "cluster": stacks.changed(
        stacks.nothing_generated(),
        access={"frontend": {"kind": "cluster"}, "ui": {"exposure": {"kind": "cluster"}, "login": {"kind": "none"}}},
    ),
    "named alike": stacks.changed(
        _existing(CA),
        database__default__database="temporal",
        database__visibility__database="temporal_visibility",
    ),
    "autoscaled": stacks.changed(
        stacks.local(),
        database__maxConnections=300,
        backend__services={name: {"autoscaling": {"min": 1, "max": 2}} for name in ("frontend", "matching", "history")},
    ),
    "postgres": stacks.changed(stacks.local(), visibility={"kind": "postgres"}),
    "opensearch": stacks.opensearch(),
    "provided opensearch": stacks.changed(
        stacks.provided(),
        visibility={"kind": "opensearch"},
        tls__search={"secret": "their-search", "subject": "CN=search,O=Example"},
    ),
    "reindexing opensearch": stacks.opensearch(nodes=3, move=stacks.move("prepare")),
    "reindexing": stacks.searching(move=stacks.move("prepare")),
    "searching": stacks.searching(),
    **SEARCH_STORES,
    "s3": stacks.archived(stacks.AMAZON),
    "s3-compatible": stacks.archived(stacks.COMPATIBLE),
    "filestore": stacks.archived(stacks.VOLUME),
    "in-cluster archive": stacks.changed(stacks.archived_in_cluster(), kubernetes__createNamespace=False),
    "aws": stacks.on_aws(
        {
            "transitions": [{"days": 30, "storageClass": "STANDARD_IA"}],
            "objectLock": {"mode": "GOVERNANCE", "days": 30},
            "replication": dict(stacks.COPY),
        },
        kubernetes__createNamespace=False,
    ),
    "aws irsa": stacks.on_aws(aws__identity=dict(stacks.IRSA)),
    "aws key": stacks.on_aws(aws__encryption={"kind": "existing", "key": stacks.KEY}),
    "aws s3": stacks.changed(stacks.on_aws(), archival={"kind": "s3", "bucket": "old", "region": "eu-central-1"}),
    "provided": stacks.provided(),
    "provided archive": stacks.changed(
        stacks.provided(), archival=dict(stacks.IN_CLUSTER_ARCHIVE), tls__archive="their-archive"
    ),
    "cert-manager": stacks.changed(stacks.cert_manager(), kubernetes__createNamespace=False, applications=[]),
}
_ROLE = ("user", "password/secret", "password/key")
_ROLE_KEYS = ("user", "password.secret", "password.key")
IN_CLUSTER = {"kind": "in-cluster"}
ARCHIVES = ("s3", "aws", "s3-compatible", "filestore", "in-cluster archive")
GIVEN = BASES["provided"]
ISSUED = BASES["cert-manager"]["temporal:tls"]


@dataclass(frozen=True)
class Example:
    """One change of a stack: the first path is the leaf's, others follow it of need. `pods` are those that restart."""

    base: str
    changes: dict[str, Any]
    pods: frozenset[str] = NOBODY

    @property
    def leaf(self) -> str:
        """Another kind comes with its whole object."""
        path, value = next(iter(self.changes.items()))
        kind = ["kind"] if isinstance(value, dict) and "kind" in value else []
        return leaf_of(BASES[self.base], [*path.split("/"), *kind])


def _ends(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        yield path
    else:
        for key, item in items:
            yield from _ends(item, (*path, str(key)))


def _words() -> list[Example]:
    """Each word of pods at one part, the parts in turn: that all parts say them alike is proven in test_scheduling."""
    parts = itertools.cycle(PARTS.items())
    found: dict[str, Example] = {}
    for path in _ends(WORDS):
        place, pods = next(parts)
        changes = {"/".join((*place, *path)): OTHERS.get(path[-1], "other")}
        example = Example("full", changes, frozenset({pods}))
        found.setdefault(example.leaf, example)
    return list(found.values())


def _of_search_stores() -> Iterator[Example]:
    """Of each place where a stack file describes one. Whoever runs the schema job is no matter of the server's."""
    for stack, place in (
        ("searching", "visibility"),
        ("searching", "visibility/move/to"),
        ("moving", "visibility/move/to"),
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
        yield Example(signing, {f"{place}/authentication": {"kind": "none"}}, SERVICES)
        yield Example(open_, {f"{place}/authentication": dict(stacks.SIGNING)}, SERVICES)


def _of_visibility() -> Iterator[Example]:
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
    for base, login in (("reindexing", "searching login"), ("reindexing opensearch", "moving login")):
        yield Example(base, {"visibility/move/stage": "write-both"}, HISTORY)
        yield Example(base, {"visibility/move/to/index": index})
        yield Example(base, {"visibility/move/to": other})
        yield Example(login, {"visibility/move/to": {"kind": "index", "index": index}})
    yield Example("provided opensearch", {"tls/search/secret": "other"}, SERVICES | OPENSEARCH)
    yield Example("provided opensearch", {"tls/search/subject": "CN=other"}, OPENSEARCH)


def _of_aws() -> Iterator[Example]:
    other_key = stacks.KEY.replace("1234abcd", "4321abcd")
    # Another place takes its zones, its issuer and its key with it.
    zones = [{**subnet, "zone": subnet["zone"].replace("central", "west")} for subnet in stacks.AWS["subnets"]]
    yield Example("aws", {"aws/region": "eu-west-1", "aws/subnets": zones, "archival/replication/kmsKey": stacks.KEY})
    yield Example("aws", {"aws/account": "210987654321"})
    yield Example("aws", {"aws/cluster": "other"}, ARCHIVERS)
    yield Example("aws", {"aws/vpc": "vpc-00000000"})
    yield Example("aws", {"aws/subnets/0/id": "subnet-00000000"})
    yield Example("aws", {"aws/subnets/0/zone": "eu-central-1f"})
    yield Example("aws", {"aws/podSecurityGroup": "sg-00000000"})
    yield Example("aws", {"aws/identity": dict(stacks.IRSA)}, ARCHIVERS)
    yield Example("aws irsa", {"aws/identity": {"kind": "pod-identity"}}, ARCHIVERS)
    yield Example("aws irsa", {"aws/identity/provider": stacks.IRSA["provider"].replace("/0123", "/FEDC")})
    yield Example("aws", {"aws/encryption": {"kind": "existing", "key": stacks.KEY}})
    yield Example("aws key", {"aws/encryption": {"kind": "created"}})
    yield Example("aws key", {"aws/encryption/key": other_key})
    yield Example("aws", {"aws/tags/cost-center": "4712"})
    yield Example(
        "aws", {"archival": {"kind": "s3", "bucket": "orders-archive", "prefix": "a", "region": "eu-central-1"}}
    )
    for path, value in {
        "bucket": "other",
        "prefix": "other",
        "transitions/0/days": 31,
        "transitions/0/storageClass": "GLACIER_IR",
        "noncurrentDays": 91,
        "objectLock/mode": "COMPLIANCE",
        "objectLock/days": 31,
        "replication/bucket": "arn:aws:s3:::other",
        "replication/kmsKey": stacks.COPY["kmsKey"].replace("1234abcd", "4321abcd"),
    }.items():
        yield Example("aws", {f"archival/{path}": value})
    yield Example("aws s3", {"archival/kmsKey": stacks.KEY})


EXAMPLES = [
    *_words(),
    *_of_aws(),
    *_of_visibility(),
    *_of_search_stores(),
    Example("full", {"access/ui/tolerations/1/operator": "Exists"}, UI),
    Example("local", {"name": "other"}),
    Example("cluster", {"size": "staging"}, SERVICES | UI),
    Example("local", {"kubernetes/context": "other"}),
    Example("local", {"kubernetes/storageClass": "fast"}),
    Example("local", {"kubernetes/createNamespace": False}),
    Example("full", {"kubernetes/nodeAddress": "temporal.example.com"}),
    Example("full", {"kubernetes/adoptExistingObjects": False}),
    Example("local", {"kubernetes/pods/priorityClass": "high"}, SERVICES | UI | POSTGRES),
    Example("full", {"images/registry": "registry.example.com"}, SERVICES | UI | POSTGRES | ARCHIVE),
    Example("full", {"images/pullSecrets/0": "other"}, SERVICES | UI | POSTGRES | ARCHIVE),
    Example("full", {"images/digests/server": f"sha256:{'1' * 64}"}, SERVICES),
    Example("full", {"images/digests/adminTools": f"sha256:{'1' * 64}"}),
    Example("full", {"images/digests/ui": f"sha256:{'1' * 64}"}, UI),
    Example("full", {"images/digests/postgres": f"sha256:{'1' * 64}"}, POSTGRES),
    Example("full", {"images/digests/versitygw": f"sha256:{'1' * 64}"}, ARCHIVE),
    Example("full", {"backend/version": "1.32.2"}, SERVICES),
    Example("local", {"backend/shards": 256}),
    Example("full", {"backend/services/history/replicas": 2}),
    Example("full", {"access/ui/replicas": 2}),
    Example("full", {"backend/services/frontend/pools/default": 6}, FRONTEND),
    Example("full", {"backend/services/history/pools/visibility": 6}, frozenset({"Deployment/temporal-history"})),
    *(
        Example("full", {f"backend/services/{name}/shutdown/gracePeriod": "2m"}, frozenset({PARTS[place]}))
        for place in PARTS
        if (name := place[-1]) in SERVICE_NAMES
    ),
    Example("full", {"backend/services/frontend/shutdown/failHealthCheck": "2s"}),
    Example("full", {"backend/services/history/spread/zones": "required"}, frozenset({"Deployment/temporal-history"})),
    Example("full", {"access/ui/spread/hosts": "off"}, UI),
    Example("full", {"backend/services/frontend/rollout/maxSurge": 2}),
    Example("full", {"backend/services/matching/rollout/maxUnavailable": 1}),
    Example("full", {"backend/services/history/rollout/minReady": "1m"}),
    Example("full", {"backend/services/frontend/disruptionBudget/maxUnavailable": 1}),
    Example("full", {"backend/services/worker/disruptionBudget/minAvailable": 0}),
    Example("full", {"access/ui/disruptionBudget/maxUnavailable": 1}),
    Example("local", {"access/ui/disruptionBudget/minAvailable": 0}),
    *(
        Example("autoscaled", {f"backend/services/{name}/autoscaling/{key}": value})
        for name in ("frontend", "matching", "history")
        for key, value in (("min", 2), ("max", 3), ("cpu", 50))
    ),
    Example("local", {"database/queriesPerSecond": 1000}),
    Example("existing", {"database/queriesPerSecond": 1000}),
    Example("full", {"backend/services/frontend/shutdown/drain": "3s"}),
    Example("full", {"backend/services/matching/shutdown/align": "4s"}),
    Example("full", {"backend/services/history/shutdown/align": "5s"}),
    Example("full", {"backend/services/history/shutdown/joinDelay": "6s"}),
    Example("full", {"backend/dynamicConfig/frontend.namespaceRPS/0/value": 400}),
    Example("full", {"backend/dynamicConfig/frontend.namespaceRPS/0/constraints/namespace": "orders"}),
    Example(
        "local",
        {"database": BASES["named alike"]["temporal:database"], "kubernetes/createNamespace": False},
        SERVICES,
    ),
    Example("named alike", {"database": IN_CLUSTER}, SERVICES),
    Example("local", {"database/storage": "3Gi"}),
    Example("local", {"database/storageClass": "fast"}),
    Example("full", {"database/maxConnections": 301}, POSTGRES),
    Example("local", {"database/passwordRotation": 1}),
    Example("existing", {"database/host": "other.example.com"}, SERVICES),
    Example("existing", {"database/port": 5433}, SERVICES),
    Example("existing", {"database/maxConnections": 301}),
    Example("existing", {"database/tls": {"kind": "disable"}}, SERVICES),
    Example("require", {"database/tls": CA}, SERVICES),
    Example("disable", {"database/tls": {"kind": "require"}}, SERVICES),
    Example("existing", {"database/tls/ca/secret": "other"}, SERVICES),
    Example("existing", {"database/tls/ca/key": "other"}, SERVICES),
    *(
        Example("existing", {f"database/{store}/{path}": "other"}, SERVICES)
        for store in ("default", "visibility")
        for path in ("user", "password/secret", "password/key")
    ),
    *(
        Example("existing", {f"database/{store}/owner/{path}": "other"})
        for store in ("default", "visibility")
        for path in ("user", "password/secret", "password/key")
    ),
    Example("existing", {"database/default/database": "other"}),
    Example("existing", {"database/visibility/database": "other"}),
    Example("local", {"tls": ISSUED}, SERVICES | UI | POSTGRES),
    Example("local", {"tls/leafDays": 30}),
    Example("local", {"tls/rotation": 1}),
    Example("local", {"tls/refreshInterval": "2m"}, SERVICES),
    Example(
        "provided",
        {"tls": ISSUED, "applications": BASES["local"]["temporal:applications"]},
        SERVICES | UI | POSTGRES,
    ),
    Example("provided", {"tls/internode/secret": "other"}, SERVICES),
    Example("provided", {"tls/internode/serverName": "other.example.com"}, SERVICES),
    Example("provided", {"tls/frontend/secret": "other"}, SERVICES),
    Example("provided", {"tls/frontend/serverName": "other.example.com"}, SERVICES | UI),
    Example("provided", {"tls/clientAuthority/secret": "other"}, FRONTEND),
    Example("provided", {"tls/clientAuthority/key": "other"}, FRONTEND),
    Example("provided", {"tls/client": "other"}, UI),
    Example("provided", {"tls/ui": "other"}, UI),
    Example("provided", {"tls/database": "other"}, SERVICES | POSTGRES),
    Example("provided archive", {"tls/archive": "other"}, ARCHIVERS | ARCHIVE),
    Example("provided", {"tls/refreshInterval": "2m"}, SERVICES),
    Example("cert-manager", {"tls": GIVEN["temporal:tls"]}, SERVICES | UI | POSTGRES),
    Example("cert-manager", {"tls/issuer/kind": "Issuer"}, SERVICES | UI),
    Example("cert-manager", {"tls/issuer/name": "other"}, SERVICES | UI),
    Example("cert-manager", {"tls/issuer/group": "other.example.com"}, SERVICES | UI),
    Example("cert-manager", {"tls/duration": "100d"}),
    Example("cert-manager", {"tls/renewBefore": "20d"}),
    Example("cert-manager", {"tls/refreshInterval": "2h"}, SERVICES),
    Example("cluster", {"access/frontend": {"kind": "node-port"}}),
    Example("full", {"access/frontend": {"kind": "cluster"}}),
    Example("full", {"access/frontend/port": 30003}),
    Example("cluster", {"access/ui/exposure": {"kind": "node-port"}}),
    Example("full", {"access/ui/exposure": {"kind": "cluster"}}),
    Example("full", {"access/ui/exposure/port": 30004}),
    Example("full", {"namespaces/2/name": "late"}),
    Example("full", {"namespaces/2/retention": "4d"}),
    Example("full", {"namespaces/2/owner": "other"}),
    Example("full", {"namespaces/2/description": "other"}),
    Example("full", {"namespaces/2/searchAttributes/CaseId": "Int"}),
    Example("s3", {"namespaces/0/archival": False}),
    *(
        Example(base, {f"archival/{path}": "other"}, ARCHIVERS)
        for base in ("s3", "s3-compatible")
        for path in ("region", *(f"credentials/{half}/{key}" for half in stacks.PAIR for key in ("secret", "key")))
    ),
    *(
        Example(base, {f"archival/{key}": "other"})
        for base, keys in {"s3": ("bucket", "prefix"), "s3-compatible": ("bucket", "prefix")}.items()
        for key in keys
    ),
    Example("filestore", {"archival/claim": "other"}, ARCHIVERS),
    Example("filestore", {"archival/prefix": "other"}),
    Example("filestore", {"archival": dict(stacks.AMAZON)}),
    *(Example(base, {"archival/reads": False}, ARCHIVERS) for base in ARCHIVES),
    *(Example(base, {"archival/paused": True}) for base in ARCHIVES),
    *(Example("in-cluster archive", {f"archival/{key}": "other"}) for key in ("bucket", "prefix")),
    Example("in-cluster archive", {"archival/storage": "3Gi"}),
    Example("in-cluster archive", {"archival/storageClass": "fast"}),
    Example("in-cluster archive", {"archival": {**stacks.COMPATIBLE, "bucket": "temporal-archive"}}, ARCHIVERS),
    Example("s3-compatible", {"archival/endpoint": "https://other.example.com"}, ARCHIVERS),
    Example("s3-compatible", {"archival/pathStyle": False}, ARCHIVERS),
    Example("s3-compatible", {"archival/ca/secret": "other"}, ARCHIVERS),
    Example("s3-compatible", {"archival/ca/key": "other"}, ARCHIVERS),
    Example("s3", {"archival": {**stacks.COMPATIBLE, "region": "eu-central-1"}}, ARCHIVERS),
    Example("s3-compatible", {"archival": {**stacks.AMAZON, "region": "us-east-1"}}, ARCHIVERS),
    Example("local", {"applications/0/namespace": "other"}),
    Example("full", {"applications/0/temporalNamespace": "orders"}),
    Example("local", {"applications/0/createNamespace": False}),
    Example("provided", {"applications/0/clientSecret": "other"}),
    Example("full", {"protection": True}),
    *(Example("local", {f"cost/{path}": value}) for path, value in ESTIMATE.items()),
]


MILDER = {
    f"database(existing).{store}.owner.{path}": "nothing" for store in ("default", "visibility") for path in _ROLE_KEYS
} | {
    f"{place}.authentication(login).owner.{path}": "nothing"
    for place in (
        "visibility(existing)",
        "visibility(existing).move.to(existing)",
        "visibility(opensearch).move.to(existing)",
    )
    for path in _ROLE_KEYS
}
"""An owner is described by the words for a user, whose change restarts pods; only schema jobs run as the owner."""
DECLARED = leaves() | MILDER


def _waves(effect: str) -> list[list[Example]]:
    """Examples to try in one run: of one base, and with pods of their own, so that each is seen by its pods."""
    waves: list[list[Example]] = []
    for example in EXAMPLES:
        if DECLARED.get(example.leaf) != effect:
            continue
        for wave in waves:
            paths = {path for other in wave for path in other.changes}
            if wave[0].base == example.base and not paths & example.changes.keys() and _apart(wave, example):
                wave.append(example)
                break
        else:
            waves.append([example])
    return waves


def _apart(wave: list[Example], example: Example) -> bool:
    """Wholes are not changed together with their parts, nor pods by two examples."""
    paths = {path for other in wave for path in other.changes}
    nested = any(a.startswith(f"{b}/") or b.startswith(f"{a}/") for a in paths for b in example.changes)
    return not nested and not any(other.pods & example.pods for other in wave)


def _named(wave: list[Example]) -> str:
    return ", ".join(example.leaf for example in wave)


@cache
def _base(name: str) -> Recording:
    return recording.run(BASES[name])


def _changed(wave: list[Example]) -> Recording:
    """The stack after the changes, deployed before them."""
    [base] = {example.base for example in wave}
    config = copy.deepcopy(BASES[base])
    for path, value in (change for example in wave for change in example.changes.items()):
        stacks.put(config, path.split("/"), copy.deepcopy(value))
    return recording.run(config, deployed=_base(base).exports)


HOLDING_DATA = ("aws:s3/bucket:", "aws:kms/key:")
"""What is on AWS besides settings and rights."""


def restarted(before: Recording, after: Recording) -> set[str]:
    """Long-running pods that get another template."""
    one, other = ({k: v for k, v in r.templates().items() if not k.startswith("Job/")} for r in (before, after))
    return {name for name in one.keys() & other.keys() if one[name] != other[name]}


def made_anew(before: Recording, after: Recording) -> set[str]:
    """Objects that are deleted, or whose change of a fixed field is a deletion. Jobs, with their scripts, and Services
    do not count: no pod stops with them."""
    one, other = ({f"{r.type}::{r.name}": _fixed(r.inputs) for r in _lasting(found)} for found in (before, after))
    return {key for key in one if other.get(key) != one[key]}


def _lasting(found: Recording) -> Iterator[recording.Registration]:
    for registration in found.registrations:
        is_passing = registration.type.endswith((":Job", ":Service")) or registration.name.endswith("-script")
        if registration.type.startswith(("kubernetes:", "pulumi:providers:", *HOLDING_DATA)) and not is_passing:
            yield registration


def _fixed(inputs: dict[str, Any]) -> dict[str, Any]:
    """What Kubernetes, AWS or the provider for either cannot change in place."""
    metadata, spec = inputs.get("metadata", {}), inputs.get("spec", {})
    fixed = {key: metadata.get(key) for key in ("name", "namespace")}
    if inputs.get("kind") in ("Deployment", "StatefulSet"):
        fixed |= {key: spec.get(key) for key in ("selector", "serviceName", "volumeClaimTemplates")}
    return fixed | {key: inputs.get(key) for key in ("type", "context", "region", "bucket")}


def test_every_leaf_has_an_example() -> None:
    assert DECLARED.keys() - {example.leaf for example in EXAMPLES} == set()
    assert {example.leaf for example in EXAMPLES} - DECLARED.keys() == set()


@pytest.mark.parametrize("wave", _waves("nothing"), ids=_named)
def test_nothing_restarts(wave: list[Example]) -> None:
    before, after = _base(wave[0].base), _changed(wave)
    assert restarted(before, after) == set()
    assert made_anew(before, after) == set()


@pytest.mark.parametrize("wave", _waves("rolling"), ids=_named)
def test_pods_restart(wave: list[Example]) -> None:
    """Exactly those that the examples name, and no object is made anew."""
    before, after = _base(wave[0].base), _changed(wave)
    assert restarted(before, after) == {pod for example in wave for pod in example.pods}
    assert all(example.pods for example in wave)
    assert made_anew(before, after) == set()


@pytest.mark.parametrize("example", [example for wave in _waves("replaced") for example in wave], ids=lambda e: e.leaf)
def test_objects_are_made_anew(example: Example) -> None:
    before, after = _base(example.base), _changed([example])
    assert made_anew(before, after) != set()
    assert restarted(before, after) == example.pods


@pytest.mark.parametrize("example", [example for wave in _waves("refused") for example in wave], ids=lambda e: e.leaf)
def test_a_change_is_refused(example: Example) -> None:
    with pytest.raises(pulumi.RunError, match="is deployed and cannot become this:"):
        _changed([example])
