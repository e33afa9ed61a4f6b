"""What is there before a stack in an emulator of AWS, and what is read of it afterwards."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from tests.compliance import stacks
from tests.compliance.graph import Resource
from tests.compliance.requests import Request, requests


def given(stack: str, resources: Sequence[Resource], reads: Sequence[Request]) -> dict[str, Any]:
    """What `replay.py` wants to make a stack and then to read it."""
    account = stacks.config(stack)["temporal:aws"]
    made = [*_there(stack, account), *requests(resources)]
    return {
        "region": account["region"],
        "requests": [dataclasses.asdict(request) for request in made],
        "reads": [dataclasses.asdict(request) for request in reads],
    }


def read(service: str, call: str, **arguments: Any) -> Request:
    """A question."""
    return Request(resource="", service=service, call=call, arguments=arguments)


def _there(stack: str, account: dict[str, Any]) -> Iterator[Request]:
    """The network, and what other settings name."""
    vpc = account["vpc"]
    yield _made("ec2", "create_vpc", {vpc: "Vpc.VpcId"}, CidrBlock="10.0.0.0/16")
    for number, subnet in enumerate(account["subnets"]):
        block = f"10.0.{number}.0/24"
        answers = {subnet["id"]: "Subnet.SubnetId"}
        yield _made("ec2", "create_subnet", answers, VpcId=vpc, AvailabilityZone=subnet["zone"], CidrBlock=block)
    if account.get("encryption", {}).get("kind") == "existing":
        key = account["encryption"]["key"]
        yield _made("kms", "create_key", {key: "KeyMetadata.Arn"}, Description="given")
    if "replication" in stacks.config(stack)["temporal:archival"]:
        place = {"LocationConstraint": stacks.COPY_REGION}
        yield _made("s3", "create_bucket", {}, Bucket=stacks.COPY, CreateBucketConfiguration=place)
        versioning = {"Status": "Enabled"}
        yield _made("s3", "put_bucket_versioning", {}, Bucket=stacks.COPY, VersioningConfiguration=versioning)


def _made(service: str, call: str, answers: dict[str, str], **arguments: Any) -> Request:
    return Request(resource="there", service=service, call=call, arguments=arguments, answers=answers)
