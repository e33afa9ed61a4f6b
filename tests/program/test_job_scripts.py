"""Proves how the jobs' scripts decide, wait and fail, run by sh with the tools of their images made up.

That the real tools take these arguments is seen on a cluster.
"""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from components.server import namespaces, schema
from components.stores.database.roles import ROLES_SH

_TOOL = """\
#!/bin/sh
echo "$(basename "$0") $*" >>"$CALLS"
case "$*" in
{cases}
esac
exit 0
"""


@dataclass
class Image:
    """A PATH of made-up tools. `answers` maps a shell pattern of a call's arguments to what runs for it."""

    folder: Path
    answers: dict[str, dict[str, str]] = field(default_factory=dict)

    def run(self, script: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        tools = self.folder / "bin"
        tools.mkdir()
        for name in ("temporal", "temporal-sql-tool", "psql", "sleep"):
            cases = "\n".join(f"{pattern}) {action} ;;" for pattern, action in self.answers.get(name, {}).items())
            (tools / name).write_text(_TOOL.format(cases=cases))
            (tools / name).chmod(0o755)
        path = f"{tools}:{os.environ['PATH']}"
        return subprocess.run(
            ["/bin/sh", "-c", script],
            env={"PATH": path, "CALLS": str(self.folder / "calls"), **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def calls(self, tool: str) -> list[str]:
        lines = (self.folder / "calls").read_text().splitlines()
        return [line.partition(" ")[2] for line in lines if line.partition(" ")[0] == tool]


@pytest.fixture
def image(tmp_path: Path) -> Image:
    return Image(tmp_path)


ABSENT = "echo Namespace x is not found. >&2; exit 1"


def _after(attempts: int, path: Path) -> str:
    """A shell command that fails until it was called `attempts` times."""
    return f'echo x >>"{path}"; [ "$(wc -l <"{path}")" -ge {attempts} ] || exit 1'


def _namespaces(image: Image, rows: str) -> subprocess.CompletedProcess[str]:
    file = image.folder / "namespaces"
    file.write_text(rows)
    environment = {"NAMESPACES_FILE": str(file), "TEMPORAL_ADDRESS": "frontend:7233"}
    return image.run(namespaces._SCRIPT, environment)


def test_an_absent_namespace_is_created_and_a_present_one_updated(image: Image) -> None:
    image.answers["temporal"] = {'"operator namespace describe --namespace new"*': ABSENT}
    done = _namespaces(image, "new|72h|For trying things\nold|168h|\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["namespace new: retention 72h", "namespace old: retention 168h"]
    no_archival = "--history-archival-state disabled --visibility-archival-state disabled"
    assert image.calls("temporal") == [
        "operator cluster health",
        "operator namespace describe --namespace new --command-timeout 5s",
        f"operator namespace create --namespace new --retention 72h --description For trying things {no_archival}",
        "workflow count --namespace new",
        "operator namespace describe --namespace old --command-timeout 5s",
        "operator namespace update --namespace old --retention 168h --description ",
        "workflow count --namespace old",
    ]


def test_namespaces_wait_for_the_frontend_and_its_cache(image: Image, tmp_path: Path) -> None:
    image.answers["temporal"] = {
        '"operator cluster health"': _after(3, tmp_path / "health"),
        '"workflow count"*': _after(2, tmp_path / "count"),
    }
    assert _namespaces(image, "default|72h|\n").returncode == 0
    assert image.calls("sleep") == ["2", "2", "2"]


def test_a_frontend_that_never_answers_is_said(image: Image) -> None:
    image.answers["temporal"] = {'"operator cluster health"': "echo refused >&2; exit 1"}
    done = _namespaces(image, "default|72h|\n")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-2:] == [
        "refused",
        "the frontend at frontend:7233 did not become healthy; see the line above",
    ]
    assert len(image.calls("temporal")) > 1


@pytest.mark.parametrize("verb", ["create", "update"])
def test_a_refused_namespace_fails_the_job(image: Image, verb: str) -> None:
    image.answers["temporal"] = {f'"operator namespace {verb}"*': "exit 7"}
    if verb == "create":
        image.answers["temporal"]['"operator namespace describe"*'] = ABSENT
    assert _namespaces(image, "default|72h|\n").returncode == 7


def test_a_namespace_that_cannot_be_looked_up_is_not_created(image: Image) -> None:
    image.answers["temporal"] = {'"operator namespace describe"*': "echo unavailable >&2; exit 1"}
    done = _namespaces(image, "default|72h|\n")
    assert done.returncode == 1
    assert done.stderr == "namespace default cannot be looked up; does the database answer? unavailable\n"
    assert not any("create" in call for call in image.calls("temporal"))


def test_a_namespace_that_cannot_be_used_fails_the_job(image: Image) -> None:
    image.answers["temporal"] = {'"workflow count"*': "echo not found >&2; exit 5"}
    done = _namespaces(image, "default|72h|\n")
    assert done.returncode == 5
    assert done.stderr == "namespace default exists but cannot be used:\nnot found\n"


def _schema(image: Image, password: str | None = "Sup3r_secret") -> subprocess.CompletedProcess[str]:  # noqa: S107
    file = image.folder / "password"
    if password is not None:
        file.write_text(password)
    facts = {"SQL_DATABASE": "temporal", "SQL_HOST": "postgres", "SQL_PORT": "5432", "SQL_USER": "temporal_owner"}
    return image.run(schema._SCRIPT, {**facts, "SQL_PASSWORD_FILE": str(file), "SCHEMA_DIR": "/schema"})


def test_a_schema_is_set_up_and_updated_as_soon_as_the_database_answers(image: Image, tmp_path: Path) -> None:
    image.answers["temporal-sql-tool"] = {'"setup-schema"*': _after(3, tmp_path / "setup")}
    done = _schema(image)
    assert done.returncode == 0
    assert image.calls("temporal-sql-tool") == [
        *["setup-schema --version 0.0"] * 3,
        "update-schema --schema-dir /schema",
    ]
    assert image.calls("sleep") == ["5", "5"]


def test_the_schema_tool_gets_the_password_by_environment_only(image: Image) -> None:
    image.answers["temporal-sql-tool"] = {'"setup-schema"*': '[ "$SQL_PASSWORD" = Sup3r_secret ] || exit 1'}
    done = _schema(image)
    assert done.returncode == 0
    assert "Sup3r_secret" not in done.stdout + done.stderr + "".join(image.calls("temporal-sql-tool"))


def test_a_database_that_refuses_is_said_without_the_password(image: Image) -> None:
    image.answers["temporal-sql-tool"] = {'"setup-schema"*': "exit 1"}
    done = _schema(image)
    assert (done.returncode, done.stdout) == (1, "")
    times = len(image.calls("temporal-sql-tool"))
    assert times > 1
    assert done.stderr == f"database temporal at postgres:5432 refused temporal_owner or did not answer {times} times\n"


def test_a_missing_password_fails_the_job_before_the_tool_is_called(image: Image) -> None:
    done = _schema(image, password=None)
    assert done.returncode == 1
    assert not (image.folder / "calls").exists()


def test_a_failed_update_fails_the_job(image: Image) -> None:
    image.answers["temporal-sql-tool"] = {'"update-schema"*': "exit 1"}
    assert _schema(image).returncode == 1


def _roles(image: Image) -> subprocess.CompletedProcess[str]:
    databases, password = image.folder / "databases", image.folder / "superuser"
    databases.write_text("temporal temporal_owner temporal\nvisibility visibility_owner visibility\n")
    password.write_text("Sup3r_secret")
    return image.run(
        ROLES_SH,
        {
            "SUPERUSER_PASSWORD_FILE": str(password),
            "PASSWORDS": "/passwords",
            "DATABASES_FILE": str(databases),
            "ROLES_FILE": "/roles.sql",
            "PGHOST": "postgres",
            "PGPORT": "5432",
        },
    )


def test_each_database_gets_its_roles_with_their_own_passwords(image: Image) -> None:
    image.answers["psql"] = {'*"-f /roles.sql"': 'echo "$OWNER_PASSWORD_FILE $USER_PASSWORD_FILE"'}
    done = _roles(image)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "/passwords/temporal_owner /passwords/temporal",
        "database temporal: owner temporal_owner, user temporal",
        "/passwords/visibility_owner /passwords/visibility",
        "database visibility: owner visibility_owner, user visibility",
    ]
    assert "Sup3r_secret" not in "".join(image.calls("psql"))


def test_a_failing_statement_fails_the_job_at_once(image: Image) -> None:
    image.answers["psql"] = {'*"-f /roles.sql"': "exit 3"}
    assert _roles(image).returncode == 3
    assert len([call for call in image.calls("psql") if "-f" in call]) == 1


def test_a_database_that_never_answers_is_said(image: Image) -> None:
    image.answers["psql"] = {"*": "exit 2"}
    done = _roles(image)
    assert done.returncode == 1
    times = len(image.calls("psql"))
    assert times > 1
    assert done.stderr == f"PostgreSQL at postgres:5432 refused or did not answer {times} times; see the line above\n"
