"""One stack whose first deployment meets everything that can go wrong, in order, and comes up in the end.

Each step begins where the one before left the stack; together they prove that `make up` goes on from any of them.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cluster.stack import Deployment, Ran, deployment_of, until

NAMESPACE = "troubled"


@pytest.fixture(scope="module")
def troubled(platform: Deployment) -> Iterator[Deployment]:
    """A second stack on the node of the first, not deployed yet."""
    document = yaml.safe_load(platform.file.read_text())
    document["config"]["temporal:name"] = NAMESPACE
    document["config"]["temporal:applications"] = []
    deployment = deployment_of(yaml.safe_dump(document), NAMESPACE)
    yield deployment
    assert deployment.command("down").code == 0


def exists(deployment: Deployment, *words: str) -> bool:
    """Whether kubectl finds an object of the stack."""
    return "NotFound" not in deployment.kubectl("-n", NAMESPACE, "get", *words, "-o", "name", check=False)


def finish(process: subprocess.Popen[str]) -> Ran:
    """The end of a command that was begun."""
    out, err = process.communicate(timeout=600)
    return Ran(process.returncode, out, err)


def complained(ran: Ran, *words: str) -> None:
    """A failure tells these words, shows no traceback and no password."""
    assert ran.code == 1, ran.err
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err, ran.err


def test_1_interrupted_by_a_person(troubled: Deployment) -> None:
    """Ctrl-C while the database starts: the step at hand ends, the exit code is 130, the way on is told."""
    process = troubled.begin("up")
    until("the database's StatefulSet exists", lambda: exists(troubled, "statefulset", "temporal-postgres"))
    os.kill(process.pid, signal.SIGINT)
    ran = finish(process)
    assert ran.code == 130, ran.err
    assert "Traceback" not in ran.err
    assert "make up" in ran.err


def test_2_killed_with_everything_under_it(troubled: Deployment) -> None:
    """SIGKILL of the command and the engine while the roles job runs."""
    process = troubled.begin("up")

    def roles_job() -> bool:
        return any("database-roles" in j["metadata"]["name"] for j in troubled.get("jobs")["items"])

    until("the roles job exists", roles_job, 300)
    os.killpg(process.pid, signal.SIGKILL)
    finish(process)
    subprocess.run(["pkill", "-KILL", "-f", f"pulumi .*{troubled.file.stem.removeprefix('Pulumi.')}"], check=False)


def test_3_wrong_password(troubled: Deployment) -> None:
    """`up` goes on after the kill; the owner may not log in: the last lines of the schema job's log say why."""
    stop = threading.Event()

    def lock_out() -> None:
        sql = "ALTER ROLE temporal_owner VALID UNTIL '2000-01-01'"
        words = ["exec", "temporal-postgres-0", "--", "psql", "-X", "-q", "-c", sql]
        while not stop.is_set() and troubled.kubectl("-n", NAMESPACE, *words, check=False).strip():
            time.sleep(0.3)

    thread = threading.Thread(target=lock_out)
    thread.start()
    try:
        ran = troubled.command("up")
    finally:
        stop.set()
        thread.join()
    complained(ran, "schema", "password authentication failed")


def test_4_mended(troubled: Deployment) -> None:
    """With the cause mended the next `up` goes through, smoke test included, and leaves one job of each kind."""
    troubled.psql("ALTER ROLE temporal_owner VALID UNTIL 'infinity'")
    troubled.up()
    jobs = [j["metadata"]["name"].rpartition("-")[0] for j in troubled.get("jobs")["items"]]
    assert sorted(jobs) == [
        "temporal-database-roles",
        "temporal-namespaces",
        "temporal-schema-temporal-v1-19",
        "temporal-schema-visibility-v1-14",
    ]


def test_5_database_down(troubled: Deployment) -> None:
    """A change that needs a dead database fails with the job's words; the same `up` works once it is back."""
    document = yaml.safe_load(troubled.file.read_text())
    document["config"]["temporal:namespaces"].append({"name": "late", "retention": "24h"})
    troubled.file.write_text(yaml.safe_dump(document))
    troubled.kubectl("-n", NAMESPACE, "scale", "statefulset", "temporal-postgres", "--replicas=0")
    until("PostgreSQL is gone", lambda: not exists(troubled, "pod", "temporal-postgres-0"))
    complained(
        troubled.command("up"),
        "temporal-namespaces",
        "namespace default cannot be looked up; does the database answer?",
    )
    troubled.kubectl("-n", NAMESPACE, "scale", "statefulset", "temporal-postgres", "--replicas=1")
    troubled.up()
    assert troubled.outputs["namespaces"] == ["default", "orders", "late"]


def test_6_down_twice(troubled: Deployment) -> None:
    """`down` removes the stack's namespace; the second time there is nothing to do and that is fine."""
    first = troubled.command("down")
    assert first.code == 0, first.err
    assert NAMESPACE not in troubled.kubectl("get", "namespaces", "-o", "name")
    assert troubled.command("down").code == 0


def test_7_file_errors_reach_nothing(troubled: Deployment, tmp_path: Path) -> None:
    """A stack file with mistakes: every one told with its path, exit code 1, nothing created."""
    document = yaml.safe_load(troubled.file.read_text())
    document["config"]["temporal:databse"] = {}
    document["config"]["temporal:backend"]["shards"] = "many"
    file = tmp_path / "Pulumi.wrong.yaml"
    file.write_text(yaml.safe_dump(document))
    ran = Deployment(file, NAMESPACE).command("up")
    complained(
        ran,
        "temporal:databse: unknown key, did you mean database?",
        "temporal:backend.shards: found 'many'; allowed: a whole number",
    )
    assert NAMESPACE not in troubled.kubectl("get", "namespaces", "-o", "name")
