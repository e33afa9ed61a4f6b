"""A real one-node Kubernetes on this machine, in namespaces of its own with no way out.

etcd, API server, controller manager, scheduler, containerd, kubelet, kube-proxy, CoreDNS and a volume provisioner run
as processes of the host, all inside one network and one mount namespace and below one control group, so that nothing
of the host is changed but one network interface, and `down` can remove the whole.
"""

from embedded.node.config import NodeConfig
from embedded.node.lifecycle import Node, down, find, require, up

__all__ = ["Node", "NodeConfig", "down", "find", "require", "up"]
