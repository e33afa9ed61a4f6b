"""References to secrets. A stack file never holds one itself."""

from typing import Annotated

from settings.base import Model
from settings.facts import changing
from settings.scalars import DataKey, ObjectName


class SecretKey(Model):
    """One key of a Kubernetes Secret in the namespace of the pods that use it, made by somebody else."""

    secret: Annotated[ObjectName, changing("rolling", "pods that mount it restart")]
    """Name of the Secret."""
    key: Annotated[DataKey, changing("rolling", "pods that mount it restart")]
    """Key inside it."""
