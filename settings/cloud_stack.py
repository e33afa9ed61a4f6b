"""A stack whose Temporal is Temporal Cloud: what its keys come to, and the rules over several of them."""

from collections.abc import Iterator
from typing import ClassVar

from settings.cloud import Cloud
from settings.model import Settings
from settings.rules import (
    application_databases,
    aws,
    aws_care,
    cloud,
    cloud_namespaces,
    monitoring,
    pods,
    private_link,
    rds,
    references,
    routes,
    tenants,
    traces,
    workloads,
)
from settings.rules.contradiction import Contradiction

RULES = (
    cloud.no_key_is_refused,
    cloud.namespaces_are_of_an_account,
    cloud.namespaces_are_only_named,
    cloud.the_key_is_said_once,
    cloud.keys_are_of_one_account,
    cloud.certificates_have_a_place,
    cloud.an_account_is_for_something,
    references.images_can_be_pulled_and_people_told,
    references.what_workloads_name_can_exist,
    *aws.RULES,
    cloud_namespaces.retentions_are_days,
    cloud_namespaces.accounts_are_one,
    cloud_namespaces.regions_are_one_or_two,
    cloud_namespaces.authorities_are_known,
    cloud_namespaces.ways_are_there,
    cloud_namespaces.exports_are_near,
    private_link.links_are_in_an_account,
    private_link.links_have_a_service,
    private_link.links_lead_where_clients_look,
    *aws_care.RULES,
    *rds.RULES,
    tenants.each_name_once,
    tenants.applications_have_a_place,
    *pods.RULES,
    *workloads.RULES,
    *monitoring.RULES,
    *routes.RULES,
    monitoring.certificates_are_of_a_server,
    monitoring.objectives_are_of_a_server,
    *traces.RULES,
    traces.traces_are_of_somebody,
    *application_databases.RULES,
)
"""Rules over several keys; each yields what does not fit."""


class CloudSettings(Settings):
    """A stack that uses Temporal Cloud."""

    refused_keys: ClassVar = ("size", "database", "visibility", "archival", "tls", "access")

    backend: Cloud
    """Where Temporal is."""

    def contradictions(self) -> Iterator[Contradiction]:
        """What does not fit among several keys."""
        for rule in RULES:
            yield from rule(self)
