"""Certificates made by the stack itself (`temporal:tls: {kind: generated}`).

Four authorities that trust nothing of each other: internode (between the server's services), frontend (what clients
check), client (what the frontend checks) and database. Keys are in the state, encrypted, and in Secrets.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s
import pulumi_tls as tls

from components.handles import ClientCertificate, ServerCertificates
from components.kubernetes import Installation

_AUTHORITY_HOURS: Final = 10 * 365 * 24
_REFRESH: Final = "1m"
_LONGEST_COMMON_NAME: Final = 64  # RFC 5280, ub-common-name; what peers check are the alternative names


@dataclass(frozen=True, kw_only=True)
class GeneratedCertificatesArgs:
    """What to issue."""

    installation: Installation
    """Whose certificates."""
    version: str
    """Version label of the Secrets: the server's."""
    frontend_names: Sequence[str]
    """DNS names and IP addresses of the frontend; the first is the one clients are told to expect."""
    ui_names: Sequence[str]
    """DNS names and IP addresses of the Web UI."""
    database_names: Sequence[str]
    """DNS names of the in-cluster database."""
    clients: Sequence[str]
    """Who gets a client certificate: DNS labels."""
    leaf_days: int
    """Validity of a leaf in days; renewed by an `up` in the last third of it."""


@dataclass(frozen=True)
class _Authority:
    name: str
    key: tls.PrivateKey
    certificate: tls.SelfSignedCert


@dataclass(frozen=True)
class _Leaf:
    key: tls.PrivateKey
    certificate: tls.LocallySignedCert


class GeneratedCertificates(pulumi.ComponentResource):
    """Issues every certificate of a self-hosted installation and puts the server's ones into Secrets."""

    server: ServerCertificates
    """Secrets for the server's pods."""
    clients: dict[str, ClientCertificate]
    """Client certificates by name."""
    ui_secret: pulumi.Output[str]
    """Secret with the UI's serving leaf."""
    database_secret: pulumi.Output[str]
    """Secret with the database's serving leaf."""
    database_ca: pulumi.Output[str]
    """Secret with the database's authority only."""

    def __init__(self, name: str, args: GeneratedCertificatesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: per authority a key and a certificate; per leaf a key, a request, a certificate; Secrets."""
        super().__init__("temporal:certificates:GeneratedCertificates", name, None, opts)
        self._name = name
        self._args = args
        internode_name = f"internode.{args.installation.namespace}"
        internode, frontend, client = (self._authority(who) for who in ("internode", "frontend", "client"))
        internode_leaf = self._leaf("internode", internode, [internode_name], ["server_auth", "client_auth"])
        frontend_leaf = self._leaf("frontend", frontend, args.frontend_names, ["server_auth"])
        self.server = ServerCertificates(
            internode=self._leaf_secret("internode-tls", internode_leaf, internode),
            internode_name=internode_name,
            frontend=self._leaf_secret("frontend-tls", frontend_leaf, frontend),
            frontend_name=args.frontend_names[0],
            frontend_ca=self._authority_secret("frontend-ca", frontend),
            client_ca=self._authority_secret("client-ca", client),
            refresh=_REFRESH,
        )
        ui_leaf = self._leaf("ui", frontend, args.ui_names, ["server_auth"])
        self.ui_secret = self._leaf_secret("ui-tls", ui_leaf, frontend)
        self.clients = {who: self._client(who, client, frontend) for who in args.clients}
        database = self._authority("database")
        database_leaf = self._leaf("database", database, args.database_names, ["server_auth"])
        self.database_secret = self._leaf_secret("database-tls", database_leaf, database)
        self.database_ca = self._authority_secret("database-ca", database)
        self.register_outputs({})

    def _child(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self)

    def _key(self, who: str) -> tls.PrivateKey:
        return tls.PrivateKey(f"{self._name}-{who}-key", algorithm="ECDSA", ecdsa_curve="P256", opts=self._child())

    def _authority(self, who: str) -> _Authority:
        key = self._key(f"{who}-ca")
        certificate = tls.SelfSignedCert(
            f"{self._name}-{who}-ca",
            private_key_pem=key.private_key_pem,
            subject=tls.SelfSignedCertSubjectArgs(
                common_name=f"{self._args.installation.name} {who} authority", organization="Temporal Platform"
            ),
            is_ca_certificate=True,
            set_subject_key_id=True,
            allowed_uses=["cert_signing", "crl_signing"],
            validity_period_hours=_AUTHORITY_HOURS,
            opts=self._child(),
        )
        return _Authority(who, key, certificate)

    def _leaf(self, who: str, authority: _Authority, names: Sequence[str], uses: Sequence[str]) -> _Leaf:
        addresses = [name for name in names if _is_address(name)]
        key = self._key(who)
        request = tls.CertRequest(
            f"{self._name}-{who}-request",
            private_key_pem=key.private_key_pem,
            subject=tls.CertRequestSubjectArgs(common_name=names[0][:_LONGEST_COMMON_NAME]),
            dns_names=[name for name in names if name not in addresses] or None,
            ip_addresses=addresses or None,
            opts=self._child(),
        )
        certificate = tls.LocallySignedCert(
            f"{self._name}-{who}",
            cert_request_pem=request.cert_request_pem,
            ca_cert_pem=authority.certificate.cert_pem,
            ca_private_key_pem=authority.key.private_key_pem,
            allowed_uses=["digital_signature", *uses],
            validity_period_hours=self._args.leaf_days * 24,
            early_renewal_hours=self._args.leaf_days * 8,
            opts=self._child(),
        )
        return _Leaf(key, certificate)

    def _client(self, who: str, authority: _Authority, server: _Authority) -> ClientCertificate:
        leaf = self._leaf(f"client-{who}", authority, [f"{who}.client.{self._args.installation.name}"], ["client_auth"])
        return ClientCertificate(
            certificate=leaf.certificate.cert_pem,
            key=leaf.key.private_key_pem,
            server_ca=server.certificate.cert_pem,
        )

    def _secret(self, role: str, kind: str, data: dict[str, pulumi.Input[str]]) -> pulumi.Output[str]:
        installation = self._args.installation
        secret = k8s.core.v1.Secret(
            f"{self._name}-{role}",
            metadata=installation.metadata(f"temporal-{role}", "certificates", self._args.version),
            type=kind,
            string_data=data,
            opts=self._child(),
        )
        return secret.metadata.name

    def _leaf_secret(self, role: str, leaf: _Leaf, authority: _Authority) -> pulumi.Output[str]:
        return self._secret(
            role,
            "kubernetes.io/tls",
            tls_data(leaf.certificate.cert_pem, leaf.key.private_key_pem, authority.certificate.cert_pem),
        )

    def _authority_secret(self, role: str, authority: _Authority) -> pulumi.Output[str]:
        return self._secret(role, "Opaque", {"ca.crt": authority.certificate.cert_pem})


def tls_data(
    certificate: pulumi.Input[str], key: pulumi.Input[str], authority: pulumi.Input[str]
) -> dict[str, pulumi.Input[str]]:
    """The keys of a `kubernetes.io/tls` Secret, as cert-manager writes them."""
    return {"tls.crt": certificate, "tls.key": key, "ca.crt": authority}


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
