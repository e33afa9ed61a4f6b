"""`make preview` with the real engine and simulated plugins, against nothing and against another revision."""

import json
import subprocess

import pytest

from commands.presentation import Change, Preview, PropertyChange, as_json, changes_of, markdown, text
from tests.commands.checkout import Checkout

CHANGES = [
    Change("urn:a", "kubernetes:core/v1:ConfigMap", "config", "ConfigMap local/config", "create"),
    Change(
        "urn:b",
        "kubernetes:apps/v1:Deployment",
        "history",
        "Deployment local/history",
        "update",
        (PropertyChange("spec.replicas", "1", "2", replaces=False),),
    ),
    Change(
        "urn:c",
        "kubernetes:core/v1:Secret",
        "key",
        "Secret local/key",
        "replace",
        (
            PropertyChange("type", "Opaque", "a|b", replaces=True),
            PropertyChange("data", None, "[secret]", replaces=False),
            PropertyChange("immutable", "true", None, replaces=False),
        ),
    ),
    Change("urn:d", "random:index/randomPassword:RandomPassword", "password", "RandomPassword password", "delete"),
    Change("urn:e", "kubernetes:core/v1:Namespace", "namespace", "Namespace local", "same"),
]


def git(checkout: Checkout, *words: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", *identity, *words], cwd=checkout.root, check=True, capture_output=True)


@pytest.fixture
def repository(checkout: Checkout) -> Checkout:
    """The tried checkout as a git repository with one commit, of its program and its stack files."""
    program = """\
        import pulumi
        import pulumi_random

        class Room(pulumi.ComponentResource):
            def __init__(self) -> None:
                super().__init__("temporal:index:Room", "room")
                pulumi_random.RandomPassword("password", length=12, opts=pulumi.ResourceOptions(parent=self))
                self.register_outputs({})

        Room()
        """
    (checkout.root / "__main__.py").write_text("\n".join(line[8:] for line in program.splitlines()))
    git(checkout, "init", "-q", "-b", "main")
    git(checkout, "add", "__main__.py", "Pulumi.yaml", "Pulumi.small.yaml")
    git(checkout, "commit", "-q", "-m", "first")
    return checkout


def test_against_nothing_and_against_a_revision(repository: Checkout) -> None:
    """The counts are the engine's; stack and provider are not among them; nothing stays, no file is touched."""
    written = repository.committed()
    first = repository.run("preview", STACK="small", FORMAT="json")
    assert first.code == 0, first.err
    found = json.loads(first.out)
    assert found["changes"] == {"create": 2, "update": 0, "replace": 0, "delete": 0, "same": 0}
    assert [(r["name"], r["type"], r["op"]) for r in found["resources"]] == [
        ("room", "temporal:index:Room", "create"),
        ("password", "random:index/randomPassword:RandomPassword", "create"),
    ]

    main = repository.root / "__main__.py"
    main.write_text(main.read_text().replace("length=12", "length=20"))
    against = repository.run("preview", STACK="small", AGAINST="main")
    assert against.code == 0, against.err
    assert against.out == (
        "Preview of stack small\n"
        "± replace RandomPassword password\n"
        "            length: 12 → 20 (replaces)\n"
        "0 to create, 0 to update, 1 to replace, 0 to delete, 1 the same\n"
    )
    assert list((repository.root / ".state" / "previews").iterdir()) == []
    assert {**repository.committed(), "__main__.py": ""} == {**written, "__main__.py": ""}


def test_unknown_revision(repository: Checkout) -> None:
    """A name that is no revision, and a stack that the revision does not know."""
    ran = repository.run("preview", STACK="small", AGAINST="nosuch")
    assert ran.err == (
        "make preview: AGAINST=nosuch: there is no such revision. Name a branch, a tag or a commit; "
        "`git fetch` may be missing.\n"
    )
    assert (ran.code, ran.out) == (1, "")
    option = repository.run("preview", STACK="small", AGAINST="--exec=x")
    assert option.err == "make preview: AGAINST=--exec=x: there is no such revision.\n"


def test_base_program_that_does_not_apply(repository: Checkout) -> None:
    """The base's mistake is told as the base's."""
    main = repository.root / "__main__.py"
    good = main.read_text()
    main.write_text("import pulumi\nraise pulumi.RunError('the base refuses')\n")
    git(repository, "commit", "-q", "-a", "-m", "refuses")
    main.write_text(good)
    ran = repository.run("preview", STACK="small", AGAINST="HEAD")
    assert "make preview: the program of " in ran.err
    assert ran.err.endswith(" does not apply:\nthe base refuses\n")
    assert ran.code == 1


@pytest.mark.engine
def test_warnings(checkout: Checkout) -> None:
    """What the program warns of stands on stderr, or in the JSON; the engine's talk of plugins nowhere."""
    warning = "temporal:backend.shards: 100 is not a power of two"
    shown = checkout.run("preview", STACK="small", WARNS=warning)
    assert shown.code == 0, shown.err
    assert [line.partition("] ")[2] for line in shown.err.splitlines()] == [f"warning: {warning}"]
    assert warning not in shown.out

    found = checkout.run("preview", STACK="small", WARNS=warning, FORMAT="json")
    assert json.loads(found.out)["warnings"] == [warning]
    assert found.err == ""


def test_text() -> None:
    """Every operation has its sign, every path its old and its new value."""
    assert text(Preview("local", CHANGES)) == (
        "Preview of stack local\n"
        "+ create  ConfigMap local/config\n"
        "~ update  Deployment local/history\n"
        "            spec.replicas: 1 → 2\n"
        "± replace Secret local/key\n"
        "            type: Opaque → a|b (replaces)\n"
        "            data: set to [secret]\n"
        "            immutable: true removed\n"
        "- delete  RandomPassword password\n"
        "1 to create, 1 to update, 1 to replace, 1 to delete, 1 the same"
    )
    assert text(Preview("local", CHANGES[-1:])) == "Preview of stack local\nno changes (1 resources stay the same)"


def test_json() -> None:
    """The contract of FORMAT=json."""
    found = json.loads(as_json(Preview("local", CHANGES, ["two shards"])))
    assert found["changes"] == {"create": 1, "update": 1, "replace": 1, "delete": 1, "same": 1}
    assert found["warnings"] == ["two shards"]
    assert found["resources"][0] == {
        "urn": "urn:a",
        "type": "kubernetes:core/v1:ConfigMap",
        "name": "config",
        "op": "create",
        "properties": [],
    }
    assert found["resources"][1]["properties"] == [
        {"path": "spec.replicas", "old": "1", "new": "2", "replaces": False},
    ]


def test_markdown() -> None:
    """A table that survives the characters Markdown reads as its own."""
    lines = markdown(Preview("local", CHANGES)).splitlines()
    assert lines[0] == "### Preview of stack `local`"
    assert lines[9].startswith("| update | Deployment local/history | spec.replicas: 1 → 2 |")
    assert "type: Opaque → a\\|b (replaces)<br>data: set to [secret]" in lines[10]
    assert len(markdown(Preview("local", CHANGES[-1:])).splitlines()) == 3
    warned = markdown(Preview("local", CHANGES[-1:], ["two shards", "no owner"])).splitlines()
    assert warned[2:6] == ["> **Warning:** two shards", "", "> **Warning:** no owner", ""]


def test_reading_the_engine() -> None:
    """Stack, provider and what is only read are not counted; paths with brackets and quotes find their values."""
    urn = "urn:pulumi:small::temporal::{}::x"
    name = {"name": "web", "namespace": "local"}
    inputs = {"metadata": {**name, "labels": {"a.b/c": "old"}}, "spec": {"ports": [80]}}
    changed = {"metadata": {**name, "labels": {"a.b/c": "new"}}, "spec": {"ports": [81]}}
    service = "kubernetes:core/v1:Service"
    steps = [
        {"op": "create", "urn": urn.format("pulumi:pulumi:Stack"), "newState": {"type": "pulumi:pulumi:Stack"}},
        {"op": "read", "urn": urn.format("pulumi:pulumi:StackReference"), "newState": {"type": "x"}},
        {"op": "read", "urn": urn.format(service), "newState": {"type": service}},
        {
            "op": "create",
            "urn": urn.format("pulumi:providers:kubernetes"),
            "newState": {"type": "pulumi:providers:kubernetes"},
        },
        {
            "op": "update",
            "urn": urn.format(f"temporal:platform:TemporalPlatform${service}"),
            "oldState": {"type": service, "inputs": inputs},
            "newState": {"type": service, "inputs": changed},
            "detailedDiff": {
                'metadata.labels["a.b/c"]': {"kind": "update"},
                "spec.ports[0]": {"kind": "update-replace"},
            },
        },
    ]
    (found,) = changes_of({"steps": steps})
    assert found.title == "Service local/web"
    assert found.properties == (
        PropertyChange('metadata.labels["a.b/c"]', "old", "new", replaces=False),
        PropertyChange("spec.ports[0]", "80", "81", replaces=True),
    )
