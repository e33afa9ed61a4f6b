"""Resource types whose few inputs decide how often one price is paid."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from commands.cost.billing import Charge, Context, NotPriced, Resource, hours

_STANDARD_SECONDS: Final = 60


def secret(resource: Resource, _context: Context) -> Iterator[Charge | NotPriced]:
    """A secret; each replica in another region is one more."""
    copies = 1 + len(resource.inputs.get("replicas", ()))
    item = "secret" if copies == 1 else f"secret and {copies - 1} of its replicas"
    yield _monthly(resource, item, copies, "secretsmanager/secret")


def alarm(resource: Resource, _context: Context) -> Iterator[Charge | NotPriced]:
    """An alarm is billed by the metrics it looks at."""
    queries = resource.inputs.get("metricQueries", ())
    metrics = [query["metric"] for query in queries if query.get("metric")] or [resource.inputs]
    if any(metric.get("period", _STANDARD_SECONDS) < _STANDARD_SECONDS for metric in metrics):
        yield _monthly(resource, "alarm of high resolution", len(metrics), "cloudwatch/alarm-high-resolution")
    else:
        yield _monthly(resource, "alarm", len(metrics), "cloudwatch/alarm")


def vpc_endpoint(resource: Resource, _context: Context) -> Iterator[Charge | NotPriced]:
    """An interface endpoint is billed in each zone; those of gateways are free."""
    if resource.inputs.get("vpcEndpointType", "Gateway") != "Gateway":
        zones = len(resource.inputs.get("subnetIds", ())) or 1
        yield hours(resource, f"endpoint in {zones} zone{'' if zones == 1 else 's'}", zones, "vpc/endpoint")


def parameter(resource: Resource, _context: Context) -> Iterator[Charge | NotPriced]:
    """Advanced parameters cost something, standard ones nothing."""
    if resource.inputs.get("tier") == "Advanced":
        yield _monthly(resource, "advanced parameter", 1, "ssm/advanced-parameter")


def _monthly(resource: Resource, item: str, count: int, price: str) -> Charge:
    return Charge(resource.name, item, Decimal(count), "month", price)
