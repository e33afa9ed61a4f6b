"""From settings and handles to the configuration of one service of the server."""

from components.handles import ArchiveStore, ServerCertificates, SqlStore, Stores
from components.server import configuration as c
from components.server import paths
from components.server.archival import archival, namespace_defaults
from components.server.database import address
from components.server.metrics import metrics
from components.server.ports import PORTS
from components.server.visibility import PRIMARY, SECONDARY, elasticsearch
from settings.monitoring.watched import Framework
from settings.plans import ServicePlan
from settings.sizes import ServiceName

_CLUSTER = "active"
_DAY = 24


def server_configuration(
    *,
    service: ServiceName,
    plan: ServicePlan,
    shards: int,
    stores: Stores,
    certificates: ServerCertificates,
    archive: ArchiveStore | None,
    framework: Framework | None,
) -> c.ServerConfiguration:
    """The file of `service`. Only the frontend's names its serving certificate and the clients' authority."""
    return c.ServerConfiguration(
        log=c.Log(),
        persistence=c.Persistence(
            defaultStore="default",
            visibilityStore="visibility",
            secondaryVisibilityStore="secondary" if stores.secondary else None,
            numHistoryShards=shards,
            datastores={
                "default": c.DataStore(sql=_sql(service, "default", stores.default, plan.pool)),
                "visibility": _visibility(service, plan, stores),
                **(
                    {"secondary": c.DataStore(elasticsearch=elasticsearch(SECONDARY, stores.secondary))}
                    if stores.secondary
                    else {}
                ),
            },
        ),
        global_=c.Global(
            membership=c.Membership(maxJoinDuration="30s", broadcastAddress=c.POD_IP),
            tls=_tls(service, certificates),
            metrics=metrics(framework) if framework else None,
        ),
        services={
            name: c.Service(
                rpc=c.Rpc(
                    grpcPort=ports.grpc,
                    membershipPort=ports.membership,
                    bindOnIP="0.0.0.0",  # noqa: S104 - pods are reached at their own address
                    httpPort=ports.http,
                )
            )
            for name, ports in PORTS.items()
        },
        clusterMetadata=c.ClusterMetadata(
            enableGlobalNamespace=False,
            failoverVersionIncrement=10,
            masterClusterName=_CLUSTER,
            currentClusterName=_CLUSTER,
            clusterInformation={
                _CLUSTER: c.ClusterInformation(
                    enabled=True,
                    initialFailoverVersion=1,
                    rpcAddress=f"127.0.0.1:{PORTS['frontend'].grpc}",
                )
            },
        ),
        dynamicConfigClient=c.DynamicConfigClient(
            filepath=f"{paths.DYNAMIC_CONFIG_DIR}/{paths.DYNAMIC_CONFIG_FILE}", pollInterval="10s"
        ),
        archival=archival(archive) if archive else None,
        namespaceDefaults=namespace_defaults(archive) if archive else None,
    )


def _visibility(service: ServiceName, plan: ServicePlan, stores: Stores) -> c.DataStore:
    if isinstance(stores.visibility, SqlStore):
        return c.DataStore(sql=_sql(service, "visibility", stores.visibility, plan.visibility_pool))
    return c.DataStore(elasticsearch=elasticsearch(PRIMARY, stores.visibility))


def _sql(service: ServiceName, name: str, store: SqlStore, connections: int) -> c.Sql:
    return c.Sql(
        pluginName="postgres12_pgx",
        databaseName=store.database,
        connectAddr=address(store),
        connectProtocol="tcp",
        connectAttributes={"application_name": f"temporal-{service}"},
        user=store.user,
        # Run for every new connection, so a changed password needs no restart.
        passwordCommand=c.PasswordCommand(command="cat", args=[f"{paths.DATABASE_PASSWORDS}/{name}"], timeout="5s"),
        maxConns=connections,
        # Equal to maxConns: with fewer idle ones the pool opens and closes hundreds of connections a second.
        maxIdleConns=connections,
        maxConnLifetime="1h",
        tls=c.SqlTls(
            enabled=store.tls.enabled,
            caFile=paths.DATABASE_CA_FILE if store.tls.ca else None,
            enableHostVerification=store.tls.verified,
        ),
    )


def _tls(service: ServiceName, certificates: ServerCertificates) -> c.RootTls:
    frontend_server = c.ServerTls(
        certFile=f"{paths.FRONTEND_TLS}/tls.crt",
        keyFile=f"{paths.FRONTEND_TLS}/tls.key",
        requireClientAuth=True,
        clientCaFiles=[f"{paths.CLIENT_CA}/ca.crt"],
    )
    return c.RootTls(
        refreshInterval=certificates.refresh,
        expirationChecks=c.ExpirationChecks(
            warningWindow=f"{14 * _DAY}h", errorWindow=f"{7 * _DAY}h", checkInterval="1h"
        ),
        internode=c.GroupTls(
            server=c.ServerTls(
                certFile=f"{paths.INTERNODE_TLS}/tls.crt",
                keyFile=f"{paths.INTERNODE_TLS}/tls.key",
                requireClientAuth=True,
                clientCaFiles=[f"{paths.INTERNODE_TLS}/ca.crt"],
            ),
            client=c.ClientTls(serverName=certificates.internode_name, rootCaFiles=[f"{paths.INTERNODE_TLS}/ca.crt"]),
        ),
        frontend=c.GroupTls(
            server=frontend_server if service == "frontend" else None,
            client=c.ClientTls(serverName=certificates.frontend_name, rootCaFiles=[f"{paths.FRONTEND_CA}/ca.crt"]),
        ),
    )
