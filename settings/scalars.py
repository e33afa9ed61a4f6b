"""Constrained scalars that several models share. Each message says what is allowed."""

import ipaddress
import re
from typing import Annotated

from pydantic import AfterValidator, Field

_DNS_LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_DNS_NAME = re.compile(r"(?=.*[a-z])([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*")
_DURATION = re.compile(r"([1-9]\d*)(h|d)")
_CPU = re.compile(r"[1-9]\d*m|[1-9]\d*(\.\d{1,3})?|0\.\d{1,3}")
_BYTES = re.compile(r"([1-9]\d*)(Mi|Gi|Ti)")
_BYTE_UNITS = {"Mi": 1024**2, "Gi": 1024**3, "Ti": 1024**4}
_NAMESPACE = re.compile(r"[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?")


def _dns_label(text: str) -> str:
    if len(text) > 63 or not _DNS_LABEL.fullmatch(text):
        raise ValueError("a DNS label: 1 to 63 of a-z, 0-9 and '-', beginning with a letter, not ending with '-'")
    return text


def _installation_name(text: str) -> str:
    if len(text) > 30:
        raise ValueError("at most 30 characters, so that names built from it stay within Kubernetes' 63")
    return _dns_label(text)


def _host(text: str) -> str:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        if len(text) > 253 or not _DNS_NAME.fullmatch(text):
            raise ValueError("an IP address or a DNS name in lower case, without scheme or port") from None
    return text


def _temporal_namespace(text: str) -> str:
    if len(text) > 255 or not _NAMESPACE.fullmatch(text):
        raise ValueError("1 to 255 of letters, digits, '-', '_' and '.', beginning and ending with a letter or digit")
    if text == "temporal-system":
        raise ValueError("any name but temporal-system, which belongs to the server")
    return text


def _retention(text: str) -> str:
    if not _DURATION.fullmatch(text):
        raise ValueError("whole hours or days, at least 1h, such as 72h or 30d")
    return text


def _cpu(text: str) -> str:
    if not _CPU.fullmatch(text):
        raise ValueError("a Kubernetes CPU quantity such as 250m, 0.5 or 2")
    return text


def _bytes(text: str) -> str:
    if not _BYTES.fullmatch(text):
        raise ValueError("whole Mi, Gi or Ti, such as 512Mi or 20Gi")
    return text


def bytes_of(quantity: str) -> int:
    """The number of bytes a checked `Bytes` quantity stands for: `bytes_of("1Gi") == 1073741824`."""
    match = _BYTES.fullmatch(quantity)
    if match is None:
        raise ValueError(f"not a quantity of bytes: {quantity}")
    return int(match[1]) * _BYTE_UNITS[match[2]]


DnsLabel = Annotated[str, AfterValidator(_dns_label)]
Host = Annotated[str, AfterValidator(_host)]
InstallationName = Annotated[str, AfterValidator(_installation_name)]
TemporalNamespace = Annotated[str, AfterValidator(_temporal_namespace)]
Retention = Annotated[str, AfterValidator(_retention)]
Cpu = Annotated[str, AfterValidator(_cpu)]
Bytes = Annotated[str, AfterValidator(_bytes)]
Port = Annotated[int, Field(ge=1, le=65535)]
NodePort = Annotated[int, Field(ge=30000, le=32767)]
