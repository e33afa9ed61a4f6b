"""Proves how every pod of a stack is confined, from the specs the engine would get.

The proof ends at the spec: that the images run so confined is seen on a cluster.
"""

import copy
from collections.abc import Callable
from typing import Any

import pytest

import versions
from tests.program.pod_security import violations
from tests.program.recording import Recording

PODS = {
    "StatefulSet/temporal-postgres": (versions.POSTGRES_IMAGE, 999),
    "StatefulSet/temporal-archive": (versions.VERSITYGW_IMAGE, 1000),
    "Job/temporal-database-roles": (versions.POSTGRES_IMAGE, 999),
    "Job/temporal-archive-look": (versions.POSTGRES_IMAGE, 999),
    "Job/temporal-schema-temporal-v1-19": (versions.ADMIN_TOOLS_IMAGE, 1000),
    "Job/temporal-schema-visibility-v1-14": (versions.ADMIN_TOOLS_IMAGE, 1000),
    "Deployment/temporal-frontend": (versions.SERVER_IMAGE, 1000),
    "Deployment/temporal-internal-frontend": (versions.SERVER_IMAGE, 1000),
    "Deployment/temporal-history": (versions.SERVER_IMAGE, 1000),
    "Deployment/temporal-matching": (versions.SERVER_IMAGE, 1000),
    "Deployment/temporal-worker": (versions.SERVER_IMAGE, 1000),
    "Deployment/temporal-ui": (versions.UI_IMAGE, 5000),
    "Job/temporal-namespaces": (versions.ADMIN_TOOLS_IMAGE, 1000),
}


def test_upstream_images_run_as_their_own_users(archived: Recording) -> None:
    found = {
        name: (container["image"], pod["securityContext"]["runAsUser"])
        for name, pod in archived.pods().items()
        for container in pod["containers"]
    }
    assert found == PODS


def test_the_images_are_the_publishers_own_names() -> None:
    assert versions.SERVER_IMAGE == "docker.io/temporalio/server:1.32.2"
    assert versions.ADMIN_TOOLS_IMAGE == "docker.io/temporalio/admin-tools:1.32.2"
    assert versions.UI_IMAGE == "docker.io/temporalio/ui:2.54.1"
    assert versions.OPENSEARCH_IMAGE == "docker.io/opensearchproject/opensearch:2.19.4"
    assert versions.POSTGRES_IMAGE == "docker.io/library/postgres:15.20-bookworm"
    assert versions.VERSITYGW_IMAGE == "docker.io/versity/versitygw:v1.8.0"


def test_every_pod_is_restricted(archived: Recording) -> None:
    assert {name: violations(pod) for name, pod in archived.pods().items()} == {name: [] for name in PODS}


SEARCH_PODS = {
    "StatefulSet/temporal-opensearch": (versions.OPENSEARCH_IMAGE, 1000),
    "Job/temporal-schema-search-v14": (versions.ADMIN_TOOLS_IMAGE, 1000),
    "Job/temporal-visibility-refill": (versions.ADMIN_TOOLS_IMAGE, 1000),
}


@pytest.mark.parametrize("name", SEARCH_PODS)
def test_pods_of_a_search_store_are_confined_alike(moving: Recording, name: str) -> None:
    """What stands before the one container included, which is of the same image."""
    pod = moving.pods()[name]
    assert violations(pod) == []
    _gets_no_more_than_it_needs(pod)
    containers = [*pod["containers"], *pod.get("initContainers", ())]
    assert {(each["image"], pod["securityContext"]["runAsUser"]) for each in containers} == {SEARCH_PODS[name]}
    if not name.startswith("Job/"):
        assert pod["serviceAccountName"] == name.partition("/")[2]
        assert moving.objects("ServiceAccount")[pod["serviceAccountName"]]["automountServiceAccountToken"] is False


def test_the_api_server_enforces_restricted_in_the_installation(local: Recording) -> None:
    labels = local.objects("Namespace")["local"]["metadata"]["labels"]
    assert {key: value for key, value in labels.items() if key.startswith("pod-security")} == {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
    }


@pytest.mark.parametrize("name", PODS)
def test_every_pod_gets_no_more_than_it_needs(archived: Recording, name: str) -> None:
    """Read-only root, no service account token, no environment from other Services, memory that is really there."""
    _gets_no_more_than_it_needs(archived.pods()[name])


def _gets_no_more_than_it_needs(pod: dict[str, Any]) -> None:
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    for container in (*pod["containers"], *pod.get("initContainers", ())):
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        resources = container["resources"]
        assert resources["limits"] == {"memory": resources["requests"]["memory"]}
        assert set(resources["requests"]) == {"cpu", "memory"}
        writable = {m["name"] for m in container["volumeMounts"] if not m["readOnly"]}
        kinds = {v["name"]: next(key for key in v if key != "name") for v in pod["volumes"]}
        assert {kinds.get(volume, "claim") for volume in writable} <= {"emptyDir", "claim"}
        assert not any("subPath" in m for m in container["volumeMounts"])


def test_every_service_account_is_without_a_token(archived: Recording) -> None:
    accounts = archived.objects("ServiceAccount")
    assert {name: account["automountServiceAccountToken"] for name, account in accounts.items()} == dict.fromkeys(
        (
            "temporal-postgres",
            "temporal-archive",
            "temporal-frontend",
            "temporal-internal-frontend",
            "temporal-history",
            "temporal-matching",
            "temporal-worker",
            "temporal-ui",
        ),
        False,
    )


def test_every_long_running_pod_has_a_service_account_of_its_own(archived: Recording) -> None:
    found = {
        name: pod.get("serviceAccountName") for name, pod in archived.pods().items() if not name.startswith("Job/")
    }
    assert found == {name: name.partition("/")[2] for name in PODS if not name.startswith("Job/")}


def _container(change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda pod: change(pod["containers"][0])


BAD = {
    "hostNetwork": lambda pod: pod.update(hostNetwork=True),
    "volume data: hostPath": lambda pod: pod["volumes"].append({"name": "data", "hostPath": {"path": "/"}}),
    "sysctl kernel.msgmax": lambda pod: pod["securityContext"].update(sysctls=[{"name": "kernel.msgmax"}]),
    "frontend: runAsNonRoot": lambda pod: pod["securityContext"].pop("runAsNonRoot"),
    "frontend: runAsUser": _container(lambda c: c["securityContext"].update(runAsUser=0)),
    "frontend: seccompProfile": lambda pod: pod["securityContext"].pop("seccompProfile"),
    "frontend: privileged": _container(lambda c: c["securityContext"].update(privileged=True)),
    "frontend: allowPrivilegeEscalation": _container(lambda c: c["securityContext"].pop("allowPrivilegeEscalation")),
    "frontend: capabilities are not dropped": _container(lambda c: c["securityContext"].pop("capabilities")),
    "frontend: capabilities are added": _container(
        lambda c: c["securityContext"]["capabilities"].update(add=["SYS_PTRACE"])
    ),
    "frontend: hostPort": _container(lambda c: c["ports"][0].update(hostPort=7233)),
    "frontend: a probe of another host": _container(lambda c: c["livenessProbe"]["tcpSocket"].update(host="a")),
}


@pytest.mark.parametrize("violation", BAD)
def test_the_check_itself_sees_what_is_not_restricted(local: Recording, violation: str) -> None:
    pod = copy.deepcopy(local.pods()["Deployment/temporal-frontend"])
    BAD[violation](pod)
    assert violations(pod) == [violation]
