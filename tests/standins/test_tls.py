"""The live tls provider: keys and certificates that OpenSSL's rules accept, what renews and replaces them.

Certificates are verified with `cryptography`'s strict path validation. Servers that use them are tested elsewhere.
"""

import base64
import datetime as dt
import hashlib
import ipaddress
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
    load_ssh_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from standins.live.tls import provider
from standins.provider import UNKNOWN, Call, Properties, Secret, reveal
from standins.typed.tls_rules import CERT_REQUEST, LOCALLY_SIGNED, PRIVATE_KEY, SELF_SIGNED

PROVIDER = provider()
P256 = {"algorithm": "ECDSA", "ecdsaCurve": "P256"}


def call(token: str, *, preview: bool = False, heard: list[str] | None = None) -> Call:
    def log(_severity: str, message: str) -> None:
        if heard is not None:
            heard.append(message)

    return Call(urn=f"urn:pulumi:s::p::{token}::r", type=token, name="r", timeout=0, preview=preview, log=log)


def created(token: str, inputs: Properties, heard: list[str] | None = None) -> Properties:
    """Outputs without the marks of secrets."""
    checked = PROVIDER.check(call(token), {}, inputs, b"")
    assert checked.failures == ()
    state = PROVIDER.create(call(token, heard=heard), checked.inputs)
    outputs: Properties = reveal(state.outputs)
    assert outputs["id"] == state.id
    return outputs


@pytest.fixture(scope="module")
def authority_key() -> Properties:
    return created(PRIVATE_KEY, P256)


@pytest.fixture(scope="module")
def authority(authority_key: Properties) -> Properties:
    return created(
        SELF_SIGNED,
        {
            "privateKeyPem": authority_key["privateKeyPem"],
            "subject": {"commonName": "an authority", "organization": "me"},
            "validityPeriodHours": 48,
            "allowedUses": ["cert_signing", "crl_signing"],
            "isCaCertificate": True,
        },
    )


def requested(**inputs: Any) -> Properties:
    key = created(PRIVATE_KEY, P256)["privateKeyPem"]
    return created(CERT_REQUEST, {"privateKeyPem": key, "subject": {"commonName": "a server"}, **inputs})


def signed(authority: Properties, authority_key: Properties, request: Properties, **inputs: Any) -> Properties:
    return {
        "caCertPem": authority["certPem"],
        "caPrivateKeyPem": authority_key["privateKeyPem"],
        "certRequestPem": request["certRequestPem"],
        "validityPeriodHours": 24,
        "allowedUses": ["digital_signature", "server_auth", "client_auth"],
        **inputs,
    }


@pytest.mark.parametrize(
    ("inputs", "kind", "first_line"),
    [
        (P256, ec.EllipticCurvePrivateKey, "-----BEGIN EC PRIVATE KEY-----"),
        ({"algorithm": "ECDSA", "ecdsaCurve": "P384"}, ec.EllipticCurvePrivateKey, "-----BEGIN EC PRIVATE KEY-----"),
        ({"algorithm": "RSA", "rsaBits": 1024}, rsa.RSAPrivateKey, "-----BEGIN RSA PRIVATE KEY-----"),
        ({"algorithm": "ED25519"}, ed25519.Ed25519PrivateKey, "-----BEGIN PRIVATE KEY-----"),
    ],
)
def test_one_key_in_all_its_forms(inputs: Properties, kind: type, first_line: str) -> None:
    outputs = created(PRIVATE_KEY, inputs)
    assert outputs["privateKeyPem"].splitlines()[0] == first_line
    key = load_pem_private_key(outputs["privateKeyPem"].encode(), None)
    assert isinstance(key, kind)
    public = load_pem_public_key(outputs["publicKeyPem"].encode())
    assert key.public_key() == public
    assert load_pem_private_key(outputs["privateKeyPemPkcs8"].encode(), None).public_key() == public
    assert load_ssh_private_key(outputs["privateKeyOpenssh"].encode(), None).public_key() == public
    content = base64.b64decode(outputs["publicKeyOpenssh"].split()[1])
    sha256 = base64.b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    assert outputs["publicKeyFingerprintSha256"] == f"SHA256:{sha256}"
    assert outputs["publicKeyFingerprintMd5"] == hashlib.md5(content, usedforsecurity=False).digest().hex(":")


def test_a_curve_that_openssh_lacks_leaves_its_forms_empty() -> None:
    """P224 is the official default, too."""
    outputs = created(PRIVATE_KEY, {"algorithm": "ECDSA"})
    assert (outputs["ecdsaCurve"], outputs["rsaBits"]) == ("P224", 2048)
    assert outputs["privateKeyOpenssh"] == outputs["publicKeyOpenssh"] == outputs["publicKeyFingerprintMd5"] == ""


def test_private_parts_are_secret() -> None:
    outputs = PROVIDER.create(call(PRIVATE_KEY), P256).outputs
    secret = {name for name, value in outputs.items() if isinstance(value, Secret)}
    assert secret == {"privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"}
    pem = outputs["privateKeyPem"].value
    request = PROVIDER.create(call(CERT_REQUEST), {"privateKeyPem": pem}).outputs
    assert {name for name, value in request.items() if isinstance(value, Secret)} == {"privateKeyPem"}


def test_a_chain_that_clients_accept(authority: Properties, authority_key: Properties) -> None:
    request = requested(dnsNames=["db.example.com"], ipAddresses=["127.0.0.1"], uris=["spiffe://a/b"])
    outputs = created(LOCALLY_SIGNED, signed(authority, authority_key, request))
    assert (outputs["caKeyAlgorithm"], authority["keyAlgorithm"], request["keyAlgorithm"]) == ("ECDSA",) * 3
    leaf = x509.load_pem_x509_certificate(outputs["certPem"].encode())
    root = x509.load_pem_x509_certificate(authority["certPem"].encode())
    verifier = PolicyBuilder().store(Store([root])).build_server_verifier(x509.DNSName("db.example.com"))
    assert verifier.verify(leaf, []) == [leaf, root]
    with pytest.raises(VerificationError):
        PolicyBuilder().store(Store([root])).build_server_verifier(x509.DNSName("other")).verify(leaf, [])
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("127.0.0.1")]
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == ["spiffe://a/b"]
    uses = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    constraints = leaf.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value.ca) == (True, False)
    assert str(leaf.serial_number) == outputs["id"]
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc == dt.timedelta(hours=24)
    assert dt.datetime.fromisoformat(outputs["validityEndTime"]) == leaf.not_valid_after_utc


def test_an_authority(authority: Properties) -> None:
    root = x509.load_pem_x509_certificate(authority["certPem"].encode())
    assert root.subject.rfc4514_string() == "CN=an authority,O=me"
    assert root.issuer == root.subject
    usage = root.extensions.get_extension_for_class(x509.KeyUsage)
    assert (usage.critical, usage.value.key_cert_sign, usage.value.digital_signature) == (True, True, False)
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(
        ca=True, path_length=None
    )
    assert root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)


def test_names_for_a_certificate_without_a_subject_are_critical() -> None:
    """RFC 5280, 4.2.1.6."""
    key = created(PRIVATE_KEY, P256)["privateKeyPem"]
    inputs = {"privateKeyPem": key, "validityPeriodHours": 1, "allowedUses": ["server_auth"], "dnsNames": ["a.b"]}
    certificate = x509.load_pem_x509_certificate(created(SELF_SIGNED, inputs)["certPem"].encode())
    assert certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).critical


def test_key_identifiers_and_path_length(authority_key: Properties) -> None:
    inputs = {
        "privateKeyPem": authority_key["privateKeyPem"],
        "subject": {"commonName": "a"},
        "validityPeriodHours": 1,
        "allowedUses": [],
        "isCaCertificate": True,
        "maxPathLength": 1,
        "setAuthorityKeyId": True,
    }
    found = x509.load_pem_x509_certificate(created(SELF_SIGNED, inputs)["certPem"].encode()).extensions
    subject = found.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert found.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier == subject.digest
    assert found.get_extension_for_class(x509.BasicConstraints).value.path_length == 1
    with pytest.raises(ValueError, match="setAuthorityKeyId needs"):
        created(SELF_SIGNED, {**inputs, "isCaCertificate": False})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"caPrivateKeyPem": "nonsense"}, "caPrivateKeyPem holds no private key"),
        ({"caCertPem": "nonsense"}, "caCertPem holds no certificate"),
        ({"certRequestPem": "nonsense"}, "certRequestPem holds no certificate request"),
    ],
)
def test_what_is_no_pem(
    authority: Properties, authority_key: Properties, changed: dict[str, str], message: str
) -> None:
    with pytest.raises(ValueError, match=message) as error:
        created(LOCALLY_SIGNED, {**signed(authority, authority_key, requested()), **changed})
    assert "nonsense" not in str(error.value)


def test_the_wrong_key_and_the_wrong_authority(authority: Properties, authority_key: Properties) -> None:
    inputs = signed(authority, authority_key, requested())
    other = created(PRIVATE_KEY, P256)["privateKeyPem"]
    with pytest.raises(ValueError, match="is not the key of the certificate in caCertPem"):
        created(LOCALLY_SIGNED, {**inputs, "caPrivateKeyPem": other})
    plain = {"privateKeyPem": other, "validityPeriodHours": 1, "allowedUses": []}
    leaf = created(SELF_SIGNED, plain)
    heard: list[str] = []
    created(LOCALLY_SIGNED, {**inputs, "caPrivateKeyPem": other, "caCertPem": leaf["certPem"]}, heard)
    assert heard == ["the certificate in caCertPem is no certificate authority: clients may refuse what it signs"]
    with pytest.raises(ValueError, match="a certificate authority needs a subject"):
        created(SELF_SIGNED, {**plain, "isCaCertificate": True})


def test_a_preview_of_a_chain() -> None:
    """Nothing is known of what comes from a key that is not there yet, but whether it would be due at once."""
    inputs = {"privateKeyPem": UNKNOWN, "validityPeriodHours": 10, "allowedUses": [], "earlyRenewalHours": 10}
    outputs = PROVIDER.create(call(SELF_SIGNED, preview=True), inputs).outputs
    assert outputs["privateKeyPem"] == Secret(UNKNOWN)
    assert outputs["certPem"] is outputs["keyAlgorithm"] is outputs["validityEndTime"] is UNKNOWN
    assert outputs["readyForRenewal"] is True


@pytest.mark.parametrize(
    ("change", "detailed"),
    [
        ({}, {}),
        ({"earlyRenewalHours": 1}, {"earlyRenewalHours": "update"}),
        ({"validityPeriodHours": 47}, {"validityPeriodHours": "update-replace"}),
        ({"dnsNames": ["a", "c"]}, {"dnsNames[1]": "update-replace"}),
        ({"dnsNames": UNKNOWN}, {"dnsNames": "update-replace"}),
        ({"subject": {"commonName": "other"}}, {"subject.commonName": "update-replace"}),
        ({"privateKeyPem": UNKNOWN}, {"privateKeyPem": "update-replace"}),
        ({"maxPathLength": None}, {}),
        (
            {"earlyRenewalHours": 48},
            {"earlyRenewalHours": "update", "readyForRenewal": "update-replace"},
        ),
    ],
)
def test_what_replaces_a_certificate(authority_key: Properties, change: Properties, detailed: dict[str, str]) -> None:
    """It is due for renewal once its end is `earlyRenewalHours` away."""
    inputs = {
        "privateKeyPem": authority_key["privateKeyPem"],
        "validityPeriodHours": 48,
        "allowedUses": ["server_auth"],
        "dnsNames": ["a", "b"],
        "subject": {"commonName": "one"},
        "isCaCertificate": True,
        "maxPathLength": 0,
    }
    old = PROVIDER.create(call(SELF_SIGNED), inputs).outputs
    news = PROVIDER.check(call(SELF_SIGNED), inputs, {**inputs, **change}, b"").inputs
    diff = PROVIDER.diff(call(SELF_SIGNED), "1", inputs, old, news)
    assert dict(diff.detailed) == detailed
    assert [path for path in diff.replaces if path == "readyForRenewal"] == (
        ["readyForRenewal"] if "readyForRenewal" in detailed else []
    )


def test_refresh_says_that_a_certificate_is_due(authority: Properties) -> None:
    """Also one that the official plugin made, with its own spelling of times."""
    fresh = PROVIDER.read(call(SELF_SIGNED), "1", {}, authority)
    assert fresh.outputs["readyForRenewal"] is False
    old = {**authority, "validityEndTime": "2020-01-01T00:00:00.123456789+02:00"}
    assert PROVIDER.read(call(SELF_SIGNED), "1", {}, old).outputs["readyForRenewal"] is True
    inputs = {key: old[key] for key in ("privateKeyPem", "subject", "validityPeriodHours", "allowedUses")}
    diff = PROVIDER.diff(call(SELF_SIGNED), "1", inputs, old, {**inputs, "isCaCertificate": True})
    assert (dict(diff.detailed), diff.replaces) == ({"readyForRenewal": "update-replace"}, ("readyForRenewal",))


def test_an_update_keeps_the_certificate(authority: Properties) -> None:
    inputs = {key: authority[key] for key in ("privateKeyPem", "subject", "validityPeriodHours", "allowedUses")}
    news = {**inputs, "isCaCertificate": True, "earlyRenewalHours": 2}
    updated = PROVIDER.update(call(SELF_SIGNED), "1", inputs, authority, news).outputs
    assert reveal(updated) == {**authority, "earlyRenewalHours": 2}


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        ({"allowedUses": ["server"]}, "allowedUses[0]", "server is no use of a key; allowed are digital_signature, "),
        ({"ipAddresses": ["127.0.0.1", "localhost"]}, "ipAddresses[1]", "localhost is no IP address"),
        ({"subject": {"name": "a"}}, "subject.name", "is no part of a subject; known are country, organization, "),
        ({"validityPeriodHours": -1}, "validityPeriodHours", "must be at least 0"),
    ],
)
def test_refused_inputs(change: Properties, place: str, reason: str) -> None:
    inputs = {"privateKeyPem": UNKNOWN, "validityPeriodHours": 1, "allowedUses": [UNKNOWN], **change}
    (failure,) = PROVIDER.check(call(SELF_SIGNED), {}, inputs, b"").failures
    assert (failure.property, failure.reason[: len(reason)]) == (place, reason)
