"""Proves how the jobs' scripts decide, wait and fail, run by sh with the tools of their images made up.

That the real tools take these arguments is seen on a cluster.
"""

import subprocess
from pathlib import Path

import pytest

from components.application_databases.roles import DATABASE_SH
from components.certificates import given
from components.server import namespaces, schema, search_attributes, usable
from components.stores.database.grants import GRANTS_SH
from components.stores.database.monitor import MONITOR_SH
from components.stores.database.roles import ROLES_SH
from tests.program.job_image import Image, after

ABSENT = "echo Namespace x is not found. >&2; exit 1"


def _namespaces(image: Image, rows: str) -> subprocess.CompletedProcess[str]:
    file = image.folder / "namespaces"
    file.write_text(rows)
    environment = {"NAMESPACES_FILE": str(file), "TEMPORAL_ADDRESS": "frontend:7233"}
    return image.run(namespaces._SCRIPT, environment)


def _search_attributes(image: Image, rows: str) -> subprocess.CompletedProcess[str]:
    """In the namespaces `default` and `orders`."""
    names, file = image.folder / "namespaces", image.folder / "search-attributes"
    names.write_text("default|72h|disabled||\norders|72h|disabled||\n")
    file.write_text(rows)
    script = f"set -eu\n{usable.USABLE_SH}{search_attributes.SEARCH_ATTRIBUTES_SH}"
    return image.run(script, {"NAMESPACES_FILE": str(names), "SEARCH_ATTRIBUTES_FILE": str(file)})


def test_an_absent_namespace_is_created_and_a_present_one_updated(image: Image) -> None:
    image.answers["temporal"] = {'"operator namespace describe --namespace new"*': ABSENT}
    done = _namespaces(image, "new|72h|enabled|ada@example.com|For trying things\nold|168h|disabled||\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["namespace new: retention 72h", "namespace old: retention 168h"]
    archived, alone = (
        f"--history-archival-state {state} --visibility-archival-state {state}" for state in ("enabled", "disabled")
    )
    new = "--namespace new --retention 72h --email ada@example.com --description For trying things"
    assert image.calls("temporal") == [
        "operator cluster health",
        "operator namespace describe --namespace new --command-timeout 5s",
        f"operator namespace create {new} {archived}",
        "workflow count --namespace new",
        "operator namespace describe --namespace old --command-timeout 5s",
        f"operator namespace update --namespace old --retention 168h --email  --description  {alone}",
        "workflow count --namespace old",
        "operator namespace list",
    ]


LISTED = """\
  NamespaceInfo.Name                    temporal-system
  NamespaceInfo.Description             NamespaceInfo.Name of nobody

  NamespaceInfo.Name                    default

  NamespaceInfo.Name                    defaul.
  NamespaceInfo.Name                    left behind
"""
"""As the CLI prints namespaces, less most of their lines."""


def test_namespaces_that_the_file_does_not_name_are_listed_and_left_alone(image: Image) -> None:
    image.answers["temporal"] = {'"operator namespace list"': f"cat <<'EOF'\n{LISTED}EOF\n"}
    done = _namespaces(image, "default|72h|disabled||\n")
    assert (done.returncode, done.stderr) == (0, "")
    alone = "is not in the stack file: left alone, with its executions. What deletes both for good, in make shell:"
    assert done.stdout.splitlines() == [
        "namespace default: retention 72h",
        f"namespace defaul. {alone} temporal operator namespace delete --namespace 'defaul.'",
        f"namespace left behind {alone} temporal operator namespace delete --namespace 'left behind'",
    ]
    assert not any("delete" in call for call in image.calls("temporal"))


def test_a_server_that_does_not_list_its_namespaces_fails_the_job(image: Image) -> None:
    image.answers["temporal"] = {'"operator namespace list"': "exit 9"}
    assert _namespaces(image, "default|72h|disabled||\n").returncode == 9


ATTRIBUTES = """\
{
  "customAttributes": {
    "CaseId":  "INDEXED_VALUE_TYPE_KEYWORD",
    "Case": "INDEXED_VALUE_TYPE_TEXT"
  },
  "systemAttributes": {
    "RunId": "INDEXED_VALUE_TYPE_KEYWORD"
  }
}
"""
"""As the CLI prints them; its JSON has one or two spaces after a colon."""


def test_search_attributes_are_made_and_tried_and_others_are_listed(image: Image, tmp_path: Path) -> None:
    image.answers["temporal"] = {
        '"operator search-attribute list --namespace default"*': f"cat <<'EOF'\n{ATTRIBUTES}EOF\n",
        '"operator search-attribute list"*': 'echo \'{"systemAttributes": {"RunId": "INDEXED_VALUE_TYPE_INT"}}\'',
        '"workflow count"*': after(2, tmp_path / "count"),
    }
    done = _search_attributes(image, "default|CaseId|Keyword\n")
    assert (done.returncode, done.stderr) == (0, "")
    removal = "temporal operator search-attribute remove --namespace 'default' --name 'Case'"
    alone = f"is not in the stack file: left alone. What removes it, in make shell: {removal}"
    assert done.stdout.splitlines() == [
        "namespace default: search attribute CaseId is a Keyword",
        f"namespace default: search attribute Case {alone}",
    ]
    tried = "workflow count --namespace default --query CaseId IS NULL"
    assert image.calls("temporal") == [
        "operator search-attribute list --namespace default --output json",
        "operator search-attribute create --namespace default --name CaseId --type Keyword",
        *[tried, tried],
        "operator search-attribute list --namespace default --output json",
        "operator search-attribute list --namespace orders --output json",
    ]


def test_a_search_attribute_of_another_type_fails_the_job(image: Image) -> None:
    image.answers["temporal"] = {'"operator search-attribute create"*': "echo has different type Text >&2; exit 1"}
    done = _search_attributes(image, "orders|CaseId|Keyword\n")
    assert done.returncode == 1
    listing = "temporal operator search-attribute list --namespace 'orders'"
    wrong = "search attribute CaseId of namespace orders cannot be made a Keyword; see the line above."
    assert done.stderr.splitlines() == ["has different type Text", f"{wrong} What is there, in make shell: {listing}"]


def test_a_server_that_does_not_list_its_search_attributes_fails_the_job(image: Image) -> None:
    image.answers["temporal"] = {'"operator search-attribute list"*': "exit 9"}
    assert _search_attributes(image, "").returncode == 9


def test_namespaces_wait_for_the_frontend_and_its_cache(image: Image, tmp_path: Path) -> None:
    image.answers["temporal"] = {
        '"operator cluster health"': after(3, tmp_path / "health"),
        '"workflow count"*': after(2, tmp_path / "count"),
    }
    assert _namespaces(image, "default|72h|disabled||\n").returncode == 0
    assert image.calls("sleep") == ["2", "2", "2"]


def test_a_frontend_that_never_answers_is_said(image: Image) -> None:
    image.answers["temporal"] = {'"operator cluster health"': "echo refused >&2; exit 1"}
    done = _namespaces(image, "default|72h|disabled||\n")
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
    assert _namespaces(image, "default|72h|disabled||\n").returncode == 7


def test_a_namespace_whose_archive_may_be_the_cause_says_so(image: Image) -> None:
    image.answers["temporal"] = {'"operator namespace update"*': "echo something went wrong >&2; exit 7"}
    file = image.folder / "namespaces"
    file.write_text("default|72h|enabled||\n")
    done = image.run(namespaces._SCRIPT, {"NAMESPACES_FILE": str(file), "ARCHIVE": "s3://archive"})
    cause = "The frontend's log has the cause under the number above, as 'masked service failures'"
    assert done.returncode == 7
    question = "namespace default is to be archived at s3://archive: is it there, and do its credentials open it?"
    assert done.stderr.splitlines() == ["something went wrong", f"{question} {cause}: make logs SERVICE=frontend"]


def test_a_namespace_that_cannot_be_looked_up_is_not_created(image: Image) -> None:
    image.answers["temporal"] = {'"operator namespace describe"*': "echo unavailable >&2; exit 1"}
    done = _namespaces(image, "default|72h|disabled||\n")
    assert done.returncode == 1
    assert done.stderr == "namespace default cannot be looked up; does the database answer? unavailable\n"
    assert not any("create" in call for call in image.calls("temporal"))


def test_a_namespace_that_cannot_be_used_fails_the_job(image: Image) -> None:
    image.answers["temporal"] = {'"workflow count"*': "echo not found >&2; exit 5"}
    done = _namespaces(image, "default|72h|disabled||\n")
    assert done.returncode == 5
    assert done.stderr == "namespace default exists but cannot be used:\nnot found\n"


SERVER = {"SERVER_USER": "temporal", "SERVER_SECRET": "key temporal of Secret users"}


def _schema(
    image: Image,
    *,
    password: str | None = "Sup3r_secret",  # noqa: S107
    user: str | None = None,
    **more: str,
) -> subprocess.CompletedProcess[str]:
    """The script as the owner, and as the server's user when that has a password."""
    environment = {
        "SQL_DATABASE": "temporal",
        "SQL_HOST": "postgres",
        "SQL_PORT": "5432",
        "SQL_USER": "temporal_owner",
        "OWNER_SECRET": "key owner of Secret owners",
        "SCHEMA_DIR": "/schema",
    }
    for role, text in (("OWNER", password), ("SERVER", user)):
        file = image.folder / role
        environment[f"{role}_PASSWORD_FILE"] = str(file)
        if text is not None:
            file.write_text(text)
    return image.run(schema._SCRIPT, {**environment, **more})


def test_a_schema_is_set_up_and_updated_as_soon_as_the_database_answers(image: Image, tmp_path: Path) -> None:
    image.answers["temporal-sql-tool"] = {'"setup-schema"*': after(3, tmp_path / "setup")}
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


@pytest.mark.parametrize("password", [None, ""], ids=["missing", "empty"])
def test_a_missing_password_fails_the_job_before_the_tool_is_called(image: Image, password: str | None) -> None:
    """A Secret that is not there, or has no such key, is an empty folder; an empty key an empty file."""

    done = _schema(image, password=password)
    assert done.returncode == 1
    said = "key owner of Secret owners is missing or empty: it must hold the password of temporal_owner"
    assert done.stderr == f"{said}\n"
    assert not (image.folder / "calls").exists()


def test_the_servers_missing_password_is_told_before_the_schema_changes(image: Image) -> None:
    done = _schema(image, **SERVER)
    assert done.returncode == 1
    assert done.stderr == "key temporal of Secret users is missing or empty: it must hold the password of temporal\n"
    assert not (image.folder / "calls").exists()


def test_a_missing_authority_is_told(image: Image) -> None:
    missing = {"SQL_TLS_CA_FILE": str(image.folder / "ca.crt"), "AUTHORITY_SECRET": "key ca.pem of Secret authority"}
    done = _schema(image, **missing)
    assert done.returncode == 1
    assert (
        done.stderr
        == "key ca.pem of Secret authority is missing or empty: it must hold the authority of the database\n"
    )


REFUSED = "FATAL: password authentication failed for user (SQLSTATE 28P01)"


def test_a_wrong_password_of_the_owner_is_told_at_once_with_its_secret(image: Image) -> None:
    image.answers["temporal-sql-tool"] = {'"setup-schema"*': f"echo '{REFUSED}' >&2; exit 1"}
    done = _schema(image, user="x", **SERVER)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        REFUSED,
        (
            "password authentication failed for user temporal_owner: is key owner of Secret owners its password, "
            "or that of temporal?"
        ),
    ]
    assert len(image.calls("temporal-sql-tool")) == 1


def test_a_wrong_password_without_another_role_asks_for_no_other(image: Image) -> None:
    image.answers["temporal-sql-tool"] = {'"setup-schema"*': f"echo '{REFUSED}' >&2; exit 1"}
    assert _schema(image).stderr.splitlines()[-1] == (
        "password authentication failed for user temporal_owner: is key owner of Secret owners its password?"
    )


AS_SERVER = '[ "$SQL_USER" = temporal ]'


def test_the_servers_user_reads_the_schema_after_the_migration(image: Image) -> None:
    """With its own password; the owner has migrated before."""
    image.answers["temporal-sql-tool"] = {"*": 'echo "$SQL_USER $SQL_PASSWORD"'}
    done = _schema(image, password="one", user="two", **SERVER)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "temporal_owner one",
        "temporal_owner one",
        "temporal two",
        "the server's user temporal reads database temporal",
    ]
    assert image.calls("temporal-sql-tool")[1:] == ["update-schema --schema-dir /schema"] * 2


def test_swapped_passwords_are_told(image: Image) -> None:
    refuses = f"if {AS_SERVER}; then echo '{REFUSED}' >&2; exit 1; fi"
    image.answers["temporal-sql-tool"] = {'"update-schema"*': refuses}
    done = _schema(image, user="one", **SERVER)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        REFUSED,
        (
            "password authentication failed for user temporal: is key temporal of Secret users its password, "
            "or that of temporal_owner?"
        ),
    ]


def test_a_user_that_may_not_read_is_told_what_it_needs(image: Image) -> None:
    refuses = f"if {AS_SERVER}; then echo 'permission denied for table schema_version' >&2; exit 1; fi"
    image.answers["temporal-sql-tool"] = {'"update-schema"*': refuses}
    done = _schema(image, user="one", **SERVER)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "permission denied for table schema_version",
        (
            "the server's user temporal cannot read database temporal, which temporal_owner has just migrated; see the "
            "line above. It needs CONNECT, USAGE on the schema, and SELECT, INSERT, UPDATE, DELETE on all tables"
        ),
    ]


def test_a_failed_update_fails_the_job(image: Image) -> None:
    image.answers["temporal-sql-tool"] = {'"update-schema"*': "exit 1"}
    assert _schema(image).returncode == 1


def _roles(image: Image, script: str = ROLES_SH) -> subprocess.CompletedProcess[str]:
    databases, passwords = image.folder / "databases", image.folder / "passwords"
    databases.write_text("temporal temporal_owner temporal\nvisibility visibility_owner visibility\n")
    passwords.mkdir()
    for role in ("superuser", "temporal", "temporal_owner", "visibility", "visibility_owner", "temporal_monitor"):
        (passwords / role).write_text(f"Sup3r_secret of {role}")
    return image.run(
        script,
        {
            "SUPERUSER_PASSWORD_FILE": str(passwords / "superuser"),
            "PASSWORDS": str(passwords),
            "DATABASES_FILE": str(databases),
            "ROLES_FILE": "/roles.sql",
            "MONITOR_FILE": "/monitor.sql",
            "PGHOST": "postgres",
            "PGPORT": "5432",
        },
    )


def test_each_database_gets_its_roles_with_their_own_passwords(image: Image) -> None:
    """psql asks for each twice; what it asks is nobody's to read."""
    image.answers["psql"] = {"*password*": 'cat >>"$CALLS.typed"; echo "Enter it again: "'}
    done = _roles(image)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "database temporal: owner temporal_owner, user temporal",
        "database visibility: owner visibility_owner, user visibility",
    ]
    roles = ["temporal_owner", "temporal", "visibility_owner", "visibility"]
    assert image.calls("psql") == [
        "-X -q -c SELECT 1",
        "-X -q -v database=temporal -v owner=temporal_owner -v user=temporal -f /roles.sql",
        *(f'-X -q -c \\password "{role}"' for role in roles[:2]),
        "-X -q -v database=visibility -v owner=visibility_owner -v user=visibility -f /roles.sql",
        *(f'-X -q -c \\password "{role}"' for role in roles[2:]),
    ]
    typed = (image.folder / "calls.typed").read_text().splitlines()
    assert typed == [f"Sup3r_secret of {role}" for role in roles for _ in range(2)]


def test_who_reads_figures_gets_a_role_after_the_databases(image: Image) -> None:
    done = _roles(image, ROLES_SH + MONITOR_SH)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[2:] == ["figures: temporal_monitor"]
    assert image.calls("psql")[-2:] == [
        "-X -q -v monitor=temporal_monitor -v databases=temporal temporal_visibility -f /monitor.sql",
        '-X -q -c \\password "temporal_monitor"',
    ]


def test_a_database_that_fails_leaves_nobody_to_read_figures(image: Image) -> None:
    image.answers["psql"] = {'*"-f /roles.sql"': "exit 3"}
    assert _roles(image, ROLES_SH + MONITOR_SH).returncode == 3
    assert not [call for call in image.calls("psql") if "monitor" in call]


def test_a_password_that_is_refused_fails_the_job(image: Image) -> None:
    image.answers["psql"] = {'*password*"temporal"*': 'echo "ERROR: no such role" >&2; exit 1'}
    done = _roles(image)
    assert (done.returncode, done.stderr) == (1, "ERROR: no such role\n")


def _database(image: Image) -> subprocess.CompletedProcess[str]:
    passwords = image.folder / "passwords"
    passwords.mkdir()
    for role in ("boss", "shop_db"):
        (passwords / role).write_text(f"Sup3r_secret of {role}")
    return image.run(
        DATABASE_SH,
        {
            "SUPERUSER_PASSWORD_FILE": str(passwords / "boss"),
            "PASSWORDS": str(passwords),
            "DATABASE": "shop_db",
            "SCHEMAS": "workflow audit",
            "DATABASE_FILE": "/database.sql",
            "PGHOST": "postgres",
            "PGPORT": "5432",
        },
    )


def test_an_application_gets_its_database_and_its_password(image: Image) -> None:
    image.answers["psql"] = {"*password*": 'cat >>"$CALLS.typed"; echo "Enter it again: "'}
    done = _database(image)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "database shop_db: user shop_db, schemas public workflow audit\n"
    assert image.calls("psql") == [
        "-X -q -c SELECT 1",
        "-X -q -v database=shop_db -v user=shop_db -v schemas=workflow audit -f /database.sql",
        '-X -q -c \\password "shop_db"',
    ]
    assert (image.folder / "calls.typed").read_text().splitlines() == ["Sup3r_secret of shop_db"] * 2


@pytest.mark.parametrize("failing", ['*"-f /database.sql"', "*password*"])
def test_a_database_that_cannot_be_made_fails_the_job(image: Image, failing: str) -> None:
    image.answers["psql"] = {failing: "exit 3"}
    assert _database(image).returncode != 0


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


def _given(image: Image, *files: str) -> subprocess.CompletedProcess[str]:
    expected = image.folder / "expected"
    expected.write_text("server tls.crt the server's certificate\nclients ca.pem the authority of clients\n")
    for file in files:
        path = image.folder / "given" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return image.run(given._SCRIPT, {"GIVEN": str(image.folder / "given"), "EXPECTED": str(expected)})


def test_given_certificates_that_are_there(image: Image) -> None:
    done = _given(image, "server/tls.crt", "clients/ca.pem")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_given_certificate_that_is_missing_or_empty_is_one_line(image: Image) -> None:
    (image.folder / "given/clients").mkdir(parents=True)
    (image.folder / "given/clients/ca.pem").touch()
    done = _given(image)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "key tls.crt of Secret server is missing or empty: it must hold the server's certificate",
        "key ca.pem of Secret clients is missing or empty: it must hold the authority of clients",
    ]


def _grants(image: Image, *missing: str) -> subprocess.CompletedProcess[str]:
    """Of two databases; files that are `missing` never come."""
    passwords = image.folder / "passwords"
    passwords.mkdir()
    (image.folder / "ca.crt").write_text("CERTIFICATE")
    for role in ("one_owner", "one", "two_owner", "two"):
        (passwords / role).write_text(f"password of {role}")
    for name in missing:
        (image.folder / name).unlink()
    databases = image.folder / "databases"
    databases.write_text("one one_owner one one-owner-login one-login\ntwo two_owner two two-owner-login two-login\n")
    return image.run(
        GRANTS_SH,
        {
            "PGHOST": "postgres",
            "PGPORT": "5432",
            "PGSSLROOTCERT": str(image.folder / "ca.crt"),
            "PASSWORDS": str(passwords),
            "KEY": "password",
            "DATABASES_FILE": str(databases),
            "GRANTS_FILE": "grants.sql",
            "OPERATOR": "the operator",
            "RESOURCE": "postgresql x",
            "AUTHORITY": "key ca.crt of Secret ca",
        },
    )


def test_owners_give_rights_and_users_log_in(image: Image) -> None:
    """Everybody with their own password, each in their own database."""
    image.answers["psql"] = {"*": 'echo "$PGUSER:$PGPASSWORD in $PGDATABASE" >>"$CALLS.who"'}
    done = _grants(image)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "database one: owner one_owner, user one",
        "database two: owner two_owner, user two",
    ]
    assert image.calls("psql") == [
        call
        for name in ("one", "two")
        for call in ("-X -q -c ", f"-X -q -v database={name} -v user={name} -f grants.sql", "-X -q -c ")
    ]
    assert (image.folder / "calls.who").read_text().splitlines() == [
        f"{role}:password of {role} in {name}" for name in ("one", "two") for role in (f"{name}_owner",) * 2 + (name,)
    ]


def test_the_operator_takes_its_time(image: Image) -> None:
    refused = "echo 'FATAL: role does not exist' >&2"
    image.answers["psql"] = {'"-X -q -c "': f"({after(15, image.folder / 'asked')}) || {{ {refused}; exit 2; }}"}
    done = _grants(image)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "waiting for role one_owner in database one: FATAL: role does not exist",
        "waiting for role one_owner in database one: FATAL: role does not exist",
        "database one: owner one_owner, user one",
        "database two: owner two_owner, user two",
    ]
    assert len(image.calls("sleep")) == 14


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ("ca.crt", "key ca.crt of Secret ca is missing or empty"),
        ("passwords/one_owner", "key password of Secret one-owner-login is missing or empty"),
    ],
)
def test_an_operator_that_makes_nothing_is_told_of(image: Image, missing: str, told: str) -> None:
    done = _grants(image, missing)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        told,
        (
            "role one_owner does not come into database one at postgres:5432, both of which are for the operator to "
            "make: 'kubectl describe postgresql x' and the operator's log tell why they are not there"
        ),
    ]
    assert len(image.calls("sleep")) == 179


def test_rights_that_cannot_be_given_end_the_job(image: Image) -> None:
    image.answers["psql"] = {'*"grants.sql"': "echo 'ERROR: permission denied' >&2; exit 3"}
    done = _grants(image)
    assert (done.returncode, done.stderr) == (3, "ERROR: permission denied\n")
    assert len(image.calls("psql")) == 2
