"""Proves how the job of a takeover lists and records, run by sh with the tools of its images made up.

That the real tools take these arguments is seen on a cluster.
"""

import subprocess

from components.server import takeover
from tests.program.job_image import Image

STORE = "https://search.example.com/temporal_visibility_v1"
NAMESPACES = """\
  NamespaceInfo.Name                    default
  NamespaceInfo.Id                      11111111-0000-0000-0000-000000000000

  NamespaceInfo.Name                    two words
  NamespaceInfo.Id                      22222222-0000-0000-0000-000000000000
"""
"""As the CLI prints namespaces, less most of their lines."""
ROWS = (
    "11111111-0000-0000-0000-000000000000\trun-1\tone",
    "22222222-0000-0000-0000-000000000000\trun-2\ttwo words",
    "33333333-0000-0000-0000-000000000000\trun-3\tof a namespace that is gone",
    "11111111-0000-0000-0000-000000000000\trun-4\tback\\\\slash",
)


def _list(image: Image, answers: dict[str, str]) -> subprocess.CompletedProcess[str]:
    (image.folder / "password").write_text("secret")
    image.answers["psql"] = answers
    environment = {
        "PASSWORD_FILE": str(image.folder / "password"),
        "LISTED": str(image.folder / "listed"),
        "PGDATABASE": "temporal",
        "PGHOST": "db",
        "PGPORT": "5432",
    }
    return image.run(takeover._LIST_SH, environment)


def _record(image: Image, rows: tuple[str, ...] = ROWS) -> subprocess.CompletedProcess[str]:
    listed = image.folder / "listed"
    listed.write_text("".join(f"{row}\n" for row in rows))
    image.answers["temporal"] = {'"operator namespace list"': f"cat <<'EOF'\n{NAMESPACES}EOF\n"}
    environment = {
        "LISTED": str(listed),
        "WORK": str(image.folder),
        "PARTS": "3",
        "SEARCH_STORE": STORE,
    }
    return image.run(takeover._RECORD_SH, environment)


def test_what_the_database_has_is_listed(image: Image) -> None:
    done = _list(image, {"*COPY*": 'printf "a\\nb\\n" >"$LISTED"'})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "2 executions in database temporal at db:5432\n"
    assert "::uuid, workflow_id FROM executions) TO STDOUT" in image.calls("psql")[0]


def test_a_database_that_does_not_answer_fails_the_job(image: Image) -> None:
    done = _list(image, {"*COPY*": "echo connection refused >&2; exit 2"})
    assert (done.returncode, done.stderr) == (2, "connection refused\n")


def test_each_execution_is_recorded_in_its_namespace(image: Image) -> None:
    done = _record(image)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"3 executions recorded in {STORE}, 1 gone meanwhile, 0 failed\n"
    assert sorted(image.calls("tdbg")) == [
        "--namespace default workflow refresh-tasks --workflow-id back\\slash --run-id run-4",
        "--namespace default workflow refresh-tasks --workflow-id one --run-id run-1",
        "--namespace two words workflow refresh-tasks --workflow-id two words --run-id run-2",
    ]


def test_an_execution_that_is_gone_is_counted_and_one_that_fails_is_told(image: Image) -> None:
    image.answers["tdbg"] = {
        "*run-1*": "echo workflow execution not found >&2; exit 1",
        "*run-2*": "echo shard is busy >&2; exit 1",
    }
    done = _record(image)
    assert done.returncode == 1
    assert done.stderr == "workflow two words, run run-2 of namespace two words: shard is busy\n"
    assert done.stdout.splitlines()[-1] == f"1 executions recorded in {STORE}, 2 gone meanwhile, 1 failed"
