"""`make render`: what the files hold, that no secret is in them, and whose files it touches."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from commands import manifests
from commands.errors import CommandError
from commands.rendered import Folder
from tests.commands.checkout import Checkout

PROGRAM = """\
import pulumi
import pulumi_kubernetes as k8s
import pulumi_random

cluster = k8s.Provider("kubernetes", context="nowhere")
opts = pulumi.ResourceOptions(provider=cluster)
password = pulumi_random.RandomPassword("password", length=12).result
place = {"namespace": "small"}
k8s.core.v1.Namespace("namespace", metadata={"name": "small"}, opts=opts)
k8s.core.v1.Secret("secret", metadata={"name": "key", **place}, string_data={"b": password, "a": "open"}, opts=opts)
k8s.core.v1.ConfigMap(
    "config",
    metadata={"name": "config", "annotations": {"pulumi.com/skipAwait": "true", "note": "1e3"}, **place},
    data={"server.yaml": "a: 1\\nb: 2\\n", "password": password, "mode": "0o17"},
    opts=opts,
)
k8s.batch.v1.Job(
    "job",
    metadata={"name": "job", **place},
    spec={
        "backoff_limit": 2,
        "template": {
            "spec": {
                "restart_policy": "Never",
                "containers": [{"name": "c", "image": "c:1"}],
            }
        },
    },
    opts=opts,
)
containers = [{"name": "c", "image": "c:1", "env": [{"name": "P", "value": password}]}]
k8s.core.v1.Pod("pod", metadata={"name": "pod", **place}, spec={"containers": containers}, opts=opts)
"""

CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata:
  annotations:
    note: '1e3'
  name: config
  namespace: small
data:
  mode: '0o17'
  password: '[secret]'
  server.yaml: |
    a: 1
    b: 2
"""

SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: key
  namespace: small
stringData:
  a: '[secret]'
  b: '[secret]'
"""


def contents(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.engine
def test_render(checkout: Checkout) -> None:
    """The objects that would be applied, twice the same bytes; nothing else in the checkout is touched.

    The engine takes a whole list for secret that holds a secret somewhere, so nothing of that list is shown.
    """
    (checkout.root / "__main__.py").write_text(PROGRAM)
    written = checkout.committed()
    first = checkout.run("render", STACK="small", OUT="out/first")
    assert first.code == 0, first.err
    assert first.out == "out/first: 5 Kubernetes objects, 0 AWS resources\n"
    assert first.err == ""
    files = contents(checkout.root / "out" / "first")
    assert sorted(files) == [
        ".rendered",
        "aws.json",
        "kubernetes/configmap-small-config.yaml",
        "kubernetes/job-small-job.yaml",
        "kubernetes/namespace-small.yaml",
        "kubernetes/pod-small-pod.yaml",
        "kubernetes/secret-small-key.yaml",
    ]
    assert files["aws.json"] == "[]\n"
    assert files["kubernetes/configmap-small-config.yaml"] == CONFIG_MAP
    assert files["kubernetes/secret-small-key.yaml"] == SECRET
    assert yaml.safe_load(files["kubernetes/pod-small-pod.yaml"])["spec"] == {"containers": "[secret]"}
    assert "backoffLimit: 2\n" in files["kubernetes/job-small-job.yaml"]

    again = checkout.run("render", STACK="small", OUT="out/second")
    assert again.code == 0, again.err
    assert contents(checkout.root / "out" / "second") == files
    assert checkout.committed() == written
    assert not checkout.folder("small").exists()
    assert list((checkout.root / ".state" / "previews").iterdir()) == []


@pytest.mark.engine
def test_program_that_refuses(checkout: Checkout) -> None:
    """Its reason alone; no folder is made."""
    ran = checkout.run("render", STACK="small", OUT="out", REFUSES="Pulumi.small.yaml:3: temporal:name: no")
    assert ran.err == "make render: Pulumi.small.yaml:3: temporal:name: no\n"
    assert (ran.code, ran.out) == (1, "")
    assert not (checkout.root / "out").exists()


def resource(type_: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:s::p::{type_}::name", "custom": True, "type": type_, "inputs": inputs, **more}


def secret(value: Any) -> dict[str, str]:
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": json.dumps(value)}


def obj(kind: str, namespace: str, name: str, api: str = "v1") -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"namespace": namespace, "name": name}}


def test_only_objects_are_rendered() -> None:
    """The stack, providers, components and other clouds are no Kubernetes objects; an issuer of somebody else's, which
    is only read, is none of the stack's."""
    config = obj("ConfigMap", "a", "x")
    issuer = resource("kubernetes:cert-manager.io/v1:ClusterIssuer", {}, external=True)
    del issuer["inputs"]
    found = manifests.kubernetes_objects(
        [
            {"urn": "urn:pulumi:s::p::pulumi:pulumi:Stack::s", "custom": False, "type": "pulumi:pulumi:Stack"},
            resource("pulumi:providers:kubernetes", {"context": "c"}),
            resource("kubernetes:helm.sh/v3:Release", {}, custom=False),
            resource("aws:rds/instance:Instance", {"storage": 20.0}),
            issuer,
            resource("kubernetes:core/v1:ConfigMap", config),
        ]
    )
    assert found == [config]


def test_every_value_of_a_secret_is_masked() -> None:
    """Also those that the program never marked, and those of which only the whole is marked."""
    marked = {**obj("Secret", "a", "marked"), "data": secret({"k": "aHVudGVyMg=="}), "stringData": {"j": "hunter2"}}
    open_ = {**obj("Secret", "a", "open"), "data": {"k": "aHVudGVyMg=="}, "immutable": True}
    found = manifests.kubernetes_objects(
        [resource("kubernetes:core/v1:Secret", marked), resource("kubernetes:core/v1:Secret", open_)]
    )
    assert [(list(o), o["stringData"]) for o in found] == [
        (["apiVersion", "kind", "metadata", "stringData"], {"j": "[secret]", "k": "[secret]"}),
        (["apiVersion", "kind", "metadata", "immutable", "stringData"], {"k": "[secret]"}),
    ]


def test_aws_resources() -> None:
    """Whole numbers as integers, secrets masked, the engine's own keys and nulls left out."""
    inputs = {"allocatedStorage": 20.0, "password": secret("hunter2"), "__defaults": [], "kmsKeyId": None, "iops": 1.5}
    found = manifests.aws_resources([resource("aws:rds/instance:Instance", inputs)])
    assert json.dumps(found) == json.dumps(
        [
            {
                "type": "aws:rds/instance:Instance",
                "name": "name",
                "properties": {"allocatedStorage": 20, "iops": 1.5, "password": "[secret]"},
            }
        ]
    )


def test_file_names() -> None:
    """Kind, namespace, name; without a namespace the kind and the name; two that would be one are told apart."""
    objects = [
        obj("Job", "a-b", "c"),
        obj("Job", "a", "b-c"),
        obj("Service", "a", "web"),
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}},
        {"apiVersion": "v1", "kind": "ClusterRole", "metadata": {"name": "system:Reader"}},
    ]
    names = list(manifests.named(objects))
    assert names[2:] == ["service-a-web.yaml", "namespace-a.yaml", "clusterrole-system-reader.yaml"]
    assert [name.rpartition("-")[0] for name in names[:2]] == ["job-a-b-c", "job-a-b-c"]
    assert len(set(names)) == 5


@pytest.mark.parametrize(
    "text", ["1e3", "0o17", "y", "N", "yes", "1.5", "007", "1_000", "12:30", ".5", "+1", "null", "~"]
)
def test_texts_stay_texts(text: str) -> None:
    """Whatever kind of YAML reads them."""
    assert manifests.as_yaml({"a": text}) == f"a: '{text}'\n"


def test_later_render_replaces_its_own_files_only(tmp_path: Path) -> None:
    """What is no longer made goes, what a person put beside it stays."""
    folder = Folder(tmp_path / "out")
    folder.refuse_if_not_ours()
    folder.write({"aws.json": "[]\n", "kubernetes/job-a-old.yaml": "old\n", "kubernetes/job-a-kept.yaml": "1\n"})
    (tmp_path / "out" / "kubernetes" / "mine.yaml").write_text("mine\n")
    (tmp_path / "out" / "README").write_text("mine\n")
    later = Folder(tmp_path / "out")
    later.refuse_if_not_ours()
    later.write({"aws.json": "[]\n", "kubernetes/job-a-kept.yaml": "2\n"})
    found = contents(tmp_path / "out")
    assert found.pop(".rendered").splitlines()[1:] == ["aws.json", "kubernetes/job-a-kept.yaml"]
    assert found == {
        "README": "mine\n",
        "aws.json": "[]\n",
        "kubernetes/job-a-kept.yaml": "2\n",
        "kubernetes/mine.yaml": "mine\n",
    }


def test_file_of_a_person_is_not_overwritten(tmp_path: Path) -> None:
    """One of a name that render needs: refused before anything is written."""
    folder = Folder(tmp_path / "out")
    folder.write({"aws.json": "[]\n"})
    mine = tmp_path / "out" / "kubernetes" / "job-a-b.yaml"
    mine.parent.mkdir()
    mine.write_text("mine\n")
    before = contents(tmp_path / "out")
    with pytest.raises(CommandError) as caught:
        folder.write({"aws.json": "{}\n", "kubernetes/job-a-b.yaml": "x\n"})
    assert str(caught.value) == (
        f"OUT={tmp_path}/out: kubernetes/job-a-b.yaml would be overwritten, and make render did not write that. "
        "Move it away, or name another folder."
    )
    assert contents(tmp_path / "out") == before


def test_list_that_leads_elsewhere(tmp_path: Path) -> None:
    """A line that someone wrote into the list removes no file that render could not have written."""
    (tmp_path / "precious.yaml").write_text("mine\n")
    folder = Folder(tmp_path / "out")
    folder.write({"aws.json": "[]\n"})
    (tmp_path / "out" / ".rendered").write_text("../precious.yaml\nkubernetes/../../precious.yaml\nMakefile\n")
    (tmp_path / "out" / "aws.json").unlink()
    folder.write({"aws.json": "[]\n"})
    assert (tmp_path / "precious.yaml").exists()
