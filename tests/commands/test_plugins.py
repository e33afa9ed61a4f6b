"""Which provider plugins act: the official ones of the pinned version where they are, else the stand-ins."""

import os
import shutil
import sys
from io import StringIO
from pathlib import Path

import pytest

from commands import plugins
from commands.errors import CommandError
from commands.stackfile import HERE
from embedded.progress import Progress
from versions import PLUGIN_AWS, PLUGIN_KUBERNETES, PLUGIN_RANDOM, PLUGIN_TERRAFORM_PROVIDER

PLUGIN = """\
#!{python}
import sys
sys.path.insert(0, {root!r})
from standins.live import random
from standins.protocol import serve
provider = random.provider()
object.__setattr__(provider, "version", {version!r})
serve(provider)
"""


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person without any plugin."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PULUMI_HOME", raising=False)


def installed(home: Path, name: str, version: str) -> Path:
    file = home / "plugins" / f"resource-{name}-v{version}" / f"pulumi-resource-{name}"
    file.parent.mkdir(parents=True)
    shutil.copy("/bin/true", file)
    return file


def chosen(
    tmp_path: Path, *, names_aws: bool = False, acts_in_temporal_cloud: bool = False
) -> tuple[list[str], list[Path], str]:
    """The linked official plugins, the folders in their order, and what was said."""
    said = StringIO()
    found = plugins.live(
        tmp_path / "links", Progress(said), names_aws=names_aws, acts_in_temporal_cloud=acts_in_temporal_cloud
    )
    plugins.check(found)
    return sorted(link.name for link in (tmp_path / "links").iterdir()), list(found.folders), said.getvalue()


def test_none_installed(tmp_path: Path) -> None:
    """The stand-ins act, and it is said with what to do about it."""
    links, folders, said = chosen(tmp_path)
    assert links == []
    assert folders == [tmp_path / "links", plugins.LIVE]
    assert "no official plugin for kubernetes, random, tls on this machine" in said
    assert f"pulumi plugin install resource kubernetes {PLUGIN_KUBERNETES}" in said


def test_exactly_the_pinned_version_counts(tmp_path: Path) -> None:
    """One of the pinned version is taken from Pulumi's home, one of another version is not."""
    home = tmp_path / "home" / ".pulumi"
    kubernetes = installed(home, "kubernetes", PLUGIN_KUBERNETES)
    installed(home, "random", "4.0.0")
    links, folders, said = chosen(tmp_path)
    assert links == ["pulumi-resource-kubernetes"]
    assert (tmp_path / "links" / "pulumi-resource-kubernetes").resolve() == kubernetes
    assert folders == [tmp_path / "links", plugins.LIVE]
    assert "no official plugin for random, tls on this machine" in said


def test_nothing_stands_in_for_aws(tmp_path: Path) -> None:
    """A stack that names AWS is told how to get the plugin; one that does not hears nothing of it."""
    with pytest.raises(CommandError) as refused:
        chosen(tmp_path, names_aws=True)
    assert str(refused.value) == (
        "this stack names AWS, and only Pulumi's own plugin acts there. "
        f"Install it: pulumi plugin install resource aws {PLUGIN_AWS}"
    )
    assert not (tmp_path / "links").exists()
    assert "aws" not in chosen(tmp_path)[2]


def test_nothing_stands_in_for_temporal_cloud(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        chosen(tmp_path, acts_in_temporal_cloud=True)
    assert str(refused.value) == (
        "this stack makes something in Temporal Cloud, and only Pulumi's own plugin acts there, with Temporal's "
        "provider, which it fetches itself. "
        f"Install it: pulumi plugin install resource terraform-provider {PLUGIN_TERRAFORM_PROVIDER}"
    )
    assert "terraform" not in chosen(tmp_path)[2]


def test_official_aws_beside_stand_ins(tmp_path: Path) -> None:
    aws = installed(tmp_path / "home" / ".pulumi", "aws", PLUGIN_AWS)
    links, folders, said = chosen(tmp_path, names_aws=True)
    assert links == ["pulumi-resource-aws"]
    assert (tmp_path / "links" / "pulumi-resource-aws").resolve() == aws
    assert folders == [tmp_path / "links", plugins.LIVE]
    assert "no official plugin for kubernetes, random, tls on this machine" in said


def test_simulated_ones_are_whole() -> None:
    """Every pinned plugin has an executable that touches nothing, the aws plugin too."""
    plugins.check(plugins.simulated())


def test_a_plugin_that_is_gone_is_named() -> None:
    folder = HERE.root / "standins" / "none"
    with pytest.raises(CommandError, match="standins/none/pulumi-resource-aws is missing or not executable"):
        plugins.check(plugins.Plugins((folder,), names=("aws",)))


def test_all_official(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all of them no stand-in is on the PATH, and nothing is said. PULUMI_HOME is looked at, too."""
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "elsewhere"))
    for name, version in plugins.PINNED.items():
        installed(tmp_path / "elsewhere", name, version)
    assert chosen(tmp_path, names_aws=True, acts_in_temporal_cloud=True) == (
        sorted(f"pulumi-resource-{name}" for name in plugins.PINNED),
        [tmp_path / "links"],
        "",
    )


@pytest.mark.parametrize(("version", "taken"), [(PLUGIN_RANDOM, True), ("4.0.0", False)])
def test_plugin_on_the_path_is_asked(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    version: str,
    taken: bool,  # noqa: FBT001
) -> None:
    """One on the PATH says its version itself, over the protocol."""
    file = tmp_path / "pulumi-resource-random"
    file.write_text(PLUGIN.format(python=sys.executable, root=str(HERE.root), version=version))
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert plugins.find_official("random", PLUGIN_RANDOM) == (file if taken else None)


def test_program_that_is_no_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something of that name that does not speak the protocol is passed over."""
    shutil.copy("/bin/true", tmp_path / "pulumi-resource-random")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert plugins.find_official("random", PLUGIN_RANDOM) is None
