"""A stack that runs Temporal's server: what its keys come to, and the rules over several of them."""

from collections.abc import Iterator
from typing import ClassVar

from settings.archival import InClusterArchive
from settings.backend import SelfHosted
from settings.database import Database, InCluster
from settings.model import Settings
from settings.monitoring.deployed import Deployed
from settings.monitoring.models import Nobody
from settings.operated import Operated
from settings.plans import (
    PodPlan,
    SchedulingPlan,
    SearchPlan,
    ServicePlan,
    UiPlan,
    budget_plan,
    pod_plan,
    scheduling_plan,
    service_plan,
)
from settings.pods import Scheduling
from settings.postgres_memory import memory_for
from settings.rules import (
    application_databases,
    archival,
    autoscaling,
    aws,
    aws_care,
    certificates,
    cloud,
    database,
    disruption,
    dynamic_config,
    monitoring,
    opensearch_domain,
    operated,
    pods,
    queries,
    rds,
    references,
    rollout,
    routes,
    shutdown,
    tenants,
    traces,
    visibility,
    ways_in,
    workloads,
)
from settings.rules.contradiction import Contradiction
from settings.sizes import PRESETS, SERVICE_NAMES, ServiceName
from settings.tls import Tls
from settings.visibility import OpenSearch, Postgres
from settings.warnings import warnings

RULES = (
    cloud.no_key_is_refused,
    cloud.namespaces_are_looked_after_here,
    references.secrets_can_exist,
    references.what_workloads_name_can_exist,
    *aws.RULES,
    *aws_care.RULES,
    tenants.each_name_once,
    tenants.retentions_are_long_enough,
    tenants.archives_have_a_place,
    archival.what_is_read_can_be_read,
    archival.storage_classes_go_down,
    archival.copies_are_elsewhere,
    archival.keys_are_for_roles,
    tenants.search_attributes_have_columns,
    tenants.applications_have_a_place,
    ways_in.node_ports_answer,
    ways_in.hosts_lead_to_one_place,
    ways_in.source_ranges_are_networks,
    ways_in.annotations_are_ours_to_add_to,
    database.pools_fit,
    database.pools_are_used,
    database.memory_fits,
    database.parameters_mean_something,
    database.stores_are_two_databases,
    operated.production_goes_on,
    operated.images_are_of_the_version,
    operated.scheduling_is_the_operators,
    rds.identifiers_are_of_rds,
    *rds.RULES,
    rds.production_has_room,
    visibility.postgres_has_a_database,
    visibility.what_is_replaced_is_another_store,
    visibility.what_is_replaced_does_not_move,
    visibility.what_takes_over_has_no_attributes,
    visibility.heaps_fit,
    visibility.signed_requests_trust_public_authorities,
    visibility.signatures_are_of_the_pods_own,
    visibility.moves_go_elsewhere,
    visibility.attributes_of_one_name_are_of_one_type,
    opensearch_domain.domains_have_a_name,
    opensearch_domain.domains_have_their_zones,
    opensearch_domain.domains_have_the_nodes_they_need,
    opensearch_domain.volumes_fit,
    opensearch_domain.requests_are_the_roles,
    opensearch_domain.signatures_are_for_the_domain,
    certificates.renewals_are_seen_in_time,
    certificates.leaves_outlive_their_renewal,
    certificates.applications_get_certificates,
    certificates.provided_certificates_are_complete,
    queries.every_pod_can_work,
    shutdown.grace_covers_the_drain,
    rollout.rollouts_get_on,
    rollout.pods_settle_within_an_hour,
    autoscaling.bounds_are_in_order,
    autoscaling.one_sets_the_number_of_pods,
    disruption.budgets_are_one_number,
    disruption.budgets_let_pods_go,
    *pods.RULES,
    dynamic_config.keys_and_values_are_the_servers,
    *workloads.RULES,
    *monitoring.RULES,
    *routes.RULES,
    monitoring.clouds_metrics_are_clouds,
    *traces.RULES,
    *application_databases.RULES,
)
"""Rules over several keys; each yields what does not fit."""


class SelfHostedSettings(Settings):
    """A stack that runs Temporal itself."""

    refused_keys: ClassVar = ("cloudApiKey",)

    backend: SelfHosted
    """How Temporal is run."""
    database: Database
    """Where executions are stored, and, unless `temporal:visibility` says otherwise, searched."""
    tls: Tls
    """Who issues certificates."""

    def service(self, name: ServiceName) -> ServicePlan:
        """What one service gets."""
        searches_sql = isinstance(self.visibility, Postgres)
        return service_plan(name, self.size, self.kubernetes.pods, self.backend.services, searches_sql=searches_sql)

    def ui(self) -> UiPlan | None:
        """The Web UI, when there is one."""
        said = self.access.ui
        if said is None:
            return None
        preset = PRESETS[self.size]["ui"]
        replicas = said.replicas or preset.replicas
        return UiPlan(
            replicas=replicas,
            budget=budget_plan(said.disruption_budget, replicas),
            pod=pod_plan(preset.cpu, preset.memory, self.kubernetes.pods, said),
        )

    def in_cluster_database(self) -> PodPlan | None:
        """The pod of an in-cluster database, or each of an operator's."""
        if not isinstance(self.database, InCluster | Operated):
            return None
        memory = memory_for(self.database.max_connections, self.database.parameters)
        return pod_plan("100m", memory, self.kubernetes.pods, self.database)

    def in_cluster_search(self) -> SearchPlan | None:
        """The nodes of an in-cluster OpenSearch."""
        said = self.visibility
        if not isinstance(said, OpenSearch):
            return None
        preset = PRESETS[self.size]["search"]
        return SearchPlan(
            budget=budget_plan(said.disruption_budget, said.nodes),
            pod=pod_plan(preset.cpu, preset.memory, self.kubernetes.pods, said),
        )

    def in_cluster_archive(self) -> PodPlan | None:
        """The pod of an in-cluster archive."""
        if not isinstance(self.archival, InClusterArchive):
            return None
        return pod_plan("50m", "128Mi", self.kubernetes.pods, self.archival)

    def asks_postgres(self) -> bool:
        """Whether postgres_exporter reads the database's own figures."""
        said = self.monitoring
        return not isinstance(said, Nobody) and (isinstance(self.database, InCluster) or said.postgres is not None)

    def asks_search(self) -> bool:
        """Whether elasticsearch_exporter reads the search store's own figures."""
        said = self.monitoring
        return not isinstance(said, Nobody) and (isinstance(self.visibility, OpenSearch) or said.search is not None)

    def watchers(self) -> dict[str, PodPlan]:
        """The pods of a monitoring of the stack's own, by their keys."""
        said = self.monitoring
        if not isinstance(said, Deployed):
            return {}
        presets = PRESETS[self.size]
        return {
            part: pod_plan(presets[part].cpu, presets[part].memory, self.kubernetes.pods, pods)
            for part, pods in said.parts().items()
        }

    def jobs(self) -> SchedulingPlan:
        """Where jobs run."""
        return scheduling_plan(self.kubernetes.pods, Scheduling())

    def pods(self) -> Iterator[tuple[tuple[str, ...], PodPlan]]:
        """Every kind of pod with resources of its own, by the place in the stack file that speaks of it."""
        for name in SERVICE_NAMES:
            yield ("backend", "services", name), self.service(name).pod
        ui = self.ui()
        if ui:
            yield ("access", "ui"), ui.pod
        search = self.in_cluster_search()
        for place, pod in (
            ("database", self.in_cluster_database()),
            ("visibility", search.pod if search else None),
            ("archival", self.in_cluster_archive()),
        ):
            if pod:
                yield (place,), pod
        for part, plan in self.watchers().items():
            yield ("monitoring", part), plan

    def warnings(self) -> list[str]:
        """What is allowed and deserves a second look."""
        return [*super().warnings(), *warnings(self)]

    def contradictions(self) -> Iterator[Contradiction]:
        """What does not fit among several keys."""
        for rule in RULES:
            yield from rule(self)
