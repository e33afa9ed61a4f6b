"""`make env`: what a Temporal client needs to connect, as lines for a shell.

The variables are those of Temporal's environment configuration, which the CLI and every SDK read.
"""

import os
import shlex
import shutil
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from commands import cluster, forward, outputs, session, stackfile
from commands.environment import variable
from commands.errors import CommandError
from commands.stackfile import Stack
from embedded import toolchain
from embedded.progress import Progress

DEFAULT_NAMESPACE = "default"
_PROFILE = "temporal.toml"
_PAIR = ("tls.crt", "tls.key")
_KEY = (_PROFILE,)
_FILES = {
    "tls.crt": ("client.pem", "TEMPORAL_TLS_CLIENT_CERT_PATH"),
    "tls.key": ("client.key", "TEMPORAL_TLS_CLIENT_KEY_PATH"),
    "ca.crt": ("ca.pem", "TEMPORAL_TLS_SERVER_CA_CERT_PATH"),
    _PROFILE: (_PROFILE, "TEMPORAL_CONFIG_FILE"),
}
"""File and variable of each key that a client's Secret may have."""


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
    reference = found["client"]
    data = cluster.of(stack).secret(reference["namespace"], reference["name"])
    if found.get("backend") == "cloud":
        endpoint = found["endpoints"][namespace]
        address, server_name = endpoint["address"], endpoint["tlsServerName"]
        files = _write(stack.folder / "client", data, _KEY if _PROFILE in data else _PAIR)
    else:
        address, server_name = _address(found, stack, progress), found["tlsServerName"]
        files = _write(stack.folder / "client", data, (*_PAIR, "ca.crt"))
    return {
        "TEMPORAL_ADDRESS": address,
        "TEMPORAL_NAMESPACE": namespace,
        "TEMPORAL_TLS": "true",
        **files,
        "TEMPORAL_TLS_SERVER_NAME": server_name,
    }


def chosen_namespace(known: list[str], stack: Stack) -> str:
    """The Temporal namespace that NAMESPACE names; left out `default`, or the only one.

    Raises:
        CommandError: it is not one of the stack's.
    """
    only = known[0] if len(known) == 1 else DEFAULT_NAMESPACE
    wanted = variable("NAMESPACE") or (DEFAULT_NAMESPACE if DEFAULT_NAMESPACE in known else only)
    if wanted not in known:
        raise CommandError(
            f"stack {stack.name} has no Temporal namespace {wanted!r}. Choose one: NAMESPACE={'|'.join(known)}"
        )
    return wanted


def _address(found: dict[str, Any], stack: Stack, progress: Progress) -> str:
    """The stack's own address, unless it was written for another cluster than the one CONTEXT names, or is a name that
    this machine does not know: the record of a new load balancer may come minutes after it."""
    outside: str | None = found.get("externalAddress")
    if outside is None or "context" in stack.overrides:
        return forward.address(stack, found["address"], progress)
    host, _, port = outside.rpartition(":")
    if not _is_known(host.strip("[]"), int(port)):
        progress.say(f"this machine's DNS does not know {host} (yet)")
        return forward.address(stack, found["address"], progress)
    return outside


def _is_known(host: str, port: int) -> bool:
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return True


def _write(folder: Path, data: dict[str, bytes], keys: Sequence[str]) -> dict[str, str]:
    """Writes the files; returns their paths by variable."""
    missing = [key for key in keys if key not in data]
    if missing:
        raise CommandError(f"the client Secret lacks {', '.join(missing)}. Repeat `make up`.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    written = {}
    for key in keys:
        name, variable_name = _FILES[key]
        fresh = folder / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data[key])
        fresh.replace(folder / name)
        written[variable_name] = str(folder / name)
    return written
