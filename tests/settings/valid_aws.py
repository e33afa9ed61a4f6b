"""Strategies for an AWS account, and for what is made in it."""

from typing import Any

from hypothesis import strategies as st

from tests.settings.valid_pods import some

REGIONS = {"eu-central-1": "aws", "us-gov-west-1": "aws-us-gov", "cn-north-1": "aws-cn", "ap-southeast-4": "aws"}
_keys = st.sampled_from(["1234abcd-12ab-34cd-56ef-1234567890ab", f"mrk-{'0' * 32}"])
_tags = st.dictionaries(st.sampled_from(["team", "cost:center", "a b"]), st.sampled_from(["", "4711", "a/b@c"]))
_CLASSES = ("STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")


@st.composite
def accounts(draw: st.DrawFn) -> dict[str, Any]:
    """`temporal:aws`, in any partition."""
    region, account = draw(st.sampled_from([*REGIONS])), draw(st.sampled_from(["123456789012", "000000000001"]))
    partition, suffix = REGIONS[region], "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    issuer = draw(st.sampled_from([f"oidc.eks.{region}.{suffix}", f"oidc-eks.{region}.api.aws"]))
    provider = f"arn:{partition}:iam::{account}:oidc-provider/{issuer}/id/{'0123456789ABCDEF' * 2}"
    key = f"arn:{partition}:kms:{region}:{draw(st.sampled_from([account, '999999999999']))}:key/{draw(_keys)}"
    zones = draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6))
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
        **draw(some(encryption=st.sampled_from([{"kind": "created"}, {"kind": "existing", "key": key}]), tags=_tags)),
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
