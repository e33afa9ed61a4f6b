"""Proves what is said of the Prometheus Operator and of the Secrets that a monitoring names."""

import io
from collections.abc import Sequence
from typing import Any

import pytest

from commands.cluster import Cluster
from tests.commands.preflight.api import Api, missing
from tests.program import stacks

PROMETHEUS_OPERATOR = {
    "v1": ("ServiceMonitor", "PodMonitor", "PrometheusRule"),
    "v1alpha1": ("AlertmanagerConfig", "ScrapeConfig"),
}


ROUTED = {
    ("local", "slack"): {"url"},
    ("local", "smtp"): {"ca.crt", "password"},
    ("local", "pagerduty"): {"key"},
    ("local", "hook"): {"url", "token"},
    ("local", "dead-man"): {"url"},
}
"""Secrets that routes name, and their keys."""


def _prometheus_operator(api: Api, **served: Sequence[str]) -> None:
    """The Prometheus Operator as it answers, with these kinds by version."""
    versions = [{"groupVersion": f"monitoring.coreos.com/{version}", "version": version} for version in served]
    groups = [{"name": "monitoring.coreos.com", "versions": versions, "preferredVersion": versions[0]}]
    api.answers["/apis/"] = {"kind": "APIGroupList", "groups": groups}
    for version, kinds in served.items():
        resources = [
            {"name": f"{kind.lower()}s", "singularName": "", "kind": kind, "namespaced": True, "verbs": ["get"]}
            for kind in kinds
        ]
        name = f"monitoring.coreos.com/{version}"
        api.answers[f"/apis/{name}"] = {"groupVersion": name, "resources": resources}


def _watched(api: Api) -> dict[str, Any]:
    """A stack with every kind of route, and everything that it names."""
    _prometheus_operator(api, **PROMETHEUS_OPERATOR)
    api.fill(ROUTED)
    said = stacks.watched()["temporal:monitoring"]
    return stacks.changed(stacks.local(), kubernetes__createNamespace=False) | {"temporal:monitoring": said}


def test_the_prometheus_operator_is_there(place: Cluster, api: Api) -> None:
    assert missing(_watched(api), place) == []


def test_nobody_asks_for_the_prometheus_operator_with_a_bundled_monitoring(place: Cluster, api: Api) -> None:
    assert missing(stacks.changed(stacks.local(), monitoring={"kind": "bundled"}), place) == []
    assert "/apis/" not in api.asked


def test_no_prometheus_operator(place: Cluster, api: Api) -> None:
    config = _watched(api)
    api.answers["/apis/"] = {"kind": "APIGroupList", "groups": []}
    assert missing(config, place) == [
        (
            "the Prometheus Operator is not installed: the cluster serves no monitoring.coreos.com/v1, and "
            "temporal:monitoring.kind operator needs it. Install 0.70 or later (the chart kube-prometheus-stack brings "
            "it), or say kind bundled, which makes a Prometheus, or none"
        )
    ]


def test_a_prometheus_operator_without_all_of_its_definitions(place: Cluster, api: Api) -> None:
    config = _watched(api)
    _prometheus_operator(api, v1=["ServiceMonitor"], v1alpha1=[])
    advice = (
        "Install 0.70 or later (the chart kube-prometheus-stack brings it), or say kind bundled, which makes a "
        "Prometheus, or none"
    )
    in_part = "the Prometheus Operator is too old, or installed in part: the cluster serves"
    assert missing(config, place) == [
        f"{in_part} no PodMonitor, no PrometheusRule of monitoring.coreos.com/v1. {advice}",
        f"{in_part} no AlertmanagerConfig of monitoring.coreos.com/v1alpha1. {advice}",
    ]
    del config["temporal:monitoring"]["notifications"]
    assert missing(config, place) == [
        f"{in_part} no PodMonitor, no PrometheusRule of monitoring.coreos.com/v1. {advice}"
    ]


def test_a_prometheus_operator_that_may_not_be_looked_for(place: Cluster, api: Api) -> None:
    config = _watched(api)
    api.refused["/apis/"] = 403
    said = io.StringIO()
    assert missing(config, place, said) == []
    assert (
        "whether the Prometheus Operator is in cluster tried may not be looked up (403 Forbidden): that will be told "
        "by the program"
    ) in said.getvalue()


MISSING_ROUTED = {
    "slack": ["temporal:monitoring.notifications.routes[0].webhook needs url (the incoming webhook's URL)"],
    "smtp": [
        "temporal:monitoring.notifications.routes[1].login.password needs password (the password of temporal)",
        (
            "temporal:monitoring.notifications.routes[1].ca needs ca.crt (the authority of the mail server's "
            "certificate)"
        ),
    ],
    "pagerduty": ["temporal:monitoring.notifications.routes[2].routingKey needs key (the integration key)"],
    "hook": [
        "temporal:monitoring.notifications.routes[3].url needs url (the URL to call)",
        (
            "temporal:monitoring.notifications.routes[3].bearerToken needs token (the token for the Authorization "
            "header)"
        ),
    ],
    "dead-man": ["temporal:monitoring.notifications.deadMan needs url (the URL to call)"],
}


@pytest.mark.parametrize("secret", MISSING_ROUTED)
def test_a_missing_secret_of_a_route_is_one_line_a_key(place: Cluster, api: Api, secret: str) -> None:
    config = _watched(api)
    del api.secrets["local", secret]
    told = [line.partition(". Make it: ") for line in missing(config, place)]
    assert [line for line, _, _ in told] == [
        f"Secret local/{secret} is missing: {place}" for place in MISSING_ROUTED[secret]
    ]
    assert {make.partition(" --from")[0] for _, _, make in told} == {f"kubectl -n local create secret generic {secret}"}


def test_what_reads_temporal_cloud(place: Cluster, api: Api) -> None:
    """The key, and the definition of what uses it."""
    config = stacks.cloud_watched()
    _prometheus_operator(api, **PROMETHEUS_OPERATOR)
    api.fill({("orders", "cloud-metrics"): {"key"}})
    assert missing(config, place) == []
    api.fill({})
    _prometheus_operator(api, v1=PROMETHEUS_OPERATOR["v1"], v1alpha1=["AlertmanagerConfig"])
    assert missing(config, place) == [
        (
            "Secret orders/cloud-metrics is missing: temporal:monitoring.cloud.apiKey needs key (the API key that "
            "reads metrics). Make it: kubectl -n orders create secret generic cloud-metrics --from-file=key=<file>"
        ),
        (
            "the Prometheus Operator is too old, or installed in part: the cluster serves no ScrapeConfig of "
            "monitoring.coreos.com/v1alpha1. Install 0.70 or later (the chart kube-prometheus-stack brings it), or say "
            "kind bundled, which makes a Prometheus, or none"
        ),
    ]


def test_who_reads_postgres_is_named_beforehand(place: Cluster, api: Api) -> None:
    _prometheus_operator(api, **PROMETHEUS_OPERATOR)
    api.fill({("orders", "database"): {"password"}, ("orders", "database-ca"): {"ca.crt"}})
    assert missing(stacks.existing_watched(), place) == [
        (
            "Secret orders/monitor is missing: temporal:monitoring.postgres.password needs password (the password of "
            "monitor). Make it: kubectl -n orders create secret generic monitor --from-file=password=<file>"
        )
    ]


def test_who_reads_a_search_store_is_named_beforehand(place: Cluster, api: Api) -> None:
    _prometheus_operator(api, **PROMETHEUS_OPERATOR)
    made = {"database": "password", "database-ca": "ca.crt", "search": "password", "search-ca": "root.pem"}
    api.fill({("orders", name): {key} for name, key in made.items()})
    assert missing(stacks.search_watched(), place) == [
        (
            "Secret orders/search-monitor is missing: temporal:monitoring.search.password needs password (the password "
            "of search-monitor). Make it: kubectl -n orders create secret generic search-monitor "
            "--from-file=password=<file>"
        )
    ]
