"""Changes of stacks on Temporal Cloud."""

from collections.abc import Iterator

from tests.program import stacks
from tests.program.effects.bases import ADDRESS, REGIONAL
from tests.program.effects.example import DROPPED, Example

CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


LINK_SERVICE = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0"


CERTIFICATES = "backend/authentication/certificates"


def of_the_cloud() -> Iterator[Example]:
    backend = stacks.cloud()["temporal:backend"]
    left = dict.fromkeys(("size", "images", "database", "visibility", "archival", "tls", "access", "cost"), DROPPED)
    yield Example("local", {"backend": backend, **left, "namespaces": [{"name": "orders.a1b2c"}], "applications": []})
    server = {"database": {"kind": "in-cluster"}, "tls": {"kind": "generated"}}
    yield Example("cloud", {"backend": {"kind": "self-hosted"}, **server})
    yield Example("cloud namespace", {"backend/endpoint": dict(REGIONAL)})
    yield Example("cloud regional", {"backend/endpoint": dict(ADDRESS)})
    yield Example("cloud address", {"backend/endpoint": {"kind": "namespace"}})
    yield Example("cloud regional", {"backend/endpoint/provider": "gcp"})
    yield Example("cloud regional", {"backend/endpoint/region": "eu-west-1"})
    yield Example("cloud address", {"backend/endpoint/host": "b.example.com"})
    yield Example("cloud address", {"backend/endpoint/port": 443})
    yield Example("cloud address", {"backend/endpoint/serverName": "b.example.com"})
    yield Example("cloud linked", {"backend/privateLink/service": LINK_SERVICE})
    yield Example("cloud linked", {"backend/privateLink/resolves": "region"})
    place = "namespaces/0/managed"
    yield Example("cloud managed", {f"{place}/regions": ["aws-eu-central-1", "aws-eu-central-1"]})
    yield Example("cloud managed", {f"{place}/authorities": CERTIFICATE})
    for word in ("commonName", "organization", "organizationalUnit", "subjectAlternativeName"):
        yield Example("cloud managed", {f"{place}/certificateFilters/0/{word}": "other"})
    yield Example("cloud managed", {f"{place}/connectivity": ["public"]})
    yield Example("cloud managed", {f"{place}/deleteProtection": False})
    for word, value in (("bucket", "others"), ("account", "210987654321"), ("role", "other")):
        yield Example("cloud managed", {f"{place}/export/{word}": value})
    yield Example("cloud managed", {f"{place}/export/kmsKey": stacks.KEY.replace("1234abcd", "4321abcd")})
    elsewhere = {f"{place}/regions": ["aws-eu-central-1", "aws-eu-west-1"], "backend/privateLink/resolves": "region"}
    yield Example(
        "cloud managed",
        {
            f"{place}/export/region": "eu-west-1",
            f"{place}/export/kmsKey": stacks.KEY.replace("central", "west"),
            **elsewhere,
        },
    )
    key = {"kind": "api-key"}
    yield Example("cloud", {"backend/authentication": key, "cloudApiKey": {"secure": "v1:a:b"}})
    mtls = {"kind": "mtls", "certificates": {"kind": "generated"}}
    yield Example("cloud key", {"backend/authentication": mtls, "cloudApiKey": DROPPED})
    yield Example("cloud key", {"cloudApiKey": {"secure": "v1:c:d"}})
    made = {"kind": "generated", "until": "2027-06-01"}
    yield Example("cloud key", {"backend/authentication/keys": made, "cloudApiKey": DROPPED})
    given = {"backend/authentication/keys": {"kind": "given"}, "cloudApiKey": {"secure": "v1:a:b"}}
    yield Example("cloud keys", given)
    yield Example("cloud keys", {"backend/authentication/keys/until": "2028-06-01"})
    yield Example("cloud", {CERTIFICATES: dict(stacks.CLUSTER_ISSUER)})
    yield Example("cloud issued", {CERTIFICATES: {"kind": "generated"}})
    yield Example("cloud provided", {CERTIFICATES: {"kind": "generated"}, "applications": []})
    yield Example("cloud", {f"{CERTIFICATES}/leafDays": 30})
    yield Example("cloud", {f"{CERTIFICATES}/rotation": 1})
    yield Example("cloud issued", {f"{CERTIFICATES}/duration": "60d"})
    yield Example("cloud issued", {f"{CERTIFICATES}/renewBefore": "10d"})
    yield Example("cloud provided", {f"{CERTIFICATES}/client": "others"})
    yield Example("cloud for people", {f"{CERTIFICATES}/issuer/kind": "ClusterIssuer"})
    yield Example("cloud issued", {f"{CERTIFICATES}/issuer/name": "other"})
    yield Example("cloud issued", {f"{CERTIFICATES}/issuer/group": "other.example.com"})
