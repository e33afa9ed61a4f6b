"""Who may do what in OpenSearch, and the files of its security plugin for one in the cluster.

Source: OpenSearch 2.19 documentation, "Modifying the YAML files". They fill the plugin's index at the very first start
and are never read again.
"""

from collections.abc import Mapping
from typing import Any, Final

import yaml

from settings.search_index import INDEX_PREFIX

SERVER: Final = "temporal"
"""The server's user: reads, writes, and adds fields for custom search attributes."""
SCHEMA: Final = "temporal-schema"
"""The schema job's user: makes the template and the index, and switches automatic creation of indexes off."""
MONITOR: Final = "temporal-monitor"
"""Who reads figures: sees how the cluster and its nodes are, and neither documents nor what is searched for."""
USERS: Final = (SERVER, SCHEMA, MONITOR)
"""Each also has a role of its name. Whether somebody reads figures or not: nobody can be added later."""

_ROLES: Final[Mapping[str, Mapping[str, Any]]] = {
    SERVER: {
        "cluster_permissions": ["cluster_composite_ops", "cluster:monitor/main", "cluster:monitor/health"],
        "index_permissions": [
            {
                "index_patterns": [f"{INDEX_PREFIX}*"],
                "allowed_actions": [
                    "crud",
                    "indices:admin/get",
                    "indices:admin/mappings/get",
                    "indices:admin/mapping/put",
                ],
            }
        ],
    },
    SCHEMA: {
        "cluster_permissions": [
            "cluster_composite_ops",
            "cluster_monitor",
            "cluster:admin/settings/update",
            "indices:admin/template/*",
            "indices:admin/index_template/*",
        ],
        "index_permissions": [{"index_patterns": [f"{INDEX_PREFIX}*"], "allowed_actions": ["indices_all"]}],
    },
    # Not cluster_monitor: that shows running searches, too.
    MONITOR: {
        "cluster_permissions": ["cluster:monitor/main", "cluster:monitor/health", "cluster:monitor/nodes/stats"],
        "index_permissions": [],
    },
}
_CONFIG: Final = {
    "config": {
        "dynamic": {
            "http": {"anonymous_auth_enabled": False},
            "authc": {
                "basic_internal_auth_domain": {
                    "http_enabled": True,
                    "transport_enabled": False,
                    "order": 0,
                    "http_authenticator": {"type": "basic", "challenge": True},
                    "authentication_backend": {"type": "intern"},
                }
            },
        }
    }
}


def permissions(role: str) -> Mapping[str, Any]:
    """What a role may do in the cluster and in the indexes."""
    return _ROLES[role]


def security_files(hashes: Mapping[str, str]) -> dict[str, str]:
    """Files by name; `hashes` are bcrypt's, by user. They replace the publisher's, which hold demonstration users."""
    documents: dict[str, tuple[str, Mapping[str, Any]]] = {
        "config": ("config", _CONFIG),
        "internal_users": (
            "internalusers",
            {user: {"hash": found, "reserved": True} for user, found in hashes.items()},
        ),
        "roles": ("roles", {user: {"reserved": True, **_ROLES[user]} for user in hashes}),
        "roles_mapping": ("rolesmapping", {user: {"reserved": True, "users": [user]} for user in hashes}),
        "action_groups": ("actiongroups", {}),
        "tenants": ("tenants", {}),
    }
    return {
        f"{name}.yml": yaml.safe_dump({"_meta": {"type": kind, "config_version": 2}, **content}, sort_keys=False)
        for name, (kind, content) in documents.items()
    }
