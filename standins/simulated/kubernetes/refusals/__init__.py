"""What an API server would refuse of an object: the rules that are cheap to check and exact.

Source: k8s.io/apimachinery pkg/api/validation and pkg/util/validation, kubernetes pkg/apis/*/validation, version 1.36.
Values that are not known yet pass. Unknown fields are not found: that needs the schemas of the API.
"""

from collections.abc import Callable, Iterator
from typing import Final

from standins.kubernetes.objects import Object
from standins.provider import CheckFailure
from standins.simulated.kubernetes.refusals import access, content, identity, services, workloads

_OF_A_KIND: Final[dict[tuple[str, str], Callable[[Object], Iterator[CheckFailure]]]] = {
    ("apps/v1", "DaemonSet"): workloads.selecting,
    ("apps/v1", "Deployment"): workloads.selecting,
    ("apps/v1", "StatefulSet"): workloads.selecting,
    ("batch/v1", "CronJob"): workloads.cron_job,
    ("batch/v1", "Job"): workloads.job,
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): access.binding,
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): access.binding,
    ("v1", "ConfigMap"): content.config_map,
    ("v1", "Pod"): workloads.pod,
    ("v1", "Secret"): content.secret,
    ("v1", "Service"): services.service,
}


def refusals(obj: Object) -> Iterator[CheckFailure]:
    yield from identity.failures(obj)
    of_this_kind = _OF_A_KIND.get((str(obj.get("apiVersion")), str(obj.get("kind"))))
    if of_this_kind:
        yield from of_this_kind(obj)
