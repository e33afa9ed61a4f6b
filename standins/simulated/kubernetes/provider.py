"""Calls answered from the rules of the kubernetes plugin and a picture of what an API server fills in."""

import threading
from collections.abc import Mapping
from typing import Final

import versions
from standins.kubernetes import check as rules_of_check
from standins.kubernetes import diff as rules_of_diff
from standins.kubernetes.checkpoint import checkpoint, parse
from standins.kubernetes.config_diff import config_diff
from standins.kubernetes.objects import Object, kind_of_token, name_of, object_id, parse_id, plain, pluck
from standins.kubernetes.scope import is_namespaced
from standins.provider import Call, Checked, Diff, Properties, State, Value, has_unknowns
from standins.simulated.kubernetes import server_fields
from standins.simulated.kubernetes.refusals import refusals
from standins.simulated.kubernetes.settings import Settings

_FIELD_MANAGER: Final = "pulumi-kubernetes-simulated"


class KubernetesProvider:
    """Objects exist in the engine's state alone; names taken in one run are remembered to find two of a name."""

    name = "kubernetes"
    version = versions.PLUGIN_KUBERNETES

    def __init__(self) -> None:
        self._settings = Settings()
        self._taken: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def configure(self, config: Mapping[str, Value]) -> None:
        self._settings = Settings.parse(config)

    def diff_config(self, olds: Mapping[str, Value], news: Mapping[str, Value]) -> Diff:
        return config_diff(olds, news, read=lambda _path: None)

    def check(self, call: Call, olds: Properties, news: Properties, random_seed: bytes) -> Checked:
        checked = rules_of_check.check(
            call,
            olds,
            news,
            random_seed,
            default_namespace=self._settings.namespace,
            namespaced=is_namespaced(_kind(call)),
        )
        return Checked(checked.inputs, (*checked.failures, *refusals(plain(checked.inputs))))

    def diff(self, call: Call, _id: str, old_inputs: Properties, olds: Properties, news: Properties) -> Diff:
        return rules_of_diff.diff(
            olds,
            news,
            old_inputs=old_inputs,
            namespaced=is_namespaced(_kind(call)),
            mutability=self._settings.mutability,
            ignore_changes=call.ignore_changes,
        )

    def create(self, call: Call, inputs: Properties) -> State:
        obj = plain(inputs)
        self._take(call, obj)
        live = server_fields.filled(call, obj, None)
        return State("" if call.preview else object_id(obj), _outputs(inputs, obj, live))

    def read(self, call: Call, id_: str, inputs: Properties, outputs: Properties) -> State:
        """What the state says. Of an object that another hand made only its identity is known."""
        if outputs:
            return State(id_, outputs, inputs)
        api_version, kind = kind_of_token(call.type)
        namespace, name = parse_id(id_)
        metadata = {"name": name, "namespace": namespace} if namespace else {"name": name}
        found: Properties = {"apiVersion": api_version, "kind": kind, "metadata": metadata}
        return State(id_, found, found)

    def update(self, call: Call, id_: str, _old_inputs: Properties, olds: Properties, news: Properties) -> State:
        obj = plain(news)
        _, old_live = parse(olds)
        live = server_fields.filled(call, obj, old_live)
        return State(id_, _outputs(news, obj, live))

    def delete(self, call: Call, id_: str, _outputs: Properties) -> None:
        with self._lock:
            self._taken.pop((call.type, id_), None)

    def _take(self, call: Call, obj: Object) -> None:
        """Raises ValueError when another resource of this run made an object of the same kind and name."""
        if has_unknowns([pluck(obj, "metadata", "namespace"), pluck(obj, "metadata", "name")]) or not name_of(obj):
            return
        with self._lock:
            owner = self._taken.setdefault((call.type, object_id(obj)), call.urn)
        if owner != call.urn:
            raise ValueError(f"{obj['kind']} {object_id(obj)} already exists: {owner} makes it too")


def _kind(call: Call) -> str:
    return call.type.rpartition(":")[2]


def _outputs(inputs: Properties, obj: Object, live: Object) -> Properties:
    return checkpoint(obj, live, inputs, initial_api_version=str(obj.get("apiVersion")), field_manager=_FIELD_MANAGER)
