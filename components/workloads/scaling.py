"""The number of a worker's pods after what waits in its task queue, by KEDA.

Source: keda.sh, Temporal scaler and ScaledObject specification (2.18 and later: tlsServerName).
"""

from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.handles import ApplicationConnection
from settings.workloads import BacklogScaling, Worker

_API: Final = "keda.sh/v1alpha1"


def scaler(
    name: str,
    worker: Worker,
    scaling: BacklogScaling,
    connection: ApplicationConnection,
    *,
    metadata: k8s.meta.v1.ObjectMetaArgs,
    opts: pulumi.ResourceOptions,
) -> None:
    """A ScaledObject that asks Temporal for the backlog with the application's own certificate."""
    authentication = k8s.apiextensions.CustomResource(
        f"{name}-authentication",
        api_version=_API,
        kind="TriggerAuthentication",
        metadata=metadata,
        spec={
            "secretTargetRef": [
                {"parameter": parameter, "name": connection.secret, "key": key}
                for parameter, key in connection.secret_keys.items()
            ]
        },
        opts=opts,
    )
    k8s.apiextensions.CustomResource(
        f"{name}-scaler",
        api_version=_API,
        kind="ScaledObject",
        metadata=metadata,
        spec={
            "scaleTargetRef": {"name": worker.name},
            "minReplicaCount": scaling.min,
            "maxReplicaCount": scaling.max,
            "triggers": [
                {
                    "type": "temporal",
                    "metadata": {
                        "endpoint": connection.address,
                        "namespace": connection.temporal_namespace,
                        "taskQueue": worker.task_queue,
                        # Left to the scaler, they are not the same in every version.
                        "queueTypes": "workflow,activity",
                        "targetQueueSize": str(scaling.backlog),
                        "tlsServerName": connection.server_name,
                    },
                    "authenticationRef": {"name": worker.name},
                }
            ],
        },
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[authentication])),
    )
