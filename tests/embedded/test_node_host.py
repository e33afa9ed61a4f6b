"""Proves what a node says about a machine it cannot live on, and how it finds control groups.

The machine's answers are given by the test; the proof ends before a real lack.
"""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from embedded.errors import EmbeddedError
from embedded.node import Node, NodeConfig, cgroups, down, find, host, up
from embedded.node.places import Places
from embedded.progress import Progress


class Usage(NamedTuple):
    """What shutil.disk_usage returns."""

    total: int
    used: int
    free: int


def test_only_root_may_bring_a_node_up_or_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to use instead."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(EmbeddedError) as refused:
        up(NodeConfig(), Progress())
    assert str(refused.value) == (
        "A Kubernetes node on this machine needs root, and this is user 1000. "
        "Run it as root, or use another cluster with CONTEXT=<kube context>."
    )
    with pytest.raises(EmbeddedError, match=r"^Removing a Kubernetes node needs root, and this is user 1000\."):
        down(NodeConfig(), Progress())


def test_a_full_disk_is_told_with_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """How much there is, how much is needed, where."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(2**40, 2**40, 2**30 + 2**29))
    with pytest.raises(EmbeddedError) as refused:
        host.require_space(Places("main"))
    assert str(refused.value) == (
        "The disk of /var/lib/temporal-platform/main has 1.5 GiB free; a node needs 3 GiB. "
        "Free some space and try again."
    )


def test_missing_kernel_features_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once, with its module."""
    monkeypatch.setattr(host, "kernel_offers", lambda command: command[0] != "ip")
    monkeypatch.setattr(host, "succeeds", lambda _: False)
    monkeypatch.setattr(host, "FILE_SYSTEMS", Path("/proc/self/limits"))
    with pytest.raises(EmbeddedError) as refused:
        host.require_kernel()
    assert str(refused.value).startswith(
        "This machine's kernel lacks virtual Ethernet pairs (module veth), bridges (module bridge), "
        "overlay file systems (module overlay). "
    )


def test_no_node_is_found_where_none_is() -> None:
    """Without asking any network."""
    found: Node | None = find(NodeConfig(name="neverthere"))
    assert found is None


MOUNTS_OF_VERSION_1 = """\
/dev/vda / ext4 rw,relatime 0 0
tmpfs /sys/fs/cgroup tmpfs rw,mode=755 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
"""
MOUNTS_OF_VERSION_2 = """\
/dev/vda / ext4 rw,relatime 0 0
cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime,nsdelegate,memory_recursiveprot 0 0
"""


def test_hierarchies_of_both_versions_are_found() -> None:
    """Every version 1 hierarchy and the unified one beside them, or the unified one alone."""
    assert cgroups.hierarchies(MOUNTS_OF_VERSION_1) == [
        Path("/sys/fs/cgroup/cpu,cpuacct"),
        Path("/sys/fs/cgroup/memory"),
        Path("/sys/fs/cgroup/unified"),
    ]
    assert cgroups.hierarchies(MOUNTS_OF_VERSION_2) == [Path("/sys/fs/cgroup")]


@pytest.fixture
def hierarchy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"cgroup2 {tmp_path}/unified cgroup2 rw 0 0\n")
    monkeypatch.setattr(cgroups, "MOUNTS", mounts)
    (tmp_path / "unified").mkdir()
    return tmp_path / "unified"


def test_version_2_controllers_are_handed_down(hierarchy: Path) -> None:
    """To the node's group: without them the kubelet refuses the group."""
    (hierarchy / "cgroup.controllers").write_text("cpu memory pids\n")
    (hierarchy / "cgroup.subtree_control").write_text("cpu memory\n")
    assert cgroups.create("temporal-platform-trial") == [hierarchy / "temporal-platform-trial" / "system"]
    assert (hierarchy / "cgroup.subtree_control").read_text() == "+pids"


def test_version_1_processor_sets_are_filled(hierarchy: Path) -> None:
    """From the group above: an empty set admits no process."""
    group = hierarchy / "temporal-platform-trial"
    for folder, processors in ((hierarchy, "0-1\n"), (group, "\n"), (group / "system", "\n")):
        folder.mkdir(exist_ok=True)
        (folder / "cpuset.cpus").write_text(processors)
    cgroups.create("temporal-platform-trial")
    assert (group / "system" / "cpuset.cpus").read_text() == "0-1\n"


def test_groups_are_removed_from_the_leaves_up(hierarchy: Path) -> None:
    """All below the node's, and nothing beside it; harmless when there is none."""
    (hierarchy / "temporal-platform-trial" / "kubepods" / "burstable").mkdir(parents=True)
    (hierarchy / "temporal-platform-trial" / "system").mkdir()
    (hierarchy / "temporal-platform-other").mkdir()
    cgroups.remove("temporal-platform-trial")
    cgroups.remove("temporal-platform-trial")
    assert [folder.name for folder in hierarchy.iterdir()] == ["temporal-platform-other"]
