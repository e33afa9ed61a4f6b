"""Every pinned version, one line each. Nothing else in the project names one.

Images carry the names and tags their publishers use; the embedded node loads its own builds under the same names.
"""

from typing import Final, NamedTuple


class Schemas(NamedTuple):
    """What a server requires of its stores: PostgreSQL schemas (schema/postgresql/v12/*/version.go of its module), and
    the newest version of the index template (schema/elasticsearch/visibility/versioned)."""

    default: str
    visibility: str
    search: str


# Servers a stack may name, oldest first; the admin tools are of the same version.
SERVERS: Final = {
    "1.31.5": Schemas("1.19", "1.14", "14"),
    "1.32.1": Schemas("1.19", "1.14", "14"),
    "1.32.2": Schemas("1.19", "1.14", "14"),
}

# What a stack runs unless it says otherwise.
TEMPORAL_SERVER: Final = "1.32.2"
TEMPORAL_UI: Final = "2.54.1"
POSTGRES: Final = "15.20-bookworm"
VERSITYGW: Final = "1.8.0"
OPENSEARCH: Final = "2.19.4"  # the newest 2.19 whose server and security plugin both are on Maven Central
PROMETHEUS: Final = "3.16.0"
ALERTMANAGER: Final = "0.31.1"  # the last whose module holds the files of its web pages
GRAFANA: Final = "12.4.10"  # its binary is in no package registry: the embedded node has no such image
POSTGRES_EXPORTER: Final = "0.17.1"
ELASTICSEARCH_EXPORTER: Final = "1.10.0"
KEDA: Final = "2.20.2"  # for a drill alone
PROMETHEUS_OPERATOR: Final = "0.85.0"  # for a drill, and its definitions for tests
SERVER_IMAGE: Final = f"docker.io/temporalio/server:{TEMPORAL_SERVER}"
ADMIN_TOOLS_IMAGE: Final = f"docker.io/temporalio/admin-tools:{TEMPORAL_SERVER}"
UI_IMAGE: Final = f"docker.io/temporalio/ui:{TEMPORAL_UI}"
POSTGRES_IMAGE: Final = f"docker.io/library/postgres:{POSTGRES}"
OPENSEARCH_IMAGE: Final = f"docker.io/opensearchproject/opensearch:{OPENSEARCH}"
VERSITYGW_IMAGE: Final = f"docker.io/versity/versitygw:v{VERSITYGW}"
PROMETHEUS_IMAGE: Final = f"docker.io/prom/prometheus:v{PROMETHEUS}"
ALERTMANAGER_IMAGE: Final = f"docker.io/prom/alertmanager:v{ALERTMANAGER}"
POSTGRES_EXPORTER_IMAGE: Final = f"docker.io/prometheuscommunity/postgres-exporter:v{POSTGRES_EXPORTER}"
ELASTICSEARCH_EXPORTER_IMAGE: Final = f"docker.io/prometheuscommunity/elasticsearch-exporter:v{ELASTICSEARCH_EXPORTER}"

# The engine.
PULUMI_CLI: Final = "3.256.0"
PULUMI_LANGUAGE_PYTHON: Final = "3.79.0"  # the last sdk/v3 module that still contains the Python language host
PLUGIN_KUBERNETES: Final = "4.34.2"  # equal to the SDK pins in requirements.txt
PLUGIN_RANDOM: Final = "4.21.4"
PLUGIN_TLS: Final = "5.6.2"
PLUGIN_AWS: Final = "7.51.1"
PLUGIN_TERRAFORM_PROVIDER: Final = "1.1.3"  # serves any Terraform provider, this one:
TERRAFORM_TEMPORALCLOUD: Final = "1.5.0"

# The embedded node.
GO: Final = "1.27.3"
KUBERNETES: Final = "1.36.3"
CONTAINERD: Final = "2.4.2"
LOCAL_PATH_PROVISIONER: Final = "0.0.30"
COREDNS: Final = "1.15.0"
KUBECTL: Final = "1.37.1"
PAUSE: Final = "3.10.1"
PAUSE_IMAGE: Final = f"registry.k8s.io/pause:{PAUSE}"
TEMPORAL_CLI: Final = "1.5.1"
