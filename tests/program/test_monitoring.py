"""Proves what is made of `temporal:monitoring`, by the objects that the program asks for. That Prometheus, Alertmanager
and the operator's definitions take it is seen on the cluster.
"""

import json
from typing import Any

import pytest
import yaml

from settings.monitoring.alerts import CATALOGUE
from settings.sizes import SERVICE_NAMES
from tests.monitoring.metrics import metrics
from tests.program import recording, stacks
from tests.program.recording import Recording, plain

NAMES = {f"temporal-{service}" for service in SERVICE_NAMES}
SEARCH_ALERTS = {name for name, alert in CATALOGUE.items() if "elasticsearch-exporter" in alert.needs}


@pytest.fixture(scope="module")
def watched() -> Recording:
    return recording.run(stacks.watched())


@pytest.fixture(scope="module")
def bundled() -> Recording:
    return recording.run(stacks.bundled())


@pytest.fixture(scope="module")
def watched_search() -> Recording:
    return recording.run(stacks.watched(visibility={"kind": "opensearch"}))


def _configuration(found: Recording, service: str) -> dict[str, Any]:
    text = found.objects("ConfigMap")[f"temporal-{service}-config"]["data"]["server.yaml"]
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def _custom(found: Recording, kind: str) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in found.kubernetes() if each["kind"] == kind}


def test_without_a_word_nothing_is_served(local: Recording) -> None:
    for service in SERVICE_NAMES:
        assert "metrics" not in _configuration(local, service)["global"]
        [container] = local.objects("Deployment")[f"temporal-{service}"]["spec"]["template"]["spec"]["containers"]
        assert "metrics" not in {port["name"] for port in container["ports"]}
    assert local.objects("NetworkPolicy") == {}


def test_outputs_tell_where_metrics_are(local: Recording, watched: Recording, bundled: Recording) -> None:
    assert "metrics" not in local.exports
    assert watched.exports["metrics"] == {
        "kind": "operator",
        "installation": "watched",
        "prometheus": "",
        "grafana": "https://grafana.example.com",
    }
    assert bundled.exports["metrics"] == {
        "kind": "bundled",
        "installation": "bundled",
        "prometheus": "https://temporal-prometheus.bundled.svc:9090",
        "client": {"namespace": "bundled", "name": "temporal-monitoring-tls"},
        "grafana": "https://temporal-grafana.bundled.svc:3000",
    }
    assert "temporal-monitoring-tls" in bundled.objects("Secret")


def test_with_certificates_of_ones_own_outputs_name_that_of_the_monitoring() -> None:
    given = {"temporal:monitoring": {"kind": "bundled"}}
    given["temporal:tls"] = {**stacks.provided()["temporal:tls"], "monitoring": "shown"}
    metrics = recording.run(stacks.provided() | given).exports["metrics"]
    assert metrics["client"] == {"namespace": stacks.provided()["temporal:name"], "name": "shown"}


@pytest.mark.parametrize("framework", ["tally", "opentelemetry"])
def test_what_the_server_is_told(framework: str) -> None:
    """One set of names: opentelemetry has flags for them, tally is told which letters may stay."""
    found = recording.run(stacks.bundled(monitoring__framework=framework))
    for service in SERVICE_NAMES:
        metrics = _configuration(found, service)["global"]["metrics"]
        prometheus = metrics.pop("prometheus")
        assert {30_000, 500} <= set(metrics.pop("perUnitHistogramBoundaries")["milliseconds"])
        flags = {"withoutUnitSuffix", "withoutCounterSuffix", "recordTimerInSeconds"}
        assert metrics == (dict.fromkeys(flags, True) if framework == "opentelemetry" else {})
        assert (prometheus["framework"], prometheus["listenAddress"]) == (framework, "0.0.0.0:9090")
        assert ("sanitizeOptions" in prometheus) == (framework == "tally")
        [container] = found.objects("Deployment")[f"temporal-{service}"]["spec"]["template"]["spec"]["containers"]
        lifted = {"name": "OTEL_GO_X_CARDINALITY_LIMIT", "value": "0"}
        assert (lifted in container["env"]) == (framework == "opentelemetry")
        assert {"name": "metrics", "containerPort": 9090} in container["ports"]


def test_a_monitor_for_each_service_and_each_workload(watched: Recording) -> None:
    monitors = _custom(watched, "ServiceMonitor")
    assert monitors.keys() == NAMES
    for name, monitor in monitors.items():
        assert monitor["metadata"]["namespace"] == "watched"
        assert monitor["metadata"]["labels"]["release"] == "kube-prometheus-stack"
        service = watched.objects("Service")[name]
        assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
        [endpoint] = monitor["spec"]["endpoints"]
        assert (endpoint["port"], endpoint["interval"]) == ("metrics", "15s")
        assert {"name": "metrics", "port": 9090, "targetPort": "metrics"} in service["spec"]["ports"]
        assert endpoint["relabelings"] == [
            {"targetLabel": "job", "replacement": name},
            {"targetLabel": "installation", "replacement": "watched"},
        ]
        assert endpoint["metricRelabelings"] == [
            {"sourceLabels": ["exported_namespace"], "regex": "(.+)", "targetLabel": "temporal_namespace"},
            {"regex": "exported_namespace", "action": "labeldrop"},
        ]
    monitor = _custom(watched, "PodMonitor")["documents"]
    assert (monitor["metadata"]["namespace"], monitor["metadata"]["name"]) == ("demo", "documents")
    [endpoint] = monitor["spec"]["podMetricsEndpoints"]
    assert endpoint["relabelings"][-1] == {"targetLabel": "workload", "replacement": "documents"}
    pod = watched.objects("Deployment")["documents"]["spec"]["template"]
    assert monitor["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert "metrics" in {port["name"] for port in pod["spec"]["containers"][0]["ports"]}


def test_rules_and_dashboards(watched: Recording) -> None:
    [rules] = _custom(watched, "PrometheusRule").values()
    alerts = {rule["alert"]: rule for group in rules["spec"]["groups"] for rule in group["rules"] if "alert" in rule}
    changed = alerts["TemporalFrontendLatencyP99High"]
    assert (changed["for"], changed["labels"]["severity"]) == ("5m", "critical")
    assert "> 2 " in f"{changed['expr']} "
    assert (
        changed["annotations"]["runbook_url"] == "https://docs.example.com/runbooks/TemporalFrontendLatencyP99High.md"
    )
    assert changed["annotations"]["dashboard_url"].startswith("https://grafana.example.com/d/temporal-")
    assert {rule["labels"]["installation"] for rule in alerts.values()} == {"watched"}
    absent = {
        name for name, alert in CATALOGUE.items() if alert.needs & {"search", "archival", "kube-state-metrics", "cloud"}
    }
    assert absent
    assert not absent & alerts.keys()
    boards = {name: each for name, each in watched.objects("ConfigMap").items() if f"{name}.json" in each["data"]}
    assert "temporal-cluster-overview" in boards
    for name, board in boards.items():
        assert board["metadata"]["labels"]["grafana_dashboard"] == "1"
        assert json.loads(board["data"][f"{name}.json"])["uid"] == name


def _exporter(found: Recording) -> tuple[dict[str, Any], dict[str, Any]]:
    """Its pod's template, and its container's plain environment."""
    template = found.objects("Deployment")["temporal-postgres-exporter"]["spec"]["template"]
    [container] = template["spec"]["containers"]
    return template, {each["name"]: each["value"] for each in container["env"]}


def _volumes(template: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Secret and key by the name of the volume."""
    return {
        volume["name"]: (volume["secret"]["secretName"], volume["secret"]["items"][0]["key"])
        for volume in template["spec"]["volumes"]
    }


def test_a_database_in_the_cluster_is_asked_by_a_user_of_its_own(watched: Recording) -> None:
    template, told = _exporter(watched)
    assert told == {
        "DATA_SOURCE_URI": "temporal-postgres.watched.svc:5432/temporal?sslmode=verify-full"
        "&sslrootcert=/etc/temporal/authority/ca.crt&connect_timeout=5",
        "DATA_SOURCE_USER": "temporal_monitor",
        "DATA_SOURCE_PASS_FILE": "/etc/temporal/password/password",
    }
    assert _volumes(template)["password"] == ("temporal-postgres-monitor", "temporal_monitor")
    assert plain(watched.objects("Secret")["temporal-postgres-monitor"]["stringData"]).keys() == {"temporal_monitor"}
    [job] = [each for name, each in watched.objects("Job").items() if name.startswith("temporal-database-roles-")]
    scripts = watched.objects("ConfigMap")[job["metadata"]["name"]]["data"]
    assert 'GRANT pg_monitor TO :"monitor"' in scripts["monitor.sql"]
    assert 'set_password "temporal_monitor"' in scripts["run.sh"]


def test_another_password_is_another_pod() -> None:
    template, _ = _exporter(recording.run(stacks.watched(database__passwordRotation=3)))
    assert template["metadata"]["annotations"] == {"temporal-platform/password-rotation": "3"}


@pytest.mark.parametrize(
    ("tls", "parameters", "volumes"),
    [
        (
            {"kind": "verify-full", "ca": {"secret": "database-ca", "key": "root.pem"}},
            "sslmode=verify-full&sslrootcert=/etc/temporal/authority/ca.crt&connect_timeout=5",
            {"password": ("monitor", "password"), "authority": ("database-ca", "root.pem")},
        ),
        ({"kind": "verify-full"}, "sslmode=verify-full&connect_timeout=5", {"password": ("monitor", "password")}),
        ({"kind": "require"}, "sslmode=require&connect_timeout=5", {"password": ("monitor", "password")}),
        ({"kind": "disable"}, "sslmode=disable&connect_timeout=5", {"password": ("monitor", "password")}),
    ],
    ids=["authority", "public", "require", "disable"],
)
def test_an_existing_database_is_asked_as_the_server_asks_it(
    tls: dict[str, Any], parameters: str, volumes: dict[str, tuple[str, str]]
) -> None:
    template, told = _exporter(recording.run(stacks.existing_watched(database__tls=tls)))
    assert told["DATA_SOURCE_URI"] == f"db.example.com:5432/temporal?{parameters}"
    assert told["DATA_SOURCE_USER"] == "monitor"
    assert _volumes(template) == volumes


def test_who_hears_of_the_database(watched: Recording, bundled: Recording) -> None:
    """Prometheus alone, whichever; its alerts are there."""
    for found in (watched, bundled):
        template, _ = _exporter(found)
        policy = found.objects("NetworkPolicy")["temporal-postgres-exporter"]["spec"]
        assert policy["podSelector"]["matchLabels"].items() <= template["metadata"]["labels"].items()
        server = found.objects("NetworkPolicy")["temporal-history-metrics"]["spec"]["ingress"][1]["from"]
        assert policy["ingress"] == [{"from": server, "ports": [{"protocol": "TCP", "port": 9187}]}]
    monitor = _custom(watched, "PodMonitor")["temporal-postgres-exporter"]
    [endpoint] = monitor["spec"]["podMetricsEndpoints"]
    assert endpoint["relabelings"][0] == {"targetLabel": "job", "replacement": "temporal-postgres"}
    assert "TemporalPostgresDown" in json.dumps(_custom(watched, "PrometheusRule"))
    scraped = yaml.safe_load(bundled.objects("ConfigMap")["temporal-prometheus-config"]["data"]["prometheus.yml"])
    assert "bundled/temporal-postgres-exporter" in {each["job_name"] for each in scraped["scrape_configs"]}
    open_to_all = recording.run(stacks.watched(monitoring__readers={"kind": "cluster"}))
    assert open_to_all.objects("NetworkPolicy") == {}


def test_nobody_asks_a_database_without_a_login() -> None:
    said = {"temporal:monitoring": {"kind": "operator", "readers": {"kind": "cluster"}}}
    for config in (stacks.existing(), stacks.zalando(), stacks.cloudnative_pg()):
        found = recording.run(config | said)
        assert "temporal-postgres-exporter" not in found.objects("Deployment")
        assert "TemporalPostgresDown" not in json.dumps(_custom(found, "PrometheusRule"))


def _search_exporter(found: Recording) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """Its pod's template, its container's environment, and its arguments."""
    template = found.objects("Deployment")["temporal-elasticsearch-exporter"]["spec"]["template"]
    [container] = template["spec"]["containers"]
    told = {each["name"]: each.get("value") or each["valueFrom"]["secretKeyRef"] for each in container["env"]}
    return template, told, container["args"]


def test_an_opensearch_in_the_cluster_is_asked_by_a_user_of_its_own(watched_search: Recording) -> None:
    template, told, arguments = _search_exporter(watched_search)
    assert told == {
        "ES_USERNAME": "temporal-monitor",
        "ES_PASSWORD": {"name": "temporal-opensearch-users", "key": "temporal-monitor"},
    }
    assert arguments == [
        "--es.uri=https://temporal-opensearch.watched.svc:9200",
        "--es.all",
        "--es.clusterinfo.interval=30s",
        "--es.ca=/etc/temporal/authority/ca.crt",
    ]
    assert _volumes(template) == {"authority": ("temporal-search-ca", "ca.crt")}
    files = plain(watched_search.objects("Secret")["temporal-opensearch-security"]["stringData"])
    users = yaml.safe_load(files["internal_users.yml"])
    assert users["temporal-monitor"]["hash"] == "hash-of-temporal-visibility-temporal-monitor-password"
    assert yaml.safe_load(files["roles_mapping.yml"])["temporal-monitor"]["users"] == ["temporal-monitor"]
    role = yaml.safe_load(files["roles.yml"])["temporal-monitor"]
    rights = ["cluster:monitor/main", "cluster:monitor/health", "cluster:monitor/nodes/stats"]
    assert (role["cluster_permissions"], role["index_permissions"]) == (rights, [])


def test_certificates_of_another_issuer_are_another_pod(watched_search: Recording) -> None:
    """The exporter reads the authority when it starts."""
    other = recording.run(stacks.watched(visibility={"kind": "opensearch"}, tls=stacks.cert_manager()["temporal:tls"]))
    hashes = [_search_exporter(found)[0]["metadata"]["annotations"] for found in (watched_search, other)]
    assert [each.keys() for each in hashes] == [{"temporal-platform/config-hash"}] * 2
    assert hashes[0] != hashes[1]


@pytest.mark.parametrize(
    ("store", "url", "volumes"),
    [
        ({}, "https://search.example.com:9200", {"authority": ("search-ca", "root.pem")}),
        ({"ca": None}, "https://search.example.com:9200", {}),
        ({"ca": None, "url": "http://search:9200"}, "http://search:9200", {}),
        (
            {"authentication": {"kind": "none"}},
            "https://search.example.com:9200",
            {"authority": ("search-ca", "root.pem")},
        ),
    ],
    ids=["authority", "public", "plain", "open"],
)
def test_an_existing_search_store_is_asked_as_the_server_asks_it(
    store: dict[str, Any], url: str, volumes: dict[str, tuple[str, str]]
) -> None:
    said = stacks.search_watched()["temporal:visibility"]
    template, told, arguments = _search_exporter(recording.run(stacks.search_watched(visibility=said | store)))
    authority = ["--es.ca=/etc/temporal/authority/ca.crt"] if volumes else []
    assert arguments == [f"--es.uri={url}", "--es.all", "--es.clusterinfo.interval=30s", *authority]
    assert told == {"ES_USERNAME": "search-monitor", "ES_PASSWORD": {"name": "search-monitor", "key": "password"}}
    assert _volumes(template) == volumes


def test_a_move_does_not_change_which_search_store_is_asked() -> None:
    target = stacks.search_store("new", stacks.LOGIN)
    for stage in ("prepare", "write-both", "read-new"):
        said = stacks.search_watched()["temporal:visibility"] | {"move": stacks.move(stage, target)}
        found = recording.run(stacks.search_watched(visibility=said))
        _, _, arguments = _search_exporter(found)
        assert arguments[0] == "--es.uri=https://search.example.com:9200"


def test_who_hears_of_the_search_store(watched_search: Recording) -> None:
    """Prometheus alone, and of what it hears it keeps what rules and panels ask for."""
    bundled = recording.run(stacks.bundled(visibility={"kind": "opensearch"}))
    for found in (watched_search, bundled):
        template, _, _ = _search_exporter(found)
        policy = found.objects("NetworkPolicy")["temporal-elasticsearch-exporter"]["spec"]
        assert policy["podSelector"]["matchLabels"].items() <= template["metadata"]["labels"].items()
        server = found.objects("NetworkPolicy")["temporal-history-metrics"]["spec"]["ingress"][1]["from"]
        assert policy["ingress"] == [{"from": server, "ports": [{"protocol": "TCP", "port": 9114}]}]
    monitor = _custom(watched_search, "PodMonitor")["temporal-elasticsearch-exporter"]
    [endpoint] = monitor["spec"]["podMetricsEndpoints"]
    assert endpoint["relabelings"][0] == {"targetLabel": "job", "replacement": "temporal-search"}
    known = sorted(name for name, metric in metrics().items() if metric.family == "search")
    kept = endpoint["metricRelabelings"][0]
    assert (kept["sourceLabels"], kept["action"]) == (["__name__"], "keep")
    assert kept["regex"].split("|") == known
    scraped = yaml.safe_load(bundled.objects("ConfigMap")["temporal-prometheus-config"]["data"]["prometheus.yml"])
    [job] = [each for each in scraped["scrape_configs"] if each["job_name"].endswith("elasticsearch-exporter")]
    assert job["metric_relabel_configs"][0] == {
        "source_labels": ["__name__"],
        "regex": kept["regex"],
        "action": "keep",
    }
    assert len(job["metric_relabel_configs"]) == len(endpoint["metricRelabelings"]) == 3
    open_to_all = recording.run(
        stacks.watched(visibility={"kind": "opensearch"}, monitoring__readers={"kind": "cluster"})
    )
    assert open_to_all.objects("NetworkPolicy") == {}


@pytest.mark.parametrize(
    ("config", "fires"),
    [
        (stacks.watched(visibility={"kind": "opensearch"}), SEARCH_ALERTS - {"TemporalSearchClusterYellow"}),
        (stacks.watched(visibility={"kind": "opensearch", "nodes": 3}), SEARCH_ALERTS),
        (stacks.search_watched(), SEARCH_ALERTS),
        (stacks.search_watched(monitoring__search=None), set()),
        (stacks.watched(), set()),
        (stacks.in_domain() | {"temporal:monitoring": {"kind": "operator", "readers": {"kind": "cluster"}}}, set()),
    ],
    ids=["one node", "three nodes", "existing", "existing, no login", "postgres", "domain"],
)
def test_alerts_of_a_search_store_are_where_somebody_asks_it(config: dict[str, Any], fires: set[str]) -> None:
    found = recording.run(config)
    [rules] = _custom(found, "PrometheusRule").values()
    alerts = {rule.get("alert") for group in rules["spec"]["groups"] for rule in group["rules"]}
    assert alerts & SEARCH_ALERTS == fires
    assert ("temporal-elasticsearch-exporter" in found.objects("Deployment")) == bool(fires)


def test_temporal_cloud_is_read_for_the_stacks_namespaces() -> None:
    found = recording.run(stacks.cloud_watched())
    [scraped] = _custom(found, "ScrapeConfig").values()
    assert (scraped["apiVersion"], scraped["metadata"]["namespace"]) == ("monitoring.coreos.com/v1alpha1", "orders")
    assert scraped["spec"] == {
        "staticConfigs": [{"targets": ["metrics.temporal.io"]}],
        "scheme": "HTTPS",
        "metricsPath": "/v1/metrics",
        "params": {"namespaces": ["orders.a1b2c", "billing.a1b2c"]},
        "authorization": {"credentials": {"name": "cloud-metrics", "key": "key"}},
        "scrapeInterval": "60s",
        "scrapeTimeout": "30s",
        "honorTimestamps": True,
        "relabelings": [
            {"targetLabel": "job", "replacement": "temporal-cloud"},
            {"targetLabel": "installation", "replacement": "orders"},
        ],
    }
    [rules] = _custom(found, "PrometheusRule").values()
    alerts = {rule["alert"] for group in rules["spec"]["groups"] for rule in group["rules"] if "alert" in rule}
    assert alerts == {name for name, alert in CATALOGUE.items() if alert.needs <= {"cloud", "kube-state-metrics"}}
    assert "TemporalCloudMetricsMissing" in alerts


def test_temporal_cloud_is_not_read_unasked() -> None:
    said = {"kind": "operator", "readers": {"kind": "cluster"}}
    found = recording.run(stacks.cloud() | {"temporal:monitoring": said})
    assert _custom(found, "ScrapeConfig") == {}
    [rules] = _custom(found, "PrometheusRule").values()
    alerts = {rule["alert"] for group in rules["spec"]["groups"] for rule in group["rules"]}
    assert not {name for name in alerts if "cloud" in CATALOGUE[name].needs}


def test_an_alert_can_be_left_out() -> None:
    left_out = {"TemporalFrontendLatencyP99High": {"enabled": False}}
    found = recording.run(stacks.watched(monitoring__alerts=left_out))
    [rules] = _custom(found, "PrometheusRule").values()
    names = {rule.get("alert") for group in rules["spec"]["groups"] for rule in group["rules"]}
    assert "TemporalFrontendLatencyP99High" not in names


def test_routes_as_the_operator_has_them(watched: Recording) -> None:
    """Credentials are named, never there; info goes nowhere."""
    [routes] = _custom(watched, "AlertmanagerConfig").values()
    spec = routes["spec"]
    receivers = {receiver["name"]: receiver for receiver in spec["receivers"]}
    assert receivers.keys() == {"nobody", "dead-man", "slack-0", "email-1", "pagerduty-2", "webhook-3"}
    [slack] = receivers["slack-0"]["slackConfigs"]
    assert (slack["apiURL"], slack["channel"]) == ({"name": "slack", "key": "url"}, "#ops")
    [mail] = receivers["email-1"]["emailConfigs"]
    assert mail["authPassword"] == {"name": "smtp", "key": "password"}
    assert (mail["smarthost"], mail["requireTLS"]) == ("smtp.example.com:465", False)
    assert mail["tlsConfig"] == {"ca": {"secret": {"name": "smtp", "key": "ca.crt"}}}
    [hook] = receivers["webhook-3"]["webhookConfigs"]
    assert hook["urlSecret"] == {"name": "hook", "key": "url"}
    assert hook["httpConfig"] == {"authorization": {"credentials": {"name": "hook", "key": "token"}}}
    assert spec["route"]["receiver"] == "nobody"
    assert {route["receiver"]: route["matchers"][0]["value"] for route in spec["route"]["routes"]} == {
        "dead-man": "Watchdog",
        "slack-0": "warning",
        "email-1": "critical|warning",
        "pagerduty-2": "critical",
        "webhook-3": "critical|warning",
    }


def test_who_may_read(watched: Recording, bundled: Recording) -> None:
    """One namespace, or the bundled Prometheus; what is no metric stays as open as it was."""
    expected = (
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}},
        },
        {
            "podSelector": {
                "matchLabels": bundled.objects("StatefulSet")["temporal-prometheus"]["spec"]["selector"]["matchLabels"]
            }
        },
    )
    for found, peer in zip((watched, bundled), expected, strict=True):
        policies = found.objects("NetworkPolicy")
        assert policies.keys() == {*(f"{name}-metrics" for name in NAMES), "temporal-postgres-exporter"}
        for service in SERVICE_NAMES:
            spec = policies[f"temporal-{service}-metrics"]["spec"]
            pod = found.objects("Deployment")[f"temporal-{service}"]["spec"]["template"]
            assert spec["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
            open_, read = spec["ingress"]
            assert read == {"from": [peer], "ports": [{"protocol": "TCP", "port": 9090}]}
            served = {port["containerPort"] for port in pod["spec"]["containers"][0]["ports"]}
            assert {port["port"] for port in open_["ports"]} == served - {9090}
    anybody = recording.run(stacks.watched(monitoring__readers={"kind": "cluster"}))
    assert anybody.objects("NetworkPolicy") == {}


def test_the_bundled_prometheus(bundled: Recording) -> None:
    """It may look at pods of the namespaces that it reads, and answers to the holder of one certificate."""
    config = bundled.objects("ConfigMap")["temporal-prometheus-config"]["data"]
    read = yaml.safe_load(config["prometheus.yml"])
    jobs = {job["job_name"]: job for job in read["scrape_configs"]}
    assert jobs.keys() == {
        *(f"bundled/{name}" for name in NAMES),
        "bundled/temporal-postgres-exporter",
        "demo/documents",
        "temporal-prometheus",
        "temporal-alertmanager",
    }
    history = jobs["bundled/temporal-history"]
    assert history["kubernetes_sd_configs"] == [{"role": "pod", "namespaces": {"names": ["bundled"]}}]
    labels = {step.get("target_label"): step.get("replacement") for step in history["relabel_configs"]}
    assert (labels["job"], labels["installation"]) == ("temporal-history", "bundled")
    assert yaml.safe_load(config["web.yml"])["tls_server_config"]["client_auth_type"] == "RequireAndVerifyClientCert"
    assert {each["metadata"]["namespace"] for each in bundled.kubernetes() if each["kind"] == "Role"} == {
        "bundled",
        "demo",
    }
    for role in (each for each in bundled.kubernetes() if each["kind"] == "Role"):
        assert role["rules"] == [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]}]
    pods = {name: each["spec"]["template"]["spec"] for name, each in bundled.objects("StatefulSet").items()}
    asking = {name for name, pod in pods.items() if pod["automountServiceAccountToken"]}
    assert asking == {"temporal-prometheus"}


def test_the_bundled_alertmanager_finds_credentials_in_files(bundled: Recording) -> None:
    config = bundled.objects("ConfigMap")["temporal-alertmanager-config"]["data"]["alertmanager.yml"]
    receivers = {receiver["name"]: receiver for receiver in yaml.safe_load(config)["receivers"]}
    folder = "/etc/temporal/routes"
    [slack], [mail] = receivers["slack-0"]["slack_configs"], receivers["email-1"]["email_configs"]
    assert slack["api_url_file"] == f"{folder}/slack-0-webhook"
    assert mail["auth_password_file"] == f"{folder}/email-1-password"
    pod = bundled.objects("StatefulSet")["temporal-alertmanager"]["spec"]["template"]["spec"]
    [volume] = [each for each in pod["volumes"] if each["name"] == "routes"]
    files = {
        item["path"]: (source["secret"]["name"], item["key"])
        for source in volume["projected"]["sources"]
        for item in source["secret"]["items"]
    }
    assert files == {
        "slack-0-webhook": ("slack", "url"),
        "email-1-password": ("smtp", "password"),
        "email-1-ca": ("smtp", "ca.crt"),
        "pagerduty-2-key": ("pagerduty", "key"),
        "webhook-3-url": ("hook", "url"),
        "webhook-3-token": ("hook", "token"),
        "dead-man-url": ("dead-man", "url"),
    }


def test_the_bundled_grafana(bundled: Recording) -> None:
    """TLS, one login that is drawn, and nothing that calls home."""
    pod = bundled.objects("StatefulSet")["temporal-grafana"]["spec"]["template"]["spec"]
    said = {each["name"]: each["value"] for each in pod["containers"][0]["env"]}
    assert said["GF_SERVER_PROTOCOL"] == "https"
    assert said["GF_AUTH_ANONYMOUS_ENABLED"] == said["GF_ANALYTICS_REPORTING_ENABLED"] == "false"
    assert said["GF_SECURITY_ADMIN_PASSWORD__FILE"] == "/etc/temporal/grafana-admin/password"
    provided = bundled.objects("ConfigMap")["temporal-grafana-config"]["data"]
    [source] = yaml.safe_load(provided["datasources.yaml"])["datasources"]
    assert source["url"] == "https://temporal-prometheus.bundled.svc:9090"
    assert source["secureJsonData"]["tlsClientKey"] == "$__file{/etc/temporal/monitoring-tls/tls.key}"
    assert "temporal-grafana" not in recording.run(
        dict(stacks.bundled(monitoring={"kind": "bundled"}).items())
    ).objects("StatefulSet")


def test_cloud_stacks_are_watched_by_an_operator() -> None:
    """Their workloads are read; alerts of a server are not there."""
    said = {"kind": "operator", "readers": {"kind": "cluster"}}
    config = stacks.cloud()
    found = recording.run(config | {"temporal:monitoring": said})
    [rules] = _custom(found, "PrometheusRule").values()
    alerts = {rule["alert"] for group in rules["spec"]["groups"] for rule in group["rules"] if "alert" in rule}
    assert not {name for name, alert in CATALOGUE.items() if "self-hosted" in alert.needs} & alerts
    assert _custom(found, "ServiceMonitor") == {}
    assert found.objects("NetworkPolicy") == {}
