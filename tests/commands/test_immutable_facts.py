"""What a deployed stack cannot become, with the real engine: the program reads its own outputs."""

import shutil
import subprocess
from pathlib import Path

import pytest

import versions
from commands.diagnostics import warnings
from commands.errors import CommandError
from commands.events import counted
from tests.commands.checkout import ROOT, Checkout
from tests.commands.simulated import Simulated

pytestmark = pytest.mark.engine

OLDER = max(version for version in versions.SERVERS if version != versions.TEMPORAL_SERVER)
HEAD = "stack small is deployed and cannot become this:"
REFUSED = {
    "shards": (
        ("shards: 4", "shards: 8"),
        (
            "  temporal:backend.shards: found 8; allowed: 4, which the database was made with: the server ignores "
            "another number. More shards need a new installation"
        ),
    ),
    "name": (
        ("temporal:name: small", "temporal:name: other"),
        (
            "  temporal:name: found 'other'; allowed: 'small', the Kubernetes namespace that holds everything. "
            "Another name is another stack"
        ),
    ),
    "version": (
        ("kind: self-hosted", f"kind: self-hosted, version: {OLDER}"),
        (
            f"  temporal:backend.version: found '{OLDER}'; allowed: '{versions.TEMPORAL_SERVER}' or newer. The "
            "schema does not go back: restore a backup from before the upgrade instead"
        ),
    ),
}


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """A stack that is up. The tests only preview it."""
    stack = Simulated(tmp_path_factory.mktemp("deployed"))
    new = stack.preview()
    assert new["changeSummary"].keys() == {"create"}
    outcome = stack.up()
    assert outcome.complaints == ()
    return stack


@pytest.fixture
def changed(deployed: Simulated) -> Simulated:
    """The stack again as it was deployed, to be changed."""
    deployed.restore()
    return deployed


def test_unchanged(changed: Simulated) -> None:
    """Nothing changes. Asking for the outputs leaves one provider of the engine's own, which nobody counts."""
    digest = changed.preview()
    assert digest["changeSummary"].keys() == {"same"}
    own = sorted(found["type"] for found in changed.state() if not counted(found["type"]))
    assert own == [
        "pulumi:providers:kubernetes",
        "pulumi:providers:pulumi",
        "pulumi:providers:random",
        "pulumi:providers:tls",
        "pulumi:pulumi:Stack",
    ]


@pytest.mark.parametrize("case", REFUSED)
def test_impossible_change(changed: Simulated, case: str) -> None:
    """The message is the whole of what is said; `up` says the same and changes nothing."""
    (old, new), line = REFUSED[case]
    changed.replace(old, new)
    before = urns(changed)
    with pytest.raises(CommandError) as caught:
        changed.preview()
    assert str(caught.value) == f"{HEAD}\n{line}"
    outcome = changed.up()
    assert (outcome.code != 0, outcome.complaints) == (True, (f"{HEAD}\n{line}",))
    assert urns(changed) == before


def test_every_impossible_change_at_once(changed: Simulated) -> None:
    """One message holds them all."""
    for (old, new), _ in REFUSED.values():
        changed.replace(old, new)
    with pytest.raises(CommandError) as caught:
        changed.preview()
    assert str(caught.value).splitlines() == [HEAD, *(REFUSED[case][1] for case in ("name", "shards", "version"))]


def test_against_a_revision(checkout: Checkout) -> None:
    """The base is applied first, so that the head's impossible change is refused as it would be when deployed."""
    for name in ("components", "contract"):
        shutil.copytree(ROOT / name, checkout.root / name)
    (checkout.root / "settings").unlink()
    (checkout.root / "versions.py").unlink()
    shutil.copytree(ROOT / "settings", checkout.root / "settings")
    for name in ("__main__.py", "versions.py"):
        shutil.copy(ROOT / name, checkout.root / name)
    program = ["__main__.py", "versions.py", "components", "contract", "settings", "Pulumi.yaml", "Pulumi.small.yaml"]
    for words in (["init", "-q"], ["add", *program], ["commit", "-q", "-m", "base"]):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
        subprocess.run(["git", *identity, *words], cwd=checkout.root, check=True, capture_output=True)
    same = checkout.run("preview", STACK="small", AGAINST="HEAD")
    assert same.code == 0, same.err
    assert same.out.splitlines()[1].startswith("no changes (")

    (old, new), line = REFUSED["shards"]
    file = checkout.root / "Pulumi.small.yaml"
    file.write_text(file.read_text().replace(old, new))
    ran = checkout.run("preview", STACK="small", AGAINST="HEAD")
    assert ran.err.endswith(f"\nmake preview: {HEAD}\n{line}\n"), ran.err
    assert (ran.code, ran.out) == (1, "")


def test_a_namespace_that_leaves_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Preview, `up` and plain `pulumi` warn of it; once the outputs no longer name it nobody does."""
    stack = Simulated(tmp_path)
    base = stack.file.read_text()
    stack.file.write_text(f"{base}  temporal:namespaces: [{{name: default}}, {{name: orders}}]\n")
    assert stack.up().complaints == ()
    stack.replace(", {name: orders}", "")
    (warning,) = warnings(stack.preview()["diagnostics"])
    assert warning.startswith("temporal:namespaces: 'orders' is deployed and no longer in the file: it stays")

    engine = stack.engine
    words = engine.command("preview", "--stack", "small")
    plain = subprocess.run(words, env=engine.environment(), capture_output=True, text=True, check=True)
    assert f"warning: {warning}" in plain.stdout
    capsys.readouterr()
    assert stack.up().complaints == ()
    assert capsys.readouterr().err.count(f"] warning: {warning}\n") == 1
    assert warnings(stack.preview()["diagnostics"]) == []


def urns(stack: Simulated) -> list[str]:
    return sorted(found["urn"] for found in stack.state())
