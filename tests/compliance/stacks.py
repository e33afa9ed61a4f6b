"""The stacks that are looked at: the two for AWS, production with what else a stack file may say, and one of Temporal
Cloud with a private link."""

import copy
from collections.abc import Mapping
from typing import Any, Final

import yaml

from tests.program.recording import stack_file
from tests.program.stacks import changed, cloud_linked

ACCOUNT: Final = "123456789012"
KEY: Final = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
COPY_REGION: Final = "us-west-2"
COPY: Final = "temporal-archive-copy"
_COPY_KEY: Final = f"arn:aws:kms:{COPY_REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_ISSUER: Final = "oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"

_VARIANTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "multi-az-cluster": {
        "database": {
            "kind": "rds",
            "deployment": "multi-az-cluster",
            "class": "db.r8gd.large",
            "storage": {"kind": "gp3", "size": "100Gi"},
        },
    },
    "aurora": {"database": {"kind": "aurora", "capacity": {"kind": "provisioned", "class": "db.r8g.large"}}},
    "aurora-serverless": {
        "database": {"kind": "aurora", "capacity": {"kind": "serverless", "minimum": 2, "maximum": 32}},
    },
    "given": {
        "aws__encryption": {"kind": "existing", "key": KEY},
        "aws__identity": {"kind": "irsa", "provider": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{_ISSUER}"},
        "database__storage": {"kind": "io2", "size": "500Gi", "maximum": "1000Gi", "iops": 6000},
        "database__readReplicas": [{"name": "reports"}],
        "archival__objectLock": {"mode": "GOVERNANCE", "days": 30},
        "monitoring": {
            "kind": "amazon",
            "notifications": {"routes": [{"kind": "sns", "emails": ["ops@example.com"]}]},
        },
        "archival__replication": {"bucket": f"arn:aws:s3:::{COPY}", "kmsKey": _COPY_KEY},
    },
}
NAMES: Final = ("production", "staging", *_VARIANTS, "cloud")


def config(name: str) -> dict[str, Any]:
    """The config of a stack."""
    if name == "cloud":
        return cloud_linked(aws=_without_stores(stack_file("production")["temporal:aws"]))
    if name not in _VARIANTS:
        return stack_file(name)
    return changed(stack_file("production"), **copy.deepcopy(dict(_VARIANTS[name])))


def _without_stores(aws: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in aws.items() if key not in ("alarms", "backup")}


def text(name: str) -> str:
    """Its stack file."""
    return yaml.safe_dump({"config": config(name)}, sort_keys=False)
