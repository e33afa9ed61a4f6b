"""Proves what an application's workers and APIs are made of, object by object, from what the engine would get.

The proof ends at the objects: that a worker of them polls and completes workflows is seen on a cluster.
"""

import copy
from typing import Any

import pytest

from tests.program import recording, stacks
from tests.program.pod_security import violations
from tests.program.recording import Recording

LABELS = {
    "app.kubernetes.io/instance": "local",
    "app.kubernetes.io/part-of": "demo",
    "app.kubernetes.io/managed-by": "pulumi",
}
OWN = {
    "documents": {
        **LABELS,
        "app.kubernetes.io/name": "documents",
        "app.kubernetes.io/version": "1.4.2",
        "app.kubernetes.io/component": "worker",
    },
    "web": {
        **LABELS,
        "app.kubernetes.io/name": "web",
        "app.kubernetes.io/version": "0123456789ab",
        "app.kubernetes.io/component": "api",
    },
}
SELECTORS = {
    name: {"app.kubernetes.io/instance": "local", "app.kubernetes.io/name": name} for name in ("documents", "web")
}
OBJECTS = {
    "documents": {
        "ServiceAccount/documents",
        "PersistentVolumeClaim/documents-data",
        "Deployment/documents",
        "PodDisruptionBudget/documents",
        "TriggerAuthentication/documents",
        "ScaledObject/documents",
    },
    "web": {"ServiceAccount/web", "Deployment/web", "PodDisruptionBudget/web", "Service/web", "Ingress/web"},
    "least": {"ServiceAccount/least", "Deployment/least"},
}


def _metadata(name: str, object_name: str | None = None, **more: Any) -> dict[str, Any]:
    return {"name": object_name or name, "namespace": "demo", "labels": OWN[name], **more}


def _made(found: Recording, workload: str) -> dict[str, dict[str, Any]]:
    """A workload's objects by kind and name."""
    own = [o for o in found.kubernetes() if o["metadata"]["labels"]["app.kubernetes.io/name"] == workload]
    return {f"{o['kind']}/{o['metadata']['name']}": o for o in own}


def _container(found: Recording, workload: str) -> dict[str, Any]:
    [container] = found.pods()[f"Deployment/{workload}"]["containers"]
    return dict(container)


@pytest.mark.parametrize("workload", OBJECTS)
def test_a_workload_is_made_of_these(working: Recording, workload: str) -> None:
    """All in the application's namespace."""
    found = _made(working, workload)
    assert found.keys() == OBJECTS[workload]
    assert {o["metadata"]["namespace"] for o in found.values()} == {"demo"}


def test_a_worker(working: Recording) -> None:
    deployment = _made(working, "documents")["Deployment/documents"]
    template = deployment["spec"]["template"]
    assert deployment["metadata"] == _metadata("documents")
    assert {key: value for key, value in deployment["spec"].items() if key != "template"} == {
        "replicas": 1,
        "selector": {"matchLabels": SELECTORS["documents"]},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
        "progressDeadlineSeconds": 1700,
    }
    annotations = dict(template["metadata"]["annotations"])
    assert len(annotations.pop("temporal-platform/config-hash")) == 10
    assert annotations == {"prometheus.io/scrape": "true", "prometheus.io/port": "9464"}
    assert template["metadata"]["labels"] == OWN["documents"]
    pod = {key: value for key, value in template["spec"].items() if key != "containers"}
    assert pod.pop("topologySpreadConstraints")[0]["labelSelector"] == {"matchLabels": SELECTORS["documents"]}
    assert pod == {
        "serviceAccountName": "documents",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "imagePullSecrets": [{"name": "registry-login"}],
        "terminationGracePeriodSeconds": 100,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 1000,
            "runAsGroup": 1000,
            "fsGroup": 1000,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumes": [
            {"name": "temporal-client", "secret": {"secretName": "temporal-client", "defaultMode": 0o440}},
            {"name": "tmp", "emptyDir": {}},
            {"name": "data", "persistentVolumeClaim": {"claimName": "documents-data"}},
            {"name": "models", "persistentVolumeClaim": {"claimName": "models"}},
            {"name": "keys", "secret": {"secretName": "signing-keys", "defaultMode": 0o440}},
        ],
    }


def test_a_workers_container(working: Recording) -> None:
    healthz = {"path": "/healthz", "port": 8080}
    assert _container(working, "documents") == {
        "name": "worker",
        "image": "registry.example.com/team/documents:1.4.2",
        "imagePullPolicy": "IfNotPresent",
        "command": ["python", "-m"],
        "args": ["documents.worker"],
        "envFrom": [{"configMapRef": {"name": "temporal-connection"}}],
        "env": [
            {"name": "TEMPORAL_GRACEFUL_SHUTDOWN_SECONDS", "value": "90"},
            {"name": "TEMPORAL_METRICS_ADDRESS", "value": "0.0.0.0:9464"},
            {"name": "TEMPORAL_TASK_QUEUE", "value": "document-processing"},
            {"name": "TEMPORAL_MAX_CONCURRENT_WORKFLOW_TASKS", "value": "200"},
            {"name": "TEMPORAL_MAX_CONCURRENT_ACTIVITIES", "value": "100"},
            {"name": "TEMPORAL_MAX_CONCURRENT_LOCAL_ACTIVITIES", "value": "50"},
            {"name": "TEMPORAL_MAX_CONCURRENT_WORKFLOW_TASK_POLLS", "value": "10"},
            {"name": "TEMPORAL_MAX_CONCURRENT_ACTIVITY_TASK_POLLS", "value": "5"},
            {"name": "LOG_LEVEL", "value": "info"},
            {"name": "DATABASE_URL", "valueFrom": {"secretKeyRef": {"name": "database", "key": "url"}}},
        ],
        "ports": [{"name": "metrics", "containerPort": 9464}],
        "startupProbe": {"httpGet": healthz, "periodSeconds": 5, "timeoutSeconds": 5, "failureThreshold": 24},
        "readinessProbe": {
            "exec": {"command": ["documents", "ready"]},
            "periodSeconds": 5,
            "timeoutSeconds": 5,
            "failureThreshold": 3,
        },
        "livenessProbe": {"httpGet": healthz, "periodSeconds": 10, "timeoutSeconds": 5, "failureThreshold": 6},
        "volumeMounts": [
            {"name": "temporal-client", "mountPath": "/etc/temporal/client", "readOnly": True},
            {"name": "tmp", "mountPath": "/tmp", "readOnly": False},  # noqa: S108
            {"name": "data", "mountPath": "/app/data", "readOnly": False},
            {"name": "models", "mountPath": "/models", "readOnly": True},
            {"name": "keys", "mountPath": "/etc/keys", "readOnly": True},
        ],
        "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "2Gi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }


def test_a_worker_that_says_little(working: Recording) -> None:
    """No probe, no port, and what its image starts."""
    container = _container(working, "least")
    assert container["env"] == [
        {"name": "TEMPORAL_GRACEFUL_SHUTDOWN_SECONDS", "value": "30"},
        {"name": "TEMPORAL_TASK_QUEUE", "value": "least"},
    ]
    assert container["resources"] == {"requests": {"cpu": "200m", "memory": "512Mi"}, "limits": {"memory": "512Mi"}}
    assert container["ports"] == []
    assert container.keys() == {
        "name",
        "image",
        "imagePullPolicy",
        "envFrom",
        "env",
        "ports",
        "volumeMounts",
        "resources",
        "securityContext",
    }
    pod = working.pods()["Deployment/least"]
    assert pod["terminationGracePeriodSeconds"] == 40
    assert pod["securityContext"]["runAsUser"] == 10001
    assert "imagePullSecrets" not in pod


def test_scaling_asks_with_the_applications_own_certificate(working: Recording) -> None:
    found = _made(working, "documents")
    for name in ("TriggerAuthentication/documents", "ScaledObject/documents"):
        assert found[name]["apiVersion"] == "keda.sh/v1alpha1"
        assert found[name]["metadata"] == _metadata("documents")
    assert found["TriggerAuthentication/documents"]["spec"] == {
        "secretTargetRef": [
            {"parameter": "cert", "name": "temporal-client", "key": "tls.crt"},
            {"parameter": "key", "name": "temporal-client", "key": "tls.key"},
            {"parameter": "ca", "name": "temporal-client", "key": "ca.crt"},
        ]
    }
    assert found["ScaledObject/documents"]["spec"] == {
        "scaleTargetRef": {"name": "documents"},
        "minReplicaCount": 1,
        "maxReplicaCount": 8,
        "triggers": [
            {
                "type": "temporal",
                "metadata": {
                    "endpoint": "temporal-frontend.local.svc:7233",
                    "namespace": "default",
                    "taskQueue": "document-processing",
                    "queueTypes": "workflow,activity",
                    "targetQueueSize": "20",
                    "tlsServerName": "temporal-frontend.local.svc.cluster.local",
                },
                "authenticationRef": {"name": "documents"},
            }
        ],
    }


def test_the_engine_leaves_a_scaled_number_of_pods_alone_and_waits_for_a_rollout(working: Recording) -> None:
    deployments = working.of("kubernetes:apps/v1:Deployment")
    ignored = {name.rpartition(".")[2]: deployments[name].ignored for name in deployments if "-workload-" in name}
    assert ignored == {"documents": ("spec.replicas",), "web": (), "least": ()}
    patience = deployments["temporal-workload-demo.documents"]
    assert (patience.patience, patience.first_patience) == ("1700s", "1700s")


def test_an_apis_container(working: Recording) -> None:
    container = _container(working, "web")
    assert (container["name"], container["ports"]) == ("api", [{"name": "http", "containerPort": 8000}])
    assert container["env"] == [
        {"name": "TEMPORAL_GRACEFUL_SHUTDOWN_SECONDS", "value": "30"},
        {"name": "PORT", "value": "8000"},
    ]
    assert container["readinessProbe"] == {"tcpSocket": {"port": "http"}, "periodSeconds": 5}
    assert container["lifecycle"] == {"preStop": {"sleep": {"seconds": 5}}}
    assert working.pods()["Deployment/web"]["terminationGracePeriodSeconds"] == 45


def test_an_api_is_asked_at_its_own_port() -> None:
    probes = {"readiness": {"kind": "http", "path": "/ready"}, "liveness": {"kind": "http", "path": "/", "port": 81}}
    container = _container(recording.run(stacks.working({**stacks.API, "probes": probes})), "web")
    assert container["readinessProbe"]["httpGet"] == {"path": "/ready", "port": 8000}
    assert container["livenessProbe"]["httpGet"] == {"path": "/", "port": 81}
    assert container["startupProbe"]["failureThreshold"] == 12


def test_an_apis_service_and_ingress(working: Recording) -> None:
    found = _made(working, "web")
    assert found["Service/web"]["metadata"] == _metadata("web")
    assert found["Service/web"]["spec"] == {
        "selector": SELECTORS["web"],
        "ports": [{"name": "http", "port": 8000, "targetPort": "http"}],
    }
    assert found["Ingress/web"]["metadata"] == _metadata(
        "web",
        annotations={
            "nginx.ingress.kubernetes.io/proxy-body-size": "8m",
            "cert-manager.io/cluster-issuer": "letsencrypt",
            "pulumi.com/skipAwait": "true",
        },
    )
    backend = {"service": {"name": "web", "port": {"name": "http"}}}
    assert found["Ingress/web"]["spec"] == {
        "ingressClassName": "nginx",
        "rules": [
            {
                "host": "shop.example.com",
                "http": {"paths": [{"path": "/orders", "pathType": "Prefix", "backend": backend}]},
            }
        ],
        "tls": [{"hosts": ["shop.example.com"], "secretName": "web-tls"}],
    }


@pytest.mark.parametrize(
    ("tls", "secret", "annotations"),
    [
        ({"kind": "none"}, None, {}),
        ({"kind": "secret", "secret": "shop"}, "shop", {}),
        (
            {"kind": "cert-manager", "issuer": "own", "issuerKind": "Issuer"},
            "web-tls",
            {"cert-manager.io/issuer": "own"},
        ),
    ],
)
def test_certificates_of_an_ingress(tls: dict[str, str], secret: str | None, annotations: dict[str, str]) -> None:
    said = {**stacks.API, "ingress": {"host": "shop.example.com", "tls": tls}}
    found = _made(recording.run(stacks.working(said)), "web")["Ingress/web"]
    assert found["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true", **annotations}
    assert found["spec"].get("tls") == ([{"hosts": ["shop.example.com"], "secretName": secret}] if secret else None)
    assert "ingressClassName" not in found["spec"]
    assert found["spec"]["rules"][0]["http"]["paths"][0]["path"] == "/"


def test_a_volume_of_the_stacks_own(working: Recording) -> None:
    claim = _made(working, "documents")["PersistentVolumeClaim/documents-data"]
    assert claim["metadata"] == _metadata("documents", "documents-data", annotations={"pulumi.com/skipAwait": "true"})
    assert claim["spec"] == {
        "accessModes": ["ReadWriteMany"],
        "storageClassName": "shared",
        "resources": {"requests": {"storage": "10Gi"}},
    }


@pytest.mark.parametrize("common", [None, "common"])
def test_a_volume_of_one_pod_is_handed_over(common: str | None) -> None:
    """The old pod goes first; the class is the one of all volumes, if there is one."""
    volume = {"kind": "claim", "name": "data", "path": "/data", "size": "1Gi"}
    config = stacks.working({**stacks.LEAST, "volumes": [volume]})
    found = recording.run(stacks.changed(config, kubernetes__storageClass=common) if common else config)
    assert found.objects("Deployment")["least"]["spec"]["strategy"] == {"type": "Recreate"}
    spec = found.objects("PersistentVolumeClaim")["least-data"]["spec"]
    assert (spec["accessModes"], spec.get("storageClassName")) == (["ReadWriteOnce"], common)


def test_budgets(working: Recording) -> None:
    budgets = {
        name: (budget["spec"]["maxUnavailable"], budget["spec"]["selector"]["matchLabels"])
        for name, budget in working.objects("PodDisruptionBudget").items()
    }
    assert budgets == {"documents": (2, SELECTORS["documents"]), "web": (1, SELECTORS["web"])}


@pytest.mark.parametrize("workload", OBJECTS)
def test_a_workload_is_confined(working: Recording, workload: str) -> None:
    """As the `restricted` standard wants it, and without a token for the API server."""
    pod = working.pods()[f"Deployment/{workload}"]
    assert violations(pod) == []
    assert pod["automountServiceAccountToken"] is False
    assert working.objects("ServiceAccount")[workload]["automountServiceAccountToken"] is False
    assert pod["serviceAccountName"] == workload


def test_nothing_of_the_installation_reaches_a_workload(working: Recording) -> None:
    """Its own certificate, and what the stack file names."""
    secrets = {
        volume["secret"]["secretName"]
        for workload in OBJECTS
        for volume in working.pods()[f"Deployment/{workload}"]["volumes"]
        if "secret" in volume
    }
    assert secrets == {"temporal-client", "signing-keys"}
    config = stacks.changed(
        stacks.working(), kubernetes__createNamespace=False, images__pullSecrets=["theirs"], images__registry="mirror"
    )
    found = recording.run(config)
    assert "imagePullSecrets" not in found.pods()["Deployment/least"]
    assert _container(found, "least")["image"] == "least:1"


def test_workloads_come_after_their_connection(working: Recording) -> None:
    connection = {
        "kubernetes:core/v1:ConfigMap::temporal-connection-demo-config",
        "kubernetes:core/v1:Secret::temporal-connection-demo-client",
    }
    for name, deployment in working.of("kubernetes:apps/v1:Deployment").items():
        if "-workload-" in name:
            assert deployment.waits_for >= connection
    service = working.of("kubernetes:core/v1:Service")["temporal-workload-demo.web-service"]
    assert "kubernetes:apps/v1:Deployment::temporal-workload-demo.web" in service.waits_for
    ingress = working.of("kubernetes:networking.k8s.io/v1:Ingress")["temporal-workload-demo.web-ingress"]
    assert "kubernetes:core/v1:Service::temporal-workload-demo.web-service" in ingress.waits_for
    scaler = working.of("kubernetes:keda.sh/v1alpha1:ScaledObject")["temporal-workload-demo.documents-scaler"]
    assert scaler.waits_for == {
        "kubernetes:apps/v1:Deployment::temporal-workload-demo.documents",
        "kubernetes:keda.sh/v1alpha1:TriggerAuthentication::temporal-workload-demo.documents-authentication",
    }


def _hashes(found: Recording) -> dict[str, str]:
    return {
        name: template["metadata"]["annotations"]["temporal-platform/config-hash"]
        for name, template in found.templates().items()
        if name.partition("/")[2] in OBJECTS
    }


def test_what_a_program_reads_once_restarts_it(working: Recording) -> None:
    """Another Temporal namespace, another server name, another authority, a certificate that is made anew."""
    before = _hashes(working)
    namespaces = [{"name": "default"}, {"name": "orders"}]
    application = [{"namespace": "demo", "temporalNamespace": "orders"}]
    other = {
        "namespace": stacks.changed(stacks.working(), namespaces=namespaces, applications=application),
        "address": stacks.changed(stacks.working(), name="other"),
        "authority": stacks.changed(stacks.working(), tls=stacks.cert_manager()["temporal:tls"]),
    }
    for change, config in other.items():
        after = _hashes(recording.run(config))
        assert [name for name in before if before[name] == after[name]] == [], change
    issued = stacks.changed(stacks.working(), tls=stacks.cert_manager()["temporal:tls"])
    elsewhere = stacks.changed(copy.deepcopy(issued), tls__issuer__name="other")
    one, two = (_hashes(recording.run(config)) for config in (issued, elsewhere))
    assert [name for name in one if one[name] == two[name]] == []
    same = stacks.changed(stacks.working(), backend__services__history__replicas=2, namespaces__0__retention="9d")
    assert _hashes(recording.run(same)) == before


def test_a_new_leaf_restarts_them(working: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the stack makes it: a client reads its certificate when it connects."""
    new_resource = recording._Values.new_resource

    def renewed(self: Any, args: Any) -> Any:
        id_, outputs = new_resource(self, args)
        if args.name == "temporal-certificates-client-app-demo":
            outputs["certPem"] = "ANOTHER"
        return id_, outputs

    monkeypatch.setattr(recording._Values, "new_resource", renewed)
    before, after = _hashes(working), _hashes(recording.run(stacks.working()))
    assert [name for name in before if before[name] == after[name]] == []


def test_a_namespace_that_is_the_stacks_takes_them_with_it(working: Recording) -> None:
    assert not [r.name for r in working.registrations if r.deleted_with and "-workload-" in r.name]
    made = copy.deepcopy(stacks.working(stacks.LEAST))
    made["temporal:applications"][0]["createNamespace"] = True
    found = recording.run(made)
    [workload] = found.of("temporal:workload:Workload").values()
    assert workload.deleted_with.endswith("::temporal-connection-demo-namespace")


def test_volumes_are_protected() -> None:
    found = recording.run(stacks.changed(stacks.working(), protection=True))
    protected = [r.name for r in found.registrations if r.protect and "-workload-" in r.name]
    assert protected == ["temporal-workload-demo.documents-data"]


def test_workloads_of_two_applications_may_have_one_name() -> None:
    config = stacks.working(stacks.LEAST, {**stacks.LEAST, "application": "shop"})
    applications = [{"namespace": name, "temporalNamespace": "default"} for name in ("demo", "shop")]
    found = recording.run(stacks.changed(config, applications=applications))
    places = [o["metadata"]["namespace"] for o in found.kubernetes() if o["metadata"]["name"] == "least"]
    assert sorted(places) == ["demo", "demo", "shop", "shop"]
