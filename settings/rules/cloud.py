"""Temporal Cloud."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.cloud import ApiKey, IssuedClients, MutualTls, ProvidedClients
from settings.rules.contradiction import Contradiction

if TYPE_CHECKING:
    from settings.cloud_stack import CloudSettings
    from settings.model import Settings
    from settings.self_hosted import SelfHostedSettings

_NAMESPACE: Final = re.compile(r"[a-z][-a-z0-9]{0,37}[a-z0-9]\.[a-z0-9]{2,16}")
_KEY: Final = "cloudApiKey"
_LOOKED_AFTER: Final = ("retention", "search_attributes")


def no_key_is_refused(settings: "Settings") -> Iterator[Contradiction]:
    """What is for the other backend would say nothing about this one."""
    for name, field in type(settings).model_fields.items():
        key = field.alias or name
        if key in settings.refused_keys and name in settings.model_fields_set:
            yield Contradiction(
                location=(key,),
                found=key,
                instead="found",
                allowed=f"nothing with temporal:backend.kind {settings.backend.kind!r}: it is for another kind",
            )


def an_account_is_for_something(settings: "CloudSettings") -> Iterator[Contradiction]:
    """A database of an application, or a private link; and only the job that makes a database's roles runs an image of
    the installation's."""
    on_aws = bool(settings.application_databases or settings.backend.private_link)
    wanted = {"aws": on_aws, "cost": on_aws, "images": bool(settings.application_databases)}
    for key, is_wanted in wanted.items():
        if key in settings.model_fields_set and not is_wanted:
            of = "temporal:applicationDatabases" + ("" if key == "images" else " or temporal:backend.privateLink")
            yield Contradiction(
                location=(key,),
                found=key,
                instead="found",
                allowed=f"nothing with temporal:backend.kind 'cloud' without {of}",
            )


def namespaces_are_of_an_account(settings: "CloudSettings") -> Iterator[Contradiction]:
    """Temporal Cloud knows namespaces with their account."""
    if not settings.namespaces:
        yield Contradiction(
            location=("namespaces",),
            found=None,
            allowed="the namespaces in Temporal Cloud that this stack uses, such as [{name: orders.a1b2c}]",
        )
    for index, namespace in enumerate(settings.namespaces):
        if not _NAMESPACE.fullmatch(namespace.name):
            yield Contradiction(
                location=("namespaces", index, "name"),
                found=namespace.name,
                allowed="<namespace>.<account> as Temporal Cloud shows it, such as orders.a1b2c: 2 to 39 of a-z, 0-9 "
                "and '-', beginning with a letter, then the account",
            )


def namespaces_are_only_named(settings: "CloudSettings") -> Iterator[Contradiction]:
    """Others look after them in Temporal Cloud, unless the stack does; some keys nobody knows there."""
    for index, namespace in enumerate(settings.namespaces):
        known = {"name", "managed", *(_LOOKED_AFTER if namespace.managed else ())}
        for name, field in type(namespace).model_fields.items():
            if name in namespace.model_fields_set - known:
                key = field.alias or name
                why = " unless the stack looks after the namespace: managed"
                if name not in _LOOKED_AFTER:
                    why = ", which does not have it"
                yield Contradiction(
                    location=("namespaces", index, key),
                    found=key,
                    instead="found",
                    allowed=f"nothing with temporal:backend.kind 'cloud'{why}",
                )


def namespaces_are_looked_after_here(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """A server of one's own has no regions and no ways."""
    for index, namespace in enumerate(settings.namespaces):
        if namespace.managed is not None:
            yield Contradiction(
                location=("namespaces", index, "managed"),
                found="managed",
                instead="found",
                allowed="nothing with temporal:backend.kind 'self-hosted': the stack looks after all its namespaces",
            )


def the_key_is_said_once(settings: "CloudSettings") -> Iterator[Contradiction]:
    """There where it is used, and nowhere else."""
    authentication = settings.backend.authentication
    if isinstance(authentication, MutualTls) and settings.cloud_api_key is not None:
        yield Contradiction(
            location=(_KEY,),
            found=_KEY,
            instead="found",
            allowed="nothing with temporal:backend.authentication.kind 'mtls', where nobody asks for it",
        )
    if settings.backend.generated_keys:
        if settings.cloud_api_key is not None:
            yield Contradiction(
                location=(_KEY,),
                found=_KEY,
                instead="found",
                allowed="nothing with temporal:backend.authentication.keys.kind 'generated', which makes keys",
            )
    elif isinstance(authentication, ApiKey) and settings.cloud_api_key is None:
        yield Contradiction(
            location=(_KEY,),
            found=None,
            allowed="an API key of Temporal Cloud with temporal:backend.authentication.kind 'api-key': "
            "pulumi config set --secret temporal:cloudApiKey",
        )


def keys_are_of_one_account(settings: "CloudSettings") -> Iterator[Contradiction]:
    """A service account is of one account, and so is who makes it."""
    if not settings.backend.generated_keys:
        return
    accounts = [namespace.name.partition(".")[2] for namespace in settings.namespaces]
    for index, namespace in enumerate(settings.namespaces):
        if accounts[index] != accounts[0]:
            yield Contradiction(
                location=("namespaces", index, "name"),
                found=namespace.name,
                allowed="a namespace of the first one's account with temporal:backend.authentication.keys.kind "
                "'generated'",
                figures=f": {accounts[0]}",
            )


def certificates_have_a_place(settings: "CloudSettings") -> Iterator[Contradiction]:
    """Those of somebody else's are in Secrets; those of the stack need none."""
    authentication = settings.backend.authentication
    issued = authentication.certificates if isinstance(authentication, MutualTls) else None
    for index, application in enumerate(settings.applications):
        location = ("applications", index, "clientSecret")
        if isinstance(issued, ProvidedClients) and application.client_secret is None:
            yield Contradiction(
                location=location,
                found=None,
                allowed=f"the Secret in namespace {application.namespace} with the application's certificate, for "
                "temporal:backend.authentication.certificates.kind is 'provided'",
            )
        if not isinstance(issued, ProvidedClients) and application.client_secret is not None:
            yield Contradiction(
                location=location,
                found=application.client_secret,
                allowed="nothing unless temporal:backend.authentication.certificates.kind is 'provided'",
            )
        if application.create_namespace and application.client_secret is not None:
            yield Contradiction(
                location=("applications", index, "createNamespace"),
                found=True,
                allowed="false with clientSecret: the Secret must be in the namespace beforehand",
            )
        if isinstance(issued, IssuedClients) and issued.issuer.kind == "Issuer":
            yield Contradiction(
                location=("backend", "authentication", "certificates", "issuer", "kind"),
                found="Issuer",
                allowed="'ClusterIssuer' with temporal:applications, which are in other namespaces",
            )
            return
    refers = isinstance(issued, ProvidedClients) or (
        isinstance(issued, IssuedClients) and issued.issuer.kind == "Issuer"
    )
    if refers and settings.kubernetes.create_namespace:
        yield Contradiction(
            location=("kubernetes", "createNamespace"),
            found=True,
            allowed="false with temporal:backend.authentication.certificates: what is named there must be in the "
            "namespace beforehand",
        )
