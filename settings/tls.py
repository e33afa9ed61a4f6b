"""`temporal:tls`: who issues the certificates."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Model
from settings.checks import Whole
from settings.facts import changing
from settings.references import SecretKey
from settings.scalars import Duration, Host, ObjectName, Rotation, Subject

Days = Annotated[int, Whole(2, 825)]
_TRUST = changing("rolling", "all pods restart with the new authorities")
_OTHER_TRUST = changing("replaced", "authorities and leaves are deleted; all pods restart with those that follow")
_ISSUER = changing("rolling", "leaves are issued anew; the server's and the UI's pods restart with the new authority")
_MOUNTED = changing("rolling", "pods that mount it restart")
_REFRESH = changing(
    "rolling", "the server's pods restart", unit="duration", source="temporal-server: tls.refreshInterval"
)


class Generated(Model):
    """Authorities and leaves made by the stack itself. Their private keys are in the stack's state, encrypted."""

    kind: Annotated[Literal["generated"], _OTHER_TRUST]
    """This issuer's name."""
    leaf_days: Annotated[Days, changing("nothing", "leaves are issued anew and re-read", unit="days")] = 90
    """Validity of a leaf certificate. An `up` in the last third of it issues a new one."""
    rotation: Annotated[Rotation, changing("nothing", "all leaves are issued anew and re-read")] = 0
    """Any other number makes new keys and leaves, by the same authorities, in one `up`: those of the server, the Web
    UI, the database, the archive, the monitoring, people and applications. What has been issued before stays valid
    until its own end."""
    refresh_interval: Annotated[Duration, _REFRESH] = "1m"
    """How often the server looks at its certificate files."""


class Identity(Model):
    """A certificate that peers expect under one name."""

    secret: Annotated[ObjectName, _MOUNTED]
    """Secret of type kubernetes.io/tls with tls.crt, tls.key and ca.crt, the authority of the leaf."""
    server_name: Annotated[Host, _MOUNTED]
    """DNS name in the certificate that the other side expects."""


class SearchIdentity(Model):
    """A certificate of OpenSearch's nodes for the name temporal-opensearch.<temporal:name>.svc, with server and client
    usage."""

    secret: Annotated[ObjectName, changing("rolling", "OpenSearch restarts")]
    """Secret of type kubernetes.io/tls with tls.crt, tls.key (PKCS #8, `BEGIN PRIVATE KEY`) and ca.crt."""
    subject: Annotated[Subject, changing("rolling", "OpenSearch restarts")]
    """Distinguished name of the certificate, by which nodes know each other."""


class Provided(Model):
    """Certificates that somebody else puts into Secrets of the installation's namespace, and renews there."""

    kind: Annotated[Literal["provided"], _TRUST]
    """This issuer's name."""
    internode: Identity
    """Between the server's services: server and client usage. Its authority must sign nothing else: whoever holds a
    certificate of it is the server to the server."""
    frontend: Identity
    """What clients see."""
    client_authority: SecretKey
    """The authority whose client certificates the frontend accepts."""
    client: Annotated[ObjectName, _MOUNTED]
    """Secret with the platform's own client certificate, for jobs, the Web UI and people: tls.crt, tls.key, and ca.crt,
    the authority of the frontend's certificate."""
    ui: Annotated[ObjectName | None, _MOUNTED] = None
    """Secret with the Web UI's serving certificate; needed with `temporal:access.ui`."""
    database: Annotated[ObjectName | None, changing("rolling", "PostgreSQL restarts")] = None
    """Secret with the certificate and ca.crt of an in-cluster database; needed with one."""
    search: Annotated[SearchIdentity | None, changing("rolling", "OpenSearch restarts")] = None
    """Certificate of an in-cluster OpenSearch, for clients and between its nodes; needed with one."""
    archive: Annotated[ObjectName | None, changing("rolling", "the archive restarts")] = None
    """Secret with the certificate and ca.crt of an in-cluster archive; needed with one."""
    monitoring: Annotated[
        ObjectName | None, changing("rolling", "Prometheus, Alertmanager, Grafana or the agent restart")
    ] = None
    """Secret with the certificate and ca.crt of a monitoring of the stack's own, with server and client usage, for the
    names temporal-prometheus, temporal-alertmanager and temporal-grafana (bundled) or temporal-agent (amazon) followed
    by .<temporal:name>.svc; needed with one. Its authority must sign nothing else: whoever holds a certificate of it
    may ask Prometheus."""
    refresh_interval: Annotated[Duration, _REFRESH] = "1h"
    """How often the server looks at its certificate files. At most half of what a leaf has left when it is renewed."""


class Issuer(Model):
    """An issuer of cert-manager. Whoever it signs for gets in: give Temporal an issuer of its own."""

    kind: Annotated[Literal["Issuer", "ClusterIssuer"], _ISSUER]
    """Issuer lives in the installation's namespace; applications in other namespaces need a ClusterIssuer."""
    name: Annotated[ObjectName, _ISSUER]
    """Its name."""
    group: Annotated[ObjectName, _ISSUER] = "cert-manager.io"
    """Its API group, for issuers that are not cert-manager's own."""


class CertManager(Model):
    """cert-manager issues and renews. The issuer signs the frontend, the Web UI and clients; between the services and
    for an in-cluster database or archive the stack makes authorities of its own in cert-manager, which sign nothing
    else."""

    kind: Annotated[Literal["cert-manager"], _OTHER_TRUST]
    """This issuer's name."""
    issuer: Issuer
    """Who signs what clients see and present. It must fill in ca.crt, as CA and Vault issuers do; ACME does not."""
    duration: Annotated[Duration, changing("nothing", "leaves are issued anew and re-read", unit="duration")] = "90d"
    """Validity of a leaf."""
    renew_before: Annotated[Duration, changing("nothing", "leaves are issued anew and re-read", unit="duration")] = (
        "30d"
    )
    """How long before its end a leaf is renewed."""
    refresh_interval: Annotated[Duration, _REFRESH] = "1h"
    """How often the server looks at its certificate files. At most half of `renewBefore`."""


Tls = Annotated[Generated | Provided | CertManager, Field(discriminator="kind")]
