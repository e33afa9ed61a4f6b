"""OpenSearch in the cluster: TLS between nodes and to clients, users of its own, a volume for each node."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s
import pulumi_random as random
import yaml

import versions
from components.disruption import disruption_budget
from components.handles import SearchLogin, SearchMonitor, SearchStore, SearchUser, SecretKey, StoreCertificates
from components.kubernetes import (
    Installation,
    config_volume,
    content_hash,
    mount,
    scratch_volume,
    secret_volume,
    volume_claim,
)
from components.pods import environment, planned_resources, pod_spec, resources, restricted_container
from components.stores.visibility.monitor import search_monitor
from components.stores.visibility.security import MONITOR, SCHEMA, SERVER, USERS, security_files
from settings.opensearch_memory import heap_mib
from settings.plans import SearchPlan
from settings.visibility import OPENSEARCH, OpenSearch

_COMPONENT: Final = "opensearch"
_NODES: Final = f"{OPENSEARCH}-nodes"
_HOME: Final = "/usr/share/opensearch"
_GIVEN: Final = "/etc/temporal-platform"
_UID: Final = 1000
_PORT: Final = 9200
_TRANSPORT_PORT: Final = 9300
_GRACE_SECONDS: Final = 60
_START_SECONDS: Final = 600

# The first start writes a keystore beside the configuration, and the image's root file system is read-only here.
_CONFIGURE_SH: Final = f"""\
set -eu
cp -rf {_HOME}/config/. /config/
rm -rf /config/opensearch-security
mkdir /config/opensearch-security
cp {_GIVEN}/security/*.yml /config/opensearch-security/
cp {_GIVEN}/config/opensearch.yml /config/
"""


@dataclass(frozen=True, kw_only=True)
class InClusterOpenSearchArgs:
    """The nodes and what they serve with."""

    installation: Installation
    """Where they run."""
    settings: OpenSearch
    """Their part of the stack file."""
    plan: SearchPlan
    """Resources, scheduling, disruption budget."""
    storage_class: str | None
    """StorageClass of the volumes; the cluster's default class when None."""
    certificates: StoreCertificates
    """What they serve with, and what clients check it against."""
    protect: bool
    """Whether the engine refuses to delete the data and the passwords."""


class InClusterOpenSearch(pulumi.ComponentResource):
    """A StatefulSet of OpenSearch nodes, two Services, users and what they may do.

    The security plugin reads the users once, at the very first start; renewed certificates it reads by itself.
    """

    store: SearchStore
    """The index."""
    monitor: SearchMonitor
    """Who may read its figures."""

    def __init__(self, name: str, args: InClusterOpenSearchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: passwords, Secrets, ConfigMap, ServiceAccount, StatefulSet, Services, disruption budget."""
        super().__init__("temporal:visibility:InClusterOpenSearch", name, None, opts)
        self._name = name
        self._args = args
        passwords = {
            user: random.RandomPassword(f"{name}-{user}-password", length=32, special=False, opts=self._precious())
            for user in USERS
        }
        users = self._secret("users", {user: password.result for user, password in passwords.items()})
        hashes = pulumi.Output.all(**{user: password.bcrypt_hash for user, password in passwords.items()})
        security = self._secret("security", hashes.apply(security_files))
        service = self._nodes(security)
        url = f"https://{args.installation.dns(OPENSEARCH)}:{_PORT}"
        self.store = SearchStore(
            url=url,
            place=url,
            index=args.settings.index,
            version="v8",
            authentication=SearchLogin(user=_user(users, SERVER), owner=_user(users, SCHEMA)),
            ca=args.certificates.authority,
            cluster_settings=True,
            watched=[],
            ready=[service],
        )
        self.monitor = search_monitor(self.store, _user(users, MONITOR), args.certificates.trust)
        self.register_outputs({})

    def _child(self, *after: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=list(after))

    def _precious(self, *after: pulumi.Resource) -> pulumi.ResourceOptions:
        """Options of what nothing brings back."""
        return pulumi.ResourceOptions(parent=self, depends_on=list(after), protect=self._args.protect or None)

    def _metadata(self, name: str, annotations: Mapping[str, str] | None = None) -> k8s.meta.v1.ObjectMetaArgs:
        return self._args.installation.metadata(name, _COMPONENT, versions.OPENSEARCH, annotations)

    def _secret(self, role: str, data: pulumi.Input[Mapping[str, pulumi.Input[str]]]) -> pulumi.Output[str]:
        secret = k8s.core.v1.Secret(
            f"{self._name}-{role}",
            metadata=self._metadata(f"{OPENSEARCH}-{role}"),
            string_data=data,
            opts=self._child(),
        )
        return secret.metadata.name

    def _configuration(self) -> str:
        """opensearch.yml. Settings of the security plugin: OpenSearch documentation, "Configuring TLS certificates"."""
        nodes = self._args.settings.nodes
        leaf = {
            "pemcert_filepath": "tls/tls.crt",
            "pemkey_filepath": "tls/tls.key",
            "pemtrustedcas_filepath": "tls/ca.crt",
        }
        # Alone a node need not ask the kernel for what only several are held to (bootstrap checks). With several the
        # first one begins the cluster and no other ever does, so that two halves never think they are whole.
        cluster = (
            {"discovery.type": "single-node"}
            if nodes == 1
            else {
                "discovery.seed_hosts": [_NODES],
                "cluster.initial_cluster_manager_nodes": [f"{OPENSEARCH}-0"],
                "node.store.allow_mmap": False,
            }
        )
        ssl = {f"{layer}.{key}": value for layer in ("transport", "http") for key, value in leaf.items()}
        lines = {
            "cluster.name": f"{self._args.installation.name}-visibility",
            "node.name": "${HOSTNAME}",
            "network.host": "0.0.0.0",  # noqa: S104 - pods are reached at their own address
            **cluster,
            **{f"plugins.security.ssl.{key}": value for key, value in ssl.items()},
            "plugins.security.ssl.http.enabled": True,
            # Nodes know each other by the subject of their one leaf, whatever their addresses.
            "plugins.security.ssl.transport.enforce_hostname_verification": False,
            "plugins.security.ssl.certificates_hot_reload.enabled": True,
            "plugins.security.allow_default_init_securityindex": True,
            "plugins.security.nodes_dn": [self._args.certificates.subject],
            "plugins.security.audit.type": "noop",
        }
        return yaml.safe_dump(lines, sort_keys=False, width=1000)

    def _nodes(self, security: pulumi.Output[str]) -> k8s.core.v1.Service:
        """The Service for clients comes after its pods: before them, it would wait in vain when they do not start."""
        args, configuration = self._args, self._configuration()
        selector = args.installation.selector(_COMPONENT)
        config = k8s.core.v1.ConfigMap(
            f"{self._name}-config",
            metadata=self._metadata(OPENSEARCH),
            data={"opensearch.yml": configuration},
            opts=self._child(),
        )
        account = k8s.core.v1.ServiceAccount(
            f"{self._name}-account",
            metadata=self._metadata(OPENSEARCH),
            automount_service_account_token=False,
            opts=self._child(),
        )
        among_nodes = k8s.core.v1.Service(
            f"{self._name}-nodes-service",
            # Nodes look each other up before any is ready.
            metadata=self._metadata(_NODES, {"pulumi.com/skipAwait": "true"}),
            spec=k8s.core.v1.ServiceSpecArgs(
                cluster_ip="None",
                publish_not_ready_addresses=True,
                selector=selector,
                ports=[k8s.core.v1.ServicePortArgs(name="transport", port=_TRANSPORT_PORT, target_port="transport")],
            ),
            opts=self._child(),
        )
        stateful_set = k8s.apps.v1.StatefulSet(
            self._name,
            metadata=self._metadata(OPENSEARCH),
            spec=k8s.apps.v1.StatefulSetSpecArgs(
                replicas=args.settings.nodes,
                service_name=_NODES,
                selector=k8s.meta.v1.LabelSelectorArgs(match_labels=selector),
                template=self._pod(account.metadata.name, config.metadata.name, security, configuration),
                volume_claim_templates=[
                    volume_claim("data", selector, storage=args.settings.storage, storage_class=args.storage_class)
                ],
            ),
            opts=self._precious(among_nodes),
        )
        disruption_budget(
            f"{self._name}-budget",
            selector,
            metadata=self._metadata(OPENSEARCH),
            budget=args.plan.budget,
            opts=self._child(),
        )
        return k8s.core.v1.Service(
            f"{self._name}-service",
            metadata=self._metadata(OPENSEARCH),
            spec=k8s.core.v1.ServiceSpecArgs(
                selector=selector,
                ports=[k8s.core.v1.ServicePortArgs(name="https", port=_PORT, target_port="https")],
            ),
            opts=self._child(stateful_set),
        )

    def _pod(
        self,
        account: pulumi.Output[str],
        config: pulumi.Output[str],
        security: pulumi.Output[str],
        configuration: str,
    ) -> k8s.core.v1.PodTemplateSpecArgs:
        args = self._args
        heap = heap_mib(args.plan.pod.memory_limit)
        pod = pod_spec(
            args.installation,
            args.plan.pod.scheduling,
            uid=_UID,
            container=self._container(heap),
            account=account,
            grace_seconds=_GRACE_SECONDS,
            apart=args.installation.selector(_COMPONENT) if args.settings.nodes > 1 else None,
            volumes=[
                config_volume("given-config", config),
                secret_volume("given-security", security),
                secret_volume("tls", args.certificates.serving, ["tls.crt", "tls.key", "ca.crt"]),
                scratch_volume("config"),
                scratch_volume("logs"),
                scratch_volume("tmp"),
            ],
        )
        pod.init_containers = [_configuring_container(args.installation.images.opensearch)]
        return k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(
                labels=args.installation.labels(_COMPONENT, versions.OPENSEARCH),
                annotations={
                    **args.plan.pod.scheduling.annotations,
                    "temporal-platform/config-hash": content_hash(configuration, args.certificates.trust),
                },
            ),
            spec=pod,
        )

    def _container(self, heap: int) -> k8s.core.v1.ContainerArgs:
        health = k8s.core.v1.HTTPGetActionArgs(path="/_plugins/_security/health", port="https", scheme="HTTPS")
        return k8s.core.v1.ContainerArgs(
            name="opensearch",
            image=self._args.installation.images.opensearch,
            image_pull_policy="IfNotPresent",
            env=environment(
                {"DISABLE_INSTALL_DEMO_CONFIG": "true", "OPENSEARCH_JAVA_OPTS": f"-Xms{heap}m -Xmx{heap}m"},
                self._args.plan.pod,
            ),
            ports=[
                k8s.core.v1.ContainerPortArgs(name="https", container_port=_PORT),
                k8s.core.v1.ContainerPortArgs(name="transport", container_port=_TRANSPORT_PORT),
            ],
            # Answers 200 without a login once users can log in.
            startup_probe=k8s.core.v1.ProbeArgs(
                http_get=health, period_seconds=2, timeout_seconds=5, failure_threshold=_START_SECONDS // 2
            ),
            readiness_probe=k8s.core.v1.ProbeArgs(http_get=health, period_seconds=5, timeout_seconds=5),
            liveness_probe=k8s.core.v1.ProbeArgs(
                tcp_socket=k8s.core.v1.TCPSocketActionArgs(port="https"), period_seconds=10, failure_threshold=12
            ),
            volume_mounts=[
                mount("data", f"{_HOME}/data", writable=True),
                mount("logs", f"{_HOME}/logs", writable=True),
                mount("config", f"{_HOME}/config", writable=True),
                mount("tls", f"{_HOME}/config/tls"),
                mount("tmp", "/tmp", writable=True),  # noqa: S108
            ],
            resources=planned_resources(self._args.plan.pod),
            security_context=restricted_container(),
        )


def _configuring_container(image: str) -> k8s.core.v1.ContainerArgs:
    return k8s.core.v1.ContainerArgs(
        name="configuration",
        image=image,
        image_pull_policy="IfNotPresent",
        command=["/bin/sh", "-c", _CONFIGURE_SH],
        volume_mounts=[
            mount("given-config", f"{_GIVEN}/config"),
            mount("given-security", f"{_GIVEN}/security"),
            mount("config", "/config", writable=True),
        ],
        resources=resources("20m", "64Mi"),
        security_context=restricted_container(),
    )


def _user(users: pulumi.Output[str], name: str) -> SearchUser:
    return SearchUser(name=name, password=SecretKey(secret=users, key=name))
