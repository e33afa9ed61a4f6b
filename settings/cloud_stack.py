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
    pods,
    private_link,
    rds,
    references,
    tenants,
    workloads,
)
from settings.rules.contradiction import Contradiction

RULES = (
    cloud.no_key_is_refused,
    cloud.namespaces_are_of_an_account,
    cloud.namespaces_are_only_named,
    cloud.the_key_is_said_once,
    cloud.certificates_have_a_place,
    cloud.an_account_is_for_something,
    references.images_can_be_pulled,
    references.what_workloads_name_can_exist,
    aws.account_is_named,
    aws.subnets_are_of_the_region,
    aws.identities_are_of_the_cluster,
    aws.the_boundary_is_of_the_account,
    aws.the_key_is_of_the_region,
    cloud_namespaces.retentions_are_days,
    cloud_namespaces.accounts_are_one,
    cloud_namespaces.regions_are_one_or_two,
    cloud_namespaces.authorities_are_known,
    cloud_namespaces.ways_are_there,
    cloud_namespaces.exports_are_near,
    private_link.links_are_in_an_account,
    private_link.links_have_a_service,
    private_link.links_lead_where_clients_look,
    aws_care.alarms_are_of_the_region,
    aws_care.somebody_is_told,
    aws_care.something_is_copied,
    aws_care.something_is_watched,
    aws_care.backups_can_be_kept,
    aws_care.backups_begin_apart_from_maintenance,
    aws_care.copies_are_elsewhere,
    rds.passwords_have_a_way_into_the_cluster,
    rds.zones_suffice,
    rds.classes_are_offered,
    rds.capacity_is_in_order,
    rds.volumes_are_of_rds,
    rds.volumes_are_as_fast_as_said,
    rds.backups_are_there,
    rds.windows_are_apart,
    rds.blue_green_can_be,
    rds.replicas_can_be,
    rds.tokens_are_taken,
    rds.certificates_can_be_checked,
    tenants.each_name_once,
    tenants.applications_have_a_place,
    pods.requests_fit_limits,
    pods.environments_are_ours_to_add_to,
    pods.scheduling_means_something,
    pods.only_several_pods_spread,
    *workloads.RULES,
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
