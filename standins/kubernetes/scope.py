"""Which kinds of the API server have no namespace. Live clusters are asked instead (API discovery)."""

from __future__ import annotations

_CLUSTER_SCOPED = frozenset(
    {
        "APIService",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "ClusterRole",
        "ClusterRoleBinding",
        "ComponentStatus",
        "CustomResourceDefinition",
        "FlowSchema",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
        # Custom resources the project uses; any other is taken as namespaced, as the official plugin does.
        "ClusterIssuer",
        "ClusterSecretStore",
    }
)


def is_namespaced(kind: str) -> bool:
    return kind not in _CLUSTER_SCOPED
