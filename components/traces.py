"""What pods are told of traces, by the variables that every OpenTelemetry SDK reads, the server's among them.

Sources: opentelemetry.io, "OpenTelemetry Protocol Exporter" and "SDK environment variables"; common/telemetry/env.go
and temporal/fx.go of the server. Its configuration file knows exporters, too, but neither authorities nor shares.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import pulumi_kubernetes as k8s

from components.handles import key_of
from components.kubernetes import authority_volume, mount
from components.pods import environment, secret_variable
from settings.traces import FOLDER, Traces

_VOLUME: Final = "temporal-traces-authority"
"""Longer than any name that a stack file gives to a volume."""
_POD_NAME: Final = "OTEL_RESOURCE_ATTRIBUTES_POD_NAME"
_EXPORTER: Final = "OTEL_EXPORTER_OTLP_TRACES"


@dataclass(frozen=True, kw_only=True)
class TracedPod:
    """Pods whose spans are sent. The names are those of the labels of their metrics and logs."""

    said: Traces
    """Where to, and how many."""
    installation: str
    """Name of the installation."""
    namespace: str
    """Kubernetes namespace of the pods."""
    container: str
    """Name of their container."""
    service: str | None = None
    """What a trace calls them; None for the server's, which say it themselves."""

    def variables(self, unless: Collection[str] = ()) -> list[k8s.core.v1.EnvVarArgs]:
        """But for those that the pods are given otherwise."""
        said = self.said
        pod_name = k8s.core.v1.EnvVarSourceArgs(
            field_ref=k8s.core.v1.ObjectFieldSelectorArgs(field_path="metadata.name")
        )
        found = [
            # Before what names it.
            k8s.core.v1.EnvVarArgs(name=_POD_NAME, value_from=pod_name),
            *environment(self._plain()),
            *([secret_variable(f"{_EXPORTER}_HEADERS", key_of(said.headers))] if said.headers else []),
        ]
        return [variable for variable in found if variable.name not in unless]

    def _plain(self) -> dict[str, str]:
        said = self.said
        attributes = {
            "service.namespace": self.installation,
            "k8s.namespace.name": self.namespace,
            "k8s.pod.name": f"$({_POD_NAME})",
            "k8s.container.name": self.container,
        }
        return {
            "OTEL_TRACES_EXPORTER": "otlp",
            f"{_EXPORTER}_PROTOCOL": "grpc",
            f"{_EXPORTER}_ENDPOINT": said.endpoint,
            **({f"{_EXPORTER}_CERTIFICATE": f"{FOLDER}/ca.crt"} if said.ca else {}),
            # Whoever begins a trace decides for all of it.
            "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": f"{said.ratio}",
            "OTEL_RESOURCE_ATTRIBUTES": ",".join(f"{name}={value}" for name, value in attributes.items()),
            **({"OTEL_SERVICE_NAME": self.service} if self.service else {}),
        }

    def volumes(self) -> Mapping[str, k8s.core.v1.VolumeArgs]:
        """The authority of who takes them, if it is not a public one, by mount path."""
        return {FOLDER: authority_volume(_VOLUME, key_of(self.said.ca))} if self.said.ca else {}

    def mounts(self) -> list[k8s.core.v1.VolumeMountArgs]:
        """For pods that do not mount by path themselves."""
        return [mount(_VOLUME, path) for path in self.volumes()]
