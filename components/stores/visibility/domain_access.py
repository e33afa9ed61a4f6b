"""Who may do what in a domain of Amazon OpenSearch Service: which requests AWS lets through, and what the domain itself
lets a role do.

AWS looks at a request's method and path (IAM), the domain at what it does to which index (fine-grained access control).
Both are needed: a bulk request names its indexes in its body, which IAM does not read (Developer Guide, "Advanced
options and API considerations").

Source of the requests: common/persistence/visibility/store/elasticsearch/client/client_v7.go and tools/elasticsearch of
the server. Nothing there deletes an index, and documents are deleted in bulk requests.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from components.aws.policies import Grant, Statement
from components.stores.visibility.names import ACCESS_JOB, SCHEMA_JOB
from components.stores.visibility.security import SCHEMA, SERVER, permissions
from settings.search_index import INDEX_PREFIX
from settings.sizes import SERVICE_NAMES

_INDEXES: Final = f"{INDEX_PREFIX}*"
_TEMPLATE: Final = f"{INDEX_PREFIX}_template"
_SLOW_TEMPLATE: Final = f"{INDEX_PREFIX}_slow"
_SECURITY: Final = "/_plugins/_security/api"

_AUDIT: Final = {
    "enabled": True,
    "audit": {
        "enable_rest": True,
        "disabled_rest_categories": ["AUTHENTICATED", "GRANTED_PRIVILEGES"],
        "enable_transport": True,
        "disabled_transport_categories": ["AUTHENTICATED", "GRANTED_PRIVILEGES"],
        "resolve_bulk_requests": False,
        "log_request_body": False,
        "resolve_indices": True,
        "exclude_sensitive_headers": True,
        "ignore_users": [],
        "ignore_requests": [],
    },
    "compliance": {
        "enabled": True,
        "internal_config": True,
        "external_config": False,
        "read_metadata_only": True,
        "read_watched_fields": {},
        "read_ignore_users": [],
        "write_metadata_only": True,
        "write_log_diffs": False,
        "write_watched_indices": [],
        "write_ignore_users": [],
    },
}
"""Who was refused what, and every change of who may do what. What was let through is not logged: that is every request,
and what executions are called stands in it. Source: Developer Guide, "Monitoring audit logs"."""
_SLOW: Final = {
    "index_patterns": [_INDEXES],
    "order": 1,
    "settings": {
        "index.search.slowlog.threshold.query.warn": "2s",
        "index.search.slowlog.threshold.fetch.warn": "1s",
        "index.indexing.slowlog.threshold.index.warn": "2s",
        "index.indexing.slowlog.source": "false",
    },
}
"""What the slow logs tell, without what was recorded; without thresholds they stay empty. The server's template is of
the same old kind, and templates of that kind add up (OpenSearch documentation, "Index templates", "Shard slow logs").
The times are ours."""
_SETTINGS: Final = {"persistent": {"action.auto_create_index": False}}
"""A deleted index is missed instead of made anew without types. The flat form, which is the only one that the service
takes (Developer Guide, "Supported operations", "Settings and statistics")."""


def domain_grants(arn: str) -> list[Grant]:
    """What the server's pods and its schema job ask of a domain."""
    return [
        *(Grant(workload=service, statements=_server(arn)) for service in SERVICE_NAMES),
        Grant(workload=SCHEMA_JOB, statements=_schema(arn)),
    ]


def master_grant(arn: str) -> Grant:
    """What the master user asks of a domain."""
    return Grant(workload=ACCESS_JOB, statements=_master(arn))


def access_policy(arn: str, role_of: Callable[[str], str]) -> list[Statement]:
    """The same as a domain's own policy, each statement for its roles: no more than their policies say, for AWS lets
    through what either of the two allows."""
    rights = ((SERVICE_NAMES, _server(arn)), ((SCHEMA_JOB,), _schema(arn)), ((ACCESS_JOB,), _master(arn)))
    return [
        replace(statement, principals={"AWS": [role_of(workload) for workload in workloads]})
        for workloads, statements in rights
        for statement in statements
    ]


def access_requests(servers: Sequence[str], schema: str) -> str:
    """Requests that tell a domain who may do what, one a line: method, path, JSON. They may be sent at any time."""
    return "".join(f"PUT {path} {json.dumps(body)}\n" for path, body in _requests(servers, schema))


def _requests(servers: Sequence[str], schema: str) -> Iterator[tuple[str, Any]]:
    for role, arns in ((SERVER, servers), (SCHEMA, [schema])):
        yield f"{_SECURITY}/roles/{role}", _role(role)
        yield f"{_SECURITY}/rolesmapping/{role}", {"backend_roles": list(arns)}
    yield f"{_SECURITY}/audit/config", _AUDIT
    yield "/_cluster/settings", _SETTINGS
    yield f"/_template/{_SLOW_TEMPLATE}", _SLOW


def _role(role: str) -> dict[str, Any]:
    """As in the cluster, less what the master user does here."""
    found = permissions(role)
    kept = [each for each in found["cluster_permissions"] if each != "cluster:admin/settings/update"]
    return {**found, "cluster_permissions": kept}


def _of(arn: str) -> str:
    """What statements about this domain are called besides: a role may have some for several."""
    name = arn.rpartition("/")[2]
    return "".join(word.capitalize() for word in name.split("-"))


def _server(arn: str) -> list[Statement]:
    index = f"{arn}/{_INDEXES}"
    health = f"{arn}/_cluster/health/{_INDEXES}"
    return [
        Statement(
            sid=f"SearchRead{_of(arn)}",
            actions=["es:ESHttpGet"],
            resources=[f"{index}/_doc/*", f"{index}/_mapping", health],
        ),
        Statement(
            sid=f"SearchAndRecord{_of(arn)}",
            actions=["es:ESHttpPost"],
            resources=[f"{index}/_search", f"{index}/_count", f"{arn}/_bulk"],
        ),
        Statement(sid=f"SearchAttributes{_of(arn)}", actions=["es:ESHttpPut"], resources=[f"{index}/_mapping"]),
    ]


def _schema(arn: str) -> list[Statement]:
    index = f"{arn}/{_INDEXES}"
    return [
        Statement(sid=f"SearchLook{_of(arn)}", actions=["es:ESHttpGet"], resources=[f"{arn}/"]),
        Statement(sid=f"SearchIndex{_of(arn)}", actions=["es:ESHttpHead", "es:ESHttpPut"], resources=[index]),
        Statement(
            sid=f"SearchTemplate{_of(arn)}", actions=["es:ESHttpPut"], resources=[f"{arn}/_template/{_TEMPLATE}"]
        ),
    ]


def _master(arn: str) -> list[Statement]:
    requests = [f"{arn}{_SECURITY}/*", f"{arn}/_cluster/settings", f"{arn}/_template/{_SLOW_TEMPLATE}"]
    return [Statement(sid=f"SearchAccess{_of(arn)}", actions=["es:ESHttpPut"], resources=requests)]
