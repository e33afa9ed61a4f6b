"""Proves who the pods are on AWS, from the documents and objects the engine would get: that AWS hands them the roles,
and that the roles suffice for the server, is for an account to show.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from components.aws.policies import Grant, Statement, by_workload
from tests.program import recording, stacks
from tests.program.policies import statements
from tests.program.recording import Recording

READERS = ("frontend", "internal-frontend")
ARCHIVERS = {*READERS, "history"}
OTHERS = ("matching", "worker")
ROLE, POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
KEY_ARN = "arn:aws:kms:::temporal-aws-key"
AMAZON = {"kind": "s3", "bucket": "old", "region": "eu-west-1"}


@pytest.fixture(scope="module")
def irsa() -> Recording:
    return recording.run(stacks.on_aws(aws__identity=dict(stacks.IRSA)))


def _container(found: Recording, service: str) -> dict[str, Any]:
    [container] = found.pods()[f"Deployment/temporal-{service}"]["containers"]
    environment = {each["name"]: each.get("value") for each in container["env"]}
    return {name: value for name, value in environment.items() if name.startswith("AWS")}


def _annotations(found: Recording) -> dict[str, Any]:
    accounts = found.objects("ServiceAccount")
    return {name: account["metadata"].get("annotations", {}) for name, account in accounts.items()}


def _through(region: str = "eu-central-1") -> Mapping[str, Any]:
    return {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}}


def test_only_who_uses_something_has_a_role(on_aws: Recording) -> None:
    names = {registration.inputs["name"] for registration in on_aws.of(ROLE).values()}
    assert names == {f"temporal-local-{service}" for service in ARCHIVERS}
    assert [registration.inputs["name"] for registration in on_aws.of(POLICY).values()] == ["temporal"] * 3


@pytest.mark.parametrize("service", READERS)
def test_readers_list_and_read_below_the_prefix(on_aws: Recording, service: str) -> None:
    assert statements(on_aws, POLICY, f"temporal-identities-{service}-policy") == {
        "ArchiveList": {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::orders-archive"]},
        "ArchiveObjects": {
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": ["arn:aws:s3:::orders-archive/a/*"],
        },
        "ArchiveKey": {
            "Effect": "Allow",
            "Action": ["kms:Decrypt"],
            "Resource": [KEY_ARN],
            "Condition": _through(),
        },
    }


def test_history_writes_too(on_aws: Recording) -> None:
    assert statements(on_aws, POLICY, "temporal-identities-history-policy") == {
        "ArchiveList": {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::orders-archive"]},
        "ArchiveObjects": {
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": ["arn:aws:s3:::orders-archive/a/*"],
        },
        "ArchiveKey": {
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": [KEY_ARN],
            "Condition": _through(),
        },
    }


def test_without_a_prefix_the_whole_bucket() -> None:
    found = recording.run(stacks.on_aws({"prefix": ""}))
    objects = statements(found, POLICY, "temporal-identities-history-policy")["ArchiveObjects"]
    assert objects["Resource"] == ["arn:aws:s3:::orders-archive/*"]


@pytest.mark.parametrize("service", sorted(ARCHIVERS))
def test_pod_identity_trusts_one_account_of_one_namespace_of_the_cluster(on_aws: Recording, service: str) -> None:
    assert statements(on_aws, ROLE, f"temporal-identities-{service}-role", "assumeRolePolicy") == {
        "Pods": {
            "Effect": "Allow",
            "Principal": {"Service": ["pods.eks.amazonaws.com"]},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {
                "StringEquals": {
                    "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-central-1:123456789012:cluster/production",
                    "aws:RequestTag/kubernetes-namespace": "local",
                    "aws:RequestTag/kubernetes-service-account": f"temporal-{service}",
                }
            },
        }
    }
    association = dict(on_aws.of(ASSOCIATION)[f"temporal-identities-{service}-association"].inputs)
    del association["tags"]
    assert association == {
        "clusterName": "production",
        "namespace": "local",
        "serviceAccount": f"temporal-{service}",
        "roleArn": f"arn:aws:iam:::temporal-identities-{service}-role",
    }


@pytest.mark.parametrize("service", sorted(ARCHIVERS))
def test_irsa_trusts_the_tokens_of_one_account_for_sts(irsa: Recording, service: str) -> None:
    assert statements(irsa, ROLE, f"temporal-identities-{service}-role", "assumeRolePolicy") == {
        "Pods": {
            "Effect": "Allow",
            "Principal": {"Federated": [stacks.IRSA["provider"]]},
            "Action": ["sts:AssumeRoleWithWebIdentity"],
            "Condition": {
                "StringEquals": {
                    f"{stacks.ISSUER}:aud": "sts.amazonaws.com",
                    f"{stacks.ISSUER}:sub": f"system:serviceaccount:local:temporal-{service}",
                }
            },
        }
    }


def test_accounts_name_their_role_with_irsa_only(on_aws: Recording, irsa: Recording) -> None:
    """And no pod mounts the token of its ServiceAccount for it."""
    assert set().union(*_annotations(on_aws).values()) == set()
    named = {name: found for name, found in _annotations(irsa).items() if found}
    role = "arn:aws:iam::123456789012:role/temporal-local"
    assert named == {
        f"temporal-{service}": {"eks.amazonaws.com/role-arn": f"{role}-{service}"} for service in ARCHIVERS
    }
    assert irsa.of(ASSOCIATION) == {}
    for found in (on_aws, irsa):
        mounting = {pod.get("automountServiceAccountToken") for pod in found.pods().values()}
        accounts = {each["automountServiceAccountToken"] for each in found.objects("ServiceAccount").values()}
        assert (mounting, accounts) == ({False}, {False})


@pytest.mark.parametrize("stack", ["on_aws", "irsa"])
def test_pods_start_when_their_identity_is_there(stack: str, request: pytest.FixtureRequest) -> None:
    """What is missing when a pod starts, it never gets."""
    found: Recording = request.getfixturevalue(stack)
    deployments = found.of("kubernetes:apps/v1:Deployment")
    kinds = {f"{ROLE}::{{}}-role", f"{POLICY}::{{}}-policy"} | (
        {f"{ASSOCIATION}::{{}}-association"} if stack == "on_aws" else set()
    )
    for service in (*ARCHIVERS, *OTHERS):
        waits = {key for key in deployments[f"temporal-server-{service}"].waits_for if key.startswith("aws:")}
        own = {kind.format(f"temporal-identities-{service}") for kind in kinds} if service in ARCHIVERS else set()
        assert {key for key in waits if "identities" in key} == own


def test_who_has_a_role_never_passes_for_its_node(on_aws: Recording, irsa: Recording) -> None:
    for found in (on_aws, irsa):
        for service in ARCHIVERS:
            assert _container(found, service) == {"AWS_EC2_METADATA_DISABLED": "true"}
        for service in OTHERS:
            assert _container(found, service) == {}


def test_a_bucket_of_somebody_elses_has_the_same_roles() -> None:
    """With its own key, if it has one, in its own region."""
    key = f"arn:aws:kms:eu-west-1:{stacks.ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    with_key, without = (
        recording.run(stacks.changed(stacks.on_aws(), archival={**AMAZON, **more})) for more in ({"kmsKey": key}, {})
    )
    found = statements(with_key, POLICY, "temporal-identities-history-policy")
    assert found.pop("ArchiveKey") == {
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": [key],
        "Condition": _through("eu-west-1"),
    }
    assert found == statements(without, POLICY, "temporal-identities-history-policy")
    assert found["ArchiveObjects"]["Resource"] == ["arn:aws:s3:::old/*"]
    assert with_key.of("aws:s3/bucket:Bucket") == {}


@pytest.mark.parametrize("credentials", [{"credentials": dict(stacks.PAIR)}, {}], ids=["key pair", "no account"])
def test_no_roles_where_somebody_else_says_who_pods_are(credentials: dict[str, Any]) -> None:
    config = stacks.changed(stacks.on_aws(), archival={**AMAZON, **credentials}, kubernetes__createNamespace=False)
    if not credentials:
        del config["temporal:aws"]
    found = recording.run(config)
    assert [r.name for r in found.registrations if r.type.startswith("aws:")] == []
    assert "AWS_EC2_METADATA_DISABLED" not in _container(found, "history")


def test_what_several_stores_grant_a_workload_is_one_policy() -> None:
    """A store of another kind adds to a role, and makes none of its own."""
    read, search, write = (Statement(sid=sid, actions=["s3:GetObject"], resources=["*"]) for sid in ("A", "B", "C"))
    grants = [
        Grant(workload="history", statements=[read, write]),
        Grant(workload="frontend", statements=[read]),
        Grant(workload="history", statements=[search]),
    ]
    assert by_workload(grants) == {"history": [read, write, search], "frontend": [read]}
    with pytest.raises(ValueError, match="history is granted A twice"):
        by_workload([*grants, Grant(workload="history", statements=[read])])
