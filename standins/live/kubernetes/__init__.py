"""The Kubernetes provider against a real API server, with the semantics of the official plugin 4.34."""

from standins.live.kubernetes.live_provider import KubernetesProvider

__all__ = ["KubernetesProvider"]
