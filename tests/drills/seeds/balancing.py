"""A thread that plays MetalLB: a Service that asks for a load balancer gets the address that it names.

kube-proxy leads what is sent to that address inside the node's network to the Service, as it does with a real one's.
"""

import threading
from pathlib import Path
from typing import Any, Final

from kubernetes import client, config

ADDRESS: Final = "metallb.io/loadBalancerIPs"


class Balancer:
    """Gives addresses until it is stopped; `failure` is what ended it before that."""

    def __init__(self, kubeconfig: Path) -> None:
        configuration = client.Configuration()
        config.load_kube_config(config_file=str(kubeconfig), client_configuration=configuration)  # type: ignore[no-untyped-call]
        configuration.proxy = None
        self.failure: Exception | None = None
        self._core = client.CoreV1Api(client.ApiClient(configuration))
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._play, daemon=True)

    def __enter__(self) -> "Balancer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(timeout=30)
        if self.failure:
            raise self.failure

    def _play(self) -> None:
        try:
            while not self._end.wait(1.0):
                found: Any = self._core.list_service_for_all_namespaces()
                for service in found.items:
                    if service.spec.type == "LoadBalancer" and not service.status.load_balancer.ingress:
                        self._give(service)
        except Exception as error:
            self.failure = error

    def _give(self, service: Any) -> None:
        address = service.metadata.annotations[ADDRESS]
        status = {"status": {"loadBalancer": {"ingress": [{"ip": address}]}}}
        self._core.patch_namespaced_service_status(service.metadata.name, service.metadata.namespace, status)
