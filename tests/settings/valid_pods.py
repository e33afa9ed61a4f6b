"""Strategies for what a valid stack file may say of pods: resources, scheduling, environment, how they leave."""

from typing import Any, Final

from hypothesis import strategies as st

from settings.scalars import bytes_of, millicores_of

CPUS: Final = sorted(["1m", "0.01", "50m", "100m", "0.25", "500m", "750m", "1", "1.5", "2", "16"], key=millicores_of)
SIZES: Final = sorted(["64Mi", "100M", "128Mi", "256Mi", "512Mi", "1G", "1Gi", "4Gi", "20Gi", "1Ti"], key=bytes_of)
BELOW_EVERY_LIMIT: Final = "64Mi"
ABOVE_EVERY_REQUEST: Final = "1"

# Words from a few, for a letter drawn at a time is what takes long.
labels = st.sampled_from(["a", "b1", "orders", "true", "null", "x-1-y", "e5", "longest-name-of-thirty-letters"])
label_keys = st.sampled_from(["zone", "A.b_C-d", "example.com/zone", "topology.kubernetes.io/zone", "y"])
label_values = st.sampled_from(["", "true", "5", "1e3", "A.b_C-d", "no"])
_printable = st.characters(exclude_categories=["Cc", "Cn", "Cs"])
texts = st.one_of(
    st.sampled_from(["", "true", "0x1F", "~", " a: b #c ", "2024-01-31"]), st.text(_printable, max_size=3)
)


def some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping with any of these keys."""
    return st.fixed_dictionaries({}, optional=keys)


@st.composite
def resources(draw: st.DrawFn) -> dict[str, dict[str, str]]:
    """Requests and limits that hold whatever the size: each pair in order, each alone beyond every preset."""
    said: dict[str, dict[str, str]] = {"requests": {}, "limits": {}}
    for key, ordered in (("cpu", CPUS), ("memory", SIZES)):
        request, limit = sorted(draw(st.tuples(*[st.integers(0, len(ordered) - 1)] * 2)))
        match draw(st.sampled_from(["none", "request", "limit", "both"])):
            case "request":
                said["requests"][key] = ordered[request] if key == "cpu" else BELOW_EVERY_LIMIT
            case "limit":
                said["limits"][key] = ordered[limit] if key == "memory" else ABOVE_EVERY_REQUEST
            case "both":
                said["requests"][key], said["limits"][key] = ordered[request], ordered[limit]
    with_empty = draw(st.booleans())
    return {key: values for key, values in said.items() if values or with_empty}


tolerations = st.one_of(
    st.fixed_dictionaries(
        {"operator": st.just("Exists")},
        optional={"key": label_keys, "effect": st.sampled_from(["NoSchedule", "PreferNoSchedule"])},
    ),
    st.fixed_dictionaries(
        {"key": label_keys, "effect": st.just("NoExecute")},
        optional={"operator": st.just("Equal"), "value": label_values, "tolerationSeconds": st.integers(0, 86400)},
    ),
)
_requirements = st.one_of(
    st.fixed_dictionaries({"key": label_keys, "operator": st.sampled_from(["Exists", "DoesNotExist"])}),
    st.fixed_dictionaries(
        {
            "key": label_keys,
            "operator": st.sampled_from(["In", "NotIn"]),
            "values": st.lists(label_values, min_size=1, max_size=2),
        }
    ),
)
_of_nodes = st.one_of(
    _requirements,
    st.fixed_dictionaries(
        {
            "key": label_keys,
            "operator": st.sampled_from(["Gt", "Lt"]),
            "values": st.integers(0, 99).map(lambda number: [str(number)]),
        }
    ),
)
_terms = st.fixed_dictionaries({"matchExpressions": st.lists(_of_nodes, max_size=2)})
_pods = st.fixed_dictionaries(
    {
        "topologyKey": label_keys,
        "labelSelector": some(
            matchLabels=st.dictionaries(label_keys, label_values, max_size=1),
            matchExpressions=st.lists(_requirements, max_size=1),
        ),
    },
    optional={"namespaces": st.lists(labels, max_size=1)},
)
_weights = st.integers(1, 100)
_near_pods = some(
    requiredDuringSchedulingIgnoredDuringExecution=st.lists(_pods, max_size=1),
    preferredDuringSchedulingIgnoredDuringExecution=st.lists(
        st.fixed_dictionaries({"weight": _weights, "podAffinityTerm": _pods}), max_size=1
    ),
)
affinities = some(
    nodeAffinity=some(
        requiredDuringSchedulingIgnoredDuringExecution=st.fixed_dictionaries(
            {"nodeSelectorTerms": st.lists(_terms, min_size=1, max_size=2)}
        ),
        preferredDuringSchedulingIgnoredDuringExecution=st.lists(
            st.fixed_dictionaries({"weight": _weights, "preference": _terms}), max_size=1
        ),
    ),
    podAffinity=_near_pods,
    podAntiAffinity=_near_pods,
)
SCHEDULING: Final = {
    "affinity": affinities,
    "tolerations": st.lists(tolerations, max_size=2),
    "nodeSelector": st.dictionaries(label_keys, label_values, max_size=2),
    "priorityClass": labels,
    "annotations": st.dictionaries(label_keys, texts, max_size=2),
}
_spreading = st.sampled_from(["preferred", "required", "off"])
SPREAD: Final = {"spread": some(zones=_spreading, hosts=_spreading)}
"""For all pods, or for a part with several."""
secret_keys = st.fixed_dictionaries({"secret": labels, "key": st.sampled_from(["password", "ca.crt", ".x-1"])})
PODS: Final = {
    **SCHEDULING,
    "resources": resources(),
    "environment": st.dictionaries(st.sampled_from(["X", "_1", "LOG_LEVEL"]), texts, max_size=2),
    "secretEnvironment": st.dictionaries(st.sampled_from(["TOKEN", "S"]), secret_keys, max_size=1),
}
ROLLOUTS: Final = some(
    maxSurge=st.sampled_from([1, 2, "25%", "100%"]),
    maxUnavailable=st.sampled_from([0, 1, "0%", "50%"]),
    minReady=st.sampled_from(["0s", "500ms", "10s", "1h"]),
)
BUDGETS: Final = st.sampled_from([{"maxUnavailable": 1}, {"maxUnavailable": 100}, {"minAvailable": 0}])
AUTOSCALERS: Final = st.fixed_dictionaries(
    {"min": st.integers(1, 5), "max": st.integers(5, 10)}, optional={"cpu": st.integers(1, 1000)}
)
_short = st.sampled_from(["0s", "500ms", "1s", "10s", "1m", "5m"])
_grace = st.sampled_from(["660s", "11m", "1h", "1d"])
"""Longer than any two of the short ones together take."""


@st.composite
def shutdowns(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """How each service leaves. Whoever changes what the server waits for gives it the time."""
    frontend = draw(some(failHealthCheck=_short, drain=_short))
    history, matching = draw(some(align=_short, joinDelay=_short)), draw(some(align=_short))
    said = {"frontend": frontend, "internal-frontend": {}, "history": history, "matching": matching, "worker": {}}
    changed = {"internal-frontend": frontend, **{name: waits for name, waits in said.items() if waits}}
    for name, waits in said.items():
        if changed.get(name) or draw(st.booleans()):
            waits["gracePeriod"] = draw(_grace)
    return {name: waits for name, waits in said.items() if waits}
