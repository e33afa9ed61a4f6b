"""How jobs are clients of the frontend: `temporal` and `tdbg` read the same from variables of their own names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.kubernetes import mount, secret_volume

_CLIENT: Final = "/etc/temporal/client"
_CERTIFICATE, _KEY, _AUTHORITY = (f"{_CLIENT}/{file}" for file in ("tls.crt", "tls.key", "ca.crt"))


@dataclass(frozen=True, kw_only=True)
class ClientOfJob:
    """What a job needs to reach the frontend."""

    address: str
    """host:port of the frontend."""
    server_name: str
    """Name in its certificate."""
    secret: pulumi.Input[str]
    """Secret with a client certificate."""

    @property
    def temporal(self) -> Mapping[str, str]:
        """Environment of the `temporal` CLI."""
        return {
            "TEMPORAL_ADDRESS": self.address,
            "TEMPORAL_TLS": "true",
            "TEMPORAL_TLS_CLIENT_CERT_PATH": _CERTIFICATE,
            "TEMPORAL_TLS_CLIENT_KEY_PATH": _KEY,
            "TEMPORAL_TLS_SERVER_CA_CERT_PATH": _AUTHORITY,
            "TEMPORAL_TLS_SERVER_NAME": self.server_name,
            "USER": "temporal",
            "HOME": "/tmp",  # noqa: S108
        }

    @property
    def tdbg(self) -> Mapping[str, str]:
        """Environment of `tdbg` (tools/tdbg/app.go of the server)."""
        return {
            "TEMPORAL_CLI_ADDRESS": self.address,
            "TEMPORAL_CLI_TLS_CERT": _CERTIFICATE,
            "TEMPORAL_CLI_TLS_KEY": _KEY,
            "TEMPORAL_CLI_TLS_CA": _AUTHORITY,
            "TEMPORAL_CLI_TLS_SERVER_NAME": self.server_name,
        }

    @property
    def volume(self) -> k8s.core.v1.VolumeArgs:
        """The certificate."""
        return secret_volume("client", self.secret)

    @property
    def mount(self) -> k8s.core.v1.VolumeMountArgs:
        """Where it is."""
        return mount("client", _CLIENT)
