"""How the server learns where its database is."""

from typing import Final

import pulumi_kubernetes as k8s
from pulumi import Output

from components.handles import SqlStore

_VARIABLE: Final = "TEMPORAL_DATABASE_ADDRESS"


def address(store: SqlStore) -> str:
    """For the configuration file: the address, or where its name comes from AWS and is not known at a first preview,
    the variable that the server fills in when it starts."""
    return f"{store.host}:{store.port}" if isinstance(store.host, str) else f'{{{{ env "{_VARIABLE}" }}}}'


def variables(store: SqlStore) -> list[k8s.core.v1.EnvVarArgs]:
    """That variable, where the configuration names it. Both stores are on one server."""
    if isinstance(store.host, str):
        return []
    return [k8s.core.v1.EnvVarArgs(name=_VARIABLE, value=Output.concat(store.host, f":{store.port}"))]
