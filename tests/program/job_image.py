"""The image of a job, made up: its script runs with tools that say what a test wants and note how they are called."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

_TOOL = """\
#!/bin/sh
echo "$(basename "$0") $*" >>"$CALLS"
case "$*" in
{cases}
esac
exit 0
"""


@dataclass
class Image:
    """A PATH of made-up tools. `answers` maps a shell pattern of a call's arguments to what runs for it."""

    folder: Path
    answers: dict[str, dict[str, str]] = field(default_factory=dict)

    def run(self, script: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        tools = self.folder / "bin"
        tools.mkdir()
        for name in ("temporal", "temporal-sql-tool", "temporal-elasticsearch-tool", "tdbg", "psql", "sleep"):
            cases = "\n".join(f"{pattern}) {action} ;;" for pattern, action in self.answers.get(name, {}).items())
            (tools / name).write_text(_TOOL.format(cases=cases))
            (tools / name).chmod(0o755)
        path = f"{tools}:{os.environ['PATH']}"
        return subprocess.run(
            ["/bin/sh", "-c", script],
            env={"PATH": path, "CALLS": str(self.folder / "calls"), **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def calls(self, tool: str) -> list[str]:
        lines = (self.folder / "calls").read_text().splitlines()
        return [line.partition(" ")[2] for line in lines if line.partition(" ")[0] == tool]


def after(attempts: int, path: Path) -> str:
    """A shell command that fails until it was called `attempts` times."""
    return f'echo x >>"{path}"; [ "$(wc -l <"{path}")" -ge {attempts} ] || exit 1'
