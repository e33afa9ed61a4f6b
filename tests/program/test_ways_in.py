"""Proves what a load balancer and an Ingress are told, and which names certificates get for them.

That Kubernetes takes the objects, and that a client gets in by the name, is seen on a cluster.
"""

from typing import Any

import pytest

from tests.program import recording, stacks
from tests.program.recording import Recording, plain

HOST = "temporal.example.com"
UI_HOST = "temporal-ui.example.com"
NAMES = [f"temporal-frontend{rest}" for rest in (".local.svc.cluster.local", ".local.svc", ".local", "")]
OF_NGINX = {
    "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS",
    "nginx.ingress.kubernetes.io/proxy-ssl-secret": "local/temporal-ui-tls",
    "nginx.ingress.kubernetes.io/proxy-ssl-name": "temporal-ui.local.svc",
    "nginx.ingress.kubernetes.io/proxy-ssl-verify": "on",
}
NOT_AWAITED = {"pulumi.com/skipAwait": "true"}


@pytest.fixture(scope="module")
def by_name() -> Recording:
    """The stack with nothing said but what must be."""
    return recording.run(stacks.reached())


def _names(found: Recording, who: str) -> dict[str, Any]:
    return found.of("tls:index/certRequest:CertRequest")[f"temporal-certificates-{who}-request"].inputs


def _service(found: Recording) -> dict[str, Any]:
    service: dict[str, Any] = found.objects("Service")["temporal-frontend-load-balancer"]
    return service


def _ingress(found: Recording) -> dict[str, Any]:
    [ingress] = found.objects("Ingress").values()
    return ingress


def test_a_load_balancer_by_default(by_name: Recording) -> None:
    service = _service(by_name)
    assert service["metadata"]["namespace"] == "local"
    assert service["metadata"]["annotations"] == {"external-dns.alpha.kubernetes.io/hostname": HOST}
    assert service["spec"] == {
        "type": "LoadBalancer",
        "externalTrafficPolicy": "Cluster",
        "selector": by_name.objects("Service")["temporal-frontend"]["spec"]["selector"],
        "ports": [{"name": "grpc", "port": 7233, "targetPort": "grpc"}],
    }
    assert "temporal-frontend-node-port" not in by_name.objects("Service")


def test_everything_said_of_a_load_balancer() -> None:
    found = recording.run(stacks.reached(**stacks.BALANCER))
    service = _service(found)
    assert service["metadata"]["annotations"] == {
        "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
        "external-dns.alpha.kubernetes.io/hostname": HOST,
        "metallb.io/loadBalancerIPs": "203.0.113.10",
    }
    spec = service["spec"]
    assert spec["loadBalancerClass"] == "service.k8s.aws/nlb"
    assert spec["loadBalancerSourceRanges"] == ["203.0.113.0/24", "2001:db8::/32"]
    assert spec["externalTrafficPolicy"] == "Local"
    assert spec["ports"] == [{"name": "grpc", "port": 443, "targetPort": "grpc"}]
    assert found.exports["externalAddress"] == f"{HOST}:443"


def test_another_class_is_another_service(by_name: Recording) -> None:
    """Kubernetes refuses to change it."""
    service = by_name.of("kubernetes:core/v1:Service")["temporal-frontend-way-in"]
    assert (service.replaces_on, service.deleted_first) == (("spec.loadBalancerClass",), True)


def test_clients_from_outside_expect_the_name_that_all_expect(by_name: Recording) -> None:
    """Whoever goes by the outputs checks `tlsServerName`, whatever he is called by; whoever goes by the address alone
    checks the host. Both are names of the certificate."""
    assert by_name.exports["externalAddress"] == f"{HOST}:7233"
    assert by_name.exports["tlsServerName"] == NAMES[0]
    request = _names(by_name, "frontend")
    assert (request["dnsNames"], request["ipAddresses"]) == ([*NAMES, HOST], ["198.18.0.2"])
    assert not {HOST, UI_HOST} & set(_names(by_name, "ui")["dnsNames"])


def test_the_name_in_a_certificate_of_cert_manager() -> None:
    config = stacks.changed(stacks.cert_manager(), access=stacks.reached()["temporal:access"])
    certificates = recording.run(config).objects("Certificate")
    assert certificates["temporal-frontend-tls"]["spec"]["dnsNames"] == [*NAMES, HOST]
    assert UI_HOST not in certificates["temporal-ui-tls"]["spec"]["dnsNames"]


def test_a_host_that_is_the_nodes_address_too_is_one_name() -> None:
    found = recording.run(stacks.changed(stacks.reached(), kubernetes__nodeAddress=HOST))
    assert _names(found, "frontend")["dnsNames"] == [*NAMES, HOST]


@pytest.mark.parametrize(
    ("tls", "secret", "annotations"),
    [
        ({"kind": "none"}, None, {}),
        ({"kind": "secret", "secret": "ui-web"}, "ui-web", {}),
        (
            {"kind": "cert-manager", "issuer": "letsencrypt"},
            "temporal-ui-ingress-tls",
            {"cert-manager.io/cluster-issuer": "letsencrypt"},
        ),
        (
            {"kind": "cert-manager", "issuerKind": "Issuer", "issuer": "own"},
            "temporal-ui-ingress-tls",
            {"cert-manager.io/issuer": "own"},
        ),
    ],
    ids=["none", "secret", "ClusterIssuer", "Issuer"],
)
def test_an_ingress_of_the_ui(tls: dict[str, str], secret: str | None, annotations: dict[str, str]) -> None:
    config = stacks.changed(stacks.reached(), kubernetes__createNamespace=False, access__ui__exposure__tls=tls)
    found = recording.run(config)
    ingress = _ingress(found)
    assert (ingress["metadata"]["name"], ingress["metadata"]["namespace"]) == ("temporal-ui", "local")
    assert ingress["metadata"]["annotations"] == {**OF_NGINX, **annotations, **NOT_AWAITED}
    backend = {"service": {"name": "temporal-ui", "port": {"name": "https"}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    assert ingress["spec"] == {
        "ingressClassName": "nginx",
        "rules": [{"host": UI_HOST, "http": {"paths": [path]}}],
        **({"tls": [{"hosts": [UI_HOST], "secretName": secret}]} if secret else {}),
    }
    assert found.exports["uiAddress"] == f"https://{UI_HOST}"


def test_the_controller_finds_the_authority_of_the_uis_certificate_where_the_annotation_says(
    by_name: Recording,
) -> None:
    secret = plain(by_name.objects("Secret")["temporal-ui-tls"]["stringData"])
    assert secret["ca.crt"] == "CERTIFICATE temporal-certificates-frontend-ca"
    assert OF_NGINX["nginx.ingress.kubernetes.io/proxy-ssl-name"] in _names(by_name, "ui")["dnsNames"]


def test_the_controller_finds_a_provided_certificate() -> None:
    config = stacks.changed(
        stacks.provided(), access__ui__exposure=stacks.reached()["temporal:access"]["ui"]["exposure"]
    )
    annotations = _ingress(recording.run(config))["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/proxy-ssl-secret"] == "local/their-ui"


def test_another_controller_is_told_by_the_stack_file_alone() -> None:
    said = {"controller": "other", "annotations": {"haproxy.org/server-ssl": "true"}}
    config = stacks.reached()
    config["temporal:access"]["ui"]["exposure"] |= {**said, "tls": {"kind": "none"}}
    found = recording.run(config)
    assert _ingress(found)["metadata"]["annotations"] == {"haproxy.org/server-ssl": "true", **NOT_AWAITED}


def test_a_ui_that_everybody_reaches_is_warned_of(by_name: Recording, local: Recording) -> None:
    [warning] = by_name.warnings
    assert warning == (
        f"temporal:access.ui.login.kind: with 'none' whoever reaches https://{UI_HOST} sees and changes every "
        "execution; temporal:access.ui.exposure.annotations can ask for a login in front of it"
    )
    assert local.warnings == []


def test_ways_in_after_what_they_lead_to(by_name: Recording) -> None:
    ingress = by_name.of("kubernetes:networking.k8s.io/v1:Ingress")["temporal-ui-way-in"]
    assert "kubernetes:core/v1:Service::temporal-ui-service" in ingress.waits_for
    service = by_name.of("kubernetes:core/v1:Service")["temporal-frontend-way-in"]
    assert "kubernetes:apps/v1:Deployment::temporal-server-frontend" in service.waits_for
