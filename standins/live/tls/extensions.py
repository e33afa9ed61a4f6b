"""The extensions of a certificate, as Go's crypto/x509 writes them for the official plugin."""

from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from standins.provider import Properties
from standins.typed.tls_rules import EXTENDED_USES, KEY_USES


def usage(inputs: Properties) -> Iterator[tuple[x509.ExtensionType, bool]]:
    """What the key may be used for; pairs of an extension and whether it is critical."""
    uses = inputs["allowedUses"]
    if any(use in KEY_USES for use in uses):
        yield _key_usage(uses), True
    if extended := [x509.ObjectIdentifier(EXTENDED_USES[use]) for use in uses if use in EXTENDED_USES]:
        yield x509.ExtendedKeyUsage(extended), False


def constraints(inputs: Properties) -> x509.BasicConstraints:
    is_authority, longest = inputs["isCaCertificate"], inputs.get("maxPathLength", -1)
    return x509.BasicConstraints(ca=is_authority, path_length=longest if is_authority and longest >= 0 else None)


def subject_key_id(inputs: Properties, public_key: CertificatePublicKeyTypes) -> x509.SubjectKeyIdentifier | None:
    """Authorities always have one; others when `setSubjectKeyId` asks for it."""
    if inputs["isCaCertificate"] or inputs["setSubjectKeyId"]:
        return x509.SubjectKeyIdentifier.from_public_key(public_key)
    return None


def _key_usage(uses: list[str]) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature="digital_signature" in uses,
        content_commitment="content_commitment" in uses,
        key_encipherment="key_encipherment" in uses,
        data_encipherment="data_encipherment" in uses,
        key_agreement="key_agreement" in uses,
        key_cert_sign="cert_signing" in uses,
        crl_sign="crl_signing" in uses,
        encipher_only="encipher_only" in uses,
        decipher_only="decipher_only" in uses,
    )
