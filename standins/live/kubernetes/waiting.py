"""Waiting until an object is ready, or gone, telling meanwhile what keeps it."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from standins.kubernetes.objects import Object, pluck
from standins.kubernetes.readiness import Progress, skips_wait, timeout_of
from standins.live.kubernetes.cluster import Cluster, Reference
from standins.live.kubernetes.diagnosis import Diagnosis
from standins.live.kubernetes.errors import ApiError, ClusterError, UnknownKindError, UnreachableError
from standins.live.kubernetes.readiness import progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from standins.provider import Call

_FIRST_PAUSE = 0.1  # seconds between two looks at an object; doubles up to the longest
_LONGEST_PAUSE = 1.0
_TOLD_EVERY = 3.0  # seconds between two messages, and two looks at the pods, of one object

# Kinds whose deletion is not waited for when the annotation skipAwait is set, as in the official plugin.
_SKIPS_DELETION = frozenset({"DaemonSet", "Deployment", "Job", "Namespace", "Pod", "StatefulSet"})


class NotReadyError(Exception):
    """The object is there but not ready. `live` is how it was last seen."""

    def __init__(self, live: Object, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.live = live
        self.reasons = reasons


@dataclass(frozen=True)
class Clock:
    """Time as a test may want it."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Waiter:
    def __init__(self, cluster: Cluster, clock: Clock) -> None:
        self._cluster = cluster
        self._clock = clock

    def until_ready(self, call: Call, inputs: Object, live: Object) -> Object:
        """The live object once it is ready; `live` is what creating or applying returned.

        Raises NotReadyError when it fails, the time is over, or the user cancels.
        """
        if skips_wait(inputs):
            return live
        patience = _Patience(call, self._clock, timeout_of(inputs, call.timeout))
        reference, told, diagnosis = Reference.of(live), _Told(call), Diagnosis(self._cluster)
        next_message = self._clock.now() + _TOLD_EVERY
        while True:
            live, state = self._look(reference, live)
            _remember_crashes(diagnosis, live)
            if state.ready:
                return live
            if state.failed:
                raise NotReadyError(live, diagnosis.report(live, f"{reference} failed: {state.failed}"))
            if patience.is_over:
                headline = f"{reference} {patience.ending}; it waited for {state.waiting_for}"
                raise NotReadyError(live, diagnosis.report(live, headline))
            if self._clock.now() >= next_message:
                told.once("info", f"waiting for {state.waiting_for}")
                _tell_symptoms(told, diagnosis, live)
                next_message = self._clock.now() + _TOLD_EVERY
            patience.pause()

    def until_gone(self, call: Call, inputs: Object, live: Object) -> None:
        """Return when the object is gone, or another one has taken its name.

        Raises ClusterError when the time is over or the user cancels.
        """
        if skips_wait(inputs) and live.get("kind") in _SKIPS_DELETION:
            return
        patience = _Patience(call, self._clock, timeout_of(inputs, call.timeout))
        reference, uid = Reference.of(live), pluck(live, "metadata", "uid")
        while True:
            try:
                live = self._cluster.get(reference)
            except UnknownKindError:
                return
            except ApiError as error:
                if error.not_found:
                    return
                raise
            if uid and pluck(live, "metadata", "uid") != uid:
                return
            if patience.is_over:
                raise ClusterError(f"{reference} is still there: its deletion {patience.ending}. {_what_keeps(live)}")
            patience.pause()

    def _look(self, reference: Reference, last: Object) -> tuple[Object, Progress]:
        """The object and its progress; an API server that is away for a moment is waited for."""
        try:
            live = self._cluster.get(reference)
        except UnreachableError as error:
            return last, Progress(waiting_for=f"the API server ({error})")
        except ApiError as error:
            if error.not_found:
                raise NotReadyError(last, [f"{reference} was deleted while it was waited for"]) from error
            return last, Progress(waiting_for=f"the API server ({error})")
        try:
            return live, progress(self._cluster, live)
        except ClusterError as error:
            return live, Progress(waiting_for=f"what it depends on ({error})")


class _Patience:
    """When to stop waiting, and the pauses until then."""

    def __init__(self, call: Call, clock: Clock, seconds: float) -> None:
        self._call = call
        self._clock = clock
        self._seconds = seconds
        self._deadline = clock.now() + seconds
        self._pause = _FIRST_PAUSE

    @property
    def is_over(self) -> bool:
        return self._call.cancelled() or self._clock.now() >= self._deadline

    @property
    def ending(self) -> str:
        return "was cancelled" if self._call.cancelled() else f"took longer than {self._seconds:g} s"

    def pause(self) -> None:
        self._clock.sleep(max(0.0, min(self._pause, self._deadline - self._clock.now())))
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)


class _Told:
    """Messages of one wait, each said once."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._said: set[str] = set()

    def once(self, severity: str, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            self._call.log(severity, text)


def _remember_crashes(diagnosis: Diagnosis, live: Object) -> None:
    with contextlib.suppress(ClusterError):  # an object can become ready without its pods being readable
        diagnosis.remember_crashes(live)


def _tell_symptoms(told: _Told, diagnosis: Diagnosis, live: Object) -> None:
    try:
        for text in diagnosis.symptoms(live):
            told.once("warning", text)
    except ClusterError as error:
        told.once("warning", f"its pods cannot be looked at: {error}")


def _what_keeps(live: Object) -> str:
    finalizers = pluck(live, "metadata", "finalizers") or pluck(live, "spec", "finalizers") or []
    reasons = [
        str(item.get("message"))
        for item in pluck(live, "status", "conditions") or []
        if live.get("kind") == "Namespace" and item.get("status") == "True" and item.get("message")
    ]
    if finalizers:
        reasons.append(f"its finalizers are {', '.join(finalizers)}")
    return "; ".join(reasons) or "nothing on the object says why"
