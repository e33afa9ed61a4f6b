"""Changes of what is on AWS besides databases."""

from collections.abc import Iterator

from tests.program import stacks
from tests.program.effects.example import Example
from tests.program.effects.pods import ARCHIVERS


def of_aws() -> Iterator[Example]:
    other_key = stacks.KEY.replace("1234abcd", "4321abcd")
    # Another place takes its zones, its issuer and its key with it.
    zones = [{**subnet, "zone": subnet["zone"].replace("central", "west")} for subnet in stacks.AWS["subnets"]]
    yield Example("aws", {"aws/region": "eu-west-1", "aws/subnets": zones, "archival/replication/kmsKey": stacks.KEY})
    yield Example("aws", {"aws/account": "210987654321"})
    yield Example("aws", {"aws/cluster": "other"}, ARCHIVERS)
    yield Example("aws", {"aws/vpc": "vpc-00000000"})
    yield Example("aws", {"aws/subnets/0/id": "subnet-00000000"})
    yield Example("aws", {"aws/subnets/0/zone": "eu-central-1f"})
    yield Example("aws", {"aws/podSecurityGroup": "sg-00000000"})
    yield Example("aws", {"aws/identity": dict(stacks.IRSA)}, ARCHIVERS)
    yield Example("aws irsa", {"aws/identity": {"kind": "pod-identity"}}, ARCHIVERS)
    yield Example("aws irsa", {"aws/identity/provider": stacks.IRSA["provider"].replace("/0123", "/FEDC")})
    yield Example("aws", {"aws/encryption": {"kind": "existing", "key": stacks.KEY}})
    yield Example("aws", {"aws/permissionsBoundary": f"arn:aws:iam::{stacks.ACCOUNT}:policy/bounds"})
    yield Example("aws key", {"aws/encryption": {"kind": "created"}})
    yield Example("aws key", {"aws/encryption/key": other_key})
    yield Example("aws", {"aws/tags/cost-center": "4712"})
    yield Example(
        "aws", {"archival": {"kind": "s3", "bucket": "orders-archive", "prefix": "a", "region": "eu-central-1"}}
    )
    for path, value in {
        "bucket": "other",
        "prefix": "other",
        "transitions/0/days": 31,
        "transitions/0/storageClass": "GLACIER_IR",
        "noncurrentDays": 91,
        "objectLock/mode": "COMPLIANCE",
        "objectLock/days": 31,
        "replication/bucket": "arn:aws:s3:::other",
        "replication/kmsKey": stacks.COPY["kmsKey"].replace("1234abcd", "4321abcd"),
    }.items():
        yield Example("aws", {f"archival/{path}": value})
    yield Example("aws s3", {"archival/kmsKey": stacks.KEY})


def of_care() -> Iterator[Example]:
    """What watches and copies the stores."""
    yield Example("cared for", {"aws/alarms/topic": f"arn:aws:sns:eu-central-1:{stacks.ACCOUNT}:other"})
    yield Example("cared for", {"aws/alarms": {"kind": "emails", "emails": ["a@example.com"]}})
    yield Example("mailed", {"aws/alarms/emails": ["b@example.com", "c@example.com"]})
    yield Example("mailed", {"aws/alarms": {"kind": "none"}})
    yield Example("not told", {"aws/alarms": {"kind": "emails", "emails": ["a@example.com"]}})
    for path, value in {
        "days": 36,
        "start": "01:30",
        "lock/minDays": 8,
        "lock/maxDays": 366,
        "lock/finalAfterDays": 3,
        "copyTo/vault": f"arn:aws:backup:eu-west-1:{stacks.ACCOUNT}:backup-vault:other",
        "copyTo/days": 8,
    }.items():
        yield Example("cared for", {f"aws/backup/{path}": value})
