"""State: what is kept of an object and what of it is secret; and who owns its fields."""

from __future__ import annotations

from typing import Any

from standins.kubernetes.checkpoint import checkpoint, parse
from standins.kubernetes.managed_fields import forces_preview, is_left_by_provider, take_over, without_ignored
from standins.kubernetes.prune import prune
from standins.provider import Secret


def test_the_state_is_the_live_object_with_inputs_version_and_field_manager() -> None:
    live = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "uid": "1"}, "data": {"k": "v"}}
    inputs = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}}
    marked = {**inputs, "data": {"k": Secret("v")}}
    outputs = checkpoint(inputs, live, marked, initial_api_version="v1", field_manager="m")
    assert outputs == {
        **live,
        "data": {"k": Secret("v")},
        "__inputs": {**inputs, "data": {"k": Secret("v")}},
        "__initialApiVersion": "v1",
        "__fieldManager": "m",
    }
    assert parse(outputs) == (inputs, live)


def test_the_data_of_a_secret_is_secret_whatever_the_program_marked() -> None:
    live = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"k": "dg=="}}
    inputs = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "stringData": {"k": "v"}}
    outputs = checkpoint(inputs, live, inputs, initial_api_version="v1", field_manager="m")
    assert outputs["data"] == Secret({"k": "dg=="})
    assert outputs["__inputs"]["stringData"] == Secret({"k": "v"})


def test_dashes_of_a_crd_are_underscores_in_the_state() -> None:
    live = {"spec": {"x-kubernetes-preserve-unknown-fields": True}}
    outputs = checkpoint(live, live, {}, initial_api_version="v1", field_manager="m")
    assert outputs["spec"] == {"x_kubernetes_preserve_unknown_fields": True}
    assert parse(outputs)[1] == live


def test_pruning_keeps_the_shape_of_the_inputs() -> None:
    live = {"a": 1, "b": {"c": 2, "d": 3}, "l": [{"x": 1, "y": 2}, {"x": 3}], "m": {"z": 1}}
    shape = {"a": 0, "b": {"c": 0}, "l": [{"x": 0}], "m": "a text", "missing": 1}
    assert prune(live, shape) == {"a": 1, "b": {"c": 2}, "l": [{"x": 1}], "m": {"z": 1}}


def entry(manager: str, operation: str, fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"manager": manager, "operation": operation, "fieldsV1": fields, **more}


def live_with(*entries: dict[str, Any]) -> dict[str, Any]:
    containers = [{"name": "a", "image": "live"}]
    return {
        "metadata": {"managedFields": list(entries)},
        "spec": {"replicas": 5, "paused": True, "containers": containers},
    }


def test_fields_of_the_creator_are_taken_over_into_one_entry() -> None:
    status = entry("kube-controller-manager", "Update", {"f:status": {}}, subresource="status")
    scale = entry("kubectl", "Update", {"f:spec": {"f:replicas": {}}}, subresource="scale")
    live = live_with(
        entry("pulumi-kubernetes", "Update", {"f:spec": {"f:a": {}}}),
        status,
        entry("mine", "Apply", {"f:spec": {"f:b": {}}}),
        scale,
        entry("kubectl-edit", "Update", {"f:spec": {"f:c": {}}}),
    )
    assert take_over(live, "mine") == [
        status,
        scale,
        entry("mine", "Apply", {"f:spec": {"f:a": {}, "f:b": {}, "f:c": {}}}),
    ]
    assert forces_preview(live)


def test_nothing_is_taken_over_twice() -> None:
    live = live_with(entry("mine", "Apply", {"f:spec": {}}))
    assert take_over(live, "mine") is None
    assert not forces_preview(live)


def test_an_ignored_field_of_others_is_left_out() -> None:
    live = live_with(entry("kubectl", "Update", {"f:spec": {"f:replicas": {}}}, subresource="scale"))
    inputs = {"spec": {"replicas": 1, "paused": False}}
    assert without_ignored(inputs, live, "mine", ["spec.replicas"]) == {"spec": {"paused": False}}
    assert inputs == {"spec": {"replicas": 1, "paused": False}}, "the inputs themselves stay"


def test_an_ignored_field_of_ours_keeps_its_live_value() -> None:
    live = live_with(entry("mine", "Apply", {"f:spec": {"f:replicas": {}}}))
    assert without_ignored({"spec": {"replicas": 1}}, live, "mine", ["spec.replicas"]) == {"spec": {"replicas": 5}}


def test_an_ignored_field_in_a_list_is_found_by_its_key() -> None:
    theirs = entry("other", "Apply", {"f:spec": {"f:containers": {'k:{"name":"a"}': {"f:image": {}}}}})
    inputs = {"spec": {"containers": [{"name": "a", "image": "new"}]}}
    for path in ("spec.containers[0].image", "spec.containers[*].image"):
        assert without_ignored(inputs, live_with(theirs), "mine", [path]) == {"spec": {"containers": [{"name": "a"}]}}


def test_conflicts_with_an_interrupted_run_of_the_provider_are_told_from_others() -> None:
    own = (".data.a", 'conflict with "pulumi-kubernetes-12345678" using v1')
    foreign = (".data.b", 'conflict with "kubectl" using v1')
    assert is_left_by_provider([own])
    assert not is_left_by_provider([own, foreign])
    assert not is_left_by_provider([])
