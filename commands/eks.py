"""What a stack on AWS expects of its EKS cluster: that it is the one, and that it hands roles to pods."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from itertools import pairwise
from typing import Any, Final

from kubernetes import client

from commands.cluster import TIMEOUT, Cluster, Entry
from embedded.progress import Progress
from settings.aws import Aws, PodIdentity

_AGENT: Final = "eks-pod-identity-agent"
_NAMESPACE: Final = "kube-system"
_SERVER: Final = re.compile(
    r"https://[-.0-9A-Za-z]+\.([a-z]{2}(?:-[a-z]+)+-[0-9]+)\.(?:eks\.amazonaws\.com(?:\.cn)?|(?:eks\.)?api\.aws)(?::443)?/?"
)
_ARN: Final = re.compile(r"arn:aws[a-z-]*:eks:([a-z0-9-]+):([0-9]{12}):cluster/(.+)")


def missing(wanted: Aws, place: Cluster, progress: Progress) -> Iterator[str]:
    """One line when pods would not get their roles; nothing where that may not be looked at. With IRSA it is EKS' own
    part that hands them out, which nobody sees."""
    if not isinstance(wanted.identity, PodIdentity):
        return
    try:
        apps: Any = client.AppsV1Api(place.core().api_client)
        status = apps.read_namespaced_daemon_set(_AGENT, _NAMESPACE, _request_timeout=TIMEOUT).status
    except client.ApiException as error:
        if error.status == HTTPStatus.NOT_FOUND:
            yield (
                f"DaemonSet {_NAMESPACE}/{_AGENT} does not exist, and temporal:aws.identity (pod-identity) needs it. "
                "Install the add-on: "
                f"aws eks create-addon --cluster-name {wanted.cluster} --region {wanted.region} --addon-name {_AGENT}"
            )
        elif error.status == HTTPStatus.FORBIDDEN:
            progress.say(
                f"DaemonSet {_NAMESPACE}/{_AGENT} may not be read in cluster {place.context} ({error.status} "
                f"{error.reason}): whether pods get their roles will be told by pods only"
            )
        else:
            raise
        return
    ready, nodes = status.number_ready or 0, status.desired_number_scheduled or 0
    if nodes and not ready:
        yield (
            f"DaemonSet {_NAMESPACE}/{_AGENT} is ready on none of {nodes} nodes, so no pod gets its role. Look why: "
            f"kubectl -n {_NAMESPACE} describe daemonset {_AGENT}"
        )
    elif ready < nodes:
        progress.say(
            f"warning: {_NAMESPACE}/{_AGENT} is ready on {ready} of {nodes} nodes: pods on the others get no role"
        )


def differences(wanted: Aws, context: str, entry: Entry) -> Iterator[str]:
    """What speaks against it that a context leads to the cluster of `temporal:aws`, as its kubeconfig tells. Names that
    people made up say nothing."""
    region, account, name = _said(entry)
    found = _SERVER.fullmatch(entry.server)
    if found is None and name is None:
        yield (
            f"context {context} leads to {entry.server}, which does not look like EKS; temporal:aws.cluster names "
            f"{wanted.cluster}"
        )
    facts = (
        ("cluster", name, wanted.cluster),
        ("account", account, wanted.account),
        ("region", region or (found and found[1]), wanted.region),
    )
    for key, there, expected in facts:
        if there and there != expected:
            yield f"context {context} leads to an EKS cluster of {key} {there}, and temporal:aws.{key} names {expected}"


def _said(entry: Entry) -> tuple[str | None, str | None, str | None]:
    """Region, account and name, as `aws eks update-kubeconfig` writes them: in the cluster's name, or for `aws eks
    get-token`."""
    named = _ARN.fullmatch(entry.name)
    if named:
        return named[1], named[2], named[3]
    words = dict(pairwise(entry.arguments))
    return words.get("--region"), None, words.get("--cluster-name")
