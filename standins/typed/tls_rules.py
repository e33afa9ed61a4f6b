"""What tls resources refuse beyond their table, and when a certificate has to be renewed."""

import datetime as dt
import ipaddress
from collections.abc import Iterator
from typing import Final

from standins.provider import UNKNOWN, CheckFailure, Properties, Value
from standins.typed.provider import Rules

PRIVATE_KEY: Final = "tls:index/privateKey:PrivateKey"
CERT_REQUEST: Final = "tls:index/certRequest:CertRequest"
SELF_SIGNED: Final = "tls:index/selfSignedCert:SelfSignedCert"
LOCALLY_SIGNED: Final = "tls:index/locallySignedCert:LocallySignedCert"

# Values of allowedUses: common_cert.go of the Terraform provider; meaning: RFC 5280, 4.2.1.3 and 4.2.1.12.
KEY_USES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "cert_signing",
    "crl_signing",
    "encipher_only",
    "decipher_only",
)
EXTENDED_USES: Final = {
    "any_extended": "2.5.29.37.0",
    "server_auth": "1.3.6.1.5.5.7.3.1",
    "client_auth": "1.3.6.1.5.5.7.3.2",
    "code_signing": "1.3.6.1.5.5.7.3.3",
    "email_protection": "1.3.6.1.5.5.7.3.4",
    "ipsec_end_system": "1.3.6.1.5.5.7.3.5",
    "ipsec_tunnel": "1.3.6.1.5.5.7.3.6",
    "ipsec_user": "1.3.6.1.5.5.7.3.7",
    "timestamping": "1.3.6.1.5.5.7.3.8",
    "ocsp_signing": "1.3.6.1.5.5.7.3.9",
    "microsoft_server_gated_crypto": "1.3.6.1.4.1.311.10.3.3",
    "netscape_server_gated_crypto": "2.16.840.1.113730.4.1",
    "microsoft_commercial_code_signing": "1.3.6.1.4.1.311.2.1.22",
    "microsoft_kernel_code_signing": "1.3.6.1.4.1.311.61.1.1",
}
# Names of a subject's parts, with their object identifiers (RFC 4519; emailAddress: RFC 2985), in the order in which
# Go's crypto/x509/pkix writes them.
SUBJECT_PARTS: Final = {
    "country": "2.5.4.6",
    "organization": "2.5.4.10",
    "organizationalUnit": "2.5.4.11",
    "locality": "2.5.4.7",
    "province": "2.5.4.8",
    "streetAddresses": "2.5.4.9",
    "postalCode": "2.5.4.17",
    "commonName": "2.5.4.3",
    "serialNumber": "2.5.4.5",
    "emailAddress": "1.2.840.113549.1.9.1",
}
READY_FOR_RENEWAL: Final = "readyForRenewal"


def _refused(inputs: Properties) -> Iterator[CheckFailure]:
    for index, use in _known(inputs.get("allowedUses")):
        if use not in KEY_USES and use not in EXTENDED_USES:
            allowed = ", ".join((*KEY_USES, *EXTENDED_USES))
            yield CheckFailure(f"allowedUses[{index}]", f"{use} is no use of a key; allowed are {allowed}")
    for index, address in _known(inputs.get("ipAddresses")):
        if not _is_address(address):
            yield CheckFailure(f"ipAddresses[{index}]", f"{address} is no IP address")
    subject = inputs.get("subject")
    for part in subject if isinstance(subject, dict) else ():
        if part not in SUBJECT_PARTS:
            yield CheckFailure(f"subject.{part}", f"is no part of a subject; known are {', '.join(SUBJECT_PARTS)}")


def _known(values: Value) -> Iterator[tuple[int, str]]:
    if isinstance(values, list):
        yield from ((index, value) for index, value in enumerate(values) if isinstance(value, str))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _foreseen(inputs: Properties) -> Properties:
    """A certificate shorter than its time of renewal is born due."""
    validity, early = inputs["validityPeriodHours"], inputs["earlyRenewalHours"]
    if UNKNOWN in (validity, early):
        return {READY_FOR_RENEWAL: UNKNOWN}
    return {READY_FOR_RENEWAL: validity == 0 or early >= validity}


def _due(outputs: Properties) -> str:
    """Names the output that asks for renewal once the end of the certificate is `earlyRenewalHours` away or nearer."""
    end, early = outputs.get("validityEndTime"), outputs.get("earlyRenewalHours") or 0
    if not isinstance(end, str) or early is UNKNOWN:
        return ""
    renewal = dt.datetime.fromisoformat(end) - dt.timedelta(hours=early)
    return READY_FOR_RENEWAL if renewal <= dt.datetime.now(dt.UTC) else ""


RULES: Final = {
    PRIVATE_KEY: Rules(),
    CERT_REQUEST: Rules(refused=_refused),
    SELF_SIGNED: Rules(refused=_refused, foreseen=_foreseen, due=_due),
    LOCALLY_SIGNED: Rules(refused=_refused, foreseen=_foreseen, due=_due),
}
