"""The image of PostgreSQL: docker-library/postgres 15 on Debian 12, from Debian's own packages."""

import os
import re
import subprocess
from pathlib import Path

from embedded.errors import EmbeddedError
from embedded.images import bookworm
from embedded.images.archive import Config
from embedded.images.recipes import FILES, Inputs, Recipe
from embedded.images.tree import Tree
from versions import POSTGRES_IMAGE

_MAJOR = "15"
_UID = 999
_SHARE = "usr/share/postgresql"
_PROGRAMS = f"usr/lib/postgresql/{_MAJOR}"
_DATA = "/var/lib/postgresql/data"
_LANGUAGE = "en_US.utf8"

# PostgreSQL, what its entrypoint calls, and every library these load (without LLVM).
_PACKAGES = """
    postgresql-15 postgresql-client-15 gosu less libnss-wrapper openssl tzdata xz-utils zstd
    hostname mawk readline-common
    libaudit1 libbz2-1.0 libcap-ng0 libcap2 libcom-err2 libcrypt1 libffi8 libgcrypt20 libgnutls30 libgpg-error0
    libgssapi-krb5-2 libhogweed6 libicu72 libidn2-0 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libldap-2.5-0
    liblz4-1 liblzma5 libnettle8 libp11-kit0 libpam0g libpq5 libreadline8 libsasl2-2 libssl3 libsystemd0 libtasn1-6
    libunistring2 libuuid1 libxml2 libxslt1.1 libzstd1
"""
# Used for making the locale alone; its sources stay out of the image.
_LOCALE_PACKAGES = ("libc6", "libc-bin", "locales")
_LEFT_OUT = re.compile(rf"{_PROGRAMS}/lib/(bitcode(/|$)|llvmjit)")
# Commands that the official image also has in /usr/bin (there by way of postgresql-common's wrapper).
_COMMANDS = """
    clusterdb createdb createuser dropdb dropuser pg_amcheck pg_basebackup pg_dump pg_dumpall pg_isready pg_receivewal
    pg_recvlogical pg_restore pgbench psql reindexdb vacuumdb vacuumlo
"""


def _postgres(inputs: Inputs) -> tuple[Tree, Config]:
    tree = bookworm.base(inputs, _PACKAGES.split(), _LEFT_OUT)
    tree.link("usr/bin/awk", "mawk")
    tree.link("usr/bin/pager", "less")
    for command in _COMMANDS.split():
        tree.link(f"usr/bin/{command}", f"../lib/postgresql/{_MAJOR}/bin/{command}")
    tree.move("usr/sbin/gosu", to="usr/local/bin/gosu")
    _users(tree)
    _listen_everywhere(tree)
    tree.folder(f"usr/lib/locale/{_LANGUAGE}", _locale(inputs))
    _entrypoint(tree)
    version = inputs.packages["postgresql-15"].version
    return tree, Config(
        environment={
            "PATH": f"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/{_PROGRAMS}/bin",
            "GOSU_VERSION": inputs.packages["gosu"].version,
            "LANG": _LANGUAGE,
            "PG_MAJOR": _MAJOR,
            "PG_VERSION": version,
            "PGDATA": _DATA,
        },
        entrypoint=("docker-entrypoint.sh",),
        command=("postgres",),
        ports=("5432/tcp",),
        volumes=(_DATA,),
        stop_signal="SIGINT",
        labels={"org.opencontainers.image.version": version},
    )


def _users(tree: Tree) -> None:
    bookworm.users(tree, "postgres", _UID, "/var/lib/postgresql")
    tree.directory("var/lib/postgresql", mode=0o1777, owner=_UID)
    # Open to all, so that a pod's own user id can write; the entrypoint closes it.
    tree.directory(_DATA, mode=0o1777, owner=_UID)
    tree.directory("run/postgresql", mode=0o3777, owner=_UID)


def _listen_everywhere(tree: Tree) -> None:
    """The sample that initdb copies listens on all addresses, as in the official image."""
    sample = f"{_SHARE}/{_MAJOR}/postgresql.conf.sample"
    original = tree.text(sample)
    tree.file(f"{_SHARE}/postgresql.conf.sample.dpkg", original)
    changed = re.sub(r"(?m)^#?listen_addresses\s*=.*$", "listen_addresses = '*'", original)
    tree.file(f"{_SHARE}/postgresql.conf.sample", changed)
    tree.link(sample, "../postgresql.conf.sample")


def _entrypoint(tree: Tree) -> None:
    tree.directory("docker-entrypoint-initdb.d")
    tree.file("usr/local/bin/docker-entrypoint.sh", FILES / "postgres-entrypoint.sh", mode=0o755)
    for name in ("docker-ensure-initdb.sh", "docker-enforce-initdb.sh"):
        tree.link(f"usr/local/bin/{name}", "docker-entrypoint.sh")


def _locale(inputs: Inputs) -> Path:
    """Compiles the locale with the packages' own localedef and C library, whatever this machine has."""
    root, made = inputs.work / "locale-root", inputs.work / "locale" / _LANGUAGE
    made.parent.mkdir()
    for name in _LOCALE_PACKAGES:
        subprocess.run(["dpkg-deb", "--extract", inputs.packages[name].file, root], check=True)
    loader = next(root.glob("lib/*-linux-gnu/ld-linux-*.so.*"))
    result = subprocess.run(
        [
            *(loader, "--library-path", loader.parent, root / "usr/bin/localedef"),
            *("--no-archive", "--inputfile=en_US", "--charmap=UTF-8", made),
        ],
        env={**os.environ, "I18NPATH": str(root / "usr/share/i18n")},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise EmbeddedError(
            f"The locale {_LANGUAGE} of the PostgreSQL image cannot be made: {result.stderr.strip()}\n"
            f"What to do: remove {inputs.packages['locales'].file.parent} and run the command again."
        )
    return made


RECIPE = Recipe(reference=POSTGRES_IMAGE, packages=(*_PACKAGES.split(), *bookworm.PACKAGES, "locales"), build=_postgres)
