"""Cases in tables: a whole stack file, what is changed in it, and what is said of it then."""

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from settings import SelfHostedSettings, Settings, SettingsError, document, load, load_text
from settings.loader import UNKNOWN

HERE: Final = Path(__file__).resolve().parent
FILE: Final = "Pulumi.case.yaml"
STACKS: Final[Mapping[str, str]] = {
    "local": (HERE.parents[1] / "Pulumi.local.yaml").read_text(),
    **{file.stem: file.read_text() for file in sorted((HERE / "stacks").glob("*.yaml"))},
}
"""Whole stack files that are valid, by name."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """`set` and `drop` take paths below `temporal:` such as `namespaces.0.name`; `long` puts that many letters there;
    `secret` names top-level keys that a person set with --secret."""

    stack: str = "local"
    set: Mapping[str, Any] = field(default_factory=dict)
    long: Mapping[str, int] = field(default_factory=dict)
    drop: Sequence[str] = ()
    secret: Sequence[str] = ()
    line: str = ""
    lines: Sequence[str] = ()

    @property
    def complaints(self) -> list[str]:
        """What is said, in the order of the file."""
        return [*self.lines] if self.lines else [self.line]

    @property
    def config(self) -> dict[str, Any]:
        """The changed stack's configuration."""
        config = copy.deepcopy(_config(self.stack))
        for path, value in [*self.set.items(), *((path, "a" * count) for path, count in self.long.items())]:
            here, last = _reach(config, path)
            here[last] = value
        for path in self.drop:
            here, last = _reach(config, path)
            del here[last]
        return config

    @property
    def text(self) -> str:
        """The changed stack as a file: JSON, which is YAML, a line for every key and item."""
        return json.dumps({"config": self.config}, indent=1, ensure_ascii=False)

    def load(self) -> Settings:
        """As a program gets it from the engine."""
        secret = [f"temporal:{key}" for key in self.secret]
        return load(FILE, document.config_of({"config": self.config}), secret, self.text)

    def load_server(self) -> SelfHostedSettings:
        """The same of a stack with a server of its own."""
        settings = self.load()
        assert isinstance(settings, SelfHostedSettings)
        return settings

    def load_text(self) -> Settings:
        """As a command reads it from the file."""
        return load_text(FILE, self.text)

    def refusal(self) -> SettingsError | None:
        """What `load` raises."""
        try:
            self.load()
        except SettingsError as error:
            return error
        return None


def table(name: str) -> list[Case]:
    """The cases of `<name>.yaml`."""
    return [Case(**case) for case in yaml.safe_load((HERE / f"{name}.yaml").read_text())]


def refused() -> dict[str, Case]:
    """Every case of every table in `refused/`, by a name for test reports."""
    found: dict[str, Case] = {}
    for file in sorted((HERE / "refused").glob("*.yaml")):
        for number, case in enumerate(table(f"refused/{file.stem}")):
            found[f"{file.stem}-{number}-{case.complaints[0][9:50]}"] = case
    return found


def as_taken(config: Mapping[str, Any]) -> dict[str, Any]:
    """A valid configuration as the settings hold it: nobody looks into a ciphertext."""
    return {key: UNKNOWN if isinstance(value, dict) and "secure" in value else value for key, value in config.items()}


@cache
def _config(stack: str) -> dict[str, Any]:
    config: dict[str, Any] = document.read(STACKS[stack])["config"]
    return config


def _reach(config: dict[str, Any], path: str) -> tuple[Any, Any]:
    """What holds the last step of a path, and that step. Mappings on the way are made."""
    *way, last = f"temporal:{path}".split(".")
    here: Any = config
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
    return here, int(last) if isinstance(here, list) else last
