"""The ground of the images that stand on Debian 12 itself: shell, commands, C library, the users of base-passwd."""

import re
from collections.abc import Iterable

from embedded.images import debian
from embedded.images.recipes import Inputs
from embedded.images.tree import Tree

# Shell and commands, and every library these load.
_PACKAGES = """
    base-files base-passwd bash coreutils dash debianutils findutils grep gzip libc-bin libc6 ncurses-base sed tar
    libacl1 libattr1 libgcc-s1 libgmp10 libpcre2-8-0 libselinux1 libstdc++6 libtinfo6 zlib1g
"""
PACKAGES = tuple(_PACKAGES.split())
_LEFT_OUT = re.compile(
    r"usr/share/(man|info|locale|lintian|bug|bash-completion)(/|$)"
    r"|usr/share/doc/.*(?<!/copyright)$"
)
# Packages get these from scripts that run when they are installed.
_LINKS = {
    "bin": "usr/bin",
    "lib": "usr/lib",
    "lib64": "usr/lib64",
    "sbin": "usr/sbin",
    "var/run": "/run",
    "usr/bin/sh": "dash",
    "usr/bin/which": "which.debianutils",
}


def base(inputs: Inputs, packages: Iterable[str], left_out: re.Pattern[str]) -> Tree:
    """PACKAGES and these `packages`, without manuals, translations and what is `left_out`."""
    tree = Tree()
    for name in (*packages, *PACKAGES):
        tree.add(debian.unpack(inputs.packages[name], inputs.work, lambda path: not _is_left_out(path, left_out)))
    for path, target in _LINKS.items():
        tree.link(path, target)
    return tree


def users(tree: Tree, name: str, uid: int, home: str) -> None:
    """Debian's users and groups, and `name` besides, with a group of its own."""
    passwd = tree.text("usr/share/base-passwd/passwd.master").replace(":*:", ":x:")
    group = tree.text("usr/share/base-passwd/group.master").replace(":*:", ":x:")
    tree.file("etc/passwd", f"{passwd}{name}:x:{uid}:{uid}::{home}:/bin/bash\n")
    tree.file("etc/group", f"{group}{name}:x:{uid}:\n")


def _is_left_out(path: str, left_out: re.Pattern[str]) -> bool:
    return bool(_LEFT_OUT.match(path) or left_out.match(path))
