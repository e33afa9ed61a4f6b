"""Who a certificate is for: the distinguished name and the alternative names."""

import ipaddress

from cryptography import x509

from standins.provider import Properties
from standins.typed.tls_rules import SUBJECT_PARTS


def name(subject: Properties | None) -> x509.Name:
    """An empty name when there is no subject."""
    relative_names = []
    for part, oid in SUBJECT_PARTS.items():
        value = (subject or {}).get(part)
        values = value if isinstance(value, list) else [value]
        attributes = [x509.NameAttribute(x509.ObjectIdentifier(oid), text) for text in values if text]
        if attributes:
            relative_names.append(x509.RelativeDistinguishedName(attributes))
    return x509.Name(relative_names)


def alternative_names(inputs: Properties) -> x509.SubjectAlternativeName | None:
    names: list[x509.GeneralName] = [
        *(x509.DNSName(text) for text in inputs.get("dnsNames") or ()),
        *(x509.IPAddress(ipaddress.ip_address(text)) for text in inputs.get("ipAddresses") or ()),
        *(x509.UniformResourceIdentifier(text) for text in inputs.get("uris") or ()),
    ]
    return x509.SubjectAlternativeName(names) if names else None
