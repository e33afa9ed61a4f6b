"""Temporal's environment configuration: the variables and the profile that the CLI and every SDK read.

Source: docs.temporal.io, "Environment configuration"; go.temporal.io/sdk/contrib/envconfig.
"""

from collections.abc import Mapping
from typing import Final

MOUNT: Final = "/etc/temporal/client"
"""Where an application mounts its Secret."""
CONFIG_FILE: Final = "TEMPORAL_CONFIG_FILE"
"""Variable with the file of profiles."""
PROFILE: Final = "temporal.toml"
"""Key of a ConfigMap or Secret with the profile."""
CLIENT_FILES: Final[Mapping[str, str]] = {
    "TEMPORAL_TLS_CLIENT_CERT_PATH": "tls.crt",
    "TEMPORAL_TLS_CLIENT_KEY_PATH": "tls.key",
}
"""Of a client certificate: keys of its Secret by the variables that name the files."""
OWN_FILES: Final[Mapping[str, str]] = {**CLIENT_FILES, "TEMPORAL_TLS_SERVER_CA_CERT_PATH": "ca.crt"}
"""The same where the server's certificate is of no public authority."""
_PREFIX: Final = "TEMPORAL_TLS_"


def profile(address: str, namespace: str, server_name: str, *, files: Mapping[str, str], api_key: str = "") -> str:
    """A profile for the mounted files, in TOML."""
    lines = [
        "[profile.default]",
        f'address = "{address}"',
        f'namespace = "{namespace}"',
        *([f'api_key = "{api_key}"'] if api_key else []),
        "[profile.default.tls]",
        *(
            f'{variable.removeprefix(_PREFIX).lower()} = "{MOUNT}/{file}"'
            for variable, file in files.items()
            if variable.startswith(_PREFIX)
        ),
        f'server_name = "{server_name}"',
    ]
    return "\n".join([*lines, ""])
