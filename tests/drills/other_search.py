"""An OpenSearch that is somebody else's: the node of a stack copied into another Kubernetes namespace, with an
authority of its own."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.cluster.stack import Deployment, ready, until

NAME = "temporal-opensearch"
COPIED = (
    ("configmap", NAME),
    ("secret", f"{NAME}-security"),
    ("serviceaccount", NAME),
    ("service", f"{NAME}-nodes"),
    ("service", NAME),
    ("statefulset", NAME),
)
KEPT = ("data", "stringData", "type", "spec", "automountServiceAccountToken")
GIVEN_BY_THE_CLUSTER = ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy")


def copy_node(stack: Deployment, namespace: str) -> None:
    """The stack's node once more, empty, in `namespace`; the stack gets the Secrets `other-ca` (ca.crt) and
    `other-login` (a key for each user) for it. Users and passwords are the same as in the stack."""
    stack.kubectl("create", "namespace", namespace)
    host = f"{NAME}.{namespace}.svc"
    leaf = _leaf(host)
    _secret(stack, namespace, "temporal-search-tls", leaf)
    _secret(stack, stack.namespace, "other-ca", {"ca.crt": leaf["ca.crt"]})
    users = stack.get("secret", f"{NAME}-users")["data"]
    plain = {user: base64.b64decode(text) for user, text in users.items()}
    _secret(stack, stack.namespace, "other-login", plain)
    for kind, name in COPIED:
        found = stack.get(kind, name)
        copy = {key: found[key] for key in ("apiVersion", "kind", *KEPT) if key in found}
        copy["metadata"] = {"name": name, "namespace": namespace}
        if kind == "service":
            copy["spec"] = {k: v for k, v in found["spec"].items() if k not in GIVEN_BY_THE_CLUSTER}
            copy["spec"] |= {"clusterIP": "None"} if found["spec"]["clusterIP"] == "None" else {}
        text = json.dumps(copy).replace(f"{NAME}.{stack.namespace}.svc.cluster.local", host)
        stack.kubectl("apply", "-f", "-", stdin=text)
    until("the other OpenSearch serves", lambda: _serves(stack, namespace), 300)


def _serves(stack: Deployment, namespace: str) -> bool:
    pods = json.loads(stack.kubectl("-n", namespace, "get", "pods", "-o", "json"))["items"]
    return bool(pods) and all(ready(pod) for pod in pods)


def _secret(stack: Deployment, namespace: str, name: str, data: dict[str, bytes]) -> None:
    document: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "data": {key: base64.b64encode(value).decode() for key, value in data.items()},
    }
    stack.kubectl("apply", "-f", "-", stdin=json.dumps(document))


def _leaf(host: str) -> dict[str, bytes]:
    """tls.crt, tls.key (PKCS #8) and ca.crt for a host."""
    authority, authority_key = _certificate("the other authority", None, None)
    leaf, key = _certificate(host, authority, authority_key)
    return {
        "ca.crt": authority.public_bytes(serialization.Encoding.PEM),
        "tls.crt": leaf.public_bytes(serialization.Encoding.PEM),
        "tls.key": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    }


def _certificate(
    name: str, issuer: x509.Certificate | None, issuer_key: ec.EllipticCurvePrivateKey | None
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer:
        usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    return builder.sign(issuer_key or key, hashes.SHA256()), key
