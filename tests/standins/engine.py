"""The real engine on a document of resources, and what it said it did."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import versions
from embedded.progress import Progress
from embedded.toolchain import ensure

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).parent / "case_program"
LIVE = ROOT / "standins" / "live" / "bin"
SIMULATED = ROOT / "standins" / "simulated" / "bin"
_TOOLS = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec")
_LONGEST_SECONDS = 600

Document = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """One operation. Names are those of resources; the stack and providers are left out."""

    code: int
    events: list[dict[str, Any]]
    text: str

    @cached_property
    def operations(self) -> dict[str, str]:
        """create, update, replace, delete, same or refresh."""
        found: dict[str, str] = {}
        for step in self._steps():
            name, operation = _name(step), step["op"]
            if operation not in ("create-replacement", "delete-replaced"):
                found[name] = operation
            else:
                found.setdefault(name, "replace")
        return found

    @cached_property
    def changes(self) -> dict[str, dict[str, str]]:
        """For each resource that changes: path -> add, update, delete, …-replace."""
        return {
            _name(step): {path: change["diffKind"] for path, change in step["detailedDiff"].items()}
            for step in self._steps()
            if step.get("detailedDiff")
        }

    @cached_property
    def reasons(self) -> dict[str, list[str]]:
        """For each resource that is replaced: the properties because of which it is, none when another's end is why."""
        return {_name(step): sorted(step.get("keys") or ()) for step in self._steps() if step["op"] == "replace"}

    @cached_property
    def errors(self) -> str:
        told = (event["diagnosticEvent"] for event in self.events if "diagnosticEvent" in event)
        return "".join(message["message"] for message in told if message["severity"] == "error") or self.text

    def _steps(self) -> list[dict[str, Any]]:
        steps = (event["resourcePreEvent"]["metadata"] for event in self.events if "resourcePreEvent" in event)
        return [step for step in steps if not step["type"].startswith(("pulumi:pulumi:", "pulumi:providers:"))]


class Engine:
    """One stack in a folder of its own."""

    def __init__(self, folder: Path, plugins: Path | None, environment: dict[str, str] | None = None) -> None:
        """`plugins` go before everything on the PATH; None leaves the choice to the machine."""
        self.folder = folder
        self._plugins = plugins
        self._environment = environment or {}
        self._document = folder / "case.json"
        (folder / "backend").mkdir(parents=True)
        self._cli("stack", "init", "case")

    def up(self, document: Document) -> Run:
        return self._operate("up", document, "--yes", "--skip-preview")

    def preview(self, document: Document) -> Run:
        return self._operate("preview", document)

    def refresh(self, document: Document) -> Run:
        return self._operate("refresh", document, "--yes", "--skip-preview")

    def destroy(self, document: Document) -> Run:
        return self._operate("destroy", document, "--yes", "--skip-preview")

    def start_up(self, document: Document) -> "subprocess.Popen[str]":
        """An `up` in a process group of its own, for tests that interrupt it."""
        self._document.write_text(json.dumps(_complete(document)))
        return subprocess.Popen(
            [*self._command("up"), "--yes", "--skip-preview"],
            env=self._variables(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )

    def interrupt(self, running: "subprocess.Popen[str]") -> str:
        """Ctrl-C at the terminal; what the engine said until it ended."""
        os.killpg(running.pid, signal.SIGINT)
        output, _ = running.communicate(timeout=_LONGEST_SECONDS)
        return output

    def state(self) -> dict[str, dict[str, Any]]:
        """Resources of the state by name, secrets still encrypted."""
        exported = json.loads(self._cli("stack", "export").stdout)
        resources = exported["deployment"].get("resources", ())
        return {_name(resource): resource for resource in resources if resource.get("custom")}

    def state_text(self) -> str:
        return "".join(path.read_text() for path in (self.folder / "backend").rglob("*.json"))

    def _operate(self, operation: str, document: Document, *arguments: str) -> Run:
        self._document.write_text(json.dumps(_complete(document)))
        log = self.folder / "events.json"
        log.unlink(missing_ok=True)
        done = self._cli(operation, *arguments, "--event-log", str(log), check=False)
        lines = log.read_text().splitlines() if log.exists() else []
        return Run(done.returncode, [json.loads(line) for line in lines], done.stdout + done.stderr)

    def _cli(self, *arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            self._command(*arguments),
            env=self._variables(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def _command(self, *arguments: str) -> list[str]:
        select = ("--stack", "case") if arguments[0] != "stack" else ()
        return [str(_tools()["pulumi"]), "--cwd", str(PROGRAM), "--non-interactive", *arguments, *select]

    def _variables(self) -> dict[str, str]:
        kept = {key: text for key, text in os.environ.items() if not key.startswith(("PULUMI_", "PYTHON"))}
        folders = [self._plugins] if self._plugins else []
        folders += [*{path.parent: None for path in _tools().values()}, Path(sys.executable).parent]
        return {
            **kept,
            "PATH": os.pathsep.join([*map(str, folders), kept["PATH"]]),
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'backend'}",
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "only for this test",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_DEBUG_COMMANDS": "1",  # makes --event-log available
            "PYTHONDONTWRITEBYTECODE": "1",
            "CASE_FILE": str(self._document),
            **self._environment,
        }


def official_plugins(name: str, version: str) -> Path | None:
    """The folder of an official plugin on this machine: PULUMI_OFFICIAL_PLUGINS, the Pulumi home, or the PATH."""
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    installed = home / "plugins" / f"resource-{name}-v{version}"
    texts = [os.environ.get("PULUMI_OFFICIAL_PLUGINS", ""), str(installed), *os.environ["PATH"].split(os.pathsep)]
    for folder in (Path(text) for text in texts if text):
        if folder.resolve() not in (LIVE, SIMULATED) and os.access(folder / f"pulumi-resource-{name}", os.X_OK):
            return folder
    return None


def _tools() -> dict[str, Path]:
    return dict(ensure(_TOOLS, Progress()).paths)


def _complete(document: Document) -> Document:
    pins = {
        "aws": versions.PLUGIN_AWS,
        "kubernetes": versions.PLUGIN_KUBERNETES,
        "random": versions.PLUGIN_RANDOM,
        "tls": versions.PLUGIN_TLS,
    }
    return {"providers": {}, **document, "versions": pins}


def _name(step: dict[str, Any]) -> str:
    return str(step["urn"].rpartition("::")[2])
