"""Proves what keys that rotate leaves and passwords change, by comparing two runs of the whole program.

That the engine then makes new keys and passwords is seen with it in tests/commands, that nothing notices on a cluster.
"""

from typing import Any

import pytest

from tests.program import recording, stacks
from tests.program.effects.compared import restarted
from tests.program.recording import Recording, plain
from tests.program.test_changes import changed

LEAVES = (
    "internode",
    "frontend",
    "ui",
    "database",
    *(f"client-{who}" for who in ("operator", "jobs", "ui", "app-demo")),
)
KEY = "tls:index/privateKey:PrivateKey"


def _run(**changes: Any) -> Recording:
    return recording.run(stacks.changed(stacks.local(), **changes))


@pytest.fixture(scope="module")
def rotated() -> Recording:
    return _run(tls__rotation=1)


def test_zero_is_what_left_out_means(local: Recording) -> None:
    assert changed(local, _run(tls__rotation=0, database__passwordRotation=0)) == set()


def test_every_leaf_gets_a_new_key_and_no_authority_does(local: Recording, rotated: Recording) -> None:
    before, after = set(local.of(KEY)), set(rotated.of(KEY))
    prefix = "temporal-certificates-"
    assert before - after == {f"{prefix}{leaf}-key" for leaf in LEAVES}
    assert after - before == {f"{prefix}{leaf}-key-1" for leaf in LEAVES}
    authorities = {f"{prefix}{who}-ca-key" for who in ("internode", "frontend", "client", "database")}
    assert before & after == authorities


def test_each_leaf_is_signed_anew_with_its_new_key(rotated: Recording) -> None:
    requests = rotated.of("tls:index/certRequest:CertRequest")
    assert {name: plain(r.inputs)["privateKeyPem"] for name, r in requests.items()} == {
        f"temporal-certificates-{leaf}-request": f"KEY temporal-certificates-{leaf}-key-1" for leaf in LEAVES
    }
    frontend = plain(rotated.objects("Secret")["temporal-frontend-tls"]["stringData"])
    assert frontend["tls.key"] == "KEY temporal-certificates-frontend-key-1"
    assert frontend["ca.crt"] == "CERTIFICATE temporal-certificates-frontend-ca"


def test_any_other_number_renews(rotated: Recording) -> None:
    assert set(_run(tls__rotation=2).of(KEY)) & set(rotated.of(KEY)) == {
        f"temporal-certificates-{who}-ca-key" for who in ("internode", "frontend", "client", "database")
    }


def test_rotated_leaves_restart_no_pod_and_run_no_job(local: Recording, rotated: Recording) -> None:
    assert restarted(local, rotated) == set()
    kinds = {key.partition("::")[0] for key in changed(local, rotated)}
    assert kinds == {KEY, "tls:index/certRequest:CertRequest", "kubernetes:core/v1:Secret"}


ROTATING = {
    f"temporal-database-{role}-password"
    for role in ("temporal", "temporal-owner", "temporal-visibility", "temporal-visibility-owner")
}


def test_rotated_passwords_are_those_of_users_and_owners(local: Recording) -> None:
    """The roles job runs again; no pod that stays gets another template, and no other job runs."""
    after = _run(database__passwordRotation=3)
    assert restarted(local, after) == set()
    assert changed(local, after) == {
        *(f"random:index/randomPassword:RandomPassword::{name}" for name in ROTATING),
        "kubernetes:batch/v1:Job::temporal-database-roles",
        "kubernetes:core/v1:ConfigMap::temporal-database-roles-script",
    }
    passwords = after.of("random:index/randomPassword:RandomPassword")
    assert {name: r.inputs.get("keepers") for name, r in passwords.items()} == {
        **{key: {"rotation": "3"} for key in ROTATING},
        "temporal-database-postgres-password": None,
    }


def test_the_roles_job_runs_after_the_new_passwords_are_in_their_secrets(local: Recording) -> None:
    [job] = [r for name, r in local.of("kubernetes:batch/v1:Job").items() if name == "temporal-database-roles"]
    assert {f"kubernetes:core/v1:Secret::temporal-database-{group}" for group in ("owners", "users")} <= job.waits_for


def test_what_rotates_is_not_protected() -> None:
    """The engine replaces nothing that is protected."""
    found = _run(protection=True, tls__rotation=1, database__passwordRotation=1)
    protected = {r.name for r in found.registrations if r.protect}
    assert protected & ROTATING == set()
    assert not [name for name in protected if name.endswith("-key-1")]
