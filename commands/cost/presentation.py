"""An estimate as text or JSON. Amounts are rounded to cents where they are shown, never before they are summed."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from commands.cost import cloud, prices
from commands.cost.billing import HOURS, NotPriced, decimal
from commands.cost.estimate import Estimate, Offer, Section
from commands.cost.prices import Line, Price, read

_CENT: Final = Decimal("0.01")
_NOTHING: Final = "—"


def text(found: Estimate) -> str:
    """For a terminal: what is paid, what Temporal Cloud costs, what is assumed and left out, where prices come from."""
    parts = [
        f"Monthly estimate of stack {found.stack}, in USD",
        *(_section(section) for section in found.sections),
        f"{_sum(found.total):>{_WIDTH}}  Total a month" if found.on_aws else _nowhere(),
        _pods(found),
        _offers(found),
        _block("Not priced, though AWS may bill it:", _grouped(found.not_priced)),
        _block("Assumed (temporal:cost):", _assumed(found)),
        _block("In no estimate:", read("notes")["not-counted"] if found.on_aws else ()),
        _block("Prices:", _sources(found)),
    ]
    return "\n\n".join(filter(None, parts))


def as_json(found: Estimate) -> str:
    """The same for programs; sums in USD, rounded to cents."""
    cpu, memory = found.requested
    offers = cloud.table()
    document = {
        "stack": found.stack,
        "currency": "USD",
        "hoursPerMonth": int(HOURS),
        "onAws": found.on_aws,
        "total": _cents(found.total),
        "sections": [
            {"title": section.title, "sum": _cents(section.sum), "lines": [_line(line) for line in section.lines]}
            for section in found.sections
        ],
        "pods": {
            "count": sum(each.count for each in found.workloads),
            "mostByAutoscaling": sum(each.most for each in found.workloads),
            "cpu": float(cpu),
            "memoryGibibytes": float(memory),
        },
        "temporalCloud": {
            "actionsPerMonth": found.actions,
            "plans": [
                {
                    "name": offer.plan,
                    "monthly": None if offer.monthly is None else _cents(offer.monthly),
                    "breakEvenActions": offer.break_even,
                }
                for offer in found.offers
            ],
            "source": offers.source,
            "date": offers.date.isoformat(),
        },
        "notPriced": [
            {"resource": each.resource, "type": each.type, "reason": each.reason} for each in found.not_priced
        ],
        "assumptions": {each.key: {"value": each.value, "stated": each.stated} for each in found.assumptions},
        "notCounted": read("notes")["not-counted"],
        "prices": {
            "region": _region(),
            "otherRegionsOfTheStack": sorted(found.elsewhere),
            "used": [_price(price) for price in _used(found)],
        },
    }
    return json.dumps(document, indent=2)


RENDERERS: Final[Mapping[str, Callable[[Estimate], str]]] = {"text": text, "json": as_json}
_WIDTH: Final = 12


def _section(section: Section) -> str:
    rows = [
        (
            f"{_sum(line.monthly)}",
            f"{line.charge.resource}: {line.charge.item}",
            f"{_number(line.charge.quantity)} {line.price.unit} x {_number(line.price.value)} {_name(line.price)}",
        )
        for line in section.lines
    ]
    widest = max(len(row[1]) for row in rows)
    lines = [f"{monthly:>{_WIDTH}}  {item:<{widest}}  {how}" for monthly, item, how in rows]
    return "\n".join([section.title, *lines, f"{_sum(section.sum):>{_WIDTH}}  together"])


def _nowhere() -> str:
    return (
        f"{_sum(Decimal(0)):>{_WIDTH}}  AWS bills nothing: the stack makes nothing there and names no region.\n"
        f"{'':>{_WIDTH}}  Its cluster costs what it costs; with a key in temporal:cost.cluster it is counted as EKS."
    )


def _pods(found: Estimate) -> str:
    cpu, memory = found.requested
    count, most = sum(each.count for each in found.workloads), sum(each.most for each in found.workloads)
    scaled = f" (autoscaling may make them {most}; counted is the least)" if most > count else ""
    return f"Its {count} pods request {_number(cpu)} CPU and {_number(memory.quantize(_CENT))} GiB of memory{scaled}."


def _offers(found: Estimate) -> str:
    if not found.total:
        title = "Temporal Cloud (no break-even: the sum of the stack is 0)"
        lines = [_at(found, offer) for offer in found.offers]
    else:
        title = f"Temporal Cloud beside these {_sum(found.total)} a month"
        lines = [line for offer in found.offers for line in (_break_even(offer), _at(found, offer))]
    hint = "" if found.actions else "  For its price at your number of actions: temporal:cost.actionsPerMonth"
    return "\n".join(filter(None, [title, *lines, hint]))


def _break_even(offer: Offer) -> str:
    if offer.break_even is None:
        return f"  {offer.plan}: costs less at every number of actions that has a public price"
    if offer.break_even == 0:
        return f"  {offer.plan}: costs more at any number of actions"
    return f"  {offer.plan}: costs less with fewer than {offer.break_even:,} actions a month"


def _at(found: Estimate, offer: Offer) -> str:
    if found.actions is None:
        return ""
    cost = "by contract alone" if offer.monthly is None else _sum(offer.monthly)
    return f"  {offer.plan}: {cost} at {found.actions:,} actions a month"


def _grouped(found: Iterable[NotPriced]) -> Iterator[str]:
    groups: dict[tuple[str, str], list[str]] = {}
    for each in found:
        groups.setdefault((each.type, each.reason), []).append(each.resource)
    for (type_, reason), names in groups.items():
        yield f"{', '.join(names)} ({type_}): {reason}"


def _assumed(found: Estimate) -> Iterator[str]:
    for each in found.assumptions:
        if each.value is not None and (found.on_aws or each.stated):
            value = each.value if isinstance(each.value, str) else _number(decimal(each.value))
            yield f"{each.key} {value}{' (stated)' if each.stated else ''}"


def _sources(found: Estimate) -> Iterator[str]:
    used = _used(found)
    if used:
        stated = sum(price.date is None for price in used)
        yield f"{_region()}, on demand, {HOURS} hours a month; {stated} of {len(used)} are stated by the stack"
    if found.on_aws and (found.elsewhere or not found.regions):
        place = f"is in {', '.join(sorted(found.elsewhere))}" if found.regions else "says no region"
        yield f"the stack {place}: these prices are {_region()}'s unless temporal:cost.prices states them"
    dated = {(price.date, price.source) for price in used if price.date}
    yield from (f"{day}: {source}" for day, source in sorted(dated))
    offers = cloud.table()
    yield f"{offers.date}: Temporal Cloud, {offers.source}"


def _block(title: str, lines: Iterable[str]) -> str:
    found = [*lines]
    return "\n".join([title, *(f"  {line}" for line in found)]) if found else ""


def _line(line: Line) -> dict[str, Any]:
    charge, price = line.charge, line.price
    return {
        "resource": charge.resource,
        "item": charge.item,
        "quantity": float(charge.quantity),
        "unit": price.unit,
        "unitPrice": float(price.value),
        "price": price.name,
        "monthly": _cents(line.monthly),
    }


def _price(price: Price) -> dict[str, Any]:
    return {
        "name": price.name,
        "value": float(price.value),
        "unit": price.unit,
        "region": price.region or None,
        "source": price.source,
        "date": price.date.isoformat() if price.date else None,
    }


def _used(found: Estimate) -> Sequence[Price]:
    return [*dict.fromkeys(line.price for line in found.lines)]


def _region() -> str:
    return next(iter(prices.table().values())).region


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _cents(amount: Decimal) -> float:
    return float(_rounded(amount))


def _sum(amount: Decimal) -> str:
    return f"{_rounded(amount):,}"


def _number(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"


def _name(price: Price) -> str:
    return f"({price.name}{', stated' if price.date is None else ''})"
