"""Proves that the embedded node is a working Kubernetes, heals after a kill, and leaves no trace.

A node of its own is brought up for this module, beside whatever other node runs, and removed by its last tests. The
proof ends at this machine's kernel: it shows the control group version that is mounted here, not the other one.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml

from commands.stackfile import Checkout
from commands.tests_node import clear
from embedded import toolchain
from embedded.errors import EmbeddedError
from embedded.node import Node, NodeConfig, down, find, up
from embedded.node.cgroups import members, roots
from embedded.node.places import Places
from embedded.progress import Progress
from versions import PAUSE_IMAGE

pytestmark = pytest.mark.cluster

CONFIG = NodeConfig(name="nodetest", network="198.18.240.0/20")
PLACES = Places(CONFIG.name)
OUTSIDE = "203.0.113.1"  # a documentation address: nobody has it, and no packet to it may leave the node
SECONDS = 240.0
T = TypeVar("T")

OBJECTS = f"""
apiVersion: v1
kind: Namespace
metadata: {{name: trial, labels: {{pod-security.kubernetes.io/enforce: restricted}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: web, namespace: trial}}
spec:
  type: NodePort
  selector: {{app: web}}
  ports: [{{port: 80, targetPort: 8080}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: web, namespace: trial}}
spec:
  serviceName: web
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      terminationGracePeriodSeconds: 0
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        runAsGroup: 10002
        fsGroup: 10003
        seccompProfile: {{type: RuntimeDefault}}
      containers:
        - name: web
          image: {PAUSE_IMAGE}
          command: [/bin/busybox, sh, -c]
          args: ["echo line >> /data/index.html; echo serving; exec /bin/busybox httpd -f -p 8080 -h /data"]
          readinessProbe: {{httpGet: {{port: 8080, path: /index.html}}, periodSeconds: 1}}
          securityContext:
            {{allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {{drop: [ALL]}}}}
          volumeMounts: [{{name: data, mountPath: /data}}]
  volumeClaimTemplates:
    - metadata: {{name: data}}
      spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}
"""


@dataclass(frozen=True)
class Machine:
    """What the host shows of nodes: all of it must be as before when a node has gone."""

    interfaces: frozenset[str]
    mounts: frozenset[str]
    rules: tuple[str, ...]
    groups: frozenset[str]
    processes: frozenset[str]
    folders: frozenset[str]
    settings: tuple[str, ...]

    @classmethod
    def look(cls) -> "Machine":
        """Leaves out what belongs to nodes of other names, which may come and go meanwhile."""
        commands = (file for file in Path("/proc").glob("[0-9]*/cmdline") if PLACES.node in _text(file))
        return cls(
            interfaces=frozenset(link.name for link in Path("/sys/class/net").iterdir() if not _others(link.name)),
            mounts=frozenset(line for line in _text(Path("/proc/self/mounts")).splitlines() if not _others(line)),
            rules=tuple(line for line in _run("iptables-save").splitlines() if not line.startswith(("#", ":"))),
            groups=frozenset(
                str(folder)
                for root in roots("")
                for folder in root.glob("temporal-platform-*")
                if not _others(folder.name)
            ),
            processes=frozenset(file.parent.name for file in commands),
            folders=frozenset(str(folder) for folder in (PLACES.data, PLACES.run) if folder.exists()),
            settings=tuple(
                _text(Path("/proc/sys") / name)
                for name in ("vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops", "net/ipv4/ip_forward")
            ),
        )


class Cluster:
    """kubectl on the node."""

    def __init__(self, node: Node, kubectl: Path) -> None:
        self.node = node
        self._words = [str(kubectl), f"--kubeconfig={node.kubeconfig}", f"--context={node.context}"]

    def kubectl(self, *words: str, stdin: str | None = None) -> str:
        return _run(*self._words, *words, stdin=stdin)

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen([*self._words, *words], stdout=subprocess.PIPE, text=True)

    def get(self, *words: str) -> Any:
        return json.loads(self.kubectl("get", *words, "--output=json"))

    def sh(self, script: str) -> str:
        return self.kubectl("exec", "--namespace=trial", "web-0", "--", "/bin/busybox", "sh", "-c", script)

    def takes_commands(self) -> bool:
        """Whether the kubelet knows the pod: it learns of its pods a moment after it says it is ready."""
        words = [*self._words, "exec", "--namespace=trial", "web-0", "--", "/bin/busybox", "true"]
        return subprocess.run(words, capture_output=True, timeout=SECONDS, check=False).returncode == 0

    def wait_for_pod(self) -> Any:
        self.kubectl("rollout", "status", "--namespace=trial", "statefulset/web", f"--timeout={SECONDS:.0f}s")
        return self.get("pod", "--namespace=trial", "web-0")


@pytest.fixture(scope="module")
def before() -> Machine:
    return Machine.look()


@pytest.fixture(scope="module")
def cluster(before: Machine) -> Iterator[Cluster]:  # noqa: ARG001 (the look comes first)
    kubectl = toolchain.ensure(["kubectl"], Progress()).path("kubectl")
    try:
        yield Cluster(up(CONFIG, Progress()), kubectl)
    finally:
        down(CONFIG, Progress())


@pytest.fixture(scope="module")
def web(cluster: Cluster) -> Cluster:
    cluster.kubectl("apply", "--filename=-", stdin=OBJECTS)
    cluster.wait_for_pod()
    return cluster


def test_kubeconfig_is_private_and_names_its_context(cluster: Cluster) -> None:
    """The administrator's file has mode 0600, below a folder of mode 0700, and selects `embedded`."""
    assert cluster.node.kubeconfig.stat().st_mode & 0o777 == 0o600
    assert PLACES.data.stat().st_mode & 0o777 == 0o700
    assert PLACES.pki.stat().st_mode & 0o777 == 0o700
    assert yaml.safe_load(cluster.node.kubeconfig.read_text())["current-context"] == "embedded"
    assert cluster.node.address == "198.18.240.2"


def test_api_server_refuses_whoever_shows_nothing(cluster: Cluster) -> None:
    """Without a certificate not even the health can be asked; the kubelet refuses as well."""
    for port, path in ((6443, "readyz"), (6443, "api"), (10250, "pods")):
        url = f"https://{cluster.node.address}:{port}/{path}"
        status = _run("curl", "--silent", "--insecure", "--output", "/dev/null", "--write-out", "%{http_code}", url)
        assert (url, status) == (url, "401")


def test_service_answers_by_name_address_and_node_port(web: Cluster) -> None:
    """Cluster DNS, kube-proxy from a pod back to itself, and the NodePort from the host."""
    assert web.sh("/bin/busybox wget -q -O - http://web.trial.svc.cluster.local") == "line\n"
    service = web.get("service", "--namespace=trial", "web")["spec"]
    assert web.sh(f"/bin/busybox wget -q -O - http://{service['clusterIP']}") == "line\n"
    assert _run("curl", "--silent", f"http://{web.node.address}:{service['ports'][0]['nodePort']}") == "line\n"


def test_nothing_leaves_the_node(web: Cluster) -> None:
    """No route, no name beyond the cluster; and if a pod made itself a route, the host would not forward."""
    failed = web.sh(f"/bin/busybox nc -w 5 {OUTSIDE} 80 2>&1 || true")
    assert failed == f"nc: can't connect to remote host ({OUTSIDE}): Network is unreachable\n"
    assert "NXDOMAIN" in web.sh("/bin/busybox nslookup -type=a example.com 2>&1 || true")
    routes = _run("nsenter", f"--net={PLACES.network_namespace}", "ip", "route")
    assert "default" not in routes
    assert _text(Path(f"/proc/sys/net/ipv4/conf/{PLACES.interface}/forwarding")) == "0\n"


def test_exec_logs_and_port_forward(web: Cluster) -> None:
    """The API server reaches the kubelet, and the kubelet believes it."""
    assert web.sh("/bin/busybox id") == "uid=10001 gid=10002 groups=10002,10003\n"
    assert web.kubectl("logs", "--namespace=trial", "web-0") == "serving\n"
    with _ending(web.start("port-forward", "--namespace=trial", "pod/web-0", ":8080")) as forward:
        assert forward.stdout
        local = forward.stdout.readline().split()[2]  # Forwarding from 127.0.0.1:NNNNN -> 8080
        assert _run("curl", "--silent", f"http://{local}") == "line\n"


def test_working_set_of_pods_can_be_read(web: Cluster) -> None:
    """The kubelet's summary knows the memory of each pod."""

    def working_set() -> int:
        summary = json.loads(web.kubectl("get", "--raw", f"/api/v1/nodes/{CONFIG.name}/proxy/stats/summary"))
        pods = {pod["podRef"]["name"]: pod for pod in summary["pods"]}
        return int(pods.get("web-0", {}).get("memory", {}).get("workingSetBytes", 0))

    assert _eventually(working_set)


def test_second_up_changes_nothing(web: Cluster) -> None:
    """Same processes, same certificates, within five seconds; `find` agrees."""
    records = {file.name: file.read_text() for file in PLACES.processes.iterdir()}
    keys = {file.name: file.read_text() for file in PLACES.pki.iterdir()}
    started = time.monotonic()
    assert up(CONFIG, Progress()) == web.node
    assert time.monotonic() - started < 5
    assert {file.name: file.read_text() for file in PLACES.processes.iterdir()} == records
    assert {file.name: file.read_text() for file in PLACES.pki.iterdir()} == keys
    assert find(CONFIG) == web.node


def test_range_in_use_is_refused(web: Cluster) -> None:  # noqa: ARG001 (its interface is in the way)
    """A second node on the same addresses is told who has them, and leaves nothing behind."""
    other = NodeConfig(name="clash", network=CONFIG.network)
    with pytest.raises(EmbeddedError) as refused:
        up(other, Progress())
    assert str(refused.value) == (
        "The address range 198.18.240.0/20 is in use on this machine: interface tp-nodetest has 198.18.240.1/30. "
        "Choose a free one with EMBEDDED_NETWORK=<free /16>, for instance EMBEDDED_NETWORK=198.19.0.0/16."
    )
    assert not Places(other.name).data.exists()
    down(other, Progress())


def test_another_range_for_a_node_that_exists_is_refused(web: Cluster) -> None:  # noqa: ARG001 (the node exists)
    """Its objects carry the old addresses, so it says how to go on."""
    with pytest.raises(EmbeddedError, match=r"was made with the addresses 198\.18\.240\.0/20, not 198\.18\.192\.0/20"):
        up(NodeConfig(name=CONFIG.name, network="198.18.192.0/20"), Progress())


def test_a_killed_program_is_started_again_alone(web: Cluster) -> None:
    """SIGKILL of kube-proxy: the next `up` starts it and leaves the others as they are."""
    records = _records()
    os.kill(records["kube-proxy"]["pid"], signal.SIGKILL)
    up(CONFIG, Progress())
    after = _records()
    assert {name for name in records if records[name] != after[name]} == {"kube-proxy"}
    assert web.sh("/bin/busybox wget -q -O - http://web.trial.svc.cluster.local") == "line\n"


@pytest.mark.parametrize("what", ["programs", "programs and containers", "all, as a restart of the machine"])
def test_node_heals(web: Cluster, what: str) -> None:
    """etcd, volumes and pods survive SIGKILL of every program; containers run on unless they were killed too."""
    pod = web.get("pod", "--namespace=trial", "web-0")
    lines = web.sh("/bin/busybox cat /data/index.html")
    containers_too = what != "programs"
    for victim in members(PLACES.cgroup) if containers_too else {record["pid"] for record in _records().values()}:
        with suppress(ProcessLookupError):  # ended by the death of another one
            os.kill(victim, signal.SIGKILL)
    if "restart" in what:
        _run("umount", str(PLACES.mount_namespace), str(PLACES.network_namespace), str(PLACES.namespaces))
    _eventually(lambda: find(CONFIG) is None)
    assert up(CONFIG, Progress()) == web.node

    restarts = pod["status"]["containerStatuses"][0]["restartCount"] + int(containers_too)
    again = _eventually(lambda: _restarted(web.get("pod", "--namespace=trial", "web-0"), restarts))
    assert again["metadata"]["uid"] == pod["metadata"]["uid"]
    web.wait_for_pod()
    _eventually(web.takes_commands)
    fetch = "/bin/busybox wget -q -O - http://web.trial.svc.cluster.local"
    assert _eventually(lambda: web.sh(f"{fetch} || true")) == lines + "line\n" * int(containers_too)


def test_claim_gives_a_clean_volume_and_honours_the_group(web: Cluster) -> None:
    """fsGroup owns the volume's root; a deleted claim takes its files along, and the next claim finds none."""
    assert web.sh("/bin/busybox stat -c '%u:%g %a' /data") == "0:10003 2775\n"
    first = web.get("persistentvolumeclaim", "--namespace=trial", "data-web-0")["spec"]["volumeName"]
    assert [folder.name.split("_")[0] for folder in PLACES.volumes.iterdir()] == [first]

    web.kubectl("scale", "--namespace=trial", "statefulset/web", "--replicas=0")
    web.kubectl("delete", "--namespace=trial", "persistentvolumeclaim/data-web-0", f"--timeout={SECONDS:.0f}s")
    web.kubectl("wait", "--for=delete", f"persistentvolume/{first}", f"--timeout={SECONDS:.0f}s")
    assert list(PLACES.volumes.iterdir()) == []

    web.kubectl("scale", "--namespace=trial", "statefulset/web", "--replicas=1")
    web.wait_for_pod()
    second = web.get("persistentvolumeclaim", "--namespace=trial", "data-web-0")["spec"]["volumeName"]
    assert second != first
    assert web.sh("/bin/busybox cat /data/index.html") == "line\n"


def test_down_leaves_the_machine_as_it_was(before: Machine, web: Cluster) -> None:
    """Interfaces, mounts, firewall rules, control groups, processes, folders and kernel settings; pods still ran."""
    assert web.get("pod", "--namespace=trial", "web-0")["status"]["phase"] == "Running"
    down(CONFIG, Progress())
    assert Machine.look() == before
    assert find(CONFIG) is None


def test_down_again_is_harmless(before: Machine) -> None:
    """A second `down` finds nothing and changes nothing."""
    down(CONFIG, Progress())
    assert Machine.look() == before


def test_a_node_of_which_half_is_missing_is_removed(before: Machine, tmp_path: Path) -> None:
    """No records, no link, no network namespace, as a run of tests that was killed may leave it: the next one finds and
    removes the rest."""
    up(CONFIG, Progress())
    for file in PLACES.processes.iterdir():
        file.unlink()
    _run("ip", "link", "delete", PLACES.interface)
    _run("umount", str(PLACES.network_namespace))
    clear(CONFIG, Progress(), Checkout(tmp_path))
    assert Machine.look() == before


def _run(*words: str, stdin: str | None = None) -> str:
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=SECONDS * 2, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
    return done.stdout


def _eventually(probe: Callable[[], T]) -> T:
    deadline = time.monotonic() + SECONDS
    while not (found := probe()):
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.2)
    return found


@contextmanager
def _ending(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    with process:
        try:
            yield process
        finally:
            process.terminate()


def _records() -> dict[str, Any]:
    return {file.stem: json.loads(file.read_text()) for file in PLACES.processes.iterdir()}


def _restarted(pod: Any, restarts: int) -> Any:
    """The pod when its container has been started again `restarts` times and runs."""
    (container,) = pod["status"]["containerStatuses"]
    return pod if container["restartCount"] == restarts and "running" in container["state"] else None


def _others(text: str) -> bool:
    """Whether `text` is about a node, but not about this module's."""
    return any(mark in text for mark in ("temporal-platform", "tp-")) and PLACES.node not in text


def _text(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:  # a process that has ended
        return ""
