"""The live provider against a fake API: which requests it makes, what it returns, what it says when it fails.

Proves requests, states and messages. What a real API server and real pods do with them is proved on the cluster.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from standins.live.kubernetes.connection import APPLY_PATCH, JSON
from standins.live.kubernetes.errors import ApiError, ClusterError, UnreachableError
from standins.live.kubernetes.live_provider import KubernetesProvider
from standins.provider import UNKNOWN, InitFailedError, Secret, State
from tests.standins.kubernetes_fake import Bench

if TYPE_CHECKING:
    from standins.live.kubernetes.settings import Settings

CM_PATH = "/api/v1/namespaces/n/configmaps/cm"
DEPLOYMENT_PATH = "/apis/apps/v1/namespaces/n/deployments/d"
JOB_PATH = "/apis/batch/v1/namespaces/n/jobs/j"


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}, "status": {"phase": "Active"}})
    return bench


def config_map(**fields: Any) -> dict[str, Any]:
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cm", "namespace": "n"}, "data": {"a": "1"}}
    return {**obj, **fields}


def deployment(replicas: int = 1) -> dict[str, Any]:
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "d"}}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "namespace": "n"}, "spec": spec}


def job(**metadata: Any) -> dict[str, Any]:
    selector = {"matchLabels": {"job": "j"}}
    obj = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j", "namespace": "n", **metadata}}
    return {**obj, "spec": {"selector": selector}}


def created(bench: Bench, provider: KubernetesProvider, inputs: dict[str, Any]) -> State:
    return provider.create(bench.call(inputs), inputs)


def test_create_is_a_post_under_the_creators_name(bench: Bench) -> None:
    inputs = config_map(data={"a": Secret("1"), "n": "x"})
    state = created(bench, bench.provider(), inputs)
    request = bench.api.last("POST")
    assert (request.path, request.query) == (
        "/api/v1/namespaces/n/configmaps",
        {"fieldManager": "pulumi-kubernetes", "fieldValidation": "Warn"},
    )
    assert request.body == config_map(data={"a": "1", "n": "x"})
    assert state.id == "n/cm"
    assert state.outputs["data"] == {"a": Secret("1"), "n": "x"}
    assert state.outputs["__inputs"] == inputs
    assert state.outputs["__initialApiVersion"] == "v1"
    assert state.outputs["__fieldManager"].startswith("pulumi-kubernetes-")


def test_a_created_object_is_owned_by_its_field_manager_at_once(bench: Bench) -> None:
    entry = {"manager": "pulumi-kubernetes", "operation": "Update", "fieldsV1": {"f:data": {}}}
    inputs = config_map(metadata={"name": "cm", "namespace": "n", "managedFields": [entry]})
    state = created(bench, bench.provider(), inputs)
    assert bench.api.writes() == [("POST", "/api/v1/namespaces/n/configmaps"), ("PATCH", CM_PATH)]
    owner = {**entry, "manager": state.outputs["__fieldManager"], "operation": "Apply"}
    assert bench.api.objects[CM_PATH]["metadata"]["managedFields"] == [owner]
    assert state.outputs["metadata"]["managedFields"] == [owner]


def test_a_created_object_is_kept_when_its_fields_cannot_be_taken_over(bench: Bench) -> None:
    entry = {"manager": "pulumi-kubernetes", "operation": "Update", "fieldsV1": {"f:data": {}}}
    inputs = config_map(metadata={"name": "cm", "namespace": "n", "managedFields": [entry]})
    bench.api.refuse = lambda method, _path: ApiError(403, "Forbidden", "no patch") if method == "PATCH" else None
    assert created(bench, bench.provider(), inputs).id == "n/cm"


def test_create_of_an_existing_object_fails_and_says_what_to_do(bench: Bench) -> None:
    bench.add(config_map())
    with pytest.raises(
        ClusterError, match=r"^ConfigMap n/cm was not created: .*already exists.*pulumi import.*upsertExisting"
    ):
        created(bench, bench.provider(), config_map())


def test_upsert_applies_and_overrides_only_leftovers_of_the_provider(bench: Bench) -> None:
    bench.add(config_map())
    conflict = {
        "causes": [
            {
                "reason": "FieldManagerConflict",
                "field": ".data.a",
                "message": 'conflict with "pulumi-kubernetes" using v1',
            }
        ]
    }
    refusals = [ApiError(409, "Conflict", "conflict", conflict)]
    bench.api.refuse = lambda method, _path: refusals.pop() if method == "PATCH" and refusals else None
    created(bench, bench.provider(upsertExistingObjects="true"), config_map(data={"a": "2"}))
    applied = [request for request in bench.api.requests if request.method == "PATCH"]
    assert [(request.content_type, request.query["force"]) for request in applied] == [
        (APPLY_PATCH, "false"),
        (APPLY_PATCH, "true"),
    ]
    assert bench.api.objects[CM_PATH]["data"] == {"a": "2"}


def test_upsert_does_not_take_fields_of_others(bench: Bench) -> None:
    conflict = {
        "causes": [
            {"reason": "FieldManagerConflict", "field": ".data.a", "message": 'conflict with "kubectl" using v1'}
        ]
    }
    bench.api.refuse = lambda method, _path: ApiError(409, "Conflict", "x", conflict) if method == "PATCH" else None
    with pytest.raises(ClusterError, match=r'other writers own .*: \.data\.a: conflict with "kubectl"'):
        created(bench, bench.provider(upsertExistingObjects="true"), config_map())
    assert len(bench.api.writes()) == 1


def test_create_waits_for_a_namespace_or_kind_that_is_only_just_being_made() -> None:
    bench = Bench()
    sleep = bench.clock.sleep

    def add_then_sleep(seconds: float) -> None:
        bench.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}})
        sleep(seconds)

    bench.clock.sleep = add_then_sleep  # type: ignore[method-assign]
    created(bench, bench.provider(), config_map())
    assert bench.clock.time == 0.5
    assert CM_PATH in bench.api.objects


def test_create_in_a_namespace_that_never_comes_fails_after_its_retries() -> None:
    bench = Bench()
    with pytest.raises(ClusterError, match=r'^ConfigMap n/cm was not created: namespaces "n" not found$'):
        created(bench, bench.provider(), config_map())
    assert bench.clock.time == 15.5


def test_a_new_kind_is_found_after_its_definition_appeared(bench: Bench) -> None:
    provider = bench.provider()
    widget = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w", "namespace": "n"}}
    assert provider.create(bench.call(widget, preview=True), widget) == State("", widget), (
        "no such kind yet: the inputs"
    )
    with pytest.raises(ClusterError, match=r"the cluster serves no kind Widget in example.com/v1"):
        created(bench, provider, widget)
    bench.api.kinds["example.com/v1"] = {"Widget": ("widgets", False)}
    assert created(bench, provider, widget).id == "w", "cluster-scoped after all"
    assert bench.api.last("POST").body["metadata"] == {"name": "w"}


def test_warnings_of_the_api_server_are_passed_on(bench: Bench) -> None:
    bench.api.warnings = ('unknown field "spec.nonsense"',)
    created(bench, bench.provider(), config_map())
    assert bench.said == [("warning", 'unknown field "spec.nonsense"')]


def test_a_preview_of_create_is_a_dry_run_without_status(bench: Bench) -> None:
    inputs = config_map(status={"x": 1})
    state = bench.provider().create(bench.call(inputs, preview=True), inputs)
    assert bench.api.last("POST").query["dryRun"] == "All"
    assert CM_PATH not in bench.api.objects
    assert state.id == ""
    assert "status" not in state.outputs
    assert state.outputs["metadata"]["uid"]


@pytest.mark.parametrize(
    "error",
    [
        ApiError(404, "NotFound", "no namespace", {"kind": "namespaces"}),
        ApiError(409, "AlreadyExists", "exists"),
        ApiError(403, "Forbidden", "no"),
        ApiError(422, "Invalid", "spec.x: field is immutable"),
    ],
)
def test_a_preview_that_the_cluster_cannot_make_returns_the_inputs(bench: Bench, error: ApiError) -> None:
    bench.api.refuse = lambda method, _path: error if method == "POST" else None
    inputs = config_map(data={"a": Secret("1")})
    assert bench.provider().create(bench.call(inputs, preview=True), inputs) == State("", inputs)


def test_a_preview_of_an_invalid_object_fails(bench: Bench) -> None:
    error = ApiError(422, "Invalid", "data: must be a map")
    bench.api.refuse = lambda method, _path: error if method == "POST" else None
    with pytest.raises(ClusterError, match=r"^ConfigMap n/cm would not be created: data: must be a map$"):
        bench.provider().create(bench.call(config_map(), preview=True), config_map())


def test_a_preview_with_unknowns_asks_nothing_and_returns_the_inputs(bench: Bench) -> None:
    inputs = config_map(data={"a": UNKNOWN})
    assert bench.provider().create(bench.call(inputs, preview=True), inputs) == State("", inputs)
    assert bench.api.writes() == []


def test_a_preview_without_a_cluster_returns_the_inputs_and_a_real_run_says_why() -> None:
    def connect(_settings: Settings) -> Any:
        raise UnreachableError("there is no kubeconfig at /none")

    provider, bench = KubernetesProvider(connect), Bench()
    inputs = config_map()
    checked = provider.check(bench.call(inputs), {}, inputs, b"")
    assert checked.inputs == inputs
    assert provider.create(bench.call(inputs, preview=True), inputs) == State("", inputs)
    with pytest.raises(UnreachableError, match=r"^there is no kubeconfig at /none$"):
        provider.create(bench.call(inputs), inputs)


def ready(obj: dict[str, Any], replicas: int = 1) -> dict[str, Any]:
    counts = {"replicas": replicas, "updatedReplicas": replicas, "readyReplicas": replicas}
    return {
        **obj,
        "status": {"observedGeneration": 1, "conditions": [{"type": "Available", "status": "True"}], **counts},
    }


def test_update_takes_over_the_creators_fields_and_applies_under_the_kept_name(bench: Bench) -> None:
    provider = bench.provider()
    state = created(bench, provider, config_map())
    fields = {"manager": "pulumi-kubernetes", "operation": "Update", "fieldsV1": {"f:data": {"f:a": {}}}}
    bench.api.objects[CM_PATH]["metadata"]["managedFields"] = [fields]
    new = config_map(data={"a": "2"})
    updated = provider.update(bench.call(new), "n/cm", {}, state.outputs, new)
    manager = state.outputs["__fieldManager"]
    take_over, apply = [request for request in bench.api.requests if request.method == "PATCH"]
    assert take_over.content_type == "application/json-patch+json"
    assert take_over.body == [
        {
            "op": "replace",
            "path": "/metadata/managedFields",
            "value": [{"manager": manager, "operation": "Apply", "fieldsV1": {"f:data": {"f:a": {}}}}],
        },
        {"op": "replace", "path": "/metadata/resourceVersion", "value": "1"},
    ]
    assert apply.query == {"fieldManager": manager, "fieldValidation": "Warn", "force": "false"}
    assert apply.body == new
    assert updated.id == "n/cm"
    assert updated.outputs["__fieldManager"] == manager
    assert updated.outputs["__inputs"]["data"] == {"a": "2"}


def test_a_preview_of_update_is_a_dry_run_that_takes_nothing_over(bench: Bench) -> None:
    provider = bench.provider()
    state = created(bench, provider, config_map())
    bench.api.objects[CM_PATH]["metadata"]["managedFields"] = [
        {"manager": "pulumi-kubernetes", "operation": "Update", "fieldsV1": {}}
    ]
    new = config_map(data={"a": "2"})
    bench.api.requests.clear()
    previewed = provider.update(bench.call(new, preview=True), "n/cm", {}, state.outputs, new)
    assert bench.api.writes() == [("PATCH", CM_PATH)]
    query = bench.api.last("PATCH").query
    assert (query["dryRun"], query["force"]) == ("All", "true")
    assert previewed.outputs["data"] == {"a": "2"}
    assert bench.api.objects[CM_PATH]["data"] == {"a": "1"}
    unknown = config_map(data={"a": UNKNOWN})
    assert provider.update(bench.call(unknown, preview=True), "n/cm", {}, state.outputs, unknown).outputs == unknown


def test_a_conflict_names_the_field_and_keeps_the_object_in_the_state(bench: Bench) -> None:
    provider = bench.provider()
    bench.add(ready(deployment()))
    bench.api.objects[DEPLOYMENT_PATH]["metadata"]["managedFields"] = [
        {
            "manager": "kubectl",
            "operation": "Update",
            "subresource": "scale",
            "fieldsV1": {"f:spec": {"f:replicas": {}}},
        }
    ]
    olds = {**deployment(), "__inputs": deployment(), "__fieldManager": "mine"}
    causes = [{"reason": "FieldManagerConflict", "field": ".spec.replicas", "message": 'conflict with "kubectl"'}]
    bench.api.refuse = lambda method, _path: (
        ApiError(409, "Conflict", "Apply failed", {"causes": causes}) if method == "PATCH" else None
    )
    text = r'^Deployment n/d was not updated: .*: \.spec\.replicas: conflict with "kubectl"\. .*ignore_changes'
    with pytest.raises(InitFailedError, match=text) as failure:
        provider.update(bench.call(deployment(2)), "n/d", {}, olds, deployment(2))
    assert failure.value.state.id == "n/d"
    preview = r"^Deployment n/d would not be updated: "
    with pytest.raises(ClusterError, match=preview):
        provider.update(bench.call(deployment(2), preview=True), "n/d", {}, olds, deployment(2))


def test_an_ignored_field_that_another_owns_is_not_applied(bench: Bench) -> None:
    bench.add(ready(deployment(5), 5))
    bench.api.objects[DEPLOYMENT_PATH]["metadata"]["managedFields"] = [
        {
            "manager": "kubectl",
            "operation": "Update",
            "subresource": "scale",
            "fieldsV1": {"f:spec": {"f:replicas": {}}},
        }
    ]
    olds = {**deployment(), "__inputs": deployment(), "__fieldManager": "mine"}
    call = bench.call(deployment(), ignore_changes=("spec.replicas",))
    bench.provider().update(call, "n/d", {}, olds, deployment())
    assert bench.api.last("PATCH").body["spec"] == {"selector": {"matchLabels": {"app": "d"}}}


def test_a_custom_resource_definition_is_replaced_as_a_whole(bench: Bench) -> None:
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {"group": "example.com"},
    }
    established = {"conditions": [{"type": "Established", "status": "True"}]}
    bench.add({**crd, "status": established})
    bench.api.on_get = lambda _path, obj: obj.update(status=established)
    olds = {**crd, "__inputs": crd, "__fieldManager": "mine"}
    bench.provider().update(bench.call(crd), "widgets.example.com", {}, olds, crd)
    request = bench.api.last("PUT")
    assert request.body["metadata"] == {"name": "widgets.example.com", "resourceVersion": "1"}
    assert request.content_type == JSON


def test_an_object_that_is_gone_cannot_be_updated(bench: Bench) -> None:
    olds = {**config_map(), "__inputs": config_map()}
    with pytest.raises(ClusterError, match=r"^ConfigMap n/cm was not updated: .*not found"):
        bench.provider().update(bench.call(config_map()), "n/cm", {}, olds, config_map())


def test_read_returns_live_state_and_inputs_cut_to_their_shape(bench: Bench) -> None:
    bench.add(config_map(data={"a": "drifted", "b": "more"}))
    inputs = config_map(data={"a": Secret("1")})
    outputs = {**config_map(), "__inputs": inputs, "__initialApiVersion": "v1", "__fieldManager": "mine"}
    state = bench.provider().read(bench.call(inputs), "n/cm", inputs, outputs)
    assert state.id == "n/cm"
    assert state.inputs == config_map(data={"a": Secret("drifted")})
    assert state.outputs["data"] == {"a": Secret("drifted"), "b": "more"}
    assert state.outputs["__fieldManager"] == "mine"


def test_read_of_something_gone_is_empty(bench: Bench) -> None:
    assert bench.provider().read(bench.call(config_map()), "n/cm", config_map(), config_map()) == State("", {})
    widget = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w", "namespace": "n"}}
    assert bench.provider().read(bench.call(widget), "n/w", widget, widget) == State("", {})


def test_import_takes_all_that_the_cluster_did_not_write(bench: Bench) -> None:
    annotations = {"deployment.kubernetes.io/revision": "1", "own": "x"}
    obj = ready(deployment())
    obj["metadata"] = {**obj["metadata"], "annotations": annotations, "managedFields": [], "creationTimestamp": "t"}
    bench.add(obj)
    state = bench.provider().read(bench.call(deployment()), "n/d", {}, {})
    assert state.inputs == {
        **deployment(),
        "metadata": {"name": "d", "namespace": "n", "annotations": {"own": "x"}},
    }
    assert state.outputs["status"]["readyReplicas"] == 1


def test_a_refresh_of_an_unready_object_keeps_it_and_says_why(bench: Bench) -> None:
    bench.add(deployment())
    inputs = deployment()
    with pytest.raises(InitFailedError, match=r"Deployment n/d is not ready: it waits for the controller") as failure:
        bench.provider().read(bench.call(inputs), "n/d", inputs, {**inputs, "__inputs": inputs})
    assert failure.value.state.id == "n/d"
    assert failure.value.state.inputs == inputs


def test_delete_asks_for_foreground_and_waits_until_it_is_gone(bench: Bench) -> None:
    stored = bench.add(config_map())
    bench.api.keeps_deleted = 3
    bench.provider().delete(bench.call(config_map()), "n/cm", {**stored, "__inputs": config_map()})
    assert bench.api.last("DELETE").body["propagationPolicy"] == "Foreground"
    assert CM_PATH not in bench.api.objects
    assert bench.clock.time == pytest.approx(0.1 + 0.2 + 0.4)


def test_delete_of_something_gone_or_of_an_unknown_kind_is_done(bench: Bench) -> None:
    bench.provider().delete(bench.call(config_map()), "n/cm", config_map())
    widget = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w", "namespace": "n"}}
    bench.provider().delete(bench.call(widget), "n/w", widget)


def test_delete_does_not_wait_for_another_object_of_the_same_name(bench: Bench) -> None:
    stored = copy.deepcopy(bench.add(config_map()))
    bench.api.keeps_deleted = 100
    bench.api.on_get = lambda _path, obj: obj["metadata"].update(uid="another")
    bench.provider().delete(bench.call(config_map()), "n/cm", stored)
    assert bench.clock.time == 0


def test_a_deletion_that_does_not_end_names_what_keeps_the_object(bench: Bench) -> None:
    namespace = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "n"},
        "spec": {"finalizers": ["kubernetes"]},
    }
    condition = {"type": "NamespaceContentRemaining", "status": "True", "message": "Some resources are remaining: pods"}
    stored = bench.add({**namespace, "status": {"conditions": [condition]}})
    bench.api.keeps_deleted = 1000
    text = (
        r"^Namespace n is still there: its deletion took longer than 5 s\. "
        r"Some resources are remaining: pods; its finalizers are kubernetes$"
    )
    with pytest.raises(ClusterError, match=text):
        bench.provider().delete(bench.call(namespace, timeout=5.0), "n", stored)


def test_create_waits_until_the_object_is_ready(bench: Bench) -> None:
    reads: list[int] = []

    def become_ready(_path: str, obj: dict[str, Any]) -> None:
        reads.append(1)
        if obj["kind"] == "Deployment" and len(reads) == 4:
            obj.update(ready(obj))

    bench.api.on_get = become_ready
    state = created(bench, bench.provider(), deployment())
    assert state.outputs["status"]["readyReplicas"] == 1
    assert bench.clock.time == pytest.approx(0.1 + 0.2 + 0.4)


def test_skip_await_does_not_look_again(bench: Bench) -> None:
    inputs = deployment()
    inputs["metadata"]["annotations"] = {"pulumi.com/skipAwait": "true"}
    created(bench, bench.provider(), inputs)
    assert bench.clock.time == 0


def crashed_pod(name: str = "d-1", **spec: Any) -> dict[str, Any]:
    terminated = {"exitCode": 1, "reason": "Error"}
    waiting = {"reason": "CrashLoopBackOff"}
    status = {"name": "c", "restartCount": 2, "state": {"waiting": waiting}, "lastState": {"terminated": terminated}}
    metadata = {"name": name, "namespace": "n"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": spec,
        "status": {"containerStatuses": [status]},
    }


def test_a_wait_that_takes_too_long_tells_the_pods_reasons_and_last_words_without_secrets(bench: Bench) -> None:
    environment = [{"name": "P", "valueFrom": {"secretKeyRef": {"name": "s", "key": "p"}}}]
    bench.add(crashed_pod(containers=[{"name": "c", "env": environment}]))
    bench.add(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "s", "namespace": "n"},
            "data": {"p": "aHVudGVyMjI="},
        }
    )
    bench.api.logs["/api/v1/namespaces/n/pods/d-1/log"] = "connecting with hunter22\nrefused\n"
    event = {"reason": "BackOff", "message": "restarting", "lastTimestamp": "t"}
    bench.add({"apiVersion": "v1", "kind": "Event", "metadata": {"name": "e", "namespace": "n"}, **event})
    with pytest.raises(InitFailedError) as failure:
        bench.provider().create(bench.call(deployment(), timeout=7.0), deployment())
    assert failure.value.reasons == [
        "Deployment n/d took longer than 7 s; it waited for the controller to notice the change",
        "pod d-1: container c ended with exit code 1 (Error) (CrashLoopBackOff, restarted 2 times)",
        "log of container c of pod d-1, last lines:\n    connecting with [secret]\n    refused",
        "event of Deployment d: [BackOff] restarting",
        "event of Pod d-1: [BackOff] restarting",
    ]
    assert failure.value.state.id == "n/d"
    assert failure.value.state.outputs["__inputs"] == deployment()
    assert bench.clock.time == pytest.approx(7.0)
    log = next(request for request in bench.api.requests if request.path.endswith("/log"))
    assert log.query == {"container": "c", "tailLines": "10", "previous": "true"}
    assert bench.said == [
        ("info", "waiting for the controller to notice the change"),
        ("warning", "pod d-1: container c ended with exit code 1 (Error) (CrashLoopBackOff, restarted 2 times)"),
    ], "each said once"


def test_logs_are_not_shown_when_the_secrets_in_them_could_not_be_masked(bench: Bench) -> None:
    bench.add(crashed_pod(volumes=[{"name": "v", "secret": {"secretName": "missing"}}]))
    bench.api.logs["/api/v1/namespaces/n/pods/d-1/log"] = "hunter22"
    with pytest.raises(InitFailedError) as failure:
        bench.provider().create(bench.call(deployment(), timeout=1.0), deployment())
    assert "hunter22" not in str(failure.value)
    assert "not shown, as the Secrets of the pod cannot be read" in str(failure.value)


def test_a_failed_job_fails_at_once(bench: Bench) -> None:
    failed = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "too often"}
    bench.api.on_get = lambda _path, obj: obj.update(status={"conditions": [failed]})
    with pytest.raises(InitFailedError, match=r"^Job n/j failed: \[BackoffLimitExceeded\] too often$") as failure:
        created(bench, bench.provider(), job())
    assert failure.value.state.id == "n/j"
    assert bench.clock.time == 0


def test_a_failed_job_is_replaced_only_with_the_annotation(bench: Bench) -> None:
    failed = {"conditions": [{"type": "Failed", "status": "True"}]}
    for notes, replaced in (({}, False), ({"pulumi.com/replaceUnready": "true"}, True)):
        inputs = job(annotations=notes)
        bench.add({**inputs, "status": failed})
        olds = {**inputs, "__inputs": inputs}
        difference = bench.provider().diff(bench.call(inputs), "n/j", {}, olds, inputs)
        assert bool(difference.replaces) is replaced
        assert difference.delete_before_replace is replaced


def test_cancel_ends_a_wait_and_keeps_the_object(bench: Bench) -> None:
    bench.cancelled = lambda: bench.clock.time >= 2
    with pytest.raises(InitFailedError, match=r"^Deployment n/d was cancelled; it waited for ") as failure:
        created(bench, bench.provider(), deployment())
    assert failure.value.state.id == "n/d"
    assert bench.clock.time < 4


def test_an_api_server_that_is_away_for_a_moment_does_not_end_a_wait(bench: Bench) -> None:
    away = [UnreachableError("gone")] * 3

    def answer(method: str, path: str) -> Any:
        return away.pop() if method == "GET" and path == DEPLOYMENT_PATH and away else None

    bench.api.refuse = answer
    bench.api.on_get = lambda _path, obj: obj.update(ready(obj)) if obj["kind"] == "Deployment" else None
    assert created(bench, bench.provider(), deployment()).id == "n/d"


def test_an_object_deleted_while_it_is_waited_for_ends_the_wait(bench: Bench) -> None:
    bench.api.refuse = lambda method, path: (
        ApiError(404, "NotFound", "gone") if method == "GET" and path == DEPLOYMENT_PATH else None
    )
    with pytest.raises(InitFailedError, match=r"^Deployment n/d was deleted while it was waited for$"):
        created(bench, bench.provider(), deployment())


def test_a_service_waits_for_an_endpoint(bench: Bench) -> None:
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "s", "namespace": "n"},
        "spec": {"selector": {"a": "b"}},
    }
    with pytest.raises(InitFailedError, match=r"it waited for a ready pod behind the Service"):
        bench.provider().create(bench.call(service, timeout=1.0), service)
    listed = next(request for request in bench.api.requests if request.path.endswith("endpointslices"))
    assert listed.query == {"labelSelector": "kubernetes.io/service-name=s"}
    del bench.api.objects["/api/v1/namespaces/n/services/s"]
    metadata = {"name": "s-1", "namespace": "n"}
    endpoints = [{"conditions": {"ready": True}}]
    bench.add(
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": metadata, "endpoints": endpoints}
    )
    assert created(bench, bench.provider(), service).id == "n/s"


def test_a_claim_is_ready_by_its_storage_class(bench: Bench) -> None:
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c", "namespace": "n"}}
    inputs = {**claim, "spec": {"storageClassName": "local"}}
    bench.api.on_get = lambda _path, obj: (
        obj.update(status={"phase": "Pending"}) if obj["kind"] == "PersistentVolumeClaim" else None
    )
    bench.add(
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": "local"},
            "volumeBindingMode": "WaitForFirstConsumer",
        }
    )
    assert created(bench, bench.provider(), inputs).id == "n/c"
    assert bench.clock.time == 0


def test_the_namespace_is_the_providers_the_contexts_or_none(bench: Bench) -> None:
    inputs = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cm"}}
    call = bench.call(inputs)
    assert bench.provider().check(call, {}, inputs, b"").inputs["metadata"]["namespace"] == "default"
    assert bench.provider(namespace="own").check(call, {}, inputs, b"").inputs["metadata"]["namespace"] == "own"
    scoped = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x"}}
    assert bench.provider().check(bench.call(scoped), {}, scoped, b"").inputs == scoped


def test_client_side_apply_is_refused(bench: Bench) -> None:
    with pytest.raises(ClusterError, match="only knows server-side apply"):
        bench.provider(enableServerSideApply="false")


def test_what_a_jobs_pod_said_is_kept_when_the_failed_job_takes_it_away(bench: Bench) -> None:
    bench.add(crashed_pod("j-1"))
    log = "/api/v1/namespaces/n/pods/j-1/log"
    bench.api.logs[log] = "no such database\n"
    failed = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "too often"}

    def fail_later(_path: str, obj: dict[str, Any]) -> None:
        if obj["kind"] == "Job" and bench.clock.time > 1:
            bench.api.objects.pop("/api/v1/namespaces/n/pods/j-1", None)
            obj["status"] = {"conditions": [failed]}

    bench.api.on_get = fail_later
    with pytest.raises(InitFailedError) as failure:
        created(bench, bench.provider(), job())
    assert failure.value.reasons == [
        "Job n/j failed: [BackoffLimitExceeded] too often",
        "pod j-1: container c ended with exit code 1 (Error) (CrashLoopBackOff, restarted 2 times)",
        "log of container c of pod j-1, last lines:\n    no such database",
    ]
    assert [request.path for request in bench.api.requests].count(log) == 1, "read once a crash, not at every look"
