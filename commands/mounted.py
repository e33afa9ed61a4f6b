"""Brings changed Secrets and ConfigMaps to running pods at once.

The kubelet writes a changed object into a pod's files when it next looks at that pod: within two minutes, or at once
when the pod itself changes. Between the two the files of an exchanged password are wrong, so `make up` changes an
annotation of every pod as soon as the job that sets the passwords is through.
"""

import time
from typing import Any

import urllib3
from kubernetes import client

from commands.cluster import TIMEOUT, Cluster
from commands.events import Resource
from embedded.progress import Progress

ANNOTATION = "temporal-platform/files-changed"
"""On the pods: when `make up` last changed one of their namespace's Secrets or ConfigMaps, as Unix seconds."""
_MOUNTED = ("Secret", "ConfigMap")


class MountedFiles:
    """Hears what an operation changed in a Kubernetes namespace, and makes the kubelet look at its pods."""

    def __init__(self, place: Cluster, namespace: str, progress: Progress) -> None:
        self._place = place
        self._namespace = namespace
        self._progress = progress
        self._stale = False

    def hear(self, operation: str, resource: Resource) -> None:
        """Takes in the end of a step. A job may have set the passwords that a Secret before it brought."""
        if resource.namespace != self._namespace:
            return
        if resource.kind in _MOUNTED and operation == "update":
            self._stale = True
        elif resource.kind == "Job" and operation.startswith("create"):
            self.bring()

    def bring(self) -> None:
        """Changes the annotation of every running pod, if their files are stale.

        Without the permission the files still come, later; that is said, and no failure.
        """
        if not self._stale:
            return
        self._stale = False
        try:
            core = self._place.core()
            pods = core.list_namespaced_pod(
                self._namespace, field_selector="status.phase=Running", _request_timeout=TIMEOUT
            )
            body = {"metadata": {"annotations": {ANNOTATION: str(int(time.time()))}}}
            for pod in pods.items:
                _change(core, self._namespace, pod.metadata.name, body)
        except client.ApiException as error:
            self._progress.say(
                f"pods in {self._namespace} cannot be annotated ({error.status} {error.reason}): changed Secrets and "
                "ConfigMaps reach them within two minutes"
            )
        except urllib3.exceptions.HTTPError:
            self._progress.say(f"pods in {self._namespace} were not told of changed files: no answer of the cluster")


def _change(core: client.CoreV1Api, namespace: str, name: str, body: dict[str, Any]) -> None:
    """A pod that is gone meanwhile needs no files."""
    try:
        core.patch_namespaced_pod(name, namespace, body, _request_timeout=TIMEOUT)
    except client.ApiException as error:
        if error.status != 404:
            raise
