"""Who pods are on AWS."""

from collections.abc import Mapping, Sequence

import pulumi

from components.aws.account import AwsAccount
from components.aws.policies import Grant
from components.handles import Identity
from components.kubernetes import Installation


def identities(
    name: str,
    account: AwsAccount | None,
    installation: Installation,
    grants: Sequence[Grant],
) -> Mapping[str, Identity]:
    """By workload, for each that some store grants something; none without an account."""
    if account is None or not grants:
        return {}
    from components.aws.workload_identities import WorkloadIdentities, WorkloadIdentitiesArgs  # noqa: PLC0415

    arguments = WorkloadIdentitiesArgs(account=account, namespace=installation.namespace, grants=grants)
    opts = pulumi.ResourceOptions(parent=account.parent)
    return WorkloadIdentities(name, arguments, opts).by_workload
