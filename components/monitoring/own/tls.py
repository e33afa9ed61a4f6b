"""What the programs of a stack's own monitoring serve with, and show each other."""

from typing import Any

from components.monitoring.own import places
from components.monitoring.own.text import as_yaml


def web_configuration() -> str:
    """Whom one of them answers (github.com/prometheus/exporter-toolkit, docs/web-configuration.md). The files are read
    anew for each connection."""
    return as_yaml(
        {
            "tls_server_config": {
                "cert_file": f"{places.TLS}/tls.crt",
                "key_file": f"{places.TLS}/tls.key",
                "client_ca_file": f"{places.TLS}/ca.crt",
                "client_auth_type": "RequireAndVerifyClientCert",
                "min_version": "TLS12",
            }
        }
    )


def client_tls() -> dict[str, Any]:
    """What one part of the monitoring shows another one."""
    return {
        "ca_file": f"{places.TLS}/ca.crt",
        "cert_file": f"{places.TLS}/tls.crt",
        "key_file": f"{places.TLS}/tls.key",
    }


def own_client(host: str) -> str:
    """What a command inside one of them asks it with, under the name `host`, which is in its certificate."""
    return as_yaml({"tls_config": {**client_tls(), "server_name": host}})


def tls_files(host: str) -> dict[str, str]:
    """The files of both, by name, for the program whose address is `host`."""
    return {"web.yml": web_configuration(), "client.yml": own_client(host)}
