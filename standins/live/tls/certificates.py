"""Requests and certificates."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding

from standins.live.tls import extensions, keys, subjects
from standins.provider import Call, Properties

_ExtensionT = TypeVar("_ExtensionT", bound=x509.ExtensionType)

_SERIAL_BITS: Final = 128
_HASHES_OF_WIDE_CURVES: Final[dict[str, hashes.SHA384 | hashes.SHA512]] = {
    "secp384r1": hashes.SHA384(),
    "secp521r1": hashes.SHA512(),
}


@dataclass(frozen=True)
class _Holder:
    """Whom a certificate is for."""

    name: x509.Name
    public_key: CertificatePublicKeyTypes
    alternative_names: x509.SubjectAlternativeName | None


@dataclass(frozen=True)
class _Signer:
    """Who signs. A certificate names the signer's key when `key_id` is there."""

    name: x509.Name
    key: keys.PrivateKey
    key_id: x509.SubjectKeyIdentifier | None


def request(_call: Call, inputs: Properties) -> Properties:
    key = keys.parse(inputs["privateKeyPem"], "privateKeyPem")
    builder = x509.CertificateSigningRequestBuilder().subject_name(subjects.name(inputs.get("subject")))
    if names := subjects.alternative_names(inputs):
        builder = builder.add_extension(names, critical=False)
    signed = builder.sign(key, _hash(key))
    return {
        "id": hashlib.sha1(signed.public_bytes(Encoding.DER), usedforsecurity=False).hexdigest(),
        "certRequestPem": signed.public_bytes(Encoding.PEM).decode(),
        "keyAlgorithm": keys.algorithm(key),
    }


def self_signed(_call: Call, inputs: Properties) -> Properties:
    key = keys.parse(inputs["privateKeyPem"], "privateKeyPem")
    holder = _Holder(subjects.name(inputs.get("subject")), key.public_key(), subjects.alternative_names(inputs))
    key_id = extensions.subject_key_id(inputs, holder.public_key) if inputs["setAuthorityKeyId"] else None
    if inputs["setAuthorityKeyId"] and key_id is None:
        raise ValueError("setAuthorityKeyId needs isCaCertificate or setSubjectKeyId: there is no key id otherwise")
    outputs = _certificate(inputs, holder, _Signer(holder.name, key, key_id))
    return {**outputs, "keyAlgorithm": keys.algorithm(key)}


def locally_signed(call: Call, inputs: Properties) -> Properties:
    key = keys.parse(inputs["caPrivateKeyPem"], "caPrivateKeyPem")
    authority = _parse_authority(inputs["caCertPem"])
    if authority.public_key() != key.public_key():
        raise ValueError("caPrivateKeyPem is not the key of the certificate in caCertPem")
    if not _may_sign(authority):
        call.log(
            "warning", "the certificate in caCertPem is no certificate authority: clients may refuse what it signs"
        )
    asked = _parse_request(inputs["certRequestPem"])
    holder = _Holder(asked.subject, asked.public_key(), _extension(asked, x509.SubjectAlternativeName))
    signer = _Signer(authority.subject, key, _extension(authority, x509.SubjectKeyIdentifier))
    return {**_certificate(inputs, holder, signer), "caKeyAlgorithm": keys.algorithm(key)}


def _certificate(inputs: Properties, holder: _Holder, signer: _Signer) -> Properties:
    if inputs["isCaCertificate"] and not holder.name.rdns:
        raise ValueError("a certificate authority needs a subject with at least one name in it")
    start = dt.datetime.now(dt.UTC).replace(microsecond=0)
    end = start + dt.timedelta(hours=inputs["validityPeriodHours"])
    serial = secrets.randbits(_SERIAL_BITS) or 1
    builder = (
        x509.CertificateBuilder()
        .subject_name(holder.name)
        .issuer_name(signer.name)
        .public_key(holder.public_key)
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(end)
    )
    for extension, critical in _extensions(inputs, holder, signer):
        builder = builder.add_extension(extension, critical=critical)
    signed = builder.sign(signer.key, _hash(signer.key))
    return {
        "id": str(serial),
        "certPem": signed.public_bytes(Encoding.PEM).decode(),
        "validityStartTime": _rfc3339(start),
        "validityEndTime": _rfc3339(end),
    }


def _extensions(inputs: Properties, holder: _Holder, signer: _Signer) -> Iterator[tuple[x509.ExtensionType, bool]]:
    yield from extensions.usage(inputs)
    yield extensions.constraints(inputs), True
    if subject_key_id := extensions.subject_key_id(inputs, holder.public_key):
        yield subject_key_id, False
    if signer.key_id:
        yield x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(signer.key_id), False
    if holder.alternative_names:
        yield holder.alternative_names, not holder.name.rdns  # RFC 5280, 4.2.1.6


def _hash(key: keys.PrivateKey) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return None
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return _HASHES_OF_WIDE_CURVES.get(key.curve.name, hashes.SHA256())
    return hashes.SHA256()


def _parse_authority(pem: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise ValueError("caCertPem holds no certificate in PEM form") from error


def _parse_request(pem: str) -> x509.CertificateSigningRequest:
    try:
        return x509.load_pem_x509_csr(pem.encode())
    except ValueError as error:
        raise ValueError("certRequestPem holds no certificate request in PEM form") from error


def _may_sign(certificate: x509.Certificate) -> bool:
    constraints = _extension(certificate, x509.BasicConstraints)
    return constraints is not None and constraints.ca


def _extension(
    holder: x509.Certificate | x509.CertificateSigningRequest, extension_type: type[_ExtensionT]
) -> _ExtensionT | None:
    try:
        return holder.extensions.get_extension_for_class(extension_type).value
    except x509.ExtensionNotFound:
        return None


def _rfc3339(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
