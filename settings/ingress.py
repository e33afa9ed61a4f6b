"""How what is called by HTTP is reached from outside the cluster."""

from typing import Annotated, Final, Literal

from pydantic import Field

from settings.base import Model
from settings.facts import changing
from settings.scalars import AnnotationValue, DnsName, HttpPath, LabelKey, ObjectName

_CHANGE: Final = changing("nothing", "the ingress controller follows it")


class SecretTls(Model):
    """A certificate of somebody else's."""

    kind: Annotated[Literal["secret"], _CHANGE]
    """This way's name."""
    secret: Annotated[ObjectName, _CHANGE]
    """Secret in the namespace of the Ingress with tls.crt and tls.key."""


class IssuedTls(Model):
    """A certificate that cert-manager makes for the Ingress. It must be installed, and the issuer be there."""

    kind: Annotated[Literal["cert-manager"], _CHANGE]
    """This way's name."""
    issuer_kind: Annotated[Literal["Issuer", "ClusterIssuer"], _CHANGE] = "ClusterIssuer"
    """Issuer lives in the namespace of the Ingress."""
    issuer: Annotated[ObjectName, _CHANGE]
    """Name of the issuer."""


class NoTls(Model):
    """The Ingress has no certificate: TLS ends in front of it, or nowhere. Said in words, never a default."""

    kind: Annotated[Literal["none"], _CHANGE]
    """This way's name."""


class AnyIngress(Model):
    """What every Ingress says."""

    host: Annotated[DnsName, _CHANGE]
    """Name under which it is called."""
    ingress_class: Annotated[ObjectName | None, _CHANGE] = None
    """IngressClass; the cluster's default one when left out."""
    annotations: Annotated[dict[LabelKey, AnnotationValue], _CHANGE] = {}
    """Annotations of the Ingress, for its controller."""
    tls: Annotated[SecretTls | IssuedTls | NoTls, Field(discriminator="kind")]
    """Whose certificate callers see."""


class Ingress(AnyIngress):
    """An Ingress that leads to the API."""

    path: Annotated[HttpPath, _CHANGE] = "/"
    """What paths begin with."""
