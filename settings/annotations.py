"""Annotations of ways in that follow from keys of their own."""

from typing import Final

from settings.access import ByLoadBalancer
from settings.ingress import AnyIngress, IssuedTls

EXTERNAL_DNS: Final = "external-dns.alpha.kubernetes.io/hostname"
METALLB: Final = "metallb.io/loadBalancerIPs"
BACKEND_PROTOCOL: Final = "nginx.ingress.kubernetes.io/backend-protocol"
PROXY_SSL_SECRET: Final = "nginx.ingress.kubernetes.io/proxy-ssl-secret"  # noqa: S105 - the name of an annotation
PROXY_SSL_NAME: Final = "nginx.ingress.kubernetes.io/proxy-ssl-name"
PROXY_SSL_VERIFY: Final = "nginx.ingress.kubernetes.io/proxy-ssl-verify"
OF_INGRESS_NGINX: Final = (BACKEND_PROTOCOL, PROXY_SSL_SECRET, PROXY_SSL_NAME, PROXY_SSL_VERIFY)
"""How it speaks to pods that serve TLS (kubernetes.github.io/ingress-nginx, "Annotations")."""
_ISSUERS: Final = {"ClusterIssuer": "cert-manager.io/cluster-issuer", "Issuer": "cert-manager.io/issuer"}
"""What cert-manager's ingress-shim looks at (cert-manager.io, "Annotated Ingress resource")."""


def of_load_balancer(way: ByLoadBalancer) -> dict[str, str]:
    """For external-dns and, with an address, for MetalLB (metallb.io, "Usage"; spec.loadBalancerIP is deprecated)."""
    return {EXTERNAL_DNS: way.host, **({METALLB: way.address} if way.address else {})}


def of_ingress(said: AnyIngress) -> dict[str, str]:
    """For cert-manager."""
    return {_ISSUERS[said.tls.issuer_kind]: said.tls.issuer} if isinstance(said.tls, IssuedTls) else {}
