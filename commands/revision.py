"""The program of another git revision, as files in a folder of their own."""

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

from commands.errors import CommandError
from commands.stackfile import HERE


def resolve(name: str) -> str:
    """The commit that `name` means in this repository.

    Raises:
        CommandError: it means none, or this is no git checkout.
    """
    if name.startswith("-"):
        raise CommandError(f"AGAINST={name}: there is no such revision.")
    done = _git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if done.returncode:
        reason = (
            "this is not a git checkout." if _git("rev-parse", "--git-dir").returncode else "there is no such revision."
        )
        raise CommandError(f"AGAINST={name}: {reason} Name a branch, a tag or a commit; `git fetch` may be missing.")
    return done.stdout.decode().strip()


def extract(commit: str, folder: Path) -> None:
    """Writes the tree of `commit` into `folder`; the repository and the working tree stay as they are."""
    done = _git("archive", "--format=tar", commit)
    if done.returncode:
        raise CommandError(f"git archive {commit} failed: {done.stderr.decode(errors='replace').strip()}")
    folder.mkdir(parents=True)
    try:
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tree:
            tree.extractall(folder, filter="data")
    except tarfile.FilterError as error:
        raise CommandError(f"{commit[:12]} holds a file that leads out of the checkout: {error}.") from error
    if not (folder / "Pulumi.yaml").is_file():
        raise CommandError(f"{commit[:12]} holds no Pulumi.yaml: there is no program to compare with.")


def counterpart(source: Path, tree: Path) -> Path | None:
    """The file of a stack in an extracted tree; a file from outside the repository is compared with itself."""
    if not source.is_relative_to(HERE.root):
        return source
    there = tree / source.relative_to(HERE.root)
    return there if there.is_file() else None


def remove_abandoned(home: Path) -> None:
    """Removes folders named `<pid>-…` whose process is gone."""
    for folder in home.iterdir():
        pid = folder.name.partition("-")[0]
        if not Path(f"/proc/{pid}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", HERE.root, *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise CommandError("AGAINST needs git, which is not on the PATH (Debian: apt-get install git).") from None
