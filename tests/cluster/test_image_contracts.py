"""Proves that the embedded images run by the contracts of the official ones, each in a folder of its own.

The layer is unpacked and entered with chroot as the image's user, with a read-only root, in mount, process and network
namespaces that end with the test. The proof ends before containerd and the kubelet: the deployment tests go on there.
"""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from embedded import images
from embedded.progress import Progress
from tests.cluster.unpacked import Image, self_signed, unpacked
from versions import (
    ADMIN_TOOLS_IMAGE,
    PAUSE_IMAGE,
    POSTGRES_IMAGE,
    SERVER_IMAGE,
    SERVERS,
    TEMPORAL_CLI,
    TEMPORAL_SERVER,
    UI_IMAGE,
)

pytestmark = pytest.mark.cluster

TEMPORAL = "1000:1000"
POSTGRES = "999:999"
Unpack = Callable[[str], Image]


@pytest.fixture(scope="module")
def archives() -> dict[str, Path]:
    return images.ensure(Progress())


@pytest.fixture
def unpack(archives: dict[str, Path], tmp_path: Path) -> Unpack:
    return lambda reference: unpacked(archives[reference], tmp_path / "root")


def test_the_server_runs_as_temporal_and_its_start_script_finds_the_pods_address(unpack: Unpack) -> None:
    """The official script resolves the host name with getent, hostname and awk; the server itself gets no database."""
    image = unpack(SERVER_IMAGE)
    version = image.run("temporal-server", "--version", user=TEMPORAL)
    assert (version.stdout, version.returncode) == (f"temporal version {TEMPORAL_SERVER}\n", 0)
    assert image.run("whoami", user=TEMPORAL).stdout == "temporal\n"
    script = ("sh", "-x", "/etc/temporal/entrypoint.sh")
    start = image.run(*script, user=TEMPORAL, TEMPORAL_SERVER_CONFIG_FILE_PATH="/none.yaml")
    assert "\n+ : 10.1.2.3\n+ export BIND_ON_IP\n" in start.stderr
    assert "+ exec temporal-server start" in start.stderr
    assert "/none.yaml" in start.stderr.partition("+ exec temporal-server start")[2]
    assert start.returncode == 1


def test_the_admin_tools_start_and_bring_the_schema_of_the_pinned_server(unpack: Unpack) -> None:
    """All four tools, the newest schema versions, and an idle command that ends on SIGTERM."""
    image = unpack(ADMIN_TOOLS_IMAGE)
    assert image.run("temporal", "--version", user=TEMPORAL).stdout.startswith(f"temporal version {TEMPORAL_CLI}")
    for tool in ("tdbg", "temporal-sql-tool", "temporal-elasticsearch-tool"):
        result = image.run(tool, "--help", user=TEMPORAL)
        assert (result.returncode, "USAGE" in result.stdout) == (0, True), tool
    required = SERVERS[TEMPORAL_SERVER]
    for store, version in (("temporal", required.default), ("visibility", required.visibility)):
        folder = f"/etc/temporal/schema/postgresql/v12/{store}/versioned"
        shown = image.run("ls", folder, user=TEMPORAL).stdout.split()
        newest = max(shown, key=lambda name: [int(part) for part in name.removeprefix("v").split(".")])
        assert newest == f"v{version}"
    idle = 'sh -c "trap exit INT HUP TERM; sleep infinity & wait" & sleep 1; kill $!; wait $!; echo "ended $?"'
    assert image.run("sh", "-c", idle, user=TEMPORAL).stdout == "ended 143\n"


def test_the_ui_takes_its_configuration_from_the_environment(unpack: Unpack) -> None:
    """The start script and the template are the official ones; the answer shows the variable. No server behind it."""
    script = """
        cd /home/ui-server
        ./start-ui-server.sh > /dev/null 2>&1 &
        until wget -q -O /dev/null http://localhost:8123/healthz; do sleep 0.1; done
        wget -q -O - http://localhost:8123/api/v1/settings
    """
    variables = {"TEMPORAL_UI_PORT": "8123", "TEMPORAL_DEFAULT_NAMESPACE": "from-environment"}
    result = unpack(UI_IMAGE).run("sh", "-c", script, user=TEMPORAL, **variables)
    assert json.loads(result.stdout)["DefaultNamespace"] == "from-environment"


def test_pause_waits_and_ends_on_sigterm(unpack: Unpack) -> None:
    """As any user; it needs nothing but itself."""
    script = '/pause & sleep 1; kill -0 $! && echo waiting; kill $!; wait $!; echo "ended $?"'
    result = unpack(PAUSE_IMAGE).run(
        "/bin/busybox", "sh", "-c", script.replace("sleep", "busybox sleep"), user="65535:65535"
    )
    assert result.stdout.splitlines() == ["waiting", "ended 0"]


SECRET = "a 'quoted' $ecret"
VOLUMES = ("/var/lib/postgresql/data", "/run/postgresql")
# Starts the image as a pod would, asks over TLS with full verification, stops it with the image's stop signal.
# The server that runs init scripts listens nowhere: lines 6 and 8 of its pid file are the address and the state.
SESSION = r"""
docker-entrypoint.sh postgres -c ssl=on -c ssl_cert_file=/tls/tls.crt -c ssl_key_file=/tls/tls.key &
server=$!
until [[ $(sed -n '6p;8p' $PGDATA/postmaster.pid 2> /dev/null | tr -d ' \n') == '*ready' ]]; do
    kill -0 $server || exit 9
    sleep 0.1
done
PGPASSWORD=$PASSWORD psql "host=localhost user=boss dbname=app sslmode=verify-full sslrootcert=/tls/tls.crt" -At "$@"
kill -INT $server
wait $server
"""
FACTS = """
select ssl from pg_stat_ssl where pid = pg_backend_pid();
select string_agg(word, ' ' order by word) from words;
select datcollate from pg_database where datname = current_database();
select extname from pg_extension where extname = 'btree_gin';
show listen_addresses;
show data_checksums;
"""


def postgres(unpack: Unpack, user: int) -> Image:
    """An image with TLS material, a password file and init scripts of every kind, as manifests mount them."""
    image = unpack(POSTGRES_IMAGE)
    certificate, key = self_signed("localhost")
    scripts = {
        "1.sql": "create table words (word text); insert into words values ('sql');",
        "2.sh": "docker_process_sql <<< \"insert into words values ('sourced')\"",
        "3.sh": '#!/bin/sh\npsql --username "$POSTGRES_USER" "$POSTGRES_DB" -c "create extension btree_gin"\n',
        "4.txt": "ignored",
    }
    files = {
        "tls/tls.crt": certificate,
        "tls/tls.key": key,
        "secrets/password": f"{SECRET}\n".encode(),
        **{f"docker-entrypoint-initdb.d/{name}": content.encode() for name, content in scripts.items()},
    }
    for name, content in files.items():
        path = image.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    (image.root / "docker-entrypoint-initdb.d/3.sh").chmod(0o755)
    key_file = image.root / "tls/tls.key"
    key_file.chmod(0o600)
    subprocess.run(["chown", str(user), key_file], check=True)
    return image


@pytest.mark.parametrize("user", [999, 12345])
def test_postgres_initialises_once_and_serves_over_tls_as_a_user_without_rights(unpack: Unpack, user: int) -> None:
    """The image's user and one that /etc/passwd does not know (it needs a writable /tmp, as with the official image).

    Password from a file, init scripts run once, data kept by the next start, root read-only.
    """
    image = postgres(unpack, user)
    settings = {
        "POSTGRES_USER": "boss",
        "POSTGRES_DB": "app",
        "POSTGRES_PASSWORD_FILE": "/secrets/password",
        "POSTGRES_INITDB_ARGS": "--data-checksums --auth='scram-sha-256'",
        "PGDATA": "/var/lib/postgresql/data/pgdata",
        "PASSWORD": SECRET,
    }
    writable = VOLUMES if user == 999 else (*VOLUMES, "/tmp")  # noqa: S108
    first = image.run("bash", "-c", SESSION, "session", "-c", FACTS, user=f"{user}:0", writable=writable, **settings)
    expected = ["t", "sourced sql", "en_US.utf8", "btree_gin", "*", "on"]
    assert [line for line in first.stdout.splitlines() if line in expected] == expected, first.stderr
    assert "PostgreSQL init process complete; ready for start up." in first.stdout
    assert "4.txt\ndocker-entrypoint.sh: ignored" in first.stdout
    assert first.returncode == 0
    assert SECRET not in first.stdout + first.stderr
    again = image.run("bash", "-c", SESSION, "session", "-c", FACTS, user=f"{user}:0", writable=writable, **settings)
    assert [line for line in again.stdout.splitlines() if line in expected] == expected, again.stderr
    assert "Skipping initialization" in again.stdout
    wrong = settings | {"PASSWORD": "wrong"}
    refused = image.run(
        "bash", "-c", SESSION, "session", "-c", "select 1", user=f"{user}:0", writable=writable, **wrong
    )
    assert 'password authentication failed for user "boss"' in refused.stderr


def test_postgres_started_as_root_steps_down(unpack: Unpack) -> None:
    """The data folder then belongs to 999."""
    image = postgres(unpack, 999)
    settings = {"POSTGRES_USER": "boss", "POSTGRES_DB": "app", "POSTGRES_PASSWORD": SECRET, "PASSWORD": SECRET}
    result = image.run(
        "bash", "-c", SESSION, "session", "-c", "show server_version_num", user="0:0", writable=VOLUMES, **settings
    )
    assert "\n1500" in result.stdout, result.stderr
    assert (image.root / "var/lib/postgresql/data/PG_VERSION").stat().st_uid == 999


def test_postgres_without_a_password_refuses_to_initialise(unpack: Unpack) -> None:
    """The official image's refusal, exit code 1, and nothing is written into the volume."""
    image = unpack(POSTGRES_IMAGE)
    result = image.run("docker-entrypoint.sh", "postgres", user=POSTGRES, writable=VOLUMES)
    assert result.returncode == 1
    assert result.stderr.splitlines()[0] == (
        "Error: Database is uninitialized and superuser password is not specified."
    )
    assert list((image.root / "var/lib/postgresql/data").iterdir()) == []


def test_postgres_says_when_its_password_file_is_missing(unpack: Unpack) -> None:
    """A Secret that is not mounted: the path is in the message."""
    result = unpack(POSTGRES_IMAGE).run(
        "docker-entrypoint.sh", "postgres", user=POSTGRES, writable=VOLUMES, POSTGRES_PASSWORD_FILE="/secrets/none"
    )
    assert result.returncode == 1
    assert "/secrets/none: No such file or directory" in result.stderr
