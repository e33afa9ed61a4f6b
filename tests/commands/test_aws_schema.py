"""The reader of Pulumi's SDK: what it takes from generated classes, and what it refuses.

The committed schema is held against the SDK itself where that is installed; elsewhere only its version is checked, in
tests/standins/test_simulated_aws.py.
"""

import importlib.metadata
import importlib.util
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

import versions
from commands import generate
from commands.errors import CommandError
from commands.generate import aws_schema

RESOURCE = """
@pulumi.input_type
class ThingArgs:
    def __init__(__self__, *,
                 size_in_gb: pulumi.Input[_builtins.int],
                 engine: pulumi.Input[Optional[Union[_builtins.str, 'EngineType']]] = None,
                 name: pulumi.Input[Optional[_builtins.str]] = None,
                 password: pulumi.Input[Optional[_builtins.str]] = None,
                 policy: pulumi.Input[Optional[Union[_builtins.str, 'DocumentArgs']]] = None,
                 rules: pulumi.Input[Optional[Sequence[pulumi.Input[
                     Union['ThingRuleArgs', 'ThingRuleArgsDict']]]]] = None,
                 tags: pulumi.Input[Optional[Mapping[str, pulumi.Input[_builtins.str]]]] = None):
        pass

    @_builtins.property
    @pulumi.getter(name="sizeInGb")
    def size_in_gb(self) -> pulumi.Input[_builtins.int]: ...

    @size_in_gb.setter
    def size_in_gb(self, value: pulumi.Input[_builtins.int]): ...

    @_builtins.property
    @pulumi.getter
    def engine(self) -> Any: ...

    @_builtins.property
    @pulumi.getter
    def name(self) -> Any: ...

    @_builtins.property
    @pulumi.getter
    def password(self) -> Any: ...

    @_builtins.property
    @pulumi.getter
    def policy(self) -> Any: ...

    @_builtins.property
    @pulumi.getter
    def rules(self) -> Any: ...

    @_builtins.property
    @pulumi.getter
    def tags(self) -> Any: ...


class Thing(pulumi.CustomResource):
    def _internal_init(__self__):
        opts = pulumi.ResourceOptions(additional_secret_outputs=["password"])
        super(Thing, __self__).__init__('aws:things/thing:Thing', opts)

    @_builtins.property
    @pulumi.getter(name="sizeInGb")
    def size_in_gb(self) -> pulumi.Output[_builtins.int]: ...

    @_builtins.property
    @pulumi.getter
    def name(self) -> pulumi.Output[_builtins.str]: ...

    @_builtins.property
    @pulumi.getter
    def engine(self) -> pulumi.Output[Optional[_builtins.str]]: ...

    @_builtins.property
    @pulumi.getter
    def parts(self) -> pulumi.Output[Sequence['outputs.ThingPart']]: ...
"""
NESTED = """
class ThingRuleArgs:
    def __init__(__self__, *, days: pulumi.Input[_builtins.float],
                 inner: pulumi.Input[Optional['ThingRuleArgs']] = None): ...

    @_builtins.property
    @pulumi.getter
    def days(self) -> Any: ...

    @_builtins.property
    @pulumi.getter
    def inner(self) -> Any: ...
"""
PROVIDER = """
class ProviderArgs:
    def __init__(__self__, *, use_fips: pulumi.Input[Optional[_builtins.bool]] = None): ...

    @_builtins.property
    @pulumi.getter(name="useFips")
    def use_fips(self) -> Any: ...
"""
TOKEN = "aws:things/thing:Thing"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "things").mkdir()
    (tmp_path / "provider.py").write_text(PROVIDER)
    (tmp_path / "things" / "thing.py").write_text(RESOURCE)
    (tmp_path / "things" / "_inputs.py").write_text(NESTED)
    return tmp_path


def read(package: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(aws_schema.schema_text("1.2.3", [TOKEN], package))
    return found


def test_inputs_outputs_and_nested_types(package: Path) -> None:
    assert read(package) == {
        "sdk": "1.2.3",
        "provider": {"useFips": "boolean"},
        "resources": {
            TOKEN: {
                "inputs": {
                    "engine": "string",
                    "name": "string computed",
                    "password": "string",
                    "policy": "json",
                    "rules": "[things.ThingRule]",
                    "sizeInGb": "integer required",
                    "tags": "{string}",
                },
                "outputs": {"parts": "[any]"},
                "secrets": ["password"],
            }
        },
        "types": {"things.ThingRule": {"days": "number required", "inner": "things.ThingRule"}},
    }


def test_a_resource_named_as_a_nested_type_has_its_inputs_under_another_name(package: Path) -> None:
    file = package / "things" / "thing.py"
    file.write_text(RESOURCE.replace("class ThingArgs", "class ThingInitArgs"))
    assert read(package)["resources"][TOKEN]["inputs"]["sizeInGb"] == "integer required"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "'aws:things/thing:Thing'",
            "'aws:things/other:Other'",
            "the SDK has no resource type aws:things/thing:Thing.",
        ),
        ("_builtins.int]", "_builtins.bytes]", "the SDK's type _builtins.bytes is not understood."),
        ("Sequence[", "Set[", "the SDK's type Set[pulumi.Input[Union["),
        ('@pulumi.getter(name="sizeInGb")', "@getter", "ThingArgs.size_in_gb is not written as the other inputs"),
    ],
)
def test_what_is_not_understood_is_refused(package: Path, old: str, new: str, reason: str) -> None:
    (package / "things" / "thing.py").write_text(RESOURCE.replace(old, new))
    with pytest.raises(CommandError) as refused:
        read(package)
    assert str(refused.value).startswith(reason)


def test_an_sdk_that_cannot_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess([], 1, "", "no network\n")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_options: failed)
    with pytest.raises(CommandError) as refused:
        aws_schema.download("1.2.3", tmp_path)
    assert str(refused.value) == "pulumi-aws 1.2.3 could not be downloaded from PyPI:\nno network"


def test_the_committed_schema_is_fresh() -> None:
    found = importlib.util.find_spec("pulumi_aws")
    if found is None or found.origin is None or importlib.metadata.version("pulumi-aws") != versions.PLUGIN_AWS:
        pytest.skip(f"pulumi-aws {versions.PLUGIN_AWS} is not installed")
    text = aws_schema.schema_text(versions.PLUGIN_AWS, generate.aws_tokens(), Path(found.origin).parent)
    assert generate.AWS_SCHEMA.read_text() == text, "run: make generate NAME=aws"
