"""What a person gets to read after a mistake: exactly one message, exit code 1, no traceback, nothing on stdout."""

import pytest

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
    "unknown format": ("preview", {"FORMAT": "xml"}, "FORMAT=xml is unknown. Known: text, json, markdown."),
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
        "NAME=speed is unknown. Known: preview, test-fast, life, cold.",
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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("config: [", "is not YAML: while parsing a flow node"),
        ("- a\n", ": a mapping with the key `config` is expected at the top."),
        ("config: [a]\n", ": `config` must be a mapping of keys such as temporal:name."),
        ("config:\n  temporal:name: x\n", "names no cluster: set `temporal:kubernetes: {context: …}`"),
    ],
)
def test_bad_stack_file(checkout: Checkout, content: str, message: str) -> None:
    """A stack file that says too little or nothing names itself in the message."""
    file = checkout.root / "Pulumi.bad.yaml"
    file.write_text(content)
    ran = checkout.run("up", STACK="bad")
    assert ran.err.startswith(f"make up: {file}")
    assert message in ran.err
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1


def test_mistakes_are_told_before_anything_is_built(checkout: Checkout) -> None:
    """The settings refuse the file: their text is the message, and no state folder is made."""
    file = checkout.stack("wrong", context="tried")
    file.write_text(file.read_text().replace("007", "wrong"))
    ran = checkout.run("up", STACK="wrong")
    assert ran.err == (
        "make up: Pulumi.wrong.yaml is not valid (1 problem):\n  temporal:size: found 'wrong'; allowed: '007'\n"
    )
    assert (ran.code, ran.out) == (1, "")
    assert not checkout.folder("wrong").exists()


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
    file = checkout.stack("sealed", context="nowhere", more="  temporal:key: {secure: v1:abc}")
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
