"""The text of docs/configuration.md: what people wrote in `configuration.md` beside this file, with what the models say
in place of its marks."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from commands.errors import CommandError
from commands.generate import sizes
from commands.generate.keys import Sections
from commands.generate.markdown import code, table
from settings import SettingsError, load_text
from settings.dynamic_schema import MINORS
from settings.facts import EFFECTS, Effect
from settings.reference import CHANGES

TEMPLATE: Final = Path(__file__).with_name("configuration.md")
_MARK: Final = re.compile(r"<!-- made: ([a-z]+) -->")
_EXAMPLE: Final = re.compile(r"```yaml\n(config:\n.*?)```\n\n<!-- made: errors -->", re.DOTALL)


def document() -> str:
    """The whole text.

    Raises:
        CommandError: a mark that nothing is made for, or an example of errors that has none.
    """
    text = TEMPLATE.read_text()
    sections = Sections()
    makers: dict[str, Callable[[], Iterator[str]]] = {
        "effects": _effects,
        "refused": lambda: sections.with_effect("refused"),
        "replaced": lambda: sections.with_effect("replaced"),
        "catalogues": _catalogues,
        "errors": lambda: _errors(text),
        "sizes": sizes.tables,
        "keys": sections.by_key,
        "shared": sections.of_shared,
        "values": sections.of_values,
    }
    unknown = sorted(set(_MARK.findall(text)) - makers.keys())
    if unknown:
        raise CommandError(f"{TEMPLATE}: nothing is made for {', '.join(unknown)}. Known: {', '.join(makers)}.")
    return _MARK.sub(lambda mark: "\n".join(makers[mark[1]]()).strip("\n"), text)


def _effects() -> Iterator[str]:
    kinds: list[Effect] = list(EFFECTS)
    yield from table(("a change", "means"), [(code(CHANGES[kind]), EFFECTS[kind]) for kind in kinds])


def _catalogues() -> Iterator[str]:
    yield ", ".join(f"[{minor}](../settings/catalogue/{minor}/dynamic_config.json)" for minor in MINORS)


def _errors(text: str) -> Iterator[str]:
    """What the settings really say of the example in front of the mark."""
    example = _EXAMPLE.search(text)
    if example is None:
        raise CommandError(f"{TEMPLATE}: no example stands in front of the mark of errors.")
    try:
        load_text("Pulumi.production.yaml", example[1])
    except SettingsError as error:
        yield from ("```text", *str(error).splitlines(), "```")
        return
    raise CommandError(f"{TEMPLATE}: the example of errors is valid.")
