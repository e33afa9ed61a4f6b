"""Proves how the optional image of versitygw is put together. That the real server runs in it is proved by
tests/cluster/test_s3_image.py.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded import images
from embedded.images import pause, temporal, versitygw
from tests.embedded.machine import Machine, made_up, owner, packages, read
from versions import OPENSEARCH_IMAGE, PAUSE_IMAGE, SERVER_IMAGE, TEMPORAL_SERVER, VERSITYGW, VERSITYGW_IMAGE

BOTH = (SERVER_IMAGE, PAUSE_IMAGE)
STANDARD = (temporal.server(TEMPORAL_SERVER), pause.RECIPE)


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = {name for recipe in (*STANDARD, versitygw.RECIPE) for name in recipe.packages}
    return packages(names, tmp_path_factory.mktemp("packages"))


@pytest.fixture
def machine(tmp_path: Path, mirror: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    monkeypatch.setattr(images, "RECIPES", STANDARD)
    with made_up(tmp_path, mirror) as machine:
        yield machine


def test_it_is_made_for_who_asks_and_changes_nothing_for_others(machine: Machine) -> None:
    without = machine.make()
    assert tuple(without) == BOTH
    with_it = machine.make(extra=[VERSITYGW_IMAGE])
    assert tuple(with_it) == (*BOTH, VERSITYGW_IMAGE)
    assert {reference: with_it[reference] for reference in BOTH} == without


def test_its_container_is_what_the_official_dockerfile_says(machine: Machine) -> None:
    """Alpine's root user, the entrypoint of the module, its own folder; nothing of Temporal's."""
    _, configuration, headers, texts = read(machine.make(extra=[VERSITYGW_IMAGE])[VERSITYGW_IMAGE])
    assert configuration["config"] == {
        "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
        "Entrypoint": ["/usr/local/bin/docker-entrypoint.sh"],
        "Labels": {"org.opencontainers.image.version": f"v{VERSITYGW}"},
    }
    assert texts["usr/local/bin/versitygw"] == "program versitygw"
    assert texts["usr/local/bin/docker-entrypoint.sh"] == "program versitygw-entrypoint"
    assert owner(headers["usr/local/bin/versitygw"]) == (0o755, 0, 0)
    assert owner(headers["tmp/vgw"]) == (0o755, 0, 0)
    assert "temporal" not in texts["etc/passwd"]
    assert not [name for name in headers if "zoneinfo" in name]


def test_the_tools_that_only_it_needs_are_known() -> None:
    assert images.tools_of([VERSITYGW_IMAGE]) == ("versitygw", "versitygw-entrypoint")
    assert images.tools_of([OPENSEARCH_IMAGE]) == images.tools_of([]) == ()
