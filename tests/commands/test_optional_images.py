"""Proves which images beside the usual ones a stack has made and loaded for it."""

import json

from commands.optional_images import optional_images
from embedded import images
from settings import load_text
from tests.program import stacks
from versions import (
    ALERTMANAGER_IMAGE,
    ELASTICSEARCH_EXPORTER_IMAGE,
    OPENSEARCH_IMAGE,
    POSTGRES_EXPORTER_IMAGE,
    PROMETHEUS_IMAGE,
    VERSITYGW_IMAGE,
)


def test_a_stack_gets_what_its_stores_run_and_nothing_else() -> None:
    wanted = {
        "local": frozenset(),
        "archived": {VERSITYGW_IMAGE},
        "compatible": frozenset(),
        "opensearch": {OPENSEARCH_IMAGE},
        "stored": {OPENSEARCH_IMAGE, VERSITYGW_IMAGE},
        "searching": frozenset(),
        "watched": {POSTGRES_EXPORTER_IMAGE},
        "bundled": {PROMETHEUS_IMAGE, ALERTMANAGER_IMAGE, POSTGRES_EXPORTER_IMAGE},
        "amazon": {PROMETHEUS_IMAGE, POSTGRES_EXPORTER_IMAGE},
        "existing": {POSTGRES_EXPORTER_IMAGE},
        "opensearch, watched": {OPENSEARCH_IMAGE, POSTGRES_EXPORTER_IMAGE, ELASTICSEARCH_EXPORTER_IMAGE},
        "search": {ELASTICSEARCH_EXPORTER_IMAGE},
        "searching, watched": frozenset(),
        "operated": frozenset(),
        "cloud": frozenset(),
    }
    watched = {"temporal:monitoring": {"kind": "operator", "readers": {"kind": "cluster"}}}
    configs = {
        "local": stacks.local(),
        "archived": stacks.archived_in_cluster(),
        "compatible": stacks.archived(stacks.COMPATIBLE),
        "opensearch": stacks.opensearch(),
        "stored": stacks.stored(),
        "searching": stacks.searching(),
        "watched": stacks.watched(),
        "bundled": stacks.bundled(),
        "amazon": stacks.amazon(),
        "existing": stacks.existing_watched(),
        "opensearch, watched": stacks.opensearch() | watched,
        "search": stacks.search_watched(),
        "searching, watched": stacks.searching() | watched,
        "operated": stacks.cloudnative_pg() | watched,
        "cloud": stacks.cloud_watched(),
    }
    found = {name: optional_images(load_text(name, json.dumps({"config": said}))) for name, said in configs.items()}
    assert found == wanted
    assert all(references <= images.OPTIONAL.keys() for references in found.values())
