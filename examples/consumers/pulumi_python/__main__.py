"""Deploys a worker in an application's namespace; where Temporal is, the platform's own stack says."""

import pulumi
import pulumi_kubernetes as k8s
from temporal_platform_contract.stack_reference import connection

MOUNT = "/etc/temporal/client"

config = pulumi.Config()
platform = pulumi.StackReference(config.require("platform"))
namespace = config.require("namespace")
found = connection(platform, namespace)

labels = {"app": "greeter"}
k8s.apps.v1.Deployment(
    "greeter",
    metadata=k8s.meta.v1.ObjectMetaArgs(name="greeter", namespace=namespace),
    spec=k8s.apps.v1.DeploymentSpecArgs(
        replicas=1,
        selector=k8s.meta.v1.LabelSelectorArgs(match_labels=labels),
        template=k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(labels=labels),
            spec=k8s.core.v1.PodSpecArgs(
                automount_service_account_token=False,
                security_context=k8s.core.v1.PodSecurityContextArgs(
                    run_as_non_root=True,
                    run_as_user=10001,
                    fs_group=10001,
                    seccomp_profile=k8s.core.v1.SeccompProfileArgs(type="RuntimeDefault"),
                ),
                containers=[
                    k8s.core.v1.ContainerArgs(
                        name="worker",
                        image=config.require("image"),
                        command=["python", "/app/worker.py"],
                        env_from=[
                            k8s.core.v1.EnvFromSourceArgs(
                                config_map_ref=k8s.core.v1.ConfigMapEnvSourceArgs(
                                    name=found.apply(lambda connection: connection.config_map)
                                )
                            )
                        ],
                        security_context=k8s.core.v1.SecurityContextArgs(
                            allow_privilege_escalation=False,
                            read_only_root_filesystem=True,
                            capabilities=k8s.core.v1.CapabilitiesArgs(drop=["ALL"]),
                        ),
                        volume_mounts=[
                            k8s.core.v1.VolumeMountArgs(name="temporal-client", mount_path=MOUNT, read_only=True)
                        ],
                    )
                ],
                volumes=[
                    k8s.core.v1.VolumeArgs(
                        name="temporal-client",
                        secret=k8s.core.v1.SecretVolumeSourceArgs(
                            secret_name=found.apply(lambda connection: connection.secret), default_mode=0o440
                        ),
                    )
                ],
            ),
        ),
    ),
)
pulumi.export("address", found.apply(lambda connection: connection.address))
pulumi.export("temporalNamespace", found.apply(lambda connection: connection.temporal_namespace))
