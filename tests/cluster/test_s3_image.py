"""Proves that the image of versitygw serves as the archive starts it, and what a look into it says of each mistake.

Both images are unpacked and entered as pods enter them: as their users, with a read-only root. The proof ends before
containerd and the kubelet: test_s3_archive goes on there.
"""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from components.stores.archival.look import _SCRIPT
from components.stores.archival.serving import SERVING_SH
from embedded import images
from embedded.progress import Progress
from tests.cluster.stack import until
from tests.cluster.unpacked import Image, self_signed, unpacked
from versions import POSTGRES_IMAGE, VERSITYGW, VERSITYGW_IMAGE

pytestmark = pytest.mark.cluster

ARCHIVE, POSTGRES = "1000:1000", "999:999"
TLS = ("tls.crt", "tls.key")


@pytest.fixture(scope="module")
def archives() -> dict[str, Path]:
    return images.ensure(Progress(), extra=[VERSITYGW_IMAGE])


@pytest.fixture(scope="module")
def image(archives: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Image:
    return unpacked(archives[VERSITYGW_IMAGE], tmp_path_factory.mktemp("versitygw") / "root")


@pytest.fixture(scope="module")
def looking(archives: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Image:
    return unpacked(archives[POSTGRES_IMAGE], tmp_path_factory.mktemp("postgres") / "root")


def bring(root: Path, pair: tuple[bytes, bytes]) -> None:
    """Certificate and key to where the server reads them."""
    for name, content in zip(TLS, pair, strict=True):
        (root / "tls" / name).write_bytes(content)


@pytest.fixture(scope="module")
def endpoint(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the bucket `archive` and the key pair id and secret, whose certificate is for localhost."""
    for folder in ("data", "tls"):
        (image.root / folder).mkdir()
        (image.root / folder).chmod(0o777)
    bring(image.root, self_signed("localhost"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = {
        "ROOT_ACCESS_KEY": "id",
        "ROOT_SECRET_KEY": "secret",
        "VGW_PORT": f"127.0.0.1:{port}",
        "VGW_CERT": "/tls/tls.crt",
        "VGW_KEY": "/tls/tls.key",
        "VGW_HEALTH": "/-/health",
        "VGW_META_SIDECAR": "/data/metadata",
    }
    started = replace(image, environment=image.environment | variables)
    command = ("/bin/sh", "-c", SERVING_SH, "serving", "/data/buckets", "archive")
    log = tmp_path_factory.mktemp("log") / "versitygw.log"
    server = started.start(*command, user=ARCHIVE, writable=("/data", "/tls", "/tmp"), log=log)  # noqa: S108
    try:
        until("it serves", lambda: served(port) and server.poll() is None, 30)
        yield f"https://localhost:{port}"
    finally:
        server.kill()
        server.wait(30)


def served(port: int) -> bytes:
    """The certificate that is served; nothing when nobody answers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as plain, context.wrap_socket(plain) as secured:
            return secured.getpeercert(binary_form=True) or b""
    except OSError:
        return b""


def look(looking: Image, endpoint: str, folder: Path, **said: str) -> subprocess.CompletedProcess[bytes]:
    """A look into the bucket; `said` are other variables, or other contents of the files `access`, `secret`, `ca`."""
    given = looking.root / "tmp" / folder.name
    given.mkdir()
    authority = (folder / "authority").read_text() if (folder / "authority").exists() else ""
    for name, usual in (("access", "id"), ("secret", "secret"), ("ca", authority)):
        (given / name).write_text(said.pop(name, usual))
    variables = {
        "ENDPOINT": endpoint,
        "BUCKET": "archive",
        "REGION": "us-east-1",
        "PATH_STYLE": "true",
        **{f"{key}_FILE": f"/tmp/{folder.name}/{name}" for key, name in FILES.items()},  # noqa: S108
        **{f"{key}_NAME": f"key {name} of Secret store" for key, name in FILES.items()},
    }
    asked = replace(looking, environment=looking.environment | variables | said)
    log = folder / "log"
    process = asked.start("/bin/sh", "-c", _SCRIPT, user=POSTGRES, writable=("/tmp",), log=log)  # noqa: S108
    return subprocess.CompletedProcess([], process.wait(120), log.read_bytes())


FILES = {"ACCESS_KEY": "access", "SECRET_KEY": "secret", "AUTHORITY": "ca"}


@pytest.fixture
def folder(image: Image, tmp_path: Path) -> Path:
    """With the authority that the server's certificate is of: itself."""
    (tmp_path / "authority").write_bytes((image.root / "tls/tls.crt").read_bytes())
    return tmp_path


def test_it_is_the_pinned_version_and_starts_by_its_entrypoint(image: Image) -> None:
    shown = image.run("/usr/local/bin/docker-entrypoint.sh", "--version", user=ARCHIVE)
    assert shown.stdout.splitlines()[0].split() == ["Version", ":", f"v{VERSITYGW}"]
    unset = image.run("/usr/local/bin/docker-entrypoint.sh", user=ARCHIVE)
    assert "VGW_BACKEND is unset" in unset.stderr


def test_the_bucket_opens(looking: Image, endpoint: str, folder: Path) -> None:
    done = look(looking, endpoint, folder)
    pair = "key access of Secret store and key secret of Secret store"
    assert done.stdout.decode() == f"bucket archive at {endpoint} opens with {pair}\n"
    assert done.returncode == 0


MISTAKES = {
    "secret key": ({"secret": "other"}, "does not let this key pair list bucket archive (403 SignatureDoesNotMatch"),
    "access key": ({"access": "other"}, "does not let this key pair list bucket archive (404 XAdminUserNotFound"),
    "bucket": ({"BUCKET": "forgotten"}, "bucket forgotten is not at https://localhost"),
    "authority": ({"ca": self_signed("localhost")[0].decode()}, "is refused: self-signed certificate"),
    "region": ({"REGION": "eu-central-1"}, "does not list bucket archive (400 AuthorizationHeaderMalformed"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_has_its_words(looking: Image, endpoint: str, folder: Path, mistake: str) -> None:
    """At once, in one line, which shows no secret key."""
    said, words = MISTAKES[mistake]
    done = look(looking, endpoint, folder, **said)
    assert done.returncode == 1
    lines = done.stdout.decode().splitlines()
    assert words in lines[-1]
    assert len(lines) == 1


def test_a_certificate_for_another_name_is_refused(looking: Image, endpoint: str, folder: Path) -> None:
    done = look(looking, endpoint.replace("localhost", "127.0.0.1"), folder)
    assert done.returncode == 1
    assert "is refused: IP address mismatch. It must be for 127.0.0.1 and signed by" in done.stdout.decode()


def test_a_renewed_certificate_is_served_without_a_restart(image: Image, endpoint: str) -> None:
    pair = self_signed("localhost")
    bring(image.root, pair)
    renewed = ssl.PEM_cert_to_DER_cert(pair[0].decode())
    until("it is served", lambda: served(int(endpoint.rpartition(":")[2])) == renewed, 60)
