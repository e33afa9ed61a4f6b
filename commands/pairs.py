"""Whether a certificate and a private key belong together, and the certificate is valid today."""

from collections.abc import Iterator
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key


def complaints(certificate: bytes, key: bytes, now: datetime | None = None) -> Iterator[str]:
    """What is wrong with a pair in PEM; of a chain the first certificate is looked at."""
    try:
        leaf = x509.load_pem_x509_certificate(certificate)
    except ValueError:
        yield "tls.crt is no certificate in PEM"
        return
    try:
        private = load_pem_private_key(key, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        yield "tls.key is no private key in PEM without a passphrase"
        return
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if leaf.public_key().public_bytes(*form) != private.public_key().public_bytes(*form):
        yield "tls.crt and tls.key do not belong together"
    today = now or datetime.now(UTC)
    if today >= leaf.not_valid_after_utc:
        yield f"tls.crt has expired, on {leaf.not_valid_after_utc:%Y-%m-%d at %H:%M} UTC"
    if today < leaf.not_valid_before_utc:
        yield f"tls.crt is not valid before {leaf.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
