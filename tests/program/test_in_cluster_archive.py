"""Proves how the archive in the cluster is made, who holds its keys, and what is looked at before it is relied on.

That it takes and gives back archives, and what a look says of a store that refuses, is seen on a cluster.
"""

from typing import Any

import pytest

from components.stores.archival.serving import SERVING_SH
from tests.program import recording, stacks
from tests.program.recording import Recording, mounted_secret, plain
from tests.program.test_pods import PODS

ARCHIVERS = {f"temporal-server-{name}" for name in ("frontend", "internal-frontend", "history")}
LOOK = "kubernetes:batch/v1:Job::temporal-archive-look"
SERVICE = "kubernetes:core/v1:Service::temporal-archive-service"
POD = "StatefulSet/temporal-archive"
JOB = "Job/temporal-archive-look"


def _environment(found: Recording, pod: str) -> dict[str, Any]:
    [container] = found.pods()[pod]["containers"]
    return {each["name"]: each.get("value", each.get("valueFrom")) for each in container["env"]}


def _key(name: str) -> dict[str, Any]:
    return {"secretKeyRef": {"name": "temporal-archive-keys", "key": name}}


def test_the_server_uses_it_as_any_store_that_speaks_s3(archived: Recording) -> None:
    variables = _environment(archived, "Deployment/temporal-history")
    text = archived.objects("ConfigMap")["temporal-history-config"]["data"]["server.yaml"]
    assert "endpoint: https://temporal-archive.local.svc:7070" in text
    assert "s3ForcePathStyle: true" in text
    assert "URI: s3://temporal-archive/a" in text
    assert variables["AWS_ACCESS_KEY_ID"] == _key("accessKey")
    assert variables["AWS_SECRET_ACCESS_KEY"] == _key("secretKey")
    mounted = archived.mounts("Deployment/temporal-history")["/etc/temporal/archive-ca"]
    assert mounted == mounted_secret("temporal-archive-ca", "ca.crt")
    assert archived.exports["immutable"]["archival"] == "s3://temporal-archive/a"


def test_one_pod_makes_the_bucket_and_serves_it(archived: Recording) -> None:
    [container] = archived.pods()[POD]["containers"]
    folder, bucket = "/var/lib/versitygw/buckets", "temporal-archive"
    assert container["command"] == ["/bin/sh", "-c", SERVING_SH, "serving", folder, bucket]
    assert _environment(archived, POD) == {
        "ROOT_ACCESS_KEY": _key("accessKey"),
        "ROOT_SECRET_KEY": _key("secretKey"),
        "VGW_PORT": ":7070",
        "VGW_CERT": "/etc/versitygw/tls/tls.crt",
        "VGW_KEY": "/etc/versitygw/tls/tls.key",
        "VGW_HEALTH": "/-/health",
        "VGW_META_SIDECAR": "/var/lib/versitygw/metadata",
        "VGW_REGION": "us-east-1",
    }
    spec = archived.objects("StatefulSet")["temporal-archive"]["spec"]
    assert (spec["replicas"], spec["serviceName"]) == (1, "temporal-archive")
    [claim] = spec["volumeClaimTemplates"]
    assert claim["spec"] == {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}
    [mounted] = [each for each in archived.pods()[POD]["volumes"] if each["name"] == "tls"]
    assert mounted["secret"]["secretName"] == "temporal-archive-tls"
    assert [item["key"] for item in mounted["secret"]["items"]] == ["tls.crt", "tls.key"]


def test_the_stack_files_words_reach_the_volume() -> None:
    config = stacks.changed(
        stacks.archived_in_cluster(), archival__storage="3Gi", archival__storageClass="fast", archival__bucket="other"
    )
    found = recording.run(config)
    [claim] = found.objects("StatefulSet")["temporal-archive"]["spec"]["volumeClaimTemplates"]
    assert claim["spec"]["storageClassName"] == "fast"
    assert claim["spec"]["resources"] == {"requests": {"storage": "3Gi"}}
    assert found.pods()[POD]["containers"][0]["command"][-1] == "other"
    assert _environment(found, JOB)["BUCKET"] == "other"


def test_its_key_pair_is_made_and_nobody_elses(archived: Recording) -> None:
    made = archived.of("random:index/randomPassword:RandomPassword")
    assert {name: made[name].inputs for name in made if "archive" in name} == {
        "temporal-archive-access-key": {"length": 20, "special": False},
        "temporal-archive-secret-key": {"length": 40, "special": False},
    }
    assert plain(archived.objects("Secret")["temporal-archive-keys"]["stringData"]) == {
        "accessKey": "password-of-temporal-archive-access-key",
        "secretKey": "password-of-temporal-archive-secret-key",
    }
    holders = {
        name
        for name, pod in archived.pods().items()
        if "temporal-archive-keys" in str(pod["containers"]) or "temporal-archive-keys" in str(pod["volumes"])
    }
    servers = {f"Deployment/temporal-{name}" for name in ("frontend", "internal-frontend", "history")}
    assert holders == {POD, JOB} | servers


def test_nothing_of_it_is_there_without_it(local: Recording) -> None:
    """But for the pods that the other tests expect."""
    assert not [r.name for r in local.registrations if "archive" in r.name]
    assert set(local.pods()) == set(PODS) - {POD, JOB}


@pytest.mark.parametrize("deployment", sorted((*ARCHIVERS, "temporal-server-matching")))
def test_the_server_rolls_after_a_look_into_the_bucket(archived: Recording, deployment: str) -> None:
    """And the look comes after the pod is ready."""
    assert LOOK in archived.of("kubernetes:apps/v1:Deployment")[deployment].waits_for
    assert SERVICE in archived.of("kubernetes:batch/v1:Job")["temporal-archive-look"].waits_for
    service = archived.of("kubernetes:core/v1:Service")["temporal-archive-service"]
    assert "kubernetes:apps/v1:StatefulSet::temporal-archive" in service.waits_for


def test_a_store_of_somebody_elses_is_looked_into_as_the_server_will_see_it() -> None:
    found = recording.run(stacks.archived(stacks.COMPATIBLE))
    assert _environment(found, JOB) == {
        "ENDPOINT": "https://s3.example.com",
        "BUCKET": "old",
        "REGION": "us-east-1",
        "PATH_STYLE": "true",
        "ACCESS_KEY_FILE": "/etc/temporal/archive/access-key/accessKey",
        "SECRET_KEY_FILE": "/etc/temporal/archive/secret-key/secretKey",
        "AUTHORITY_FILE": "/etc/temporal/archive/authority/ca.crt",
        "ACCESS_KEY_NAME": "key accessKey of Secret pair",
        "SECRET_KEY_NAME": "key secretKey of Secret pair",
        "AUTHORITY_NAME": "key ca.pem of Secret ca",
    }
    mounts = found.mounts(JOB)
    authority = {"secretName": "ca", "items": [{"key": "ca.pem", "path": "ca.crt"}], "optional": True}
    assert mounts["/etc/temporal/archive/authority"] == {"secret": authority}
    for half, path in (("accessKey", "access-key"), ("secretKey", "secret-key")):
        source = {**mounted_secret("pair", half)["secret"], "optional": True}
        assert mounts[f"/etc/temporal/archive/{path}"] == {"secret": source}
    assert "initContainers" not in found.pods()[JOB]
    assert LOOK in found.of("kubernetes:apps/v1:Deployment")["temporal-server-history"].waits_for


def test_without_an_authority_the_servers_own_are_trusted() -> None:
    """The bundle of the server's image, copied, for the job's image has none."""
    said = {key: value for key, value in stacks.COMPATIBLE.items() if key != "ca"}
    pod = recording.run(stacks.archived(said)).pods()[JOB]
    [before] = pod["initContainers"]
    target = "/etc/temporal/archive/authority/ca.crt"
    assert before["image"].startswith("docker.io/temporalio/server:")
    assert before["command"] == ["/bin/cp", "/etc/ssl/certs/ca-certificates.crt", target]
    assert before["securityContext"]["readOnlyRootFilesystem"] is True


@pytest.mark.parametrize("kind", ["AMAZON", "VOLUME"])
def test_what_has_no_address_of_its_own_is_not_looked_into(kind: str) -> None:
    assert JOB not in recording.run(stacks.archived(getattr(stacks, kind))).pods()


def test_each_kind_of_certificates_has_one_for_it(archived: Recording) -> None:
    """Generated and cert-manager's: of an authority that signs nothing else. Provided: the one that is named."""
    request = archived.of("tls:index/certRequest:CertRequest")["temporal-certificates-archive-request"]
    names = ["temporal-archive.local.svc.cluster.local", "temporal-archive.local.svc", "temporal-archive.local"]
    assert plain(request.inputs)["dnsNames"] == [*names, "temporal-archive"]
    leaf = archived.of("tls:index/locallySignedCert:LocallySignedCert")["temporal-certificates-archive"]
    assert plain(leaf.inputs)["caCertPem"] == "CERTIFICATE temporal-certificates-archive-ca"
    of_cert_manager = stacks.changed(stacks.cert_manager(), archival=dict(stacks.IN_CLUSTER_ARCHIVE))
    issued = recording.run(of_cert_manager)
    certificate = issued.objects("Certificate")["temporal-archive-tls"]["spec"]
    assert certificate["dnsNames"] == [*names, "temporal-archive"]
    assert certificate["issuerRef"] == {"kind": "Issuer", "name": "temporal-archive", "group": "cert-manager.io"}
    said = stacks.changed(stacks.provided(), archival=dict(stacks.IN_CLUSTER_ARCHIVE), tls__archive="their-archive")
    given = recording.run(said)
    assert given.mounts(POD)["/etc/versitygw/tls"] == mounted_secret("their-archive", "tls.crt", "tls.key")
    [expected] = [
        o["data"]["expected"]
        for name, o in given.objects("ConfigMap").items()
        if name.startswith("temporal-given-certificates")
    ]
    assert "their-archive tls.crt the archive's certificate\n" in expected


def test_its_data_is_protected_and_its_keys_are_not() -> None:
    """Keys can be made anew: whoever uses them restarts with them."""
    found = recording.run(stacks.changed(stacks.archived_in_cluster(), protection=True))
    protected = {f"{r.type}::{r.name}" for r in found.registrations if r.protect}
    assert {key for key in protected if "archive" in key} == {
        "kubernetes:apps/v1:StatefulSet::temporal-archive",
        "tls:index/selfSignedCert:SelfSignedCert::temporal-certificates-archive-ca",
        "tls:index/privateKey:PrivateKey::temporal-certificates-archive-ca-key",
    }
