"""`temporal:tls`: who issues the certificates."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Model

Days = Annotated[int, Field(ge=2, le=825)]


class Generated(Model):
    """Authorities and leaves made by the stack itself. Their private keys are in the stack's state, encrypted."""

    kind: Literal["generated"]
    """This issuer's name."""
    leaf_days: Days = 90
    """Validity of a leaf certificate in days. An `up` in the last third of it issues a new one."""


Tls = Generated
