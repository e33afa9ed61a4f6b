"""The ground that official images stand on which are made `FROM alpine`, put together from Debian packages.

Paths, users and commands are the ones of Alpine Linux; a command that Alpine has and Debian's busybox lacks is missing
here, one that only Debian's has gets no link.
"""

from embedded.images import debian
from embedded.images.recipes import Inputs
from embedded.images.tree import Tree

PACKAGES = ("busybox", "ca-certificates", "libc-bin", "libc6")
TEMPORAL_PACKAGES = (*PACKAGES, "tzdata")
BASH_PACKAGES = ("bash-static",)
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
TEMPORAL_UID = 1000

# busybox applets by the folder of their link, as Alpine's busybox trigger places them. Left out: what Debian's
# busybox lacks, and what needs privileges or a console (mount, insmod, getty …).
_APPLETS = {
    "bin": """
        arch ash base64 cat chgrp chmod chown cp date dd df dmesg dnsdomainname echo egrep false fgrep getopt grep
        gunzip gzip hostname ionice ipcalc kill link ln ls lzop mkdir mknod mktemp more mv netstat pidof ping ping6 ps
        pwd rev rm rmdir run-parts sed setpriv sh sleep stat stty sync tar touch true uname usleep watch zcat
    """,
    "sbin": "arp ifconfig ip ipneigh nologin route sysctl",
    "usr/bin": """
        [ [[ awk basename bc bunzip2 bzcat bzip2 cal clear cmp cpio cut dc diff dirname dos2unix du env expand expr
        factor fallocate find fold free groups head hexdump hostid id killall less logger lzcat lzma md5sum mkfifo nc
        nl nproc nsenter nslookup od paste printf readlink realpath renice reset seq setsid sha1sum sha256sum sha3sum
        sha512sum shred shuf sort strings tac tail tee test time timeout top tr traceroute traceroute6 truncate tty
        unexpand uniq unix2dos unlink unlzma unshare unxz unzip uptime uudecode uuencode vi wc wget which who whoami
        xargs xxd xzcat yes
    """,
}
_PASSWD = """\
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/:/sbin/nologin
"""  # noqa: S105 - no password
_GROUP = """\
root:x:0:root
tty:x:5:
nobody:x:65534:
"""


def temporal(inputs: Inputs) -> Tree:
    """What Temporal's images add: user `temporal` (1000), time zones."""
    tree = base(inputs)
    tree.directory("home/temporal", mode=0o2755, owner=TEMPORAL_UID)
    tree.file("etc/passwd", f"{_PASSWD}temporal:x:{TEMPORAL_UID}:{TEMPORAL_UID}::/home/temporal:/bin/sh\n")
    tree.file("etc/group", f"{_GROUP}temporal:x:{TEMPORAL_UID}:\n")
    tree.add(debian.unpack(inputs.packages["tzdata"], inputs.work, _is_time_zone))
    return tree


def base(inputs: Inputs) -> Tree:
    """Shell and commands, certificate authorities."""
    tree = Tree()
    for path in ("dev", "etc", "mnt", "opt", "proc", "run", "srv", "sys", "usr/local/bin", "var/log"):
        tree.directory(path)
    tree.directory("root", mode=0o700)
    tree.directory("tmp", mode=0o1777)
    tree.directory("var/tmp", mode=0o1777)
    tree.link("var/run", "../run")
    tree.file("etc/passwd", _PASSWD)
    tree.file("etc/group", _GROUP)
    tree.file("etc/nsswitch.conf", "hosts: files dns\n")
    _commands(tree, inputs)
    _certificates(tree, inputs)
    return tree


def bash(inputs: Inputs) -> Tree:
    """/bin/bash, which the official image of the UI adds."""
    tree = debian.unpack(inputs.packages["bash-static"], inputs.work, lambda path: path == "usr/bin/bash-static")
    tree.move("usr/bin/bash-static", to="bin/bash")
    return tree


def _commands(tree: Tree, inputs: Inputs) -> None:
    busybox = debian.unpack(inputs.packages["busybox"], inputs.work, lambda path: path == "usr/bin/busybox")
    busybox.move("usr/bin/busybox", to="bin/busybox")
    tree.add(busybox)
    tree.add(debian.unpack(inputs.packages["libc-bin"], inputs.work, lambda path: path == "usr/bin/getent"))
    libraries = debian.unpack(inputs.packages["libc6"], inputs.work, _is_library)
    for path in list(libraries.entries):
        libraries.move(path, to=path.removeprefix("usr/"))
    tree.add(libraries)
    for folder, applets in _APPLETS.items():
        for applet in applets.split():
            tree.link(f"{folder}/{applet}", "/bin/busybox")


def _is_library(path: str) -> bool:
    """Whether busybox or getent load it: the C library, its resolver, the loader and the loader's well-known name."""
    return path.rpartition("/")[2].startswith(("libc.so.", "libresolv.so.", "ld-linux-"))


def _certificates(tree: Tree, inputs: Inputs) -> None:
    authorities = debian.unpack(
        inputs.packages["ca-certificates"],
        inputs.work,
        lambda path: path.startswith("usr/share/ca-certificates/mozilla/") and path.endswith(".crt"),
    )
    bundle = "".join(authorities.text(path).rstrip("\n") + "\n" for path in sorted(authorities.entries))
    tree.file("etc/ssl/certs/ca-certificates.crt", bundle)
    tree.link("etc/ssl/cert.pem", "certs/ca-certificates.crt")


def _is_time_zone(path: str) -> bool:
    return path.startswith("usr/share/zoneinfo/") and path.split("/")[3] not in ("posix", "right")
