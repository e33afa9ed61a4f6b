"""Proves what an in-cluster OpenSearch is made of: its files, pods, volumes, Services and budget.

Source: OpenSearch 2.19 documentation. The proof ends at the files: that it starts with them is seen on a cluster.
"""

from typing import Any

import pytest

from tests.program import recording, stacks
from tests.program.opensearch_files import configuration, security
from tests.program.recording import Recording, mounted_secret
from tests.program.test_availability import HOST, ZONE

POD = "StatefulSet/temporal-opensearch"
HOME = "/usr/share/opensearch"
LEAF = {"pemcert_filepath": "tls/tls.crt", "pemkey_filepath": "tls/tls.key", "pemtrustedcas_filepath": "tls/ca.crt"}
CONFIGURATION: dict[str, Any] = {
    "cluster.name": "local-visibility",
    "node.name": "${HOSTNAME}",
    "network.host": "0.0.0.0",  # noqa: S104
    **{f"plugins.security.ssl.transport.{key}": file for key, file in LEAF.items()},
    **{f"plugins.security.ssl.http.{key}": file for key, file in LEAF.items()},
    "plugins.security.ssl.http.enabled": True,
    "plugins.security.ssl.transport.enforce_hostname_verification": False,
    "plugins.security.ssl.certificates_hot_reload.enabled": True,
    "plugins.security.allow_default_init_securityindex": True,
    "plugins.security.nodes_dn": ["CN=temporal-opensearch.local.svc.cluster.local"],
    "plugins.security.audit.type": "noop",
}
INDEXES = ["temporal_visibility_v1*"]
SECURITY: dict[str, dict[str, Any]] = {
    "config.yml": {
        "_meta": {"type": "config", "config_version": 2},
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
        },
    },
    "internal_users.yml": {
        "_meta": {"type": "internalusers", "config_version": 2},
        "temporal": {"hash": "hash-of-temporal-visibility-temporal-password", "reserved": True},
        "temporal-schema": {"hash": "hash-of-temporal-visibility-temporal-schema-password", "reserved": True},
        "temporal-monitor": {"hash": "hash-of-temporal-visibility-temporal-monitor-password", "reserved": True},
    },
    "roles.yml": {
        "_meta": {"type": "roles", "config_version": 2},
        "temporal": {
            "reserved": True,
            "cluster_permissions": ["cluster_composite_ops", "cluster:monitor/main", "cluster:monitor/health"],
            "index_permissions": [
                {
                    "index_patterns": INDEXES,
                    "allowed_actions": [
                        *("crud", "indices:admin/get", "indices:admin/mappings/get", "indices:admin/mapping/put")
                    ],
                }
            ],
        },
        "temporal-schema": {
            "reserved": True,
            "cluster_permissions": [
                *("cluster_composite_ops", "cluster_monitor", "cluster:admin/settings/update"),
                *("indices:admin/template/*", "indices:admin/index_template/*"),
            ],
            "index_permissions": [{"index_patterns": INDEXES, "allowed_actions": ["indices_all"]}],
        },
        "temporal-monitor": {
            "reserved": True,
            "cluster_permissions": ["cluster:monitor/main", "cluster:monitor/health", "cluster:monitor/nodes/stats"],
            "index_permissions": [],
        },
    },
    "roles_mapping.yml": {
        "_meta": {"type": "rolesmapping", "config_version": 2},
        "temporal": {"reserved": True, "users": ["temporal"]},
        "temporal-schema": {"reserved": True, "users": ["temporal-schema"]},
        "temporal-monitor": {"reserved": True, "users": ["temporal-monitor"]},
    },
    "action_groups.yml": {"_meta": {"type": "actiongroups", "config_version": 2}},
    "tenants.yml": {"_meta": {"type": "tenants", "config_version": 2}},
}
CONFIGURE_SH = """\
set -eu
cp -rf /usr/share/opensearch/config/. /config/
rm -rf /config/opensearch-security
mkdir /config/opensearch-security
cp /etc/temporal-platform/security/*.yml /config/opensearch-security/
cp /etc/temporal-platform/config/opensearch.yml /config/
"""


def _spec(found: Recording) -> dict[str, Any]:
    spec: dict[str, Any] = found.objects("StatefulSet")["temporal-opensearch"]["spec"]
    return spec


def test_one_node_asks_nobody(opensearch: Recording) -> None:
    assert configuration(opensearch) == {**CONFIGURATION, "discovery.type": "single-node"}
    assert _spec(opensearch)["replicas"] == 1


def test_the_first_of_several_nodes_begins_the_cluster(moving: Recording) -> None:
    assert configuration(moving) == {
        **CONFIGURATION,
        "discovery.seed_hosts": ["temporal-opensearch-nodes"],
        "cluster.initial_cluster_manager_nodes": ["temporal-opensearch-0"],
        "node.store.allow_mmap": False,
    }
    assert (_spec(moving)["replicas"], _spec(moving)["serviceName"]) == (3, "temporal-opensearch-nodes")


def test_the_users_and_what_they_may_do(opensearch: Recording) -> None:
    """Nothing of the publisher's demonstration users is left: every file of theirs is replaced."""
    assert security(opensearch) == SECURITY


def test_every_user_has_a_password_of_its_own(opensearch: Recording) -> None:
    passwords = opensearch.of("random:index/randomPassword:RandomPassword")
    found = {name: r.inputs for name, r in passwords.items() if name.startswith("temporal-visibility-")}
    assert found == {
        f"temporal-visibility-{user}-password": {"length": 32, "special": False}
        for user in ("temporal", "temporal-schema", "temporal-monitor")
    }


def test_files_are_put_together_before_the_node_starts(opensearch: Recording) -> None:
    """The image's own are kept beside them: logging, the JVM's options."""
    pod = opensearch.pods()[POD]
    [before] = pod["initContainers"]
    assert before["command"] == ["/bin/sh", "-c", CONFIGURE_SH]
    assert {m["mountPath"]: (m["name"], m["readOnly"]) for m in before["volumeMounts"]} == {
        "/etc/temporal-platform/config": ("given-config", True),
        "/etc/temporal-platform/security": ("given-security", True),
        "/config": ("config", False),
    }
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert volumes["given-config"]["configMap"]["name"] == "temporal-opensearch"
    assert volumes["given-security"]["secret"]["secretName"] == "temporal-opensearch-security"


def test_what_a_node_writes_and_reads(opensearch: Recording) -> None:
    [container] = opensearch.pods()[POD]["containers"]
    assert {m["mountPath"]: (m["name"], m["readOnly"]) for m in container["volumeMounts"]} == {
        f"{HOME}/data": ("data", False),
        f"{HOME}/logs": ("logs", False),
        f"{HOME}/config": ("config", False),
        f"{HOME}/config/tls": ("tls", True),
        "/tmp": ("tmp", False),  # noqa: S108
    }
    [tls] = [volume["secret"] for volume in opensearch.pods()[POD]["volumes"] if volume["name"] == "tls"]
    assert mounted_secret("temporal-search-tls", "tls.crt", "tls.key", "ca.crt")["secret"].items() <= tls.items()


@pytest.mark.parametrize(
    ("said", "memory", "heap"),
    [
        ({}, "1Gi", 512),
        ({"resources": {"limits": {"memory": "768Mi"}}}, "768Mi", 256),
        ({"resources": {"limits": {"memory": "8Gi"}}}, "8Gi", 4096),
    ],
)
def test_the_heap_follows_the_memory_limit(said: dict[str, Any], memory: str, heap: int) -> None:
    [container] = recording.run(stacks.opensearch(**said)).pods()[POD]["containers"]
    assert container["resources"]["limits"] == {"memory": memory}
    assert container["env"] == [
        {"name": "DISABLE_INSTALL_DEMO_CONFIG", "value": "true"},
        {"name": "OPENSEARCH_JAVA_OPTS", "value": f"-Xms{heap}m -Xmx{heap}m"},
    ]


def test_a_node_is_ready_when_users_can_log_in(opensearch: Recording) -> None:
    """And alive as long as it listens: a store that is busy is not helped by a restart."""
    [container] = opensearch.pods()[POD]["containers"]
    health = {"httpGet": {"path": "/_plugins/_security/health", "port": "https", "scheme": "HTTPS"}}
    assert container["readinessProbe"] == {**health, "periodSeconds": 5, "timeoutSeconds": 5}
    assert container["startupProbe"] == {**health, "periodSeconds": 2, "timeoutSeconds": 5, "failureThreshold": 300}
    assert container["livenessProbe"] == {"tcpSocket": {"port": "https"}, "periodSeconds": 10, "failureThreshold": 12}
    assert opensearch.pods()[POD]["terminationGracePeriodSeconds"] == 60


@pytest.mark.parametrize(
    ("changes", "storage_class"),
    [
        ({}, None),
        ({"kubernetes__storageClass": "slow"}, "slow"),
        ({"kubernetes__storageClass": "slow", "visibility__storageClass": "fast"}, "fast"),
    ],
)
def test_every_node_has_a_volume(changes: dict[str, Any], storage_class: str | None) -> None:
    found = recording.run(stacks.changed(stacks.opensearch(storage="3Gi"), **changes))
    [claim] = _spec(found)["volumeClaimTemplates"]
    assert claim["metadata"]["name"] == "data"
    assert claim["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "3Gi"}},
        **({"storageClassName": storage_class} if storage_class else {}),
    }


def test_clients_reach_ready_nodes_by_https(opensearch: Recording) -> None:
    selector = {"app.kubernetes.io/name": "temporal-opensearch", "app.kubernetes.io/instance": "local"}
    services = opensearch.objects("Service")
    assert services["temporal-opensearch"]["spec"] == {
        "selector": selector,
        "ports": [{"name": "https", "port": 9200, "targetPort": "https"}],
    }
    assert services["temporal-opensearch-nodes"]["spec"] == {
        "clusterIP": "None",
        "publishNotReadyAddresses": True,
        "selector": selector,
        "ports": [{"name": "transport", "port": 9300, "targetPort": "transport"}],
    }


def _budget(found: Recording) -> dict[str, Any] | None:
    budget = found.objects("PodDisruptionBudget").get("temporal-opensearch")
    keys = ("maxUnavailable", "minAvailable")
    return {key: budget["spec"][key] for key in keys if key in budget["spec"]} if budget else None


def test_evictions_take_one_of_several_nodes_at_a_time(opensearch: Recording, moving: Recording) -> None:
    own = recording.run(stacks.opensearch(nodes=5, disruptionBudget={"minAvailable": 3}))
    assert [_budget(found) for found in (opensearch, moving, own)] == [None, {"maxUnavailable": 1}, {"minAvailable": 3}]


def test_several_nodes_should_be_apart(opensearch: Recording, moving: Recording) -> None:
    assert "topologySpreadConstraints" not in opensearch.pods()[POD]
    constraints = moving.pods()[POD]["topologySpreadConstraints"]
    assert [(each["topologyKey"], each["whenUnsatisfiable"]) for each in constraints] == [
        (ZONE, "ScheduleAnyway"),
        (HOST, "ScheduleAnyway"),
    ]
    own = recording.run(stacks.opensearch(nodes=3, spread={"zones": "required", "hosts": "off"}))
    assert [
        (each["topologyKey"], each["whenUnsatisfiable"]) for each in own.pods()[POD]["topologySpreadConstraints"]
    ] == [(ZONE, "DoNotSchedule")]
