"""A provider made of a table and, for each type, what only code can say."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from standins.provider import (
    UNKNOWN,
    Call,
    Checked,
    CheckFailure,
    Diff,
    Properties,
    State,
    Value,
    reveal,
)
from standins.typed import checking
from standins.typed.comparing import changes, present
from standins.typed.conditions import Conditions
from standins.typed.table import ResourceType
from standins.typed.words import known

Make = Callable[[Call, Properties], Properties]


@dataclass(frozen=True)
class Rules:
    """What a type does beyond its table.

    `completed` adds to the inputs what the program left out, from the old inputs where there are any; it and
    `deleted_first`, which says that a replacement needs the old resource gone, get inputs as they are. The others get
    plain values with defaults filled in. `refused` may assume that the table's checks passed, not that values are
    known. `foreseen` are the outputs that a preview knows already, `followed` those that an update gives another value.
    `due` names the output because of which an unchanged resource has to be replaced.
    """

    refused: Callable[[Properties], Iterable[CheckFailure]] = lambda _inputs: ()
    completed: Callable[[Call, Properties, Properties], Properties] = lambda _call, _olds, inputs: inputs
    foreseen: Callable[[Properties], Properties] = lambda _inputs: {}
    followed: Callable[[Properties], Properties] = lambda _state: {}
    due: Callable[[Properties], str] = lambda _outputs: ""
    deleted_first: Callable[[Properties], bool] = lambda _inputs: False


class TypedProvider:
    """`makers` gives each type its outputs: plain values, `id` among them."""

    def __init__(
        self,
        name: str,
        version: str,
        types: Mapping[str, ResourceType],
        rules: Mapping[str, Rules],
        makers: Mapping[str, Make],
    ) -> None:
        self.name = name
        self.version = version
        self._types = types
        self._rules = rules
        self._makers = makers

    def configure(self, _config: Mapping[str, Value]) -> None:
        """Nothing can be configured."""

    def check(self, call: Call, olds: Properties, news: Properties, _random_seed: bytes) -> Checked:
        resource_type, rules = self._type(call), self._rules[call.type]
        inputs = {name: value for name, value in news.items() if value is not None}
        failures = tuple(checking.failures(resource_type, inputs))
        if not failures:
            inputs = rules.completed(call, olds, inputs)
            failures = tuple(rules.refused(reveal(resource_type.planned(inputs))))
        return Checked(inputs, failures)

    def diff(self, call: Call, _id: str, _old_inputs: Properties, olds: Properties, news: Properties) -> Diff:
        resource_type, rules = self._type(call), self._rules[call.type]
        old, new = reveal(olds), reveal(resource_type.planned(news))
        detailed, replaces = compared(resource_type, old, new)
        for name, value in rules.foreseen(new).items():
            detailed |= dict(changes(name, old.get(name), value))
        if due := rules.due({**old, **new}):
            detailed[due] = "update-replace"
            replaces.append(due)
        for name in sorted(resource_type.unsure & {_top_level(path) for path in detailed}):
            call.log("warning", f"{name} changes: whether that replaces {call.type} is not known here; shown as update")
        return Diff(detailed, tuple(replaces), bool(replaces) and rules.deleted_first(news))

    def create(self, call: Call, inputs: Properties) -> State:
        resource_type = self._type(call)
        planned = resource_type.planned(inputs)
        foreseen = self._rules[call.type].foreseen(reveal(planned))
        if call.preview:
            unknown = (*resource_type.outputs, *resource_type.left_out(planned))
            return State("", {**planned, **resource_type.marked(dict.fromkeys(unknown, UNKNOWN)), **foreseen})
        made = self._makers[call.type](call, reveal(planned))
        outputs = {**planned, **resource_type.marked(made), **foreseen, **resource_type.bookkeeping()}
        return State(made["id"], outputs)

    def read(self, call: Call, id_: str, inputs: Properties, outputs: Properties) -> State:
        """Nothing outside the state can change; a resource that is due is marked."""
        self._type(call)
        if not outputs:
            raise ValueError(f"{call.type} cannot be imported with this stand-in plugin: use the official one")
        due = self._rules[call.type].due(reveal(outputs))
        return State(id_, {**outputs, due: True} if due else outputs, inputs)

    def update(self, call: Call, id_: str, _old_inputs: Properties, olds: Properties, news: Properties) -> State:
        resource_type, rules = self._type(call), self._rules[call.type]
        planned = resource_type.planned(news)
        kept = {
            name: value
            for name, value in olds.items()
            if name not in resource_type.inputs or resource_type.inputs[name].computed
        }
        state = {**kept, **planned}
        followed = resource_type.marked(rules.followed(reveal(state)))
        return State(id_, {**state, **followed, **rules.foreseen(reveal(planned))})

    def delete(self, call: Call, _id: str, _outputs: Properties) -> None:
        """Nothing stands outside the state."""

    def _type(self, call: Call) -> ResourceType:
        if call.type not in self._types:
            raise ValueError(
                f"{call.type} needs the official plugin {self.name} {self.version}: "
                f"the stand-in does not have this type{known(call.type, self._types)}"
            )
        return self._types[call.type]


def compared(resource_type: ResourceType, old: Properties, new: Properties) -> tuple[dict[str, str], list[str]]:
    """The changed paths with what they do, and the inputs because of which the resource is replaced."""
    old, new = present(old) or {}, present(new) or {}
    detailed: dict[str, str] = {}
    replaces: list[str] = []
    for name, field in resource_type.inputs.items():
        if field.computed and name not in new:
            continue
        found = dict(changes(name, old.get(name), new.get(name)))
        for path, conditions in resource_type.unchanged_when.items():
            if _any_holds(conditions, path, old, new):
                found = {changed: kind for changed, kind in found.items() if not _touches(changed, path)}
        replacing = {path for path in found if field.replaces}
        for path, conditions in resource_type.replaces_when.items():
            if _any_holds(conditions, path, old, new):
                replacing |= {changed for changed in found if _touches(changed, path)}
        detailed |= {path: f"{kind}-replace" if path in replacing else kind for path, kind in found.items()}
        if replacing:
            replaces.append(name)
    return detailed, replaces


def _any_holds(conditions: Conditions, path: str, old: Properties, new: Properties) -> bool:
    return any(condition.holds(path, old, new) for condition in conditions)


def _touches(changed: str, path: str) -> bool:
    """Whether one of the paths lies at or below the other."""
    return any(
        inner == outer or inner.startswith((f"{outer}.", f"{outer}["))
        for inner, outer in ((changed, path), (path, changed))
    )


def _top_level(path: str) -> str:
    return re.split(r"[.\[]", path, maxsplit=1)[0]
