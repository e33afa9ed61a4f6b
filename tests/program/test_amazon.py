"""Proves what is made of `temporal:monitoring: {kind: amazon}`, and who may publish by SNS. That AWS takes it is for an
account to show.
"""

from typing import Any

import pytest
import yaml

from settings.sizes import SERVICE_NAMES
from tests.program import recording, stacks
from tests.program.policies import statements
from tests.program.recording import Recording

REGION = f"eu-central-1:{stacks.ACCOUNT}"
OWN_TOPIC = f"arn:aws:sns:{REGION}:temporal-metered-alerts"
ON_CALL = f"arn:aws:sns:{REGION}:on-call"
KEY = "arn:aws:kms:::temporal-aws-key"
WORKSPACE = "arn:aws:amp:::temporal-metrics"
URL = "https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/temporal-metrics-id"


def _tags(component: str) -> dict[str, str]:
    return {
        "temporal:installation": "metered",
        "temporal:component": component,
        "temporal:managed-by": "pulumi",
    }


@pytest.fixture(scope="module")
def metered() -> Recording:
    return recording.run(stacks.amazon())


def _only(found: Recording, type_: str) -> dict[str, Any]:
    [made] = found.of(type_).values()
    return made.inputs


def test_a_workspace_with_the_stacks_key_and_logs_of_its_own(metered: Recording) -> None:
    assert _only(metered, "aws:amp/workspace:Workspace") == {
        "alias": "temporal-metered-metrics",
        "kmsKeyArn": KEY,
        "loggingConfiguration": {"logGroupArn": "arn:aws:cloudwatch:::temporal-metrics-logs:*"},
        "tags": _tags("metrics"),
    }
    assert _only(metered, "aws:cloudwatch/logGroup:LogGroup") == {
        "name": "/aws/vendedlogs/prometheus/temporal-metered-metrics",
        "retentionInDays": 90,
        "kmsKeyId": KEY,
        "tags": _tags("metrics"),
    }
    policy = ("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "temporal-metrics-logs-policy", "policyDocument")
    [delivery] = statements(metered, *policy).values()
    assert delivery["Principal"] == {"Service": ["delivery.logs.amazonaws.com"]}
    group = f"arn:aws:logs:{REGION}:log-group:/aws/vendedlogs/prometheus/temporal-metered-metrics:log-stream:*"
    assert delivery["Resource"] == [group]
    assert delivery["Condition"]["StringEquals"] == {"aws:SourceAccount": stacks.ACCOUNT}
    workspace = metered.of("aws:amp/workspace:Workspace")["temporal-metrics"]
    assert "aws:cloudwatch/logResourcePolicy:LogResourcePolicy::temporal-metrics-logs-policy" in workspace.waits_for
    protected = recording.run(stacks.amazon(protection=True)).of("aws:amp/workspace:Workspace")["temporal-metrics"]
    assert (protected.protect, protected.retained) == (True, True)


def test_its_rules_are_those_of_every_other_way(metered: Recording) -> None:
    """But for Grafana's links, which the bundled way has not."""
    made = _only(metered, "aws:amp/ruleGroupNamespace:RuleGroupNamespace")
    assert (made["name"], made["workspaceId"], made["tags"]) == ("temporal", "temporal-metrics-id", _tags("metrics"))
    linked = yaml.safe_load(made["data"])
    alerts = [rule for group in linked["groups"] for rule in group["rules"] if "alert" in rule]
    links = {rule["annotations"].pop("dashboard_url").partition("/d/")[0] for rule in alerts}
    assert links == {"https://grafana.example.com"}
    bundled = recording.run(stacks.bundled(name="metered")).objects("ConfigMap")["temporal-rules"]["data"]
    assert linked == yaml.safe_load(bundled["temporal.yaml"])
    # Far below what AMP may take; its own figures were not at hand (docs/monitoring.md).
    assert len(made["data"]) < 1024**2
    assert sum(len(group["rules"]) for group in linked["groups"]) < 2000


def test_it_tells_topics(metered: Recording) -> None:
    made = _only(metered, "aws:amp/alertManagerDefinition:AlertManagerDefinition")
    assert made["workspaceId"] == "temporal-metrics-id"
    wrapped = yaml.safe_load(made["definition"])
    assert wrapped.keys() == {"alertmanager_config"}
    content = yaml.safe_load(wrapped["alertmanager_config"])
    assert content.keys() == {"route", "inhibit_rules", "receivers"}
    nobody, own, theirs = content["receivers"]
    assert nobody == {"name": "nobody"}
    for receiver, topic in ((own, OWN_TOPIC), (theirs, ON_CALL)):
        [told] = receiver["sns_configs"]
        assert told.keys() == {"sigv4", "topic_arn", "send_resolved", "subject", "message"}
        assert (told["topic_arn"], told["sigv4"]) == (topic, {"region": "eu-central-1"})
    definition = metered.of("aws:amp/alertManagerDefinition:AlertManagerDefinition")["temporal-metrics-alertmanager"]
    assert "aws:sns/topicPolicy:TopicPolicy::temporal-metrics-topic-policy" in definition.waits_for


def test_its_topic_is_encrypted_and_takes_what_this_workspace_says(metered: Recording) -> None:
    assert _only(metered, "aws:sns/topic:Topic") == {
        "name": "temporal-metered-alerts",
        "kmsMasterKeyId": KEY,
        "tags": _tags("alerts"),
    }
    assert _only(metered, "aws:sns/topicSubscription:TopicSubscription") == {
        "topic": "arn:aws:sns:::temporal-metrics-topic",
        "protocol": "email",
        "endpoint": "ops@example.com",
    }
    assert statements(metered, "aws:sns/topicPolicy:TopicPolicy", "temporal-metrics-topic-policy") == {
        "Alerts": {
            "Effect": "Allow",
            "Principal": {"Service": ["aps.amazonaws.com"]},
            "Action": ["sns:GetTopicAttributes", "sns:Publish"],
            "Resource": [OWN_TOPIC],
            "Condition": {
                "ArnEquals": {"aws:SourceArn": WORKSPACE},
                "StringEquals": {"aws:SourceAccount": stacks.ACCOUNT},
            },
        },
        "TlsOnly": {
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["sns:Publish"],
            "Resource": [OWN_TOPIC],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    }


def test_the_stacks_key_is_for_workspace_and_topic_where_there_are_any(metered: Recording) -> None:
    key = ("aws:kms/key:Key", "temporal-aws-key")
    said = statements(metered, *key)
    for name in ("UseThroughServices", "GrantsOfServices"):
        assert "aps.eu-central-1.amazonaws.com" in said[name]["Condition"]["StringEquals"]["kms:ViaService"]
    assert said["Alerts"] == {
        "Effect": "Allow",
        "Principal": {"Service": ["aps.amazonaws.com"]},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": ["*"],
        "Condition": {"StringEquals": {"aws:SourceAccount": stacks.ACCOUNT}},
    }
    theirs = {"routes": [{"kind": "sns", "topic": ON_CALL}]}
    without_topic = recording.run(stacks.amazon(monitoring__notifications=theirs))
    assert "Alerts" not in statements(without_topic, *key)
    assert without_topic.of("aws:sns/topic:Topic") == {}
    assert "aps." not in recording.run(stacks.on_aws()).of(key[0])[key[1]].inputs["policy"]


def test_with_nobody_to_tell_alerts_are_only_kept() -> None:
    config = stacks.amazon()
    del config["temporal:monitoring"]["notifications"]
    found = recording.run(config)
    wrapped = yaml.safe_load(_only(found, "aws:amp/alertManagerDefinition:AlertManagerDefinition")["definition"])
    content = yaml.safe_load(wrapped["alertmanager_config"])
    assert (content["route"], content["receivers"]) == ({"receiver": "nobody"}, [{"name": "nobody"}])
    assert found.exports["metrics"]["workspace"]["topic"] == ""


def test_the_agent_may_send_to_this_workspace_and_nothing_else(metered: Recording) -> None:
    assert statements(metered, "aws:iam/rolePolicy:RolePolicy", "temporal-identities-agent-policy") == {
        "SendMetrics": {"Effect": "Allow", "Action": ["aps:RemoteWrite"], "Resource": [WORKSPACE]}
    }
    association = _only(metered, "aws:eks/podIdentityAssociation:PodIdentityAssociation")
    assert (association["namespace"], association["serviceAccount"]) == ("metered", "temporal-agent")
    server = metered.of("kubernetes:apps/v1:StatefulSet")["temporal-monitoring-agent-server"]
    assert "aws:eks/podIdentityAssociation:PodIdentityAssociation::temporal-identities-agent-association" in (
        server.waits_for
    )
    by_annotation = recording.run(stacks.amazon(aws__identity=dict(stacks.IRSA)))
    account = by_annotation.objects("ServiceAccount")["temporal-agent"]["metadata"]
    assert account["annotations"] == {
        "eks.amazonaws.com/role-arn": f"arn:aws:iam::{stacks.ACCOUNT}:role/temporal-metered-agent"
    }


def test_the_agent_reads_what_a_bundled_prometheus_reads_and_sends_it_on(metered: Recording) -> None:
    config = metered.objects("ConfigMap")["temporal-agent-config"]["data"]
    read = yaml.safe_load(config["prometheus.yml"])
    bundled = recording.run(stacks.bundled(name="metered")).objects("ConfigMap")["temporal-prometheus-config"]["data"]
    own = {"temporal-agent", "temporal-prometheus", "temporal-alertmanager"}
    for_both = yaml.safe_load(bundled["prometheus.yml"])["scrape_configs"]
    jobs = [job for job in read["scrape_configs"] if job["job_name"] not in own]
    assert jobs == [job for job in for_both if job["job_name"] not in own]
    assert read["remote_write"] == [
        {
            "url": f"{URL}/api/v1/remote_write",
            "sigv4": {"region": "eu-central-1"},
            "queue_config": {"max_samples_per_send": 1000, "max_shards": 200, "capacity": 2500},
        }
    ]
    assert read.keys() == {"global", "remote_write", "scrape_configs"}
    assert config["web.yml"] == bundled["web.yml"]
    [container] = metered.pods()["StatefulSet/temporal-agent"]["containers"]
    assert container["args"] == [
        "--agent",
        "--config.file=/etc/temporal/monitoring/prometheus.yml",
        "--web.config.file=/etc/temporal/monitoring/web.yml",
        "--storage.agent.path=/prometheus",
        "--enable-feature=auto-reload-config",
        "--log.format=json",
    ]
    assert {"name": "AWS_EC2_METADATA_DISABLED", "value": "true"} in container["env"]
    roles = [each for each in metered.kubernetes() if each["kind"] == "Role"]
    assert {each["metadata"]["namespace"] for each in roles} == {"metered", "demo"}
    assert {each["metadata"]["name"] for each in roles} == {"metered-temporal-agent"}


def test_nobody_else_reads_in_the_cluster(metered: Recording) -> None:
    agent = metered.objects("StatefulSet")["temporal-agent"]["spec"]["selector"]["matchLabels"]
    policies = metered.objects("NetworkPolicy")
    assert policies.keys() == {*(f"temporal-{name}-metrics" for name in SERVICE_NAMES), "temporal-postgres-exporter"}
    for name in SERVICE_NAMES:
        read = policies[f"temporal-{name}-metrics"]["spec"]["ingress"][1]
        assert read["from"] == [{"podSelector": {"matchLabels": agent}}]


def test_its_certificate_is_for_its_own_name(metered: Recording) -> None:
    names = {
        name
        for each in metered.of("tls:index/certRequest:CertRequest").values()
        for name in each.inputs.get("dnsNames", [])
        if "agent" in name or "prometheus" in name or "grafana" in name
    }
    assert names == {f"temporal-agent{rest}" for rest in ("", ".metered", ".metered.svc", ".metered.svc.cluster.local")}


def test_outputs_tell_where_the_workspace_is(metered: Recording) -> None:
    assert metered.exports["metrics"] == {
        "kind": "amazon",
        "installation": "metered",
        "prometheus": "",
        "grafana": "https://grafana.example.com",
        "workspace": {"url": URL, "arn": WORKSPACE, "region": "eu-central-1", "topic": OWN_TOPIC},
    }


def test_a_bundled_alertmanager_publishes_by_a_role_of_its_own() -> None:
    told = {"routes": [{"kind": "sns", "topic": ON_CALL, "severities": ["critical"]}]}
    found = recording.run(stacks.changed(stacks.bundled(), aws=dict(stacks.GIVEN_KEY), monitoring__notifications=told))
    assert statements(found, "aws:iam/rolePolicy:RolePolicy", "temporal-identities-alertmanager-policy") == {
        "TellTopics": {"Effect": "Allow", "Action": ["sns:Publish"], "Resource": [ON_CALL]}
    }
    assert _only(found, "aws:eks/podIdentityAssociation:PodIdentityAssociation")["serviceAccount"] == (
        "temporal-alertmanager"
    )
    text = found.objects("ConfigMap")["temporal-alertmanager-config"]["data"]["alertmanager.yml"]
    [sns] = yaml.safe_load(text)["receivers"][1]["sns_configs"]
    assert (sns["topic_arn"], sns["sigv4"]) == (ON_CALL, {"region": "eu-central-1"})
    [container] = found.pods()["StatefulSet/temporal-alertmanager"]["containers"]
    assert {"name": "AWS_EC2_METADATA_DISABLED", "value": "true"} in container["env"]
    for other in ("temporal-prometheus", "temporal-grafana"):
        [container] = found.pods()[f"StatefulSet/{other}"]["containers"]
        assert "AWS_EC2_METADATA_DISABLED" not in {each["name"] for each in container.get("env", [])}


def test_an_operators_alertmanager_is_told_the_topics_region() -> None:
    told = {"routes": [{"kind": "sns", "topic": ON_CALL}]}
    found = recording.run(stacks.watched(monitoring__notifications=told))
    [routes] = [each for each in found.kubernetes() if each["kind"] == "AlertmanagerConfig"]
    [sns] = routes["spec"]["receivers"][1]["snsConfigs"]
    assert (sns["topicARN"], sns["sigv4"], sns["sendResolved"]) == (ON_CALL, {"region": "eu-central-1"}, True)
    assert sns.keys() == {"topicARN", "sigv4", "sendResolved", "subject", "message"}
