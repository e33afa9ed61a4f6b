"""Namespaces and applications."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from settings.nearest import nearest
from settings.rules.contradiction import Contradiction
from settings.rules.dynamic_config import seconds_of
from settings.scalars import KUBERNETES_OWN, milliseconds_of
from settings.search_attributes import POSTGRES_LIMITS
from settings.visibility import Postgres

if TYPE_CHECKING:
    from settings.model import Settings
    from settings.self_hosted import SelfHostedSettings

_SHOWN: Final = 10
_LEAST_RETENTION: Final = "system.namespaceMinRetentionLocal"


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


def retentions_are_long_enough(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """The server refuses a retention below its minimum, which the dynamic config may raise."""
    for value in _dynamic(settings, _LEAST_RETENTION):
        least = seconds_of(value)
        if least is None:
            continue  # another rule says so
        for index, namespace in enumerate(settings.namespaces):
            if milliseconds_of(namespace.retention) < least * 1000:
                is_said = "retention" in namespace.model_fields_set
                yield Contradiction(
                    location=("namespaces", index, "retention"),
                    found=namespace.retention,
                    instead="" if is_said else f"found {namespace.retention!r}, the default",
                    allowed=f"at least {_LEAST_RETENTION} of temporal:backend.dynamicConfig",
                    figures=f", which is {value if isinstance(value, str) else f'{value}s'}",
                    figures_of="backend",
                )


def archives_have_a_place(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """A namespace is archived somewhere."""
    if settings.archival is not None:
        return
    for index, namespace in enumerate(settings.namespaces):
        if namespace.archival:
            yield Contradiction(
                location=("namespaces", index, "archival"),
                found=True,
                allowed="false without temporal:archival, which says where",
            )


def search_attributes_have_columns(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """PostgreSQL has a number of columns for the attributes of each type, and every namespace may use them all."""
    if not isinstance(settings.visibility, Postgres):
        return
    for index, namespace in enumerate(settings.namespaces):
        for type_, count in Counter(namespace.search_attributes.values()).items():
            if count > POSTGRES_LIMITS[type_]:
                yield Contradiction(
                    location=("namespaces", index, "searchAttributes"),
                    found=count,
                    instead=f"found {count} of type {type_}",
                    allowed=f"at most {POSTGRES_LIMITS[type_]} of type {type_} where PostgreSQL searches: "
                    "its schema has no more columns",
                )


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


def _dynamic(settings: "SelfHostedSettings", key: str) -> list[Any]:
    """The values of a dynamic config key, whose case nobody minds."""
    said = settings.backend.dynamic_config.items()
    return [value.value for name, values in said if name.lower() == key.lower() for value in values]


def _some(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{rest}"
