"""Strategies for whole stack files that are valid: of every kind, with anything in them that rules allow together."""

import copy
import json
from typing import Any, Final

from hypothesis import strategies as st

import versions
from settings.sizes import SERVICE_NAMES
from tests.settings import valid_operated
from tests.settings.valid_aws import accounts, alarms, backups, buckets, domains
from tests.settings.valid_cloud import cloud_stack_files
from tests.settings.valid_dynamic_config import dynamic_configs
from tests.settings.valid_operated import PARAMETERS, operated_databases
from tests.settings.valid_pods import (
    AUTOSCALERS,
    BUDGETS,
    PODS,
    ROLLOUTS,
    SCHEDULING,
    SPREAD,
    labels,
    secret_keys,
    shutdowns,
    some,
)
from tests.settings.valid_rds import managed_databases
from tests.settings.valid_visibility import attribute_types, refers, visibilities
from tests.settings.valid_workloads import workloads

ENOUGH_CONNECTIONS: Final = 31_000
"""For ten pods of each service, twice as many in a rollout, with the largest pools drawn."""
ENOUGH_QUERIES: Final = 4000
"""For as many pods."""
SCALABLE: Final = ("frontend", "history", "matching")

_hosts = st.one_of(st.builds("{}.example.com".format, labels), st.sampled_from(["10.0.0.7", "2001:db8::7"]))
_digests = st.sampled_from(["a", "5"]).map(lambda digit: f"sha256:{digit * 64}")
_replicas = st.integers(1, 10)
_queries = st.integers(ENOUGH_QUERIES, 1_000_000)
_pools = st.integers(1, 150)
_identities = st.fixed_dictionaries({"secret": labels, "serverName": _hosts})
_rotations = st.integers(0, 1_000_000)
_refreshes = st.sampled_from(["1s", "90s", "30m", "1h"])
_roles = {"user": labels, "password": secret_keys}
_traces = st.fixed_dictionaries(
    {"endpoint": st.sampled_from(["https://collector.observability.svc:4317", "http://10.0.0.7:4317"])},
    optional={"ratio": st.sampled_from([0, 0.01, 1])},
)
_encryption = st.one_of(
    st.fixed_dictionaries({"kind": st.just("verify-full")}, optional={"ca": secret_keys}),
    st.sampled_from([{"kind": "require"}, {"kind": "disable"}]),
)


@st.composite
def stack_files(draw: st.DrawFn) -> dict[str, Any]:
    """The configuration of a valid stack, with full keys."""
    return draw(cloud_stack_files() if draw(st.integers(0, 7)) == 0 else _self_hosted_files())


@st.composite
def _self_hosted_files(draw: st.DrawFn) -> dict[str, Any]:
    is_in_rds = draw(st.integers(0, 3)) == 0
    account = draw(accounts(of_rds=True)) if is_in_rds else draw(st.one_of(st.none(), accounts()))
    installation, size = draw(labels), draw(some(size=st.sampled_from(["dev", "staging", "production"])))
    visibility = draw(visibilities(domains(account, installation, size.get("size", "dev")) if account else None))
    searches_sql = visibility.get("kind", "postgres") == "postgres"
    said: dict[str, Any] = {
        "name": installation,
        "backend": draw(_backends(searches_sql=searches_sql)),
        "database": draw(_databases(size.get("size", "dev"), searches_sql=searches_sql)),
        "tls": draw(_issuers()),
        "namespaces": draw(_namespaces(searches_sql=searches_sql)),
        **({"visibility": visibility} if visibility else {}),
        **({"aws": account} if account else {}),
        **size,
        **draw(some(protection=st.booleans(), traces=_traces)),
    }
    if visibility.get("replaces") == "postgres":
        for namespace in said["namespaces"]:
            namespace.pop("searchAttributes", None)
    if draw(st.booleans()):
        said["archival"] = draw(_archives(said))
        for namespace in said["namespaces"]:
            namespace["archival"] = draw(st.booleans())
    access = draw(_ways_in())
    _complete_certificates(said, has_ui="ui" in access)
    said |= draw(st.sampled_from([{}, {"access": access}])) if not access else {"access": access}
    if is_in_rds:
        _put_in_rds(said, draw)
    if account:
        _care_for(said, account, draw, is_in_rds=is_in_rds)
    said["images"] = draw(
        some(
            registry=st.sampled_from(["mirror.example.com", "10.0.0.1:5000/docker.io"]),
            pullSecrets=st.lists(labels, max_size=1),
            digests=some(
                **dict.fromkeys(("server", "adminTools", "ui", "postgres", "opensearch", "versitygw"), _digests)
            ),
        )
    )
    said["applications"] = draw(_applications(said))
    if draw(st.booleans()):
        said["workloads"] = draw(workloads(said["applications"]))
    if draw(st.booleans()):
        said["cost"] = draw(_estimates())
    said["kubernetes"] = draw(_clusters(said))
    if said["database"]["kind"] == "zalando":
        _keep_other_pods_out(said["database"], said["kubernetes"])
    # Copied, for a test may change what it was given and strategies hand out the same mapping again.
    return copy.deepcopy({f"temporal:{key}": said[key] for key in draw(st.permutations(sorted(said)))})


def _keep_other_pods_out(database: dict[str, Any], cluster: dict[str, Any]) -> None:
    """Zalando's manifest knows affinity to nodes only."""
    common = cluster.get("pods", {}).get("affinity", {})
    affinity = database.get("affinity", {} if common else None)
    if affinity is not None:
        database["affinity"] = {key: said for key, said in affinity.items() if key == "nodeAffinity"}


def _care_for(said: dict[str, Any], account: dict[str, Any], draw: st.DrawFn, *, is_in_rds: bool) -> None:
    """Alarms and backups, of what there is."""
    is_watched = is_in_rds or '"opensearch-domain"' in json.dumps(said.get("visibility", {}))
    if draw(st.booleans()):
        account["alarms"] = draw(alarms(account, is_watched=is_watched))
    if (is_in_rds or said.get("archival", {}).get("kind") == "s3-bucket") and draw(st.booleans()):
        account["backup"] = draw(backups(account, of_rds=is_in_rds))


def _put_in_rds(said: dict[str, Any], draw: st.DrawFn) -> None:
    """With the pods of a size, for no class has connections for whatever is drawn of them."""
    said["database"] = draw(managed_databases())
    for service in said["backend"]["services"].values():
        for key in ("replicas", "autoscaling", "pools", "rollout"):
            service.pop(key, None)
    if "--" in said["name"]:
        said["database"].setdefault("identifier", "orders")
    if said["tls"].get("kind") == "provided":
        said["tls"].pop("database", None)


def as_text(config: dict[str, Any]) -> str:
    """The stack file: JSON, which is YAML, a line for every key and item."""
    return json.dumps({"config": config}, indent=1, ensure_ascii=False)


@st.composite
def _backends(draw: st.DrawFn, *, searches_sql: bool) -> dict[str, Any]:
    version = draw(st.sampled_from([*versions.SERVERS]))
    leaving = draw(shutdowns())
    services = {}
    for name in SERVICE_NAMES:
        shutdown = {"shutdown": leaving[name]} if name in leaving else {}
        said = draw(_services(name, searches_sql=searches_sql)) if draw(st.booleans()) else {}
        services[name] = {**said, **shutdown}
    return {
        "kind": "self-hosted",
        "version": version,
        "shards": draw(st.one_of(st.integers(1, 16384), st.sampled_from([512, 4096]))),
        "services": {name: said for name, said in services.items() if said},
        "dynamicConfig": draw(dynamic_configs(version)),
    }


@st.composite
def _services(draw: st.DrawFn, name: str, *, searches_sql: bool) -> dict[str, Any]:
    pools = some(default=_pools, **({"visibility": _pools} if searches_sql else {}))
    keys = {"pools": pools, "rollout": ROLLOUTS, "disruptionBudget": BUDGETS, **PODS, **SPREAD}
    number = {"autoscaling": AUTOSCALERS} if name in SCALABLE and draw(st.booleans()) else {"replicas": _replicas}
    return draw(some(**number, **keys))


def _databases(size: str, *, searches_sql: bool) -> st.SearchStrategy[dict[str, Any]]:
    limit = {"maxConnections": st.integers(ENOUGH_CONNECTIONS, 100_000)}
    in_cluster = st.fixed_dictionaries(
        {"kind": st.just("in-cluster"), **limit},
        optional={
            "queriesPerSecond": _queries,
            "storage": st.sampled_from(["1Gi", "20G", "1Ti"]),
            "storageClass": labels,
            "passwordRotation": _rotations,
            "parameters": PARAMETERS,
            **PODS,
        },
    )
    needed, further = ({"visibility": _stores("b")}, {}) if searches_sql else ({}, {"visibility": _stores("b")})
    existing = st.fixed_dictionaries(
        {"kind": st.just("existing"), "host": _hosts, **limit, "default": _stores("a"), **needed},
        optional={"port": st.integers(1, 65535), "tls": _encryption, "queriesPerSecond": _queries, **further},
    )
    operated = operated_databases(limit["maxConnections"], size)
    in_pods = st.one_of(in_cluster, operated)
    return st.one_of(in_pods.map(_with_memory_for_its_connections), existing)


def _archives(said: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """In a bucket on AWS with an account only; without a key pair beside signed requests."""
    words = json.dumps(said.get("visibility", {}))
    in_domain = '"opensearch-domain"' in words
    pair = st.fixed_dictionaries({"accessKey": secret_keys, "secretKey": secret_keys})
    prefix = {"prefix": st.sampled_from(["", "a", "a.b/C_d-9"])}
    always = {"reads": st.booleans(), "paused": st.booleans(), **prefix}
    bucket = {"bucket": st.sampled_from(["abc", "a-b.9", "x" * 63])}
    region = st.sampled_from(["eu-central-1", "x"])
    s3 = st.fixed_dictionaries(
        {"kind": st.just("s3"), "region": region, **bucket},
        optional={**({} if in_domain else {"credentials": pair}), **always},
    )
    endpoint = st.sampled_from(["https://s3.example.com", "http://10.0.0.7:9000"])
    compatible = st.fixed_dictionaries(
        {"kind": st.just("s3-compatible"), "endpoint": endpoint, "credentials": pair, **bucket},
        optional={"ca": secret_keys, "region": region, "pathStyle": st.booleans(), **always},
    )
    volume = st.fixed_dictionaries({"kind": st.just("filestore"), "claim": labels}, optional=always)
    sizes = st.sampled_from(["1Gi", "20G"])
    in_cluster = st.fixed_dictionaries(
        {"kind": st.just("in-cluster")}, optional={"storage": sizes, "storageClass": labels, **bucket, **always, **PODS}
    )
    on_aws = [buckets(always)] if "aws" in said else []
    with_key_pair = [] if in_domain or "aws-request-signing" in words else [compatible, in_cluster]
    return st.one_of(s3, volume, *on_aws, *with_key_pair)


def _estimates() -> st.SearchStrategy[dict[str, Any]]:
    amounts = st.sampled_from([0, 0.5, 100, 1_000_000_000])
    few = st.integers(0, 1000)
    names = st.sampled_from(["rds/db.r6g.large", "nlb/hour", "s3/standard"])
    return some(
        prices=st.dictionaries(names, st.sampled_from([0, 0.0225, 100_000]), max_size=2),
        actionsPerMonth=st.sampled_from([1, 10**12]),
        aurora=some(gigabytes=amounts, requests=amounts, capacityUnits=st.sampled_from([0.5, 256])),
        cluster=some(
            controlPlanes=few, nodeType=st.sampled_from(["t3.large", "m7g.2xlarge"]), nodes=few, natGateways=few
        ),
        **dict.fromkeys(("activeGigabytes", "retainedGigabytes", "archiveGigabytes"), amounts),
        **dict.fromkeys(("backupGigabytes", "logGigabytes", "loadBalancerUnits"), amounts),
    )


def _with_memory_for_its_connections(database: dict[str, Any]) -> dict[str, Any]:
    """A limit that is said is above what any number of connections needs."""
    limits = database.get("resources", {}).get("limits", {})
    if "memory" not in limits:
        return database
    return {**database, "resources": {**database["resources"], "limits": {**limits, "memory": "9Ti"}}}


def _stores(prefix: str) -> st.SearchStrategy[dict[str, Any]]:
    owner = st.fixed_dictionaries({**_roles})
    return st.fixed_dictionaries({**_roles, "database": labels.map(f"{prefix}_{{}}".format)}, optional={"owner": owner})


def _issuers() -> st.SearchStrategy[dict[str, Any]]:
    generated = st.fixed_dictionaries(
        {"kind": st.just("generated")},
        optional={"leafDays": st.integers(2, 825), "rotation": _rotations, "refreshInterval": _refreshes},
    )
    provided = st.fixed_dictionaries(
        {
            "kind": st.just("provided"),
            "internode": _identities,
            "frontend": _identities,
            "clientAuthority": secret_keys,
            "client": labels,
        },
        optional={"refreshInterval": _refreshes},
    )
    issuer = st.fixed_dictionaries(
        {"kind": st.sampled_from(["Issuer", "ClusterIssuer"]), "name": labels}, optional={"group": labels}
    )
    cert_manager = st.fixed_dictionaries(
        {"kind": st.just("cert-manager"), "issuer": issuer},
        optional={
            "duration": st.sampled_from(["31d", "90d", "800h"]),
            "renewBefore": st.sampled_from(["2h", "7d", "720h"]),
            "refreshInterval": _refreshes,
        },
    )
    return st.one_of(generated, provided, cert_manager)


def _complete_certificates(said: dict[str, Any], *, has_ui: bool) -> None:
    tls = said["tls"]
    if tls["kind"] == "provided":
        stores = {"database": said["database"], "archive": said.get("archival", {})}
        tls |= {"ui": "ui-certificate"} if has_ui else {}
        serving = ("in-cluster", "zalando")
        tls |= {name: f"{name}-certificate" for name, store in stores.items() if store.get("kind") in serving}
        if said.get("visibility", {}).get("kind") == "opensearch":
            tls["search"] = {"secret": "search-certificate", "subject": "CN=search,O=Ex ample"}


_load_balancers = st.fixed_dictionaries(
    {"kind": st.just("load-balancer"), "host": st.sampled_from(["temporal.example.com", "t", "5x"])},
    optional={
        "port": st.integers(1, 65535),
        "address": st.sampled_from(["203.0.113.10", "2001:db8::10"]),
        "loadBalancerClass": st.sampled_from(["service.k8s.aws/nlb", "internal"]),
        "sourceRanges": st.lists(st.sampled_from(["0.0.0.0/0", "203.0.113.7/32", "2001:db8::/32"]), max_size=2),
        "externalTrafficPolicy": st.sampled_from(["Cluster", "Local"]),
        "annotations": st.sampled_from([{}, {"example.com/a": "b c"}]),
    },
)
_ingresses = st.fixed_dictionaries(
    {
        "kind": st.just("ingress"),
        "host": st.just("ui.example.com"),
        "controller": st.sampled_from(["ingress-nginx", "other"]),
        "tls": st.sampled_from(
            [
                {"kind": "none"},
                {"kind": "secret", "secret": "ui-web"},
                {"kind": "cert-manager", "issuer": "shop"},
                {"kind": "cert-manager", "issuer": "shop", "issuerKind": "Issuer"},
            ]
        ),
    },
    optional={"ingressClass": labels, "annotations": st.sampled_from([{}, {"example.com/a": "b c"}])},
)


@st.composite
def _ways_in(draw: st.DrawFn) -> dict[str, Any]:
    ports = draw(st.lists(st.integers(30000, 32767), min_size=2, max_size=2, unique=True))
    simple = [
        st.sampled_from([{"kind": "cluster"}, {"kind": "node-port"}, {"kind": "node-port", "port": port}])
        for port in ports
    ]
    ways = [st.one_of(simple[0], _load_balancers), st.one_of(simple[1], _ingresses)]
    ui = st.fixed_dictionaries(
        {"login": st.just({"kind": "none"})},
        optional={"exposure": ways[1], "replicas": _replicas, "disruptionBudget": BUDGETS, **PODS, **SPREAD},
    )
    return draw(some(frontend=ways[0], ui=ui))


@st.composite
def _namespaces(draw: st.DrawFn, *, searches_sql: bool) -> list[dict[str, Any]]:
    """An index has one type for an attribute's name; a database has a few columns of each type for a namespace."""
    namespace = st.fixed_dictionaries(
        {"name": st.sampled_from(["default", "Default", "a.b_C-d", "5", "null", "x" * 255])},
        optional={
            "retention": st.sampled_from(["1h", "72h", "30d", "3650d"]),
            "owner": st.sampled_from(["", "ada@example.com", "Team 5"]),
            "description": st.sampled_from(["", "5", "no", "a: b # c", "'\"{}", "é"]),
            "searchAttributes": attribute_types(3) if searches_sql else st.just(draw(attribute_types(5))),
        },
    )
    return draw(st.lists(namespace, max_size=4, unique_by=lambda each: each["name"]))


@st.composite
def _applications(draw: st.DrawFn, said: dict[str, Any]) -> list[dict[str, Any]]:
    """None for a namespaced issuer; each with a certificate where certificates are provided."""
    tls, names = said["tls"], [namespace["name"] for namespace in said["namespaces"]]
    if not names or tls.get("issuer", {}).get("kind") == "Issuer":
        return []
    places = draw(st.lists(labels.map("app-{}".format).filter(said["name"].__ne__), max_size=3, unique=True))
    more = st.just({"clientSecret": "client"}) if tls["kind"] == "provided" else some(createNamespace=st.booleans())
    also = some(workerController=st.booleans())
    return [
        {"namespace": place, "temporalNamespace": draw(st.sampled_from(names)), **draw(more), **draw(also)}
        for place in places
    ]


@st.composite
def _clusters(draw: st.DrawFn, said: dict[str, Any]) -> dict[str, Any]:
    """With an address where nodes' ports are used, and no namespace of its own where something must be in it before."""
    cluster = draw(
        st.fixed_dictionaries(
            {"context": st.sampled_from(["eks", "a context"])},
            optional={
                "storageClass": labels,
                "adoptExistingObjects": st.booleans(),
                "pods": some(**SCHEDULING, **SPREAD),
            },
        )
    )
    if "node-port" in json.dumps(said.get("access", {})) or draw(st.booleans()):
        cluster["nodeAddress"] = draw(_hosts)
    words = json.dumps([said["tls"], said["database"]["kind"], said.get("aws", {}).get("secrets")])
    must_be_there = any(word in words for word in ('"existing"', '"provided"', '"Issuer"', '"SecretStore"'))
    must_be_there = must_be_there or "ca" in said["database"] or valid_operated.refers(said["database"])
    archive = said.get("archival", {"kind": "s3"})
    must_be_there = must_be_there or archive["kind"] in ("s3-compatible", "filestore") or "credentials" in archive
    must_be_there = must_be_there or refers(said.get("visibility", {}))
    entrance = said.get("access", {}).get("ui", {}).get("exposure", {}).get("tls", {})
    must_be_there = must_be_there or "secret" in entrance or entrance.get("issuerKind") == "Issuer"
    own = json.dumps({key: value for key, value in said.items() if key != "workloads"})
    if must_be_there or said["images"].get("pullSecrets") or '"secretEnvironment": {"' in own:
        cluster["createNamespace"] = False
    elif draw(st.booleans()):
        cluster["createNamespace"] = draw(st.booleans())
    return cluster
