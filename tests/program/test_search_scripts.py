"""Proves how the scripts of a search store's jobs decide, wait and fail, run by sh with made-up tools.

That the real tools take these arguments, and say what they say here, is seen on a cluster.
"""

import subprocess
from pathlib import Path

import pytest

from components.server import refill, search_schema
from tests.program.job_image import Image, after

STORE = "https://search:9200"
TOOL = "temporal-elasticsearch-tool"
USER = {"SERVER_USER": "temporal", "SERVER_SECRET": "key temporal of Secret users"}
STEPS = [
    "ping",
    "setup-schema",
    "create-index --index temporal_visibility_v1",
    "update-schema --index temporal_visibility_v1",
]


def _schema(
    image: Image,
    *,
    owner: str | None = "Sup3r_secret",
    user: str | None = None,
    authority: str | None = None,
    **more: str,
) -> subprocess.CompletedProcess[str]:
    """The script as the owner, and as the server's user when more says so; files that are None are not there."""
    environment = {"ES_SERVER": STORE, "INDEX": "temporal_visibility_v1", "SETUP_ARGUMENTS": "", **more}
    paths = {"OWNER_PASSWORD_FILE": owner, "SERVER_PASSWORD_FILE": user, "ES_TLS_CA_FILE": authority}
    for variable, text in paths.items():
        file = image.folder / variable
        if text is not None:
            file.write_text(text)
        environment.setdefault(variable, str(file))
    return image.run(search_schema._SCRIPT, {key: value for key, value in environment.items() if value != "unset"})


def _as_owner(image: Image, **more: str) -> subprocess.CompletedProcess[str]:
    known = {"ES_USER": "owner", "OWNER_SECRET": "key owner of Secret owners"}
    return _schema(image, **{**known, "ES_TLS_CA_FILE": "unset", **more})


def test_template_and_index_are_made_and_brought_up_to_date(image: Image) -> None:
    done = _as_owner(image)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert image.calls(TOOL) == STEPS


def test_settings_of_the_whole_cluster_can_be_left_alone(image: Image) -> None:
    assert _as_owner(image, SETUP_ARGUMENTS="--skip-cluster-settings").returncode == 0
    assert image.calls(TOOL)[1] == "setup-schema --skip-cluster-settings"


def test_the_servers_user_logs_in_last_with_its_own_password(image: Image) -> None:
    said = 'echo "$ES_USER:$ES_PWD" >>"$CALLS"'
    image.answers[TOOL] = {'"ping"': said}
    done = _schema(image, user="0ther", **{**USER, "ES_USER": "owner", "OWNER_SECRET": "x", "ES_TLS_CA_FILE": "unset"})
    assert done.returncode == 0
    assert image.calls(TOOL) == [*STEPS, "ping"]
    assert image.calls("owner:Sup3r_secret") == [""]
    assert image.calls("temporal:0ther") == [""]
    assert "Sup3r_secret" not in done.stdout + done.stderr


def test_a_store_without_a_login_is_asked_without_one(image: Image) -> None:
    done = _schema(image, OWNER_PASSWORD_FILE="unset", ES_TLS_CA_FILE="unset")
    assert done.returncode == 0
    assert image.calls(TOOL) == STEPS


def test_what_the_tool_says_is_said(image: Image) -> None:
    image.answers[TOOL] = {'"create-index"*': "echo index is there already"}
    assert _as_owner(image).stdout == "index is there already\n"


@pytest.mark.parametrize("password", [None, ""], ids=["missing", "empty"])
def test_a_missing_password_fails_the_job_before_the_tool_is_called(image: Image, password: str | None) -> None:
    done = _schema(image, owner=password, ES_USER="owner", OWNER_SECRET="key o of Secret s", ES_TLS_CA_FILE="unset")
    assert done.returncode == 1
    assert done.stderr == "key o of Secret s is missing or empty: it must hold the password of owner\n"
    assert not (image.folder / "calls").exists()


def test_the_servers_missing_password_is_told_before_anything_is_made(image: Image) -> None:
    done = _as_owner(image, **USER)
    assert done.returncode == 1
    assert done.stderr == "key temporal of Secret users is missing or empty: it must hold the password of temporal\n"
    assert not (image.folder / "calls").exists()


def test_a_missing_authority_is_told(image: Image) -> None:
    done = _schema(image, ES_USER="owner", OWNER_SECRET="x", AUTHORITY_SECRET="key ca.pem of Secret authority")
    assert done.returncode == 1
    missing = "key ca.pem of Secret authority is missing or empty"
    assert done.stderr == f"{missing}: it must hold the authority of the store's certificate\n"
    assert not (image.folder / "calls").exists()


def test_a_store_that_is_not_up_yet_is_asked_again(image: Image) -> None:
    image.answers[TOOL] = {'"ping"': after(3, image.folder / "ping")}
    assert _as_owner(image).returncode == 0
    assert image.calls(TOOL) == ["ping", "ping", *STEPS]
    assert image.calls("sleep") == ["5", "5"]


REFUSALS = {
    "wrong password": (
        "elastic: Error 401 (Unauthorized)",
        "refused owner: is key owner of Secret owners its password?",
    ),
    "wrong password, said in plain text": (
        "invalid character 'U' looking for beginning of value",
        "refused owner: is key owner of Secret owners its password?",
    ),
    "not allowed": ("elastic: Error 403 (Forbidden): security_exception", "does not let owner do that"),
    "no such host": ("dial tcp: lookup search: no such host", "does not answer"),
    "nobody listens": ("dial tcp 10.0.0.1:9200: connect: connection refused", "does not answer"),
}


@pytest.mark.parametrize("cause", REFUSALS)
def test_a_store_that_refuses_is_told_in_words(image: Image, cause: str) -> None:
    said, words = REFUSALS[cause]
    image.answers[TOOL] = {'"ping"': f'echo "{said}"; exit 1'}
    done = _as_owner(image)
    assert (done.returncode, done.stdout) == (1, "")
    last = f"{STORE} refused owner or did not answer 6 times"
    assert done.stderr.splitlines() == [*[said, f"{STORE} {words}"] * 6, last]
    assert image.calls(TOOL) == ["ping"] * 6
    assert image.calls("sleep") == ["5"] * 5


def test_a_failure_without_known_words_is_passed_on(image: Image) -> None:
    image.answers[TOOL] = {'"update-schema"*': "echo something else; exit 1"}
    done = _as_owner(image)
    assert (done.returncode, done.stderr) == (1, "something else\n")


def test_a_refused_step_ends_the_job_at_once(image: Image) -> None:
    image.answers[TOOL] = {'"setup-schema"*': "echo Error 403; exit 1"}
    done = _as_owner(image)
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["Error 403", f"{STORE} does not let owner do that"]
    assert image.calls(TOOL) == STEPS[:2]


def test_a_wrong_password_of_the_servers_user_is_told_with_its_own_secret(image: Image) -> None:
    image.answers[TOOL] = {'"ping"': 'if [ "$ES_USER" = temporal ]; then echo Unauthorized; exit 1; fi'}
    done = _schema(image, user="x", **{**USER, "ES_USER": "owner", "OWNER_SECRET": "o", "ES_TLS_CA_FILE": "unset"})
    assert done.returncode == 1
    assert done.stderr.splitlines()[-3:] == [
        "Unauthorized",
        f"{STORE} refused temporal: is key temporal of Secret users its password?",
        f"{STORE} refused temporal or did not answer 6 times",
    ]


@pytest.mark.parametrize(
    ("named", "authority"),
    [
        ({"AUTHORITY_SECRET": "key ca.pem of Secret authority"}, "key ca.pem of Secret authority"),
        ({"ES_TLS_CA_FILE": "unset"}, "any public authority"),
    ],
    ids=["own", "public"],
)
def test_a_certificate_that_is_not_trusted_is_told_with_the_authority(
    image: Image, named: dict[str, str], authority: str
) -> None:
    image.answers[TOOL] = {'"ping"': "echo x509: certificate signed by unknown authority; exit 1"}
    done = _schema(image, authority="x", **{"ES_USER": "owner", "OWNER_SECRET": "o", **named})
    assert done.returncode == 1
    assert done.stderr.splitlines()[1] == (
        f"the certificate of {STORE} does not fit its name, or {authority} is not its authority"
    )


def test_a_request_without_a_login_that_is_refused_asks_for_no_password(image: Image) -> None:
    image.answers[TOOL] = {'"ping"': "echo Unauthorized; exit 1"}
    done = _schema(image, OWNER_PASSWORD_FILE="unset", ES_TLS_CA_FILE="unset")
    assert done.stderr.splitlines()[1] == f"{STORE} refused a request without a login"
    assert done.stderr.splitlines()[-1] == f"{STORE} refused us or did not answer 6 times"


LISTED = """\
  NamespaceInfo.Name                    temporal-system
  NamespaceInfo.Description             NamespaceInfo.Name of nobody

  NamespaceInfo.Name                    default

  NamespaceInfo.Name                    two words
"""
"""As the CLI prints namespaces, less most of their lines."""
NEW = "https://new/temporal_visibility_v1"
DONE = '{\n  "result": {\n    "succeeded": 3\n  }\n}'


def _refill(image: Image) -> subprocess.CompletedProcess[str]:
    image.answers.setdefault("temporal", {}).setdefault('"operator namespace list"', f"cat <<'EOF'\n{LISTED}EOF\n")
    image.answers["temporal"].setdefault('"workflow result"*', f"echo '{DONE}'")
    return image.run(refill._SCRIPT, {"SEARCH_STORE": NEW})


def test_every_namespace_but_the_servers_own_is_recorded_anew_executions_and_schedules(image: Image) -> None:
    done = _refill(image)
    assert (done.returncode, done.stderr) == (0, "")
    parts = [(name, part) for name in ("default", "two words") for part in ("executions", "schedules")]
    assert done.stdout.splitlines() == [
        f'namespace {name}, {part}: {{"result":{{"succeeded":3}}}}' for name, part in parts
    ]
    asked = [call.partition(" --job-id ") for call in image.calls("tdbg")]
    where = {"executions": "IS NULL", "schedules": "IS NOT NULL"}
    assert [before for before, _, _ in asked] == [
        f"--yes --namespace {name} workflow refresh-tasks --query TemporalNamespaceDivision {where[part]}"
        for name, part in parts
    ]
    identities = [after.partition(" ")[0] for _, _, after in asked]
    assert [identity[: -len("-00000000-0000-0000-0000-000000000000")] for identity in identities] == [
        f"temporal-platform-refill-{part}" for _, part in parts
    ]
    assert len(set(identities)) == 4
    assert {after.partition(" ")[2] for _, _, after in asked} == {f"--reason recorded in {NEW}, too"}
    assert image.calls("temporal") == [
        "operator namespace list",
        *(
            f"workflow result --namespace {name} --workflow-id {identity} --output json"
            for (name, _), identity in zip(parts, identities, strict=True)
        ),
    ]


def test_a_part_that_fails_ends_the_job_in_words(image: Image) -> None:
    image.answers["temporal"] = {'"workflow result --namespace default"*': "echo workflow failed >&2; exit 1"}
    done = _refill(image)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "workflow failed",
        f"namespace default: its executions could not all be recorded in {NEW}; see the line above",
    ]
    assert len(image.calls("tdbg")) == 1


def test_a_refused_batch_fails_the_job(image: Image) -> None:
    image.answers["tdbg"] = {"*": "echo no permission >&2; exit 7"}
    done = _refill(image)
    assert done.returncode != 0
    assert done.stderr == "no permission\nnamespace default: no batch could be started; see the line above\n"
    assert image.calls("sleep") == []


def test_a_batch_waits_until_the_one_before_counts_no_more(image: Image, tmp_path: Path) -> None:
    tries = tmp_path / "tries"
    busy = f'echo x >>"{tries}"; [ "$(wc -l <"{tries}")" != 2 ] || {{ echo Max concurrent >&2; exit 1; }}'
    image.answers["tdbg"] = {"*": busy}
    done = _refill(image)
    assert (done.returncode, done.stderr) == (0, "")
    assert image.calls("sleep") == ["5"]
    assert len(image.calls("tdbg")) == 5


def test_a_server_that_does_not_list_its_namespaces_fails_the_job(image: Image) -> None:
    image.answers["temporal"] = {'"operator namespace list"': "exit 9"}
    assert _refill(image).returncode == 9
    assert image.calls("tdbg") == []
