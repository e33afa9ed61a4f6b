"""The programs of a node: their commands, what they read, and how to see that they work."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import urllib3

from embedded.node.api import Api
from embedded.node.config import NodeConfig
from embedded.node.execute import succeeds
from embedded.node.kubeconfigs import API_PORT
from embedded.node.namespaces import enter
from embedded.node.pki import CLUSTER, ETCD, FRONT, FRONT_PROXY, SERVICE_ACCOUNTS
from embedded.node.places import Places
from embedded.node.processes import Program, listens
from embedded.toolchain import Tools

TOOLS: Final = (
    *("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "coredns"),
    *("containerd", "containerd-shim-runc-v2", "ctr", "runc", "busybox", "local-path-provisioner"),
    *("bridge", "host-local", "portmap", "loopback"),
    *("iptables", "ip", "conntrack", "nsenter", "mount", "umount"),
)
ETCD_PORT: Final = 2379
ETCD_PEER_PORT: Final = 2380
HEALTH_TIMEOUT: Final = urllib3.Timeout(connect=1, read=2)


@dataclass(frozen=True)
class Programs:
    """The programs of one node."""

    config: NodeConfig
    places: Places
    tools: Tools
    api: Api

    def etcd(self) -> Program:
        """The cluster's data, for the API server alone: loopback, with certificates of its own authority."""
        client = f"https://127.0.0.1:{ETCD_PORT}"
        peer = f"https://127.0.0.1:{ETCD_PEER_PORT}"
        return self._program(
            "etcd",
            f"--name={self.config.name}",
            f"--data-dir={self.places.data / 'etcd'}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster={self.config.name}={peer}",
            *("--client-cert-auth", "--peer-client-cert-auth", "--logger=zap"),
            *(f"--{end}cert-file={self._certificate('etcd')}" for end in ("", "peer-")),
            *(f"--{end}key-file={self._key('etcd')}" for end in ("", "peer-")),
            *(f"--{end}trusted-ca-file={self._certificate(ETCD)}" for end in ("", "peer-")),
            reads=("pki/etcd.crt", "pki/etcd-ca.crt"),
            healthy=lambda: listens(self.places.processes / "etcd.json", ETCD_PORT),
        )

    def apiserver(self) -> Program:
        """Answers on the node's address; every caller shows a certificate or a service account's token."""
        issuer = "https://kubernetes.default.svc.cluster.local"
        plan = self.config.addresses
        return self._program(
            "kube-apiserver",
            f"--advertise-address={plan.node}",
            f"--secure-port={API_PORT}",
            f"--service-cluster-ip-range={plan.services}",
            f"--etcd-servers=https://127.0.0.1:{ETCD_PORT}",
            f"--etcd-cafile={self._certificate(ETCD)}",
            f"--etcd-certfile={self._certificate('apiserver-to-etcd')}",
            f"--etcd-keyfile={self._key('apiserver-to-etcd')}",
            f"--client-ca-file={self._certificate(CLUSTER)}",
            f"--tls-cert-file={self._certificate('apiserver')}",
            f"--tls-private-key-file={self._key('apiserver')}",
            f"--kubelet-certificate-authority={self._certificate(CLUSTER)}",
            f"--kubelet-client-certificate={self._certificate('apiserver-to-kubelet')}",
            f"--kubelet-client-key={self._key('apiserver-to-kubelet')}",
            "--kubelet-preferred-address-types=InternalIP",
            f"--service-account-issuer={issuer}",
            f"--service-account-key-file={self.places.pki / f'{SERVICE_ACCOUNTS}.pub'}",
            f"--service-account-signing-key-file={self._key(SERVICE_ACCOUNTS)}",
            f"--requestheader-client-ca-file={self._certificate(FRONT)}",
            f"--requestheader-allowed-names={FRONT_PROXY}",
            "--requestheader-username-headers=X-Remote-User",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            f"--proxy-client-cert-file={self._certificate('front-proxy')}",
            f"--proxy-client-key-file={self._key('front-proxy')}",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--anonymous-auth=false",
            "--allow-privileged=true",
            "--profiling=false",
            reads=(
                *("pki/ca.crt", "pki/etcd-ca.crt", "pki/apiserver.crt", "pki/apiserver-to-etcd.crt"),
                *("pki/apiserver-to-kubelet.crt", f"pki/{SERVICE_ACCOUNTS}.pub"),
                *("pki/front-proxy-ca.crt", "pki/front-proxy.crt"),
            ),
            healthy=self.api.ready,
            seconds=120,
        )

    def controller_manager(self) -> Program:
        """The only one of its kind, so it does not wait to be elected."""
        return self._control(
            "kube-controller-manager",
            "controller-manager",
            10257,
            f"--root-ca-file={self._certificate(CLUSTER)}",
            f"--service-account-private-key-file={self._key(SERVICE_ACCOUNTS)}",
            "--use-service-account-credentials=true",
            "--allocate-node-cidrs=false",
        )

    def scheduler(self) -> Program:
        """The only one of its kind, as well."""
        return self._control("kube-scheduler", "scheduler", 10259)

    def containerd(self) -> Program:
        """Runs the containers."""
        return self._program(
            "containerd",
            f"--config={self.places.files / 'containerd.toml'}",
            reads=("config/containerd.toml", "config/cni/pods.conflist"),
            healthy=lambda: succeeds([*self.ctr(), "version"]),
        )

    def kubelet(self) -> Program:
        """Registers the node with the API server and runs its pods."""
        return self._program(
            "kubelet",
            f"--config={self.places.files / 'kubelet.yaml'}",
            f"--kubeconfig={self.places.kubeconfigs / 'kubelet'}",
            f"--hostname-override={self.config.name}",
            f"--node-ip={self.config.addresses.node}",
            reads=("config/kubelet.yaml", "config/resolv.conf", "kubeconfigs/kubelet", "pki/ca.crt", "pki/node.crt"),
            healthy=lambda: self._answers("http", 10248),
        )

    def proxy(self) -> Program:
        """Makes service addresses and NodePorts reach pods."""
        return self._program(
            "kube-proxy",
            f"--config={self.places.files / 'kube-proxy.yaml'}",
            reads=("config/kube-proxy.yaml", "kubeconfigs/proxy"),
            healthy=lambda: self._answers("http", 10256),
        )

    def dns(self) -> Program:
        """Knows the cluster's names, and that there are no others."""
        return self._program(
            "coredns",
            f"-conf={self.places.files / 'Corefile'}",
            reads=("config/Corefile", "kubeconfigs/dns"),
            healthy=lambda: self._answers("http", 8181, "ready"),
        )

    def volumes(self) -> Program:
        """Makes a folder for each claim, and removes it with the claim. It has no health to ask for."""
        return self._program(
            "local-path-provisioner",
            "start",
            f"--kubeconfig={self.places.kubeconfigs / 'volumes'}",
            f"--config={self.places.files / 'volumes.json'}",
            f"--helper-pod-file={self.places.files / 'volume-helper.yaml'}",
            "--namespace=local-path-storage",
            "--service-account-name=volume-helper",
            reads=("config/volumes.json", "config/volume-helper.yaml", "kubeconfigs/volumes"),
            healthy=lambda: True,
        )

    def ctr(self) -> list[str]:
        """The words of a `ctr` command for the node's images."""
        client = str(self.tools.path("ctr"))
        return [*enter(self.places), client, f"--address={self.places.containerd_socket}", "--namespace=k8s.io"]

    def _control(self, tool: str, identity: str, port: int, *arguments: str) -> Program:
        kubeconfig = self.places.kubeconfigs / identity
        return self._program(
            tool,
            *(f"--{use}kubeconfig={kubeconfig}" for use in ("", "authentication-", "authorization-")),
            f"--bind-address={self.config.addresses.node}",
            f"--tls-cert-file={self._certificate('node')}",
            f"--tls-private-key-file={self._key('node')}",
            "--leader-elect=false",
            "--profiling=false",
            *arguments,
            reads=(f"kubeconfigs/{identity}", "pki/ca.crt", "pki/node.crt", f"pki/{SERVICE_ACCOUNTS}.pub"),
            healthy=lambda: self._answers("https", port),
        )

    def _program(
        self, tool: str, *arguments: str, reads: tuple[str, ...], healthy: Callable[[], bool], seconds: float = 60
    ) -> Program:
        return Program(
            name=tool,
            command=[str(self.tools.path(tool)), *arguments],
            reads=[self.places.data / file for file in reads],
            healthy=healthy,
            seconds=seconds,
        )

    def _answers(self, scheme: str, port: int, path: str = "healthz") -> bool:
        try:
            answer = self.http.request("GET", f"{scheme}://{self.config.addresses.node}:{port}/{path}")
        except urllib3.exceptions.HTTPError:
            return False
        return answer.status == 200

    @cached_property
    def http(self) -> urllib3.PoolManager:
        """Asks programs for their health, without showing a certificate."""
        authority = str(self._certificate(CLUSTER))
        return urllib3.PoolManager(ca_certs=authority, retries=False, timeout=HEALTH_TIMEOUT)

    def _certificate(self, name: str) -> Path:
        return self.places.pki / f"{name}.crt"

    def _key(self, name: str) -> Path:
        return self.places.pki / f"{name}.key"
