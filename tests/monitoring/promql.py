"""Holds a PromQL expression against the metrics that there are.

Prometheus answers a query for a metric, label or bucket that does not exist with nothing, and an alert on nothing never
fires. `findings` says what is wrong with an expression, `labels` which labels its result may have.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from functools import singledispatchmethod

import promql_parser as ast

from tests.monitoring.metrics import SUFFIXES, Metric, metrics, series

RULES = '="legal-ai"'
"""How rules name the installation, rendered for the stack of this name."""
PANELS = '=~"$installation"'
"""How panels name it: by the dashboard's variable."""
VALUES: Mapping[str, frozenset[str]] = {
    "job": frozenset(
        {
            "temporal-frontend",
            "temporal-internal-frontend",
            "temporal-history",
            "temporal-matching",
            "temporal-worker",
            "temporal-postgres",
            "temporal-opensearch",
            "temporal-workloads",
            "temporal-cloud",
            "temporal-prometheus",
            "temporal-alertmanager",
            "temporal-grafana",
        }
    ),
    "service_name": frozenset({"frontend", "internal-frontend", "history", "matching", "worker", "server"}),
    "outcome": frozenset({"success", "failed", "timeout", "terminate", "cancel", "continued_as_new"}),
    "slo": frozenset({"temporal-frontend-availability", "temporal-frontend-latency"}),
}
"""The only values of labels that the program itself chooses, or the server."""
_CHOSEN_IN = {"service_name": "server", "outcome": "recorded", "slo": "recorded"}
"""The family whose label it is; another family may mean something else by it."""

_OF_COUNTERS = frozenset({"rate", "irate", "increase", "resets"})
_RANGES = re.compile(r"\[\$__(?:rate_interval|interval|range)\]")
_VARIABLE = re.compile(r"\$\{?\w+")
_WORDS = re.compile(r"\w+(?:\|\w+)*")
_MATCH = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}
_FILTERS = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
_SETS = frozenset({"and", "unless", "or"})

Labels = frozenset[str]


def findings(expression: str, here: str = RULES) -> list[str]:
    """What is wrong with the expression, one sentence each; empty when nothing is.

    `here` is the rest of the matcher that has to restrict every selector to one installation, RULES or PANELS.
    """
    return _Walk(here).of(expression)[1]


def labels(expression: str) -> frozenset[str]:
    """The labels that the result may have, `__name__` left out: what a template may use. ValueError if it does not
    parse."""
    found, wrong = _Walk(RULES).of(expression)
    if found is None:
        raise ValueError(wrong[0])
    return found


def names(expression: str) -> frozenset[str]:
    """The names of the metrics that the expression asks for, as their sources give them; those that there are."""
    found: set[str] = set()

    def visit(part: ast.Expr) -> None:
        selector = part.vector_selector if isinstance(part, ast.MatrixSelector) else part
        if isinstance(selector, ast.VectorSelector):
            asked = [selector.name or "", *(one.value for one in selector.matchers.matchers if one.name == "__name__")]
            known = [series(name) for name in itertools.chain.from_iterable(name.split("|") for name in asked)]
            found.update(metric.name for metric in known if metric is not None)

    ast.walk(ast.parse(_RANGES.sub("[5m]", expression)), pre_visit=visit)
    return frozenset(found)


class _Walk:
    """One walk over one expression. Each method gives the labels that the result of its part may have."""

    def __init__(self, here: str) -> None:
        self._here = here
        self._found: list[str] = []

    def of(self, expression: str) -> tuple[Labels | None, list[str]]:
        """The labels, None if the expression does not parse, and the findings."""
        try:
            tree = ast.parse(_RANGES.sub("[5m]", expression))
        except ValueError as error:
            return None, [f"it does not parse: {error}"]
        return self._labels(tree), list(dict.fromkeys(self._found))

    @singledispatchmethod
    def _labels(self, part: ast.Expr) -> Labels:
        raise NotImplementedError(type(part).__name__)

    @_labels.register
    def _(self, _part: ast.NumberLiteral | ast.StringLiteral) -> Labels:
        return frozenset()

    @_labels.register
    def _(self, part: ast.ParenExpr | ast.UnaryExpr | ast.SubqueryExpr) -> Labels:
        return self._labels(part.expr)

    @_labels.register
    def _(self, part: ast.MatrixSelector) -> Labels:
        return self._labels(part.vector_selector)

    @_labels.register
    def _(self, part: ast.VectorSelector) -> Labels:
        matchers = list(part.matchers.matchers)
        if part.matchers.or_matchers:
            self._say(f"{part}: alternatives of matchers cannot be checked.")
            return frozenset()
        names = [part.name] if part.name else list(self._names(part, matchers))
        told = [self._selected(name, [found for found in matchers if found.name != "__name__"]) for name in names]
        return frozenset(itertools.chain.from_iterable(told))

    def _names(self, part: ast.VectorSelector, matchers: list[ast.Matcher]) -> Iterator[str]:
        """The names that a selector without one asks for by `__name__`: only words, so that each can be looked up."""
        for matcher in matchers:
            if matcher.name == "__name__" and _op(matcher) in ("=", "=~") and _WORDS.fullmatch(matcher.value):
                yield from matcher.value.split("|")
                return
        self._say(f"{part}: it names no metric; __name__ takes whole names, such as a|b.")

    def _selected(self, name: str, matchers: list[ast.Matcher]) -> Labels:
        metric = series(name)
        if metric is None:
            self._say(_missing(name))
            return frozenset()
        if not metric.emitted:
            self._say(f"{name}: the server defines it and never emits it.")
        known = metric.labels | ({"le"} if metric.kind == "histogram" and name.endswith("_bucket") else set())
        for matcher in matchers:
            if matcher.name not in known:
                self._say(f"{name}: it has no label {matcher.name}; it has {', '.join(sorted(known))}.")
            elif matcher.name == "le":
                self._bucket(name, metric, matcher)
            else:
                self._value(name, metric, matcher)
        if not any(f'{_op(found)}"{found.value}"' == self._here and found.name in metric.scope for found in matchers):
            self._say(f"{name}: it is not restricted to the installation by {' or '.join(metric.scope)}{self._here}.")
        return known

    def _bucket(self, name: str, metric: Metric, matcher: ast.Matcher) -> None:
        """Prometheus 3 writes `le="1"` as `le="1.0"`, older ones do not."""
        values = matcher.value.split("|")
        for value in values:
            if value == "+Inf" or _VARIABLE.search(value):
                continue
            try:
                end = float(value)
            except ValueError:
                self._say(f'{name}: le{_op(matcher)}"{matcher.value}" is no list of numbers.')
                return
            if metric.boundaries and end not in metric.boundaries:
                self._say(f"{name}: no bucket ends at {value}.")
            elif end.is_integer() and not {str(int(end)), str(end)} <= set(values):
                self._say(f'{name}: write le=~"{int(end)}|{end}" for this bucket; its spelling depends on Prometheus.')

    def _value(self, name: str, metric: Metric, matcher: ast.Matcher) -> None:
        allowed = VALUES.get(matcher.name)
        foreign = _CHOSEN_IN.get(matcher.name, metric.family) != metric.family
        if allowed is None or foreign or _VARIABLE.search(matcher.value):
            return
        if _op(matcher) in ("=", "!="):
            met = matcher.value in allowed
        else:
            met = all(
                any(re.fullmatch(alternative, value) for value in allowed)
                for alternative in _alternatives(matcher.value)
            )
        if not met:
            self._say(f'{name}: {matcher.name}{_op(matcher)}"{matcher.value}" meets no value that there is.')

    @_labels.register
    def _(self, part: ast.AggregateExpr) -> Labels:
        inner = self._labels(part.expr)
        operation = str(part.op)
        if isinstance(part.param, ast.Expr):
            self._labels(part.param)
        added = {part.param.val} if operation == "count_values" and isinstance(part.param, ast.StringLiteral) else set()
        if part.modifier is None:
            return inner if operation in _FILTERS else frozenset(added)
        self._lacking(part.modifier.labels, inner, operation)
        if operation in _FILTERS:
            return inner
        if part.modifier.type == ast.AggModifierType.By:
            return frozenset(part.modifier.labels) | added
        return (inner - frozenset(part.modifier.labels)) | added

    @_labels.register
    def _(self, part: ast.Call) -> Labels:
        function = part.func.name
        told = [self._labels(argument) for argument in part.args]
        inner = frozenset(itertools.chain.from_iterable(told))
        if function == "histogram_quantile":
            if "le" not in inner:
                self._say("histogram_quantile: its argument has no label le.")
            return inner - {"le"}
        if function in _OF_COUNTERS:
            self._of_counters(function, part.args[0])
        if function in ("absent", "absent_over_time"):
            return _equal(part.args[0])
        if function in ("scalar", "vector", "time"):
            return frozenset()
        if function in ("label_replace", "label_join"):
            target = part.args[1]
            return inner | ({target.val} if isinstance(target, ast.StringLiteral) else set())
        return inner

    def _of_counters(self, function: str, argument: ast.Expr) -> None:
        name = argument.vector_selector.name if isinstance(argument, ast.MatrixSelector) else None
        metric = series(name) if name else None
        if metric is not None and metric.kind == "gauge":
            self._say(f"{name}: it is a gauge, which {function}() makes no sense of.")

    @_labels.register
    def _(self, part: ast.BinaryExpr) -> Labels:
        left, right = self._labels(part.lhs), self._labels(part.rhs)
        if _is_scalar(part.lhs) or _is_scalar(part.rhs):
            return left | right
        operation = str(part.op).partition(" ")[0]
        matching = part.modifier.matching if part.modifier else None
        if operation == "or":
            return left | right
        if matching is None:
            if operation not in _SETS and left != right:
                missing = ", ".join(sorted(left ^ right))
                self._say(f"{operation}: only one side has {missing}; without on or ignoring nothing matches.")
            return left
        if matching.type == ast.LabelModifierType.Include:
            self._lacking(matching.labels, left, f"the left side of {operation}")
            self._lacking(matching.labels, right, f"the right side of {operation}")
        if operation in _SETS:
            return left
        return self._joined(part, left, right, frozenset(matching.labels))

    def _joined(self, part: ast.BinaryExpr, left: Labels, right: Labels, named: Labels) -> Labels:
        """Of arithmetic or a comparison between two vectors with on or ignoring."""
        if part.modifier is None or part.modifier.matching is None:
            raise NotImplementedError(part.prettify())
        included = frozenset(part.modifier.group_labels or ())
        for cardinality, kept, one in (
            (ast.VectorMatchCardinality.ManyToOne, left, right),
            (ast.VectorMatchCardinality.OneToMany, right, left),
        ):
            if part.modifier.card == cardinality:
                self._lacking(sorted(included), one, "the side that group_ copies from")
                return kept | included
        return named if part.modifier.matching.type == ast.LabelModifierType.Include else left - named

    def _lacking(self, wanted: list[str], there: Labels, what: str) -> None:
        for label in wanted:
            if label not in there and there:
                self._say(f"{what}: there is no label {label}; there are {', '.join(sorted(there))}.")
            elif label not in there:
                self._say(f"{what}: there is no label {label}, nor any other.")

    def _say(self, finding: str) -> None:
        self._found.append(finding)


def _missing(name: str) -> str:
    metric = metrics().get(name)
    if metric is not None:
        return f"{name}: it is a histogram; its series are {', '.join(name + suffix for suffix in SUFFIXES)}."
    for suffix in (*SUFFIXES, "_total"):
        shorter = metrics().get(name.removesuffix(suffix)) if name.endswith(suffix) else None
        if shorter is not None:
            return f"{name}: there is no such metric; {shorter.name} is a {shorter.kind}."
    return f"{name}: there is no such metric."


def _op(matcher: ast.Matcher) -> str:
    return _MATCH[str(matcher.op).rpartition(".")[2]]


def _is_scalar(part: ast.Expr) -> bool:
    if isinstance(part, ast.ParenExpr | ast.UnaryExpr):
        return _is_scalar(part.expr)
    if isinstance(part, ast.BinaryExpr):
        return _is_scalar(part.lhs) and _is_scalar(part.rhs)
    return isinstance(part, ast.NumberLiteral) or (isinstance(part, ast.Call) and part.func.name in ("scalar", "time"))


def _equal(argument: ast.Expr) -> Labels:
    """The labels that `absent` gives its answer: those which its selector sets to one value."""
    if isinstance(argument, ast.MatrixSelector):
        argument = argument.vector_selector
    if not isinstance(argument, ast.VectorSelector):
        return frozenset()
    return frozenset(
        found.name for found in argument.matchers.matchers if _op(found) == "=" and found.name != "__name__"
    )


def _alternatives(expression: str) -> Iterator[str]:
    """`a-b` and `a-c` for `a-(b|c)`, `a` and `b` for `a|b`: as far as our expressions go."""
    match = re.fullmatch(r"([^()|]*)\(([^()]*)\)([^()|]*)", expression)
    if match is None:
        yield from expression.split("|")
    else:
        yield from (f"{match[1]}{middle}{match[3]}" for middle in match[2].split("|"))
