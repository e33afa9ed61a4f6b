"""What each image is made from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from embedded.images.archive import Config
from embedded.images.debian import Package
from embedded.images.maven import Artifact
from embedded.images.tree import Tree
from embedded.toolchain import Tools
from versions import TEMPORAL_SERVER

FILES = Path(__file__).parent / "files"


@dataclass(frozen=True)
class Inputs:
    """What a recipe may use: toolchain tools, its Debian packages, its files of Maven Central by the artifacts' names,
    and a folder that is removed afterwards."""

    tools: Tools
    packages: Mapping[str, Package]
    files: Mapping[str, Path]
    work: Path


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """An image: its full reference, the names of the tools and Debian packages and the files of Maven Central that go
    in, and how they are put. Tools of Temporal's server are of the version `server`."""

    reference: str
    server: str = TEMPORAL_SERVER
    tools: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    build: Callable[[Inputs], tuple[Tree, Config]]

    @property
    def title(self) -> str:
        """The image's short name."""
        return self.reference.rpartition("/")[2].partition(":")[0]
