"""Threads that play what a cluster has in reality: an operator, an issuer, a load balancer."""

import threading
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Self

from kubernetes import client, config


class Playing(ABC):
    """Looks again and again until it is stopped; `failure` is what ended it before that, and is raised then."""

    seconds: ClassVar = 0.5
    """Between two looks."""

    def __init__(self, kubeconfig: Path) -> None:
        configuration = client.Configuration()
        config.load_kube_config(config_file=str(kubeconfig), client_configuration=configuration)  # type: ignore[no-untyped-call]
        configuration.proxy = None
        api = client.ApiClient(configuration)
        self.failure: Exception | None = None
        self._core = client.CoreV1Api(api)
        self._objects = client.CustomObjectsApi(api)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._play, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(timeout=60)
        if self.failure:
            raise self.failure

    def _play(self) -> None:
        try:
            while not self._end.wait(self.seconds):
                self._look()
        except Exception as error:
            self.failure = error

    @abstractmethod
    def _look(self) -> None:
        """Does what is to be done now."""
