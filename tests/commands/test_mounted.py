"""Proves when pods are told of changed files and which, against a made-up API server.

That the kubelet then looks at once is seen on a cluster.
"""

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from commands.cluster import Cluster
from commands.events import Resource
from commands.mounted import ANNOTATION, MountedFiles
from embedded.progress import Progress
from tests.commands.checkout import KUBECONFIG

NOW = 1_700_000_000
PODS = "/api/v1/namespaces/local/pods"
RUNNING = f"GET {PODS}?fieldSelector=status.phase%3DRunning"
CHANGED = {"metadata": {"annotations": {ANNOTATION: str(NOW)}}}
A_SECRET = Resource("urn", "Secret", "temporal-postgres-users", "local")
A_CONFIG_MAP = Resource("urn", "ConfigMap", "temporal-dynamic-config", "local")
A_JOB = Resource("urn", "Job", "temporal-database-roles-0123456789", "local")


class Api:
    """A server with two running pods; `failing` answers some requests with a status instead."""

    def __init__(self) -> None:
        self.failing: dict[str, int] = {}
        self.asked: list[str] = []
        self.bodies: list[Any] = []

    def answer(self, request: str, body: Any) -> tuple[int, Any]:
        self.asked.append(request)
        if body is not None:
            self.bodies.append(body)
        status = self.failing.get(request, 200)
        pods = [{"metadata": {"name": name}} for name in ("temporal-history-0", "temporal-worker-0")]
        return status, {"kind": "PodList", "items": pods} if status == 200 else {"kind": "Status", "code": status}


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def place(api: Api, tmp_path: Path) -> Iterator[Cluster]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_PATCH(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, body: Any) -> None:
            status, found = api.answer(f"{self.command} {self.path}", body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        file = tmp_path / "kubeconfig"
        file.write_text(KUBECONFIG.format(server=f"http://127.0.0.1:{running.server_address[1]}"))
        yield Cluster("tried", file)
        running.shutdown()


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def files(place: Cluster, said: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> MountedFiles:
    monkeypatch.setattr("commands.mounted.time.time", lambda: NOW + 0.9)
    return MountedFiles(place, "local", Progress(said))


ALL = [RUNNING, f"PATCH {PODS}/temporal-history-0", f"PATCH {PODS}/temporal-worker-0"]


@pytest.mark.parametrize("changed", [A_SECRET, A_CONFIG_MAP], ids=lambda resource: resource.kind)
def test_every_running_pod_is_told_at_the_end(files: MountedFiles, api: Api, changed: Resource) -> None:
    files.hear("update", changed)
    assert api.asked == []
    files.bring()
    assert api.asked == ALL
    assert api.bodies == [CHANGED, CHANGED]


@pytest.mark.parametrize("operation", ["create", "create-replacement"])
def test_a_job_that_sets_passwords_is_followed_at_once(files: MountedFiles, api: Api, operation: str) -> None:
    """And once: what comes after it is told again only if something changed again."""
    files.hear("update", A_SECRET)
    files.hear(operation, A_JOB)
    assert api.asked == ALL
    files.hear("create", A_JOB)
    files.bring()
    assert api.asked == ALL
    files.hear("update", A_SECRET)
    files.bring()
    assert api.asked == [*ALL, *ALL]


@pytest.mark.parametrize(
    ("operation", "resource"),
    [
        ("create", A_SECRET),
        ("delete", A_SECRET),
        ("same", A_CONFIG_MAP),
        ("create", A_JOB),
        ("update", Resource("urn", "Deployment", "temporal-history", "local")),
        ("update", Resource("urn", "Secret", "temporal-client", "demo")),
        ("update", Resource("urn", "Secret", "temporal-client")),
    ],
    ids=["new", "gone", "unchanged", "only a job", "no files", "another namespace's", "no namespace's"],
)
def test_other_steps_tell_nobody(files: MountedFiles, api: Api, operation: str, resource: Resource) -> None:
    files.hear(operation, resource)
    files.bring()
    assert api.asked == []


def test_a_job_of_another_namespace_or_one_that_goes_is_not_waited_for(files: MountedFiles, api: Api) -> None:
    files.hear("update", A_SECRET)
    files.hear("create", Resource("urn", "Job", "migrate", "demo"))
    files.hear("delete-replaced", A_JOB)
    assert api.asked == []


def test_a_pod_that_is_gone_needs_no_files(files: MountedFiles, api: Api, said: io.StringIO) -> None:
    api.failing[f"PATCH {PODS}/temporal-history-0"] = 404
    files.hear("update", A_SECRET)
    files.bring()
    assert api.asked == ALL
    assert said.getvalue() == ""


LATER = "changed Secrets and ConfigMaps reach them within two minutes"


@pytest.mark.parametrize(
    ("request_", "asked"), [(RUNNING, 1), (f"PATCH {PODS}/temporal-history-0", 2)], ids=["list", "annotate"]
)
def test_a_person_who_may_not_is_told_and_nothing_fails(
    files: MountedFiles, api: Api, said: io.StringIO, request_: str, asked: int
) -> None:
    api.failing[request_] = 403
    files.hear("update", A_SECRET)
    files.bring()
    assert f"pods in local cannot be annotated (403 Forbidden): {LATER}\n" in said.getvalue()
    assert len(api.asked) == asked


def test_a_cluster_that_does_not_answer_is_told_and_nothing_fails(tmp_path: Path, said: io.StringIO) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(KUBECONFIG.format(server="http://127.0.0.1:1"))
    files = MountedFiles(Cluster("tried", file), "local", Progress(said))
    files.hear("update", A_SECRET)
    files.bring()
    assert "pods in local were not told of changed files: no answer of the cluster\n" in said.getvalue()
