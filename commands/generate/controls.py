"""The text of docs/aws-controls.md: what people wrote in `controls.md` beside this file, with the tables that the drill
aws-compliance holds the stacks against."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from commands.generate.markdown import code, table
from commands.stackfile import HERE

TEMPLATE: Final = Path(__file__).with_name("controls.md")
_DATA: Final = HERE.root / "tests" / "compliance"
_WORDS: Final = {"default": "on", "optional": "optional", "waived": "waived", "elsewhere": "elsewhere"}


def document() -> str:
    """The whole text."""
    controls = tomllib.loads((_DATA / "controls.toml").read_text())
    waivers = tomllib.loads((_DATA / "waivers.toml").read_text())
    text = TEMPLATE.read_text()
    text = text.replace("<!-- made: table -->", "\n".join(table(_HEAD, _rows(controls, waivers))))
    return text.replace("<!-- made: waivers -->", "\n".join(table(_WAIVERS_HEAD, _kinds(waivers))))


_HEAD: Final = ("control", "about", "here", "besides", "seen by")
_WAIVERS_HEAD: Final = ("waiver", "why", "findings")


def _rows(controls: dict[str, dict[str, Any]], waivers: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for service, of_service in controls.items():
        for number, control in of_service.items():
            waiver = control.get("waiver")
            besides = waivers[waiver]["title"] if waiver else control.get("says", "")
            yield f"{service}.{number}", control["title"], _WORDS[control["here"]], besides, _seen(control)


def _seen(control: dict[str, Any]) -> str:
    """Checks of checkov, and inputs of pulumi-aws."""
    inputs = (f"{wanted['type'].rpartition(':')[2]}.{wanted['input']}" for wanted in control.get("inputs", ()))
    return ", ".join([*control.get("checks", ()), *map(code, inputs)])


def _kinds(waivers: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for waiver in waivers.values():
        yield waiver["title"], waiver["reason"], "; ".join(map(_finding, waiver["findings"]))


def _finding(finding: dict[str, Any]) -> str:
    stacks = f" ({', '.join(finding['stacks'])})" if "stacks" in finding else ""
    return f"{finding['rule']} {code(finding['resource'])}{stacks}"
