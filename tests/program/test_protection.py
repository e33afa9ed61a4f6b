"""Proves what the engine is told never to delete, and what a stack without a namespace of its own leaves alone.

That the engine refuses the deletion of what is protected is the engine's.
"""

from typing import Any

import pytest

from tests.program import recording, stacks
from tests.program.recording import Recording

CERTIFICATES = "temporal-certificates"
NAMESPACES = {
    "kubernetes:core/v1:Namespace::temporal-namespace",
    "kubernetes:core/v1:Namespace::temporal-connection-demo-namespace",
}
DATA = {
    "kubernetes:apps/v1:StatefulSet::temporal-database",
    "random:index/randomPassword:RandomPassword::temporal-database-postgres-password",
}
DOMAIN = "temporal-visibility-temporal-local"
AWS_DATA = {
    "aws:kms/key:Key::temporal-aws-key",
    "aws:s3/bucket:Bucket::temporal-archive-bucket",
    "aws:s3/bucket:Bucket::temporal-archive-logs",
}
MORE_AWS_DATA = {
    "aws:backup/vault:Vault::temporal-backups-vault",
    f"aws:opensearch/domain:Domain::{DOMAIN}",
}
AROUND_AWS_DATA = {
    *(
        f"aws:cloudwatch/logGroup:LogGroup::{DOMAIN}-logs-{kind}"
        for kind in ("application", "audit", "index-slow", "search-slow")
    ),
    f"aws:cloudwatch/logResourcePolicy:LogResourcePolicy::{DOMAIN}-logs-policy",
    f"aws:ec2/securityGroup:SecurityGroup::{DOMAIN}-security-group",
    f"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::{DOMAIN}-from-pods",
}
PROTECTED = {
    "local": NAMESPACES
    | DATA
    | {
        f"tls:index/{kind}::{CERTIFICATES}-{who}-ca{suffix}"
        for who in ("internode", "frontend", "client", "database")
        for kind, suffix in (("selfSignedCert:SelfSignedCert", ""), ("privateKey:PrivateKey", "-key"))
    },
    "cert_manager": NAMESPACES
    | DATA
    | {f"kubernetes:cert-manager.io/v1:Certificate::{CERTIFICATES}-{who}-ca" for who in ("internode", "database")},
    "opensearch": NAMESPACES
    | DATA
    | {
        "kubernetes:apps/v1:StatefulSet::temporal-visibility",
        *(
            f"random:index/randomPassword:RandomPassword::temporal-visibility-{user}-password"
            for user in ("temporal", "temporal-schema", "temporal-monitor")
        ),
    }
    | {
        f"tls:index/{kind}::{CERTIFICATES}-{who}-ca{suffix}"
        for who in ("internode", "frontend", "client", "database", "search")
        for kind, suffix in (("selfSignedCert:SelfSignedCert", ""), ("privateKey:PrivateKey", "-key"))
    },
    "on_aws": NAMESPACES
    | DATA
    | {
        f"tls:index/{kind}::{CERTIFICATES}-{who}-ca{suffix}"
        for who in ("internode", "frontend", "client", "database")
        for kind, suffix in (("selfSignedCert:SelfSignedCert", ""), ("privateKey:PrivateKey", "-key"))
    }
    | AWS_DATA,
    "provided": DATA,
    "nothing_generated": set(),
}


def _protected(found: Recording) -> set[str]:
    return {f"{r.type}::{r.name}" for r in found.registrations if r.protect}


@pytest.mark.parametrize("stack", PROTECTED)
def test_what_nothing_brings_back_is_protected(stack: str) -> None:
    """Data, the superuser's password, authorities and the namespaces around them. Other passwords of the database can
    be made anew; those of OpenSearch are read at its first start only."""
    config: dict[str, Any] = getattr(stacks, stack)()
    assert _protected(recording.run(stacks.changed(config, protection=True))) == PROTECTED[stack]


def test_nothing_is_protected_unless_the_stack_file_says_so(local: Recording) -> None:
    assert _protected(local) == set()


def test_what_holds_data_on_aws_stays_there(on_aws: Recording) -> None:
    """Taken out of the state by hand, it is not deleted, nor what it stands in; without protection it is, once it is
    empty."""
    found = recording.run(stacks.changed(stacks.in_domain_cared_for({"kind": "none"}), protection=True))
    retained = {f"{r.type}::{r.name}" for r in found.registrations if r.retained}
    assert retained & _protected(found) == AWS_DATA | MORE_AWS_DATA
    assert retained - _protected(found) == AROUND_AWS_DATA
    assert [r.name for r in on_aws.registrations if r.retained] == []
    buckets = found.of("aws:s3/bucket:Bucket")
    assert [bucket.inputs["forceDestroy"] for bucket in buckets.values()] == [False, False]


def test_a_namespace_of_somebody_elses_is_left_alone() -> None:
    """No Namespace object, nothing that waits for one and nothing that goes with one."""
    config = stacks.changed(
        stacks.local(),
        kubernetes__createNamespace=False,
        applications=[{"namespace": "demo", "temporalNamespace": "default"}],
    )
    found = recording.run(config)
    assert found.objects("Namespace") == {}
    assert [r.name for r in found.registrations if r.deleted_with] == []
    assert [r.name for r in found.registrations if any("Namespace::" in key for key in r.waits_for)] == []
    assert {o["metadata"]["namespace"] for o in found.kubernetes()} == {"local", "demo"}


def test_it_is_the_same_installation_whoever_made_its_namespace(local: Recording) -> None:
    given = recording.run(stacks.changed(stacks.local(), kubernetes__createNamespace=False))
    one, other = ({r.name: r.inputs for r in found.registrations} for found in (local, given))
    assert one.keys() - other.keys() == {"temporal-namespace"}
    assert all(one[name] == other[name] for name in other)
