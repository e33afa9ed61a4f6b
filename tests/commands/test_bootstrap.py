"""What `make bootstrap` writes: every type that stacks have is in its tables, who deploys may do nothing to others, and
a small stack's template is exactly what stands in bootstrap.yaml beside this file.

The stacks come from the program under mocks. That AWS takes the template, and that it suffices, is seen in an account
only.
"""

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from commands import bootstrap
from commands.bootstrap.deployed import Deployed, deployed
from commands.bootstrap.documents import LONGEST, MOST, documents, length
from commands.bootstrap.permissions import bounding, deploying, known_types, looking, merged, table
from commands.bootstrap.template import Bootstrap, as_yaml
from commands.errors import CommandError
from commands.stackfile import HERE
from settings import load_text
from settings.aws import Aws
from tests.commands.checkout import Checkout
from tests.program import recording, stacks

ISSUER = "token.actions.githubusercontent.com"
EXPECTED = Path(__file__).with_name("bootstrap.yaml")
BOUNDARY = "arn:aws:iam::123456789012:policy/deploy-temporal-orders-boundary"
OTHER_BRANCH_OF_STORES = {
    "aws:amp/alertManagerDefinition:AlertManagerDefinition",
    "aws:amp/ruleGroupNamespace:RuleGroupNamespace",
    "aws:amp/workspace:Workspace",
    "aws:backup/plan:Plan",
    "aws:backup/selection:Selection",
    "aws:backup/vault:Vault",
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:opensearch/domain:Domain",
    "aws:sns/topic:Topic",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:sns/topicSubscription:TopicSubscription",
}
EVERYWHERE = {
    "aps:CreateWorkspace",
    "backup-storage:MountCapsule",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribePrefixLists",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
    "kms:CreateKey",
    "kms:ListAliases",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DeleteResourcePolicy",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "route53:CreateHostedZone",
}
"""What AWS knows no narrower right for."""


def _aws(**said: Any) -> Aws:
    place = {**stacks.AWS, "permissionsBoundary": BOUNDARY, "tags": {}, **said}
    return Aws.model_validate_json(json.dumps(place))


def _recorded(config: Mapping[str, Any]) -> Deployed:
    """A stack as the program makes it under mocks."""
    said = load_text("Pulumi.x.yaml", yaml.safe_dump({"config": dict(config)}))
    assert said.aws
    found = recording.run(config)
    state = [
        {
            "type": each.type,
            "urn": f"urn::{each.name}",
            "custom": True,
            "inputs": recording.plain(each.inputs),
            "outputs": {"arn": f"arn:aws:{each.type.split('/')[0][4:]}:::{each.name}"},
        }
        for each in found.registrations
        if each.type.startswith("aws:")
    ]
    return deployed(said.name, said.aws, state)


def _made_up(*types: str) -> Deployed:
    """A stack with one resource of each type, with hardly an input."""
    inputs = {"name": "temporal-orders-it", "bucket": "orders-archive", "policy": '{"Statement": []}'}
    attached = {"policyArn": "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"}
    resources = [{"type": type_, "name": "it", "properties": {**inputs, **attached}} for type_ in types]
    return Deployed("orders", _aws(), resources)


STACKS: Mapping[str, Any] = {
    "production": lambda: recording.stack_file("production"),
    "staging": lambda: recording.stack_file("staging"),
    **{
        name: lambda name=name: yaml.safe_load((HERE.root / f"tests/settings/stacks/{name}.yaml").read_text())["config"]
        for name in ("amazon", "aws", "aurora", "rds", "cloud-linked")
    },
    "cluster": lambda: stacks.rds(deployment="multi-az-cluster", **{"class": "db.r8gd.large"}),
    "restored": lambda: stacks.rds(
        identifier="other", restore={"kind": "point-in-time", "source": "lost", "time": "2026-11-20T14:30:00Z"}
    ),
    "replicated": lambda: stacks.on_aws(
        {"replication": dict(stacks.COPY), "objectLock": {"mode": "GOVERNANCE", "days": 9}}
    ),
}


@pytest.fixture(scope="module", params=STACKS)
def stack(request: pytest.FixtureRequest) -> Deployed:
    """Each of the stacks, and one of every type that the table has."""
    return _recorded(STACKS[request.param]())


@pytest.fixture(scope="module")
def everything() -> Deployed:
    """A stack with every type that the table has."""
    return _made_up(*sorted(known_types()))


def _trusting(statements: list[dict[str, Any]], action: str) -> Iterator[dict[str, Any]]:
    return (statement for statement in statements if action in statement["Action"])


def test_every_type_of_the_stacks_is_in_the_table(stack: Deployed) -> None:
    assert set(stack.types) <= known_types()
    assert deploying(stack)


def test_types_that_come_with_search_domains_alarms_and_backups_are_in_the_table() -> None:
    assert known_types() >= OTHER_BRANCH_OF_STORES


def test_a_type_that_is_not_in_the_table_is_named() -> None:
    with pytest.raises(CommandError) as refusal:
        deploying(_made_up("aws:sqs/queue:Queue", "aws:kms/key:Key"))
    assert str(refusal.value) == (
        "nobody wrote down yet what it takes to deploy aws:sqs/queue:Queue: commands/bootstrap/data/permissions.toml"
    )


def test_a_policy_of_aws_that_is_not_in_the_table_is_named() -> None:
    attachment = {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess", "role": "temporal-orders-x"}
    resources = [{"type": "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "name": "x", "properties": attachment}]
    with pytest.raises(CommandError) as refusal:
        bounding(Deployed("orders", _aws(), resources))
    assert str(refusal.value) == (
        "nobody wrote down yet what of AdministratorAccess roles need: commands/bootstrap/data/attached.toml"
    )


@pytest.mark.parametrize("of", [deploying, looking])
def test_no_action_and_no_resource_is_everything(everything: Deployed, of: Any) -> None:
    for statement in of(everything):
        assert statement["Effect"] == "Allow"
        assert not [action for action in statement["Action"] if "*" in action or "?" in action]
        if "*" in statement["Resource"]:
            assert set(statement["Action"]) <= EVERYWHERE


def test_what_is_allowed_everywhere_has_a_reason() -> None:
    for name, key in (("permissions", "read"), ("attached", "actions")):
        for permission in table(name)["permission"]:
            assert ("because" in permission) == (permission["on"] == ["*"]), permission.get(key)


def test_whoever_previews_changes_nothing(everything: Deployed) -> None:
    actions = {action.partition(":")[2] for statement in looking(everything) for action in statement["Action"]}
    assert not [action for action in actions if not action.startswith(("Describe", "Get", "List"))]
    assert "GetSecretValue" not in actions
    assert "GetObject" not in actions


def test_roles_are_bounded_and_nobody_takes_the_bounds_away(everything: Deployed) -> None:
    statements = deploying(everything)
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"):
        [statement] = _trusting(statements, action)
        assert statement["Condition"]["StringEquals"]["iam:PermissionsBoundary"] == BOUNDARY
    actions = {action for statement in statements for action in statement["Action"]}
    assert not [
        action
        for action in actions
        if action.startswith("iam:")
        and ("Boundary" in action or "Version" in action)
        and action != "iam:PutRolePermissionsBoundary"
    ]
    assert not actions & {"iam:CreateUser", "iam:CreatePolicy", "sts:AssumeRole", "secretsmanager:GetSecretValue"}


def test_only_policies_that_the_stack_attaches_may_be_attached(stack: Deployed) -> None:
    arns = {
        resource["properties"]["policyArn"] for resource in stack.resources if "policyArn" in resource["properties"]
    }
    for statement in _trusting(deploying(stack), "iam:AttachRolePolicy"):
        assert set(statement["Condition"]["ArnEquals"]["iam:PolicyARN"]) == arns


def test_roles_go_to_one_service_each(everything: Deployed) -> None:
    passed = {}
    for statement in _trusting(deploying(everything), "iam:PassRole"):
        assert statement["Action"] == ["iam:PassRole"]
        assert all(fnmatchcase(arn, "arn:aws:iam::123456789012:role/temporal-orders*") for arn in statement["Resource"])
        [(operator, keys)] = statement["Condition"].items()
        passed[keys["iam:PassedToService"]] = operator
    assert passed == dict.fromkeys(
        ["pods.eks.amazonaws.com", "monitoring.rds.amazonaws.com", "s3.amazonaws.com", "backup.amazonaws.com"],
        "StringEquals",
    )


FOREIGN = (
    "arn:aws:iam::123456789012:role/deploy-temporal-orders",
    "arn:aws:iam::123456789012:role/temporal-orders2-history",
    "arn:aws:iam::123456789012:role/admin",
    "arn:aws:iam::123456789012:policy/deploy-temporal-orders-boundary",
    "arn:aws:s3:::deploy-temporal-orders-123456789012",
    "arn:aws:kms:eu-central-1:123456789012:alias/deploy-temporal-orders",
    "arn:aws:rds:eu-central-1:123456789012:db:temporal-orders2",
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:other-x1y2z3",
    "arn:aws:sns:eu-central-1:123456789012:temporal-orders2-alarms",
)
"""What is no installation's called orders, the bootstrap's own things among it."""


@pytest.mark.parametrize("arn", FOREIGN)
def test_what_is_somebody_elses_is_out_of_reach(everything: Deployed, arn: str) -> None:
    reaching = [
        action
        for statement in deploying(everything)
        for action in statement["Action"]
        if any(pattern != "*" and fnmatchcase(arn, pattern) for pattern in statement["Resource"])
    ]
    assert reaching == []


def test_what_has_no_name_of_its_own_must_have_the_tag(everything: Deployed) -> None:
    """But for what is only looked at, for what AWS tags a moment later, and for the use of keys through services."""
    untagged = set()
    for statement in deploying(everything):
        nameless = [arn for arn in statement["Resource"] if arn.endswith(("/*", ":backup-plan:*", ":auto-backup:*"))]
        nameless = [arn for arn in nameless if "temporal-orders" not in arn]
        if nameless and "temporal:installation" not in json.dumps(statement.get("Condition", {})):
            untagged |= set(statement["Action"])
    assert untagged == {
        "ec2:CreateTags",  # of a group or rule that is made in the same request
        "kms:CreateAlias",
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DeleteAlias",
        "kms:DescribeKey",
        "kms:EnableKeyRotation",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListResourceTags",
        "kms:UpdateAlias",
        "route53:AssociateVPCWithHostedZone",  # of zones, which have no condition for tags
        "route53:ChangeResourceRecordSets",
        "route53:ChangeTagsForResource",
        "route53:DeleteHostedZone",
        "route53:DisassociateVPCFromHostedZone",
        "route53:GetChange",
        "route53:GetHostedZone",
        "route53:ListResourceRecordSets",
        "route53:ListTagsForResource",
        "route53:UpdateHostedZoneComment",
    }


def test_only_names_of_a_private_link_are_written() -> None:
    found = deploying(_recorded(STACKS["cloud-linked"]()))
    [records] = _trusting(found, "route53:ChangeResourceRecordSets")
    assert records["Condition"] == {
        "ForAllValues:StringEquals": {
            "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["orders.a1b2c.tmprl.cloud"]
        }
    }
    [zones] = _trusting(found, "route53:CreateHostedZone")
    assert zones["Condition"] == {
        "ForAllValues:StringEquals": {"route53:VPCs": ["VPCId=vpc-0123456789abcdef0,VPCRegion=eu-central-1"]}
    }
    endpoints = sorted(each["Resource"] for each in _trusting(found, "ec2:CreateVpcEndpoint"))
    of_ec2 = "arn:aws:ec2:eu-central-1:123456789012"
    assert endpoints == [
        [f"{of_ec2}:security-group/*"],
        [f"{of_ec2}:vpc-endpoint/*"],
        [
            f"{of_ec2}:vpc/vpc-0123456789abcdef0",
            f"{of_ec2}:subnet/subnet-0123456789abcdef0",
            f"{of_ec2}:subnet/subnet-0123456789abcdef1",
        ],
    ]


def test_names_outside_the_installations_own_are_named_one_by_one() -> None:
    found = _recorded(STACKS["restored"]())
    text = json.dumps(deploying(found))
    for arn in (
        "rds:eu-central-1:123456789012:db:other",
        "rds:eu-central-1:123456789012:db:lost",
        "rds:eu-central-1:123456789012:snapshot:other-final",
        "iam::123456789012:role/other-monitoring",
        "logs:eu-central-1:123456789012:log-group:/aws/rds/instance/other/postgresql",
    ):
        assert f'"arn:aws:{arn}"' in text


def test_a_name_that_is_an_arn_stands_for_itself() -> None:
    snapshot = "arn:aws:rds:eu-central-1:999999999999:snapshot:shared"
    resources = [{"type": "aws:rds/instance:Instance", "name": "x", "properties": {"snapshotIdentifier": snapshot}}]
    [statement] = _trusting(deploying(Deployed("orders", _aws(), resources)), "rds:RestoreDBInstanceFromDBSnapshot")
    assert snapshot in statement["Resource"]


def test_the_boundary_holds_what_the_roles_have(stack: Deployed) -> None:
    """Each statement of each role is in it, with the same resources and conditions."""
    bounds = bounding(stack)
    for said in stack.role_policies():
        rest = {"Resource": said["Resource"], "Condition": said.get("Condition")}
        [bound] = [
            each for each in bounds if {"Resource": each["Resource"], "Condition": each.get("Condition")} == rest
        ]
        assert set(said["Action"]) <= set(bound["Action"])
    assert length(bounds) <= LONGEST


def test_a_key_that_the_stack_makes_is_any_key() -> None:
    """Nobody knows its ARN before the bootstrap."""
    statement = {"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": ["arn:aws:kms:x:1:key/simulated"]}
    policy = {"policy": json.dumps({"Statement": [statement]}), "role": "temporal-orders-history"}
    state = [
        {
            "type": "aws:kms/key:Key",
            "urn": "urn::k",
            "custom": True,
            "inputs": {},
            "outputs": {"arn": "arn:aws:kms:x:1:key/simulated"},
        },
        {"type": "aws:iam/rolePolicy:RolePolicy", "urn": "urn::p", "custom": True, "inputs": policy},
    ]
    assert bounding(deployed("orders", _aws(), state)) == [
        {"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": ["arn:aws:kms:eu-central-1:123456789012:key/*"]}
    ]


def test_policies_are_as_long_as_iam_takes_them(everything: Deployed, stack: Deployed) -> None:
    for found in (everything, stack):
        made = documents(deploying(found))
        assert len(made) < MOST
        assert all(length(each["Statement"]) <= LONGEST for each in made)
        assert [statement for each in made for statement in each["Statement"]] == deploying(found)


def test_documents_are_filled_one_after_the_other() -> None:
    statements = [{"Effect": "Allow", "Action": [f"s3:{letter * 2000}"], "Resource": ["*"]} for letter in "abcde"]
    assert [len(each["Statement"]) for each in documents(statements)] == [2, 2, 1]


def test_statements_and_policies_that_iam_refuses() -> None:
    long = {"Effect": "Allow", "Action": [f"s3:{'a' * 6100}"], "Resource": ["*"]}
    with pytest.raises(CommandError, match=r"^a statement with s3:a+ is longer than a policy \(6144\)\.$"):
        documents([long])
    many = [{"Effect": "Allow", "Action": [f"s3:{number}{'a' * 4000}"], "Resource": ["*"]} for number in range(10)]
    with pytest.raises(CommandError) as refusal:
        documents(many)
    assert str(refusal.value) == "a role would need 10 policies and one for the state; it can have 10."


def test_statements_of_the_same_things_are_one() -> None:
    one = {"Effect": "Allow", "Action": ["a:B", "a:A"], "Resource": ["x"]}
    other = {"Effect": "Allow", "Action": ["a:C", "a:A"], "Resource": ["x"]}
    assert merged([one, other]) == [{"Effect": "Allow", "Action": ["a:A", "a:B", "a:C"], "Resource": ["x"]}]
    assert len(merged([one, {**other, "Condition": {"Null": {"k": "true"}}}])) == 2


def test_the_order_of_resources_changes_nothing(stack: Deployed) -> None:
    turned = Deployed(stack.installation, stack.aws, [*reversed(stack.resources)], stack.made)
    assert deploying(turned) == deploying(stack)


def _small() -> Deployed:
    """A key, and a role that uses it."""
    use = {"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": ["arn:simulated"]}
    resources = [
        {"type": "aws:kms/key:Key", "name": "key", "properties": {}},
        {"type": "aws:iam/role:Role", "name": "role", "properties": {"name": "temporal-orders-history"}},
        {
            "type": "aws:iam/rolePolicy:RolePolicy",
            "name": "policy",
            "properties": {"role": "temporal-orders-history", "policy": json.dumps({"Statement": [use]})},
        },
    ]
    aws = _aws(tags={"team": "platform"})
    made = {"arn:simulated": f"arn:aws:kms:{aws.region}:{aws.account}:key/*"}
    return Deployed("orders", aws, resources, made)


def test_the_template_of_a_small_stack() -> None:
    assert as_yaml(Bootstrap(_small(), ISSUER).template()) == EXPECTED.read_text()


def test_a_workspace_that_nobody_knows_yet_is_bounded_by_place() -> None:
    """Its ARN is made by AWS; the boundary is made before."""
    [send] = [each for each in bounding(_recorded(stacks.amazon())) if "aps:RemoteWrite" in each["Action"]]
    assert send["Resource"] == [f"arn:aws:aps:eu-central-1:{stacks.ACCOUNT}:workspace/*"]


def test_the_text_is_the_template() -> None:
    """Nothing of it is an anchor, which CloudFormation refuses, and no policy's text became a number or a date."""
    template = Bootstrap(_small(), ISSUER).template()
    text = as_yaml(template)
    assert yaml.safe_load(text) == template
    assert not [token for token in yaml.scan(text) if isinstance(token, yaml.AnchorToken | yaml.AliasToken)]


def test_another_issuer_and_somebody_elses_boundary() -> None:
    small = _small()
    aws = _aws(permissionsBoundary="arn:aws:iam::123456789012:policy/company")
    template = Bootstrap(Deployed("orders", aws, small.resources), "gitlab.example.com/ci").template()
    assert "Boundary" not in template["Resources"]
    assert template["Resources"]["OidcProvider"]["Properties"]["Url"] == "https://gitlab.example.com/ci"
    [trust] = template["Resources"]["Deployer"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {
        "StringEquals": {
            "gitlab.example.com/ci:aud": {"Ref": "Audience"},
            "gitlab.example.com/ci:sub": {"Ref": "Subject"},
        }
    }
    text = json.dumps(template)
    assert '"iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/company"' in text


def test_a_template_that_cloudformation_takes_from_a_file(stack: Deployed) -> None:
    """51200 bytes. Source: CloudFormation User Guide, "Understand CloudFormation quotas"."""
    assert len(as_yaml(Bootstrap(stack, ISSUER).template()).encode()) <= 51200


def test_the_committed_stacks_name_what_the_template_makes() -> None:
    for name in ("production", "staging"):
        document = yaml.safe_load((HERE.root / f"Pulumi.{name}.yaml").read_text())
        said = load_text(name, (HERE.root / f"Pulumi.{name}.yaml").read_text())
        assert said.aws
        made = Bootstrap(Deployed(said.name, said.aws, ()), ISSUER)
        assert (document["secretsprovider"], said.aws.permissions_boundary) == (made.secrets_provider, made.boundary)


MISTAKES: Mapping[str, tuple[dict[str, str], str]] = {
    "no AWS": (
        {"STACK": "small"},
        "Pulumi.small.yaml does not name AWS (temporal:aws): there is nothing to do for it there.",
    ),
    "unknown stack": (
        {"STACK": "prod"},
        "there is no stack 'prod'. Stacks here: eks, local, small. STACK may also be the path of a stack file.",
    ),
    "an issuer with its scheme": (
        {"STACK": "eks", "ISSUER": f"https://{ISSUER}"},
        f"ISSUER=https://{ISSUER}: say the host, and the path if there is one, without https:// ({ISSUER}).",
    ),
    "roles without bounds": (
        {"STACK": "eks"},
        (
            "Pulumi.eks.yaml does not bound what its roles may do: whoever deploys could give one of them every right, "
            "and use it. Say temporal:aws.permissionsBoundary: "
            "arn:aws:iam::123456789012:policy/deploy-temporal-eks-boundary"
        ),
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes(checkout: Checkout, case: str) -> None:
    """One line, nothing on stdout, nothing built."""
    checkout.stack("eks", "tried", f"  temporal:aws: {json.dumps(dict(stacks.AWS))}\n")
    variables, message = MISTAKES[case]
    ran = checkout.run("bootstrap", **variables)
    assert (ran.code, ran.out, ran.err) == (1, "", f"make bootstrap: {message}\n")


@pytest.mark.engine
def test_with_the_engine(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """From the stack file to the text: the types that the mocks saw, the engine saw, and no key by an invented name."""
    monkeypatch.setenv("STACK", "production")
    monkeypatch.delenv("ISSUER", raising=False)
    assert bootstrap.main() == 0
    text, said = capsys.readouterr()
    first, _, rest = text.partition("\n")
    assert first == (
        "# Written by make bootstrap from Pulumi.production.yaml, for account 123456789012 and region us-east-1."
    )
    found = yaml.safe_load(rest)
    mocked = Bootstrap(_recorded(recording.stack_file("production")), ISSUER).template()
    assert found["Resources"].keys() == mocked["Resources"].keys()
    for name, resource in found["Resources"].items():
        if name.startswith("DeployerPolicy"):
            assert resource == mocked["Resources"][name]
    keys = {arn for arn in text.split() if ":key/" in arn}
    assert keys == {"arn:aws:kms:us-east-1:123456789012:key/*"}
    assert "secretsprovider: awskms://alias/deploy-temporal-temporal?region=us-east-1\n" in said
    assert "PULUMI_BACKEND_URL='s3://deploy-temporal-temporal-123456789012?region=us-east-1&awssdk=v2'\n" in said
