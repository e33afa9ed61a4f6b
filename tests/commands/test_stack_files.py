"""Which stack is meant, where its state lies, and what the engine gets to see of its file."""

from pathlib import Path

import pytest
import yaml

from commands import stackfile
from commands.errors import CommandError
from commands.stackfile import Checkout


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    for name in ("STACK", "CONTEXT", "EMBEDDED_NODE", "EMBEDDED_NETWORK", "PULUMI_BACKEND_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "Pulumi.yaml").write_text("name: temporal\nruntime: {name: python, options: {virtualenv: .venv}}\n")
    (tmp_path / "Pulumi.local.yaml").write_text(
        "# for trying\nconfig:\n  temporal:name: local\n"
        "  temporal:kubernetes: {context: embedded, nodeAddress: 198.18.0.2}\n"
        "  temporal:text: on\n  temporal:number: 0o17\n"
    )
    return Checkout(tmp_path)


def test_default_is_local(checkout: Checkout) -> None:
    """Nothing said means the stack `local`, on the node `main`."""
    stack = stackfile.resolve(checkout)
    assert (stack.name, stack.folder) == ("local", checkout.state / "local")
    assert stack.node is not None
    assert stack.node.name == "main"


def test_copy_is_the_file_itself(checkout: Checkout) -> None:
    """Without an override the copy is byte for byte the file; the project's copy leads back to the program."""
    stack = stackfile.resolve(checkout)
    stackfile.write_copy(stack, checkout.root)
    assert stack.copy.read_text() == stack.source.read_text()
    project = yaml.safe_load((stack.folder / "Pulumi.yaml").read_text())
    assert project == {"name": "temporal", "runtime": "python", "main": str(checkout.root)}


def test_salt_stays_and_a_foreign_one_does_not_come_in(checkout: Checkout) -> None:
    """The engine's salt survives the renewal of the copy; one that a run by hand left in the file is not taken."""
    stack = stackfile.resolve(checkout)
    stackfile.write_copy(stack, checkout.root)
    stack.copy.write_text(f"{stack.copy.read_text()}encryptionsalt: v1:ours\n")
    stack.source.write_text(f"{stack.source.read_text()}encryptionsalt: v1:foreign\n")
    stackfile.write_copy(stackfile.resolve(checkout), checkout.root)
    assert [line for line in stack.copy.read_text().splitlines() if "salt" in line] == ["encryptionsalt: v1:ours"]


def test_context_override(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """CONTEXT gets a state folder of its own, changes that one key, and keeps how everything else is spelled."""
    monkeypatch.setenv("CONTEXT", "kind/my cluster")
    stack = stackfile.resolve(checkout)
    assert stack.folder == checkout.state / "local@kind-my-cluster"
    assert stack.node is None
    stackfile.write_copy(stack, checkout.root)
    copy = stack.copy.read_text()
    assert yaml.safe_load(copy)["config"]["temporal:kubernetes"]["context"] == "kind/my cluster"
    assert "temporal:text: on\n" in copy
    assert "temporal:number: 0o17\n" in copy
    monkeypatch.setenv("CONTEXT", "embedded")
    assert stackfile.resolve(checkout).folder == checkout.state / "local"


def test_context_for_a_file_that_names_none(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """CONTEXT works where the file says nothing about Kubernetes."""
    monkeypatch.setenv("CONTEXT", "kind")
    for content in ("config: {}\n", "config: {temporal:name: x}\n"):
        (checkout.root / "Pulumi.bare.yaml").write_text(content)
        monkeypatch.setenv("STACK", "bare")
        stack = stackfile.resolve(checkout)
        stackfile.write_copy(stack, checkout.root)
        assert yaml.safe_load(stack.copy.read_text())["config"]["temporal:kubernetes"] == {"context": "kind"}


def test_another_node(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack on another node has a state of its own and that node's address."""
    monkeypatch.setenv("EMBEDDED_NODE", "test")
    monkeypatch.setenv("EMBEDDED_NETWORK", "198.19.0.0/16")
    stack = stackfile.resolve(checkout)
    assert stack.folder == checkout.state / "local@@test"
    stackfile.write_copy(stack, checkout.root)
    kubernetes = yaml.safe_load(stack.copy.read_text())["config"]["temporal:kubernetes"]
    assert kubernetes == {"context": "embedded", "nodeAddress": "198.19.0.2"}
    assert stack.node is not None
    assert [found.folder for found in stackfile.on_node(stack.node, checkout)] == [stack.folder]
    monkeypatch.delenv("EMBEDDED_NODE")
    monkeypatch.delenv("EMBEDDED_NETWORK")
    main = stackfile.resolve(checkout).node
    assert main is not None
    assert stackfile.on_node(main, checkout) == []


def test_file_anywhere(checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file outside has a state folder that no other file shares; its name is the stack's."""
    names = []
    for team in ("red", "blue"):
        folder = tmp_path / team
        folder.mkdir()
        (folder / "Pulumi.local.yaml").write_text("config: {temporal:kubernetes: {context: k}}\n")
        monkeypatch.setenv("STACK", str(folder / "Pulumi.local.yaml"))
        stack = stackfile.resolve(checkout)
        assert stack.name == "local"
        names.append(stack.folder.name)
    assert len({*names, "local"}) == 3
    monkeypatch.setenv("STACK", str(checkout.root / "Pulumi.local.yaml"))
    assert stackfile.resolve(checkout).folder == checkout.state / "local"


@pytest.mark.parametrize(
    ("config", "own"),
    [
        ({"temporal:key": {"secure": "v1:x"}}, True),
        ({"temporal:deep": {"a": [{"secure": "v1:x"}]}}, True),
        ({"temporal:name": "secure"}, False),
    ],
)
def test_own_secrets(checkout: Checkout, config: dict[str, object], own: bool) -> None:  # noqa: FBT001
    """Ciphertext anywhere in a file means that its passphrase is the person's."""
    file = checkout.root / "Pulumi.sealed.yaml"
    file.write_text(yaml.safe_dump({"config": config}))
    assert stackfile.read("sealed", file, checkout.state / "sealed").own_secrets is own


def _aws(checkout: Checkout, monkeypatch: pytest.MonkeyPatch, more: str = "") -> None:
    (checkout.root / "Pulumi.eks.yaml").write_text(
        f"{more}config:\n  temporal:name: eks\n  temporal:kubernetes: {{context: eks}}\n"
    )
    monkeypatch.setenv("STACK", "eks")


def test_a_backend_of_the_persons_own(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds for stacks on clusters of one's own, never for the embedded node or a simulation."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://states?region=eu-central-1")
    assert stackfile.resolve(checkout).shared is None
    _aws(checkout, monkeypatch)
    stack = stackfile.resolve(checkout)
    assert (stack.shared, stack.own_secrets) == ("s3://states?region=eu-central-1", True)
    simulated = stackfile.simulated(stack, checkout.root / "thrown-away")
    assert (simulated.shared, simulated.own_secrets, simulated.folder.name) == (None, False, "thrown-away")
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    stack = stackfile.resolve(checkout)
    assert (stack.shared, stack.own_secrets) == (None, False)


def test_a_backend_that_is_not_known(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    _aws(checkout, monkeypatch)
    monkeypatch.setenv("PULUMI_BACKEND_URL", "https://api.pulumi.com")
    with pytest.raises(CommandError) as refusal:
        stackfile.resolve(checkout)
    assert str(refusal.value) == (
        "PULUMI_BACKEND_URL=https://api.pulumi.com: known are buckets and folders, s3://, gs://, azblob://, file://…"
    )


@pytest.mark.parametrize(
    ("said", "provider"),
    [("awskms://alias/deployer?region=x", "awskms://alias/deployer?region=x"), ("passphrase", None), ("default", None)],
)
def test_who_encrypts_secrets(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, said: str, provider: str | None
) -> None:
    _aws(checkout, monkeypatch, f"secretsprovider: {said}\n")
    stack = stackfile.resolve(checkout)
    assert (stack.secrets_provider, stack.own_secrets, stack.ciphertext) == (provider, True, False)


def test_a_simulation_asks_no_key(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key of KMS is not asked for but where the file holds what only it can read."""
    _aws(checkout, monkeypatch, "secretsprovider: awskms://alias/x\nencryptedkey: QUJD\n")
    stack = stackfile.simulated(stackfile.resolve(checkout), checkout.root / "thrown-away")
    stackfile.write_copy(stack, checkout.root)
    assert stack.copy.read_text().startswith("config:\n")
    assert stack.passphrase.exists()
    _aws(checkout, monkeypatch, "secretsprovider: awskms://alias/x\nencryptedkey: QUJD\n")
    stack.source.write_text(f"{stack.source.read_text()}  temporal:key: {{secure: v1:x}}\n")
    stack = stackfile.simulated(stackfile.resolve(checkout), checkout.root / "thrown-away")
    assert (stack.own_secrets, stack.secrets_provider) == (True, "awskms://alias/x")


def test_the_encrypted_key_stays_while_its_provider_does(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine writes it into the copy; a file that has one of its own keeps that."""
    _aws(checkout, monkeypatch, "secretsprovider: awskms://alias/x\n")
    stack = stackfile.resolve(checkout)
    stackfile.write_copy(stack, checkout.root)
    stack.copy.write_text(f"{stack.copy.read_text()}encryptedkey: QUJD\n")
    stackfile.write_copy(stackfile.resolve(checkout), checkout.root)
    assert yaml.safe_load(stack.copy.read_text())["encryptedkey"] == "QUJD"
    _aws(checkout, monkeypatch, "secretsprovider: awskms://alias/x\nencryptedkey: REVG\n")
    stackfile.write_copy(stackfile.resolve(checkout), checkout.root)
    assert yaml.safe_load(stack.copy.read_text())["encryptedkey"] == "REVG"
    _aws(checkout, monkeypatch, "secretsprovider: awskms://alias/another\n")
    stackfile.write_copy(stackfile.resolve(checkout), checkout.root)
    assert "encryptedkey" not in yaml.safe_load(stack.copy.read_text())
