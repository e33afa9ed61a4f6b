"""Its provider and the resources that this program makes.

Source: temporalio/terraform-provider-temporalcloud v1.5.0, internal/provider/*_resource.go; a name there such as
`retention_days` is `retentionDays` for Pulumi.
"""

from collections.abc import Mapping, Sequence

import pulumi

from components.temporalcloud.package import NAME, package

Strings = Mapping[str, str]


class Provider(pulumi.ProviderResource):
    """Its API key comes from the environment, TEMPORAL_CLOUD_API_KEY."""

    def __init__(self, name: str, *, allowed_account_id: str) -> None:
        """A key of any other account is refused before anything is made."""
        super().__init__(NAME, name, {"allowedAccountId": allowed_account_id}, package_ref=package())


class Namespace(pulumi.CustomResource):
    """A namespace. Temporal's provider refuses another list of regions once it is there."""

    def __init__(
        self,
        resource_name: str,
        *,
        name: str,
        regions: Sequence[str],
        retention_days: int,
        api_key_auth: bool,
        accepted_client_ca: pulumi.Input[str] | None,
        certificate_filters: Sequence[Strings],
        connectivity_rule_ids: Sequence[pulumi.Input[str]],
        enable_delete_protection: bool,
        opts: pulumi.ResourceOptions,
    ) -> None:
        """`accepted_client_ca` is PEM in base64. Empty lists are not said: the provider refuses them."""
        inputs = {
            "name": name,
            "regions": list(regions),
            "retentionDays": retention_days,
            "apiKeyAuth": api_key_auth,
            "acceptedClientCa": accepted_client_ca,
            "certificateFilters": [dict(each) for each in certificate_filters] or None,
            "connectivityRuleIds": list(connectivity_rule_ids) or None,
            "namespaceLifecycle": {"enableDeleteProtection": enable_delete_protection},
        }
        super().__init__(f"{NAME}:index/namespace:Namespace", resource_name, inputs, opts, package_ref=package())


class NamespaceSearchAttribute(pulumi.CustomResource):
    """A search attribute of a namespace. Temporal Cloud deletes none: what leaves the stack stays there."""

    def __init__(
        self,
        resource_name: str,
        *,
        namespace_id: pulumi.Input[str],
        name: str,
        type_: str,
        opts: pulumi.ResourceOptions,
    ) -> None:
        """`type_` is one of bool, datetime, double, int, keyword, keyword_list, text."""
        inputs = {"namespaceId": namespace_id, "name": name, "type": type_}
        super().__init__(
            f"{NAME}:index/namespaceSearchAttribute:NamespaceSearchAttribute",
            resource_name,
            inputs,
            opts,
            package_ref=package(),
        )


class ServiceAccount(pulumi.CustomResource):
    """Somebody who is no person, and what it may do."""

    def __init__(
        self,
        resource_name: str,
        *,
        name: str,
        description: str,
        account_access: str | None = None,
        namespace_accesses: Sequence[Strings] = (),
        namespace_scoped_access: Strings | None = None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        """Either an access to the account, `read` being the least, and to namespaces; or an access to one namespace and
        nothing else. An access has namespaceId and permission: admin, write or read."""
        inputs = {
            "name": name,
            "description": description,
            "accountAccess": account_access,
            "namespaceAccesses": [dict(each) for each in namespace_accesses] or None,
            "namespaceScopedAccess": dict(namespace_scoped_access) if namespace_scoped_access else None,
        }
        super().__init__(
            f"{NAME}:index/serviceAccount:ServiceAccount", resource_name, inputs, opts, package_ref=package()
        )


class Apikey(pulumi.CustomResource):
    """A key of a service account. Another end is another key."""

    token: pulumi.Output[str]
    """The key itself, which Temporal Cloud shows once; a secret."""

    def __init__(
        self,
        resource_name: str,
        *,
        display_name: str,
        owner_id: pulumi.Input[str],
        expiry_time: str,
        opts: pulumi.ResourceOptions,
    ) -> None:
        """`expiry_time` is in UTC, such as 2027-06-01T00:00:00Z: the provider reads it back in this form."""
        inputs = {
            "displayName": display_name,
            "ownerType": "service-account",
            "ownerId": owner_id,
            "expiryTime": expiry_time,
            "token": None,
        }
        super().__init__(
            f"{NAME}:index/apikey:Apikey",
            resource_name,
            inputs,
            pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(additional_secret_outputs=["token"])),
            package_ref=package(),
        )


class ConnectivityRule(pulumi.CustomResource):
    """A way that a namespace may be reached by."""

    def __init__(
        self,
        resource_name: str,
        *,
        connectivity_type: str,
        connection_id: pulumi.Input[str] | None = None,
        region: str | None = None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        """`private` with a connection and its region such as aws-eu-central-1, or `public`. The provider can change no
        rule, so every change is another one."""
        inputs = {"connectivityType": connectivity_type, "connectionId": connection_id, "region": region}
        super().__init__(
            f"{NAME}:index/connectivityRule:ConnectivityRule",
            resource_name,
            inputs,
            pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(replace_on_changes=["*"])),
            package_ref=package(),
        )


class NamespaceExportSink(pulumi.CustomResource):
    """Where histories of a namespace's closed executions are exported to: a bucket of S3."""

    def __init__(
        self,
        resource_name: str,
        *,
        namespace: pulumi.Input[str],
        sink_name: str,
        s3: Mapping[str, str],
        opts: pulumi.ResourceOptions,
    ) -> None:
        """`s3` has bucketName, region, awsAccountId, roleName, and kmsArn where there is a key."""
        inputs = {"namespace": namespace, "sinkName": sink_name, "enabled": True, "s3": dict(s3)}
        super().__init__(
            f"{NAME}:index/namespaceExportSink:NamespaceExportSink", resource_name, inputs, opts, package_ref=package()
        )
