"""Proves what is said of the agent of EKS Pod Identity, and of everything together."""

import io

from commands.cluster import Cluster
from tests.commands.preflight.api import AGENT, Api, missing, of_pods
from tests.program import stacks


def test_no_agent_of_pod_identity(place: Cluster, api: Api) -> None:
    del api.answers[AGENT]
    assert missing(of_pods(), place) == [
        (
            "DaemonSet kube-system/eks-pod-identity-agent does not exist, and temporal:aws.identity (pod-identity) "
            "needs it. Install the add-on: aws eks create-addon --cluster-name production --region eu-central-1 "
            "--addon-name eks-pod-identity-agent"
        )
    ]
    irsa = stacks.changed(of_pods(), aws__identity=dict(stacks.IRSA))
    assert missing(irsa, place) == []


def test_an_agent_that_is_not_ready(place: Cluster, api: Api) -> None:
    """On some nodes is enough for a start; without any node they are made when pods ask for them."""
    api.agent(ready=0, nodes=3)
    assert missing(of_pods(), place) == [
        (
            "DaemonSet kube-system/eks-pod-identity-agent is ready on none of 3 nodes, so no pod gets its role. Look "
            "why: kubectl -n kube-system describe daemonset eks-pod-identity-agent"
        )
    ]
    api.agent(ready=2, nodes=3)
    said = io.StringIO()
    assert missing(of_pods(), place, said) == []
    assert "warning: kube-system/eks-pod-identity-agent is ready on 2 of 3 nodes: pods on the others get no role\n" in (
        said.getvalue()
    )
    api.agent(ready=0, nodes=0)
    assert missing(of_pods(), place) == []


def test_an_agent_that_nobody_may_look_at(place: Cluster, api: Api) -> None:
    api.refused[AGENT] = 403
    said = io.StringIO()
    assert missing(of_pods(), place, said) == []
    assert "whether pods get their roles will be told by pods only\n" in said.getvalue()


def test_everything_that_is_missing_is_one_message(place: Cluster, api: Api) -> None:
    """The Secrets, the issuer, the operator, the volumes and the agent of one stack."""
    api.answers["/apis/"] = {"kind": "APIGroupList", "groups": []}
    api.classes()
    del api.answers[AGENT]
    config = stacks.changed(
        stacks.rds(ca={"secret": "rds-roots", "key": "rds.pem"}),
        kubernetes__createNamespace=False,
        tls={"kind": "cert-manager", "issuer": {"kind": "ClusterIssuer", "name": "company"}},
        visibility={"kind": "opensearch"},
        archival=dict(stacks.IN_CLUSTER_ARCHIVE),
    )
    assert [line.split()[:3] for line in missing(config, place)] == [
        ["Secret", "local/rds-roots", "is"],
        ["cert-manager", "is", "not"],
        ["External", "Secrets", "is"],
        ["no", "StorageClass", "is"],
        ["DaemonSet", "kube-system/eks-pod-identity-agent", "does"],
    ]
