"""Changes of certificates."""

from tests.program.effects.bases import BASES
from tests.program.effects.example import Example
from tests.program.effects.pods import ARCHIVE, ARCHIVERS, FRONTEND, POSTGRES, SERVICES, UI

GIVEN = BASES["provided"]


ISSUED = BASES["cert-manager"]["temporal:tls"]


def of_certificates() -> list[Example]:
    """Of certificates."""
    return [
        Example("local", {"tls": ISSUED}, SERVICES | UI | POSTGRES),
        Example("local", {"tls/leafDays": 30}),
        Example("local", {"tls/rotation": 1}),
        Example("local", {"tls/refreshInterval": "2m"}, SERVICES),
        Example(
            "provided",
            {"tls": ISSUED, "applications": BASES["local"]["temporal:applications"]},
            SERVICES | UI | POSTGRES,
        ),
        Example("provided", {"tls/internode/secret": "other"}, SERVICES),
        Example("provided", {"tls/internode/serverName": "other.example.com"}, SERVICES),
        Example("provided", {"tls/frontend/secret": "other"}, SERVICES),
        Example("provided", {"tls/frontend/serverName": "other.example.com"}, SERVICES | UI),
        Example("provided", {"tls/clientAuthority/secret": "other"}, FRONTEND),
        Example("provided", {"tls/clientAuthority/key": "other"}, FRONTEND),
        Example("provided", {"tls/client": "other"}, UI),
        Example("provided", {"tls/ui": "other"}, UI),
        Example("provided", {"tls/database": "other"}, SERVICES | POSTGRES),
        Example("provided archive", {"tls/archive": "other"}, ARCHIVERS | ARCHIVE),
        Example("provided", {"tls/refreshInterval": "2m"}, SERVICES),
        Example("cert-manager", {"tls": GIVEN["temporal:tls"]}, SERVICES | UI | POSTGRES),
        Example("cert-manager", {"tls/issuer/kind": "Issuer"}, SERVICES | UI),
        Example("cert-manager", {"tls/issuer/name": "other"}, SERVICES | UI),
        Example("cert-manager", {"tls/issuer/group": "other.example.com"}, SERVICES | UI),
        Example("cert-manager", {"tls/duration": "100d"}),
        Example("cert-manager", {"tls/renewBefore": "20d"}),
        Example("cert-manager", {"tls/refreshInterval": "2h"}, SERVICES),
    ]
