"""When a changed kubernetes provider replaces everything in it: rules of the official plugin's DiffConfig."""

import pytest
import yaml

from standins.kubernetes.config_diff import config_diff
from standins.provider import UNKNOWN, Properties


def kubeconfig(server: str, *, current: str = "a") -> str:
    clusters = [{"name": name, "cluster": {"server": f"{server}/{name}"}} for name in ("a", "b")]
    contexts = [{"name": name, "context": {"cluster": name, "user": "me"}} for name in ("a", "b")]
    return yaml.safe_dump({"clusters": clusters, "contexts": contexts, "current-context": current})


FILES = {"/one": kubeconfig("https://one"), "/same": kubeconfig("https://one"), "/two": kubeconfig("https://two")}


@pytest.mark.parametrize(
    ("olds", "news", "changed", "replaces"),
    [
        ({"kubeconfig": "/one"}, {"kubeconfig": "/one"}, [], ()),
        ({"kubeconfig": "/one"}, {"kubeconfig": "/same"}, ["kubeconfig"], ()),
        ({"kubeconfig": "/one"}, {"kubeconfig": "/two"}, ["kubeconfig"], ("kubeconfig",)),
        ({"kubeconfig": FILES["/one"]}, {"kubeconfig": FILES["/two"]}, ["kubeconfig"], ("kubeconfig",)),
        ({"kubeconfig": "/one"}, {"kubeconfig": "/one", "context": "a"}, ["context"], ()),
        ({"kubeconfig": "/one"}, {"kubeconfig": "/one", "context": "b"}, ["context"], ("context",)),
        ({"kubeconfig": "/one"}, {"kubeconfig": "/one", "cluster": "b"}, ["cluster"], ("cluster",)),
        ({"context": "a"}, {"context": "b"}, ["context"], ()),
        ({"kubeconfig": "/one"}, {"kubeconfig": "/one", "namespace": "n"}, ["namespace"], ()),
        ({"kubeconfig": "/one"}, {"kubeconfig": UNKNOWN}, ["kubeconfig"], ("kubeconfig",)),
        (
            {"kubeconfig": "/one", "clusterIdentifier": "x"},
            {"kubeconfig": "/two", "clusterIdentifier": "x"},
            ["kubeconfig"],
            (),
        ),
        ({"clusterIdentifier": "x"}, {"clusterIdentifier": "y"}, ["clusterIdentifier"], ("clusterIdentifier",)),
    ],
)
def test_what_replaces(olds: Properties, news: Properties, changed: list[str], replaces: tuple[str, ...]) -> None:
    diff = config_diff(olds, news, read=FILES.get)
    assert diff.detailed == dict.fromkeys(changed, "update")
    assert diff.replaces == replaces
