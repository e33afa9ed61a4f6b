"""Who pods are on AWS: one role for each workload that is granted something, whichever stores grant it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount
from components.aws.policies import Grant, Statement, by_workload, document
from components.aws.role import bounded_role
from components.handles import Identity
from settings.aws import Irsa
from settings.aws_scalars import arn

_AUDIENCE: Final = "sts.amazonaws.com"
_ROLE_OF_ACCOUNT: Final = "eks.amazonaws.com/role-arn"


@dataclass(frozen=True, kw_only=True)
class WorkloadIdentitiesArgs:
    """Who may do what."""

    account: AwsAccount
    """Where the roles are, and how pods get them."""
    namespace: str
    """Kubernetes namespace of the ServiceAccounts."""
    grants: Sequence[Grant]
    """Of every store; those of one workload become one policy."""


class WorkloadIdentities(pulumi.ComponentResource):
    """A role with one policy for each workload, and its way to the pods: an association of EKS Pod Identity, or an
    annotation of the ServiceAccount (IRSA)."""

    by_workload: Mapping[str, Identity]
    """Identities by workload."""

    def __init__(self, name: str, args: WorkloadIdentitiesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children for each workload: role, policy, and with EKS Pod Identity an association."""
        super().__init__("temporal:aws:WorkloadIdentities", name, None, opts)
        self._name = name
        self._args = args
        granted = by_workload(args.grants)
        self.by_workload = {workload: self._identity(workload, statements) for workload, statements in granted.items()}
        self.register_outputs({})

    def _identity(self, workload: str, statements: Sequence[Statement]) -> Identity:
        account, child = self._args.account, pulumi.ResourceOptions(parent=self)
        service_account = f"temporal-{workload}"
        role_name = account.name(workload)
        role = bounded_role(
            f"{self._name}-{workload}-role",
            account,
            called=role_name,
            component=workload,
            description=f"Pods of ServiceAccount {service_account} in namespace {self._args.namespace}",
            trust=self._trust(service_account),
            opts=child,
        )
        policy = aws.iam.RolePolicy(
            f"{self._name}-{workload}-policy",
            name="temporal",
            role=role.name,
            policy=document(statements),
            opts=child,
        )
        settings = account.settings
        # Written out, not the role's output: so pods are known at a preview.
        role_arn = account.arn("iam", f"role/{role_name}")
        if isinstance(settings.identity, Irsa):
            return Identity(annotations={_ROLE_OF_ACCOUNT: role_arn}, words=role_arn, ready=[role, policy])
        association = aws.eks.PodIdentityAssociation(
            f"{self._name}-{workload}-association",
            cluster_name=settings.cluster,
            namespace=self._args.namespace,
            service_account=service_account,
            role_arn=role.arn,
            tags=account.tags(workload),
            opts=child,
        )
        return Identity(annotations={}, words=f"{settings.cluster} {role_arn}", ready=[role, policy, association])

    def _trust(self, service_account: str) -> Statement:
        """Who may take the role: the pods of one ServiceAccount in one namespace of one cluster.

        Source: EKS User Guide, "Create IAM role with trust policy required by EKS Pod Identity", "List of session tags
        added by EKS Pod Identity", "Assign IAM roles to Kubernetes service accounts".
        """
        account, namespace = self._args.account, self._args.namespace
        identity = account.settings.identity
        if isinstance(identity, Irsa):
            issuer = arn(identity.provider).resource.removeprefix("oidc-provider/")
            subject = f"system:serviceaccount:{namespace}:{service_account}"
            return Statement(
                sid="Pods",
                principals={"Federated": [identity.provider]},
                actions=["sts:AssumeRoleWithWebIdentity"],
                conditions={"StringEquals": {f"{issuer}:aud": _AUDIENCE, f"{issuer}:sub": subject}},
            )
        tags = {
            "eks-cluster-arn": account.arn("eks", f"cluster/{account.settings.cluster}"),
            "kubernetes-namespace": namespace,
            "kubernetes-service-account": service_account,
        }
        return Statement(
            sid="Pods",
            principals={"Service": ["pods.eks.amazonaws.com"]},
            actions=["sts:AssumeRole", "sts:TagSession"],
            conditions={"StringEquals": {f"aws:RequestTag/{key}": value for key, value in tags.items()}},
        )
