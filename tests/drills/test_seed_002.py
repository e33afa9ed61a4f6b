"""The stack of pnats.cloud (examples/stacks/002-pnats-cloud.yaml), and what their page promises, read from server and
cluster.

Zalando's operator, cert-manager, MetalLB and external-dns are played: their resources are held against the real
definitions or the API server, and PostgreSQL is one pod. Failover, backups, a load balancer's address and a name in DNS
are not seen here. Of the Prometheus Operator there are the definitions alone.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from commands.tests_node import NODE
from embedded import node, toolchain
from embedded.node.places import Places
from embedded.progress import Progress
from tests.cluster.go_modules import PROMETHEUS_OPERATOR, WATCHED, manifests
from tests.cluster.stack import Deployment, until
from tests.drills.postgres_operators import Zalando, definitions
from tests.drills.seeds import seen
from tests.drills.seeds.balancing import Balancer, route
from tests.drills.seeds.overlay import seed
from tests.drills.seeds.signing import cert_manager
from tests.drills.seeds.up import node_up, up
from tests.drills.seeds.world import World

CEPH: Final[dict[str, Any]] = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "ceph-block"},
    "provisioner": "rancher.io/local-path",
    "volumeBindingMode": "WaitForFirstConsumer",
}


@pytest.fixture(scope="module")
def pnats() -> Iterator[Deployment]:
    """The stack with everything that is somebody else's."""
    node_up()
    stack = seed("002-pnats-cloud")
    world = World(stack)
    world.namespace(stack.namespace, pod_security_kubernetes_io__enforce="baseline")
    world.apply(CEPH)
    files, watched = definitions(), manifests(PROMETHEUS_OPERATOR)
    for text in (files, watched):
        stack.kubectl("apply", "--server-side", "-f", "-", stdin=text)
    names = [f"crd/{each['metadata']['name']}" for each in yaml.safe_load_all(files) if each]
    names += [f"crd/{plural}.monitoring.coreos.com" for plural in WATCHED]
    stack.kubectl("wait", "--for=condition=Established", "--timeout=60s", *names)
    found = node.find(node.NodeConfig.from_environment(NODE))
    assert found is not None
    with (
        cert_manager(world, "temporal-ca"),
        Balancer(found.kubeconfig),
        Zalando(found.kubeconfig, stack.namespace),
        up(stack),
    ):
        yield stack
    world.end()
    stack.kubectl("delete", *names)
    stack.kubectl("delete", "storageclass", "ceph-block")


def test_its_components(pnats: Deployment) -> None:
    """ "Components Deployed", "History Shards: 512"."""
    found = seen.ready_pods(pnats)
    parts = {"frontend": 3, "history": 3, "matching": 3, "worker": 5, "ui": 2}
    assert {part: found[part] for part in parts} == parts
    small, big = {"cpu": 1, "memory": 1024}, {"cpu": 2, "memory": 4096}
    of = {"frontend": small, "history": big, "matching": small, "worker": small, "ui": {"cpu": 0.5, "memory": 512}}
    assert {part: seen.limits(pnats, part) for part in of} == of
    assert seen.shards(pnats) == 512


def test_its_namespaces(pnats: Deployment) -> None:
    """ "Namespaces Configured"."""
    retentions = {"default": 72, "pnats": 2160, "pnats-staging": 1440, "pnats-dev": 720}
    assert seen.retentions(pnats) == retentions


def test_its_database(pnats: Deployment) -> None:
    """ "3-node PostgreSQL cluster", "Storage Class: ceph-block", as the operator is asked for them."""
    cluster = pnats.get("postgresql", "temporal-postgres")["spec"]
    assert (cluster["numberOfInstances"], cluster["postgresql"]["version"]) == (3, "16")
    assert cluster["volume"]["storageClass"] == "ceph-block"
    assert set(cluster["databases"]) == {"temporal", "temporal_visibility"}


def test_its_grpc_endpoint(pnats: Deployment) -> None:
    """`temporal.pnats.cloud:7233` at 103.110.174.23: with the annotations that MetalLB and external-dns read, and with
    mutual TLS, which theirs did without. Whoever gets there needs a certificate; the name is in the server's."""
    service = pnats.get("service", "temporal-frontend-load-balancer")
    assert service["spec"]["type"] == "LoadBalancer"
    assert service["metadata"]["annotations"] == {
        "metallb.io/loadBalancerIPs": "103.110.174.23",
        "external-dns.alpha.kubernetes.io/hostname": "temporal.pnats.cloud",
    }
    assert pnats.outputs["externalAddress"] == "temporal.pnats.cloud:7233"
    config = node.NodeConfig.from_environment(NODE)
    network, found = Places(config.name).network_namespace, node.find(config)
    assert found is not None
    route("103.110.174.23", str(network), found)
    client = {**pnats.client(), "TEMPORAL_ADDRESS": "103.110.174.23:7233", "HOME": "/nonexistent"}
    client["TEMPORAL_TLS_SERVER_NAME"] = "temporal.pnats.cloud"
    words = ["nsenter", f"--net={network}", "--", str(cli()), "operator", "cluster", "health"]
    ran = subprocess.run(words, env=client, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout.strip()) == (0, "SERVING"), ran.stderr
    without = {name: value for name, value in client.items() if "CLIENT_" not in name}

    def refused() -> bool:
        """Now and then the client writes before it reads why it is refused, and hears of a broken pipe only."""
        ran = subprocess.run(words, env=without, capture_output=True, text=True, check=False)
        assert ran.returncode != 0
        return "certificate required" in ran.stderr

    until("it is told that a certificate is required", refused, 60)


def test_its_web_ui(pnats: Deployment) -> None:
    """`https://temporal-ui.pnats.cloud`, nginx, Let's Encrypt; the controller is told that pods serve TLS."""
    ingress = pnats.get("ingress", "temporal-ui")
    assert ingress["spec"]["ingressClassName"] == "nginx"
    [tls] = ingress["spec"]["tls"]
    assert tls["hosts"] == ["temporal-ui.pnats.cloud"]
    annotations = ingress["metadata"]["annotations"]
    assert annotations["cert-manager.io/cluster-issuer"] == "letsencrypt-prod"
    assert annotations["nginx.ingress.kubernetes.io/backend-protocol"] == "HTTPS"
    assert pnats.outputs["uiAddress"] == "https://temporal-ui.pnats.cloud"


def test_its_metrics_and_dashboards(pnats: Deployment) -> None:
    """ "Prometheus ServiceMonitors", 30 s, for every service, read by nobody but Prometheus; for Grafana "Temporal
    Server Overview", "Temporal Logs" and "Temporal PostgreSQL"."""
    monitors = pnats.get("servicemonitors")["items"]
    endpoints = {each["metadata"]["name"]: each["spec"]["endpoints"] for each in monitors}
    services = ("frontend", "internal-frontend", "history", "matching", "worker")
    assert set(endpoints) == {f"temporal-{service}" for service in services}
    assert {endpoint["interval"] for each in endpoints.values() for endpoint in each} == {"30s"}
    for service in services:
        policy = pnats.get("networkpolicy", f"temporal-{service}-metrics")["spec"]
        peers = [
            peer
            for rule in policy["ingress"]
            for peer in rule.get("from", ())
            if {"port": 9090, "protocol": "TCP"} in rule["ports"]
        ]
        assert peers == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    shown = pnats.get("configmaps", "-l", "grafana_dashboard=1")["items"]
    titles = {json.loads(text)["title"] for each in shown for text in each["data"].values()}
    assert {"Temporal / Server Overview", "Temporal / Logs", "Temporal / PostgreSQL"} <= titles
    [rules] = pnats.get("prometheusrules")["items"]
    assert any(
        rule.get("alert") == "TemporalHistoryDown" for group in rules["spec"]["groups"] for rule in group["rules"]
    )


def cli() -> Path:
    """The `temporal` command."""
    return toolchain.ensure(["temporal"], Progress()).path("temporal")
