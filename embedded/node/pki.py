"""Keys and certificates of the node: made once, used again, issued anew before they expire."""

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from embedded.node.addresses import AddressPlan

AUTHORITY_LIFE: Final = dt.timedelta(days=3650)
LIFE: Final = dt.timedelta(days=365)
RENEW_BEFORE: Final = dt.timedelta(days=60)
CLOCK_DIFFERENCE: Final = dt.timedelta(minutes=5)

CLUSTER: Final = "ca"
ETCD: Final = "etcd-ca"
FRONT: Final = "front-proxy-ca"
"""Authorities of their own: etcd admits, and an extension API server believes, whomever the authority has signed."""
FRONT_PROXY: Final = "front-proxy"
"""The name under which the API server passes requests on to extension API servers."""
SERVICE_ACCOUNTS: Final = "service-accounts"


@dataclass(frozen=True)
class Leaf:
    """A certificate to be issued; a server's one names addresses or hosts."""

    name: str
    common_name: str
    organization: str | None = None
    authority: str = CLUSTER
    hosts: tuple[str, ...] = ()
    addresses: tuple[IPv4Address, ...] = ()


@dataclass(frozen=True)
class Authority:
    """A certificate authority in use."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def leaves(node: str, plan: AddressPlan) -> tuple[Leaf, ...]:
    """Every certificate of the node, with the identities Kubernetes' own roles expect."""
    loopback = IPv4Address("127.0.0.1")
    names = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")
    return (
        Leaf("apiserver", "kube-apiserver", hosts=(*names, "localhost"), addresses=(plan.node, plan.api, loopback)),
        Leaf("node", f"system:node:{node}", "system:nodes", hosts=(node,), addresses=(plan.node,)),
        Leaf("apiserver-to-kubelet", "kube-apiserver-kubelet-client"),
        Leaf("admin", "embedded-admin", "system:masters"),
        Leaf("controller-manager", "system:kube-controller-manager"),
        Leaf("scheduler", "system:kube-scheduler"),
        Leaf("proxy", "system:kube-proxy"),
        Leaf("dns", "system:coredns"),
        Leaf("volumes", "system:local-path-provisioner"),
        Leaf("etcd", "etcd", authority=ETCD, hosts=("localhost",), addresses=(loopback,)),
        Leaf("apiserver-to-etcd", "kube-apiserver-etcd-client", authority=ETCD),
        Leaf("front-proxy", FRONT_PROXY, authority=FRONT),
    )


def ensure(folder: Path, wanted: Sequence[Leaf], now: dt.datetime | None = None) -> None:
    """Issues into `folder` (mode 0700) what is missing, expires within 60 days, or no longer says what is wanted.

    Writes NAME.crt and NAME.key for the authorities and each of `wanted`, and the key pair for service accounts.
    """
    moment = now or dt.datetime.now(dt.UTC)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authorities = {name: _authority(folder, name, moment) for name in (CLUSTER, ETCD, FRONT)}
    for leaf in wanted:
        if not _fits(folder, leaf, authorities[leaf.authority], moment):
            _issue(folder, leaf, authorities[leaf.authority], moment)
    _service_account_keys(folder)


def write_private(path: Path, content: bytes) -> None:
    """Writes a file that only its owner can read, whole or not at all."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    new.replace(path)


def _authority(folder: Path, name: str, now: dt.datetime) -> Authority:
    certificate, key = _load(folder, name)
    if certificate is None or key is None or certificate.not_valid_after_utc < now + LIFE:
        key = _write_key(folder, name)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"temporal-platform {name}")])
        certificate = (
            _builder(subject, subject, key, now, AUTHORITY_LIFE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        _write_certificate(folder, name, certificate)
    return Authority(key, certificate)


def _fits(folder: Path, leaf: Leaf, authority: Authority, now: dt.datetime) -> bool:
    certificate, key = _load(folder, leaf.name)
    if certificate is None or key is None or certificate.not_valid_after_utc < now + RENEW_BEFORE:
        return False
    try:
        certificate.verify_directly_issued_by(authority.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    names = _names(leaf)
    extensions = certificate.extensions
    found = [extension.value for extension in extensions if isinstance(extension.value, x509.SubjectAlternativeName)]
    return certificate.subject == _subject(leaf) and found == ([names] if names else [])


def _issue(folder: Path, leaf: Leaf, authority: Authority, now: dt.datetime) -> None:
    key = _write_key(folder, leaf.name)
    names = _names(leaf)
    usages = [ExtendedKeyUsageOID.CLIENT_AUTH, *([ExtendedKeyUsageOID.SERVER_AUTH] if names else [])]
    builder = (
        _builder(_subject(leaf), authority.certificate.subject, key, now, LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
    )
    if names:
        builder = builder.add_extension(names, critical=False)
    _write_certificate(folder, leaf.name, builder.sign(authority.key, hashes.SHA256()))


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: dt.datetime,
    life: dt.timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_DIFFERENCE)
        .not_valid_after(now + life)
    )


def _subject(leaf: Leaf) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, leaf.common_name)]
    if leaf.organization:
        attributes.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, leaf.organization))
    return x509.Name(attributes)


def _names(leaf: Leaf) -> x509.SubjectAlternativeName | None:
    names = [*map(x509.DNSName, leaf.hosts), *map(x509.IPAddress, leaf.addresses)]
    return x509.SubjectAlternativeName(names) if names else None


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _service_account_keys(folder: Path) -> None:
    if not (folder / f"{SERVICE_ACCOUNTS}.pub").exists():
        public = _write_key(folder, SERVICE_ACCOUNTS).public_key()
        encoded = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        write_private(folder / f"{SERVICE_ACCOUNTS}.pub", encoded)


def _load(folder: Path, name: str) -> tuple[x509.Certificate | None, ec.EllipticCurvePrivateKey | None]:
    """The pair of that name; None for what is missing, unreadable, or does not belong together."""
    try:
        certificate = x509.load_pem_x509_certificate((folder / f"{name}.crt").read_bytes())
        key = serialization.load_pem_private_key((folder / f"{name}.key").read_bytes(), password=None)
    except (FileNotFoundError, ValueError):
        return None, None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        return None, None
    return certificate, key


def _write_key(folder: Path, name: str) -> ec.EllipticCurvePrivateKey:
    key = ec.generate_private_key(ec.SECP256R1())
    encoded = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(folder / f"{name}.key", encoded)
    return key


def _write_certificate(folder: Path, name: str, certificate: x509.Certificate) -> None:
    write_private(folder / f"{name}.crt", certificate.public_bytes(serialization.Encoding.PEM))
