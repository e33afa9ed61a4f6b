"""Temporal Cloud."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.cloud import ApiKey, IssuedClients, MutualTls, ProvidedClients
from settings.rules.contradiction import Contradiction

if TYPE_CHECKING:
    from settings.cloud_stack import CloudSettings
    from settings.model import Settings

_NAMESPACE: Final = re.compile(r"[a-z][-a-z0-9]{0,37}[a-z0-9]\.[a-z0-9]{2,16}")
_KEY: Final = "cloudApiKey"
_OF_DATABASES: Final = ("aws", "images", "cost")


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


def an_account_is_for_databases(settings: "CloudSettings") -> Iterator[Contradiction]:
    """Nothing else of such a stack is on AWS, or runs an image of the installation's."""
    if settings.application_databases:
        return
    for key in _OF_DATABASES:
        if key in settings.model_fields_set:
            yield Contradiction(
                location=(key,),
                found=key,
                instead="found",
                allowed="nothing with temporal:backend.kind 'cloud' without temporal:applicationDatabases",
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
    """They are looked after in Temporal Cloud."""
    for index, namespace in enumerate(settings.namespaces):
        for name, field in type(namespace).model_fields.items():
            if name != "name" and name in namespace.model_fields_set:
                yield Contradiction(
                    location=("namespaces", index, field.alias or name),
                    found=field.alias,
                    instead="found",
                    allowed="nothing with temporal:backend.kind 'cloud': Temporal Cloud looks after its namespaces",
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
    if isinstance(authentication, ApiKey) and settings.cloud_api_key is None:
        yield Contradiction(
            location=(_KEY,),
            found=None,
            allowed="an API key of Temporal Cloud with temporal:backend.authentication.kind 'api-key': "
            "pulumi config set --secret temporal:cloudApiKey",
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
