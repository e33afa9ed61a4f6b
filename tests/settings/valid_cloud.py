"""Strategies for stacks of Temporal Cloud that are valid."""

import copy
from typing import Any

from hypothesis import strategies as st

from tests.settings.valid_aws import accounts
from tests.settings.valid_pods import labels, some
from tests.settings.valid_rds import managed_databases

_ACCOUNTS = st.sampled_from(["a1b2c", "zz9"])
_NAMES = st.sampled_from(["orders", "billing", "n2", "a" * 39])
_ENDPOINTS = st.one_of(
    st.just({"kind": "namespace"}),
    st.fixed_dictionaries(
        {
            "kind": st.just("regional"),
            "provider": st.sampled_from(["aws", "gcp"]),
            "region": st.sampled_from(["eu-central-1", "us-east4", "ap-southeast-2"]),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("address"),
            "host": st.just("temporal.example.com"),
            "serverName": st.just("cloud.example.com"),
        },
        optional={"port": st.integers(1, 65535)},
    ),
)
_ISSUED = st.one_of(
    st.fixed_dictionaries(
        {"kind": st.just("generated")}, optional={"leafDays": st.integers(2, 825), "rotation": st.integers(0, 9)}
    ),
    st.fixed_dictionaries(
        {"kind": st.just("cert-manager"), "issuer": st.just({"kind": "ClusterIssuer", "name": "cloud"})},
        optional={"duration": st.just("60d"), "renewBefore": st.just("20d")},
    ),
    st.fixed_dictionaries({"kind": st.just("provided"), "client": labels}),
)
_LINKED = st.just(
    {
        "region": "eu-central-1",
        "account": "123456789012",
        "cluster": "production",
        "vpc": "vpc-0123456789abcdef0",
        "subnets": [{"id": "subnet-0123456789abcdef0", "zone": "eu-central-1a"}],
        "podSecurityGroup": "sg-0123456789abcdef0",
        "identity": {"kind": "pod-identity"},
    }
)
_LINKS = st.fixed_dictionaries(
    {},
    optional={
        "service": st.just("com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0"),
        "resolves": st.sampled_from(["endpoint", "region"]),
    },
)
_MANAGED: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.fixed_dictionaries(
    {
        "managed": st.fixed_dictionaries(
            {"regions": st.just(["aws-eu-central-1"])},
            optional={"deleteProtection": st.booleans(), "connectivity": st.just(["public"])},
        )
    },
    optional={"retention": st.sampled_from(["1d", "48h", "90d"]), "searchAttributes": st.just({"CaseId": "Keyword"})},
)


def _known(issued: dict[str, Any] | None, said: dict[str, Any]) -> dict[str, Any]:
    """With the authority of clients, where the stack does not make it."""
    if "managed" not in said or issued is None or issued["kind"] == "generated":
        return said
    authority = f"-----BEGIN CERTIFICATE-----\n{'A' * 64}\n-----END CERTIFICATE-----\n"
    return {**said, "managed": {**said["managed"], "authorities": authority}}


@st.composite
def _databases(draw: st.DrawFn, applications: list[str]) -> list[dict[str, Any]]:
    """Databases of applications, each in a PostgreSQL of its own."""
    found = []
    for name in draw(st.lists(st.sampled_from(["a", "orders-2", "x" * 20]), min_size=1, max_size=2, unique=True)):
        drawn = draw(managed_databases())
        server = {key: value for key, value in drawn.items() if key not in ("ca", "passwordRotation")}
        words = draw(
            some(
                schemas=st.sampled_from([[], ["workflow"], ["a", "b_2"]]),
                urlScheme=st.sampled_from(["postgresql", "postgresql+asyncpg", "postgresql+psycopg2"]),
                passwordRotation=st.integers(0, 1_000_000),
                authorities=st.just(f"-----BEGIN CERTIFICATE-----\n{'A' * 64}\n-----END CERTIFICATE-----\n"),
            )
        )
        found.append(
            {
                "name": name,
                "application": draw(st.sampled_from(applications)),
                "database": draw(st.sampled_from(["orders", "a_1", "x" * 63])),
                "server": {**server, "identifier": f"database-{name}"},
                **words,
            }
        )
    return found


@st.composite
def cloud_stack_files(draw: st.DrawFn) -> dict[str, Any]:
    """The configuration, with full keys."""
    installation = draw(labels)
    with_key = draw(st.booleans())
    keys = {"kind": "generated", "until": "2027-06-01"} if with_key and draw(st.booleans()) else None
    issued = None if with_key else draw(_ISSUED)
    is_provided = issued is not None and issued["kind"] == "provided"
    authentication: dict[str, Any] = {"kind": "mtls", "certificates": issued} if issued else {"kind": "api-key"}
    if keys:
        authentication["keys"] = keys
    backend: dict[str, Any] = {"kind": "cloud", "authentication": authentication}
    if draw(st.booleans()):
        backend["endpoint"] = draw(_ENDPOINTS)
    # Of a namespace that is looked after, a regional endpoint must be in its region.
    near = backend.get("endpoint", {}).get("region", "eu-central-1") == "eu-central-1"
    near &= backend.get("endpoint", {}).get("provider", "aws") == "aws"
    managed = _MANAGED if near else st.just({})
    account = draw(_ACCOUNTS)
    namespaces = [f"{name}.{account}" for name in draw(st.lists(_NAMES, min_size=1, max_size=3, unique=True))]
    own = draw(st.lists(labels.filter(lambda name: name != installation), max_size=2, unique=True))
    applications = [
        {
            "namespace": name,
            "temporalNamespace": draw(st.sampled_from(namespaces)),
            **({"clientSecret": "temporal-client-of-ours"} if is_provided else {}),
        }
        for name in own
    ]
    said: dict[str, Any] = {
        "name": installation,
        "kubernetes": {"context": "production", "createNamespace": not is_provided},
        "backend": backend,
        "namespaces": [{"name": name, **_known(issued, draw(managed))} for name in namespaces],
        "applications": applications,
        **({"cloudApiKey": {"secure": "v1:MDEyMzQ1Njc4OWFi:c2VjcmV0"}} if with_key and not keys else {}),
    }
    if draw(st.booleans()) and own:
        said |= {"aws": draw(accounts(of_rds=True)), "applicationDatabases": draw(_databases(own))}
        said["aws"]["secrets"]["store"]["kind"] = "ClusterSecretStore"
    elif draw(st.booleans()) and backend.get("endpoint", {"kind": "namespace"})["kind"] == "namespace":
        said["aws"] = draw(_LINKED)
        backend["privateLink"] = draw(_LINKS)
    # Copied, for a test may change what it was given and strategies hand out the same mapping again.
    return copy.deepcopy({f"temporal:{key}": value for key, value in said.items()})
