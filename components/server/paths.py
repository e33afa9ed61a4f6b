"""Where the server's pods find what is mounted."""

from typing import Final

CONFIG_DIR: Final = "/etc/temporal/config"
CONFIG_FILE: Final = "server.yaml"
DYNAMIC_CONFIG_DIR: Final = "/etc/temporal/dynamicconfig"
DYNAMIC_CONFIG_FILE: Final = "dynamic.yaml"
DATABASE_CA: Final = "/etc/temporal/database-ca"
DATABASE_CA_FILE: Final = f"{DATABASE_CA}/ca.crt"
DATABASE_PASSWORDS: Final = "/etc/temporal/database-passwords"
INTERNODE_TLS: Final = "/etc/temporal/tls/internode"
FRONTEND_TLS: Final = "/etc/temporal/tls/frontend"
FRONTEND_CA: Final = "/etc/temporal/tls/frontend-ca"
VISIBILITY_CA: Final = "/etc/temporal/visibility-ca"
SECONDARY_CA: Final = "/etc/temporal/secondary-visibility-ca"
ARCHIVE_CA: Final = "/etc/temporal/archive-ca"
ARCHIVE_CA_FILE: Final = f"{ARCHIVE_CA}/ca.crt"
CLIENT_CA: Final = "/etc/temporal/tls/client-ca"
