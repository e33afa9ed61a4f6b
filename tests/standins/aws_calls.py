"""Calls of the simulated aws plugin as an engine makes them."""

from typing import Any, Final

from standins.provider import Call, Properties, State
from standins.simulated.aws import AwsProvider

BUCKET: Final = "aws:s3/bucket:Bucket"
CLUSTER: Final = "aws:rds/cluster:Cluster"
DOMAIN: Final = "aws:opensearch/domain:Domain"
INSTANCE: Final = "aws:rds/instance:Instance"
KEY: Final = "aws:kms/key:Key"
PARAMETER: Final = "aws:ssm/parameter:Parameter"
ROLE: Final = "aws:iam/role:Role"


def provider(**config: str) -> AwsProvider:
    """One in eu-central-1; further configuration is JSON, as the engine sends it."""
    made = AwsProvider()
    made.configure({"region": "eu-central-1", **config})
    return made


def call(token: str, name: str = "r", **more: Any) -> Call:
    return Call(urn=f"urn:pulumi:s::p::{token}::{name}", type=token, name=name, timeout=0, **more)


def checked(aws: AwsProvider, token: str, inputs: Properties, olds: Properties | None = None) -> Properties:
    found = aws.check(call(token), olds or {}, inputs, b"")
    assert found.failures == ()
    return found.inputs


def made(token: str, inputs: Properties, name: str = "r", **config: str) -> State:
    aws = provider(**config)
    return aws.create(call(token, name), aws.check(call(token, name), {}, inputs, b"").inputs)
