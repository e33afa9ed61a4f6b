"""Full inputs of an object, its names, and the normal form.

Proves what `check` returns for given arguments. That the API server stores the same normal form is seen on the cluster
(tests/cluster), not here.
"""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from standins.kubernetes.check import check
from standins.kubernetes.naming import field_manager, unique_name
from standins.kubernetes.normal_form import normalize
from standins.kubernetes.objects import kind_of_token, object_id, parse_id, plain
from standins.kubernetes.quantities import canonical
from standins.provider import UNKNOWN, Call, Checked, CheckFailure, Secret

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"


def checked(news: dict[str, Any], olds: dict[str, Any] | None = None, **overrides: Any) -> Checked:
    call = Call(urn="urn", type=overrides.pop("type", CONFIG_MAP), name="settings", timeout=0)
    arguments = {"default_namespace": "default", "namespaced": True, **overrides}
    return check(call, olds or {}, news, b"seed", **arguments)


def config_map(metadata: Any = None, **fields: Any) -> dict[str, Any]:
    obj = {"apiVersion": "v1", "kind": "ConfigMap", **fields}
    return obj if metadata is None else {**obj, "metadata": metadata}


def test_an_unnamed_object_gets_its_resource_name_eight_hex_digits_and_the_mark() -> None:
    metadata = checked(config_map()).inputs["metadata"]
    assert re.fullmatch(r"settings-[0-9a-f]{8}", metadata["name"])
    assert metadata["annotations"] == {"pulumi.com/autonamed": "true"}
    assert metadata["namespace"] == "default"
    assert checked(config_map()).inputs["metadata"]["name"] == metadata["name"], "the same seed gives the same name"


def test_an_update_keeps_the_automatic_name_and_its_mark() -> None:
    olds = config_map({"name": "settings-12345678", "annotations": {"pulumi.com/autonamed": "true"}})
    metadata = checked(config_map({"labels": {"a": "b"}}), olds).inputs["metadata"]
    assert metadata == {
        "name": "settings-12345678",
        "namespace": "default",
        "labels": {"a": "b"},
        "annotations": {"pulumi.com/autonamed": "true"},
    }


def test_a_name_once_given_and_then_removed_is_not_replaced_by_an_automatic_one_here() -> None:
    """The diff then replaces the object, and the engine checks again without the old inputs."""
    metadata = checked(config_map({}), config_map({"name": "given"})).inputs["metadata"]
    assert "name" not in metadata


@pytest.mark.parametrize("metadata", [{"name": UNKNOWN}, {"name": "given"}])
def test_a_name_of_the_program_stays(metadata: dict[str, Any]) -> None:
    result = checked(config_map({**metadata, "namespace": "own"})).inputs
    assert result["metadata"] == {**metadata, "namespace": "own"}


def test_metadata_that_is_not_known_yet_stays_unknown() -> None:
    assert checked(config_map(UNKNOWN)).inputs["metadata"] is UNKNOWN


def test_cluster_scoped_objects_get_no_namespace() -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}
    result = checked(namespace, type="kubernetes:core/v1:Namespace", namespaced=False)
    assert result.inputs["metadata"] == {"name": "a"}


def test_generate_name_is_refused_with_its_path() -> None:
    result = checked(config_map({"generateName": "a-"}))
    assert result.failures == (
        CheckFailure("metadata.generateName", "is not supported by server-side apply: give a name, or none at all"),
    )


def test_patch_resources_are_refused() -> None:
    result = checked(config_map({"name": "a"}), type="kubernetes:core/v1:ConfigMapPatch")
    assert [failure.property for failure in result.failures] == ["kind"]


def test_string_data_becomes_data_and_all_of_it_is_secret() -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s"},
        "stringData": Secret({"password": "hunter2"}),
        "data": {"password": "b2xk", "other": "b3RoZXI=\n"},
    }
    inputs = checked(secret, type="kubernetes:core/v1:Secret").inputs
    assert "stringData" not in inputs
    assert inputs["data"] == Secret({"password": base64.b64encode(b"hunter2").decode(), "other": "b3RoZXI="})


def test_string_data_with_an_unknown_stays_as_it_is() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": Secret(UNKNOWN)}
    assert checked(secret, type="kubernetes:core/v1:Secret").inputs["stringData"] == Secret(UNKNOWN)


def test_a_secret_deep_in_the_arguments_keeps_its_mark_and_a_list_is_secret_as_a_whole() -> None:
    inputs = checked(config_map({"name": "a", "annotations": {"token": Secret("x"), "plain": "y"}})).inputs
    assert inputs["metadata"]["annotations"] == {"token": Secret("x"), "plain": "y"}
    listed = checked(config_map({"name": "a", "finalizers": ["x", Secret("y")]})).inputs
    assert listed["metadata"]["finalizers"] == Secret(["x", "y"])


def test_normal_form_drops_what_the_api_does_not_store() -> None:
    container = {
        "name": "c",
        "stdin": False,
        "args": [],
        "env": None,
        "resources": {"requests": {"cpu": 0.5, "memory": "1024Mi"}, "limits": {}},
        "readinessProbe": {"periodSeconds": 0, "initialDelaySeconds": 0},
        "volumeMounts": [{"name": "v", "mountPath": "/v", "readOnly": False}],
    }
    pod = {"hostNetwork": False, "containers": [container], "volumes": [{"name": "v", "emptyDir": {}}]}
    template = {"metadata": {"labels": {"a": "b"}}, "spec": pod}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d", "uid": "1", "resourceVersion": "2"},
        "spec": {"replicas": 0, "template": template},
    }
    assert normalize(deployment) == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d"},
        "spec": {
            "replicas": 0,
            "template": {
                "metadata": {"labels": {"a": "b"}},
                "spec": {
                    "containers": [
                        {
                            "name": "c",
                            "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}},
                            "readinessProbe": {},
                            "volumeMounts": [{"name": "v", "mountPath": "/v"}],
                        }
                    ],
                    "volumes": [{"name": "v", "emptyDir": {}}],
                },
            },
        },
    }


def test_custom_resources_and_config_maps_keep_their_values() -> None:
    widget = {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "spec": {"limits": {"cpu": "0.5"}, "x": None, "paused": False},
    }
    assert normalize(widget) == widget
    text = config_map({"name": "a"}, data={"limits": "1024Mi"})
    assert normalize(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", "1"),
        ("1000m", "1"),
        ("0.5", "500m"),
        ("1.5", "1500m"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("512Ki", "512Ki"),
        ("0.5Ki", "512"),
        ("1000000", "1M"),
        ("1000k", "1M"),
        ("0", "0"),
        ("1e3", "1e3"),
        ("0.1m", "100u"),
        ("-0.5", "-500m"),
        ("128974848", "128974848"),
    ],
)
def test_quantities_are_written_as_the_api_writes_them(text: str, expected: str) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize("text", ["", "Mi", "1 Gi", "1gi", "abc"])
def test_what_is_no_quantity_has_no_canonical_form(text: str) -> None:
    assert canonical(text) is None


def test_whole_floats_are_integers_and_dashes_are_restored() -> None:
    assert plain({"replicas": 1.0, "ratio": 1.5, "x_kubernetes_list_type": "map", "secret": Secret({"a": 2.0})}) == {
        "replicas": 1,
        "ratio": 1.5,
        "x-kubernetes-list-type": "map",
        "secret": {"a": 2},
    }


def test_ids_and_type_tokens() -> None:
    assert object_id({"metadata": {"name": "a", "namespace": "n"}}) == "n/a"
    assert object_id({"metadata": {"name": "a"}}) == "a"
    assert parse_id("n/a") == ("n", "a")
    assert parse_id("a") == ("", "a")
    assert kind_of_token("kubernetes:core/v1:Pod") == ("v1", "Pod")
    assert kind_of_token("kubernetes:rbac.authorization.k8s.io/v1:Role") == ("rbac.authorization.k8s.io/v1", "Role")
    with pytest.raises(ValueError, match="is not the type of a Kubernetes object"):
        kind_of_token("kubernetes:index:Provider")


def test_the_field_manager_is_the_annotations_the_states_or_a_new_one() -> None:
    chosen = {"metadata": {"annotations": {"pulumi.com/patchFieldManager": "mine"}}}
    assert field_manager(chosen, {"__fieldManager": "kept"}) == "mine"
    assert field_manager({}, {"__fieldManager": "kept"}) == "kept"
    assert field_manager({}, {}, b"urn") == unique_name("pulumi-kubernetes-", b"urn")
    assert unique_name("a-", b"") != unique_name("a-", b"")
