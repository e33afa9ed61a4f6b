"""What Grafana finds when it starts (grafana.com/docs/grafana/latest/administration/provisioning)."""

from collections.abc import Mapping
from typing import Final

from components.monitoring.own import places
from components.monitoring.own.text import as_yaml

ADMIN: Final = "admin"
PROVISIONING: Final = "/etc/temporal/provisioning"
PASSWORD: Final = "/etc/temporal/grafana-admin"  # noqa: S105 - a folder
PATHS: Final = {"datasources.yaml": "datasources/temporal.yaml", "dashboards.yaml": "dashboards/temporal.yaml"}
"""Where Grafana looks for each file, below PROVISIONING."""


def files(prometheus: str) -> Mapping[str, str]:
    """The data source at the URL `prometheus`, and the folder with dashboards."""
    shown = {
        "tlsAuth": True,
        "tlsAuthWithCACert": True,
        "httpMethod": "POST",
    }
    certificates = {
        "tlsCACert": f"$__file{{{places.TLS}/ca.crt}}",
        "tlsClientCert": f"$__file{{{places.TLS}/tls.crt}}",
        "tlsClientKey": f"$__file{{{places.TLS}/tls.key}}",
    }
    source = {
        "name": "Prometheus",
        "uid": "prometheus",
        "type": "prometheus",
        "access": "proxy",
        "url": prometheus,
        "isDefault": True,
        "editable": False,
        "jsonData": shown,
        "secureJsonData": certificates,
    }
    provider = {
        "name": "temporal",
        "folder": "Temporal",
        "type": "file",
        "disableDeletion": True,
        "allowUiUpdates": False,
        "options": {"path": places.DASHBOARDS},
    }
    return {
        "datasources.yaml": as_yaml({"apiVersion": 1, "prune": True, "datasources": [source]}),
        "dashboards.yaml": as_yaml({"apiVersion": 1, "providers": [provider]}),
    }


def environment(host: str) -> dict[str, str]:
    """TLS, the one login, and nothing that calls home (grafana.com, "Configure Grafana")."""
    return {
        "GF_SERVER_PROTOCOL": "https",
        "GF_SERVER_CERT_FILE": f"{places.TLS}/tls.crt",
        "GF_SERVER_CERT_KEY": f"{places.TLS}/tls.key",
        "GF_SERVER_ROOT_URL": f"https://{host}:{places.PORTS[places.GRAFANA]}",
        "GF_SECURITY_ADMIN_USER": ADMIN,
        "GF_SECURITY_ADMIN_PASSWORD__FILE": f"{PASSWORD}/password",
        "GF_SECURITY_COOKIE_SECURE": "true",
        "GF_SECURITY_STRICT_TRANSPORT_SECURITY": "true",
        "GF_SECURITY_DISABLE_GRAVATAR": "true",
        "GF_USERS_ALLOW_SIGN_UP": "false",
        "GF_AUTH_ANONYMOUS_ENABLED": "false",
        "GF_ANALYTICS_REPORTING_ENABLED": "false",
        "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
        "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES": "false",
        "GF_LOG_CONSOLE_FORMAT": "json",
        "GF_NEWS_NEWS_FEED_ENABLED": "false",
        "GF_PLUGINS_PREINSTALL_DISABLED": "true",
        "GF_PATHS_PROVISIONING": PROVISIONING,
    }
