"""Proves which cluster the stack's commands go to."""

import json
from pathlib import Path

import pytest
import yaml

from commands import eks
from commands.cluster import Cluster, Entry
from settings.aws import Aws
from tests.commands.preflight.api import of_pods, warned
from tests.program import stacks

NOT_EKS = "context tried leads to {server}, which does not look like EKS; temporal:aws.cluster names production"


def test_a_cluster_that_does_not_look_like_eks(place: Cluster) -> None:
    entry = place.entry()
    assert entry is not None
    assert (entry.name, entry.arguments) == ("tried", ())
    assert warned(of_pods(), place) == [NOT_EKS.format(server=entry.server)]
    assert warned(stacks.local(), place) == []


EKS = "https://0A1B2C3D4E5F60718293A4B5C6D7E8F9.gr7.{region}.eks.amazonaws.com"


TOKEN = ("--region", "{region}", "eks", "get-token", "--cluster-name", "{name}", "--output", "json")


def _entry(name: str, server: str, region: str = "eu-central-1", cluster: str = "") -> Entry:
    arguments = tuple(word.format(region=region, name=cluster) for word in TOKEN) if cluster else ()
    return Entry(name, server.format(region=region), arguments)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (_entry("arn:aws:eks:eu-central-1:123456789012:cluster/production", EKS), []),
        (_entry("mine", EKS, cluster="production"), []),
        (_entry("mine", EKS), []),
        (_entry("mine", "https://127.0.0.1:8443", cluster="production"), []),
        (_entry("mine", "https://eks-cluster.{region}.api.aws"), []),
        (_entry("mine", f"{EKS}.cn", "cn-north-1"), [("region", "cn-north-1", "eu-central-1")]),
        (
            _entry("arn:aws:eks:eu-west-1:999999999999:cluster/staging", EKS),
            [
                ("cluster", "staging", "production"),
                ("account", "999999999999", "123456789012"),
                ("region", "eu-west-1", "eu-central-1"),
            ],
        ),
        (_entry("mine", EKS, cluster="staging"), [("cluster", "staging", "production")]),
        (_entry("mine", EKS, region="eu-west-1"), [("region", "eu-west-1", "eu-central-1")]),
    ],
)
def test_the_cluster_of_the_stack(entry: Entry, expected: list[tuple[str, str, str]]) -> None:
    """Told by what `aws eks update-kubeconfig` writes, and by the server's name where people renamed that."""
    aws = Aws.model_validate_json(json.dumps(dict(stacks.AWS)))
    assert list(eks.differences(aws, "tried", entry)) == [
        f"context tried leads to an EKS cluster of {key} {there}, and temporal:aws.{key} names {wanted}"
        for key, there, wanted in expected
    ]


def test_an_entry_of_several_files(place: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As kubectl merges them: the first one that has a name."""
    mine = {"clusters": [{"name": "tried", "cluster": {"server": "https://other"}}]}
    command = {"exec": {"apiVersion": "v1", "command": "aws", "args": ["eks", "get-token"]}}
    users = {"users": [{"name": "nobody", "user": command}]}
    for name, content in (("a", mine), ("b", users)):
        (tmp_path / name).write_text(yaml.safe_dump(content))
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path / 'a'}:{tmp_path / 'b'}:{place.kubeconfig}")
    assert Cluster("tried", None).entry() == Entry("tried", "https://other", ("eks", "get-token"))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "gone"))
    assert Cluster("tried", None).entry() is None
    assert Cluster("unknown", place.kubeconfig).entry() is None
