"""The `restricted` Pod Security Standard, field by field.

Source: kubernetes.io, "Pod Security Standards", Baseline and Restricted. On a cluster the API server enforces it too,
by the labels of the namespace; here it is known before anything is deployed.
"""

from collections.abc import Iterator
from typing import Any

_VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
_SECCOMP = ("RuntimeDefault", "Localhost")
_SELINUX_TYPES = (None, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
_SYSCTLS = {
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
}


def violations(pod: dict[str, Any]) -> list[str]:
    """What the standard forbids in this pod spec; empty for a restricted pod."""
    containers = [
        container for key in ("containers", "initContainers", "ephemeralContainers") for container in pod.get(key, ())
    ]
    return [*_pod(pod), *(found for container in containers for found in _container(pod, container))]


def _pod(pod: dict[str, Any]) -> Iterator[str]:
    context = pod.get("securityContext", {})
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(key):
            yield key
    for volume in pod.get("volumes", ()):
        for kind in sorted(set(volume) - {"name"} - _VOLUMES):
            yield f"volume {volume['name']}: {kind}"
    for sysctl in context.get("sysctls", ()):
        if sysctl["name"] not in _SYSCTLS:
            yield f"sysctl {sysctl['name']}"
    if context.get("windowsOptions", {}).get("hostProcess"):
        yield "hostProcess"


def _container(pod: dict[str, Any], container: dict[str, Any]) -> Iterator[str]:
    name, own = container["name"], container.get("securityContext", {})
    context = {**pod.get("securityContext", {}), **own}
    capabilities = own.get("capabilities", {})
    if own.get("privileged"):
        yield f"{name}: privileged"
    if own.get("allowPrivilegeEscalation") is not False:
        yield f"{name}: allowPrivilegeEscalation"
    if "ALL" not in capabilities.get("drop", ()):
        yield f"{name}: capabilities are not dropped"
    if set(capabilities.get("add", ())) - {"NET_BIND_SERVICE"}:
        yield f"{name}: capabilities are added"
    if context.get("runAsNonRoot") is not True:
        yield f"{name}: runAsNonRoot"
    if context.get("runAsUser") == 0:
        yield f"{name}: runAsUser"
    if context.get("seccompProfile", {}).get("type") not in _SECCOMP:
        yield f"{name}: seccompProfile"
    if context.get("procMount", "Default") != "Default":
        yield f"{name}: procMount"
    if context.get("appArmorProfile", {}).get("type", "RuntimeDefault") == "Unconfined":
        yield f"{name}: appArmorProfile"
    selinux = context.get("seLinuxOptions", {})
    if selinux.get("type") not in _SELINUX_TYPES or selinux.get("user") or selinux.get("role"):
        yield f"{name}: seLinuxOptions"
    if any(port.get("hostPort") for port in container.get("ports", ())):
        yield f"{name}: hostPort"
    actions = [container[key] for key in ("livenessProbe", "readinessProbe", "startupProbe") if key in container]
    actions += container.get("lifecycle", {}).values()
    if any(action.get(kind, {}).get("host") for action in actions for kind in ("httpGet", "tcpSocket")):
        yield f"{name}: a probe of another host"
