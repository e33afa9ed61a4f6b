"""What a stack file can say of pods."""

from typing import Any

_REQUIREMENT = {"key": "track", "operator": "In", "values": ["stable"]}


_POD_TERM = {
    "topologyKey": "zone",
    "labelSelector": {"matchLabels": {"app": "web"}, "matchExpressions": [_REQUIREMENT]},
    "namespaces": ["here"],
}


_NODE_TERM = {"matchExpressions": [_REQUIREMENT]}


_NEAR = {
    "requiredDuringSchedulingIgnoredDuringExecution": [_POD_TERM],
    "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": _POD_TERM}],
}


WORDS: dict[str, Any] = {
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [_NODE_TERM]},
            "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": _NODE_TERM}],
        },
        "podAffinity": _NEAR,
        "podAntiAffinity": _NEAR,
    },
    "tolerations": [
        {"key": "dedicated", "value": "temporal", "effect": "NoSchedule"},
        {"key": "spot", "effect": "NoExecute", "tolerationSeconds": 60},
    ],
    "nodeSelector": {"disk": "ssd"},
    "priorityClass": "high",
    "annotations": {"note": "one"},
    "resources": {"requests": {"cpu": "100m", "memory": "200Mi"}, "limits": {"cpu": "2", "memory": "2Gi"}},
    "environment": {"PLAIN": "one"},
    "secretEnvironment": {"HIDDEN": {"secret": "one", "key": "one"}},
}
"""Every word of pods, so that each can be changed."""


OTHERS: dict[str, Any] = {
    "weight": 99,
    "operator": "NotIn",
    "effect": "NoExecute",
    "tolerationSeconds": 61,
    "cpu": "1",
    "memory": "1900Mi",
}
"""Another value of a word, by its last key; other words become `other`."""
