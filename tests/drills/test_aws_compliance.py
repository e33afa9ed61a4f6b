"""What the stacks make on AWS, held against the tools that know AWS' rules, and sent to an emulator. No account.

Each stack is applied to the simulated provider by the real engine. The result is read by checkov as a plan of
Terraform, by cfn-lint as a template of CloudFormation, policies of roles by parliament too; what they find is nothing,
or stands in tests/compliance/waivers.toml. The requests that make it are sent to moto, and what moto then has is what
was asked for.

Where the proof ends: the tools know rules, not accounts. That AWS takes what they let pass, what a region lacks, and
what a role may do in the end is seen in an account only. moto looks at less than AWS does.
"""

import dataclasses
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from commands import simulation, stackfile
from embedded.progress import Progress
from tests.compliance import cloudformation, emulator, policies, stacks, terraform, tools
from tests.compliance.graph import Resource, graph
from tests.compliance.tools import Finding

FOLDER = Path(tools.__file__).parent
WAIVERS: dict[str, Any] = tomllib.loads((FOLDER / "waivers.toml").read_text())
CONTROLS = {
    f"{service}.{number}": control
    for service, controls in tomllib.loads((FOLDER / "controls.toml").read_text()).items()
    for number, control in controls.items()
}
REGION = "us-east-1"


@dataclass(frozen=True)
class Emulated:
    """A stack in the emulator: what it refused, and what it has."""

    name: str
    resources: list[Resource]
    refused: list[str]
    read: dict[str, Any]

    @property
    def key(self) -> str:
        """ARN of the key of what is stored."""
        encryption = stacks.config(self.name)["temporal:aws"].get("encryption", {})
        return str(encryption.get("key") or self.outputs("aws:kms/key:Key", "temporal-aws-key")["arn"])

    def inputs(self, type_: str, name: str) -> Mapping[str, Any]:
        return self._of(type_, name).inputs

    def outputs(self, type_: str, name: str) -> Mapping[str, Any]:
        return self._of(type_, name).outputs

    def _of(self, type_: str, name: str) -> Resource:
        [found] = [each for each in self.resources if (each.type, each.name) == (type_, name)]
        return found


@pytest.fixture(scope="session")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Resource]]:
    """The resources of each stack after a simulated `up`."""
    return {name: _applied(name, tmp_path_factory.mktemp("stacks")) for name in stacks.NAMES}


def _applied(name: str, folder: Path) -> list[Resource]:
    file = folder / f"Pulumi.{name}.yaml"
    file.write_text(stacks.text(name))
    return graph(simulation.state(stackfile.read(name, file, folder / "state"), Progress()))


@pytest.fixture(scope="session")
def checked(graphs: dict[str, list[Resource]]) -> dict[str, tools.Checked]:
    """What checkov says of each stack."""
    return {name: tools.checkov(terraform.plan(resources)) for name, resources in graphs.items()}


@pytest.fixture(scope="session")
def linted(graphs: dict[str, list[Resource]]) -> dict[str, list[Finding]]:
    """What cfn-lint says of each stack."""
    return {name: tools.cfn_lint(cloudformation.template(resources), REGION) for name, resources in graphs.items()}


def _waived(stack: str, finding: Finding) -> str | None:
    """The kind of the waiver that a finding falls under."""
    for kind, waiver in WAIVERS.items():
        for each in waiver["findings"]:
            is_of_stack = stack in each.get("stacks", stacks.NAMES)
            if is_of_stack and each["rule"] == finding.rule and fnmatchcase(finding.resource, each["resource"]):
                return kind
    return None


def _left(found: Mapping[str, Iterable[Finding]]) -> dict[str, list[str]]:
    """By stack, what no waiver is for."""
    left = defaultdict(list)
    for stack, findings in found.items():
        for finding in sorted(findings):
            if _waived(stack, finding) is None:
                left[stack].append(f"{finding.rule} {finding.resource}: {finding.words}")
    return dict(left)


def test_checkov_finds_nothing(checked: dict[str, tools.Checked]) -> None:
    assert _left({stack: each.failed for stack, each in checked.items()}) == {}


def test_cfn_lint_finds_nothing(linted: dict[str, list[Finding]]) -> None:
    assert _left(linted) == {}


def test_parliament_finds_nothing(graphs: dict[str, list[Resource]]) -> None:
    """In policies of roles. Those of resources and of trust it cannot read well; cfn-lint and checkov do."""
    found = {
        name: _parliament(each for each in policies.documents(resources) if each.kind == "identity")
        for name, resources in graphs.items()
    }
    assert _left(found) == {}


def _parliament(documents: Iterable[policies.Document]) -> list[Finding]:
    known = list(documents)
    findings = tools.parliament([document.text for document in known])
    return [
        Finding(each["issue"], document.resource, str(each["detail"]))
        for document, found in zip(known, findings, strict=True)
        for each in found
    ]


def test_waivers_are_few_and_needed(checked: dict[str, tools.Checked], linted: dict[str, list[Finding]]) -> None:
    assert len(WAIVERS) <= 5
    unused = [
        (kind, each["rule"], each["resource"])
        for kind, waiver in WAIVERS.items()
        for each in waiver["findings"]
        if not any(
            finding.rule == each["rule"] and fnmatchcase(finding.resource, each["resource"])
            for stack in each.get("stacks", stacks.NAMES)
            for finding in (*checked[stack].failed, *linted[stack])
        )
    ]
    assert unused == []


@pytest.mark.parametrize("name", [name for name, control in CONTROLS.items() if "checks" in control])
def test_a_control_passes_where_the_table_says_so(checked: dict[str, tools.Checked], name: str) -> None:
    """For something at least, and fails for nothing but what is waived."""
    control = CONTROLS[name]
    stack = control.get("in", "production")
    found = checked[stack]
    passed = {finding.rule for finding in found.passed}
    assert set(control["checks"]) - passed == set()
    failed = [each for each in found.failed if each.rule in control["checks"] and not _waived(stack, each)]
    assert failed == []


@pytest.mark.parametrize("name", [name for name, control in CONTROLS.items() if "inputs" in control])
def test_a_control_is_in_the_inputs_where_the_table_says_so(graphs: dict[str, list[Resource]], name: str) -> None:
    control = CONTROLS[name]
    for wanted in control["inputs"]:
        found = [each for each in graphs[control.get("in", "production")] if each.type == wanted["type"]]
        assert found
        for resource in found:
            value = resource.inputs.get(wanted["input"], "")
            assert value == wanted.get("is", value), resource.name
            assert value != wanted.get("not", object()), resource.name
            assert str(wanted.get("has", "")) in str(value), resource.name


ANYBODY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"%s","Principal":"*","Resource":"%s"}]}'
EVERYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"}}]}'
INSTANCE = "aws:rds/instance:Instance"
BROKEN: dict[str, tuple[str, str, Any]] = {
    "CKV_AWS_17": (INSTANCE, "publiclyAccessible", True),
    "CKV_AWS_16": (INSTANCE, "storageEncrypted", False),
    "CKV_AWS_293": (INSTANCE, "deletionProtection", False),
    "CKV_AWS_133": (INSTANCE, "backupRetentionPeriod", 0),
    "CKV_AWS_157": (INSTANCE, "multiAz", False),
    "CKV_AWS_161": (INSTANCE, "iamDatabaseAuthenticationEnabled", False),
    "CKV_AWS_211": (INSTANCE, "caCertIdentifier", "rds-ca-2019"),
    "CKV_AWS_129": (INSTANCE, "enabledCloudwatchLogsExports", []),
    "CKV2_AWS_60": (INSTANCE, "copyTagsToSnapshot", False),
    "CKV2_AWS_69": ("aws:rds/parameterGroup:ParameterGroup", "parameters", []),
    "CKV_AWS_53": ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "blockPublicAcls", False),
    "CKV_AWS_70": ("aws:s3/bucketPolicy:BucketPolicy", "policy", ANYBODY % ("s3:GetObject", "*")),
    "CKV_AWS_21": ("aws:s3/bucketVersioning:BucketVersioning", "versioningConfiguration", {"status": "Suspended"}),
    "CKV_AWS_300": (
        *("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "rules"),
        [{"id": "a", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 365}}],
    ),
    "CKV2_AWS_65": (
        *("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "rule"),
        {"objectOwnership": "ObjectWriter"},
    ),
    "CKV_AWS_7": ("aws:kms/key:Key", "enableKeyRotation", False),
    "CKV_AWS_33": ("aws:kms/key:Key", "policy", ANYBODY % ("kms:*", "*")),
    "CKV_AWS_338": ("aws:cloudwatch/logGroup:LogGroup", "retentionInDays", 7),
    "CKV_AWS_63": ("aws:iam/rolePolicy:RolePolicy", "policy", EVERYTHING),
    "CKV_AWS_60": ("aws:iam/role:Role", "assumeRolePolicy", TRUST),
}
"""What checkov is to find, by an input of production made wrong."""
ILLEGAL: dict[str, tuple[str, str, Any]] = {
    "E3691": (INSTANCE, "engineVersion", "17.99"),
    "E3025": (INSTANCE, "instanceClass", "db.r7g.tiny"),
    "E3512": ("aws:kms/key:Key", "policy", '{"Version":"2012-10-17","Statement":[{"Effect":"Perhaps"}]}'),
    "W3037": ("aws:s3/bucketPolicy:BucketPolicy", "policy", ANYBODY % ("s3:GetObjekt", "arn:aws:s3:::orders/*")),
    "I3510": (
        *("aws:iam/rolePolicy:RolePolicy", "policy"),
        EVERYTHING.replace('"Action":"*","Resource":"*"', '"Action":"s3:GetObject","Resource":"arn:aws:kms:::key"'),
    ),
}
"""What cfn-lint is to find."""


def _broken(resources: Iterable[Resource], type_: str, key: str, value: Any) -> list[Resource]:
    return [
        dataclasses.replace(each, inputs={**each.inputs, key: value}) if each.type == type_ else each
        for each in resources
    ]


def _all_broken(resources: list[Resource], how: dict[str, tuple[str, str, Any]]) -> list[Resource]:
    for type_, key, value in how.values():
        resources = _broken(resources, type_, key, value)
    return resources


def test_checkov_sees_what_is_broken(graphs: dict[str, list[Resource]]) -> None:
    """All at once."""
    broken = _all_broken(graphs["production"], BROKEN)
    found = {finding.rule for finding in tools.checkov(terraform.plan(broken)).failed}
    assert set(BROKEN) - found == set()


def test_cfn_lint_sees_what_is_illegal(graphs: dict[str, list[Resource]]) -> None:
    """All at once."""
    broken = _all_broken(graphs["production"], ILLEGAL)
    found = {finding.rule for finding in tools.cfn_lint(cloudformation.template(broken), REGION)}
    assert set(ILLEGAL) - found == set()


def test_cfn_lint_sees_an_unknown_property_and_a_lifecycle_out_of_order(graphs: dict[str, list[Resource]]) -> None:
    template = cloudformation.template(graphs["production"])
    template["Resources"]["TemporalDatabase"]["Properties"]["Replicas"] = 3
    [rule] = [
        rule
        for rule in template["Resources"]["TemporalArchiveBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
        if "Transitions" in rule
    ]
    rule["Transitions"][0]["StorageClass"] = "GLACIER_SOON"
    found = {(each.rule, each.resource.split(".")[0]) for each in tools.cfn_lint(template, REGION)}
    assert found == {("E3002", "TemporalDatabase"), ("E3030", "TemporalArchiveBucket")}


@pytest.mark.parametrize(
    ("statement", "issue"),
    [
        ('"Action":"s3:GetObjekt","Resource":"arn:aws:s3:::orders/*"', "UNKNOWN_ACTION"),
        ('"Action":"s3:GetObject","Resource":"arn:aws:s3:::orders"', "RESOURCE_MISMATCH"),
        ('"Action":"s3:*","Resource":"*"', "RESOURCE_STAR"),
        (
            '"Action":"s3:GetObject","Resource":"arn:aws:s3:::orders/*","Condition":{"StringEquals":{"s3:colour":"red"}}',
            "UNKNOWN_CONDITION_FOR_ACTION",
        ),
    ],
)
def test_parliament_sees_what_is_wrong(statement: str, issue: str) -> None:
    text = f'{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{statement}}}]}}'
    [found] = tools.parliament([text])
    assert issue in {each["issue"] for each in found}


@pytest.fixture(scope="session", params=["production", "given"])
def emulated(request: pytest.FixtureRequest, graphs: dict[str, list[Resource]]) -> Emulated:
    """A stack in moto."""
    resources = graphs[request.param]
    bucket = {"Bucket": stacks.config(request.param)["temporal:archival"]["bucket"]}
    questions = {
        "block": emulator.read("s3", "get_public_access_block", **bucket),
        "database": emulator.read("rds", "describe_db_instances", DBInstanceIdentifier="temporal-temporal"),
        "encryption": emulator.read("s3", "get_bucket_encryption", **bucket),
        "history": emulator.read("iam", "get_role_policy", RoleName="temporal-temporal-history", PolicyName="temporal"),
        "lifecycle": emulator.read("s3", "get_bucket_lifecycle_configuration", **bucket),
        "ownership": emulator.read("s3", "get_bucket_ownership_controls", **bucket),
        "policy": emulator.read("s3", "get_bucket_policy", **bucket),
        "secrets": emulator.read("secretsmanager", "list_secrets"),
        "versioning": emulator.read("s3", "get_bucket_versioning", **bucket),
        "monitoring": emulator.read("iam", "list_attached_role_policies", RoleName="temporal-temporal-monitoring"),
    }
    said = tools.replay(emulator.given(request.param, resources, list(questions.values())))
    return Emulated(request.param, resources, said["refused"], dict(zip(questions, said["read"], strict=True)))


def test_an_emulator_takes_every_request(emulated: Emulated) -> None:
    assert emulated.refused == []


def test_the_archive_is_what_was_asked_for(emulated: Emulated) -> None:
    read = emulated.read
    assert set(read["block"]["PublicAccessBlockConfiguration"].values()) == {True}
    [rule] = read["encryption"]["ServerSideEncryptionConfiguration"]["Rules"]
    default = rule["ApplyServerSideEncryptionByDefault"]
    assert (default, rule["BucketKeyEnabled"]) == ({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": emulated.key}, True)
    assert read["versioning"]["Status"] == "Enabled"
    [ownership] = read["ownership"]["OwnershipControls"]["Rules"]
    assert ownership["ObjectOwnership"] == "BucketOwnerEnforced"
    written = emulated.inputs("aws:s3/bucketPolicy:BucketPolicy", "temporal-archive-bucket-policy")["policy"]
    assert json.loads(read["policy"]["Policy"]) == json.loads(written)
    assert [(rule["ID"], rule.get("Transitions")) for rule in read["lifecycle"]["Rules"]] == [
        ("tidy-up", None),
        ("transitions", [{"Days": 90, "StorageClass": "STANDARD_IA"}, {"Days": 365, "StorageClass": "GLACIER_IR"}]),
    ]


def test_secrets_and_roles_are_what_was_asked_for(emulated: Emulated) -> None:
    """The secret that RDS makes for the master user has the same key."""
    secrets = {secret["Name"]: secret["KmsKeyId"] for secret in emulated.read["secrets"]["SecretList"]}
    assert set(secrets.values()) == {emulated.key}
    of_rds, ours = ([name for name in secrets if name.startswith("rds!") == is_of_rds] for is_of_rds in (True, False))
    said = [each.inputs["name"] for each in emulated.resources if each.type == "aws:secretsmanager/secret:Secret"]
    assert (len(of_rds), sorted(ours)) == (1, sorted(said))
    written = emulated.inputs("aws:iam/rolePolicy:RolePolicy", "temporal-identities-history-policy")["policy"]
    assert emulated.read["history"]["PolicyDocument"] == json.loads(written)
    attached = [policy["PolicyName"] for policy in emulated.read["monitoring"]["AttachedPolicies"]]
    assert attached == ["AmazonRDSEnhancedMonitoringRole"]


def test_the_database_is_what_was_asked_for(emulated: Emulated) -> None:
    [made] = emulated.read["database"]["DBInstances"]
    said = emulated.inputs(INSTANCE, "temporal-database")
    for answered, asked in {
        "AllocatedStorage": "allocatedStorage",
        "BackupRetentionPeriod": "backupRetentionPeriod",
        "DBInstanceClass": "instanceClass",
        "DeletionProtection": "deletionProtection",
        "EnabledCloudwatchLogsExports": "enabledCloudwatchLogsExports",
        "IAMDatabaseAuthenticationEnabled": "iamDatabaseAuthenticationEnabled",
        "KmsKeyId": "kmsKeyId",
        "MultiAZ": "multiAz",
        "PubliclyAccessible": "publiclyAccessible",
        "StorageEncrypted": "storageEncrypted",
        "StorageType": "storageType",
    }.items():
        assert made[answered] == said[asked], answered
    assert made["Endpoint"]["Port"] == said["port"]
    assert [group["DBParameterGroupName"] for group in made["DBParameterGroups"]] == [said["parameterGroupName"]]
