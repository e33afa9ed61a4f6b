"""What a person gets to read after a mistake: exactly one message, exit code 1, no traceback, nothing on stdout."""

import pytest

import settings
from tests.commands.checkout import Checkout

CASES = {
    "unknown stack": (
        "outputs",
        {"STACK": "lokal"},
        "there is no stack 'lokal'. Stacks here: local, small. STACK may also be the path of a stack file.",
    ),
    "stack file that is not there": (
        "preview",
        {"STACK": "elsewhere/Pulumi.x.yaml"},
        "STACK=elsewhere/Pulumi.x.yaml: there is no such file.",
    ),
    "no folder to render to": (
        "render",
        {},
        "say where the files go: OUT=<folder>, a new one or one that make render wrote before.",
    ),
    "a folder of other things to render to": (
        "render",
        {"OUT": "."},
        (
            "OUT=.: the folder holds files that make render did not write (there is no .rendered). "
            "Name a new or an empty folder."
        ),
    ),
    "a file to render to": (
        "render",
        {"OUT": "Pulumi.yaml"},
        "OUT=Pulumi.yaml is not a folder. Name a new or an empty folder.",
    ),
    "unknown format": ("preview", {"FORMAT": "xml"}, "FORMAT=xml is unknown. Known: text, json, markdown."),
    "format that estimates do not have": (
        "cost",
        {"FORMAT": "markdown"},
        "FORMAT=markdown is unknown. Known: text, json.",
    ),
    "switch that is neither": (
        "preview",
        {"LIVE": "yes"},
        "LIVE=yes: only LIVE=1 (yes) and LIVE=0 (no) are known.",
    ),
    "two comparisons": (
        "preview",
        {"LIVE": "1", "AGAINST": "main"},
        "LIVE=1 compares with the deployed state, AGAINST with a revision: choose one.",
    ),
    "revision without a repository": (
        "preview",
        {"AGAINST": "main", "GIT_CEILING_DIRECTORIES": "/"},
        "AGAINST=main: this is not a git checkout. Name a branch, a tag or a commit; `git fetch` may be missing.",
    ),
    "outputs before up": (
        "outputs",
        {},
        "stack local is not deployed from this checkout. Run first: make up",
    ),
    "env before up": (
        "env",
        {"STACK": "small"},
        "stack small is not deployed from this checkout. Run first: make up STACK=small",
    ),
    "live preview before up": (
        "preview",
        {"LIVE": "1"},
        "stack local is not deployed from this checkout. Run first: make up",
    ),
    "unknown context": (
        "up",
        {"STACK": "small", "CONTEXT": "kind-x"},
        "there is no context 'kind-x' in {root}/kubeconfig. Contexts there: nowhere, tried.",
    ),
    "unknown part of the benchmark": (
        "bench",
        {"NAME": "preview,speed"},
        "NAME=speed is unknown. Known: preview, test-fast, life, search, series, cold.",
    ),
    "no name for a node": (
        "up",
        {"EMBEDDED_NODE": "Main Node"},
        "EMBEDDED_NODE='Main Node' is no name for a node: use 1 to 12 lower-case letters and digits, a letter first.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_one_message(checkout: Checkout, case: str) -> None:
    """The whole of stderr is the message; the commands are run as make runs them."""
    target, variables, message = CASES[case]
    ran = checkout.run(target, **variables)
    assert ran.err == f"make {target}: {message.format(root=checkout.root)}\n"
    assert (ran.code, ran.out) == (1, "")


BAD_FILES = {
    "empty": ("", 1),
    "a list": ("- a\n", 1),
    "no mapping": ("config: [a]\n", 1),
    "a section of nothing": ("config:\n", 1),
    "no YAML": ("config: [", 1),
    "a tab": ("config:\n\ttemporal:name: x\n", 2),
    "a key twice": ("config:\n  temporal:name: x\n  temporal:name: y\n", 3),
}


@pytest.mark.parametrize(
    ("case", "target"), [*((case, "preview") for case in BAD_FILES), ("empty", "up"), ("empty", "render")]
)
def test_bad_stack_file(checkout: Checkout, case: str, target: str) -> None:
    """The whole of stderr is one text of the settings, with the line; nothing is made for the stack."""
    content, line = BAD_FILES[case]
    (checkout.root / "Pulumi.bad.yaml").write_text(content)
    with pytest.raises(settings.SettingsError) as refusal:
        settings.read("Pulumi.bad.yaml", content)
    ran = checkout.run(target, STACK="bad", OUT=str(checkout.root / "out"))
    assert ran.err == f"make {target}: {refusal.value}\n"
    assert ran.err.startswith(f"make {target}: Pulumi.bad.yaml is not valid (1 problem):\n  Pulumi.bad.yaml:{line}: ")
    assert ran.err.count("\n") == 2
    assert (ran.code, ran.out) == (1, "")
    assert not checkout.folder("bad").exists()
    assert not (checkout.root / "out").exists()


@pytest.mark.parametrize("target", ["preview", "up", "render", "cost"])
def test_mistakes_are_told_before_anything_is_built(checkout: Checkout, target: str) -> None:
    """Every problem the settings find, each with its line; no state folder is made."""
    file = checkout.stack("wrong", context="tried", more="  temporal:sise: dev\n")
    file.write_text(file.read_text().replace("shards: 4", "shards: 0"))
    ran = checkout.run(target, STACK="wrong", OUT=str(checkout.root / "out"))
    first, *problems = ran.err.splitlines()
    assert first == f"make {target}: Pulumi.wrong.yaml is not valid (2 problems):"
    assert [line.partition(": found")[0].partition(": unknown")[0] for line in problems] == [
        "  Pulumi.wrong.yaml:5: temporal:backend.shards",
        "  Pulumi.wrong.yaml:8: temporal:sise",
    ]
    assert "did you mean" in problems[1]
    assert (ran.code, ran.out) == (1, "")
    assert not checkout.folder("wrong").exists()
    assert not (checkout.root / "out").exists()


def test_stack_without_a_cluster(checkout: Checkout) -> None:
    """The file is valid but for the context, which the settings demand with the line of its section."""
    file = checkout.stack("bare", context="tried")
    file.write_text(file.read_text().replace("{context: tried}", "{}"))
    ran = checkout.run("up", STACK="bare")
    assert ran.err.splitlines()[1].startswith("  Pulumi.bare.yaml:4: temporal:kubernetes.context: missing; ")
    assert (ran.code, ran.out) == (1, "")


def test_what_another_checkout_deployed_is_left_alone(checkout: Checkout) -> None:
    """The installation's namespace exists but no state of it: taking it over would break it."""
    file = checkout.stack("taken", context="tried")
    ran = checkout.run("up", STACK="taken")
    assert (
        f"make up: Kubernetes namespace taken is there already, but this checkout has no state of it: it was deployed "
        f"from elsewhere. Destroy it there with `make down STACK=taken`, or say another temporal:name in {file}. "
        "If its state is lost: kubectl delete namespace taken\n"
    ) in ran.err
    assert (ran.code, ran.out) == (1, "")


@pytest.mark.parametrize(
    ("more", "reason"),
    [("  temporal:protection: true", "is protected"), ("  aws:region: us-east-1", "names AWS")],
)
def test_down_asks_before_what_cannot_be_undone(checkout: Checkout, more: str, reason: str) -> None:
    """Without CONFIRM, or with another name in it, nothing is destroyed."""
    checkout.stack("prod", context="nowhere", more=more)
    checkout.pretend_deployed("prod")
    for confirm in ("", "local"):
        ran = checkout.run("down", STACK="prod", CONFIRM=confirm)
        assert ran.err == f"make down: stack prod {reason}. To destroy it all the same: CONFIRM=prod\n"
        assert ran.code == 1
    assert (checkout.folder("prod") / "backend").exists()


def test_ciphertext_without_its_passphrase(checkout: Checkout) -> None:
    """A stack file with encrypted values needs the passphrase of the person who encrypted them."""
    file = checkout.stack("sealed", context="nowhere", more="  vault:token: {secure: v1:abc}")
    ran = checkout.run("preview", STACK="sealed")
    assert ran.err == (
        f"make preview: {file} holds encrypted values: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE "
        "to the passphrase they were encrypted with.\n"
    )
    assert ran.code == 1


def test_full_disk(checkout: Checkout) -> None:
    """/dev/full refuses every byte: the place is named, the state folder stays usable."""
    folder = checkout.folder("small")
    folder.mkdir(parents=True)
    (folder / "Pulumi.yaml").symlink_to("/dev/full")
    ran = checkout.run("up", STACK="small")
    assert (
        ran.err
        == "make up: No space left on device: a file in .state or in the cache. Make room on that disk, then repeat.\n"
    )
    assert (ran.code, ran.out) == (1, "")


def test_damaged_state(checkout: Checkout) -> None:
    """A state file that is no JSON is named together with the copy the engine keeps."""
    checkout.pretend_deployed("small", content='{"checkpoint": {"la')
    ran = checkout.run("up", STACK="small")
    state = checkout.folder("small") / "backend/.pulumi/stacks/temporal/small.json"
    assert f"the state {state} is damaged" in ran.err
    assert "copy that over it, then repeat" in ran.err
    assert "Traceback" not in ran.err
