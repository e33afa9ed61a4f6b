"""The made-up API server, and what is missed in it."""

import base64
import io
from typing import Any

import yaml

from commands import preflight, stackfile
from commands.cluster import Cluster
from commands.errors import CommandError
from embedded.progress import Progress
from tests.program import stacks

LEAF = {"tls.crt", "tls.key", "ca.crt"}


ALL = {
    ("local", "their-internode"): LEAF,
    ("local", "their-frontend"): LEAF,
    ("local", "their-clients"): {"authority.pem"},
    ("local", "their-client"): LEAF,
    ("local", "their-ui"): {"tls.crt", "tls.key"},
    ("demo", "demo-certificate"): LEAF,
    ("local", "orders-app"): {"password"},
    ("local", "orders-owner"): {"password"},
    ("local", "search-app"): {"password"},
    ("local", "database-ca"): {"root.pem"},
    ("local", "login"): {".dockerconfigjson"},
    ("local", "extra"): {"token"},
}
"""Secrets that the fullest stack names, and their keys."""


CLASSES = "/apis/storage.k8s.io/v1/storageclasses"


AGENT = "/apis/apps/v1/namespaces/kube-system/daemonsets/eks-pod-identity-agent"


AGENTS = "/apis/apps/v1/daemonsets"


POLICIES = "/apis/networking.k8s.io/v1/namespaces/local/networkpolicies"


def daemon_set(name: str, *arguments: str) -> dict[str, Any]:
    """A DaemonSet whose second container has these arguments."""
    labels = {"matchLabels": {"app": name}}
    containers = [{"name": "first"}, {"name": "agent", "args": list(arguments)}]
    return {"metadata": {"name": name}, "spec": {"selector": labels, "template": {"spec": {"containers": containers}}}}


class Api:
    """A server with Secrets and issuers; `answers` by path, `refused` paths get 403."""

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], dict[str, str]] = {}
        self.answers: dict[str, Any] = {}
        self.refused: dict[str, int] = {}
        self.asked: list[str] = []
        self.classes(standard="true")
        self.agent(ready=3, nodes=3)
        self.answers[POLICIES] = {"items": []}

    def fill(self, secrets: dict[tuple[str, str], set[str]]) -> None:
        self.secrets = {place: dict.fromkeys(keys, "Sup3r_secret") for place, keys in secrets.items()}

    def classes(self, **default: str) -> None:
        """Storage classes, and whether each is the default one."""
        items = [
            {
                "metadata": {"name": name, "annotations": {"storageclass.kubernetes.io/is-default-class": word}},
                "provisioner": "ebs.csi.aws.com",
            }
            for name, word in default.items()
        ]
        self.answers[CLASSES] = {"items": items}

    def agent(self, *, ready: int, nodes: int) -> None:
        """The agent of EKS Pod Identity."""
        counts = {"currentNumberScheduled": nodes, "numberMisscheduled": 0}
        status = {**counts, "desiredNumberScheduled": nodes, "numberReady": ready}
        self.answers[AGENT] = {**daemon_set("eks-pod-identity-agent"), "status": status}

    def issuers(self, *names: str, kind: str = "ClusterIssuer", plural: str = "clusterissuers", **more: Any) -> None:
        """cert-manager as it answers."""
        version = {"groupVersion": "cert-manager.io/v1", "version": "v1"}
        group = {"name": "cert-manager.io", "versions": [version], "preferredVersion": version}
        self.answers["/apis/"] = {"kind": "APIGroupList", "groups": [group]}
        resources = [
            {"name": plural, "singularName": "", "kind": kind, "namespaced": kind == "Issuer", "verbs": ["get"]},
            {"name": f"{plural}/status", "singularName": "", "kind": kind, "namespaced": False, "verbs": ["get"]},
            {"name": "certificates", "singularName": "", "kind": "Certificate", "namespaced": True, "verbs": ["get"]},
        ]
        self.answers["/apis/cert-manager.io/v1"] = {"groupVersion": "cert-manager.io/v1", "resources": resources}
        items = [{"metadata": {"name": name}, **more} for name in names]
        place = "namespaces/local/" if kind == "Issuer" else ""
        self.answers[f"/apis/cert-manager.io/v1/{place}{plural}"] = {"items": items}

    def answer(self, path: str) -> tuple[int, Any]:
        self.asked.append(path)
        if path in self.refused:
            return self.refused[path], {"kind": "Status", "code": self.refused[path]}
        parts = path.split("/")
        if (
            len(parts) > 6
            and path.startswith("/api/v1/namespaces/")
            and (found := self.secrets.get((parts[4], parts[6]))) is not None
        ):
            data = {key: base64.b64encode(text.encode()).decode() for key, text in found.items()}
            return 200, {"apiVersion": "v1", "kind": "Secret", "data": data}
        return (200, self.answers[path]) if path in self.answers else (404, {"kind": "Status", "code": 404})


def full() -> dict[str, Any]:
    """Everything of other people's, of every kind."""
    config = stacks.changed(stacks.nothing_generated(), images__pullSecrets=["login"])
    config["temporal:database"]["tls"] = {"kind": "verify-full", "ca": {"secret": "database-ca", "key": "root.pem"}}
    extra = {"TOKEN": {"secret": "extra", "key": "token"}}
    stacks.put(config, ["backend", "services", "history", "secretEnvironment"], extra)
    return config


def missing(config: dict[str, Any], place: Cluster, said: io.StringIO | None = None) -> list[str]:
    """The lines of the refusal; none when all is there."""
    assert place.kubeconfig is not None
    folder = place.kubeconfig.parent
    file = folder / "Pulumi.given.yaml"
    file.write_text(yaml.safe_dump({"config": config}))
    stack = stackfile.read("given", file, folder / "state")
    try:
        preflight.check(stack, stackfile.check(stack), place, Progress(said or io.StringIO()))
    except CommandError as error:
        found = str(error)
    else:
        return []
    head, *lines = found.splitlines()
    assert head == "cluster tried lacks what Pulumi.given.yaml names; nothing was changed:"
    assert "Sup3r_secret" not in found
    return [line.removeprefix("  ") for line in lines]


def warned(config: dict[str, Any], place: Cluster) -> list[str]:
    said = io.StringIO()
    assert missing(config, place, said) == []
    return [line.partition("warning: ")[2] for line in said.getvalue().splitlines() if "] warning: " in line]


def of_pods() -> dict[str, Any]:
    return stacks.changed(stacks.local(), aws=dict(stacks.AWS))


GIVEN = "--from-file=tls.crt=<file> --from-file=tls.key=<file>"


GROUP = "external-secrets.io"


def external_secrets(api: Api, *stores: str, capabilities: str = "ReadWrite", **more: Any) -> None:
    """External Secrets as it answers, with stores of the cluster."""
    served = {
        f"{GROUP}/v1": {"ExternalSecret": True, "SecretStore": True, "ClusterSecretStore": False},
        f"{GROUP}/v1alpha1": {"PushSecret": True},
        f"generators.{GROUP}/v1alpha1": {"Password": True},
    }
    groups = []
    for group_version, kinds in served.items():
        group, version = group_version.split("/")
        one = {"groupVersion": group_version, "version": version}
        groups.append({"name": group, "versions": [one], "preferredVersion": one})
        api.answers[f"/apis/{group_version}"] = {
            "groupVersion": group_version,
            "resources": [
                {
                    "name": f"{kind.lower()}s",
                    "singularName": "",
                    "kind": kind,
                    "namespaced": namespaced,
                    "verbs": ["get"],
                }
                for kind, namespaced in kinds.items()
            ],
        }
    api.answers["/apis/"] = {"kind": "APIGroupList", "groups": groups}
    items = [{"metadata": {"name": name}, "status": {"capabilities": capabilities}, **more} for name in stores]
    api.answers[f"/apis/{GROUP}/v1/clustersecretstores"] = {"items": items}
    api.answers[f"/apis/{GROUP}/v1/namespaces/local/secretstores"] = {"items": items}
