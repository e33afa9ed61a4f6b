"""What an operator brings into a cluster, and whether it is there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from commands.custom_objects import CustomObjects


@dataclass(frozen=True)
class Operator:
    """An operator by what the cluster serves with it."""

    name: str
    """How people call it."""
    group: str
    """API group of its definitions."""
    kinds: Mapping[str, Sequence[str]]
    """Those that are needed, by version; of the first one it is said that it is not served where there is none."""
    advice: str
    """What to install, and what else could be done."""


def definitions(operator: Operator, key: str, cluster: CustomObjects) -> Iterator[str]:
    """One line where the cluster lacks what `key` of the stack file needs."""
    if operator.group not in cluster.groups():
        yield (
            f"{operator.name} is not installed: the cluster serves no {operator.group}/{next(iter(operator.kinds))}, "
            f"and {key} needs it. Install {operator.advice}"
        )
        return
    for version, kinds in operator.kinds.items():
        there = cluster.kinds(operator.group, version) if kinds else ()
        lacking = [kind for kind in kinds if kind not in there]
        if lacking:
            yield (
                f"{operator.name} is too old, or installed in part: the cluster serves no {', no '.join(lacking)} of "
                f"{operator.group}/{version}. Install {operator.advice}"
            )
