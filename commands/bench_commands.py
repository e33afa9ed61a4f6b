"""Commands that a part of `make bench` needs done, and does not measure."""

import subprocess
from collections.abc import Mapping

from commands.errors import CommandError
from commands.stackfile import HERE


def run(command: list[str], environment: Mapping[str, str]) -> str:
    """Its standard output.

    Raises:
        CommandError: it failed; holds the end of what it said.
    """
    done = subprocess.run(
        command,
        cwd=HERE.root,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"`{' '.join(command)}` failed.\n" + "\n".join(done.stderr.splitlines()[-20:]))
    return done.stdout
