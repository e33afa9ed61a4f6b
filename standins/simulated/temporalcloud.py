"""Pulumi's plugin for any Terraform provider, as far as it serves Temporal's: nothing exists but in the engine's state.

What it refuses beyond the table is what the provider's own validation refuses, or its Create.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

import versions
from standins.provider import UNKNOWN, Call, CheckFailure, Package, Properties, Value, has_unknowns
from standins.simulated.chance import digest
from standins.typed import table
from standins.typed.provider import Rules, TypedProvider
from standins.typed.words import known

NAME: Final = "temporalcloud"
PARAMETER: Final = {
    "remote": {
        "url": "registry.opentofu.org/temporalio/temporalcloud",
        "version": versions.TERRAFORM_TEMPORALCLOUD,
    }
}
_NAMESPACE: Final = "temporalcloud:index/namespace:Namespace"
_ATTRIBUTE: Final = "temporalcloud:index/namespaceSearchAttribute:NamespaceSearchAttribute"
_RULE: Final = "temporalcloud:index/connectivityRule:ConnectivityRule"
_SINK: Final = "temporalcloud:index/namespaceExportSink:NamespaceExportSink"
_ACCOUNT: Final = "temporalcloud:index/serviceAccount:ServiceAccount"
_KEY: Final = "temporalcloud:index/apikey:Apikey"
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,62}[a-z0-9]")
_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})")
_REGION: Final = re.compile(r"(aws|gcp|azure)-[a-z0-9-]+")
_TYPES: Final = ("bool", "datetime", "double", "int", "keyword", "keyword_list", "text")
_CONFIGURATION: Final = ("allowInsecure", "allowedAccountId", "apiKey", "endpoint", "version")


class TemporalCloud(TypedProvider):
    """Every type behaves by its table alone."""

    def __init__(self) -> None:
        super().__init__(
            name="terraform-provider",
            version=versions.PLUGIN_TERRAFORM_PROVIDER,
            types=table.load(NAME),
            rules={
                _NAMESPACE: Rules(refused=_namespace),
                _ATTRIBUTE: Rules(refused=_attribute),
                _RULE: Rules(refused=_rule),
                _SINK: Rules(),
                _ACCOUNT: Rules(refused=_account),
                _KEY: Rules(refused=_key),
            },
            makers={
                _NAMESPACE: self._made_namespace,
                _ATTRIBUTE: _made_attribute,
                _RULE: _made_rule,
                _SINK: _made_sink,
                _ACCOUNT: _made_account,
                _KEY: _made_key,
            },
        )
        self._account = ""

    def parameterize(self, value: bytes) -> Package:
        """Raises ValueError for another provider than Temporal's."""
        if json.loads(value) != PARAMETER:
            raise ValueError(
                f"this stand-in serves {json.dumps(PARAMETER)} alone, not {value.decode()}: use the official plugin"
            )
        return Package(NAME, versions.TERRAFORM_TEMPORALCLOUD)

    def check_config(self, news: Properties) -> tuple[CheckFailure, ...]:
        return tuple(
            CheckFailure(key, f"is no configuration of this provider{known(key, _CONFIGURATION)}")
            for key in news
            if key not in _CONFIGURATION
        )

    def configure(self, config: Mapping[str, Value]) -> None:
        self._account = config.get("allowedAccountId") or "a1b2c"

    def _made_namespace(self, _call: Call, inputs: Properties) -> Properties:
        id_ = f"{inputs['name']}.{self._account}"
        address = f"{id_}.tmprl.cloud:7233"
        by_key = inputs.get("apiKeyAuth") is True
        return {
            "id": id_,
            "apiKeyAuth": by_key,
            "endpoints": {
                "grpcAddress": address if by_key else "",
                "mtlsGrpcAddress": "" if by_key else address,
                "webAddress": f"https://cloud.temporal.io/namespaces/{id_}",
            },
        }


def _made_attribute(_call: Call, inputs: Properties) -> Properties:
    return {"id": f"{inputs['namespaceId']}/{inputs['name']}"}


def _made_sink(_call: Call, inputs: Properties) -> Properties:
    return {"id": f"{inputs['namespace']},{inputs['sinkName']}"}


def _made_rule(call: Call, inputs: Properties) -> Properties:
    return {"id": f"connectivity-rule-{digest(call, inputs)[:16]}"}


def _made_account(call: Call, inputs: Properties) -> Properties:
    return {"id": digest(call, inputs)[:32], "state": "active"}


def _made_key(call: Call, inputs: Properties) -> Properties:
    return {"id": digest(call, inputs)[:32], "state": "active", "token": f"predicted-{digest(call, inputs)}"}


def _namespace(inputs: Properties) -> Iterator[CheckFailure]:
    if inputs["name"] is not UNKNOWN and not _NAME.fullmatch(inputs["name"]):
        yield CheckFailure("name", "must be 2 to 64 of a-z, 0-9 and '-', beginning with a letter")
    for index, region in enumerate(inputs["regions"] if not has_unknowns(inputs["regions"]) else ()):
        if not _REGION.fullmatch(region):
            yield CheckFailure(f"regions[{index}]", "must be a region with its provider, such as aws-us-east-1")
    for key in ("certificateFilters", "connectivityRuleIds", "acceptedClientCa"):
        if inputs.get(key) in ([], ""):
            yield CheckFailure(key, "must not be empty; leave it out")


def _attribute(inputs: Properties) -> Iterator[CheckFailure]:
    if inputs["type"] is not UNKNOWN and inputs["type"].lower() not in _TYPES:
        yield CheckFailure("type", f"must be one of {', '.join(_TYPES)}")


def _account(inputs: Properties) -> Iterator[CheckFailure]:
    """Of one namespace, or of the account and what is in it."""
    of_one = inputs.get("namespaceScopedAccess") is not None
    for key in ("accountAccess", "namespaceAccesses"):
        if of_one and inputs.get(key) is not None:
            yield CheckFailure(key, "cannot be set with namespaceScopedAccess")
    if inputs.get("namespaceAccesses") == []:
        yield CheckFailure("namespaceAccesses", "must not be empty; leave it out")
    if inputs.get("accountAccess") == "admin" and inputs.get("namespaceAccesses"):
        yield CheckFailure("namespaceAccesses", "cannot be set with accountAccess admin")


def _key(inputs: Properties) -> Iterator[CheckFailure]:
    """What the provider says once it is about to make one."""
    if inputs["ownerType"] not in (UNKNOWN, "user", "service-account"):
        yield CheckFailure("ownerType", "must be user or service-account")
    if inputs["expiryTime"] is not UNKNOWN and not _TIME.fullmatch(inputs["expiryTime"]):
        yield CheckFailure("expiryTime", "must be a time as RFC 3339 has it, such as 2027-06-01T00:00:00Z")


def _rule(inputs: Properties) -> Iterator[CheckFailure]:
    """What the provider says once it is about to make one."""
    if inputs["connectivityType"] == "private":
        for key in ("connectionId", "region"):
            if inputs.get(key) is None:
                yield CheckFailure(key, "is required with connectivityType private")
