"""Stacks in which keys are changed."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from tests.program import stacks
from tests.program.effects.words import WORDS
from tests.program.test_scheduling import PARTS


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


REGIONAL = {"kind": "regional", "provider": "aws", "region": "eu-central-1"}


ADDRESS = {"kind": "address", "host": "a.example.com", "port": 7233, "serverName": "orders.a1b2c.tmprl.cloud"}


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


BY_SNS: dict[str, Any] = {"routes": [{"kind": "sns", "topic": stacks.TOPIC, "severities": ["critical"]}]}


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
