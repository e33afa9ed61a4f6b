"""`pulumi preview` by hand tells what `make preview` tells, and what the engine does to the file meanwhile."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from commands import plugins, stackfile
from commands.engine import TOOLS, Engine
from embedded import toolchain
from embedded.progress import Progress
from tests.commands.checkout import ROOT, STACK_FILE, Checkout

pytestmark = pytest.mark.engine

BROKEN = f"""\
# written by ada
{STACK_FILE.format(name="small", context="tried")}  temporal:protection: false
  temporal:namespaces:
    - name: orders
      retention: 3 days
  temporal:sise: dev
""".replace("shards: 4", "shards: 0")


class Plain:
    """A copy of the project with a backend of files, as a person without make has it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("components", "contract", "settings"):
            shutil.copytree(ROOT / name, root / name)
        for name in ("Pulumi.yaml", "__main__.py", "versions.py"):
            shutil.copy(ROOT / name, root / name)
        (root / "backend").mkdir()
        self.file = root / "Pulumi.small.yaml"
        self.file.write_text(STACK_FILE.format(name="small", context="tried"))
        progress = Progress()
        self._tools = toolchain.ensure(TOOLS, progress)
        stack = stackfile.read("small", self.file, root / "state")
        environment = Engine(stack, self._tools, plugins.simulated(), progress).environment()
        own = ("TEMPORAL_", "PULUMI_CONFIG_", "PULUMI_BACKEND_")
        kept = {name: value for name, value in environment.items() if not name.startswith(own)}
        self._environment = {
            **kept,
            "PULUMI_BACKEND_URL": f"file://{root}/backend",
            "PULUMI_CONFIG_PASSPHRASE": "a secret of ada",
        }
        self.pulumi("stack", "init", "small")

    def pulumi(self, *words: str) -> str:
        """What the command said, on both of its outputs."""
        done = subprocess.run(
            [self._tools.path("pulumi"), "--non-interactive", "--color", "never", *words],
            cwd=self.root,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.stdout


@pytest.fixture
def plain(tmp_path: Path) -> Plain:
    root = tmp_path / "plain"
    root.mkdir()
    return Plain(root)


def problems(said: str) -> list[str]:
    return re.findall(r"^ +(Pulumi\.small\.yaml:\d+: .*)$", said, re.MULTILINE)


def test_the_same_problems(plain: Plain, checkout: Checkout) -> None:
    """Line by line; the engine appends its salt and quotes `false`, which moves no line."""
    (checkout.root / "Pulumi.small.yaml").write_text(BROKEN)
    told = problems(checkout.run("preview", STACK="small").err)
    assert [line.split(": ")[0] for line in told] == [f"Pulumi.small.yaml:{line}" for line in (6, 12, 13)]

    plain.file.write_text(BROKEN)
    said = plain.pulumi("preview")
    assert problems(said) == told, said
    assert "Traceback" not in said
    text = plain.file.read_text()
    assert "\nencryptionsalt: " in text
    assert text.partition("encryptionsalt: ")[0] == BROKEN.replace("protection: false", 'protection: "false"')


def test_a_valid_file_previews(plain: Plain) -> None:
    """By hand, without anything that make sets, the program runs to its end."""
    said = plain.pulumi("preview")
    assert re.search(r"^ +\+ \d+ to create$", said, re.MULTILINE), said
    assert "errored" not in said, said


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("- a\n", "error: getting stack configuration: expected project to be an object, was '[]interface {}'"),
        (
            "config:\n  temporal:name: x\n  temporal:name: y\n",
            (
                "error: getting stack configuration: yaml: unmarshal errors:\n"
                '  line 3: mapping key "temporal:name" already defined at line 2'
            ),
        ),
        (
            "config:\n\ttemporal:name: x\n",
            (
                "error: getting stack configuration: invalid YAML file: yaml: line 2: found character that cannot "
                "start any token"
            ),
        ),
        (
            "config: [",
            "error: getting stack configuration: invalid YAML file: yaml: line 1: did not find expected node content",
        ),
    ],
)
def test_what_the_engine_refuses_itself(plain: Plain, text: str, refusal: str) -> None:
    """Before the program runs, in the words that docs/troubleshooting.md quotes; the file stays as it is."""
    plain.file.write_text(text)
    said = plain.pulumi("preview")
    assert refusal in said
    assert plain.file.read_text() == text
