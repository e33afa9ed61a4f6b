"""Proves what holds for everything a stack has on AWS: which account it lands in, its tags, its names in every
partition, and that a stack without AWS loads nothing of it. What AWS makes of it is for an account to show.
"""

import ast
import importlib
import inspect
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import components
from components.aws.account import AwsAccount
from settings.aws import Aws
from tests.program import recording, stacks
from tests.program.recording import Recording, Registration

ROOT = Path(__file__).resolve().parents[2]
AWS_PROVIDER = "urn:pulumi:local::temporal::pulumi:pulumi:Stack$pulumi:providers:aws::aws::aws-id"


def _of_aws(found: Recording) -> list[Registration]:
    return [r for r in found.registrations if r.type.startswith("aws:")]


def test_the_one_provider_takes_credentials_of_the_account_only(on_aws: Recording) -> None:
    [provider] = on_aws.of("pulumi:providers:aws").values()
    assert provider.inputs == {
        "region": "eu-central-1",
        "allowedAccountIds": '["123456789012"]',
        "skipCredentialsValidation": "false",
        "skipRegionValidation": "false",
    }
    assert {r.provider for r in _of_aws(on_aws)} == {AWS_PROVIDER}


@pytest.mark.parametrize("stack", ["on_aws", "cared_for"])
def test_nothing_goes_with_the_kubernetes_namespace(stack: str, request: pytest.FixtureRequest) -> None:
    """It would leave the state with it, and stay in the account."""
    found: Recording = request.getfixturevalue(stack)
    by_name = {(r.type.split("$")[-1], r.name): r for r in found.registrations}
    for registration in _of_aws(found):
        here: Registration | None = registration
        while here is not None:
            assert here.deleted_with == "", registration.name
            *_, type_, name = here.parent.replace("$", "::").split("::")
            here = by_name.get((type_, name))


def test_everything_that_takes_tags_has_them(on_aws: Recording, cared_for: Recording) -> None:
    ours = {"temporal:installation": "local", "temporal:managed-by": "pulumi", "cost-center": "4711"}
    tagged = {}
    for registration in _of_aws(on_aws):
        if _takes_tags(registration.type):
            tags = dict(registration.inputs["tags"])
            tagged[registration.name] = tags.pop("temporal:component")
            assert tags == ours
    for registration in _of_aws(cared_for):
        if _takes_tags(registration.type):
            assert registration.inputs["tags"].items() >= ours.items(), registration.name
    services = ("frontend", "internal-frontend", "history")
    assert tagged == {
        "temporal-aws-key": "encryption",
        "temporal-archive-bucket": "archive",
        "temporal-archive-logs": "archive-logs",
        **{
            f"temporal-identities-{service}-{what}": service for service in services for what in ("role", "association")
        },
    }


def _takes_tags(token: str) -> bool:
    _, module, name = token.split(":")
    arguments = getattr(importlib.import_module(f"pulumi_aws.{module.split('/')[0]}"), f"{name}Args")
    return "tags" in inspect.signature(arguments).parameters


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("eu-central-1", "aws", "amazonaws.com"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
    ],
)
def test_names_follow_the_partition(region: str, partition: str, suffix: str) -> None:
    account = _account({**stacks.AWS, "region": region})
    assert account.arn("iam", "role/x") == f"arn:{partition}:iam::123456789012:role/x"
    assert account.arn("s3", "archive/a") == f"arn:{partition}:s3:::archive/a"
    assert account.arn("eks", "cluster/x") == f"arn:{partition}:eks:{region}:123456789012:cluster/x"
    assert account.endpoint("s3") == f"s3.{region}.{suffix}"


def _account(settings: dict[str, Any]) -> AwsAccount:
    said = Aws.model_validate_json(json.dumps(settings))
    return AwsAccount(settings=said, installation="orders", parent=None, protect=False)  # type: ignore[arg-type]


def test_a_key_is_only_made_for_what_is_stored(on_aws: Recording) -> None:
    """A bucket of somebody else's has its own."""
    alone = recording.run(stacks.changed(stacks.local(), aws=dict(stacks.AWS)))
    assert _of_aws(alone) == []
    given = stacks.on_aws(aws__encryption={"kind": "existing", "key": stacks.KEY})
    assert recording.run(given).of("aws:kms/key:Key") == {}
    assert on_aws.of("aws:kms/key:Key").keys() == {"temporal-aws-key"}
    with pytest.raises(ValueError, match="has no key"):
        _ = _account(dict(stacks.AWS)).key


def test_what_is_stored_is_held_to_its_account_region_and_key(on_aws: Recording, local: Recording) -> None:
    given = recording.run(stacks.on_aws(aws__encryption={"kind": "existing", "key": stacks.KEY}))
    place = {"account": "123456789012", "region": "eu-central-1"}
    assert on_aws.exports["immutable"]["aws"] == {**place, "key": "created"}
    assert given.exports["immutable"]["aws"] == {**place, "key": stacks.KEY}
    assert local.exports["immutable"]["aws"] == {}


@pytest.mark.parametrize(("stack", "loaded"), [("stored", False), ("existing", False), ("on_aws", True)])
def test_only_a_stack_with_an_account_loads_the_sdk(stack: str, *, loaded: bool) -> None:
    """In a fresh interpreter; an archive alone does not load EC2's module, which takes as long as all the others."""
    program = (
        "import sys\n"
        "from tests.program import recording, stacks\n"
        f"recording.run(stacks.{stack}())\n"
        "print('pulumi_aws' in sys.modules, 'pulumi_aws.ec2.security_group' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{loaded} False\n"), done.stderr


def test_the_type_checker_sees_every_module_that_is_used() -> None:
    """mypy skips most of the SDK (pyproject.toml); what it skipped it would take for Any, and check nothing."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text())
    followed = {
        module
        for override in configuration["tool"]["mypy"]["overrides"]
        if override.get("follow_imports") == "silent"
        for module in override["module"]
    }
    used = {f"pulumi_aws.{module}.*" for file in _sources() for module in _modules(file)}
    assert used - followed == set()
    assert {"pulumi_aws.s3.*", "pulumi_aws.kms.*", "pulumi_aws.iam.*", "pulumi_aws.eks.*"} <= used


def _sources() -> Iterator[Path]:
    for folder in components.__path__:
        yield from Path(folder).rglob("*.py")


def _modules(file: Path) -> Iterator[str]:
    """`s3` of `aws.s3.Bucket`; the SDK is imported under this name alone."""
    text = file.read_text()
    imports = set(re.findall(r"^(?:import|from) pulumi_aws.*$", text, re.MULTILINE))
    assert imports <= {"import pulumi_aws as aws"}
    for node in ast.walk(ast.parse(text)) if imports else ():
        match node:
            case ast.Attribute(value=ast.Name(id="aws"), attr=name) if name.islower():
                yield name


def test_every_role_is_bounded_where_the_stack_says_so() -> None:
    """Whoever deploys may make none without."""
    boundary = "arn:aws:iam::123456789012:policy/bounds"
    database = {"kind": "rds", "class": "db.r7g.large"}
    archival = {**stacks.AWS_BUCKET, "replication": dict(stacks.COPY)}
    config = stacks.changed(stacks.rds(), archival=archival, namespaces__0__archival=True, database=database)
    config["temporal:aws"] |= {"permissionsBoundary": boundary}
    roles = recording.run(config).of("aws:iam/role:Role")
    assert {role.inputs["name"].removeprefix("temporal-local-") for role in roles.values()} >= {
        "archive-replication",
        "frontend",
        "history",
        "monitoring",
    }
    assert {role.inputs.get("permissionsBoundary") for role in roles.values()} == {boundary}
    del config["temporal:aws"]["permissionsBoundary"]
    assert {"permissionsBoundary" in r.inputs for r in recording.run(config).of("aws:iam/role:Role").values()} == {
        False
    }
