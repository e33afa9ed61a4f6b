"""The kubernetes plugin without a cluster."""

from standins.simulated.kubernetes.provider import KubernetesProvider

__all__ = ["KubernetesProvider"]
