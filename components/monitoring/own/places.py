"""Names and paths that the parts of a stack's own monitoring know of each other."""

from typing import Final

PROMETHEUS: Final = "temporal-prometheus"
ALERTMANAGER: Final = "temporal-alertmanager"
GRAFANA: Final = "temporal-grafana"
AGENT: Final = "temporal-agent"
PORTS: Final = {PROMETHEUS: 9090, ALERTMANAGER: 9093, GRAFANA: 3000, AGENT: 9090}
BUNDLED: Final = (PROMETHEUS, ALERTMANAGER, GRAFANA)
"""Those of a bundled monitoring."""
CERTIFICATE: Final = "temporal-monitoring-tls"
"""Secret with the certificate that they serve with and show each other, where the stack issues it."""
TLS: Final = "/etc/temporal/monitoring-tls"
"""The certificate, its key and its authority."""
CONFIG: Final = "/etc/temporal/monitoring"
RULES: Final = "/etc/temporal/rules"
SECRETS: Final = "/etc/temporal/routes"
"""What routes need, a file each."""
DASHBOARDS: Final = "/etc/temporal/dashboards"
