"""Check, diff, create, read, update and delete of Kubernetes objects on a live cluster."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import versions
from standins.kubernetes.check import check as checked
from standins.kubernetes.checkpoint import INITIAL_API_VERSION, checkpoint, mark_secrets, parse
from standins.kubernetes.config_diff import config_diff
from standins.kubernetes.diff import REPLACE_UNREADY
from standins.kubernetes.diff import diff as compared
from standins.kubernetes.managed_fields import forces_preview, is_left_by_provider, take_over, without_ignored
from standins.kubernetes.naming import CREATE_FIELD_MANAGER, field_manager
from standins.kubernetes.normal_form import normalize
from standins.kubernetes.objects import (
    Object,
    annotation,
    kind_of_token,
    name_of,
    namespace_of,
    object_id,
    parse_id,
    plain,
    underscored,
)
from standins.kubernetes.prune import prune
from standins.kubernetes.readiness import skips_wait
from standins.kubernetes.scope import is_namespaced
from standins.live.kubernetes.cluster import Cluster, Reference
from standins.live.kubernetes.connection import Connection, connect
from standins.live.kubernetes.diagnosis import Diagnosis
from standins.live.kubernetes.errors import ApiError, ClusterError, UnknownKindError, UnreachableError
from standins.live.kubernetes.readiness import is_checked_on_read, progress
from standins.live.kubernetes.settings import Settings
from standins.live.kubernetes.waiting import Clock, NotReadyError, Waiter
from standins.provider import Call, Checked, Diff, InitFailedError, Properties, State, Value, has_unknowns

if TYPE_CHECKING:
    from standins.provider import Provider

Connect = Callable[[Settings], tuple[Connection, str]]

_GONE = State("", {})
_RETRY_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds; for a namespace or CRD that is only just being made
_TAKE_OVER_ATTEMPTS = 5  # a controller may write the object's status at the same moment
_PROPAGATION = "pulumi.com/deletionPropagationPolicy"
_PATCH_FORCE = "pulumi.com/patchForce"
_READ_ONLY = ("status",)


class KubernetesProvider:
    """Safe to use from many threads. `connect` and `clock` are there for tests."""

    name = "kubernetes"
    version = versions.PLUGIN_KUBERNETES

    def __init__(self, connect: Connect = connect, clock: Clock | None = None) -> None:
        self._connect = connect
        self._clock = clock or Clock()
        self._settings = Settings()
        self._link: tuple[Cluster, str] | UnreachableError | None = None
        self._linking = threading.Lock()

    def configure(self, config: Mapping[str, Value]) -> None:
        """No connection yet: a preview without a cluster still shows what would be created."""
        self._settings = Settings.parse(config)
        self._link = None

    def diff_config(self, olds: Mapping[str, Value], news: Mapping[str, Value]) -> Diff:
        return config_diff(olds, news, read=_content)

    def check(self, call: Call, olds: Properties, news: Properties, random_seed: bytes) -> Checked:
        return checked(
            call,
            olds,
            news,
            random_seed,
            default_namespace=self._settings.namespace or self._context_namespace(),
            namespaced=self._is_namespaced(*kind_of_token(call.type)),
        )

    def diff(
        self,
        call: Call,
        id_: str,  # noqa: ARG002 - the interface has it
        old_inputs: Properties,
        olds: Properties,
        news: Properties,
    ) -> Diff:
        return compared(
            olds,
            news,
            old_inputs=old_inputs,
            namespaced=self._is_namespaced(*kind_of_token(call.type)),
            mutability=self._settings.mutability,
            ignore_changes=call.ignore_changes,
            unready=self._is_unready_job(plain(news), olds),
        )

    def create(self, call: Call, inputs: Properties) -> State:
        if call.preview:
            return self._preview_create(call, inputs)
        obj = plain(inputs)
        manager = field_manager(obj, {}, seed=call.urn.encode())
        live = self._retried(call, Reference.of(obj), lambda: self._post(call, obj, manager, dry_run=False))
        with contextlib.suppress(ClusterError):  # the object is there; an update would take its fields over, too
            live = self._taken_over(Reference.of(live), live, manager)
        return self._awaited(call, obj, live, inputs, initial_api_version=str(obj["apiVersion"]), manager=manager)

    def read(self, call: Call, id_: str, inputs: Properties, outputs: Properties) -> State:
        known, stored = normalize(plain(inputs)), plain(outputs)
        api_version, kind = kind_of_token(call.type)
        kept = known or stored
        namespace, name = parse_id(id_)
        reference = Reference(
            str(kept.get("apiVersion", api_version)), str(kept.get("kind", kind)), namespace or namespace_of(kept), name
        )
        try:
            live = self._cluster.get(reference)
        except UnknownKindError:
            return _GONE
        except ApiError as error:
            if error.not_found:
                return _GONE
            raise
        imported = not known and not stored
        found_inputs = _imported(live) if imported else prune(live, known)
        state = self._state(
            found_inputs,
            live,
            inputs,
            initial_api_version=str(stored.get(INITIAL_API_VERSION) or reference.api_version),
            manager=field_manager(known, stored, seed=call.urn.encode()),
        )
        state = State(id_, state.outputs, mark_secrets(underscored(found_inputs), inputs))
        if not imported and not skips_wait(known) and is_checked_on_read(live):
            now = progress(self._cluster, live)
            if not now.ready:
                waiting = now.failed or f"it waits for {now.waiting_for}"
                headline = f"{reference} is not ready: {waiting}"
                raise InitFailedError(state, Diagnosis(self._cluster).report(live, headline))
        return state

    def update(
        self,
        call: Call,
        id_: str,
        old_inputs: Properties,  # noqa: ARG002 - the state holds them
        olds: Properties,
        news: Properties,
    ) -> State:
        obj = normalize(plain(news))
        if call.preview and (has_unknowns(obj) or not self._serves(obj)):
            return State(id_, news)
        stored_inputs, stored = parse(olds)
        kept = plain(olds)
        initial = str(kept.get(INITIAL_API_VERSION) or stored_inputs.get("apiVersion") or obj["apiVersion"])
        manager = field_manager(obj, kept, seed=call.urn.encode())
        reference = Reference(str(obj["apiVersion"]), str(obj["kind"]), namespace_of(stored), name_of(stored))
        try:
            live = self._apply(call, reference, obj, manager)
        except ApiError as error:
            if call.preview and error.forbidden:
                return State(id_, news)
            headline = f"{reference} {'would not be' if call.preview else 'was not'} updated"
            failure = ClusterError(_explained(headline, error))
            if call.preview or error.not_found:
                raise failure from error
            state = self._state(obj, self._cluster.get(reference), news, initial_api_version=initial, manager=manager)
            raise InitFailedError(state, [str(failure)]) from error
        if call.preview:
            return self._state(obj, live, news, initial_api_version=initial, manager=manager)
        return self._awaited(call, obj, live, news, initial_api_version=initial, manager=manager)

    def delete(self, call: Call, id_: str, outputs: Properties) -> None:
        inputs, stored = parse(outputs)
        policy = annotation(inputs, _PROPAGATION).lower()
        propagation = {"orphan": "Orphan", "background": "Background"}.get(policy, "Foreground")
        _namespace, name = parse_id(id_)
        api_version, kind = str(stored["apiVersion"]), str(stored["kind"])
        reference = Reference(api_version, kind, namespace_of(stored), name)
        try:
            self._cluster.delete(reference, propagation)
        except UnknownKindError:
            return  # its CRD is gone, and with it every object
        except ApiError as error:
            if error.not_found:
                return
            raise ClusterError(f"{reference} was not deleted: {error}") from error
        Waiter(self._cluster, self._clock).until_gone(call, inputs, stored)

    def _preview_create(self, call: Call, inputs: Properties) -> State:
        """What the API server would make of it; the inputs themselves where it cannot tell yet."""
        as_given = State("", inputs)
        if has_unknowns(inputs):
            return as_given
        obj = plain(inputs)
        if not self._serves(obj):
            return as_given
        manager = field_manager(obj, {}, seed=call.urn.encode())
        try:
            live = self._post(call, obj, manager, dry_run=True)
        except ApiError as error:
            if error.not_found or error.already_exists or error.immutable or error.forbidden:
                return as_given
            raise ClusterError(_explained(f"{Reference.of(obj)} would not be created", error)) from error
        live.pop("status", None)
        state = self._state(obj, live, inputs, initial_api_version=str(obj["apiVersion"]), manager=manager)
        return State("", state.outputs)

    def _post(self, call: Call, obj: Object, manager: str, *, dry_run: bool) -> Object:
        def warn(text: str) -> None:
            call.log("warning", text)

        if not self._settings.upsert:
            return self._cluster.create(obj, manager=CREATE_FIELD_MANAGER, dry_run=dry_run, warn=warn)
        force = dry_run or self._forces(obj)
        try:
            return self._cluster.apply(obj, manager=manager, force=force, dry_run=dry_run, warn=warn)
        except ApiError as error:
            if not is_left_by_provider(error.conflicts()):
                raise
            return self._cluster.apply(obj, manager=manager, force=True, dry_run=dry_run, warn=warn)

    def _retried(self, call: Call, reference: Reference, post: Callable[[], Object]) -> Object:
        """Create, again after a pause while the namespace or the kind is not there yet."""
        for pause in (*_RETRY_PAUSES, None):
            try:
                return post()
            except (UnknownKindError, ApiError) as error:
                missing = isinstance(error, UnknownKindError) or error.not_found
                if not missing or pause is None or call.cancelled():
                    raise ClusterError(_explained(f"{reference} was not created", error)) from error
                call.log("info", f"trying again in {pause:g} s: {error}")
            self._clock.sleep(pause)
        raise AssertionError("the last pause is None")

    def _apply(self, call: Call, reference: Reference, obj: Object, manager: str) -> Object:
        def warn(text: str) -> None:
            call.log("warning", text)

        live = self._cluster.get(reference)
        if obj["kind"] == "CustomResourceDefinition":
            metadata = {**obj["metadata"], "resourceVersion": live["metadata"]["resourceVersion"]}
            whole = {**obj, "metadata": metadata}
            return self._cluster.replace(whole, manager=manager, dry_run=call.preview, warn=warn)
        if not call.preview:
            live = self._taken_over(reference, live, manager)
        unowned = not live["metadata"].get("managedFields")
        force = unowned or self._forces(obj) or (call.preview and forces_preview(live))
        applied = without_ignored(obj, live, manager, call.ignore_changes)
        return self._cluster.apply(applied, manager=manager, force=force, dry_run=call.preview, warn=warn)

    def _taken_over(self, reference: Reference, live: Object, manager: str) -> Object:
        """The object after its creator's fields were moved to `manager`.

        The official plugin does so at the first update. Done at once, a preview of that update sees what it will do: a
        list element that is taken away would otherwise stay in it as the creator's.
        """
        for attempt in range(_TAKE_OVER_ATTEMPTS):
            fields = take_over(live, manager)
            if fields is None:
                return live
            version = live["metadata"]["resourceVersion"]
            try:
                return self._cluster.patch(
                    reference,
                    [
                        {"op": "replace", "path": "/metadata/managedFields", "value": fields},
                        {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
                    ],
                )
            except ApiError as error:
                if error.status != 409 or attempt == _TAKE_OVER_ATTEMPTS - 1:
                    raise
                live = self._cluster.get(reference)
        return live

    def _forces(self, obj: Object) -> bool:
        return self._settings.force or annotation(obj, _PATCH_FORCE) == "true"

    def _awaited(
        self, call: Call, obj: Object, live: Object, marked: Properties, *, initial_api_version: str, manager: str
    ) -> State:
        try:
            ready = Waiter(self._cluster, self._clock).until_ready(call, obj, live)
        except NotReadyError as error:
            state = self._state(obj, error.live, marked, initial_api_version=initial_api_version, manager=manager)
            raise InitFailedError(state, error.reasons) from error
        return self._state(obj, ready, marked, initial_api_version=initial_api_version, manager=manager)

    def _state(self, obj: Object, live: Object, marked: Properties, *, initial_api_version: str, manager: str) -> State:
        outputs = checkpoint(obj, live, marked, initial_api_version=initial_api_version, field_manager=manager)
        return State(object_id(live), outputs)

    def _is_unready_job(self, new: Object, olds: Properties) -> bool:
        if new.get("kind") != "Job" or annotation(new, REPLACE_UNREADY) != "true":
            return False
        try:
            live = self._cluster.get(Reference.of(plain(olds)))
            return not progress(self._cluster, live).ready
        except ClusterError:
            return False

    def _serves(self, obj: Object) -> bool:
        try:
            self._cluster.is_namespaced(str(obj.get("apiVersion")), str(obj.get("kind")))
        except (UnknownKindError, UnreachableError):
            return False
        return True

    def _is_namespaced(self, api_version: str, kind: str) -> bool:
        try:
            return self._cluster.is_namespaced(api_version, kind)
        except (UnknownKindError, UnreachableError):
            return is_namespaced(kind)

    def _context_namespace(self) -> str:
        try:
            return self._linked()[1]
        except UnreachableError:
            return "default"

    @property
    def _cluster(self) -> Cluster:
        return self._linked()[0]

    def _linked(self) -> tuple[Cluster, str]:
        """Connect on first use. A kubeconfig that cannot be used stays so for this run."""
        with self._linking:
            if self._link is None:
                try:
                    connection, namespace = self._connect(self._settings)
                    self._link = (Cluster(connection), namespace)
                except UnreachableError as error:
                    self._link = error
            if isinstance(self._link, UnreachableError):
                raise self._link
            return self._link


def _content(path: str) -> str | None:
    try:
        return Path(path).expanduser().read_text(encoding="utf-8")
    except OSError:
        return None


def _imported(live: Object) -> Object:
    """Inputs of an object that no program made: all of it but what the cluster writes."""
    inputs = normalize({key: value for key, value in live.items() if key not in _READ_ONLY})
    annotations = dict(inputs["metadata"].get("annotations") or {})
    for key in ("deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"):
        annotations.pop(key, None)
    inputs["metadata"].pop("annotations", None)
    if annotations:
        inputs["metadata"]["annotations"] = annotations
    return inputs


def _explained(headline: str, error: ClusterError) -> str:
    """The API server's refusal with what can be done about it."""
    if isinstance(error, ApiError) and error.already_exists:
        return (
            f"{headline}: {error}. The cluster has it, but this stack's state does not: import it (pulumi import), "
            "delete it, or rename the new one. After an interrupted run, upsertExistingObjects on the provider takes "
            "it over"
        )
    if isinstance(error, ApiError) and error.conflicts():
        fields = "; ".join(f"{field}: {message}" for field, message in error.conflicts())
        return (
            f"{headline}: other writers own fields that the program sets: {fields}. Undo their change, or leave the "
            "field to them (remove it from the program, or ignore_changes), or take it with the annotation "
            f'{_PATCH_FORCE}: "true"'
        )
    return f"{headline}: {error}"


if TYPE_CHECKING:
    _conforms: Provider = KubernetesProvider()
