"""Proves who vouches for whom: which authority signs which leaf, for which names and uses, and who trusts it.

The proof ends at the requests to the provider. That a peer without a certificate, or with one of another authority, is
refused is seen on a cluster.
"""

from tests.program import recording, stacks
from tests.program.opensearch_files import nodes_dn
from tests.program.recording import Recording, plain

PREFIX = "temporal-certificates-"
FRONTEND_NAMES = [
    "temporal-frontend.local.svc.cluster.local",
    "temporal-frontend.local.svc",
    "temporal-frontend.local",
    "temporal-frontend",
]
LEAVES = {
    "internode": ("internode", ["server_auth", "client_auth"], ["internode.local"], None),
    "frontend": ("frontend", ["server_auth"], FRONTEND_NAMES, ["198.18.0.2"]),
    "ui": ("frontend", ["server_auth"], [n.replace("frontend", "ui") for n in FRONTEND_NAMES], ["198.18.0.2"]),
    "database": ("database", ["server_auth"], [n.replace("frontend", "postgres") for n in FRONTEND_NAMES], None),
    "client-operator": ("client", ["client_auth"], ["operator.client.local"], None),
    "client-jobs": ("client", ["client_auth"], ["jobs.client.local"], None),
    "client-ui": ("client", ["client_auth"], ["ui.client.local"], None),
    "client-app-demo": ("client", ["client_auth"], ["app-demo.client.local"], None),
}
"""Leaf: its authority, its uses, its DNS names, its addresses."""


def test_leaves(local: Recording) -> None:
    requests = local.of("tls:index/certRequest:CertRequest")
    found = {}
    for name, leaf in local.of("tls:index/locallySignedCert:LocallySignedCert").items():
        who = name.removeprefix(PREFIX)
        inputs, request = plain(leaf.inputs), plain(requests[f"{name}-request"].inputs)
        authority = inputs["caCertPem"].removeprefix(f"CERTIFICATE {PREFIX}").removesuffix("-ca")
        assert inputs["certRequestPem"] == f"REQUEST {name}-request"
        assert inputs["caPrivateKeyPem"] == f"KEY {PREFIX}{authority}-ca-key"
        assert request["privateKeyPem"] == f"KEY {name}-key"
        assert inputs["allowedUses"][0] == "digital_signature"
        assert (inputs["validityPeriodHours"], inputs["earlyRenewalHours"]) == (90 * 24, 30 * 24)
        found[who] = (authority, inputs["allowedUses"][1:], request["dnsNames"], request.get("ipAddresses"))
    assert found == LEAVES


def test_authorities_sign_and_nothing_else(local: Recording) -> None:
    found = {name: plain(r.inputs) for name, r in local.of("tls:index/selfSignedCert:SelfSignedCert").items()}
    assert set(found) == {f"{PREFIX}{who}-ca" for who in ("internode", "frontend", "client", "database")}
    for name, inputs in found.items():
        assert inputs["isCaCertificate"] is True
        assert inputs["allowedUses"] == ["cert_signing", "crl_signing"]
        assert inputs["privateKeyPem"] == f"KEY {name}-key"
        assert inputs["validityPeriodHours"] == 87600


def test_every_certificate_has_a_key_of_its_own(local: Recording) -> None:
    keys = local.of("tls:index/privateKey:PrivateKey")
    assert len(keys) == 4 + len(LEAVES)
    assert all(key.inputs == {"algorithm": "ECDSA", "ecdsaCurve": "P256"} for key in keys.values())


TRUSTED = {
    "temporal-internode-tls": "internode",
    "temporal-frontend-tls": "frontend",
    "temporal-frontend-ca": "frontend",
    "temporal-client-ca": "client",
    "temporal-ui-tls": "frontend",
    "temporal-database-tls": "database",
    "temporal-database-ca": "database",
    # a client's ca.crt is what it checks the frontend against, not its own issuer
    "temporal-client-operator": "frontend",
    "temporal-client-jobs": "frontend",
    "temporal-client-ui": "frontend",
    "temporal-client": "frontend",
}


def test_each_secret_trusts_one_authority(local: Recording) -> None:
    found = {
        name: plain(secret["stringData"])["ca.crt"]
        for name, secret in local.objects("Secret").items()
        if "ca.crt" in plain(secret["stringData"])
    }
    assert found == {name: f"CERTIFICATE {PREFIX}{authority}-ca" for name, authority in TRUSTED.items()}


def test_certificate_and_key_of_a_secret_belong_together(local: Recording) -> None:
    for name, secret in local.objects("Secret").items():
        data = plain(secret["stringData"])
        if "tls.crt" in data:
            assert secret["type"] == "kubernetes.io/tls"
            assert data["tls.key"] == f"{data['tls.crt'].replace('CERTIFICATE', 'KEY')}-key", name


def test_the_leaf_of_opensearch(opensearch: Recording) -> None:
    """Its nodes are clients of each other, Java reads PKCS #8 only, and nodes_dn is the leaf's subject."""
    leaf = plain(opensearch.of("tls:index/locallySignedCert:LocallySignedCert")[f"{PREFIX}search"].inputs)
    request = plain(opensearch.of("tls:index/certRequest:CertRequest")[f"{PREFIX}search-request"].inputs)
    assert leaf["caCertPem"] == f"CERTIFICATE {PREFIX}search-ca"
    assert leaf["allowedUses"] == ["digital_signature", "server_auth", "client_auth"]
    assert request["dnsNames"] == [name.replace("frontend", "opensearch") for name in FRONTEND_NAMES]
    secrets = opensearch.objects("Secret")
    assert plain(secrets["temporal-search-tls"]["stringData"]) == {
        "tls.crt": f"CERTIFICATE {PREFIX}search",
        "tls.key": f"PKCS8 KEY {PREFIX}search-key",
        "ca.crt": f"CERTIFICATE {PREFIX}search-ca",
    }
    assert secrets["temporal-search-tls"]["type"] == "kubernetes.io/tls"
    assert plain(secrets["temporal-search-ca"]["stringData"]) == {"ca.crt": f"CERTIFICATE {PREFIX}search-ca"}
    assert nodes_dn(opensearch) == [f"CN={request['subject']['commonName']}"]


def test_nodes_know_each_other_by_a_subject_that_was_cut_short() -> None:
    name = "i" * 30
    found = recording.run(stacks.changed(stacks.opensearch(), name=name))
    request = plain(found.of("tls:index/certRequest:CertRequest")[f"{PREFIX}search-request"].inputs)
    common_name = request["subject"]["commonName"]
    assert request["dnsNames"][0] == f"temporal-opensearch.{name}.svc.cluster.local"
    assert (len(common_name), request["dnsNames"][0].startswith(common_name)) == (64, True)
    assert nodes_dn(found) == [f"CN={common_name}"]


def test_long_names_stay_within_what_a_common_name_may_hold() -> None:
    """The longest installation and application names a stack file may have; DNS names stay whole."""
    name, application = "i" * 30, "a" * 55
    config = {**recording.stack_file("local"), "temporal:name": name}
    config["temporal:applications"] = [{"namespace": application, "temporalNamespace": "default"}]
    requests = recording.run(config).of("tls:index/certRequest:CertRequest")
    subjects = [plain(request.inputs)["subject"]["commonName"] for request in requests.values()]
    assert max(len(subject) for subject in subjects) == 64
    assert plain(requests[f"{PREFIX}client-app-{application}-request"].inputs)["dnsNames"] == [
        f"app-{application}.client.{name}"
    ]
