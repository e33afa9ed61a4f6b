"""An image in a folder of its own, entered with chroot in namespaces that end with the command."""

import json
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DEADLINE = "60"
ENTER = """
set -eu
root=$1 user=$2 writable=$3
shift 3
hostname pod
ip link set lo up
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
for folder in $writable; do mount --bind "$root$folder" "$root$folder"; done
mount -o remount,bind,ro "$root"
exec chroot --userspec="$user" "$root" "$@"
"""


@dataclass(frozen=True)
class Image:
    """An unpacked image, and the variables of its configuration."""

    root: Path
    environment: dict[str, str]

    def run(
        self, *command: str, user: str, writable: Sequence[str] = (), **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs the command as process 1 of the image; the `writable` folders apart, nothing can be written."""
        return subprocess.run(
            ["timeout", DEADLINE, "unshare", "--net", *self._entered(user, writable), *command],
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, *command: str, user: str, writable: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        """Starts the command likewise, but in this machine's network, so that a test can ask it."""
        with log.open("wb") as file:
            return subprocess.Popen(
                ["unshare", *self._entered(user, writable), *command],
                env=self.environment,
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    def _entered(self, user: str, writable: Sequence[str]) -> tuple[str, ...]:
        namespaces = ("--mount", "--pid", "--uts", "--fork", "--kill-child")
        return (*namespaces, "sh", "-c", ENTER, "enter", str(self.root), user, " ".join(writable))


def unpacked(archive: Path, root: Path) -> Image:
    """The image of an archive, its layer in the folder `root`; its host is called `pod`."""
    with tarfile.open(archive) as file:
        files = {name.rpartition(".")[2]: name for name in file.getnames() if name != "manifest.json"}
        configuration = file.extractfile(files["json"])
        assert configuration is not None
        variables = json.load(configuration)["config"]["Env"]
        with tarfile.open(fileobj=file.extractfile(files["tar"])) as layer:
            layer.extractall(root, numeric_owner=True, filter="fully_trusted")  # noqa: S202 - our own archive
    (root / "etc").mkdir(exist_ok=True)
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n10.1.2.3 pod\n")
    for folder in ("proc", "dev"):
        (root / folder).mkdir(exist_ok=True)
    return Image(root, dict(variable.split("=", 1) for variable in variables))


def self_signed(name: str) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    return (
        builder.sign(key, hashes.SHA256()).public_bytes(pem),
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain),
    )
