"""Bindings of roles."""

from collections.abc import Iterator
from typing import Final

from standins.kubernetes.objects import Object, pluck
from standins.provider import CheckFailure

_GROUP: Final = "rbac.authorization.k8s.io"


def binding(obj: Object) -> Iterator[CheckFailure]:
    cluster_wide = obj["kind"] == "ClusterRoleBinding"
    roles = ("ClusterRole",) if cluster_wide else ("Role", "ClusterRole")
    group, kind, name = (pluck(obj, "roleRef", key) for key in ("apiGroup", "kind", "name"))
    if isinstance(group, str) and group not in ("", _GROUP):
        yield CheckFailure("roleRef.apiGroup", f"must be {_GROUP}")
    if isinstance(kind, str) and kind not in roles:
        yield CheckFailure("roleRef.kind", f"must be {' or '.join(roles)}")
    if isinstance(obj.get("roleRef"), dict) and name in (None, ""):
        yield CheckFailure("roleRef.name", "is required")
    subjects = obj.get("subjects")
    for index, subject in enumerate(subjects if isinstance(subjects, list) else ()):
        is_account = pluck(subject, "kind") == "ServiceAccount"
        if cluster_wide and is_account and not subject.get("namespace"):
            yield CheckFailure(f"subjects[{index}].namespace", "is required for a ServiceAccount")
