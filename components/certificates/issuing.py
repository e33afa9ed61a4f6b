"""Authorities and leaves that the stack itself makes. Their keys are in the state, encrypted, and in Secrets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s
import pulumi_tls as tls

from components.certificates.names import common_name, is_address
from components.kubernetes import Installation

_AUTHORITY_HOURS: Final = 10 * 365 * 24


@dataclass(frozen=True)
class Authority:
    """Who signs."""

    key: tls.PrivateKey
    certificate: tls.SelfSignedCert


@dataclass(frozen=True)
class Leaf:
    """Who is signed."""

    common_name: str
    key: tls.PrivateKey
    certificate: tls.LocallySignedCert


@dataclass(frozen=True, kw_only=True)
class Issuing:
    """Makes them as children of a component.

    Another `rotation` is another name of each leaf's key: the engine makes a new one, everything that hangs on it
    follows, and the old one goes last. Authorities have no part in it, so peers with old and new leaves go on to
    trust each other.
    """

    name: str
    """What the children's names begin with."""
    parent: pulumi.Resource
    """The component."""
    installation: Installation
    """Whose certificates."""
    leaf_days: int
    """Validity of leaves; an `up` in their last third issues new ones."""
    rotation: int
    """Another number makes new leaves."""
    protect: bool
    """Whether the engine refuses to delete the authorities."""

    def authority(self, who: str) -> Authority:
        """A key and its certificate."""
        key = self._key(f"{who}-ca-key", protect=self.protect)
        certificate = tls.SelfSignedCert(
            f"{self.name}-{who}-ca",
            private_key_pem=key.private_key_pem,
            subject=tls.SelfSignedCertSubjectArgs(
                common_name=f"{self.installation.name} {who} authority", organization="Temporal Platform"
            ),
            is_ca_certificate=True,
            set_subject_key_id=True,
            allowed_uses=["cert_signing", "crl_signing"],
            validity_period_hours=_AUTHORITY_HOURS,
            opts=self._child(protect=self.protect),
        )
        return Authority(key, certificate)

    def leaf(self, who: str, authority: Authority, names: Sequence[str], uses: Sequence[str]) -> Leaf:
        """A key, a request, a certificate."""
        addresses = [name for name in names if is_address(name)]
        key = self._key(f"{who}-key-{self.rotation}" if self.rotation else f"{who}-key")
        request = tls.CertRequest(
            f"{self.name}-{who}-request",
            private_key_pem=key.private_key_pem,
            subject=tls.CertRequestSubjectArgs(common_name=common_name(names)),
            dns_names=[name for name in names if name not in addresses] or None,
            ip_addresses=addresses or None,
            opts=self._child(),
        )
        certificate = tls.LocallySignedCert(
            f"{self.name}-{who}",
            cert_request_pem=request.cert_request_pem,
            ca_cert_pem=authority.certificate.cert_pem,
            ca_private_key_pem=authority.key.private_key_pem,
            allowed_uses=["digital_signature", *uses],
            validity_period_hours=self.leaf_days * 24,
            early_renewal_hours=self.leaf_days * 8,
            opts=self._child(),
        )
        return Leaf(common_name(names), key, certificate)

    def client_leaf(self, who: str, authority: Authority) -> Leaf:
        """What a client shows."""
        return self.leaf(f"client-{who}", authority, [f"{who}.client.{self.installation.name}"], ["client_auth"])

    def secret(self, role: str, kind: str, data: Mapping[str, pulumi.Input[str]]) -> pulumi.Output[str]:
        """A Secret in the installation's namespace; returns its name."""
        secret = k8s.core.v1.Secret(
            f"{self.name}-{role}",
            metadata=self.installation.metadata(f"temporal-{role}", "certificates", self.installation.server_version),
            type=kind,
            string_data=data,
            opts=self._child(),
        )
        return secret.metadata.name

    def _key(self, name: str, *, protect: bool = False) -> tls.PrivateKey:
        return tls.PrivateKey(
            f"{self.name}-{name}", algorithm="ECDSA", ecdsa_curve="P256", opts=self._child(protect=protect)
        )

    def _child(self, *, protect: bool = False) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self.parent, protect=protect or None)


def tls_data(leaf: Leaf, trusted: Authority | None) -> dict[str, pulumi.Input[str]]:
    """The keys of a `kubernetes.io/tls` Secret, as cert-manager writes them; `trusted` is whom the holder checks others
    against, the image's public authorities when None."""
    own = {"tls.crt": leaf.certificate.cert_pem, "tls.key": leaf.key.private_key_pem}
    return {**own, "ca.crt": trusted.certificate.cert_pem} if trusted else {**own}
