"""A Pulumi that the user already has."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from embedded.progress import Progress
from versions import PULUMI_CLI

TOOLS = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec")
_SECONDS = 30


def find(progress: Progress) -> dict[str, Path] | None:
    """The `pulumi` on the PATH with its own Python language host beside it, or None when our build is needed.

    One that is older than our pin, or has no language host, is passed over, and that is said.
    """
    on_path = shutil.which("pulumi")
    if on_path is None:
        return None
    folder = Path(on_path).resolve().parent
    tools = {tool: folder / tool for tool in TOOLS}
    if not all(os.access(path, os.X_OK) for path in tools.values()):
        progress.say(f"the pulumi in {folder} has no Python language host beside it; using our own {PULUMI_CLI}")
        return None
    version = _version(tools["pulumi"])
    if version < _numbers(PULUMI_CLI):
        shown = ".".join(map(str, version)) or "of an unknown version"
        progress.say(f"the pulumi in {folder} is {shown}; using our own {PULUMI_CLI}")
        return None
    return tools


def _version(pulumi: Path) -> tuple[int, ...]:
    environment = os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(
            [pulumi, "version"], capture_output=True, text=True, timeout=_SECONDS, env=environment, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return _numbers(answer.stdout)


def _numbers(text: str) -> tuple[int, ...]:
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", text.strip())
    return tuple(int(number) for number in found.groups()) if found else ()
