"""What is in an installation's Kubernetes namespace."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s


@dataclass(frozen=True, kw_only=True)
class Inside:
    """Options of everything in the installation's namespace: gone with it, so a teardown is one deletion."""

    parent: pulumi.Resource
    """The component."""
    namespace: k8s.core.v1.Namespace | None
    """The namespace, if it is the stack's."""

    def __call__(self, *after: pulumi.Resource) -> pulumi.ResourceOptions:
        """The options; made once `after` is there."""
        return pulumi.ResourceOptions(
            parent=self.parent,
            depends_on=[*([self.namespace] if self.namespace else []), *after],
            deleted_with=self.namespace,
        )
