"""Proves what a domain of Amazon OpenSearch Service is made of and who may use it, from what the engine would get, and
what it is to the server.

That AWS makes it so, and that it refuses whom it should, is for an account to show.
"""

import json
from typing import Any

import pytest
import yaml

from settings.sizes import SERVICE_NAMES
from tests.program import recording, stacks
from tests.program.policies import statements
from tests.program.recording import Recording

DOMAIN = "aws:opensearch/domain:Domain"
POLICY = "aws:iam/rolePolicy:RolePolicy"
NAME = "temporal-visibility-temporal-local"
HOST = "vpc-temporal-local-abc.eu-central-1.es.amazonaws.com"
ARN = f"arn:aws:es:eu-central-1:{stacks.ACCOUNT}:domain/temporal-local"
INDEX = f"{ARN}/temporal_visibility_v1*"
TAGS = {
    "cost-center": "4711",
    "temporal:installation": "local",
    "temporal:component": "search",
    "temporal:managed-by": "pulumi",
}


def _domain(found: Recording, name: str = NAME) -> dict[str, Any]:
    return found.of(DOMAIN)[name].inputs


def _role(workload: str) -> str:
    return f"arn:aws:iam::{stacks.ACCOUNT}:role/temporal-local-{workload}"


SERVERS = [_role(service) for service in SERVICE_NAMES]


def _variables(found: Recording, pod: str) -> dict[str, Any]:
    [container] = found.pods()[pod]["containers"]
    return {each["name"]: each.get("value", each.get("valueFrom")) for each in container["env"]}


def _allowed(action: str | list[str], *resources: str) -> dict[str, Any]:
    actions = [action] if isinstance(action, str) else action
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources)}


SERVER_RIGHTS = {
    "SearchReadTemporalLocal": _allowed(
        "es:ESHttpGet",
        f"{INDEX}/_doc/*",
        f"{INDEX}/_mapping",
        f"{ARN}/_cluster/health/temporal_visibility_v1*",
    ),
    "SearchAndRecordTemporalLocal": _allowed("es:ESHttpPost", f"{INDEX}/_search", f"{INDEX}/_count", f"{ARN}/_bulk"),
    "SearchAttributesTemporalLocal": _allowed("es:ESHttpPut", f"{INDEX}/_mapping"),
}
SCHEMA_RIGHTS = {
    "SearchLookTemporalLocal": _allowed("es:ESHttpGet", f"{ARN}/"),
    "SearchIndexTemporalLocal": _allowed(["es:ESHttpHead", "es:ESHttpPut"], INDEX),
    "SearchTemplateTemporalLocal": _allowed("es:ESHttpPut", f"{ARN}/_template/temporal_visibility_v1_template"),
}
MASTER_RIGHTS = {
    "SearchAccessTemporalLocal": _allowed(
        "es:ESHttpPut",
        f"{ARN}/_plugins/_security/api/*",
        f"{ARN}/_cluster/settings",
        f"{ARN}/_template/temporal_visibility_v1_slow",
    )
}


def test_a_domain_is_encrypted_and_in_the_vpc(in_domain: Recording) -> None:
    said = dict(_domain(in_domain))
    del said["accessPolicies"], said["logPublishingOptions"]
    assert said == {
        "domainName": "temporal-local",
        "engineVersion": "OpenSearch_2.19",
        "clusterConfig": {
            "instanceType": "r6g.large.search",
            "instanceCount": 2,
            "dedicatedMasterEnabled": True,
            "dedicatedMasterType": "m6g.large.search",
            "dedicatedMasterCount": 3,
            "multiAzWithStandbyEnabled": False,
            "zoneAwarenessEnabled": True,
            "zoneAwarenessConfig": {"availabilityZoneCount": 2},
        },
        "ebsOptions": {
            "ebsEnabled": True,
            "volumeType": "gp3",
            "volumeSize": 50,
            "iops": 3000,
            "throughput": 125,
        },
        "encryptAtRest": {"enabled": True, "kmsKeyId": "arn:aws:kms:::temporal-aws-key"},
        "nodeToNodeEncryption": {"enabled": True},
        "domainEndpointOptions": {"enforceHttps": True, "tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"},
        "advancedSecurityOptions": {
            "enabled": True,
            "internalUserDatabaseEnabled": False,
            "masterUserOptions": {"masterUserArn": _role("search-access")},
        },
        "vpcOptions": {
            "subnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
            "securityGroupIds": [f"{NAME}-security-group-id"],
        },
        "advancedOptions": {
            "rest.action.multi.allow_explicit_index": "true",
            "override_main_response_version": "false",
        },
        "autoTuneOptions": {
            "desiredState": "ENABLED",
            "rollbackOnDisable": "NO_ROLLBACK",
            "useOffPeakWindow": True,
        },
        "offPeakWindowOptions": {
            "enabled": True,
            "offPeakWindow": {"windowStartTime": {"hours": 22, "minutes": 0}},
        },
        "softwareUpdateOptions": {"autoSoftwareUpdateEnabled": True},
        "tags": TAGS,
    }


def test_what_the_stack_file_says_of_nodes_and_volumes_is_what_is_made() -> None:
    found = recording.run(
        stacks.in_domain(
            domain="orders",
            version="OpenSearch_3.5",
            dataNodes=1,
            dataNodeType="t3.small.search",
            zones=1,
            storage="20Gi",
            iops=4000,
            throughput=250,
            offPeakStart="01:30",
            index="temporal_visibility_v1_b",
        )
    )
    said = _domain(found, "temporal-visibility-orders")
    assert said["domainName"] == "orders"
    assert said["engineVersion"] == "OpenSearch_3.5"
    assert said["clusterConfig"] == {
        "instanceType": "t3.small.search",
        "instanceCount": 1,
        "dedicatedMasterEnabled": False,
        "multiAzWithStandbyEnabled": False,
        "zoneAwarenessEnabled": False,
    }
    assert {key: said["ebsOptions"][key] for key in ("volumeSize", "iops", "throughput")} == {
        "volumeSize": 20,
        "iops": 4000,
        "throughput": 250,
    }
    assert said["vpcOptions"]["subnetIds"] == ["subnet-0123456789abcdef0"]
    assert said["offPeakWindowOptions"]["offPeakWindow"] == {"windowStartTime": {"hours": 1, "minutes": 30}}
    # AWS has no Auto-Tune for t3.
    assert said["autoTuneOptions"] == {
        "desiredState": "DISABLED",
        "rollbackOnDisable": "NO_ROLLBACK",
        "useOffPeakWindow": False,
    }


@pytest.mark.parametrize(
    ("storage", "iops", "throughput"),
    [("170Gi", 3000, 125), ("171Gi", 3000, 250), ("1001Gi", 3003, 250), ("2Ti", 6144, 250)],
)
def test_a_volume_does_what_its_price_includes(storage: str, iops: int, throughput: int) -> None:
    volume = _domain(recording.run(stacks.in_domain(storage=storage)))["ebsOptions"]
    assert (volume["iops"], volume["throughput"]) == (iops, throughput)


def test_each_zone_has_one_subnet() -> None:
    config = stacks.in_domain(dataNodes=2, zones=2)
    config["temporal:aws"]["subnets"] = [
        {"id": f"subnet-0000000{number}", "zone": f"eu-central-1{zone}"} for number, zone in enumerate("aaba")
    ]
    assert _domain(recording.run(config))["vpcOptions"]["subnetIds"] == ["subnet-00000000", "subnet-00000002"]


def test_pods_alone_get_in_and_nothing_gets_out(in_domain: Recording) -> None:
    [group] = in_domain.of("aws:ec2/securityGroup:SecurityGroup").values()
    assert group.inputs == {
        "name": "temporal-local-search",
        "description": "Temporal local, search",
        "vpcId": "vpc-0123456789abcdef0",
        "tags": TAGS,
    }
    [rule] = in_domain.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").values()
    assert rule.inputs == {
        "securityGroupId": f"{NAME}-security-group-id",
        "referencedSecurityGroupId": "sg-0123456789abcdef0",
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "description": "From the pods of production",
        "tags": TAGS,
    }
    assert in_domain.of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule") == {}


def test_a_domain_lets_in_the_roles_of_its_installation_alone(in_domain: Recording) -> None:
    """Each for what its own policy says, too: AWS lets through what either allows."""
    said = statements(in_domain, DOMAIN, NAME, "accessPolicies")
    whose = {
        **dict.fromkeys(SERVER_RIGHTS, SERVERS),
        **{sid: [_role("schema-search")] for sid in SCHEMA_RIGHTS},
        **{sid: [_role("search-access")] for sid in MASTER_RIGHTS},
    }
    rights = {**SERVER_RIGHTS, **SCHEMA_RIGHTS, **MASTER_RIGHTS}
    assert said == {sid: {**rights[sid], "Principal": {"AWS": roles}} for sid, roles in whose.items()}


def test_every_workload_may_do_what_it_does_and_no_more(in_domain: Recording) -> None:
    said = {
        name.removeprefix("temporal-identities-").removesuffix("-policy"): statements(in_domain, POLICY, name)
        for name in in_domain.of(POLICY)
    }
    searching = {
        workload: {sid: statement for sid, statement in found.items() if sid.startswith("Search")}
        for workload, found in said.items()
    }
    rights: dict[str, Any] = {
        **dict.fromkeys(SERVICE_NAMES, SERVER_RIGHTS),
        "schema-search": SCHEMA_RIGHTS,
        "search-access": MASTER_RIGHTS,
    }
    assert searching == rights
    assert "ESHttpDelete" not in json.dumps(said)


def test_a_domain_comes_after_the_roles_that_it_names(in_domain: Recording) -> None:
    waits = in_domain.of(DOMAIN)[NAME].waits_for
    assert {
        f"aws:iam/role:Role::temporal-identities-{workload}-role"
        for workload in (*SERVICE_NAMES, "schema-search", "search-access")
    } <= waits
    assert f"aws:cloudwatch/logResourcePolicy:LogResourcePolicy::{NAME}-logs-policy" in waits


LOGS = {
    "index-slow": "INDEX_SLOW_LOGS",
    "search-slow": "SEARCH_SLOW_LOGS",
    "application": "ES_APPLICATION_LOGS",
    "audit": "AUDIT_LOGS",
}


def test_logs_go_to_groups_that_are_encrypted_and_kept_a_year(in_domain: Recording) -> None:
    groups = in_domain.of("aws:cloudwatch/logGroup:LogGroup")
    assert {name: group.inputs for name, group in groups.items()} == {
        f"{NAME}-logs-{log}": {
            "name": f"/aws/opensearch/temporal-local/{log}",
            "retentionInDays": 365,
            "kmsKeyId": "arn:aws:kms:::temporal-aws-key",
            "tags": TAGS,
        }
        for log in LOGS
    }
    assert _domain(in_domain)["logPublishingOptions"] == [
        {"logType": kind, "cloudwatchLogGroupArn": f"arn:aws:cloudwatch:::{NAME}-logs-{log}"}
        for log, kind in LOGS.items()
    ]


def test_this_domain_alone_writes_to_them(in_domain: Recording) -> None:
    policy = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
    assert in_domain.of(policy)[f"{NAME}-logs-policy"].inputs["policyName"] == "opensearch-temporal-local"
    assert statements(in_domain, policy, f"{NAME}-logs-policy", "policyDocument") == {
        "OpenSearchLogs": {
            "Effect": "Allow",
            "Principal": {"Service": ["es.amazonaws.com"]},
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [f"arn:aws:logs:eu-central-1:{stacks.ACCOUNT}:log-group:/aws/opensearch/temporal-local/*"],
            "Condition": {
                "ArnLike": {"aws:SourceArn": ARN},
                "StringEquals": {"aws:SourceAccount": stacks.ACCOUNT},
            },
        }
    }


@pytest.mark.parametrize("service", SERVICE_NAMES)
def test_every_service_signs_its_searches(in_domain: Recording, service: str) -> None:
    """The file is known at a preview; the address, which AWS chooses, comes from the environment."""
    text = in_domain.objects("ConfigMap")[f"temporal-{service}-config"]["data"]["server.yaml"]
    assert yaml.safe_load(text)["persistence"]["datastores"]["visibility"] == {
        "elasticsearch": {
            "version": "v8",
            "url": {"scheme": "https", "host": r'{{ env "TEMPORAL_VISIBILITY_HOST" | replace "\x27" "\x27\x27" }}'},
            "indices": {"visibility": "temporal_visibility_v1"},
            "logLevel": "error",
            "closeIdleConnectionsInterval": "15s",
            "aws-request-signing": {
                "enabled": True,
                "region": "eu-central-1",
                "credentialProvider": "aws-sdk-default",
            },
        }
    }
    variables = _variables(in_domain, f"Deployment/temporal-{service}")
    assert variables["TEMPORAL_VISIBILITY_HOST"] == HOST
    assert "TEMPORAL_VISIBILITY_PASSWORD" not in variables


def test_the_schema_job_comes_after_the_domain_was_told_who_may_do_what(in_domain: Recording) -> None:
    jobs = in_domain.of("kubernetes:batch/v1:Job")
    access, schema = jobs[f"{NAME}-access"], jobs["temporal-server-schema-search"]
    assert f"{DOMAIN}::{NAME}" in access.waits_for
    assert f"kubernetes:batch/v1:Job::{NAME}-access" in schema.waits_for
    assert f"kubernetes:batch/v1:Job::{NAME}-access" not in jobs["temporal-server-schema-temporal"].waits_for
    for job, workload in ((access, "search-access"), (schema, "schema-search")):
        pod = job.inputs["spec"]["template"]["spec"]
        assert pod["serviceAccountName"] == f"temporal-{workload}"
        assert f"aws:eks/podIdentityAssociation:PodIdentityAssociation::temporal-identities-{workload}-association" in (
            job.waits_for
        )
    environment = {
        each["name"]: each["value"] for each in schema.inputs["spec"]["template"]["spec"]["containers"][0]["env"]
    }
    assert {key: value for key, value in environment.items() if key not in ("USER", "HOME")} == {
        "SEARCH_STORE": "opensearch-domain/temporal-local",
        "ES_SERVER": f"https://{HOST}",
        "INDEX": "temporal_visibility_v1",
        "SETUP_ARGUMENTS": "--skip-cluster-settings",
        "AWS_CREDENTIALS": "aws-sdk-default",
        "AWS_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_the_job_that_tells_a_domain_is_its_master_user(in_domain: Recording) -> None:
    variables = _variables(in_domain, "Job/temporal-search-access")
    assert variables == {
        "DOMAIN": "temporal-local",
        "HOST": HOST,
        "REGION": "eu-central-1",
        "STS_HOST": "sts.eu-central-1.amazonaws.com",
        "MASTER": "temporal-local-search-access",
        "REQUESTS": "/etc/temporal-platform/requests",
        "AUTHORITY_FILE": "/etc/temporal/search/authority/ca.crt",
    }
    [requests] = [
        found["data"]["requests"] for found in in_domain.objects("ConfigMap").values() if "requests" in found["data"]
    ]
    mapped = [json.loads(line.split(" ", 2)[2]) for line in requests.splitlines() if "rolesmapping" in line]
    assert mapped == [{"backend_roles": SERVERS}, {"backend_roles": [_role("schema-search")]}]
    pod = in_domain.pods()["Job/temporal-search-access"]
    assert [container["name"] for container in pod["initContainers"]] == ["authorities"]


def test_with_irsa_the_accounts_of_jobs_name_their_roles() -> None:
    config = stacks.in_domain()
    config["temporal:aws"]["identity"] = dict(stacks.IRSA)
    accounts = recording.run(config).objects("ServiceAccount")
    for workload in ("schema-search", "search-access", "history"):
        annotations = accounts[f"temporal-{workload}"]["metadata"]["annotations"]
        assert annotations["eks.amazonaws.com/role-arn"] == _role(workload)


def test_a_domain_is_called_by_a_word_that_is_known_before_it_is_there(in_domain: Recording) -> None:
    assert in_domain.exports["immutable"]["visibility"] == "opensearch-domain/temporal-local/temporal_visibility_v1"


def test_a_domain_stays_where_the_stack_is_protected(in_domain: Recording) -> None:
    protected = recording.run(stacks.changed(stacks.in_domain(), protection=True)).of(DOMAIN)[NAME]
    assert (protected.protect, protected.retained) == (True, True)
    free = in_domain.of(DOMAIN)[NAME]
    assert (free.protect, free.retained) == (False, False)


def test_a_domain_does_not_go_with_the_kubernetes_namespace() -> None:
    """What goes with it leaves the state with it, and would stay in the account."""
    found = recording.run(stacks.changed(stacks.in_domain(), kubernetes__createNamespace=True))
    assert {r.name for r in found.registrations if r.type.startswith("aws:") and r.deleted_with} == set()
    assert found.of("kubernetes:batch/v1:Job")[f"{NAME}-access"].deleted_with.endswith("::temporal-namespace")


@pytest.fixture(scope="module")
def between_domains() -> dict[str, Recording]:
    """A move from one domain of the stack's own to another, from its beginning to its end."""
    move = stacks.move("prepare", {**stacks.DOMAIN, "domain": "other", "index": "temporal_visibility_v1_b"})
    found = {"none": recording.run(stacks.in_domain())}
    for stage in ("prepare", "write-both", "read-new"):
        config, before = stacks.in_domain(move={**move, "stage": stage}), [*found.values()][-1]
        found[stage] = recording.run(config, deployed=before.exports)
    promoted = stacks.in_domain(domain="other", index="temporal_visibility_v1_b")
    found["promoted"] = recording.run(promoted, deployed=found["read-new"].exports)
    return found


def test_a_move_ends_with_the_domain_that_it_began(between_domains: dict[str, Recording]) -> None:
    """The same resource with the same inputs: nothing of it is made anew when it takes the place of the old one."""
    made = {
        stage: {
            (r.type, r.name): (r.parent, r.inputs)
            for r in found.registrations
            if "temporal-visibility-other" in r.name and "-access" not in r.name
        }
        for stage, found in between_domains.items()
    }
    assert made["none"] == {}
    assert len(made["prepare"]) == 9
    assert made["prepare"] == made["write-both"] == made["read-new"] == made["promoted"]
    assert {stage: sorted(found.of(DOMAIN)) for stage, found in between_domains.items()} == {
        "none": [NAME],
        **{stage: ["temporal-visibility-other", NAME] for stage in ("prepare", "write-both", "read-new")},
        "promoted": ["temporal-visibility-other"],
    }


def test_both_domains_know_the_roles_while_a_move_is_under_way(between_domains: dict[str, Recording]) -> None:
    found = between_domains["write-both"]
    assert set(statements(found, POLICY, "temporal-identities-history-policy")) >= {
        "SearchAndRecordTemporalLocal",
        "SearchAndRecordOther",
    }
    jobs = found.of("kubernetes:batch/v1:Job")
    assert {name for name in jobs if name.endswith("-access")} == {f"{NAME}-access", "temporal-visibility-other-access"}
    names = [jobs[name].inputs["metadata"]["name"] for name in jobs if name.endswith("-access")]
    assert len(set(names)) == 2
    variables = _variables(found, "Deployment/temporal-history")
    assert variables["TEMPORAL_VISIBILITY_HOST"] == HOST
    assert variables["TEMPORAL_SECONDARY_VISIBILITY_HOST"] == HOST.replace("temporal-local", "other")


def test_a_move_is_among_the_outputs_by_the_same_words(between_domains: dict[str, Recording]) -> None:
    old, new = (
        "opensearch-domain/temporal-local/temporal_visibility_v1",
        "opensearch-domain/other/temporal_visibility_v1_b",
    )
    keys = ("visibility", "visibilityMove", "visibilityStage")
    assert {
        stage: tuple(found.exports["immutable"][key] for key in keys) for stage, found in between_domains.items()
    } == {
        "none": (old, "", ""),
        **{stage: (old, new, stage) for stage in ("prepare", "write-both", "read-new")},
        "promoted": (new, "", ""),
    }


def test_a_move_to_another_index_takes_the_same_domain() -> None:
    found = recording.run(stacks.in_domain(move=stacks.move("prepare")))
    assert list(found.of(DOMAIN)) == [NAME]
    variables = _variables(found, "Deployment/temporal-history")
    assert variables["TEMPORAL_VISIBILITY_HOST"] == variables["TEMPORAL_SECONDARY_VISIBILITY_HOST"] == HOST


@pytest.fixture(scope="module")
def signing() -> Recording:
    """A domain of somebody else's, whose ARN is said."""
    return recording.run(stacks.signing())


def test_roles_for_somebody_elses_domain(signing: Recording) -> None:
    arn = stacks.DOMAIN_ARN
    said = statements(signing, POLICY, "temporal-identities-matching-policy")
    assert said["SearchAndRecordSearch"] == _allowed(
        "es:ESHttpPost",
        f"{arn}/temporal_visibility_v1*/_search",
        f"{arn}/temporal_visibility_v1*/_count",
        f"{arn}/_bulk",
    )
    assert {name.removeprefix("temporal-identities-") for name in signing.of("aws:iam/role:Role")} == {
        f"{workload}-role" for workload in (*SERVICE_NAMES, "schema-search")
    }
    assert signing.of(DOMAIN) == {}
    pod = signing.pods()["Job/temporal-schema-search-v14"]
    assert pod["serviceAccountName"] == "temporal-schema-search"


def test_without_its_arn_the_pods_are_somebody_elses_matter() -> None:
    config = stacks.changed(stacks.signing(), visibility__authentication=dict(stacks.SIGNING))
    found = recording.run(config)
    assert found.of("aws:iam/role:Role") == {}
    assert "serviceAccountName" not in found.pods()["Job/temporal-schema-search-v14"]
