"""Strategies for an AWS account, and for what is made in it."""

from typing import Any

from hypothesis import strategies as st

from tests.settings.valid_pods import labels, some

REGIONS = {"eu-central-1": "aws", "us-gov-west-1": "aws-us-gov", "cn-north-1": "aws-cn", "ap-southeast-4": "aws"}
RDS_REGION, RDS_ACCOUNT = "eu-central-1", "123456789012"
"""Where databases in RDS are drawn: in a region whose authorities the program has."""
_keys = st.sampled_from(["1234abcd-12ab-34cd-56ef-1234567890ab", f"mrk-{'0' * 32}"])
_tags = st.dictionaries(st.sampled_from(["team", "cost:center", "a b"]), st.sampled_from(["", "4711", "a/b@c"]))
_times = st.sampled_from(["00:00", "09:59", "23:59"])
_domains = st.sampled_from(["abc", "a-9", "x" * 28])
_LARGEST = {"r6g.large.search": 2048, "m7g.xlarge.search": 2048, "c5.4xlarge.search": 1536}
_CLASSES = ("STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")


@st.composite
def accounts(draw: st.DrawFn, *, of_rds: bool = False) -> dict[str, Any]:
    """`temporal:aws`, in any partition; where a database in RDS is in it, with zones and passwords for any of them."""
    region = RDS_REGION if of_rds else draw(st.sampled_from([*REGIONS]))
    account = RDS_ACCOUNT if of_rds else draw(st.sampled_from([RDS_ACCOUNT, "000000000001"]))
    partition, suffix = REGIONS[region], "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    issuer = draw(st.sampled_from([f"oidc.eks.{region}.{suffix}", f"oidc-eks.{region}.api.aws"]))
    provider = f"arn:{partition}:iam::{account}:oidc-provider/{issuer}/id/{'0123456789ABCDEF' * 2}"
    key = f"arn:{partition}:kms:{region}:{draw(st.sampled_from([account, '999999999999']))}:key/{draw(_keys)}"
    boundary = f"arn:{partition}:iam::{account}:policy/{draw(st.sampled_from(['bounds', 'of/team/a_B+=,.@-9']))}"
    zones = draw(st.lists(st.sampled_from("abcdef"), min_size=3 if of_rds else 1, max_size=6, unique=of_rds))
    store = st.fixed_dictionaries({"kind": st.sampled_from(["SecretStore", "ClusterSecretStore"]), "name": labels})
    secrets = st.fixed_dictionaries({"kind": st.just("external-secrets"), "store": store})
    return {
        "region": region,
        "account": account,
        "cluster": draw(st.sampled_from(["production", "a_B-1", "x" * 100])),
        "vpc": draw(st.sampled_from(["vpc-0123456789abcdef0", "vpc-01234567"])),
        "subnets": [
            {"id": f"subnet-0123456789abcde{number:02x}", "zone": f"{region}{zone}"}
            for number, zone in enumerate(zones)
        ],
        "podSecurityGroup": "sg-0123456789abcdef0",
        "identity": draw(st.sampled_from([{"kind": "pod-identity"}, {"kind": "irsa", "provider": provider}])),
        **({"secrets": draw(secrets)} if of_rds else draw(some(secrets=secrets))),
        **draw(
            some(
                encryption=st.sampled_from([{"kind": "created"}, {"kind": "existing", "key": key}]),
                permissionsBoundary=st.just(boundary),
                tags=_tags,
            )
        ),
    }


def alarms(account: dict[str, Any], *, is_watched: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Who is told of what is stored in that account; nobody where nothing there is watched."""
    topic = f"arn:{REGIONS[account['region']]}:sns:{account['region']}:999999999999:on_Call-1"
    told = [
        {"kind": "topic", "topic": topic},
        {"kind": "emails", "emails": ["a@example.com", "a.b+c@example.com"]},
    ]
    return st.sampled_from([{"kind": "none"}, *(told if is_watched else [])])


@st.composite
def backups(draw: st.DrawFn, account: dict[str, Any], *, of_rds: bool) -> dict[str, Any]:
    """Copies of what is stored in that account: kept as long as a lock lets them, and copied to another region; apart
    from the maintenance of any database that is drawn."""
    least, days, most = sorted(draw(st.tuples(*[st.integers(1, 36500)] * 3)))
    there = {"us-gov-west-1": "us-gov-east-1", "cn-north-1": "cn-northwest-1"}.get(account["region"], "eu-west-1")
    vault = f"arn:{REGIONS[account['region']]}:backup:{there}:{account['account']}:backup-vault:{'x' * 50}"
    lock = st.fixed_dictionaries(
        {"minDays": st.just(least), "maxDays": st.just(most)}, optional={"finalAfterDays": st.integers(3, 36500)}
    )
    copy = st.fixed_dictionaries({"vault": st.just(vault), "days": st.integers(1, 36500)})
    start = {"start": draw(st.sampled_from(["00:00", "23:59"]))} if of_rds else draw(some(start=_times))
    return {**draw(some(lock=lock, copyTo=copy)), **start, "days": days}


@st.composite
def domains(draw: st.DrawFn, account: dict[str, Any], installation: str, size: str) -> dict[str, Any]:
    """A domain of Amazon OpenSearch Service in that account: development types only where nothing else is asked for,
    volumes that the type can have, and as many nodes in every zone."""
    zones = draw(st.sampled_from(range(1, min(3, len({each["zone"] for each in account["subnets"]})) + 1)))
    masters = draw(st.sampled_from([0, 3, 5]))
    types = [*_LARGEST] if masters or size == "production" else [*_LARGEST, "t3.small.search"]
    node = draw(st.sampled_from(types))
    gib = draw(st.sampled_from([10, 100, _LARGEST.get(node, 100)]))
    least = max(3000, 3 * gib)
    iops = draw(st.integers(least, max(least, min(16000, 500 * gib))))
    short = len(f"temporal-{installation}") <= 28
    named = st.fixed_dictionaries({} if short else {"domain": _domains}, optional={"domain": _domains} if short else {})
    return {
        "kind": "opensearch-domain",
        "dataNodes": zones * draw(st.integers(1, (80 if masters else 10) // zones)),
        "zones": zones,
        "masters": masters,
        "dataNodeType": node,
        "storage": f"{gib}Gi",
        **draw(named),
        **draw(
            some(
                version=st.sampled_from(["OpenSearch_2.11", "OpenSearch_3.5"]),
                masterType=st.sampled_from([*_LARGEST]),
                iops=st.just(iops),
                throughput=st.integers(125, min(1000, least // 4)),
                logDays=st.sampled_from([1, 3653]),
                offPeakStart=_times,
            )
        ),
    }


@st.composite
def buckets(draw: st.DrawFn, always: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """An archive's bucket in that account, with `always`, what archives of every kind may say."""
    said = draw(
        st.fixed_dictionaries(
            {"kind": st.just("s3-bucket"), "bucket": st.sampled_from(["abc", "a-9", "x" * 58])},
            optional={
                **always,
                "noncurrentDays": st.integers(1, 36500),
                "objectLock": st.fixed_dictionaries(
                    {"mode": st.sampled_from(["GOVERNANCE", "COMPLIANCE"]), "days": st.integers(1, 36500)}
                ),
            },
        )
    )
    classes = _CLASSES if said.get("reads") is False else _CLASSES[:3]
    chosen = draw(st.lists(st.sampled_from(classes), unique=True))
    days = draw(st.integers(30, 60))
    said["transitions"] = [
        {"days": days + 30 * step, "storageClass": name} for step, name in enumerate(sorted(chosen, key=_CLASSES.index))
    ]
    return said
