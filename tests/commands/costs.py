"""Resource lists as a program would register them, and what is made of them, for the tests of `make cost`."""

from collections.abc import Sequence
from typing import Any

from commands.cost.billing import Charge, Context, NotPriced, Resource
from commands.cost.deployed import Deployed
from commands.cost.estimate import Estimate, estimate
from commands.cost.rules import billed
from settings.cost import Cost

LOAD_BALANCER: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "frontend"},
    "spec": {"type": "LoadBalancer"},
}
TYPES = {
    "alarm": "aws:cloudwatch/metricAlarm:MetricAlarm",
    "bucket": "aws:s3/bucket:Bucket",
    "cluster": "aws:rds/cluster:Cluster",
    "cluster instance": "aws:rds/clusterInstance:ClusterInstance",
    "domain": "aws:opensearch/domain:Domain",
    "endpoint": "aws:ec2/vpcEndpoint:VpcEndpoint",
    "instance": "aws:rds/instance:Instance",
    "key": "aws:kms/key:Key",
    "log group": "aws:cloudwatch/logGroup:LogGroup",
    "parameter": "aws:ssm/parameter:Parameter",
    "plan": "aws:backup/plan:Plan",
    "replication": "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    "secret": "aws:secretsmanager/secret:Secret",
    "selection": "aws:backup/selection:Selection",
    "topic": "aws:sns/topic:Topic",
    "vault": "aws:backup/vault:Vault",
}


def resource(kind: str, name: str = "it", **inputs: Any) -> Resource:
    """A resource of one of `TYPES`; inputs have the names of pulumi-aws."""
    return Resource(TYPES[kind], name, inputs)


def said(**words: Any) -> Cost:
    """`temporal:cost` of a stack file."""
    return Cost.model_validate(words)


def charges(*resources: Resource, cost: Cost | None = None) -> list[tuple[str, str, float, str]]:
    """What is billed: cause, price, quantity, unit."""
    found = billed(Context(resources, cost or Cost()))
    return [(each.resource, each.price, float(each.quantity), each.unit) for each in found if isinstance(each, Charge)]


def not_priced(*resources: Resource) -> list[tuple[str, str]]:
    """What is left out, and why."""
    found = billed(Context(resources, Cost()))
    return [(each.resource, each.reason) for each in found if isinstance(each, NotPriced)]


def of(resources: Sequence[Resource], objects: Sequence[dict[str, Any]] = (), *, cost: Cost | None = None) -> Estimate:
    """The estimate of a stack of these."""
    found = Deployed(resources, objects, frozenset({"us-east-1"}))
    return estimate("tried", found, cost or Cost(), names_aws=False)
