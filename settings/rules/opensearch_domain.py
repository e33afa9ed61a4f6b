"""Domains of Amazon OpenSearch Service: those that are made, and those whose ARN is said."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.archival import S3, InClusterArchive, S3Compatible
from settings.aws import subnet_by_zone
from settings.opensearch_domain import (
    IOPS_PER_GIB,
    IOPS_PER_THROUGHPUT,
    LEAST_GIB,
    MOST_GIB,
    DomainTarget,
    is_burstable,
)
from settings.rules.contradiction import Contradiction
from settings.visibility import RequestSigning, domains, existing_stores

if TYPE_CHECKING:
    from settings.self_hosted import SelfHostedSettings

Location = tuple[int | str, ...]

_LONGEST_NAME: Final = 28
_MOST_WITHOUT_MASTERS: Final = 10


def domains_have_a_name(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """AWS takes shorter names than Kubernetes, and one domain of a name."""
    seen: set[str] = set()
    for location, domain in domains(settings.visibility):
        name = domain.name(settings.name)
        if len(name) > _LONGEST_NAME:
            yield Contradiction(
                location=(*location, "domain"),
                found=None,
                allowed=f"with a longer temporal:name, a name of at most {_LONGEST_NAME} characters",
                figures=f", for {name} has {len(name)}",
                figures_of="name",
            )
        if name in seen:
            yield Contradiction(
                location=(*location, "domain"),
                found=name,
                allowed="another domain; another index of this one is kind index",
            )
        seen.add(name)


def domains_have_their_zones(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """A domain has a subnet, and as many nodes as elsewhere, in each of its zones."""
    for location, domain in domains(settings.visibility):
        zones = len(subnet_by_zone(settings.aws)) if settings.aws else domain.zones
        if domain.zones > zones:
            yield Contradiction(
                location=(*location, "zones"),
                found=domain.zones,
                allowed="at most as many as temporal:aws.subnets are in",
                figures=f", which is {zones}",
                figures_of="aws",
            )
        if domain.data_nodes % domain.zones:
            yield Contradiction(
                location=(*location, "dataNodes"),
                found=domain.data_nodes,
                allowed="a multiple of zones, so that each has as many nodes",
                figures=f" ({domain.zones} zones)",
            )


def domains_have_the_nodes_they_need(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Source: Developer Guide, "Dedicated master nodes" and "Operational best practices"."""
    for location, domain in domains(settings.visibility):
        if domain.data_nodes > _MOST_WITHOUT_MASTERS and not domain.masters:
            yield Contradiction(
                location=(*location, "masters"),
                found=domain.masters,
                allowed=f"3 or 5 with more than {_MOST_WITHOUT_MASTERS} data nodes",
            )
        if is_burstable(domain.data_node_type) and (domain.masters or settings.size == "production"):
            yield Contradiction(
                location=(*location, "dataNodeType"),
                found=domain.data_node_type,
                allowed="no t3 with masters or temporal:size production: those types are for development",
            )
        if is_burstable(domain.master_type):
            yield Contradiction(
                location=(*location, "masterType"),
                found=domain.master_type,
                allowed="no t3: those types are for development, where data nodes lead",
            )


def volumes_fit(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Each instance type has a largest volume, and each volume a limit for what it does."""
    for location, domain in domains(settings.visibility):
        yield from _volume(location, domain)


def _volume(location: Location, domain: DomainTarget) -> Iterator[Contradiction]:
    most = MOST_GIB[domain.data_node_type]
    if not LEAST_GIB <= domain.gib <= most:
        yield Contradiction(
            location=(*location, "storage"),
            found=domain.storage,
            allowed="what dataNodeType can have",
            figures=f": from {LEAST_GIB}Gi to {most}Gi with {domain.data_node_type}",
        )
    if domain.volume_iops > domain.gib * IOPS_PER_GIB:
        yield Contradiction(
            location=(*location, "iops"),
            found=domain.volume_iops,
            allowed=f"at most {IOPS_PER_GIB} for each GiB of storage",
            figures=f": {domain.gib * IOPS_PER_GIB}",
        )
    if domain.volume_throughput * IOPS_PER_THROUGHPUT > domain.volume_iops:
        yield Contradiction(
            location=(*location, "throughput"),
            found=domain.volume_throughput,
            allowed=f"at most 1 MiB/s for each {IOPS_PER_THROUGHPUT} iops",
            figures=f": {domain.volume_iops // IOPS_PER_THROUGHPUT}",
        )


def requests_are_the_roles(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """A pod with a key pair signs everything with it, and a domain lets in roles of this stack alone (SDKs and Tools
    Reference Guide, "Credential provider chain")."""
    archival = settings.archival
    has_pair = isinstance(archival, S3Compatible | InClusterArchive) or (
        isinstance(archival, S3) and archival.credentials is not None
    )
    if not has_pair:
        return
    for location, domain in domains(settings.visibility):
        yield Contradiction(
            location=(*location, "kind"),
            found=domain.kind,
            allowed="another kind beside an archive with a key pair: the domain would not know who signs with it",
        )


def signatures_are_for_the_domain(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Only a role that this stack makes can be told to use a domain, and a signature holds in one region."""
    for location, store in existing_stores(settings.visibility):
        said = store.authentication
        if not isinstance(said, RequestSigning) or said.domain is None:
            continue
        if settings.aws is None:
            yield Contradiction(
                location=(*location, "authentication", "domain"),
                found=said.domain,
                instead="not here",
                allowed="with temporal:aws: only roles that this stack makes are told to use it",
            )
        if said.domain.split(":")[3] != said.region:
            yield Contradiction(
                location=(*location, "authentication", "domain"),
                found=said.domain,
                allowed="a domain of authentication.region",
                figures=f": arn:…:es:{said.region}:…",
            )
