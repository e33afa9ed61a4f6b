"""Namespaces in Temporal Cloud that the stack looks after, and the ways they may be reached by."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi

from components.temporalcloud.resources import (
    ConnectivityRule,
    Namespace,
    NamespaceExportSink,
    NamespaceSearchAttribute,
)
from settings.cloud import Cloud, MutualTls
from settings.cloud_namespaces import Export, Managed, days_of
from settings.search_attributes import AttributeType
from settings.tenants import Namespace as Said

_TYPES: Final[Mapping[AttributeType, str]] = {
    "Text": "text",
    "Keyword": "keyword",
    "Int": "int",
    "Double": "double",
    "Bool": "bool",
    "Datetime": "datetime",
    "KeywordList": "keyword_list",
}


@dataclass(frozen=True, kw_only=True)
class NamespacesArgs:
    """The namespaces of one stack."""

    installation: str
    """Whose they are."""
    backend: Cloud
    """How clients show who they are."""
    said: Sequence[Said]
    """Those that are looked after."""
    authority: pulumi.Output[str] | None
    """The authority of clients that the stack makes, PEM."""
    endpoint: pulumi.Output[str] | None
    """Id of the endpoint of the stack's private link."""
    region: str
    """The region that it is in, as AWS calls it."""
    protect: bool
    """Whether the engine refuses to delete them."""


class Namespaces(pulumi.ComponentResource):
    """The namespaces, their search attributes and exports, and rules that they share."""

    def __init__(self, name: str, args: NamespacesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: a rule for each way that is asked for; namespaces; search attributes; exports."""
        super().__init__("temporal:cloud:Namespaces", name, None, opts)
        self._name = name
        self._args = args
        self._rules = self._made_rules()
        for said in args.said:
            if said.managed:
                self._namespace(said, said.managed)
        self.register_outputs({})

    def _made_rules(self) -> dict[str, ConnectivityRule]:
        wanted = {way for said in self._args.said if said.managed for way in said.managed.connectivity}
        rules = {}
        if "private-link" in wanted:
            rules["private-link"] = ConnectivityRule(
                f"{self._name}-private-rule",
                connectivity_type="private",
                connection_id=self._args.endpoint,
                region=f"aws-{self._args.region}",
                opts=pulumi.ResourceOptions(parent=self),
            )
        if "public" in wanted:
            rules["public"] = ConnectivityRule(
                f"{self._name}-public-rule", connectivity_type="public", opts=pulumi.ResourceOptions(parent=self)
            )
        return rules

    def _namespace(self, said: Said, managed: Managed) -> None:
        namespace = Namespace(
            f"{self._name}-{said.name}",
            name=said.name.partition(".")[0],
            regions=managed.regions,
            retention_days=days_of(said.retention),
            api_key_auth=not isinstance(self._args.backend.authentication, MutualTls),
            accepted_client_ca=self._accepted(managed),
            certificate_filters=[
                each.model_dump(by_alias=True, exclude_none=True) for each in managed.certificate_filters
            ],
            connectivity_rule_ids=[self._rules[way].id for way in managed.connectivity],
            enable_delete_protection=managed.delete_protection,
            opts=pulumi.ResourceOptions(
                parent=self, protect=self._args.protect or None, retain_on_delete=self._args.protect or None
            ),
        )
        for attribute, type_ in said.search_attributes.items():
            NamespaceSearchAttribute(
                f"{self._name}-{said.name}-{attribute}",
                namespace_id=namespace.id,
                name=attribute,
                type_=_TYPES[type_],
                opts=pulumi.ResourceOptions(parent=self, deleted_with=namespace),
            )

        if managed.export:
            NamespaceExportSink(
                f"{self._name}-{said.name}-export",
                namespace=namespace.id,
                sink_name=f"temporal-{self._args.installation}",
                s3=_bucket(managed.export),
                opts=pulumi.ResourceOptions(parent=self, deleted_with=namespace),
            )

    def _accepted(self, managed: Managed) -> pulumi.Input[str] | None:
        """The stack's own authority and those that the file names, in base64."""
        given = managed.authorities or ""
        if self._args.authority is None:
            return _encoded(given) if given else None
        return self._args.authority.apply(lambda own: _encoded(f"{own.rstrip()}\n{given}"))


def _bucket(export: Export) -> dict[str, str]:
    place = {
        "bucketName": export.bucket,
        "region": export.region,
        "awsAccountId": export.account,
        "roleName": export.role,
    }
    return {**place, "kmsArn": export.kms_key} if export.kms_key else place


def _encoded(pem: str) -> str:
    return base64.b64encode(pem.encode()).decode()
