"""Where a node keeps its files, and the names it uses on the host."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

DATA: Final = Path("/var/lib/temporal-platform")
RUN: Final = Path("/run/temporal-platform")


@dataclass(frozen=True)
class Places:
    """Everything a node owns on the host is in these folders or carries one of these names."""

    node: str

    @property
    def data(self) -> Path:
        """What survives a restart of the machine: keys, etcd, images, volumes, logs."""
        return DATA / self.node

    @property
    def run(self) -> Path:
        """What does not survive a restart: sockets, process records, the namespaces."""
        return RUN / self.node

    @property
    def lock(self) -> Path:
        """Held while a node is brought up or down. Beside the folder that `down` removes."""
        return RUN / f"{self.node}.lock"

    @property
    def pki(self) -> Path:
        """Keys and certificates."""
        return self.data / "pki"

    @property
    def kubeconfigs(self) -> Path:
        """One for each program of the node."""
        return self.data / "kubeconfigs"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's, for people."""
        return self.data / "kubeconfig"

    @property
    def files(self) -> Path:
        """Written configuration of the programs."""
        return self.data / "config"

    @property
    def logs(self) -> Path:
        """One file for each program."""
        return self.data / "logs"

    @property
    def volumes(self) -> Path:
        """One folder for each PersistentVolume."""
        return self.data / "volumes"

    @property
    def containerd_socket(self) -> Path:
        """Where containerd answers."""
        return self.run / "containerd.sock"

    @property
    def processes(self) -> Path:
        """One record for each started program."""
        return self.run / "processes"

    @property
    def namespaces(self) -> Path:
        """Holds the two files that keep the namespaces alive."""
        return self.run / "namespaces"

    @property
    def network_namespace(self) -> Path:
        """The node's network namespace."""
        return self.namespaces / "net"

    @property
    def mount_namespace(self) -> Path:
        """The node's mount namespace."""
        return self.namespaces / "mnt"

    @property
    def interface(self) -> str:
        """The host's end of the link to the node."""
        return f"tp-{self.node}"

    @property
    def interface_alias(self) -> str:
        """Written on the host's interface, to know it as ours again."""
        return f"temporal-platform node {self.node}"

    @property
    def cgroup(self) -> str:
        """The control group, in each hierarchy, above everything of the node."""
        return f"temporal-platform-{self.node}"
