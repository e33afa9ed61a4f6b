"""Changes, their paths, and what replaces an object.

Proves the comparison of stored state and new inputs. Which operation the engine makes of it is proved by the table of
cases.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from standins.kubernetes.checkpoint import checkpoint
from standins.kubernetes.diff import diff
from standins.kubernetes.paths import format_path, parse_path
from standins.kubernetes.replacement import Mutability
from standins.provider import UNKNOWN, Diff, Secret

MUTABLE = Mutability(config_map=True, secret=True)


def deployment() -> dict[str, Any]:
    container = {"name": "c", "image": "a:1", "resources": {"requests": {"memory": "1Gi", "cpu": "500m"}}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d", "namespace": "n", "labels": {"app.kubernetes.io/name": "x"}},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": "x"}},
            "template": {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [container]}},
        },
    }


def stored(inputs: dict[str, Any], **live_fields: Any) -> dict[str, Any]:
    """What the engine keeps of an object that the cluster completed."""
    live = copy.deepcopy(inputs) | live_fields
    live["metadata"] |= {"uid": "1", "resourceVersion": "7", "managedFields": []}
    return checkpoint(inputs, live, inputs, initial_api_version=inputs["apiVersion"], field_manager="m")


def changed(old: dict[str, Any], new: dict[str, Any], **options: Any) -> Diff:
    arguments: dict[str, Any] = {"old_inputs": {}, "namespaced": True, "mutability": MUTABLE, **options}
    return diff(old, new, **arguments)


def edited(path: str, value: Any) -> dict[str, Any]:
    obj: Any = deployment()
    target: Any = obj
    *parents, last = parse_path(path)
    for step in parents:
        target = target.setdefault(step, {}) if isinstance(target, dict) else target[step]
    if value is None:
        del target[last]
    else:
        target[last] = value
    result: dict[str, Any] = obj
    return result


def test_the_same_inputs_are_no_change_whatever_the_cluster_added() -> None:
    live = {"status": {"replicas": 1}}
    assert changed(stored(deployment(), **live), deployment()) == Diff()


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        ("spec.replicas", 2, "update"),
        ("spec.replicas", UNKNOWN, "update"),
        ("spec.minReadySeconds", 5, "add"),
        ("spec.template.spec.serviceAccountName", UNKNOWN, "add"),
        ("spec.template.spec.containers[0].resources.requests.memory", "2Gi", "update"),
        ("spec.template.spec.containers[0].resources.requests.memory", None, "delete"),
        ('metadata.labels["app.kubernetes.io/name"]', "y", "update"),
        ("metadata.annotations", {"a": "b"}, "add"),
        ("spec.selector.matchLabels.app", "y", "update-replace"),
        ("spec.selector.matchLabels.tier", "y", "add-replace"),
        ("metadata.namespace", "other", "update-replace"),
        ("metadata.name", "other", "update-replace"),
    ],
)
def test_a_change_has_its_exact_path_and_kind(path: str, value: Any, kind: str) -> None:
    result = changed(stored(deployment()), edited(path, value))
    assert result.detailed == {path: kind}
    assert result.replaces == ((path,) if kind.endswith("replace") else ())


def test_two_spellings_of_a_quantity_are_one() -> None:
    new = edited("spec.template.spec.containers[0].resources.requests", {"memory": "1024Mi", "cpu": 0.5})
    assert changed(stored(deployment()), new) == Diff()


def test_elements_added_to_and_taken_from_a_list() -> None:
    longer = deployment()
    longer["spec"]["template"]["spec"]["containers"].append({"name": "d", "image": "b"})
    path = "spec.template.spec.containers[1]"
    assert changed(stored(deployment()), longer).detailed == {path: "add"}
    assert changed(stored(longer), deployment()).detailed == {path: "delete"}


def test_drift_in_a_field_of_the_program_is_a_change_and_in_others_is_not() -> None:
    old = stored(deployment())
    old["spec"] = {**old["spec"], "replicas": 3, "progressDeadlineSeconds": 600}
    assert changed(old, deployment()).detailed == {"spec.replicas": "update"}


def test_ignored_changes_are_left_out_with_everything_below_them() -> None:
    new = edited("spec.template.spec.containers[0].resources.requests.memory", "2Gi")
    for ignored in (
        "spec.template",
        "spec.template.spec.containers[0].resources",
        "spec.template.spec.containers[*].resources",
    ):
        assert changed(stored(deployment()), new, ignore_changes=(ignored,)) == Diff()
    assert changed(stored(deployment()), new, ignore_changes=("spec.replicas",)).changes


def test_a_zero_that_the_api_dropped_is_no_change_again_and_again() -> None:
    """Also where the field is not in the table of omitted ones."""
    inputs = deployment()
    inputs["spec"]["strategy"] = {"unlisted": ""}
    live = copy.deepcopy(inputs)
    live["spec"].pop("strategy")
    old = checkpoint(inputs, live, inputs, initial_api_version="apps/v1", field_manager="m")
    assert changed(old, inputs).detailed == {"spec.strategy": "add"}, "a whole new map is a change"
    inputs["spec"]["strategy"] = ""
    old = checkpoint(inputs, live, inputs, initial_api_version="apps/v1", field_manager="m")
    assert changed(old, inputs) == Diff()


def test_zero_replicas_are_a_change() -> None:
    inputs = edited("spec.replicas", None)
    assert changed(stored(inputs), edited("spec.replicas", 0)).detailed == {"spec.replicas": "add"}


def config_map(value: str, name: str = "cm", **fields: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "n"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a.b": value}, **fields}


def test_config_map_data_is_updated_when_mutable_and_replaced_otherwise() -> None:
    old, new = stored(config_map("1")), config_map("2")
    assert changed(old, new) == Diff({'data["a.b"]': "update"})
    replaced = Diff({'data["a.b"]': "update-replace"}, ('data["a.b"]',), delete_before_replace=True)
    assert changed(old, new, mutability=Mutability()) == replaced
    immutable = config_map("2", immutable=True)
    assert changed(stored(config_map("1", immutable=True)), immutable) == replaced


def test_an_autonamed_object_is_replaced_before_the_old_one_is_deleted() -> None:
    old, new = config_map("1"), config_map("2")
    for obj in (old, new):
        obj["metadata"]["annotations"] = {"pulumi.com/autonamed": "true"}
    result = changed(stored(old), new, mutability=Mutability())
    assert result.replaces == ('data["a.b"]',)
    assert not result.delete_before_replace


@pytest.mark.parametrize(
    ("metadata", "path"),
    [({"name": "b", "namespace": "n"}, "metadata.name"), ({"name": "cm", "namespace": "m"}, "metadata.namespace")],
)
def test_an_object_that_moves_is_made_before_the_old_one_is_deleted(metadata: dict[str, str], path: str) -> None:
    result = changed(stored(config_map("1")), config_map("1") | {"metadata": metadata})
    assert result == Diff({path: "update-replace"}, (path,), delete_before_replace=False)


def secret(**fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "n"}, **fields}


def test_string_data_and_the_data_the_cluster_made_of_it_are_one() -> None:
    old = stored(secret(data={"p": "aHVudGVyMg=="}))
    assert isinstance(old["data"], Secret)
    assert changed(old, secret(stringData=Secret({"p": "hunter2"}))) == Diff()
    assert changed(old, secret(stringData=Secret({"p": "other"}))).detailed == {"data.p": "update"}
    assert changed(old, secret(data=Secret({"p": "b3RoZXI="})), mutability=Mutability()).replaces == ("data.p",)


def test_the_type_of_a_secret_replaces_it_even_when_mutable() -> None:
    result = changed(stored(secret(type="Opaque")), secret(type="kubernetes.io/tls"))
    assert result.replaces == ("type",)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("StatefulSet", "spec.volumeClaimTemplates[0].spec.resources.requests.storage"),
        ("StatefulSet", "spec.serviceName"),
        ("Job", "spec.template.metadata.labels.a"),
        ("Job", "spec.parallelism"),
        ("Service", "spec.clusterIP"),
        ("PersistentVolumeClaim", "spec.storageClassName"),
        ("Pod", "spec.containers[0].image"),
    ],
)
def test_fields_that_replace_by_kind(kind: str, path: str) -> None:
    api_version = {"StatefulSet": "apps/v1", "Job": "batch/v1"}.get(kind, "v1")
    base: dict[str, Any] = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x", "namespace": "n"}}
    old, new = copy.deepcopy(base), copy.deepcopy(base)
    for obj, value in ((old, "1Gi"), (new, "2Gi")):
        target: Any = obj
        *parents, last = parse_path(path)
        for step, following in zip(parents, [*parents[1:], last], strict=True):
            empty: Any = [{}] if isinstance(following, int) else {}
            target = target.setdefault(step, empty) if isinstance(target, dict) else target[step]
        target[last] = value
    result = changed(stored(old), new)
    assert result.detailed == {path: "update-replace"}
    assert result.delete_before_replace


@pytest.mark.parametrize(("kind", "path"), [("StatefulSet", "spec.replicas"), ("Job", "spec.backoffLimit")])
def test_fields_that_do_not_replace(kind: str, path: str) -> None:
    api_version = {"StatefulSet": "apps/v1", "Job": "batch/v1"}[kind]
    key = path.split(".")[1]
    base = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x", "namespace": "n"}}
    assert changed(stored({**base, "spec": {key: 1}}), {**base, "spec": {key: 2}}) == Diff({path: "update"})


def test_an_added_parent_replaces_only_when_it_holds_a_replacing_field() -> None:
    base = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x", "namespace": "n"}}
    assert changed(stored(base), {**base, "spec": {"clusterIP": "None"}}).replaces == ("spec",)
    assert changed(stored(base), {**base, "spec": {"ports": []}}).replaces == ()


def test_an_unready_job_is_replaced_only_with_the_annotation() -> None:
    job: dict[str, Any] = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "j", "namespace": "n"},
        "spec": {},
    }
    assert changed(stored(job), job, unready=True) == Diff()
    marked = copy.deepcopy(job)
    marked["metadata"]["annotations"] = {"pulumi.com/replaceUnready": "true"}
    path = 'metadata.annotations["pulumi.com/replaceUnready"]'
    assert changed(stored(marked), marked, unready=True) == Diff(
        {path: "update-replace"}, (path,), delete_before_replace=True
    )
    assert changed(stored(marked), marked) == Diff()


def test_a_namespace_left_out_is_the_default_one_and_none_for_cluster_scoped_kinds() -> None:
    implicit = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cm"}}
    explicit = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cm", "namespace": "default"}}
    assert changed(stored(copy.deepcopy(implicit)), explicit) == Diff()
    scoped = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n", "namespace": "default"}}
    bare = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}}
    assert changed(stored(bare), scoped, namespaced=False) == Diff()


def test_a_null_in_a_custom_resource_counts_as_absent() -> None:
    base = {"apiVersion": "e.com/v1", "kind": "W", "metadata": {"name": "w", "namespace": "n"}}
    live = {**base, "spec": {"a": 1}}
    old = checkpoint({**base, "spec": {"a": 1, "b": None}}, live, {}, initial_api_version="e.com/v1", field_manager="m")
    assert changed(old, {**base, "spec": {"a": 1, "b": None}}) == Diff()
    assert changed(old, {**base, "spec": {"a": None}}).detailed == {"spec.a": "delete"}


def test_a_state_without_inputs_is_compared_by_the_engines() -> None:
    old = deployment()
    assert changed(old, deployment(), old_inputs=deployment()) == Diff()


@pytest.mark.parametrize("text", ["a.b[0].c", 'a["b.c"].d', 'a["x\\"y"]', "a"])
def test_paths_are_read_and_written_alike(text: str) -> None:
    assert format_path(parse_path(text)) == text


def test_a_text_that_is_no_path_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a property path"):
        parse_path("a[b]")
