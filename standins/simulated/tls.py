"""The tls plugin with placeholders in the shape of PEM: nobody can connect with them."""

import dataclasses
import datetime as dt
from typing import Final

import versions
from standins.provider import Call, Properties
from standins.simulated.chance import digest
from standins.typed import table, tls_rules
from standins.typed.provider import TypedProvider

# No certificate becomes due while time goes by: a preview of the same program says the same tomorrow.
_START: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_PRIVATE_KEY_LABELS: Final = {"RSA": "RSA PRIVATE KEY", "ECDSA": "EC PRIVATE KEY", "ED25519": "PRIVATE KEY"}


def provider() -> TypedProvider:
    return TypedProvider(
        name="tls",
        version=versions.PLUGIN_TLS,
        types=table.load("tls"),
        rules={token: dataclasses.replace(rules, due=lambda _outputs: "") for token, rules in tls_rules.RULES.items()},
        makers={
            tls_rules.PRIVATE_KEY: _private_key,
            tls_rules.CERT_REQUEST: _request,
            tls_rules.SELF_SIGNED: _self_signed,
            tls_rules.LOCALLY_SIGNED: _locally_signed,
        },
    )


def _private_key(call: Call, inputs: Properties) -> Properties:
    mark = digest(call, inputs)
    return {
        "id": mark[:40],
        "privateKeyPem": _pem(_PRIVATE_KEY_LABELS[inputs["algorithm"]], mark),
        "privateKeyPemPkcs8": _pem("PRIVATE KEY", mark),
        "privateKeyOpenssh": _pem("OPENSSH PRIVATE KEY", mark),
        "publicKeyPem": _pem("PUBLIC KEY", mark),
        "publicKeyOpenssh": f"simulated {mark}\n",
        "publicKeyFingerprintMd5": f"simulated:{mark[:32]}",
        "publicKeyFingerprintSha256": f"SIMULATED:{mark}",
    }


def _request(call: Call, inputs: Properties) -> Properties:
    mark = digest(call, inputs)
    algorithm = _algorithm(inputs["privateKeyPem"])
    return {"id": mark[:40], "certRequestPem": _pem("CERTIFICATE REQUEST", mark), "keyAlgorithm": algorithm}


def _self_signed(call: Call, inputs: Properties) -> Properties:
    return {**_certificate(call, inputs), "keyAlgorithm": _algorithm(inputs["privateKeyPem"])}


def _locally_signed(call: Call, inputs: Properties) -> Properties:
    return {**_certificate(call, inputs), "caKeyAlgorithm": _algorithm(inputs["caPrivateKeyPem"])}


def _certificate(call: Call, inputs: Properties) -> Properties:
    mark = digest(call, inputs)
    end = _START + dt.timedelta(hours=inputs["validityPeriodHours"])
    return {
        "id": str(int(mark[:32], 16)),
        "certPem": _pem("CERTIFICATE", mark),
        "validityStartTime": _START.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "validityEndTime": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _algorithm(private_key_pem: str) -> str:
    labels = {label: algorithm for algorithm, label in _PRIVATE_KEY_LABELS.items()}
    first_line = private_key_pem.partition("\n")[0]
    return labels.get(first_line.removeprefix("-----BEGIN ").removesuffix("-----"), "ED25519")


def _pem(label: str, mark: str) -> str:
    return f"-----BEGIN {label}-----\nSIMULATED+{mark}\n-----END {label}-----\n"
