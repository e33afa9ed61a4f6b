"""The platform's own program under the real engine, on a simulated cluster."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from commands import plugins, stackfile
from commands.engine import TOOLS, Engine, Outcome
from commands.stackfile import HERE
from embedded import toolchain
from embedded.progress import Progress
from tests.commands.checkout import ROOT, STACK_FILE


class Simulated:
    """A stack whose file and state lie in `folder`: `small`, unless `text` is the file of another."""

    def __init__(self, folder: Path, name: str = "small", text: str = "") -> None:
        self._folder = folder
        self._name = name
        self._text = text or STACK_FILE.format(name=name, context="tried")
        self._plugins = plugins.simulated()
        self.file = folder / f"Pulumi.{name}.yaml"
        self.restore()

    def restore(self) -> None:
        """Writes the file as it was at first."""
        self.file.write_text(self._text)

    def replace(self, old: str, new: str) -> None:
        """Changes one place of the file."""
        text = self.file.read_text()
        assert text.count(old) == 1
        self.file.write_text(text.replace(old, new))

    @property
    def engine(self) -> Engine:
        """The engine, for the file as it is now."""
        state = self._folder / "state"
        stack = stackfile.simulated(stackfile.read(self._name, self.file, state), state)
        progress = Progress()
        return Engine(stack, toolchain.ensure(TOOLS, progress), self._plugins, progress)

    def preview(self) -> dict[str, Any]:
        """Raises CommandError when the program refuses."""
        return self._ready().preview()

    def up(self) -> Outcome:
        """Deploys to the simulated cluster."""
        engine = self._ready()
        return engine.operate(["up"], engine.stack.logs / "up.log")

    def state(self) -> list[dict[str, Any]]:
        """The resources that the state holds."""
        found: list[dict[str, Any]] = json.loads(self.engine.query("stack", "export"))["deployment"]["resources"]
        return found

    def facts(self) -> dict[str, Any]:
        """What the stack's outputs say that it cannot simply become."""
        found: dict[str, Any] = json.loads(self.engine.query("stack", "output", "--json"))["immutable"]
        return found

    @contextmanager
    def failing(self, name: str) -> Iterator[None]:
        """The resource of this name cannot be made."""
        self._plugins = plugins.Plugins((ROOT / "tests" / "commands" / "bin" / "failing", *plugins.simulated().folders))
        os.environ["FAILING"] = name
        try:
            yield
        finally:
            del os.environ["FAILING"]
            self._plugins = plugins.simulated()

    def _ready(self) -> Engine:
        engine = self.engine
        stackfile.write_copy(engine.stack, HERE.root)
        engine.init()
        return engine
