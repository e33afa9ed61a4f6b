"""Proves that the checker of expressions sees what is wrong, and what the result's labels are."""

import re
import tomllib

import pytest

from tests.monitoring import promql
from tests.monitoring.metrics import FOLDER, metrics, series

HERE = 'installation="legal-ai"'
KUBERNETES = 'namespace="legal-ai"'


@pytest.mark.parametrize(
    "expression",
    [
        f"sum by (service_name) (rate(service_requests{{{HERE}}}[5m])) > 1000",
        f'histogram_quantile(0.99, sum by (le) (rate(service_latency_bucket{{{HERE}, operation!~"Poll.*"}}[5m])))',
        f"rate(state_transition_count_count{{{HERE}}}[5m]) / rate(state_transition_count_sum{{{HERE}}}[5m])",
        f'absent(up{{job="temporal-frontend", {HERE}}} == 1)',
        f'count by (job) (up{{{HERE}, job=~"temporal-(frontend|history)"}} == 1) < 2',
        f'rate(service_latency_bucket{{{HERE}, le="0.5"}}[5m])',
        f'rate(service_latency_bucket{{{HERE}, le=~"5|5.0"}}[5m])',
        f'count by (job) ({{__name__=~"service_requests|persistence_requests", {HERE}}}) > 0',
        f"max by (pod) (kube_pod_container_status_restarts_total{{{KUBERNETES}}})",
        'certmanager_certificate_expiration_timestamp_seconds{exported_namespace="legal-ai"} - time() < 14 * 86400',
        f"count(dlq_writes{{{HERE}}} unless dlq_writes{{{HERE}}} offset 15m) > 0",
        f"rate(pri_poll_success{{{HERE}}}[5m])",
        f'temporal_worker_task_slots_used{{{HERE}, service_name="temporal-core-sdk"}}',
        f"sum by (pod) (build_information{{{HERE}}}) * on (pod) group_left (build_version) build_information{{{HERE}}}",
        f"sum(rate(service_errors{{{HERE}}}[5m])) or vector(0)",
        f'slo:error_budget:ratio{{{HERE}, slo="temporal-frontend-latency"}} > on (slo) slo:objective:ratio{{{HERE}}}',
        f"max_over_time(certificates_expired{{{HERE}}}[1h:5m])",
        "vector(1)",
    ],
)
def test_what_is_right_has_no_findings(expression: str) -> None:
    assert promql.findings(expression) == []


@pytest.mark.parametrize(
    ("expression", "finding"),
    [
        ("sum(rate(", "it does not parse: "),
        (f"temporal_server_latency_p99{{{HERE}}}", "temporal_server_latency_p99: there is no such metric."),
        (f"tasks_expired{{{HERE}}}", "tasks_expired: there is no such metric."),
        (f"mutable_state_dirty{{{HERE}}}", "mutable_state_dirty: the server defines it and never emits it."),
        (
            f"service_latency{{{HERE}}}",
            "it is a histogram; its series are service_latency_bucket, service_latency_count, service_latency_sum.",
        ),
        (
            f"service_requests_count{{{HERE}}}",
            "service_requests_count: there is no such metric; service_requests is a counter.",
        ),
        (
            f"service_requests_total{{{HERE}}}",
            "service_requests_total: there is no such metric; service_requests is a counter.",
        ),
        (
            f"numshards_gauge_bucket{{{HERE}}}",
            "numshards_gauge_bucket: there is no such metric; numshards_gauge is a gauge.",
        ),
        (
            f'certificates_expired{{{HERE}, service="a"}}',
            "it has no label service; it has container, installation, instance, job, namespace, pod.",
        ),
        (
            f'service_latency_count{{{HERE}, le="0.5"}}',
            "service_latency_count: it has no label le; it has container, installation, instance, job, namespace,",
        ),
        (
            f'certificates_expiring{{{HERE}, service_name="frontend"}}',
            "certificates_expiring: it has no label service_name;",
        ),
        (f"sum by (type) (up{{{HERE}}})", "sum: there is no label type; there are container, installation,"),
        (f"sum without (type) (up{{{HERE}}})", "sum: there is no label type; there are container, installation,"),
        (f"sum by (pod) (sum(up{{{HERE}}}))", "sum: there is no label pod, nor any other."),
        (
            f"up{{{HERE}}} and on (slo) slo:sli_error:ratio_rate5m{{{HERE}}}",
            "the left side of and: there is no label slo;",
        ),
        (f"up{{{HERE}}} / on (pod) sum(up{{{HERE}}})", "the right side of /: there is no label pod, nor any other."),
        (
            f"up{{{HERE}}} * on (pod) group_left (slo) up{{{HERE}}}",
            "the side that group_ copies from: there is no label slo;",
        ),
        (
            f"sum by (pod) (up{{{HERE}}}) / sum(up{{{HERE}}})",
            "/: only one side has pod; without on or ignoring nothing matches.",
        ),
        (
            f"histogram_quantile(0.9, sum by (pod) (rate(service_latency_bucket{{{HERE}}}[5m])))",
            "histogram_quantile: its argument has no label le.",
        ),
        (f"rate(numshards_gauge{{{HERE}}}[5m])", "numshards_gauge: it is a gauge, which rate() makes no sense of."),
        ("up", 'up: it is not restricted to the installation by installation="legal-ai".'),
        ('up{installation="other"}', 'up: it is not restricted to the installation by installation="legal-ai".'),
        ('up{installation=~"legal-ai"}', 'up: it is not restricted to the installation by installation="legal-ai".'),
        ('up{namespace="legal-ai"}', 'up: it is not restricted to the installation by installation="legal-ai".'),
        (
            'kube_pod_info{installation="legal-ai"}',
            'kube_pod_info: it is not restricted to the installation by namespace="legal-ai".',
        ),
        (
            f'service_latency_bucket{{{HERE}, le="0.7"}}',
            "service_latency_bucket: no bucket ends at 0.7.",
        ),
        (
            f'service_latency_bucket{{{HERE}, le="5"}}',
            'service_latency_bucket: write le=~"5|5.0" for this bucket; its spelling depends on Prometheus.',
        ),
        (f'service_latency_bucket{{{HERE}, le=~"5.*"}}', 'service_latency_bucket: le=~"5.*" is no list of numbers.'),
        (f'up{{{HERE}, job="temporal-fronted"}}', 'up: job="temporal-fronted" meets no value that there is.'),
        (
            f'up{{{HERE}, job=~"temporal-(frontend|histroy)"}}',
            'up: job=~"temporal-(frontend|histroy)" meets no value that there is.',
        ),
        (
            f'service_requests{{{HERE}, service_name="temporal-frontend"}}',
            'service_requests: service_name="temporal-frontend" meets no value that there is.',
        ),
        (
            f'temporal:workflow_closed:rate10m{{{HERE}, outcome="terminated"}}',
            'temporal:workflow_closed:rate10m: outcome="terminated" meets no value that there is.',
        ),
        (
            f'{{__name__=~"service_errors_.*", {HERE}}}',
            "it names no metric; __name__ takes whole names, such as a|b.",
        ),
        (f'{{__name__=~"service_errors|nothing", {HERE}}}', "nothing: there is no such metric."),
        (f"{{{HERE}}}", "it names no metric; __name__ takes whole names, such as a|b."),
        (f'up{{{HERE} or job="a"}}', "alternatives of matchers cannot be checked."),
    ],
)
def test_what_is_wrong_is_found(expression: str, finding: str) -> None:
    found = promql.findings(expression)

    assert [one for one in found if finding in one] == found
    assert len(found) == 1


def test_panels_name_the_installation_by_the_variable() -> None:
    rate = 'sum(rate(service_requests{installation=~"$installation", temporal_namespace=~"$ns"}[$__rate_interval]))'

    assert promql.findings(rate, promql.PANELS) == []
    assert promql.findings(f"up{{{HERE}}}", promql.PANELS) == [
        'up: it is not restricted to the installation by installation=~"$installation".'
    ]


@pytest.mark.parametrize(
    ("expression", "labels"),
    [
        (f"sum by (operation) (service_requests{{{HERE}}})", {"operation"}),
        (f"sum(service_requests{{{HERE}}})", set()),
        (f"topk(3, sum by (pod) (up{{{HERE}}}))", {"pod"}),
        (
            f"sum without (instance, container) (certificates_expired{{{HERE}}})",
            {"installation", "job", "namespace", "pod"},
        ),
        (f'absent(up{{job="temporal-history", {HERE}, pod=~"a.*"}})', {"job", "installation"}),
        (f'count_values("version", up{{{HERE}}})', {"version"}),
        (f'label_replace(sum(up{{{HERE}}}), "a", "b", "c", "d")', {"a"}),
        (f"histogram_quantile(0.9, sum by (le, pod) (service_latency_bucket{{{HERE}}}))", {"pod"}),
        (f"sum by (pod, job) (up{{{HERE}}}) / on (pod) sum by (pod) (up{{{HERE}}})", {"pod"}),
        (f"sum by (pod, job) (up{{{HERE}}}) / ignoring (job) sum by (pod) (up{{{HERE}}})", {"pod"}),
        (f"sum by (pod, job) (up{{{HERE}}}) / on (pod) group_left sum by (pod) (up{{{HERE}}})", {"pod", "job"}),
        (f"sum by (pod) (up{{{HERE}}}) > 1 and on () sum(up{{{HERE}}}) > 1", {"pod"}),
        (f"sum by (pod) (up{{{HERE}}}) or vector(0)", {"pod"}),
        (f"-(sum by (pod) (up{{{HERE}}})) * 2", {"pod"}),
    ],
)
def test_the_labels_of_a_result(expression: str, labels: set[str]) -> None:
    assert promql.findings(expression) == []
    assert promql.labels(expression) == labels


def test_there_are_no_labels_of_what_does_not_parse() -> None:
    with pytest.raises(ValueError, match="it does not parse"):
        promql.labels("sum(")


# The catalogue.


def test_every_family_is_well_formed() -> None:
    allowed = {"source", "scope", "labels", "target", "counters", "gauges", "histograms"}
    for file in FOLDER.glob("*.toml"):
        said = tomllib.loads(file.read_text())
        own = {"bare", "prefixes", "boundaries", "server"} if file.stem == "server" else set()
        assert said.keys() <= allowed | own, file
        assert said["source"], file
        assert said["scope"], file


def test_what_is_said_of_the_server_s_metrics_is_said_of_metrics_that_it_emits() -> None:
    said = tomllib.loads((FOLDER / "server.toml").read_text())
    emitted = {metric.name for metric in metrics().values() if metric.family == "server" and metric.emitted}

    assert sorted(said["server"]) == list(said["server"])
    assert said["server"].keys() <= emitted
    assert set(said["bare"]) <= emitted


def test_names_are_names() -> None:
    assert [name for name in metrics() if not re.fullmatch(r"[a-zA-Z_:][a-zA-Z0-9_:]*", name)] == []


def test_a_series_of_each_kind() -> None:
    told = {
        name: getattr(series(name), "name", None) for name in ("up", "service_latency_sum", "service_latency", "no")
    }

    assert told == {"up": "up", "service_latency_sum": "service_latency", "service_latency": None, "no": None}
