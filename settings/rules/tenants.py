"""Names of namespaces and applications."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from settings.nearest import nearest
from settings.rules.contradiction import Contradiction
from settings.scalars import KUBERNETES_OWN

if TYPE_CHECKING:
    from settings.model import Settings

_SHOWN: Final = 10


def each_name_once(settings: "Settings") -> Iterator[Contradiction]:
    """Two entries of one name would undo each other. Case tells Temporal's namespaces apart, as in the server."""
    lists = {
        ("namespaces", "name"): [n.name for n in settings.namespaces],
        ("applications", "namespace"): [a.namespace for a in settings.applications],
    }
    for (key, field), names in lists.items():
        seen: set[str] = set()
        for index, name in enumerate(names):
            if name in seen:
                yield Contradiction(location=(key, index, field), found=name, allowed="each name once")
            seen.add(name)


def applications_have_a_place(settings: "Settings") -> Iterator[Contradiction]:
    """An application uses a namespace of this file, from outside the installation's own Kubernetes namespace."""
    known = [n.name for n in settings.namespaces]
    for index, application in enumerate(settings.applications):
        if application.temporal_namespace not in known:
            yield Contradiction(
                location=("applications", index, "temporalNamespace"),
                found=application.temporal_namespace,
                allowed="a name from temporal:namespaces",
                figures=f" ({_some(known) or 'none there'}){nearest(application.temporal_namespace, known)}",
                figures_of="namespaces",
            )
        if application.namespace == settings.name:
            yield Contradiction(
                location=("applications", index, "namespace"),
                found=application.namespace,
                allowed="any Kubernetes namespace but the installation's own (temporal:name)",
            )
        if application.create_namespace and application.namespace in KUBERNETES_OWN:
            yield Contradiction(
                location=("applications", index, "createNamespace"),
                found=True,
                allowed="false with a namespace that Kubernetes itself makes",
            )


def _some(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{rest}"
