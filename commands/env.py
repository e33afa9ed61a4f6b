"""`make env`: what a Temporal client needs to connect, as lines for a shell.

The variables are those of Temporal's environment configuration, which the CLI and every SDK read.
"""

import os
import shlex
import shutil
from pathlib import Path
from typing import Any

from commands import cluster, forward, outputs, session, stackfile
from commands.environment import variable
from commands.errors import CommandError
from commands.stackfile import Stack
from embedded import toolchain
from embedded.progress import Progress

DEFAULT_NAMESPACE = "default"
_FILES = {"ca.crt": "ca.pem", "tls.crt": "client.pem", "tls.key": "client.key"}


def main() -> int:
    """Writes the client's key material and prints `export` lines; nothing else goes to standard output."""
    progress = Progress()
    stack = session.deployed(stackfile.resolve())
    lines = [f"export {name}={shlex.quote(value)}" for name, value in client(stack, progress).items()]
    if shutil.which("temporal") is None:
        folder = toolchain.ensure(["temporal"], progress).path("temporal").parent
        lines.append(f'export PATH={shlex.quote(str(folder))}:"$PATH"')
    print("\n".join(lines))
    return 0


def client(stack: Stack, progress: Progress) -> dict[str, str]:
    """The environment of a client of the stack, for the namespace that NAMESPACE names (default `default`).

    Raises:
        CommandError: the namespace is not one of the stack's, or there is no address to reach from here.
    """
    found = outputs.read(stack, progress)
    namespace = chosen_namespace(found["namespaces"], stack)
    address = _address(found, stack, progress)
    reference = found["client"]
    files = _write(stack.folder / "client", cluster.of(stack).secret(reference["namespace"], reference["name"]))
    return {
        "TEMPORAL_ADDRESS": address,
        "TEMPORAL_NAMESPACE": namespace,
        "TEMPORAL_TLS": "true",
        "TEMPORAL_TLS_CLIENT_CERT_PATH": str(files["tls.crt"]),
        "TEMPORAL_TLS_CLIENT_KEY_PATH": str(files["tls.key"]),
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(files["ca.crt"]),
        "TEMPORAL_TLS_SERVER_NAME": found["tlsServerName"],
    }


def chosen_namespace(known: list[str], stack: Stack) -> str:
    """The Temporal namespace that NAMESPACE names.

    Raises:
        CommandError: it is not one of the stack's.
    """
    wanted = variable("NAMESPACE") or DEFAULT_NAMESPACE
    if wanted not in known:
        raise CommandError(
            f"stack {stack.name} has no Temporal namespace {wanted!r}. Choose one: NAMESPACE={'|'.join(known)}"
        )
    return wanted


def _address(found: dict[str, Any], stack: Stack, progress: Progress) -> str:
    """The stack's own address, unless it was written for another cluster than the one CONTEXT names."""
    outside: str | None = found.get("externalAddress")
    if outside is None or "context" in stack.overrides:
        return forward.address(stack, found["address"], progress)
    return outside


def _write(folder: Path, data: dict[str, bytes]) -> dict[str, Path]:
    missing = [key for key in _FILES if key not in data]
    if missing:
        raise CommandError(f"the client Secret lacks {', '.join(missing)}. Repeat `make up`.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    written = {}
    for key, name in _FILES.items():
        written[key] = folder / name
        fresh = folder / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data[key])
        fresh.replace(written[key])
    return written
