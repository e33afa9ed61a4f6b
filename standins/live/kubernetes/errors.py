"""What can go wrong with a cluster, in words for the person who runs the program."""

from __future__ import annotations

from typing import Any


class ClusterError(Exception):
    """The message is complete: what failed, where, and what to do where that is known."""


class UnreachableError(ClusterError):
    """No kubeconfig, or nobody answers at the address in it."""


class UnknownKindError(ClusterError):
    """The API server serves no such kind."""

    def __init__(self, api_version: str, kind: str) -> None:
        super().__init__(
            f"the cluster serves no kind {kind} in {api_version}: create its CustomResourceDefinition first "
            "(depends_on), or correct the apiVersion"
        )


class ApiError(ClusterError):
    """The API server refused a request. `status` is the HTTP status, `reason` the API's word such as AlreadyExists."""

    def __init__(self, status: int, reason: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.details = details or {}

    @property
    def not_found(self) -> bool:
        return self.status == 404

    @property
    def already_exists(self) -> bool:
        return self.reason == "AlreadyExists"

    @property
    def forbidden(self) -> bool:
        return self.status == 403

    @property
    def immutable(self) -> bool:
        return self.status == 422 and "field is immutable" in str(self)

    def conflicts(self) -> list[tuple[str, str]]:
        """Fields that another manager owns, each with the API server's sentence about it."""
        return [
            (str(cause.get("field")), str(cause.get("message")))
            for cause in self.details.get("causes") or []
            if cause.get("reason") == "FieldManagerConflict"
        ]
