"""A Grafana of this machine over a stack's Prometheus, and the pictures that it draws of dashboards.

None can be had from a package registry: GRAFANA_HOME names the folder of an installed one, /usr/share/grafana when left
out. It needs a renderer, which is asked for in Grafana's own words (GF_RENDERING_SERVER_URL, or the plugin
grafana-image-renderer; grafana.com/docs/grafana/latest/setup-grafana/image-rendering).
"""

import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import yaml

from components.monitoring.bundled import grafana_configuration
from components.monitoring.dashboards import dashboards
from components.monitoring.own import places
from tests.cluster.monitored import Monitored, inside
from tests.cluster.stack import until

WIDTH: Final = 1600
_PORT: Final = 13000
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def grafana_home() -> Path | None:
    """The folder of this machine's Grafana."""
    home = Path(os.environ.get("GRAFANA_HOME", "/usr/share/grafana"))
    return home if os.access(home / "bin" / "grafana", os.X_OK) else None


@dataclass(frozen=True)
class Grafana:
    """One that runs in the node's network."""

    password: str

    def ask(self, path: str) -> bytes:
        """What it answers to its administrator. Raises CalledProcessError where it refuses."""
        words = ["curl", "--silent", "--show-error", "--fail", "--noproxy", "*", "--max-time", "120", "--config", "-"]
        ran = subprocess.run(
            [*inside(), *words, f"http://127.0.0.1:{_PORT}{path}"],
            input=f'user = "admin:{self.password}"\n'.encode(),
            capture_output=True,
            check=True,
        )
        return ran.stdout

    def read(self, path: str) -> Any:
        """The same, of its API."""
        return json.loads(self.ask(path))

    def is_up(self) -> bool:
        """It has opened its database and answers."""
        try:
            return bool(self.read("/api/health")["database"] == "ok")
        except subprocess.CalledProcessError:
            return False

    def picture(self, uid: str) -> bytes:
        """A dashboard over the last quarter of an hour, as PNG."""
        asked = {"from": "now-15m", "to": "now", "width": WIDTH, "height": 2000, "kiosk": "true", "tz": "UTC"}
        return self.ask(f"/render/d/{uid}?{urlencode(asked)}")


@contextmanager
def grafana(home: Path, watched: Monitored, folder: Path) -> Iterator[Grafana]:
    """With the settings, the data source and the dashboards that a stack's own Grafana is given, but on this machine's
    loopback alone; gone afterwards."""
    found = Grafana(secrets.token_urlsafe(24))
    _provision(watched, folder)
    password = folder / "password"
    password.write_text(found.password)
    told = {
        **grafana_configuration.environment("127.0.0.1"),
        "GF_PATHS_DATA": str(folder / "data"),
        "GF_PATHS_LOGS": str(folder / "logs"),
        "GF_PATHS_PROVISIONING": str(folder / "provisioning"),
        "GF_SECURITY_ADMIN_PASSWORD__FILE": str(password),
        "GF_SERVER_PROTOCOL": "http",
        "GF_SERVER_ROOT_URL": f"http://127.0.0.1:{_PORT}",
        "GF_SERVER_HTTP_ADDR": "127.0.0.1",
        "GF_SERVER_HTTP_PORT": str(_PORT),
    }
    command = [*inside(), str(home / "bin" / "grafana"), "server", "--homepath", str(home)]
    with (folder / "grafana.log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **told}, stdout=log, stderr=log)
    try:
        until("Grafana answers", found.is_up, 120)
        yield found
    finally:
        process.terminate()
        process.wait(timeout=60)


def _provision(watched: Monitored, folder: Path) -> None:
    """The files of a stack's own Grafana, with paths of this machine; Prometheus by its pod's address, for no name of
    the cluster is known here."""
    address = watched.stack.get("pod", "temporal-prometheus-0")["status"]["podIP"]
    boards = folder / "dashboards"
    boards.mkdir()
    for uid, text in dashboards().items():
        (boards / f"{uid}.json").write_text(text)
    for name, text in grafana_configuration.files(f"https://{address}:9090").items():
        here = text.replace(places.TLS, str(watched.told)).replace(places.DASHBOARDS, str(boards))
        document = yaml.safe_load(here)
        for source in document.get("datasources", ()):
            source["jsonData"]["serverName"] = f"temporal-prometheus.{watched.stack.namespace}.svc"
        file = folder / "provisioning" / grafana_configuration.PATHS[name]
        file.parent.mkdir(parents=True)
        file.write_text(yaml.safe_dump(document))


def width_of(picture: bytes) -> int:
    """Pixels, by a PNG's header. Raises AssertionError where it is none."""
    assert picture.startswith(_SIGNATURE), picture[:100]
    return int.from_bytes(picture[16:20], "big")
