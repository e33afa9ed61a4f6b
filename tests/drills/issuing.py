"""A thread that plays cert-manager: it signs what Certificate objects ask for, and says so in their status.

It knows what the platform uses: issuers that sign themselves, issuers with an authority in a Secret, and one
ClusterIssuer whose authority is the player's own. That cert-manager itself does the same is its own documentation's
word.
"""

import base64
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from kubernetes import client

from tests.drills.playing import Playing

GROUP, VERSION = "cert-manager.io", "v1"
_USAGES = {
    "server auth": ExtendedKeyUsageOID.SERVER_AUTH,
    "client auth": ExtendedKeyUsageOID.CLIENT_AUTH,
}


class Authority:
    """A key and its certificate."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self.key = key
        self.certificate = certificate

    @classmethod
    def new(cls, name: str) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        return cls(key, signed(key, {"commonName": name, "isCA": True}, None))

    @property
    def files(self) -> dict[str, bytes]:
        return {"tls.crt": pem(self.certificate), "tls.key": key_pem(self.key)}


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def signed(key: ec.EllipticCurvePrivateKey, spec: dict[str, Any], issuer: Authority | None) -> x509.Certificate:
    """What the spec of a Certificate asks for; signed by itself without an issuer."""
    common_name = spec.get("commonName")
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)] if common_name else [])
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in spec.get("dnsNames", ())]
    names += [x509.IPAddress(ip_address(address)) for address in spec.get("ipAddresses", ())]
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=90))
        .add_extension(x509.BasicConstraints(ca=bool(spec.get("isCA")), path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=not common_name)
    usages = [_USAGES[usage] for usage in spec.get("usages", ()) if usage in _USAGES]
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    return builder.sign(issuer.key if issuer else key, hashes.SHA256())


class Player(Playing):
    """Signs what Certificates ask for."""

    seconds = 1.0

    def __init__(self, kubeconfig: Path) -> None:
        super().__init__(kubeconfig)
        self.authority = Authority.new("company")

    def renew(self, namespace: str, *names: str) -> None:
        """New keys and leaves for these Certificates, as at the end of their time."""
        for certificate in self._certificates():
            metadata = certificate["metadata"]
            if metadata["namespace"] == namespace and metadata["name"] in names:
                self._issue(certificate)

    def _look(self) -> None:
        for certificate in self._certificates():
            if not _is_ready(certificate):
                self._try(certificate)

    def _try(self, certificate: dict[str, Any]) -> None:
        """Issues, unless the issuer or its authority is still to come: then at the next look."""
        try:
            self._issue(certificate)
        except client.ApiException as error:
            if error.status not in (404, 409):
                raise

    def _certificates(self) -> list[dict[str, Any]]:
        found: Any = self._objects.list_cluster_custom_object(GROUP, VERSION, "certificates")
        return list(found["items"])

    def _issue(self, certificate: dict[str, Any]) -> None:
        namespace, name, spec = (
            certificate["metadata"]["namespace"],
            certificate["metadata"]["name"],
            certificate["spec"],
        )
        issuer = self._issuer(namespace, spec["issuerRef"])
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = signed(key, spec, issuer)
        files = {**Authority(key, leaf).files, "ca.crt": pem(issuer.certificate if issuer else leaf)}
        self._write(namespace, spec["secretName"], files)
        condition = {
            "type": "Ready",
            "status": "True",
            "reason": "Ready",
            "message": "Certificate is up to date and has not expired",
            "observedGeneration": certificate["metadata"]["generation"],
            "lastTransitionTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        self._objects.patch_namespaced_custom_object_status(
            GROUP, VERSION, namespace, "certificates", name, {"status": {"conditions": [condition]}}
        )

    def _issuer(self, namespace: str, reference: dict[str, str]) -> Authority | None:
        """Who signs; None for an issuer whose certificates sign themselves."""
        if reference["kind"] == "ClusterIssuer":
            self._objects.get_cluster_custom_object(GROUP, VERSION, "clusterissuers", reference["name"])
            return self.authority
        issuer: Any = self._objects.get_namespaced_custom_object(
            GROUP, VERSION, namespace, "issuers", reference["name"]
        )
        if "selfSigned" in issuer["spec"]:
            return None
        secret: Any = self._core.read_namespaced_secret(issuer["spec"]["ca"]["secretName"], namespace)
        files = {key: base64.b64decode(value) for key, value in secret.data.items()}
        key = serialization.load_pem_private_key(files["tls.key"], None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return Authority(key, x509.load_pem_x509_certificate(files["tls.crt"]))

    def _write(self, namespace: str, name: str, files: dict[str, bytes]) -> None:
        secret = client.V1Secret(
            metadata=client.V1ObjectMeta(name=name, namespace=namespace),
            type="kubernetes.io/tls",
            data={key: base64.b64encode(content).decode() for key, content in files.items()},
        )
        try:
            self._core.replace_namespaced_secret(name, namespace, secret)
        except client.ApiException as error:
            if error.status != 404:
                raise
            self._core.create_namespaced_secret(namespace, secret)


def _is_ready(certificate: dict[str, Any]) -> bool:
    return any(
        condition["type"] == "Ready"
        and condition["status"] == "True"
        and condition.get("observedGeneration") == certificate["metadata"]["generation"]
        for condition in certificate.get("status", {}).get("conditions", ())
    )
