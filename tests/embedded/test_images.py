"""Proves how the embedded images are put together, cached and refused, from made-up tools and packages.

The proof ends at the bytes of the archives: that the real programs run in them is proved by
tests/cluster/test_image_contracts.py.
"""

import errno
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded import images
from embedded.errors import EmbeddedError
from embedded.images import archive, pause, temporal
from tests.embedded.machine import Machine, made_up, owner, packages, read
from versions import (
    ADMIN_TOOLS_IMAGE,
    PAUSE_IMAGE,
    POSTGRES_IMAGE,
    SERVER_IMAGE,
    TEMPORAL_SERVER,
    UI_IMAGE,
)

BOTH = (SERVER_IMAGE, PAUSE_IMAGE)
REFERENCES = (SERVER_IMAGE, ADMIN_TOOLS_IMAGE, UI_IMAGE, POSTGRES_IMAGE, PAUSE_IMAGE)
ALPINE_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = {name for recipe in images.RECIPES for name in recipe.packages}
    return packages(names, tmp_path_factory.mktemp("packages"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, mirror: Path) -> dict[str, Path]:
    """All images."""
    with made_up(tmp_path_factory.mktemp("made"), mirror) as machine:
        return machine.make()


@pytest.fixture
def machine(tmp_path: Path, mirror: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """A machine that makes two small images: enough for what concerns the cache."""
    monkeypatch.setattr(images, "RECIPES", (temporal.server(TEMPORAL_SERVER), pause.RECIPE))
    with made_up(tmp_path, mirror) as machine:
        yield machine


def test_every_archive_is_a_docker_archive_under_exactly_the_official_name(made: dict[str, Path]) -> None:
    """Digests fit, one name each, the machine's architecture; `read` asserts the digests."""
    assert tuple(made) == REFERENCES
    for reference, path in made.items():
        manifest, configuration, headers, _ = read(path)
        assert [entry["RepoTags"] for entry in manifest] == [[reference]]
        assert (configuration["os"], configuration["architecture"]) == ("linux", archive.architecture())
        assert list(headers) == sorted(headers)
        assert {header.mtime for header in headers.values()} == {0}
        assert {header.uname + header.gname for header in headers.values()} == {""}


def test_every_parent_directory_comes_before_what_it_holds(made: dict[str, Path]) -> None:
    """A layer without them would get directories of the unpacking program's own choice."""
    for path in made.values():
        headers = read(path)[2]
        parents = {str(parent) for name in headers for parent in Path(name).parents if str(parent) != "."}
        assert [name for name in parents if name not in headers or not headers[name].isdir()] == []


def test_the_same_inputs_give_the_same_bytes(machine: Machine) -> None:
    """Whoever makes the image, and whenever: a second cache gets equal archives of equal names."""
    first = {reference: (path.name, path.read_bytes()) for reference, path in machine.make().items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(machine.folder / "other"))
        second = {reference: (path.name, path.read_bytes()) for reference, path in machine.make().items()}
    assert first == second


def test_how_each_container_starts_is_what_the_official_dockerfiles_say(made: dict[str, Path]) -> None:
    """User, working directory, environment, entrypoint, command, ports, volume and stop signal, all of them."""
    running = {reference: read(path)[1]["config"] for reference, path in made.items()}
    labels = {reference: config.pop("Labels") for reference, config in running.items()}
    assert running == {
        SERVER_IMAGE: {
            "User": "temporal",
            "WorkingDir": "/etc/temporal",
            "Env": [ALPINE_PATH],
            "Cmd": ["/etc/temporal/entrypoint.sh"],
        },
        ADMIN_TOOLS_IMAGE: {
            "User": "temporal",
            "Env": [ALPINE_PATH],
            "Cmd": ["sh", "-c", "trap exit INT HUP TERM; sleep infinity & wait"],
        },
        UI_IMAGE: {
            "User": "temporal",
            "WorkingDir": "/home/ui-server",
            "Env": [ALPINE_PATH, "TEMPORAL_CLOUD_UI=false"],
            "Entrypoint": ["./start-ui-server.sh"],
            "ExposedPorts": {"8080/tcp": {}},
        },
        POSTGRES_IMAGE: {
            "Env": [
                f"{ALPINE_PATH}:/usr/lib/postgresql/15/bin",
                "GOSU_VERSION=1:2-gosu",
                "LANG=en_US.utf8",
                "PG_MAJOR=15",
                "PG_VERSION=1:2-postgresql-15",
                "PGDATA=/var/lib/postgresql/data",
            ],
            "Entrypoint": ["docker-entrypoint.sh"],
            "Cmd": ["postgres"],
            "ExposedPorts": {"5432/tcp": {}},
            "Volumes": {"/var/lib/postgresql/data": {}},
            "StopSignal": "SIGINT",
        },
        PAUSE_IMAGE: {"User": "65535:65535", "Env": [ALPINE_PATH], "Entrypoint": ["/pause"]},
    }
    versions = {reference: label["org.opencontainers.image.version"] for reference, label in labels.items()}
    tags = {reference: reference.rpartition(":")[2] for reference in REFERENCES}
    assert versions == {**tags, POSTGRES_IMAGE: "1:2-postgresql-15"}


def test_temporal_images_have_the_user_the_commands_and_the_files_of_the_official_ones(made: dict[str, Path]) -> None:
    """Commands are links to busybox where Alpine has them; what only Debian's busybox can do has none."""
    for reference in (SERVER_IMAGE, ADMIN_TOOLS_IMAGE, UI_IMAGE):
        _, _, headers, texts = read(made[reference])
        assert "temporal:x:1000:1000::/home/temporal:/bin/sh" in texts["etc/passwd"].splitlines()
        assert "temporal:x:1000:" in texts["etc/group"].splitlines()
        assert owner(headers["home/temporal"]) == (0o2755, 1000, 1000)
        assert owner(headers["tmp"]) == (0o1777, 0, 0)
        assert owner(headers["bin/busybox"]) == (0o755, 0, 0)
        for applet in ("bin/sh", "bin/cat", "bin/sleep", "bin/hostname", "usr/bin/awk", "usr/bin/[", "sbin/ip"):
            assert headers[applet].linkname == "/bin/busybox"
        names = {name.rpartition("/")[2] for name in headers}
        assert not names & {"httpd", "dpkg", "rpm", "telnet", "start-stop-daemon", "curl", "jq", "ldd", "libm.so.6"}
        assert texts["etc/ssl/certs/ca-certificates.crt"] == "first\nsecond\n"
        assert texts["usr/share/zoneinfo/Europe/Berlin"] == "zone"
        assert "usr/share/zoneinfo/right/UTC" not in headers
        assert texts["usr/bin/getent"] == "getent"


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (
            SERVER_IMAGE,
            {
                "usr/local/bin/temporal-server": ("program temporal-server", (0o755, 0, 0)),
                "etc/temporal/entrypoint.sh": ("program temporal-server-entrypoint", (0o755, 0, 0)),
            },
        ),
        (
            ADMIN_TOOLS_IMAGE,
            {
                "usr/local/bin/temporal": ("program temporal", (0o755, 0, 0)),
                "usr/local/bin/tdbg": ("program tdbg", (0o755, 0, 0)),
                "usr/local/bin/temporal-sql-tool": ("program temporal-sql-tool", (0o755, 0, 0)),
                "usr/local/bin/temporal-elasticsearch-tool": ("program temporal-elasticsearch-tool", (0o755, 0, 0)),
                "etc/temporal/schema/docker.yaml": ("file of temporal-schema", (0o644, 0, 0)),
            },
        ),
        (
            UI_IMAGE,
            {
                "home/ui-server/ui-server": ("program temporal-ui", (0o755, 1000, 1000)),
                "home/ui-server/start-ui-server.sh": ("program temporal-ui-entrypoint", (0o755, 1000, 1000)),
                "home/ui-server/config/docker.yaml": ("file of temporal-ui-config", (0o644, 1000, 1000)),
            },
        ),
        (PAUSE_IMAGE, {"bin/busybox": ("program busybox", (0o755, 0, 0))}),
    ],
)
def test_programs_stand_where_the_official_images_have_them(
    made: dict[str, Path], reference: str, expected: dict[str, tuple[str, tuple[int, int, int]]]
) -> None:
    """Nothing but the base and exactly these files, with owner and mode."""
    _, _, headers, texts = read(made[reference])
    assert {name: (texts[name], owner(headers[name])) for name in expected} == expected
    own = ("usr/local/bin/", "etc/temporal/", "home/ui-server/")
    assert {name for name in texts if name.startswith(own)} == {name for name in expected if name.startswith(own)}


def test_the_postgres_image_has_the_official_folders_users_and_configuration(made: dict[str, Path]) -> None:
    """Debian 12's merged /usr, uid 999, folders any user id can start with, and a server that listens everywhere."""
    _, _, headers, texts = read(made[POSTGRES_IMAGE])
    assert texts["etc/passwd"].splitlines() == [
        "root:x:0:0:root:/root:/bin/bash",
        "postgres:x:999:999::/var/lib/postgresql:/bin/bash",
    ]
    assert texts["etc/group"].splitlines() == ["root:x:0:", "postgres:x:999:"]
    assert owner(headers["var/lib/postgresql"]) == (0o1777, 999, 999)
    assert owner(headers["var/lib/postgresql/data"]) == (0o1777, 999, 999)
    assert owner(headers["run/postgresql"]) == (0o3777, 999, 999)
    assert headers["docker-entrypoint-initdb.d"].isdir()
    assert owner(headers["usr/local/bin/docker-entrypoint.sh"]) == (0o755, 0, 0)
    assert texts["usr/local/bin/gosu"] == "gosu"
    links = {name: header.linkname for name, header in headers.items() if header.issym()}
    expected = {
        "bin": "usr/bin",
        "var/run": "/run",
        "usr/bin/sh": "dash",
        "usr/bin/psql": "../lib/postgresql/15/bin/psql",
        "usr/local/bin/docker-ensure-initdb.sh": "docker-entrypoint.sh",
    }
    assert {name: links[name] for name in expected} == expected
    assert texts["usr/lib/x86_64-linux-gnu/libc.so.6"] == "libc"
    assert texts["usr/lib/locale/en_US.utf8/LC_CTYPE"] == "characters"
    assert texts["usr/share/postgresql/postgresql.conf.sample"] == "a = 1\nlisten_addresses = '*'\nb = 2\n"
    assert links["usr/share/postgresql/15/postgresql.conf.sample"] == "../postgresql.conf.sample"
    assert texts["usr/share/doc/gosu/copyright"] == "free"
    dropped = ("usr/share/man", "usr/share/doc/gosu/NEWS", "usr/lib/postgresql/15/lib/")
    assert not [name for name in headers if name.startswith(dropped)]


def test_a_warm_cache_asks_nobody(machine: Machine) -> None:
    """The second time apt-get is not started and no archive is written, even with the mirror gone."""
    first = machine.make()
    calls = machine.calls
    files = {path: path.stat().st_ino for path in first.values()}
    (machine.folder / "mirror").unlink()
    assert machine.make() == first
    assert machine.calls == calls
    assert {path: path.stat().st_ino for path in first.values()} == files


def test_a_changed_tool_makes_the_images_that_hold_it_again_and_no_other(machine: Machine) -> None:
    """The archive's name is a digest of all that goes in."""
    first = machine.make()
    (machine.tools / "temporal-server").write_text("another build")
    second = machine.make()
    assert {reference for reference in BOTH if first[reference] != second[reference]} == {SERVER_IMAGE}
    assert read(second[SERVER_IMAGE])[3]["usr/local/bin/temporal-server"] == "another build"


def test_another_version_of_the_server_comes_beside_the_pinned_one(machine: Machine) -> None:
    """Its two images are of its own tools; the others stay as they are."""
    made = machine.make("1.32.1")
    older = {"docker.io/temporalio/server:1.32.1", "docker.io/temporalio/admin-tools:1.32.1"}
    assert set(made) == {*BOTH, *older}
    _, configuration, _, texts = read(made["docker.io/temporalio/server:1.32.1"])
    assert configuration["config"]["Labels"]["com.temporal.server.version"] == "1.32.1"
    assert texts["usr/local/bin/temporal-server"] == "program temporal-server 1.32.1"


def test_apt_works_beside_the_machines_own_package_lists(machine: Machine) -> None:
    """Nothing is installed, and lists are read into a folder that is gone afterwards."""
    machine.make()
    assert [call.split()[-1] == "update" for call in machine.calls] == [True, False]
    folder = machine.folder / "cache/temporal-platform/images/debian"
    for call in machine.calls:
        assert f"Dir::State::lists={folder}/download-" in call
        assert "install" not in call.split()
    assert list(folder.glob("download-*")) == []


def test_packages_that_cannot_be_had_are_named_with_what_apt_says(machine: Machine) -> None:
    """Cold cache, mirror unreachable for some: a message for a person, and a later run goes through."""
    mirror = (machine.folder / "mirror").resolve()
    (machine.folder / "mirror").unlink()
    (machine.folder / "broken").write_text("N: noise\nE: Unable to fetch some archives\n")
    with pytest.raises(EmbeddedError) as error:
        machine.make()
    lines = str(error.value).splitlines()
    assert lines[0] == "Debian packages that the embedded images are made of cannot be downloaded."
    missing = lines[1].removeprefix("Missing: ").split(", ")
    assert missing == sorted({name for recipe in images.RECIPES for name in recipe.packages})
    assert lines[2] == "apt says: E: Unable to fetch some archives"
    assert lines[3].startswith("What to do: check that this machine is a Debian 12 and reaches its package sources")
    (machine.folder / "broken").unlink()
    (machine.folder / "mirror").symlink_to(mirror)
    assert tuple(machine.make()) == BOTH


def test_a_machine_without_apt_is_told_what_it_needs(machine: Machine) -> None:
    """Not a Debian: one message, no traceback."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(machine.tools))
        with pytest.raises(
            EmbeddedError, match=r"^apt-get is not on this machine.*\nWhat to do: use a Debian 12 machine"
        ):
            machine.make()


def test_a_damaged_package_is_named_with_the_way_out(machine: Machine) -> None:
    """A file that lost its end in a power cut: where it is, and that removing it helps."""
    packages = machine.folder / "cache/temporal-platform/images/debian"
    machine.make()
    (damaged,) = packages.glob("*/tzdata_*.deb")
    damaged.write_bytes(damaged.read_bytes()[:200])
    (machine.tools / "temporal-server").write_text("another build")
    with pytest.raises(EmbeddedError) as error:
        machine.make()
    assert f"The downloaded package {damaged} is damaged" in str(error.value)
    assert f"remove {damaged.parent} and run the command again" in str(error.value)


def test_a_full_disk_is_said_and_leaves_nothing_half_made(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """No archive under a final name; the next run makes all of them."""
    write = archive.write

    def full(target: Path, *rest: Any) -> None:
        write(target, *rest)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive, "write", full)
    with pytest.raises(EmbeddedError, match=r"^The disk is full: the images of the embedded node could not be made"):
        machine.make()
    folder = machine.folder / "cache/temporal-platform/images"
    assert [path.name for path in folder.iterdir()] == ["debian"]
    monkeypatch.setattr(archive, "write", write)
    assert tuple(machine.make()) == BOTH


def test_what_a_killed_run_left_is_removed(machine: Machine) -> None:
    """SIGKILL leaves working folders behind; they must not fill the disk."""
    folder = machine.folder / "cache/temporal-platform/images"
    for leftover in ("making-x/deep", "debian/download-x/lists"):
        (folder / leftover).mkdir(parents=True)
    machine.make()
    assert not list(folder.glob("making-*")) + list(folder.glob("debian/download-*"))


def test_two_at_once_make_each_image_once(machine: Machine) -> None:
    """The second waits for the first and takes what it made."""
    results: list[dict[str, Path]] = []
    threads = [threading.Thread(target=lambda: results.append(machine.make())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == 2
    assert results[0] == results[1]
    made = [line for line in machine.progress.getvalue().splitlines() if "making image" in line and "done" in line]
    assert len(made) == len(BOTH)
    assert len(machine.calls) == 2


@pytest.mark.parametrize("known", ["x86_64", "aarch64"])
def test_the_architecture_is_named_as_images_name_it(known: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two that Temporal publishes images for."""
    monkeypatch.setattr("platform.machine", lambda: known)
    assert archive.architecture() == {"x86_64": "amd64", "aarch64": "arm64"}[known]


def test_an_architecture_without_builds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the other way out."""
    monkeypatch.setattr("platform.machine", lambda: "s390x")
    with pytest.raises(EmbeddedError, match=r"architecture s390x.*x86_64, aarch64.*\n.*CONTEXT="):
        archive.architecture()


def entrypoint(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    script = Path(images.__file__).parent / "files/postgres-entrypoint.sh"
    env = {"PATH": "/usr/bin:/bin", **environment}
    return subprocess.run(["bash", script, *arguments], env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [("echo", "a b"), ("env", "echo", "a b")])
def test_the_postgres_entrypoint_runs_other_commands_as_they_are(arguments: tuple[str, ...]) -> None:
    """As in the official image, `docker run postgres psql …` starts no server."""
    result = entrypoint(*arguments)
    assert (result.returncode, result.stdout, result.stderr) == (0, "a b\n", "")


def test_a_password_and_a_password_file_exclude_each_other(tmp_path: Path) -> None:
    """The official image's refusal; the password itself is not shown."""
    result = entrypoint(
        "postgres", POSTGRES_PASSWORD="secret", POSTGRES_PASSWORD_FILE="/none", PGDATA=str(tmp_path / "data")
    )
    assert (result.returncode, result.stdout) == (1, "")
    expected = "Error: both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set, but they exclude each other.\n"
    assert result.stderr == expected
