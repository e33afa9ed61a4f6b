"""Proves what the settings promise of every key (`x-effect`): what happens when it is changed in a deployed stack.

Two runs of the program are compared: which pods get another template, which objects are deleted or made anew, what is
refused. That the engine and Kubernetes then do so is seen with the engine and on a cluster.
"""

import copy
import itertools
from collections.abc import Iterator, Mapping
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
PROMETHEUS = frozenset({"StatefulSet/temporal-prometheus"})
ALERTMANAGER = frozenset({"StatefulSet/temporal-alertmanager"})
EXPORTER = frozenset({"Deployment/temporal-postgres-exporter"})
SEARCH_EXPORTER = frozenset({"Deployment/temporal-elasticsearch-exporter"})
AGENT = frozenset({"StatefulSet/temporal-agent"})
WATCHERS = ("prometheus", "alertmanager", "grafana")
DOCUMENTS = frozenset({"Deployment/documents"})
WEB = frozenset({"Deployment/web"})
TRACED = SERVICES | {"Deployment/notes"}
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
        database__parameters={"work_mem": "1MB"},
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
        yield f"searching {kind}", stacks.changed(searching, aws=dict(stacks.AWS), visibility=old)
        opensearch = stacks.opensearch(move=move)
        yield f"moving {kind}", stacks.changed(opensearch, aws=dict(stacks.AWS), kubernetes__createNamespace=False)
        yield f"leaving {kind}", stacks.in_domain(move=move)


SEARCH_STORES = dict(_search_stores())
KEPT = {"kind": "kept", "secret": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:master-a1B2c3"}
SNAPSHOT = {"kind": "snapshot", "snapshot": "before"}
MOMENT = {"kind": "point-in-time", "source": "old", "time": "latest"}
PROVISIONED = {"kind": "provisioned", "class": "db.r8g.large"}
SERVERLESS = {"kind": "serverless", "maximum": 4}


def _databases_in_rds() -> Iterator[tuple[str, dict[str, Any]]]:
    """Of both kinds, with everything said that can be said together."""
    kept = {"masterPassword": KEPT, "restore": SNAPSHOT, "ca": {"secret": "authorities", "key": "ca.pem"}}
    fast = {"kind": "gp3", "size": "400Gi", "maximum": "500Gi", "iops": 12000, "throughput": 500}
    replicas = [{"name": "reporting", "class": "db.r7g.large"}]
    managed = {"masterPassword": {"kind": "managed"}}
    yield "rds", stacks.rds(storage=fast, readReplicas=replicas, **managed)
    yield "rds io2", stacks.rds(storage={"kind": "io2", "size": "100Gi", "maximum": "200Gi", "iops": 3000})
    yield "rds kept", stacks.changed(stacks.rds(**kept), kubernetes__createNamespace=False)
    yield "rds blue-green", stacks.rds(masterPassword=KEPT, restore=SNAPSHOT, upgrades="blue-green")
    yield "rds moment", stacks.rds(restore=MOMENT)
    yield "aurora", stacks.aurora(SERVERLESS, **managed)
    yield "aurora provisioned", stacks.aurora(PROVISIONED)
    yield "aurora kept", stacks.changed(stacks.aurora(SERVERLESS, **kept), kubernetes__createNamespace=False)
    yield "aurora moment", stacks.aurora(SERVERLESS, restore=MOMENT)


KEYS = {half: {"secret": "pair", "key": half} for half in ("accessKey", "secretKey")}
BACKUPS: dict[str, Any] = {
    "cloudnative-pg": {
        **stacks.STORE,
        "endpoint": "https://s3.example.com",
        "ca": {"secret": "ca", "key": "ca.pem"},
        "credentials": KEYS,
    },
    "cloudnative-pg named": {"kind": "object-store", "name": "theirs"},
}
"""Where clusters of CloudNativePG are backed up to."""


def _operated_databases() -> Iterator[tuple[str, dict[str, Any]]]:
    """Of both operators."""
    yield "zalando", stacks.zalando(version="16", logicalBackup={}, parameters={"work_mem": "16MB"})
    for name, store in BACKUPS.items():
        said = {"version": "16", "backup": {"store": store}, "parameters": {"work_mem": "16MB"}}
        yield name, stacks.changed(stacks.cloudnative_pg(**said), kubernetes__createNamespace=False)


TO_DOMAIN = stacks.move("prepare", {**stacks.DOMAIN, "domain": "other", "dataNodes": 4})
DOMAINS = {
    "domain": stacks.in_domain(masters=3, masterType="m6g.xlarge.search"),
    "searching to domain": stacks.changed(stacks.searching(move=TO_DOMAIN), aws=dict(stacks.AWS)),
    "opensearch to domain": stacks.changed(stacks.opensearch(move=TO_DOMAIN), aws=dict(stacks.AWS)),
    "domain to domain": stacks.in_domain(move=TO_DOMAIN),
}
"""Stacks with a domain, and a move to one from every kind."""
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
REGIONAL = {"kind": "regional", "provider": "aws", "region": "eu-central-1"}
ADDRESS = {"kind": "address", "host": "a.example.com", "port": 7233, "serverName": "orders.a1b2c.tmprl.cloud"}
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
LINK_SERVICE = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0"
DROPPED = "what is not there any more"


def _workloads() -> Iterator[tuple[str, dict[str, Any]]]:
    """A worker and an API that say everything, in every kind of words."""
    scaled = dict(stacks.WORKER)
    counted = {key: value for key, value in scaled.items() if key != "autoscaling"} | {"replicas": 2}
    both = ("pullSecrets", "command", "args", "user", "disruptionBudget", "probes", "volumes", "metricsPort")
    web = {**stacks.API, **{key: scaled[key] for key in both}}
    web["ingress"] = {**stacks.API["ingress"], "annotations": {"note": "one"}}
    other = {"readiness": {"kind": "http", "path": "/", "port": 81}, "liveness": {"kind": "command", "command": ["a"]}}
    claim = {"kind": "claim", "name": "data", "path": "/data", "size": "1Gi"}
    given = {"kind": "existing-claim", "name": "data", "path": "/data", "claim": "data"}
    applications = [{"namespace": name, "temporalNamespace": "default"} for name in ("demo", "shop")]
    small = {key: stacks.API[key] for key in ("kind", "application", "image", "port")}
    kinds: dict[str, list[Mapping[str, Any]]] = {
        "working": [scaled, web, stacks.LEAST, {**small, "name": "small"}],
        "counted": [counted, web],
        "probed otherwise": [{**counted, "probes": other}, {**web, "probes": other}],
        **{
            base: [{**stacks.LEAST, "volumes": [volume]}, {**small, "name": "web", "volumes": [volume]}]
            for base, volume in (("alone", claim), ("alone given", given))
        },
        **{
            f"ingress {tls['kind']}": [{**small, "name": "web", "ingress": {"host": "a.example.com", "tls": tls}}]
            for tls in ({"kind": "none"}, {"kind": "secret", "secret": "web-tls"})
        },
    }
    for name, said in kinds.items():
        yield name, stacks.changed(stacks.working(*said), applications=applications)


RULED: dict[str, Any] = {
    "interval": "20s",
    "runbooks": "https://other.example.com",
    "objectives/availability": "99%",
    "objectives/latency": "99.99%",
    "objectives/within": "2s",
    **{
        f"alerts/TemporalFrontendLatencyP99High/{path}": value
        for path, value in {"enabled": False, "threshold": "3s", "for": "6m", "severity": "info"}.items()
    },
}
"""What is said of rules."""
TOLD: dict[str, Any] = {
    "groupWait": "11s",
    "groupInterval": "2m",
    "repeatInterval": "5h",
    **{
        f"routes/{index}": {"kind": "pagerduty", "routingKey": {"secret": f"other-{index}", "key": "other"}}
        for index in (0, 1, 3)
    },
    "routes/2": {"kind": "webhook", "url": {"secret": "other", "key": "other"}},
    "routes/0/severities/0": "critical",
    **{f"routes/{index}/severities/0": "warning" for index in (1, 2, 3)},
    "routes/0/channel": "#other",
    "routes/1/to/0": "other@example.com",
    "routes/1/sender": "other@example.com",
    "routes/1/host": "other.example.com",
    "routes/1/port": 587,
    "routes/1/login/username": "other",
}
"""What is said of those who are told."""
BY_SNS: dict[str, Any] = {"routes": [{"kind": "sns", "topic": stacks.TOPIC, "severities": ["critical"]}]}
NAMED = [
    f"{place}/{key}"
    for place in (
        "deadMan",
        "routes/0/webhook",
        "routes/1/ca",
        "routes/1/login/password",
        "routes/2/routingKey",
        "routes/3/url",
        "routes/3/bearerToken",
    )
    for key in ("secret", "key")
]
"""Secrets that are named there."""
BASES = {
    "watched": stacks.watched(),
    "watched by anybody": stacks.watched(monitoring__readers={"kind": "cluster"}),
    "existing watched": stacks.existing_watched(),
    "existing bundled": stacks.existing_watched(
        monitoring={
            "kind": "bundled",
            "postgres": stacks.existing_watched()["temporal:monitoring"]["postgres"],
        }
    ),
    "search watched": stacks.search_watched(),
    "search bundled": stacks.search_watched(
        monitoring={
            "kind": "bundled",
            "search": stacks.search_watched()["temporal:monitoring"]["search"],
        }
    ),
    "search amazon": stacks.search_watched(
        aws=stacks.amazon()["temporal:aws"],
        monitoring={
            "kind": "amazon",
            "search": stacks.search_watched()["temporal:monitoring"]["search"],
        },
    ),
    "traced": stacks.traced(),
    "not watched": stacks.watched(monitoring={"kind": "none"}),
    "bundled": stacks.bundled(),
    "amazon": stacks.amazon(),
    "existing amazon": stacks.existing_watched(
        aws=dict(stacks.GIVEN_KEY),
        monitoring={
            "kind": "amazon",
            "postgres": stacks.existing_watched()["temporal:monitoring"]["postgres"],
        },
    ),
    "watched by sns": stacks.watched(monitoring__notifications=dict(BY_SNS)),
    "bundled by sns": stacks.changed(
        stacks.bundled(), aws=dict(stacks.GIVEN_KEY), monitoring__notifications=dict(BY_SNS)
    ),
    "provided bundled": stacks.changed(
        stacks.provided(), monitoring={"kind": "bundled"}, tls__monitoring="their-monitoring"
    ),
    "databases": stacks.with_databases(stacks.cloud()),
    "cloud": stacks.cloud(),
    "cloud issued": stacks.cloud(stacks.CLUSTER_ISSUER),
    "cloud for people": stacks.changed(
        stacks.cloud({**stacks.CLUSTER_ISSUER, "issuer": {"kind": "Issuer", "name": "cloud"}}),
        kubernetes__createNamespace=False,
        applications=[],
    ),
    "cloud provided": stacks.cloud_provided(),
    "cloud key": stacks.cloud_with_key(backend__authentication__keys={"kind": "given"}),
    "cloud keys": stacks.cloud_with_keys(namespaces__0__managed={"regions": ["aws-us-east-1"]}),
    "cloud regional": stacks.cloud(backend__endpoint=dict(REGIONAL)),
    "cloud address": stacks.cloud(backend__endpoint=dict(ADDRESS)),
    "cloud linked": stacks.cloud_linked(backend__privateLink={"resolves": "endpoint"}),
    "cloud managed": stacks.cloud_managed(),
    "cloud watched": stacks.cloud_watched(),
    "cloud namespace": stacks.cloud(backend__endpoint={"kind": "namespace"}),
    "local": stacks.local(),
    **dict(_workloads()),
    "full": _full(),
    "existing": _existing(CA),
    "require": _existing({"kind": "require"}),
    "disable": _existing({"kind": "disable"}),
    "reached": stacks.changed(
        stacks.reached(**{**stacks.BALANCER, "annotations": {"note": "one"}}),
        access__ui__exposure__annotations={"note": "one"},
    ),
    **{
        f"reached {tls['kind']}": stacks.changed(
            stacks.reached(), kubernetes__createNamespace=False, access__ui__exposure__tls=tls
        )
        for tls in ({"kind": "none"}, {"kind": "secret", "secret": "ui-web"})
    },
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
    "reindexing domain": stacks.in_domain(move=stacks.move("prepare")),
    **SEARCH_STORES,
    **dict(_databases_in_rds()),
    **dict(_operated_databases()),
    **DOMAINS,
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
    "cared for": stacks.in_domain_cared_for({"kind": "topic", "topic": stacks.TOPIC}),
    "mailed": stacks.in_domain_cared_for({"kind": "emails", "emails": ["a@example.com"]}),
    "not told": stacks.in_domain_cared_for({"kind": "none"}),
    "provided": stacks.provided(),
    "provided archive": stacks.changed(
        stacks.provided(), archival=dict(stacks.IN_CLUSTER_ARCHIVE), tls__archive="their-archive"
    ),
    "cert-manager": stacks.changed(stacks.cert_manager(), kubernetes__createNamespace=False, applications=[]),
}
_BACKUP_SECRETS = [
    f"{place}/{key}" for place in ("ca", *(f"credentials/{half}" for half in KEYS)) for key in ("secret", "key")
]
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
    yield Example("aws", {"aws/permissionsBoundary": f"arn:aws:iam::{stacks.ACCOUNT}:policy/bounds"})
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


def _of_application_databases() -> Iterator[Example]:
    """The worker `orders` names the Secret; the job alone makes what is in PostgreSQL."""
    orders, place = frozenset({"Deployment/orders"}), "applicationDatabases/0"
    pem = f"-----BEGIN CERTIFICATE-----\n{'A' * 64}\n-----END CERTIFICATE-----\n"
    yield Example("databases", {f"{place}/name": "other"}, orders)
    yield Example("databases", {f"{place}/application": "bills"}, orders)
    yield Example("databases", {f"{place}/database": "other"})
    yield Example("databases", {f"{place}/schemas": ["workflow", "other"]})
    yield Example("databases", {f"{place}/urlScheme": "postgresql"}, orders)
    yield Example("databases", {f"{place}/passwordRotation": 1}, orders)
    yield Example("databases", {f"{place}/authorities": pem}, orders)
    yield Example("databases", {f"{place}/server/port": 6000}, orders)
    yield Example("databases", {f"{place}/server/identifier": "other"}, orders)
    yield Example("databases", {f"{place}/server/class": "db.m7g.large"})
    yield Example("databases", {f"{place}/server/readReplicas/0/name": "other"})
    yield Example("databases", {f"{place}/server/masterUser": "boss"})


def _of_rds() -> Iterator[Example]:
    """Of databases of both kinds. Another database is another address to the server."""
    other = {"identifier": "other"}
    yield Example("rds", {"database": {"kind": "aurora", "capacity": SERVERLESS, **other}}, SERVICES)
    yield Example("aurora", {"database": {"kind": "rds", "class": "db.r7g.large", **other}}, SERVICES)
    for kind in ("rds", "aurora"):
        yield Example(kind, {"database/identifier": "other"}, SERVICES)
        yield Example(kind, {"database/port": 6000}, SERVICES)
        yield Example(kind, {"database/masterUser": "boss"})
        yield Example(kind, {"database/masterPassword": KEPT})
        yield Example(f"{kind} kept", {"database/masterPassword": {"kind": "managed"}})
        yield Example(f"{kind} kept", {"database/masterPassword/secret": KEPT["secret"].replace("master", "other")})
        yield Example(f"{kind} kept", {"database/restore": MOMENT})
        yield Example(f"{kind} kept", {"database/restore/snapshot": "after"})
        yield Example(f"{kind} moment", {"database/restore": SNAPSHOT})
        yield Example(f"{kind} moment", {"database/restore/source": "other"})
        yield Example(f"{kind} moment", {"database/restore/time": "2026-11-20T14:30:00Z"})
        yield Example(f"{kind} kept", {"database/ca/secret": "other"}, SERVICES)
        yield Example(f"{kind} kept", {"database/ca/key": "other"}, SERVICES)
        for key, value in {
            "backupDays": 15,
            "backupWindow": "01:00-02:00",
            "maintenanceWindow": "mon:04:00-mon:05:00",
            "applyImmediately": True,
            "finalSnapshot": False,
            "iamAuthentication": False,
            "certificateAuthority": "rds-ca-ecc384-g1",
            "insightsDays": 31,
            "monitoringInterval": 0,
            "logDays": 400,
            "passwordRotation": 1,
            "queriesPerSecond": 1000,
            "engineVersion": "17.11",
        }.items():
            yield Example(kind, {f"database/{key}": value})
    yield Example("rds", {"database/deployment": "single-az-instance"})
    yield Example("rds", {"database/class": "db.r7g.xlarge"})
    yield Example("rds", {"database/readReplicas/0/name": "other"})
    yield Example("rds", {"database/readReplicas/0/class": "db.r7g.xlarge"})
    yield Example("rds blue-green", {"database/upgrades": "in-place"})
    yield Example("rds", {"database/storage": {"kind": "io2", "size": "400Gi", "iops": 3000}})
    yield Example("rds io2", {"database/storage": {"kind": "gp3"}})
    for base, values in {
        "rds": {"size": "410Gi", "maximum": "600Gi", "iops": 16000, "throughput": 750},
        "rds io2": {"size": "110Gi", "maximum": "300Gi", "iops": 4000},
    }.items():
        for key, value in values.items():
            yield Example(base, {f"database/storage/{key}": value})
    yield Example("aurora", {"database/storage": "io-optimized"})
    yield Example("aurora", {"database/capacity": PROVISIONED})
    yield Example("aurora provisioned", {"database/capacity": SERVERLESS})
    for key, value in {"minimum": 2, "maximum": 8, "instances": 3}.items():
        yield Example("aurora", {f"database/capacity/{key}": value})
    yield Example("aurora provisioned", {"database/capacity/class": "db.r8g.xlarge"})
    yield Example("aurora provisioned", {"database/capacity/instances": 3})
    yield Example("rds kept", {"aws/secrets/store/kind": "SecretStore"})
    yield Example("rds", {"aws/secrets/store/name": "other"})


def _of_operated_databases() -> Iterator[Example]:
    """No pod that this program makes restarts but where the server meets another host or other Secrets."""
    yield Example("zalando", {"database": IN_CLUSTER}, SERVICES)
    yield Example("cloudnative-pg", {"database": IN_CLUSTER}, SERVICES)
    for kind in ("zalando", "cloudnative-pg"):
        for key, value in {
            "instances": 5,
            "synchronous": False,
            "version": "17",
            "storage": "30Gi",
            "storageClass": "fast",
            "maxConnections": 300,
            "parameters/work_mem": "32MB",
            "queriesPerSecond": 1000,
        }.items():
            yield Example(kind, {f"database/{key}": value})
    yield Example("zalando", {"database/logicalBackup/schedule": "0 1 * * *"})
    yield Example("zalando", {"database/logicalBackup/retention": "2 weeks"})
    yield Example("cloudnative-pg named", {"database/image": "registry.example.com/pg:16.6"})
    yield Example("cloudnative-pg", {"database/passwordRotation": 1})
    yield Example("cloudnative-pg", {"database/backup/schedule": "0 0 1 * * *"})
    yield Example("cloudnative-pg", {"database/backup/store": BACKUPS["cloudnative-pg named"]})
    yield Example("cloudnative-pg named", {"database/backup/store": BACKUPS["cloudnative-pg"]})
    yield Example("cloudnative-pg named", {"database/backup/store/name": "other"})
    for path, value in {"path": "s3://other", "endpoint": "https://other.example.com", "retention": "4w"}.items():
        yield Example("cloudnative-pg", {f"database/backup/store/{path}": value})
    for path in _BACKUP_SECRETS:
        yield Example("cloudnative-pg", {f"database/backup/store/{path}": "other"})


def _of_domains() -> Iterator[Example]:
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


def _of_care() -> Iterator[Example]:
    """What watches and copies the stores."""
    yield Example("cared for", {"aws/alarms/topic": f"arn:aws:sns:eu-central-1:{stacks.ACCOUNT}:other"})
    yield Example("cared for", {"aws/alarms": {"kind": "emails", "emails": ["a@example.com"]}})
    yield Example("mailed", {"aws/alarms/emails": ["b@example.com", "c@example.com"]})
    yield Example("mailed", {"aws/alarms": {"kind": "none"}})
    yield Example("not told", {"aws/alarms": {"kind": "emails", "emails": ["a@example.com"]}})
    for path, value in {
        "days": 36,
        "start": "01:30",
        "lock/minDays": 8,
        "lock/maxDays": 366,
        "lock/finalAfterDays": 3,
        "copyTo/vault": f"arn:aws:backup:eu-west-1:{stacks.ACCOUNT}:backup-vault:other",
        "copyTo/days": 8,
    }.items():
        yield Example("cared for", {f"aws/backup/{path}": value})


CERTIFICATES = "backend/authentication/certificates"


def _of_the_cloud() -> Iterator[Example]:
    backend = stacks.cloud()["temporal:backend"]
    left = dict.fromkeys(("size", "images", "database", "visibility", "archival", "tls", "access", "cost"), DROPPED)
    yield Example("local", {"backend": backend, **left, "namespaces": [{"name": "orders.a1b2c"}], "applications": []})
    server = {"database": {"kind": "in-cluster"}, "tls": {"kind": "generated"}}
    yield Example("cloud", {"backend": {"kind": "self-hosted"}, **server})
    yield Example("cloud namespace", {"backend/endpoint": dict(REGIONAL)})
    yield Example("cloud regional", {"backend/endpoint": dict(ADDRESS)})
    yield Example("cloud address", {"backend/endpoint": {"kind": "namespace"}})
    yield Example("cloud regional", {"backend/endpoint/provider": "gcp"})
    yield Example("cloud regional", {"backend/endpoint/region": "eu-west-1"})
    yield Example("cloud address", {"backend/endpoint/host": "b.example.com"})
    yield Example("cloud address", {"backend/endpoint/port": 443})
    yield Example("cloud address", {"backend/endpoint/serverName": "b.example.com"})
    yield Example("cloud linked", {"backend/privateLink/service": LINK_SERVICE})
    yield Example("cloud linked", {"backend/privateLink/resolves": "region"})
    place = "namespaces/0/managed"
    yield Example("cloud managed", {f"{place}/regions": ["aws-eu-central-1", "aws-eu-central-1"]})
    yield Example("cloud managed", {f"{place}/authorities": CERTIFICATE})
    for word in ("commonName", "organization", "organizationalUnit", "subjectAlternativeName"):
        yield Example("cloud managed", {f"{place}/certificateFilters/0/{word}": "other"})
    yield Example("cloud managed", {f"{place}/connectivity": ["public"]})
    yield Example("cloud managed", {f"{place}/deleteProtection": False})
    for word, value in (("bucket", "others"), ("account", "210987654321"), ("role", "other")):
        yield Example("cloud managed", {f"{place}/export/{word}": value})
    yield Example("cloud managed", {f"{place}/export/kmsKey": stacks.KEY.replace("1234abcd", "4321abcd")})
    elsewhere = {f"{place}/regions": ["aws-eu-central-1", "aws-eu-west-1"], "backend/privateLink/resolves": "region"}
    yield Example(
        "cloud managed",
        {
            f"{place}/export/region": "eu-west-1",
            f"{place}/export/kmsKey": stacks.KEY.replace("central", "west"),
            **elsewhere,
        },
    )
    key = {"kind": "api-key"}
    yield Example("cloud", {"backend/authentication": key, "cloudApiKey": {"secure": "v1:a:b"}})
    mtls = {"kind": "mtls", "certificates": {"kind": "generated"}}
    yield Example("cloud key", {"backend/authentication": mtls, "cloudApiKey": DROPPED})
    yield Example("cloud key", {"cloudApiKey": {"secure": "v1:c:d"}})
    made = {"kind": "generated", "until": "2027-06-01"}
    yield Example("cloud key", {"backend/authentication/keys": made, "cloudApiKey": DROPPED})
    given = {"backend/authentication/keys": {"kind": "given"}, "cloudApiKey": {"secure": "v1:a:b"}}
    yield Example("cloud keys", given)
    yield Example("cloud keys", {"backend/authentication/keys/until": "2028-06-01"})
    yield Example("cloud", {CERTIFICATES: dict(stacks.CLUSTER_ISSUER)})
    yield Example("cloud issued", {CERTIFICATES: {"kind": "generated"}})
    yield Example("cloud provided", {CERTIFICATES: {"kind": "generated"}, "applications": []})
    yield Example("cloud", {f"{CERTIFICATES}/leafDays": 30})
    yield Example("cloud", {f"{CERTIFICATES}/rotation": 1})
    yield Example("cloud issued", {f"{CERTIFICATES}/duration": "60d"})
    yield Example("cloud issued", {f"{CERTIFICATES}/renewBefore": "10d"})
    yield Example("cloud provided", {f"{CERTIFICATES}/client": "others"})
    yield Example("cloud for people", {f"{CERTIFICATES}/issuer/kind": "ClusterIssuer"})
    yield Example("cloud issued", {f"{CERTIFICATES}/issuer/name": "other"})
    yield Example("cloud issued", {f"{CERTIFICATES}/issuer/group": "other.example.com"})


def _of_workloads() -> Iterator[Example]:
    """Of both kinds: what they say alike, then what each says alone."""
    for number, name, pods in ((0, "documents", DOCUMENTS), (1, "web", WEB)):
        place = f"workloads/{number}"
        yield Example("working", {f"{place}/name": "other"})
        yield Example("working", {f"{place}/application": "shop"}, pods)
        for path, value in {
            "image": f"{name}:2",
            "pullSecrets/0": "other",
            "command/0": "ruby",
            "args/0": "other",
            "user": 1001,
            "spot": "required",
            "gracefulShutdown": "60s",
            "probes/readiness": {"kind": "http", "path": "/", "port": 81},
            "probes/readiness/command/0": "other",
            "probes/liveness": {"kind": "command", "command": ["a"]},
            "probes/liveness/path": "/other",
            "probes/liveness/port": 81,
            "probes/startWithin": "1m",
            "volumes/0/path": "/other",
            "volumes/1": {"kind": "secret", "name": "models", "secret": "models", "path": "/models"},
            "volumes/1/name": "other",
            "volumes/1/claim": "other",
            "volumes/1/path": "/other",
            "volumes/1/readOnly": False,
            "volumes/2": {
                "kind": "existing-claim",
                "name": "keys",
                "claim": "keys",
                "path": "/etc/keys",
                "accessMode": "ReadWriteMany",
            },
            "volumes/2/name": "other",
            "volumes/2/secret": "other",
            "volumes/2/path": "/other",
            "metricsPort": 9465,
        }.items():
            yield Example("working", {f"{place}/{path}": value}, pods)
        yield Example("working", {f"{place}/volumes/0": {**_GIVEN, "name": "data"}}, pods)
        yield Example("working", {f"{place}/volumes/0/name": "other"}, pods)
        yield Example("working", {f"{place}/volumes/0/storageClass": "other"})
        yield Example("working", {f"{place}/volumes/0/size": "20Gi"})
        yield Example("alone", {f"{place}/volumes/0/accessMode": "ReadWriteMany"})
        yield Example("alone given", {f"{place}/volumes/0/accessMode": "ReadWriteMany"})
        yield Example("counted", {f"{place}/replicas": 3})
        yield Example("counted", {f"{place}/disruptionBudget/maxUnavailable": 1})
        yield Example("alone", {f"{place}/disruptionBudget/minAvailable": 0})
        for path, value in {
            "readiness": {"kind": "command", "command": ["a"]},
            "readiness/path": "/other",
            "readiness/port": 82,
            "liveness": {"kind": "http", "path": "/", "port": 81},
            "liveness/command/0": "other",
        }.items():
            yield Example("probed otherwise", {f"{place}/probes/{path}": value}, pods)
    yield from _of_workers()
    yield from _of_apis()


_GIVEN = {"kind": "existing-claim", "claim": "given", "path": "/app/data", "accessMode": "ReadWriteMany"}


def _of_workers() -> Iterator[Example]:
    api = {**stacks.LEAST, "kind": "api", "port": 80}
    del api["taskQueue"]
    yield Example("working", {"workloads/2": api}, frozenset({"Deployment/least"}))
    for path, value in {
        "taskQueue": "other",
        "slots/workflowTasks": 10,
        "slots/activities": 10,
        "slots/localActivities": 10,
        "pollers/workflowTasks": 3,
        "pollers/activities": 3,
    }.items():
        yield Example("working", {f"workloads/0/{path}": value}, DOCUMENTS)
    for key, value in {"min": 0, "max": 9, "backlog": 5}.items():
        yield Example("working", {f"workloads/0/autoscaling/{key}": value})


def _of_apis() -> Iterator[Example]:
    small = {**BASES["working"]["temporal:workloads"][3], "kind": "worker", "taskQueue": "small"}
    del small["port"]
    yield Example("working", {"workloads/3": small}, frozenset({"Deployment/small"}))
    yield Example("working", {"workloads/1/port": 8001}, WEB)
    for path, value in {
        "host": "other.example.com",
        "path": "/other",
        "ingressClass": "other",
        "annotations/note": "other",
        "tls": {"kind": "none"},
        "tls/issuerKind": "Issuer",
        "tls/issuer": "other",
    }.items():
        yield Example("working", {f"workloads/1/ingress/{path}": value})
    yield Example("ingress none", {"workloads/0/ingress/tls": {"kind": "secret", "secret": "web-tls"}})
    yield Example("ingress secret", {"workloads/0/ingress/tls": {"kind": "none"}})
    yield Example("ingress secret", {"workloads/0/ingress/tls/secret": "other"})


def _of_ways_in() -> Iterator[Example]:
    yield Example("reached", {"access/frontend": {"kind": "cluster"}})
    yield Example("reached", {"access/ui/exposure": {"kind": "cluster"}})
    for path, value in {
        "host": "other.example.com",
        "port": 7233,
        "address": "203.0.113.11",
        "loadBalancerClass": "other",
        "sourceRanges/0": "203.0.112.0/24",
        "externalTrafficPolicy": "Cluster",
        "annotations/note": "other",
    }.items():
        yield Example("reached", {f"access/frontend/{path}": value})
    for path, value in {
        "host": "other-ui.example.com",
        "ingressClass": "other",
        "controller": "other",
        "annotations/note": "other",
        "tls": {"kind": "none"},
        "tls/issuerKind": "ClusterIssuer",
        "tls/issuer": "other",
    }.items():
        yield Example("reached", {f"access/ui/exposure/{path}": value})
    yield Example("reached none", {"access/ui/exposure/tls": {"kind": "secret", "secret": "ui-web"}})
    yield Example("reached secret", {"access/ui/exposure/tls": {"kind": "none"}})
    yield Example("reached secret", {"access/ui/exposure/tls/secret": "other"})


def _of_monitoring() -> Iterator[Example]:
    for base, told in (("watched", NOBODY), ("bundled", ALERTMANAGER)):
        other = "tally" if base == "watched" else "opentelemetry"
        yield Example(base, {"monitoring/framework": other}, SERVICES)
        for path, value in RULED.items():
            yield Example(base, {f"monitoring/{path}": value})
        for path, value in TOLD.items():
            yield Example(base, {f"monitoring/notifications/{path}": value}, told)
        for path in NAMED:
            yield Example(base, {f"monitoring/notifications/{path}": "other"}, told)
        yield Example(base, {"monitoring": {"kind": "none"}}, SERVICES)
    yield Example("not watched", {"monitoring": {"kind": "operator", "readers": {"kind": "cluster"}}}, SERVICES)
    for path, value in {
        "readers": {"kind": "cluster"},
        "readers/name": "other",
        "labels/release": "other",
        "dashboardLabels/grafana_dashboard": "other",
        "grafana": "https://other.example.com",
        "kubeStateMetrics": True,
    }.items():
        yield Example("watched", {f"monitoring/{path}": value})
    yield Example("watched by anybody", {"monitoring/readers": {"kind": "namespace", "name": "monitoring"}})
    for base in ("existing watched", "existing bundled"):
        for path in ("user", "password/secret", "password/key"):
            yield Example(base, {f"monitoring/postgres/{path}": "other"}, EXPORTER)
    yield Example("watched", {"images/digests/postgresExporter": f"sha256:{'1' * 64}"}, EXPORTER)
    for base in ("search watched", "search bundled", "search amazon"):
        for path in ("user", "password/secret", "password/key"):
            yield Example(base, {f"monitoring/search/{path}": "other"}, SEARCH_EXPORTER)
    yield Example("search watched", {"images/digests/elasticsearchExporter": f"sha256:{'1' * 64}"}, SEARCH_EXPORTER)
    for key in ("secret", "key"):
        yield Example("cloud watched", {f"monitoring/cloud/apiKey/{key}": "other"})
    yield from _of_bundled_monitoring()
    yield from _of_amazon()


def _of_bundled_monitoring() -> Iterator[Example]:
    for part in WATCHERS:
        pods = frozenset({f"StatefulSet/temporal-{part}"})
        yield Example("bundled", {f"images/digests/{part}": f"sha256:{'1' * 64}"}, pods)
        # Prometheus is told how much of its volume it may fill.
        yield Example("bundled", {f"monitoring/{part}/storage": "3Gi"}, pods if part == "prometheus" else NOBODY)
        yield Example("bundled", {f"monitoring/{part}/storageClass": "other"})
    yield Example("bundled", {"monitoring/prometheus/retention": "31d"}, PROMETHEUS)
    yield Example("provided bundled", {"tls/monitoring": "other"}, PROMETHEUS | ALERTMANAGER)


def _of_amazon() -> Iterator[Example]:
    yield Example("amazon", {"monitoring/agent/storage": "3Gi"})
    yield Example("amazon", {"monitoring/agent/storageClass": "other"})
    yield Example("amazon", {"images/digests/prometheus": f"sha256:{'1' * 64}"}, AGENT)
    for path, value in {
        "logDays": 30,
        "grafana": "https://other.example.com",
        "notifications/routes/0/emails/0": "other@example.com",
        "notifications/routes/1/topic": "arn:aws:sns:eu-central-1:123456789012:other",
        "notifications/routes/1/severities/0": "warning",
        "notifications/routes/0/severities": ["critical"],
    }.items():
        yield Example("amazon", {f"monitoring/{path}": value})
    for path, value in RULED.items():
        yield Example("amazon", {f"monitoring/{path}": value})
    for path in ("groupWait", "groupInterval", "repeatInterval"):
        yield Example("amazon", {f"monitoring/notifications/{path}": TOLD[path]})
    yield Example("amazon", {"monitoring/framework": "opentelemetry"}, SERVICES)
    yield Example("amazon", {"monitoring": {"kind": "none"}}, SERVICES)
    for path in ("user", "password/secret", "password/key"):
        yield Example("existing amazon", {f"monitoring/postgres/{path}": "other"}, EXPORTER)
    for base, told in (("watched by sns", NOBODY), ("bundled by sns", ALERTMANAGER)):
        other = {"kind": "webhook", "url": {"secret": "other", "key": "other"}}
        yield Example(base, {"monitoring/notifications/routes/0": other}, told)
        yield Example(base, {"monitoring/notifications/routes/0/topic": f"{stacks.TOPIC}-2"}, told)
        yield Example(base, {"monitoring/notifications/routes/0/severities/0": "warning"}, told)


def _of_traces() -> Iterator[Example]:
    for path, value in {
        "endpoint": "https://other.example.com:4317",
        "ratio": 0.2,
        "ca/secret": "other",
        "ca/key": "other",
        "headers/secret": "other",
        "headers/key": "other",
    }.items():
        yield Example("traced", {f"traces/{path}": value}, TRACED)


EXAMPLES = [
    *_words(),
    *_of_traces(),
    *_of_monitoring(),
    *_of_the_cloud(),
    *_of_workloads(),
    *_of_domains(),
    *_of_care(),
    *_of_aws(),
    *_of_rds(),
    *_of_application_databases(),
    *_of_operated_databases(),
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
    Example("full", {"database/parameters/work_mem": "2MB"}, POSTGRES),
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
    *_of_ways_in(),
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
    Example("local", {"applications/0/workerController": True}),
    Example("full", {"protection": True}),
    *(Example("local", {f"cost/{path}": value}) for path, value in ESTIMATE.items()),
]


MILDER = (
    {
        f"database(existing).{store}.owner.{path}": "nothing"
        for store in ("default", "visibility")
        for path in _ROLE_KEYS
    }
    | {
        f"{place}.authentication(login).owner.{path}": "nothing"
        for place in (
            "visibility(existing)",
            "visibility(existing).move.to(existing)",
            "visibility(opensearch).move.to(existing)",
            "visibility(opensearch-domain).move.to(existing)",
        )
        for path in _ROLE_KEYS
    }
    | {"visibility(opensearch-domain).move.to(existing).authentication(aws-request-signing).domain": "nothing"}
    | {
        f"backend(cloud).authentication(mtls).certificates(cert-manager).issuer.{key}": "nothing"
        for key in ("kind", "name", "group")
    }
    | {
        leaf: "nothing"
        for leaf in leaves()
        if leaf.startswith(
            (
                "monitoring(operator).notifications.",
                "monitoring(operator).cloud.",
                "monitoring(amazon).notifications.",
            )
        )
    }
    | {f"database(cloudnative-pg).backup.store(s3).{path.replace('/', '.')}": "nothing" for path in _BACKUP_SECRETS}
)
"""What backups use is mounted by no pod of this program, nor is what an operator's Prometheus or Alertmanager uses.

An owner is described by the words for a user, whose change restarts pods; only schema jobs run as the owner. And
pods that search in a domain of the stack's own have a role already, and with Temporal Cloud there are none. Amazon's
Alertmanager is no pod."""
REFUSED = (
    "monitoring(amazon).notifications.deadMan.",
    *(f"monitoring(amazon).notifications.routes.[]({kind})." for kind in ("slack", "email", "pagerduty", "webhook")),
    "monitoring(amazon).notifications.routes.[](sns).kind",
    *(f"monitoring({kind}).notifications.routes.[](sns).emails" for kind in ("operator", "bundled")),
)
"""How what the models allow and no stack file can say begins: rules refuse it."""
DECLARED = {leaf: effect for leaf, effect in (leaves() | MILDER).items() if not leaf.startswith(REFUSED)}


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
        if value == DROPPED:
            config.pop(f"temporal:{path}", None)
        else:
            stacks.put(config, path.split("/"), copy.deepcopy(value))
    return recording.run(config, deployed=_base(base).exports)


HOLDING_DATA = (
    "aws:s3/bucket:",
    "aws:kms/key:",
    "aws:opensearch/domain:",
    "aws:backup/vault:",
    "aws:rds/instance:",
    "aws:rds/cluster:",
    "aws:amp/workspace:",
)
"""What is on AWS besides settings and rights."""


def restarted(before: Recording, after: Recording) -> set[str]:
    """Long-running pods that get another template."""
    one, other = ({k: v for k, v in r.templates().items() if not k.startswith("Job/")} for r in (before, after))
    return {name for name in one.keys() & other.keys() if one[name] != other[name]}


def made_anew(before: Recording, after: Recording) -> set[str]:
    """Objects that are deleted, or whose change of a fixed field is a deletion. Jobs, with their scripts, Services,
    Ingresses, network policies and the places of backups do not count: no pod stops with them."""
    one, other = ({f"{r.type}::{r.name}": _fixed(r.inputs) for r in _lasting(found)} for found in (before, after))
    return {key for key in one if other.get(key) != one[key]}


ONLY_FOR_THE_ROLES_JOB = (
    *("-access-push", "-access-roles", "-access-master"),
    *("-shop-push", "-shop-user", "-shop-master"),
)


def _lasting(found: Recording) -> Iterator[recording.Registration]:
    for registration in found.registrations:
        passing = ("-script", *ONLY_FOR_THE_ROLES_JOB, "-reporting", "-reports", "-object-store")
        kinds = (":Job", ":Service", ":Ingress", ":NetworkPolicy")
        is_passing = registration.type.endswith(kinds) or registration.name.endswith(passing)
        if registration.type.startswith(("kubernetes:", "pulumi:providers:", *HOLDING_DATA)) and not is_passing:
            yield registration


def _fixed(inputs: dict[str, Any]) -> dict[str, Any]:
    """What Kubernetes, AWS or the provider for either cannot change in place."""
    metadata, spec = inputs.get("metadata", {}), inputs.get("spec", {})
    fixed = {key: metadata.get(key) for key in ("name", "namespace")}
    if inputs.get("kind") in ("Deployment", "StatefulSet"):
        fixed |= {key: spec.get(key) for key in ("selector", "serviceName", "volumeClaimTemplates")}
    if inputs.get("kind") == "PersistentVolumeClaim":
        fixed |= {key: spec.get(key) for key in ("storageClassName", "accessModes")}
    named = ("type", "context", "region", "bucket", "identifier", "clusterIdentifier", "domainName")
    return fixed | {key: inputs.get(key) for key in named}


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
