"""`make generate`: renews the files that are made from others and committed.

The catalogues come from the source of the servers, which needs Go and the network, and what the stand-in of the aws
plugin knows from Pulumi's SDK, which needs PyPI; the schemas, the documentation and the dashboards come from what is
here, in well under a second.
"""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import versions
from commands import catalogue
from commands.environment import variable
from commands.errors import CommandError
from commands.generate import aws_schema, contract, controls, dashboards, runbooks
from commands.generate.configuration import document
from commands.stackfile import HERE
from embedded.progress import Progress
from settings.schema import stack_schema

SCHEMA = HERE.root / "schemas" / "stack.schema.json"
CONTRACT = HERE.root / "contract" / "schema.json"
CONFIGURATION = HERE.root / "docs" / "configuration.md"
CONTROLS = HERE.root / "docs" / "aws-controls.md"
RUNBOOKS = HERE.root / "docs" / "runbooks" / "README.md"
AWS_TYPES = HERE.root / "standins" / "simulated" / "aws" / "types.toml"
DASHBOARDS = HERE.root / "components" / "monitoring" / "dashboards"
AWS_SCHEMA = AWS_TYPES.with_name("schema.json")


def main() -> int:
    """Renews the parts that NAME lists (comma-separated; default: all, in this order).

    Raises:
        CommandError: NAME is unknown, or a server's source could not be read.
        EmbeddedError: the Go toolchain could not be had.
    """
    names = (variable("NAME") or ",".join(PARTS)).split(",")
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise CommandError(f"NAME={','.join(unknown)} is unknown. Known: {', '.join(PARTS)}.")
    progress = Progress()
    for name in (part for part in PARTS if part in names):
        PARTS[name](progress)
    return 0


def schema_text() -> str:
    """What `schemas/stack.schema.json` holds."""
    return json.dumps(stack_schema(), indent=1, ensure_ascii=False) + "\n"


def aws_tokens() -> list[str]:
    """The AWS types that the stand-in has, such as `aws:rds/instance:Instance`."""
    return list(tomllib.loads(AWS_TYPES.read_text()))


def _catalogues(progress: Progress) -> None:
    newest = {catalogue.minor(version): version for version in versions.SERVERS}
    catalogue.write(list(newest.values()), progress)


def _aws(progress: Progress) -> None:
    with progress.step(f"reading the Python SDK of pulumi-aws {versions.PLUGIN_AWS}"):
        text = aws_schema.downloaded_schema_text(versions.PLUGIN_AWS, aws_tokens())
    _write(AWS_SCHEMA, text, progress)


def _schema(progress: Progress) -> None:
    _write(SCHEMA, schema_text(), progress)


def _configuration(progress: Progress) -> None:
    _write(CONFIGURATION, document(), progress)


def _contract(progress: Progress) -> None:
    _write(CONTRACT, contract.document(), progress)


def _controls(progress: Progress) -> None:
    _write(CONTROLS, controls.document(), progress)


def _dashboards(progress: Progress) -> None:
    made = {DASHBOARDS / f"{uid}.json": text for uid, text in dashboards.documents().items()}
    for file, text in made.items():
        _write(file, text, progress)
    for file in set(DASHBOARDS.glob("*.json")) - made.keys():
        file.unlink()


def _runbooks(progress: Progress) -> None:
    _write(RUNBOOKS, runbooks.document(), progress)


def _write(file: Path, text: str, progress: Progress) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    progress.say(f"{file.name} is written")


PARTS: dict[str, Callable[[Progress], None]] = {
    "catalogues": _catalogues,
    "aws": _aws,
    "schema": _schema,
    "configuration": _configuration,
    "controls": _controls,
    "runbooks": _runbooks,
    "contract": _contract,
    "dashboards": _dashboards,
}
