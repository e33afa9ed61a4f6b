"""Resource types whose few inputs decide how often one price is paid."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from commands.cost.billing import Charge, Context, NotPriced, Resource, hours, several

ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
_STANDARD_SECONDS: Final = 60


def secret(resource: Resource, _context: Context) -> Iterator[Charge | NotPriced]:
    """A secret; each replica in another region is one more."""
    copies = 1 + len(resource.inputs.get("replicas", ()))
    item = "secret" if copies == 1 else f"secret and {copies - 1} of its replicas"
    yield _monthly(resource, item, copies, "secretsmanager/secret")


def alarms(context: Context) -> Iterator[Charge]:
    """All of a stack in a line for each price: there are many. An alarm is billed by the metrics it looks at."""
    found = [each for each in context.resources if each.type == ALARM]
    fast = [each for each in found if _is_fast(each)]
    for words, price, some in (
        ("metrics of alarms", "cloudwatch/alarm", [each for each in found if each not in fast]),
        ("metrics of alarms of high resolution", "cloudwatch/alarm-high-resolution", fast),
    ):
        if some:
            count = sum(len(_metrics(each)) for each in some)
            yield Charge(several([each.name for each in some]), words, Decimal(count), "month", price)


def _is_fast(alarm: Resource) -> bool:
    return any(metric.get("period", _STANDARD_SECONDS) < _STANDARD_SECONDS for metric in _metrics(alarm))


def _metrics(alarm: Resource) -> Sequence[Mapping[str, Any]]:
    queries = alarm.inputs.get("metricQueries", ())
    return [query["metric"] for query in queries if query.get("metric")] or [alarm.inputs]


def vpc_endpoint(resource: Resource, _context: Context) -> Iterator[Charge | NotPriced]:
    """An interface endpoint is billed in each zone, and by what goes through it; those of gateways are free."""
    if resource.inputs.get("vpcEndpointType", "Gateway") != "Gateway":
        zones = len(resource.inputs.get("subnetIds", ())) or 1
        yield hours(resource, f"endpoint in {zones} zone{'' if zones == 1 else 's'}", zones, "vpc/endpoint")
        yield NotPriced(resource.name, resource.type, "billed by use: gigabytes through it")


def parameter(resource: Resource, _context: Context) -> Iterator[Charge | NotPriced]:
    """Advanced parameters cost something, standard ones nothing."""
    if resource.inputs.get("tier") == "Advanced":
        yield _monthly(resource, "advanced parameter", 1, "ssm/advanced-parameter")


def _monthly(resource: Resource, item: str, count: int, price: str) -> Charge:
    return Charge(resource.name, item, Decimal(count), "month", price)
