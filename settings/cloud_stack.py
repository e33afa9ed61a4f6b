"""A stack whose Temporal is Temporal Cloud: what its keys come to, and the rules over several of them."""

from collections.abc import Iterator
from typing import ClassVar

from settings.cloud import Cloud
from settings.model import Settings
from settings.rules import cloud, pods, tenants, workloads
from settings.rules.contradiction import Contradiction

RULES = (
    cloud.no_key_is_refused,
    cloud.namespaces_are_of_an_account,
    cloud.namespaces_are_only_named,
    cloud.the_key_is_said_once,
    cloud.certificates_have_a_place,
    tenants.each_name_once,
    tenants.applications_have_a_place,
    pods.requests_fit_limits,
    pods.environments_are_ours_to_add_to,
    pods.scheduling_means_something,
    pods.only_several_pods_spread,
    *workloads.RULES,
)
"""Rules over several keys; each yields what does not fit."""


class CloudSettings(Settings):
    """A stack that uses Temporal Cloud."""

    refused_keys: ClassVar = ("size", "aws", "images", "database", "visibility", "archival", "tls", "access", "cost")

    backend: Cloud
    """Where Temporal is."""

    def contradictions(self) -> Iterator[Contradiction]:
        """What does not fit among several keys."""
        for rule in RULES:
            yield from rule(self)
