"""The tools that read the translations, each set in an environment of its own: they want other versions of the same
packages than the project and than each other (docs/decisions/0015)."""

import hashlib
import json
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from embedded.paths import cache

HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class Environment:
    """A virtual environment made from a file of exact requirements, in the cache that all checkouts share."""

    requirements: Path

    @property
    def bin(self) -> Path:
        """Its programs; made where they are missing. Raises CalledProcessError when pip fails."""
        digest = hashlib.sha256(self.requirements.read_bytes() + sys.version.encode()).hexdigest()[:16]
        folder = cache() / "compliance" / f"{self.requirements.stem}-{digest}"
        ready = folder / "ready"
        if not ready.exists():
            venv.create(folder, clear=True, with_pip=True)
            pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, "--no-deps", "-r", str(self.requirements)], check=True)
            ready.touch()
        return folder / "bin"

    def run(self, program: str, *arguments: str, given: str = "", environment: Mapping[str, str] | None = None) -> str:
        """What a program says on standard output. Raises CalledProcessError unless it ends with 0."""
        words = [str(self.bin / program), *arguments]
        done = subprocess.run(words, input=given, capture_output=True, text=True, check=False, env=environment)
        if done.returncode != 0:
            raise AssertionError(f"{program} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout


CHECKOV: Final = Environment(HERE / "checkov.txt")
OTHERS: Final = Environment(HERE / "others.txt")


@dataclass(frozen=True, order=True)
class Finding:
    """What a tool found: its name for it, the resource, and words for a person."""

    rule: str
    resource: str
    words: str = ""


@dataclass(frozen=True)
class Checked:
    """What checkov says of a plan."""

    failed: frozenset[Finding]
    passed: frozenset[Finding]


def checkov(plan: Mapping[str, Any]) -> Checked:
    """Every check that applies; nothing is downloaded, and nothing can be skipped by what stands in a plan."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "plan.json"
        file.write_text(json.dumps(plan))
        words = ["--framework", "terraform_plan", "--file", str(file), "--output", "json", "--compact"]
        said = CHECKOV.run("checkov", *words, "--skip-download", "--soft-fail")
    found = json.loads(said)["results"]
    assert found["parsing_errors"] == []
    assert found["skipped_checks"] == []
    return Checked(*(_found(found[f"{verdict}_checks"]) for verdict in ("failed", "passed")))


def _found(checks: Sequence[Mapping[str, Any]]) -> frozenset[Finding]:
    return frozenset(Finding(each["check_id"], each["resource"], each["check_name"]) for each in checks)


def cfn_lint(template: Mapping[str, Any], region: str) -> list[Finding]:
    """Errors and warnings, and whether a statement's resources are of the kind that its actions want (I3510)."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "template.json"
        file.write_text(json.dumps(template))
        words = ["--format", "json", "--regions", region, "--include-checks", "I3510", "--non-zero-exit-code", "none"]
        said = OTHERS.run("cfn-lint", *words, "--template", str(file))
    return sorted(_matched(each) for each in json.loads(said))


def _matched(match: Mapping[str, Any]) -> Finding:
    path = [str(step) for step in match["Location"]["Path"] or ()]
    return Finding(match["Rule"]["Id"], ".".join(path[1:]), match["Message"])


def parliament(texts: Sequence[str]) -> list[list[dict[str, Any]]]:
    """What parliament finds in each policy."""
    said = OTHERS.run("python", "-P", str(HERE / "lint_policies.py"), given=json.dumps(texts))
    found: list[list[dict[str, Any]]] = json.loads(said)
    return found


def replay(given: Mapping[str, Any]) -> dict[str, Any]:
    """What `replay.py` tells."""
    found: dict[str, Any] = json.loads(OTHERS.run("python", "-P", str(HERE / "replay.py"), given=json.dumps(given)))
    return found
