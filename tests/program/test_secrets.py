"""Proves where secret texts go and who can read them, from the inputs the engine would get.

The mocks give every password and key a recognisable text. The proof ends at the inputs: that the engine encrypts what
is marked is the engine's, that the kubelet shows a pod only its own volumes is Kubernetes'.
"""

import json
import re
from collections import defaultdict
from typing import Any

import pytest

from tests.program.recording import Recording, is_secret, plain

SECRET_TEXT = re.compile(r"(?:password|hash)-of-[-a-z]+|KEY [-a-z]+")
SERVICES = {
    f"Deployment/temporal-{name}" for name in ("frontend", "internal-frontend", "history", "matching", "worker")
}
SCHEMA_JOBS = {"Job/temporal-schema-temporal-v1-19", "Job/temporal-schema-visibility-v1-14"}
POSTGRES = {"StatefulSet/temporal-postgres"}
ROLES_JOB = {"Job/temporal-database-roles"}
UI = {"Deployment/temporal-ui"}
USERS = ("temporal-password", "temporal-schema-password", "temporal-monitor-password")
NAMESPACES_JOB = {"Job/temporal-namespaces"}

READERS = {
    "temporal-frontend-tls": {"tls.crt tls.key": {"Deployment/temporal-frontend"}},
    "temporal-client-ca": {"ca.crt": {"Deployment/temporal-frontend"}},
    "temporal-internode-tls": {"everything": SERVICES},
    "temporal-frontend-ca": {"ca.crt": SERVICES},
    "temporal-database-ca": {"ca.crt": SERVICES | SCHEMA_JOBS | ROLES_JOB},
    "temporal-database-tls": {"tls.crt tls.key": POSTGRES},
    "temporal-postgres-superuser": {"everything": POSTGRES | ROLES_JOB},
    "temporal-postgres-owners": {
        "everything": ROLES_JOB,
        "temporal_owner": {"Job/temporal-schema-temporal-v1-19"},
        "temporal_visibility_owner": {"Job/temporal-schema-visibility-v1-14"},
    },
    "temporal-postgres-users": {
        "everything": ROLES_JOB,
        "temporal": SERVICES | {"Job/temporal-schema-temporal-v1-19"},
        "temporal_visibility": SERVICES | {"Job/temporal-schema-visibility-v1-14"},
    },
    "temporal-client-jobs": {"everything": NAMESPACES_JOB},
    "temporal-client-ui": {"everything": UI},
    "temporal-ui-tls": {"tls.crt tls.key": UI},
}
"""Secret, the keys of it that are mounted, and by whom. What no pod of the installation mounts is not here."""

CONTENTS = {
    "temporal-postgres-superuser": {"postgres"},
    "temporal-postgres-owners": {"temporal_owner", "temporal_visibility_owner"},
    "temporal-postgres-users": {"temporal", "temporal_visibility"},
    "temporal-internode-tls": {"tls.crt", "tls.key", "ca.crt"},
    "temporal-frontend-tls": {"tls.crt", "tls.key", "ca.crt"},
    "temporal-ui-tls": {"tls.crt", "tls.key", "ca.crt"},
    "temporal-database-tls": {"tls.crt", "tls.key", "ca.crt"},
    "temporal-frontend-ca": {"ca.crt"},
    "temporal-client-ca": {"ca.crt"},
    "temporal-database-ca": {"ca.crt"},
    "temporal-client-operator": {"tls.crt", "tls.key", "ca.crt"},
    "temporal-client-jobs": {"tls.crt", "tls.key", "ca.crt"},
    "temporal-client-ui": {"tls.crt", "tls.key", "ca.crt"},
    "temporal-client": {"tls.crt", "tls.key", "ca.crt"},
}


def _secret_texts(value: Any) -> set[str]:
    return set(SECRET_TEXT.findall(json.dumps(plain(value))))


@pytest.mark.parametrize("stack", ["local", "opensearch"])
def test_no_secret_text_outside_of_secrets(request: pytest.FixtureRequest, stack: str) -> None:
    """tls resources take each other's keys as inputs; apart from them only a Kubernetes Secret holds a secret text."""
    found: Recording = request.getfixturevalue(stack)
    carriers = {r.type for r in found.registrations if _secret_texts(r.inputs)}
    assert carriers == {
        "kubernetes:core/v1:Secret",
        "tls:index/selfSignedCert:SelfSignedCert",
        "tls:index/certRequest:CertRequest",
        "tls:index/locallySignedCert:LocallySignedCert",
    }
    assert _secret_texts(found.exports) == set()


@pytest.mark.parametrize("stack", ["local", "opensearch"])
def test_every_secret_text_is_marked_so_that_the_state_holds_it_encrypted(
    request: pytest.FixtureRequest, stack: str
) -> None:
    found: Recording = request.getfixturevalue(stack)
    unmarked = [
        (r.name, key)
        for r in found.registrations
        for key, value in r.inputs.items()
        if _secret_texts(value) and not is_secret(value)
    ]
    assert unmarked == []


def test_no_private_key_of_an_authority_is_in_the_cluster(local: Recording) -> None:
    in_cluster = set().union(*(_secret_texts(secret) for secret in local.objects("Secret").values()))
    assert {text for text in in_cluster if text.startswith("KEY") and text.endswith("-ca-key")} == set()
    assert len(in_cluster) == 5 + 8  # passwords, leaf keys


def test_secrets_hold_exactly_these_keys(local: Recording) -> None:
    found = {name: set(plain(secret["stringData"])) for name, secret in local.objects("Secret").items()}
    assert found == CONTENTS


def test_every_database_role_has_a_password_of_its_own(local: Recording) -> None:
    passwords = local.of("random:index/randomPassword:RandomPassword")
    assert sorted(passwords) == [
        "temporal-database-postgres-password",
        "temporal-database-temporal-owner-password",
        "temporal-database-temporal-password",
        "temporal-database-temporal-visibility-owner-password",
        "temporal-database-temporal-visibility-password",
    ]
    assert all(p.inputs == {"length": 32, "special": False} for p in passwords.values())
    assert plain(local.objects("Secret")["temporal-postgres-users"]["stringData"]) == {
        "temporal": "password-of-temporal-database-temporal-password",
        "temporal_visibility": "password-of-temporal-database-temporal-visibility-password",
    }


def _mounted(pod: dict[str, Any]) -> list[tuple[str, str]]:
    """(Secret, its mounted keys) of a pod spec."""
    found = []
    for volume in pod["volumes"]:
        sources = [source["secret"] for source in volume.get("projected", {}).get("sources", ())]
        sources += [volume["secret"]] if "secret" in volume else []
        for source in sources:
            keys = " ".join(item["key"] for item in source.get("items", ())) or "everything"
            found.append((source.get("secretName") or source["name"], keys))
    return found


def test_each_pod_reads_its_own_secrets_only(local: Recording) -> None:
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, pod in local.pods().items():
        for secret, keys in _mounted(pod):
            found[secret][keys].add(name)
    assert found == READERS


def test_secrets_are_mounted_for_the_group_and_never_in_the_environment(local: Recording) -> None:
    for name, pod in local.pods().items():
        for volume in pod["volumes"]:
            source = volume.get("secret") or volume.get("projected")
            if source:
                assert source["defaultMode"] == 0o440, (name, volume["name"])
        for container in pod["containers"]:
            assert "envFrom" not in container
            assert not any("secretKeyRef" in variable.get("valueFrom", {}) for variable in container["env"])


SEARCH_READERS = {
    "temporal-search-tls": {"tls.crt tls.key ca.crt": {"StatefulSet/temporal-opensearch"}},
    "temporal-search-ca": {"ca.crt": SERVICES | {"Job/temporal-schema-search-v14"}},
    "temporal-opensearch-security": {"everything": {"StatefulSet/temporal-opensearch"}},
    "temporal-opensearch-users": {
        "temporal": {"Job/temporal-schema-search-v14"},
        "temporal-schema": {"Job/temporal-schema-search-v14"},
    },
}


def test_opensearch_knows_hashes_and_nobody_mounts_more_passwords_than_it_says(opensearch: Recording) -> None:
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, pod in opensearch.pods().items():
        for secret, keys in _mounted(pod):
            if "search" in secret:
                found[secret][keys].add(name)
    assert found == SEARCH_READERS
    secrets = {name: _secret_texts(secret) for name, secret in opensearch.objects("Secret").items() if "open" in name}
    assert secrets == {
        f"temporal-opensearch-{role}": {f"{word}-of-temporal-visibility-{user}" for user in USERS}
        for role, word in (("users", "password"), ("security", "hash"))
    }


def test_the_one_password_in_an_environment_is_the_search_users(opensearch: Recording) -> None:
    """The server reads this one from no file; it reaches it as a reference."""
    found = {
        name: variable
        for name, pod in opensearch.pods().items()
        for container in pod["containers"]
        for variable in container["env"]
        if "secretKeyRef" in variable.get("valueFrom", {})
    }
    reference = {"secretKeyRef": {"name": "temporal-opensearch-users", "key": "temporal"}}
    variable = {"name": "TEMPORAL_VISIBILITY_PASSWORD", "valueFrom": reference}
    assert found == dict.fromkeys(SERVICES, variable)
