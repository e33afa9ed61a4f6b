"""A provider made of a table and, for each type, what only code can say."""

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
from standins.typed.comparing import changes
from standins.typed.table import ResourceType

Make = Callable[[Call, Properties], Properties]


@dataclass(frozen=True)
class Rules:
    """What a type does beyond its table. All get plain values with defaults filled in.

    `refused` may assume that the table's checks passed, not that values are known. `foreseen` are the outputs that a
    preview knows already. `due` names the output because of which an unchanged resource has to be replaced.
    """

    refused: Callable[[Properties], Iterable[CheckFailure]] = lambda _inputs: ()
    foreseen: Callable[[Properties], Properties] = lambda _inputs: {}
    due: Callable[[Properties], str] = lambda _outputs: ""


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

    def check(self, call: Call, _olds: Properties, news: Properties, _random_seed: bytes) -> Checked:
        resource_type = self._type(call)
        inputs = {name: value for name, value in news.items() if value is not None}
        failures = tuple(checking.failures(resource_type, inputs))
        if not failures:
            failures = tuple(self._rules[call.type].refused(reveal(resource_type.planned(inputs))))
        return Checked(inputs, failures)

    def diff(self, call: Call, _id: str, _old_inputs: Properties, olds: Properties, news: Properties) -> Diff:
        resource_type = self._type(call)
        old, new = reveal(olds), reveal(resource_type.planned(news))
        detailed: dict[str, str] = {}
        replaces: list[str] = []
        for name, field in resource_type.inputs.items():
            if field.computed and name not in new:
                continue
            found = dict(changes(name, _present(old.get(name)), _present(new.get(name))))
            detailed |= {path: f"{kind}-replace" if field.replaces else kind for path, kind in found.items()}
            if found and field.replaces:
                replaces.append(name)
        for name, value in self._rules[call.type].foreseen(new).items():
            detailed |= dict(changes(name, old.get(name), value))
        if due := self._rules[call.type].due({**old, **new}):
            detailed[due] = "update-replace"
            replaces.append(due)
        return Diff(detailed, tuple(replaces))

    def create(self, call: Call, inputs: Properties) -> State:
        resource_type = self._type(call)
        planned = resource_type.planned(inputs)
        foreseen = self._rules[call.type].foreseen(reveal(planned))
        if call.preview:
            computed: Properties = dict.fromkeys(resource_type.outputs, UNKNOWN)
            return State("", {**planned, **resource_type.marked(computed), **foreseen})
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
        resource_type = self._type(call)
        planned = resource_type.planned(news)
        kept = {
            name: value
            for name, value in olds.items()
            if name not in resource_type.inputs or resource_type.inputs[name].computed
        }
        return State(id_, {**kept, **planned, **self._rules[call.type].foreseen(reveal(planned))})

    def delete(self, call: Call, _id: str, _outputs: Properties) -> None:
        """Nothing stands outside the state."""

    def _type(self, call: Call) -> ResourceType:
        if call.type not in self._types:
            raise ValueError(
                f"{call.type} is not one of the types that the stand-in for the {self.name} plugin has: "
                f"{', '.join(self._types)}; install the official plugin {self.name} {self.version} to use it"
            )
        return self._types[call.type]


def _present(value: Value) -> Value:
    """An empty text and a null in a map count as absent, as they do for the official plugin's replacements."""
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if item is not None} or None
    return None if value == "" else value
