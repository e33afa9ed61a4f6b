"""What a stand-in provider implements, free of gRPC: plain values in, plain values out.

Values are JSON-like (dict, list, str, bool, int, float, None) plus the two marks below. `standins.protocol` translates
between these and the wire.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, runtime_checkable

Value = Any
Properties = dict[str, Value]


class Unknown:
    """A value that only an apply will know. There is one, `UNKNOWN`, also after a deep copy."""

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value the engine must encrypt and mask. Never nested in another Secret."""

    value: Value

    def __repr__(self) -> str:
        return "Secret(…)"


def reveal(value: Value) -> Value:
    """The same value without the marks of secrets, at any depth; unknowns stay."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, dict):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item) for item in value]
    return value


def has_unknowns(value: Value) -> bool:
    """Whether `UNKNOWN` stands anywhere in the value, inside secrets too."""
    if isinstance(value, dict):
        return any(has_unknowns(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknowns(item) for item in value)
    return value is UNKNOWN or (isinstance(value, Secret) and has_unknowns(value.value))


@dataclass(frozen=True)
class CheckFailure:
    """One refused input: `property` is a path such as `spec.replicas`."""

    property: str
    reason: str


@dataclass(frozen=True)
class Checked:
    inputs: Properties
    failures: tuple[CheckFailure, ...] = ()


@dataclass(frozen=True)
class Diff:
    """`detailed` maps a property path to one of add, update, delete, add-replace, update-replace, delete-replace."""

    detailed: Mapping[str, str] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()
    delete_before_replace: bool = False

    @property
    def changes(self) -> bool:
        return bool(self.detailed)


@dataclass(frozen=True)
class State:
    """A resource as stored: `id` is empty when `read` found nothing. `inputs` are returned by `read` only."""

    id: str
    outputs: Properties
    inputs: Properties | None = None


class InitFailedError(Exception):
    """The object exists but did not become ready: the engine keeps it in the state with these reasons."""

    def __init__(self, state: State, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.state = state
        self.reasons = reasons


@dataclass(frozen=True)
class Call:
    """What every call knows besides its properties."""

    urn: str
    type: str  # e.g. kubernetes:apps/v1:Deployment
    name: str
    timeout: float  # seconds from customTimeouts; 0 when unset
    preview: bool = False
    ignore_changes: tuple[str, ...] = ()
    cancelled: Callable[[], bool] = lambda: False
    log: Callable[[str, str], None] = lambda _severity, _message: None  # (info|warning|error, text)


class Provider(Protocol):
    """One provider plugin. An ordinary exception becomes a failed step with its text as the message.

    `configure` gets text, JSON for numbers, booleans ("true") and objects, without marks of secrets.
    Inputs that `ignore_changes` names already have their old values when they arrive in `check`.
    """

    name: str
    version: str

    def configure(self, config: Mapping[str, Value]) -> None: ...
    def check(self, call: Call, olds: Properties, news: Properties, random_seed: bytes) -> Checked: ...
    def diff(self, call: Call, id_: str, old_inputs: Properties, olds: Properties, news: Properties) -> Diff: ...
    def create(self, call: Call, inputs: Properties) -> State: ...
    def read(self, call: Call, id_: str, inputs: Properties, outputs: Properties) -> State: ...
    def update(self, call: Call, id_: str, old_inputs: Properties, olds: Properties, news: Properties) -> State: ...
    def delete(self, call: Call, id_: str, outputs: Properties) -> None: ...


@runtime_checkable
class DiffsConfig(Protocol):
    """A provider whose own configuration can replace what it manages. Without it a changed key is an update."""

    def diff_config(self, olds: Mapping[str, Value], news: Mapping[str, Value]) -> Diff: ...


@runtime_checkable
class ChecksConfig(Protocol):
    """A provider that refuses what it cannot be configured with. Without it every configuration is taken.

    `check_config` gets the values as they are, but for what the engine wrote as JSON.
    """

    def check_config(self, news: Properties) -> tuple[CheckFailure, ...]: ...


@dataclass(frozen=True)
class Package:
    """What a plugin serves once it has its parameter."""

    name: str
    version: str


@runtime_checkable
class Parameterized(Protocol):
    """A plugin that serves another package than its own, named by a parameter. It gets none but by value, as SDKs hold
    it."""

    def parameterize(self, value: bytes) -> Package: ...
