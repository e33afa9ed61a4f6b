"""A job that talks to servers, run by sh with the servers made up."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

OPENSSL = shutil.which("openssl")


@dataclass
class Job:
    """The job's script, files and environment; `answers` is what servers say, one text a request, the last one for
    good. Over TLS and without, requests are kept in `requests`, the ways in which they were sent in `calls`."""

    folder: Path
    script: str
    answers: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def run(self) -> subprocess.CompletedProcess[str]:
        tools = self.folder / "bin"
        tools.mkdir()
        for number, answer in enumerate(self.answers):
            (self.folder / f"answer-{number}").write_text(answer)
        talk = f"""\
cat >>"{self.folder}/requests"
echo "$@" >>"{self.folder}/calls"
number=$(($(wc -l <"{self.folder}/calls") - 1))
[ "$number" -lt {len(self.answers)} ] || number={len(self.answers) - 1}
cat "{self.folder}/answer-$number"
"""
        texts = {
            "openssl": f'#!/bin/sh\nif [ "$1" = dgst ]; then exec {OPENSSL} "$@"; fi\n{talk}',
            "bash": f"#!/bin/sh\n{talk}",
            "sleep": f'#!/bin/sh\necho "$1" >>"{self.folder}/sleeps"\n',
        }
        for name, text in texts.items():
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        path = f"{tools}:{os.environ['PATH']}"
        return subprocess.run(
            ["/bin/sh", "-c", self.script],
            env={"PATH": path, **self.environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def lines(self, file: str) -> list[str]:
        """Lines of a file of the folder; none when it is not there."""
        path = self.folder / file
        return path.read_text().splitlines() if path.exists() else []
