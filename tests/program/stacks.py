"""Stack files of every kind that the tests run: the local one, and what differs from it."""

import copy
from collections.abc import Mapping
from typing import Any

import yaml

from tests.program import recording


def changed(config: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """`config` with other values by path, `__` between the steps: `tls__kind`, `applications__0__namespace`."""
    found = copy.deepcopy(dict(config))
    for key, value in changes.items():
        put(found, key.split("__"), value)
    return found


def put(config: dict[str, Any], path: list[str], value: Any) -> None:
    """Sets the value at a path, making mappings on the way."""
    here: Any = config
    *way, last = (f"temporal:{path[0]}", *path[1:])
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
    here[int(last) if isinstance(here, list) else last] = value


def local() -> dict[str, Any]:
    """The committed stack file: in-cluster database, generated certificates, UI, one application."""
    return recording.stack_file("local")


def watched(**changes: Any) -> dict[str, Any]:
    """Objects for a Prometheus Operator, everybody told; a worker that serves its SDK's metrics, an API."""
    return changed(_of_file("watched"), **changes)


def bundled(**changes: Any) -> dict[str, Any]:
    """A monitoring of its own, everybody told; a worker that serves its SDK's metrics, an API."""
    told = _of_file("watched")["temporal:monitoring"]["notifications"]
    return changed(_of_file("bundled"), kubernetes__createNamespace=False, monitoring__notifications=told, **changes)


def amazon(**changes: Any) -> dict[str, Any]:
    """A workspace of Amazon's with people told; a worker that serves its SDK's metrics, an API."""
    return changed(_of_file("amazon"), **changes)


def existing_watched(**changes: Any) -> dict[str, Any]:
    """A database of somebody else's, and a user for who reads its figures."""
    return changed(_file("existing-watched"), **changes)


def search_watched(**changes: Any) -> dict[str, Any]:
    """A search store of somebody else's, and a user for who reads its figures."""
    return changed(_file("search-watched"), **changes)


def cloud_watched(**changes: Any) -> dict[str, Any]:
    """Temporal Cloud, and a Prometheus Operator's Prometheus that reads its metrics."""
    said = _file("cloud-watched")["temporal:monitoring"]
    return changed(cloud(), kubernetes__createNamespace=False, monitoring=said, **changes)


def traced(**changes: Any) -> dict[str, Any]:
    """Traces of the server and of a worker to a collector that asks who sends."""
    return changed(_file("traced"), **changes)


def _of_file(name: str) -> dict[str, Any]:
    """A whole stack of tests/settings with the workloads of `working`."""
    work = working()
    return _file(name) | {
        key: work[key] for key in ("temporal:namespaces", "temporal:applications", "temporal:workloads")
    }


def _file(name: str) -> dict[str, Any]:
    """A whole stack of tests/settings."""
    file = recording.ROOT / "tests" / "settings" / "stacks" / f"{name}.yaml"
    config: dict[str, Any] = yaml.safe_load(file.read_text())["config"]
    return config


def cloud(certificates: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Temporal Cloud with mutual TLS; two namespaces, two applications."""
    whole = changed(
        {},
        name="orders",
        kubernetes={"context": "production"},
        backend={
            "kind": "cloud",
            "authentication": {"kind": "mtls", "certificates": dict(certificates or {"kind": "generated"})},
        },
        namespaces=[{"name": "orders.a1b2c"}, {"name": "billing.a1b2c"}],
        applications=[
            {"namespace": "shop", "temporalNamespace": "orders.a1b2c"},
            {"namespace": "bills", "temporalNamespace": "billing.a1b2c", "createNamespace": True},
        ],
    )
    return changed(whole, **changes)


def cloud_with_key(**changes: Any) -> dict[str, Any]:
    """The same with an API key, as a file holds it."""
    with_key = cloud(backend__authentication={"kind": "api-key"}, cloudApiKey={"secure": "v1:a:b"})
    return changed(with_key, **changes)


def cloud_with_keys(**changes: Any) -> dict[str, Any]:
    """The same with API keys that the stack makes."""
    keys = {"kind": "generated", "until": "2027-06-01"}
    return cloud(backend__authentication={"kind": "api-key", "keys": keys}, **changes)


def cloud_provided() -> dict[str, Any]:
    """The same with certificates of somebody else's."""
    return cloud(
        {"kind": "provided", "client": "people"},
        kubernetes__createNamespace=False,
        applications=[{"namespace": "shop", "temporalNamespace": "orders.a1b2c", "clientSecret": "shop-client"}],
    )


CLUSTER_ISSUER: Mapping[str, Any] = {
    "kind": "cert-manager",
    "issuer": {"kind": "ClusterIssuer", "name": "cloud", "group": "cert-manager.io"},
}


def existing(tls: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A database of somebody else's, in a namespace that is there. Both Secrets use the same key."""
    return changed(
        local(),
        kubernetes__createNamespace=False,
        database={
            "kind": "existing",
            "host": "db.example.com",
            "port": 6432,
            "maxConnections": 300,
            **({"tls": dict(tls)} if tls else {}),
            "default": {
                "database": "orders",
                "user": "orders_app",
                "password": {"secret": "orders-app", "key": "password"},
                "owner": {"user": "orders_owner", "password": {"secret": "orders-owner", "key": "password"}},
            },
            "visibility": {
                "database": "search",
                "user": "search_app",
                "password": {"secret": "search-app", "key": "password"},
            },
        },
    )


ACCOUNT = "123456789012"
ISSUER = "oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
IRSA: Mapping[str, Any] = {"kind": "irsa", "provider": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"}
KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
COPY: Mapping[str, Any] = {
    "bucket": "arn:aws:s3:::orders-copy",
    "kmsKey": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
}
AWS: Mapping[str, Any] = {
    "region": "eu-central-1",
    "account": ACCOUNT,
    "cluster": "production",
    "vpc": "vpc-0123456789abcdef0",
    "subnets": [
        {"id": f"subnet-0123456789abcdef{number}", "zone": f"eu-central-1{zone}"} for number, zone in enumerate("abc")
    ],
    "podSecurityGroup": "sg-0123456789abcdef0",
    "identity": {"kind": "pod-identity"},
    "encryption": {"kind": "created"},
    "secrets": {"kind": "external-secrets", "store": {"kind": "ClusterSecretStore", "name": "aws-secrets"}},
    "tags": {"cost-center": "4711"},
}
"""An account with an EKS cluster over three zones."""
GIVEN_KEY: Mapping[str, Any] = {
    **{key: value for key, value in AWS.items() if key != "tags"},
    "encryption": {"kind": "existing", "key": KEY},
}
"""The same with a key that exists, and no tags."""


def cloud_linked(**changes: Any) -> dict[str, Any]:
    """Temporal Cloud through a private link."""
    return changed(cloud(aws=dict(GIVEN_KEY), backend__privateLink={}), **changes)


def cloud_managed(**changes: Any) -> dict[str, Any]:
    """The same with a namespace that the stack looks after."""
    managed = {
        "regions": ["aws-eu-central-1"],
        "certificateFilters": [{"commonName": "a", "organization": "b", "organizationalUnit": "c"}],
        "connectivity": ["private-link", "public"],
        "export": {
            "bucket": "histories",
            "region": "eu-central-1",
            "account": ACCOUNT,
            "role": "temporal-cloud-export",
            "kmsKey": KEY,
        },
    }
    first = {"name": "orders.a1b2c", "retention": "30d", "searchAttributes": {"CustomerId": "Keyword"}}
    return changed(cloud_linked(namespaces=[{**first, "managed": managed}, {"name": "billing.a1b2c"}]), **changes)


def rds(**said: Any) -> dict[str, Any]:
    """PostgreSQL in Amazon RDS."""
    return changed(local(), aws=dict(GIVEN_KEY), database={"kind": "rds", "class": "db.r7g.large", **said})


SHOP: Mapping[str, Any] = {
    "name": "shop",
    "application": "shop",
    "database": "shop_db",
    "schemas": ["workflow", "audit"],
    "urlScheme": "postgresql+asyncpg",
    "server": {"kind": "rds", "class": "db.t4g.medium", "readReplicas": [{"name": "reports"}]},
}
"""A database of an application."""


def with_databases(config: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """That database with alarms and backups, a worker that names its Secret, and one that does not."""
    worker = {"kind": "worker", "application": "shop", "image": "orders:1", "taskQueue": "orders"}
    url = {"secretEnvironment": {"DATABASE_URL": {"secret": "database-shop", "key": "url"}}}
    whole = changed(
        config,
        aws={**AWS, "alarms": {"kind": "topic", "topic": TOPIC}, "backup": {"start": "05:00"}},
        applicationDatabases=[dict(SHOP)],
        workloads=[{**worker, "name": "orders", **url}, {**worker, "name": "other"}],
    )
    return changed(whole, **changes)


def aurora(capacity: Mapping[str, Any], **said: Any) -> dict[str, Any]:
    """Aurora PostgreSQL."""
    return changed(local(), aws=dict(GIVEN_KEY), database={"kind": "aurora", "capacity": dict(capacity), **said})


def zalando(**said: Any) -> dict[str, Any]:
    """A cluster of Zalando's operator."""
    return changed(local(), database={"kind": "zalando", **said})


STORE: Mapping[str, Any] = {"kind": "s3", "path": "s3://orders-backup"}
"""Where backups go, by the role of the pods."""


def cloudnative_pg(**said: Any) -> dict[str, Any]:
    """A cluster of CloudNativePG."""
    return changed(local(), database={"kind": "cloudnative-pg", **said})


PAIR = {half: {"secret": "pair", "key": half} for half in ("accessKey", "secretKey")}
BUCKET = {"bucket": "old", "prefix": "a", "reads": True, "paused": False, "credentials": PAIR}
AMAZON: Mapping[str, Any] = {"kind": "s3", "region": "eu-central-1", **BUCKET}
COMPATIBLE: Mapping[str, Any] = {
    "kind": "s3-compatible",
    "endpoint": "https://s3.example.com",
    "ca": {"secret": "ca", "key": "ca.pem"},
    "region": "us-east-1",
    "pathStyle": True,
    **BUCKET,
}
VOLUME: Mapping[str, Any] = {"kind": "filestore", "claim": "shared", "prefix": "a", "reads": True, "paused": False}


IN_CLUSTER_ARCHIVE: Mapping[str, Any] = {"kind": "in-cluster", "prefix": "a", "reads": True, "paused": False}


def archived(archival: Mapping[str, Any]) -> dict[str, Any]:
    """The default namespace is archived, in a Kubernetes namespace that is there."""
    return changed(local(), kubernetes__createNamespace=False, archival=dict(archival), namespaces__0__archival=True)


def archived_in_cluster() -> dict[str, Any]:
    """The default namespace is archived in a pod of the stack's own."""
    return changed(local(), archival=dict(IN_CLUSTER_ARCHIVE), namespaces__0__archival=True)


AWS_BUCKET: Mapping[str, Any] = {"kind": "s3-bucket", "bucket": "orders-archive", "prefix": "a"}


def on_aws(archival: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The default namespace is archived on AWS, in a bucket of the stack's own."""
    config = changed(local(), aws=dict(AWS), archival={**AWS_BUCKET, **(archival or {})}, namespaces__0__archival=True)
    return changed(config, **changes)


INDEX = "temporal_visibility_v1"
LOGIN: Mapping[str, Any] = {
    "kind": "login",
    "user": "search_app",
    "password": {"secret": "search-app", "key": "password"},
    "owner": {"user": "search_owner", "password": {"secret": "search-owner", "key": "password"}},
}
SIGNING: Mapping[str, Any] = {"kind": "aws-request-signing", "region": "eu-central-1"}
SEARCH_CA: Mapping[str, Any] = {"ca": {"secret": "search-authority", "key": "ca.pem"}}


def opensearch(**said: Any) -> dict[str, Any]:
    """OpenSearch in the cluster for searches."""
    return changed(local(), visibility={"kind": "opensearch", **said})


def stored() -> dict[str, Any]:
    """Every store in the cluster."""
    return changed(archived_in_cluster(), visibility={"kind": "opensearch"})


DOMAIN: Mapping[str, Any] = {"kind": "opensearch-domain", "dataNodes": 2, "zones": 2}
DOMAIN_ARN = f"arn:aws:es:eu-central-1:{ACCOUNT}:domain/search"


def in_domain(**said: Any) -> dict[str, Any]:
    """Searches in a domain of the stack's own, in a namespace that is there."""
    return changed(on_aws(), kubernetes__createNamespace=False, visibility={**DOMAIN, **said})


TOPIC = f"arn:aws:sns:eu-central-1:{ACCOUNT}:on-call"
BACKUP: Mapping[str, Any] = {
    "days": 35,
    "lock": {"minDays": 7, "maxDays": 365},
    "copyTo": {"vault": f"arn:aws:backup:eu-west-1:{ACCOUNT}:backup-vault:copies", "days": 7},
}


def in_domain_cared_for(alarms: Mapping[str, Any], **said: Any) -> dict[str, Any]:
    """The same with alarms and backups."""
    return changed(in_domain(**said), aws={**AWS, "alarms": dict(alarms), "backup": dict(BACKUP)})


def search_store(host: str, authentication: Mapping[str, Any], **said: Any) -> dict[str, Any]:
    """A search engine of somebody else's."""
    return {
        "kind": "existing",
        "url": f"https://{host}.example.com",
        "index": INDEX,
        "authentication": dict(authentication),
        **said,
    }


def move(stage: str, to: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A move to another store; without one to another index of the same."""
    return {"stage": stage, "to": dict(to or {"kind": "index", "index": f"{INDEX}_new"})}


def searching(**said: Any) -> dict[str, Any]:
    """A PostgreSQL and a search engine of somebody else's, the latter with a login and an authority."""
    found = changed(existing(), visibility=search_store("search", LOGIN, **SEARCH_CA, **said))
    del found["temporal:database"]["visibility"]
    return found


def signing(**said: Any) -> dict[str, Any]:
    """A domain of somebody else's, whose ARN is said."""
    authentication = {**SIGNING, "domain": DOMAIN_ARN}
    return changed(searching(), aws=dict(AWS), visibility=search_store("search", authentication, **said))


def provided() -> dict[str, Any]:
    """Certificates that somebody else puts into Secrets."""
    return changed(
        local(),
        kubernetes__createNamespace=False,
        tls={
            "kind": "provided",
            "internode": {"secret": "their-internode", "serverName": "internode.example.com"},
            "frontend": {"secret": "their-frontend", "serverName": "temporal.example.com"},
            "clientAuthority": {"secret": "their-clients", "key": "authority.pem"},
            "client": "their-client",
            "ui": "their-ui",
            "database": "their-database",
        },
        applications=[{"namespace": "demo", "temporalNamespace": "default", "clientSecret": "demo-certificate"}],
    )


def cert_manager() -> dict[str, Any]:
    """Certificates of a ClusterIssuer."""
    return changed(local(), tls={"kind": "cert-manager", "issuer": {"kind": "ClusterIssuer", "name": "company"}})


def nothing_generated() -> dict[str, Any]:
    """Neither passwords nor keys are made: an existing database, provided certificates."""
    return changed(existing(), tls=provided()["temporal:tls"], applications=provided()["temporal:applications"])


WORKER: Mapping[str, Any] = {
    "kind": "worker",
    "name": "documents",
    "application": "demo",
    "image": "registry.example.com/team/documents:1.4.2",
    "pullSecrets": ["registry-login"],
    "command": ["python", "-m"],
    "args": ["documents.worker"],
    "user": 1000,
    "taskQueue": "document-processing",
    "slots": {"workflowTasks": 200, "activities": 100, "localActivities": 50},
    "pollers": {"workflowTasks": 10, "activities": 5},
    "autoscaling": {"kind": "keda", "min": 1, "max": 8, "backlog": 20},
    "disruptionBudget": {"maxUnavailable": 2},
    "gracefulShutdown": "90s",
    "probes": {
        "readiness": {"kind": "command", "command": ["documents", "ready"]},
        "liveness": {"kind": "http", "path": "/healthz", "port": 8080},
        "startWithin": "2m",
    },
    "volumes": [
        {
            "kind": "claim",
            "name": "data",
            "path": "/app/data",
            "size": "10Gi",
            "storageClass": "shared",
            "accessMode": "ReadWriteMany",
        },
        {
            "kind": "existing-claim",
            "name": "models",
            "claim": "models",
            "path": "/models",
            "readOnly": True,
            "accessMode": "ReadWriteMany",
        },
        {"kind": "secret", "name": "keys", "secret": "signing-keys", "path": "/etc/keys"},
    ],
    "metricsPort": 9464,
    "environment": {"LOG_LEVEL": "info"},
    "secretEnvironment": {"DATABASE_URL": {"secret": "database", "key": "url"}},
    "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "2Gi"}},
}
"""A worker of the local stack's application that says everything but where it runs."""
API: Mapping[str, Any] = {
    "kind": "api",
    "name": "web",
    "application": "demo",
    "image": f"web@sha256:{'0123456789abcdef' * 4}",
    "port": 8000,
    "replicas": 2,
    "ingress": {
        "host": "shop.example.com",
        "path": "/orders",
        "ingressClass": "nginx",
        "annotations": {"nginx.ingress.kubernetes.io/proxy-body-size": "8m"},
        "tls": {"kind": "cert-manager", "issuer": "letsencrypt"},
    },
}
"""An API beside it."""
LEAST: Mapping[str, Any] = {
    "kind": "worker",
    "name": "least",
    "application": "demo",
    "image": "least:1",
    "taskQueue": "least",
}
"""A worker that says what is needed only."""


def working(*said: Mapping[str, Any]) -> dict[str, Any]:
    """The application runs these workloads, in a namespace that is there; a worker, an API and a least worker when none
    are said."""
    return changed(
        local(),
        applications=[{"namespace": "demo", "temporalNamespace": "default"}],
        workloads=[copy.deepcopy(dict(each)) for each in said or (WORKER, API, LEAST)],
    )


BALANCER: Mapping[str, Any] = {
    "port": 443,
    "address": "203.0.113.10",
    "loadBalancerClass": "service.k8s.aws/nlb",
    "sourceRanges": ["203.0.113.0/24", "2001:db8::/32"],
    "externalTrafficPolicy": "Local",
    "annotations": {"service.beta.kubernetes.io/aws-load-balancer-scheme": "internal"},
}
"""What may be said of a load balancer besides its host."""


def reached(**balancer: Any) -> dict[str, Any]:
    """The local stack, its frontend behind a load balancer and its UI behind ingress-nginx."""
    exposure = {
        "kind": "ingress",
        "host": "temporal-ui.example.com",
        "ingressClass": "nginx",
        "controller": "ingress-nginx",
        "tls": {"kind": "cert-manager", "issuer": "letsencrypt"},
    }
    return changed(
        local(),
        access={
            "frontend": {"kind": "load-balancer", "host": "temporal.example.com", **balancer},
            "ui": {"exposure": exposure, "login": {"kind": "none"}},
        },
    )
