"""A stack's state belongs to the cluster it was deployed to."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from commands import home, stack_state
from commands.cluster import Cluster
from commands.errors import CommandError
from commands.stackfile import Stack, read
from embedded.progress import Progress

STACK = "config:\n  temporal:name: mine\n  temporal:kubernetes: {context: %s}\n"


@pytest.fixture
def stack(tmp_path: Path, request: pytest.FixtureRequest) -> Stack:
    """A deployed stack, as far as its backend tells, on the context that the test names."""
    source = tmp_path / "Pulumi.mine.yaml"
    source.write_text(STACK % request.param)
    found = read("mine", source, tmp_path / "state")
    checkpoint = stack_state.backend(found) / ".pulumi" / "stacks" / "temporal" / "mine.json"
    checkpoint.parent.mkdir(parents=True)
    checkpoint.write_text("{}")
    return found


@pytest.fixture
def lives_on(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None], Cluster]:
    """The cluster with that identity."""

    def place(identity: str | None) -> Cluster:
        monkeypatch.setattr(Cluster, "identity", lambda _: identity)
        return Cluster("context", None)

    return place


@pytest.mark.parametrize("stack", ["eks"], indirect=True)
def test_another_cluster_is_refused(stack: Stack, lives_on: Callable[[str | None], Cluster]) -> None:
    """The same one is fine any time; another one is refused and nothing is removed."""
    home.require_same(stack, lives_on("first"), Progress())
    home.require_same(stack, lives_on("first"), Progress())
    with pytest.raises(CommandError, match="stack mine was deployed to another cluster"):
        home.require_same(stack, lives_on("second"), Progress())
    assert stack_state.exists(stack)
    home.require_same(stack, lives_on("first"), Progress())


@pytest.mark.parametrize("stack", ["eks"], indirect=True)
def test_another_cluster_is_refused_where_the_state_is_shared(
    stack: Stack, lives_on: Callable[[str | None], Cluster]
) -> None:
    """This checkout noted where the stack lives, whoever keeps its state."""
    shared = replace(stack, shared="s3://states", folder=stack.folder.with_name("shared"))
    shared.folder.mkdir()
    home.require_same(shared, lives_on("first"), Progress())
    with pytest.raises(CommandError, match="stack mine was deployed from here to another cluster") as refusal:
        home.require_same(shared, lives_on("second"), Progress())
    assert str(refusal.value).endswith(f"(s3://states; pulumi state delete), then remove {shared.folder / 'cluster'}.")
    home.require_same(shared, lives_on("first"), Progress())


@pytest.mark.parametrize("stack", ["embedded"], indirect=True)
def test_a_node_made_anew_forgets_the_state(stack: Stack, lives_on: Callable[[str | None], Cluster]) -> None:
    """Nothing of the stack is on the new node, so everything but the logs goes."""
    stack.logs.mkdir()
    home.require_same(stack, lives_on("first"), Progress())
    assert stack_state.exists(stack)
    home.require_same(stack, lives_on("second"), Progress())
    assert not stack_state.exists(stack)
    assert sorted(entry.name for entry in stack.folder.iterdir()) == ["cluster", "logs"]


@pytest.mark.parametrize("stack", ["eks"], indirect=True)
def test_who_may_not_read_the_identity_is_not_kept_from_work(
    stack: Stack, lives_on: Callable[[str | None], Cluster]
) -> None:
    """Restricted people deploy as before; what was noted stays."""
    home.require_same(stack, lives_on("first"), Progress())
    home.require_same(stack, lives_on(None), Progress())
    assert (stack.folder / "cluster").read_text() == "first"
