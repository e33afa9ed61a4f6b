"""Files of others' Go modules, such as an operator's CustomResourceDefinitions, in the version that a test names."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import versions
from embedded import toolchain
from embedded.progress import Progress
from embedded.toolchain import store
from embedded.toolchain.golang import CACHES_LOCK, GoBuilder
from embedded.toolchain.processes import Processes

CERT_MANAGER: Final = ("github.com/cert-manager/cert-manager", "1.21.2")
EXTERNAL_SECRETS: Final = ("github.com/external-secrets/external-secrets", "1.3.2")
"""Modules and versions that more than one test takes definitions from."""
WATCHED: Final = ("servicemonitors", "podmonitors", "prometheusrules", "alertmanagerconfigs", "scrapeconfigs")
"""What the platform makes for a Prometheus Operator."""
PROMETHEUS_OPERATOR_MODULE: Final = ("github.com/prometheus-operator/prometheus-operator", versions.PROMETHEUS_OPERATOR)
PROMETHEUS_OPERATOR: Final = {
    PROMETHEUS_OPERATOR_MODULE: [
        f"example/prometheus-operator-crd/monitoring.coreos.com_{plural}.yaml" for plural in WATCHED
    ]
}
"""Their definitions."""


@contextmanager
def builder() -> Iterator[GoBuilder]:
    """Go with the caches that are everybody's, held for as long as the block lasts."""
    go = toolchain.ensure(("go",), Progress()).path("go")
    running = Processes()
    try:
        with store.shared(CACHES_LOCK, running.stopping):
            yield GoBuilder(go, running)
    finally:
        running.stop()


def manifests(modules: Mapping[tuple[str, str], Sequence[str]]) -> str:
    """The YAML documents of `modules`: glob patterns by module and version. Raises AssertionError for one that
    matches nothing."""
    found: list[str] = []
    with builder() as go:
        for (module, version), patterns in modules.items():
            source = go.source(module, version)
            for pattern in patterns:
                files = sorted(source.glob(pattern))
                assert files, f"{module}@{version} has no {pattern}"
                found.extend(file.read_text() for file in files)
    return "\n---\n".join(found)
