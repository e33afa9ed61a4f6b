"""Sends the requests of a stack to moto with boto3, in this process: a program for the environment that has both.

On standard input: `region`, and `requests` and `reads`, lists of `{service, call, arguments, answers, resource}`. On
standard output: what each request was refused with (`refused`), and the answers to the reads (`read`) by their place.
Identifiers that moto makes of its own take the place of the simulated ones in later requests, and the simulated ones
theirs in what is read.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from moto import mock_aws

_CONFIGURATION: Any = {"iam": {"load_aws_managed_policies": True}}
_KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}


def main() -> int:
    """One stack."""
    given = json.load(sys.stdin)
    made: dict[str, str] = {}
    refused, read = [], []
    with mock_aws(config=_CONFIGURATION):
        for request in given["requests"]:
            try:
                answer = _answer(request, given["region"], made)
            except (ClientError, BotoCoreError) as error:
                refused.append(f"{request['resource']}: {request['call']}: {error}")
                continue
            made |= {simulated: _at(answer, place) for simulated, place in request["answers"].items()}
        simulated = {real: value for value, real in made.items()}
        read = [_replaced(_answer(each, given["region"], made), simulated) for each in given["reads"]]
    json.dump({"refused": refused, "read": read}, sys.stdout, default=str)
    return 0


def _answer(request: Mapping[str, Any], region: str, made: Mapping[str, str]) -> dict[str, Any]:
    client = boto3.client(request["service"], region_name=request.get("region") or region, **_KEYS)
    arguments = _replaced(request["arguments"], made)
    answer: dict[str, Any] = getattr(client, request["call"])(**arguments)
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def _replaced(value: Any, by: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(item, by) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, by) for item in value]
    if isinstance(value, str):
        for old in sorted(by, key=len, reverse=True):
            value = value.replace(old, by[old])
    return value


def _at(answer: Any, place: str) -> str:
    for step in place.split("."):
        answer = answer[step]
    return str(answer)


if __name__ == "__main__":
    sys.exit(main())
