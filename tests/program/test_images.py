"""Proves which image every pod runs, jobs included, with a mirror, digests and pull secrets.

The proof ends at the names: that a registry serves them is the registry's.
"""

from typing import Any

import pytest

import versions
from tests.program import recording, stacks
from tests.program.recording import Recording

MIRROR = "registry.example.com:5000/mirror"
PATHS = {
    "server": f"temporalio/server:{versions.TEMPORAL_SERVER}",
    "adminTools": f"temporalio/admin-tools:{versions.TEMPORAL_SERVER}",
    "ui": f"temporalio/ui:{versions.TEMPORAL_UI}",
    "postgres": f"library/postgres:{versions.POSTGRES}",
    "versitygw": f"versity/versitygw:v{versions.VERSITYGW}",
}
DIGESTS = {name: f"sha256:{number * 64}" for name, number in zip(PATHS, "12345", strict=True)}
SERVICES = ("frontend", "internal-frontend", "history", "matching", "worker")
IMAGE_OF = {
    "StatefulSet/temporal-postgres": "postgres",
    "StatefulSet/temporal-archive": "versitygw",
    "Job/temporal-archive-look": "postgres",
    "Job/temporal-database-roles": "postgres",
    "Job/temporal-schema-temporal-v1-19": "adminTools",
    "Job/temporal-schema-visibility-v1-14": "adminTools",
    **{f"Deployment/temporal-{name}": "server" for name in SERVICES},
    "Deployment/temporal-ui": "ui",
    "Job/temporal-namespaces": "adminTools",
}


def _run(images: dict[str, Any]) -> Recording:
    config = stacks.changed(stacks.archived_in_cluster(), kubernetes__createNamespace=False, images=images)
    return recording.run(config)


def _images(found: Recording) -> dict[str, str]:
    return {name: container["image"] for name, pod in found.pods().items() for container in pod["containers"]}


@pytest.fixture(scope="module")
def mirrored() -> Recording:
    return _run({"registry": MIRROR, "pullSecrets": ["login", "second-login"], "digests": DIGESTS})


def test_a_mirror_and_digests_reach_every_pod(mirrored: Recording) -> None:
    expected = {name: f"{MIRROR}/{PATHS[image]}@{DIGESTS[image]}" for name, image in IMAGE_OF.items()}
    assert _images(mirrored) == expected


def test_opensearch_comes_from_the_mirror_by_its_digest_too() -> None:
    """In both of its containers."""
    digest = f"sha256:{5 * '12'}{54 * '3'}"
    images = {"registry": MIRROR, "digests": {"opensearch": digest}}
    found = recording.run(stacks.changed(stacks.opensearch(), images=images))
    pod = found.pods()["StatefulSet/temporal-opensearch"]
    assert [container["image"] for container in (*pod["initContainers"], *pod["containers"])] == [
        f"{MIRROR}/opensearchproject/opensearch:{versions.OPENSEARCH}@{digest}"
    ] * 2
    assert _images(found)["Job/temporal-schema-search-v14"] == f"{MIRROR}/{PATHS['adminTools']}"


def test_pull_secrets_reach_every_pod(mirrored: Recording) -> None:
    found = {name: pod.get("imagePullSecrets") for name, pod in mirrored.pods().items()}
    assert found == {name: [{"name": "login"}, {"name": "second-login"}] for name in IMAGE_OF}


def test_a_digest_holds_one_image_only() -> None:
    found = _run({"digests": {"ui": DIGESTS["ui"]}})
    expected = {name: f"docker.io/{PATHS[image]}" for name, image in IMAGE_OF.items()}
    assert _images(found) == {**expected, "Deployment/temporal-ui": f"docker.io/{PATHS['ui']}@{DIGESTS['ui']}"}
    assert not [name for name, pod in found.pods().items() if "imagePullSecrets" in pod]


@pytest.mark.parametrize("version", versions.SERVERS)
def test_server_and_tools_are_of_the_stacks_version(version: str) -> None:
    """And so are labels, outputs and the schemas that the jobs bring."""
    found = recording.run(stacks.changed(stacks.local(), backend__version=version))
    schemas = versions.SERVERS[version]
    images = _images(found)
    assert {images[f"Deployment/temporal-{name}"] for name in SERVICES} == {f"docker.io/temporalio/server:{version}"}
    assert {
        name: image.partition("admin-tools:")[2] for name, image in images.items() if "admin-tools" in image
    } == dict.fromkeys(
        (
            f"Job/temporal-schema-temporal-v{schemas.default.replace('.', '-')}",
            f"Job/temporal-schema-visibility-v{schemas.visibility.replace('.', '-')}",
            "Job/temporal-namespaces",
        ),
        version,
    )
    labels = {
        o["metadata"]["name"]: o["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/version"]
        for o in found.objects("Deployment").values()
    }
    assert labels == {
        **{f"temporal-{name}": version for name in SERVICES},
        "temporal-ui": versions.TEMPORAL_UI,
    }
    assert found.exports["serverVersion"] == version
