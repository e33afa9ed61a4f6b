"""Every pinned version, one line each. Nothing else in the project names one.

Images carry the names and tags their publishers use; the embedded node loads its own builds under the same names.
"""

from typing import Final

# What a stack runs.
TEMPORAL_SERVER: Final = "1.32.2"
TEMPORAL_ADMIN_TOOLS: Final = "1.32.2"
TEMPORAL_UI: Final = "2.54.1"
POSTGRES: Final = "15.20-bookworm"
SERVER_IMAGE: Final = f"docker.io/temporalio/server:{TEMPORAL_SERVER}"
ADMIN_TOOLS_IMAGE: Final = f"docker.io/temporalio/admin-tools:{TEMPORAL_ADMIN_TOOLS}"
UI_IMAGE: Final = f"docker.io/temporalio/ui:{TEMPORAL_UI}"
POSTGRES_IMAGE: Final = f"docker.io/library/postgres:{POSTGRES}"

# Schemas the pinned server requires (schema/postgresql/v12/*/version.go of the server module).
POSTGRES_SCHEMA: Final = "1.19"
POSTGRES_VISIBILITY_SCHEMA: Final = "1.14"

# The engine.
PULUMI_CLI: Final = "3.256.0"
PULUMI_LANGUAGE_PYTHON: Final = "3.79.0"  # the last sdk/v3 module that still contains the Python language host
PLUGIN_KUBERNETES: Final = "4.34.2"  # equal to the SDK pins in requirements.txt
PLUGIN_RANDOM: Final = "4.21.4"
PLUGIN_TLS: Final = "5.6.2"

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
