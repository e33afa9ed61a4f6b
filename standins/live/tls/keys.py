"""Private keys and the forms the official plugin gives them in."""

import base64
import hashlib
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from standins.provider import Call, Properties

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

_CURVES: Final[dict[str, ec.EllipticCurve]] = {
    "P224": ec.SECP224R1(),
    "P256": ec.SECP256R1(),
    "P384": ec.SECP384R1(),
    "P521": ec.SECP521R1(),
}
_GENERATORS: Final[dict[str, Callable[[Properties], PrivateKey]]] = {
    "RSA": lambda inputs: rsa.generate_private_key(public_exponent=65537, key_size=inputs["rsaBits"]),
    "ECDSA": lambda inputs: ec.generate_private_key(_CURVES[inputs["ecdsaCurve"]]),
    "ED25519": lambda _inputs: ed25519.Ed25519PrivateKey.generate(),
}


def private_key(_call: Call, inputs: Properties) -> Properties:
    """A new key. Its id is the SHA-1 of the public key."""
    key = _GENERATORS[inputs["algorithm"]](inputs)
    public = key.public_key()
    pkcs8 = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    is_edwards = isinstance(key, ed25519.Ed25519PrivateKey)
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "id": hashlib.sha1(der, usedforsecurity=False).hexdigest(),
        "privateKeyPem": pkcs8 if is_edwards else _traditional(key),
        "privateKeyPemPkcs8": pkcs8,
        "publicKeyPem": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        **_openssh(key),
    }


def parse(pem: str, property_name: str) -> PrivateKey:
    """Raises ValueError, naming the property and never the key."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, PrivateKey):
        raise ValueError(f"{property_name} holds no private key: an unencrypted RSA, ECDSA or ED25519 key in PEM form")  # noqa: TRY004
    return key


def algorithm(key: PrivateKey) -> str:
    if isinstance(key, rsa.RSAPrivateKey):
        return "RSA"
    return "ECDSA" if isinstance(key, ec.EllipticCurvePrivateKey) else "ED25519"


def _traditional(key: PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def _openssh(key: PrivateKey) -> Properties:
    """The forms of OpenSSH, which has no curve P224: then they are empty."""
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP224R1):
        private = line = md5 = sha256 = ""
    else:
        private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
        line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode() + "\n"
        content = base64.b64decode(line.split()[1])
        md5 = hashlib.md5(content, usedforsecurity=False).digest().hex(":")
        sha256 = "SHA256:" + base64.b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    return {
        "privateKeyOpenssh": private,
        "publicKeyOpenssh": line,
        "publicKeyFingerprintMd5": md5,
        "publicKeyFingerprintSha256": sha256,
    }
