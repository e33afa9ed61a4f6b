"""Pods and what makes them."""

from collections.abc import Iterator

from standins.kubernetes.objects import Object, pluck
from standins.provider import CheckFailure, Value
from standins.simulated.kubernetes.refusals import pods
from standins.simulated.kubernetes.refusals.identity import labels


def pod(obj: Object) -> Iterator[CheckFailure]:
    yield from pods.failures(obj.get("spec"), "spec")


def selecting(obj: Object) -> Iterator[CheckFailure]:
    """Deployment, StatefulSet, DaemonSet: a selector that matches the template."""
    spec = obj.get("spec")
    if not isinstance(spec, dict):
        yield from _missing(spec, "spec")
        return
    selector = spec.get("selector")
    if selector is None or selector == {}:
        yield CheckFailure("spec.selector", "is required and must select something")
    yield from _selected(pluck(selector, "matchLabels"), pluck(spec, "template", "metadata", "labels"))
    replicas = spec.get("replicas")
    if isinstance(replicas, int) and replicas < 0:
        yield CheckFailure("spec.replicas", "must not be negative")
    yield from _template(spec.get("template"), "spec.template", spec.get("volumeClaimTemplates"))


def job(obj: Object) -> Iterator[CheckFailure]:
    yield from _job_spec(obj.get("spec"), "spec")


def cron_job(obj: Object) -> Iterator[CheckFailure]:
    if isinstance(obj.get("spec"), dict) and not pluck(obj, "spec", "schedule"):
        yield CheckFailure("spec.schedule", "is required")
    yield from _job_spec(pluck(obj, "spec", "jobTemplate", "spec"), "spec.jobTemplate.spec")


def _job_spec(spec: Value, path: str) -> Iterator[CheckFailure]:
    if not isinstance(spec, dict):
        yield from _missing(spec, path)
        return
    template = f"{path}.template"
    yield from _template(spec.get("template"), template)
    policy = pluck(spec, "template", "spec", "restartPolicy")
    if isinstance(pluck(spec, "template", "spec"), dict) and policy in (None, "", "Always"):
        yield CheckFailure(f"{template}.spec.restartPolicy", "must be OnFailure or Never in a Job")


def _template(template: Value, path: str, claims: Value = None) -> Iterator[CheckFailure]:
    if not isinstance(template, dict):
        yield from _missing(template, path)
        return
    yield from labels(pluck(template, "metadata", "labels"), f"{path}.metadata.labels")
    yield from pods.failures(template.get("spec"), f"{path}.spec", claims)


def _selected(wanted: Value, found: Value) -> Iterator[CheckFailure]:
    if not isinstance(wanted, dict) or not isinstance(found, dict | None):
        return
    for key, value in wanted.items():
        label = (found or {}).get(key)
        if (label is None or isinstance(label, str)) and isinstance(value, str) and label != value:
            yield CheckFailure("spec.template.metadata.labels", f"lack {key}={value}, which spec.selector asks for")


def _missing(value: Value, path: str) -> Iterator[CheckFailure]:
    if value is None:
        yield CheckFailure(path, "is required")
