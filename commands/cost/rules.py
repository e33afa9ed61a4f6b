"""From the AWS resources of a stack to what is billed of them. Nothing is asked for here, and no price is known."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final

from commands.cost import aurora, rds, search, usage, various
from commands.cost.billing import Charge, Context, NotPriced, Resource
from commands.cost.prices import read

Rule = Callable[[Resource, Context], Iterator[Charge | NotPriced]]

RULES: Final[Mapping[str, Rule]] = {
    rds.INSTANCE: rds.instance,
    aurora.CLUSTER: aurora.cluster,
    "aws:rds/clusterInstance:ClusterInstance": aurora.instance,
    "aws:opensearch/domain:Domain": search.domain,
    "aws:secretsmanager/secret:Secret": various.secret,
    "aws:ssm/parameter:Parameter": various.parameter,
    "aws:ec2/vpcEndpoint:VpcEndpoint": various.vpc_endpoint,
}
"""Types whose inputs decide; the others stand in `data/types.toml`."""
COUNTED_TOGETHER: Final = (*usage.COUNTED_HERE, various.ALARM)
"""Types that are counted once for the stack."""


@cache
def types() -> Mapping[str, Any]:
    """What a type alone tells: packages and types that cost nothing, one price each, billed by use."""
    return read("types")


def billed(context: Context) -> Iterator[Charge | NotPriced]:
    """Every charge of the stack's resources, in their order, then alarms, and what is billed by use."""
    for resource in context.resources:
        yield from _of(resource, context)
    yield from various.alarms(context)
    yield from usage.usage(context)


def _of(resource: Resource, context: Context) -> Iterator[Charge | NotPriced]:
    known, type_ = types(), resource.type
    if type_ in RULES:
        yield from RULES[type_](resource, context)
    elif type_ in known["each"]:
        each = known["each"][type_]
        yield Charge(resource.name, each["item"], Decimal(1), "month", each["price"])
    elif type_ in known["by-use"]:
        yield NotPriced(resource.name, type_, f"billed by use: {known['by-use'][type_]}")
    elif not (type_ in known["free"] or type_ in COUNTED_TOGETHER or type_.partition(":")[0] in known["packages"]):
        yield NotPriced(resource.name, type_, "nobody wrote down yet how this type is billed")
