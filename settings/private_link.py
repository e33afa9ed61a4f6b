"""`temporal:backend.privateLink`: Temporal Cloud through AWS PrivateLink.

Source: docs.temporal.io, Temporal Cloud, "AWS PrivateLink connectivity" and "Connectivity for High Availability".
"""

import tomllib
from pathlib import Path
from typing import Annotated, Final, Literal

from settings.aws_scalars import EndpointService
from settings.base import Model
from settings.facts import changing

SERVICES: Final[dict[str, str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())["services"]
"""Temporal's endpoint services by region."""
_SERVICE = changing("nothing", "another endpoint takes its place; meanwhile calls fail and are tried again")
_NAMES = changing("nothing", "other names lead to the endpoint; calls may fail for a minute")


class PrivateLink(Model):
    """An endpoint in the VPC of `temporal:aws`, and private DNS there that makes names of Temporal Cloud lead to it.
    Addresses and server names stay as they are."""

    service: Annotated[EndpointService | None, _SERVICE] = None
    """Temporal's endpoint service in the region of `temporal:aws`; the one that docs.temporal.io lists when left
    out."""
    resolves: Annotated[Literal["endpoint", "region"], _NAMES] = "endpoint"
    """Which names lead there: those of `temporal:backend.endpoint`; or `aws-<region>.region.tmprl.cloud`, to which the
    name of a namespace of several regions leads while it is active in this one."""

    def service_in(self, region: str) -> str | None:
        """Its endpoint service; None where nobody knows one."""
        return self.service or SERVICES.get(region)
