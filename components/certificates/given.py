"""A job that looks whether the Secrets of `temporal:tls: {kind: provided}` are there, before a pod waits for them.

The kubelet waits for a missing Secret without end, and so does whoever waits for the pod. Certificates alone are
mounted: private keys go to those who serve with them, and nobody else.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.jobs import JobArgs, job
from components.kubernetes import Installation, mount
from settings.tls import Provided

_UID: Final = 1000
_MOUNT: Final = "/etc/temporal/given"

_SCRIPT: Final = """\
set -eu
missing=0
while read -r secret key purpose; do
  if [ ! -s "$GIVEN/$secret/$key" ]; then
    echo "key $key of Secret $secret is missing or empty: it must hold $purpose" >&2
    missing=1
  fi
done <"$EXPECTED"
exit "$missing"
"""


def given_job(
    name: str, installation: Installation, settings: Provided, opts: pulumi.ResourceOptions
) -> pulumi.Resource:
    """Fails within seconds, one line for each key that is missing."""
    expected = list(_expected(settings))
    return job(
        name,
        JobArgs(
            installation=installation,
            component="given-certificates",
            purpose="given-certificates",
            version=installation.server_version,
            image=installation.images.admin_tools,
            uid=_UID,
            scripts={"run.sh": _SCRIPT, "expected": "".join(f"{' '.join(row)}\n" for row in expected)},
            environment={"GIVEN": _MOUNT, "EXPECTED": "/etc/temporal-platform/expected"},
            volumes=[_volume(expected)],
            mounts=[mount("given", _MOUNT)],
        ),
        opts,
    )


def _expected(settings: Provided) -> Iterator[tuple[str, str, str]]:
    """Secret, key, what it must hold."""
    for secret, whose in (
        (settings.internode.secret, "the services' certificate"),
        (settings.frontend.secret, "the frontend's certificate"),
        *([(settings.database, "the database's certificate")] if settings.database else ()),
        *([(settings.search.secret, "OpenSearch's certificate")] if settings.search else ()),
        *([(settings.archive, "the archive's certificate")] if settings.archive else ()),
        *([(settings.monitoring, "the monitoring's certificate")] if settings.monitoring else ()),
    ):
        yield secret, "tls.crt", whose
        yield secret, "ca.crt", f"the authority of {whose}"
    yield settings.client_authority.secret, settings.client_authority.key, "the authority of clients"
    yield settings.client, "tls.crt", "the platform's client certificate"
    yield settings.client, "ca.crt", "the authority of the frontend's certificate"
    if settings.ui:
        yield settings.ui, "tls.crt", "the Web UI's certificate"


def _volume(expected: Sequence[tuple[str, str, str]]) -> k8s.core.v1.VolumeArgs:
    """A folder for each Secret; what is missing is missing in it."""
    sources = [
        k8s.core.v1.VolumeProjectionArgs(
            secret=k8s.core.v1.SecretProjectionArgs(
                name=secret,
                items=[k8s.core.v1.KeyToPathArgs(key=key, path=f"{secret}/{key}")],
                optional=True,
            )
        )
        for secret, key in dict.fromkeys((secret, key) for secret, key, _ in expected)
    ]
    return k8s.core.v1.VolumeArgs(
        name="given", projected=k8s.core.v1.ProjectedVolumeSourceArgs(default_mode=0o440, sources=sources)
    )
