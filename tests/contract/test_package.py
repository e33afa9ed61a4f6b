"""Proves that the folder `contract` is a package of its own, needs nothing and brings types and schema."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from contract import CONTRACT_VERSION
from tests.contract import package
from tests.contract.test_platform_outputs import WRITTEN

PRINTED = json.dumps({name: value for name, value in WRITTEN.items() if value is not None})


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of an environment with nothing but the package."""
    wheel = package.build(tmp_path_factory.mktemp("wheel"))
    return package.environment(wheel, tmp_path_factory.mktemp("environment") / "venv")


def _run(python: Path, program: str) -> "subprocess.CompletedProcess[str]":
    """Isolated: nothing of this checkout can be imported."""
    return subprocess.run(
        [str(python), "-I", "-c", program], input=PRINTED, capture_output=True, text=True, check=False
    )


def test_it_reads_the_outputs(python: Path) -> None:
    ran = _run(
        python,
        "import json, sys\n"
        "from temporal_platform_contract import PlatformOutputs\n"
        "outputs = PlatformOutputs.read(json.load(sys.stdin))\n"
        "connection = outputs.connection('demo')\n"
        "print(outputs.name, connection.address, connection.secret)\n",
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (
        0,
        "local temporal-frontend.local.svc:7233 temporal-client\n",
        "",
    )


def test_it_is_alone_and_of_the_contracts_version(python: Path) -> None:
    program = "from importlib.metadata import distributions as d; print([(x.name, x.version, x.requires) for x in d()])"
    assert _run(python, program).stdout == f"[('temporal-platform-contract', '{CONTRACT_VERSION}', None)]\n"


def test_it_brings_the_schema(python: Path) -> None:
    program = (
        "from importlib.resources import files; "
        "print(files('temporal_platform_contract').joinpath('schema.json').read_text(), end='')"
    )
    assert _run(python, program).stdout == (package.ROOT / "contract" / "schema.json").read_text()


def test_only_the_reader_for_pulumi_needs_pulumi(python: Path) -> None:
    ran = _run(python, "import temporal_platform_contract.stack_reference")
    assert ran.stderr.splitlines()[-1] == "ModuleNotFoundError: No module named 'pulumi'"


def test_it_brings_its_types(python: Path, tmp_path: Path) -> None:
    (tmp_path / "consumer.py").write_text(
        "from temporal_platform_contract import PlatformOutputs\n"
        "def read(outputs: PlatformOutputs) -> None:\n"
        "    reveal_type(outputs.address)\n"
        "    reveal_type(outputs.ui_address)\n"
        "    reveal_type(outputs.database_readers)\n"
        "    reveal_type(outputs.connection('demo').secret)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(python), "consumer.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.splitlines() == [
        'consumer.py:3: note: Revealed type is "str"',
        'consumer.py:4: note: Revealed type is "str | None"',
        'consumer.py:5: note: Revealed type is "typing.Mapping[str, str] | None"',
        'consumer.py:6: note: Revealed type is "str"',
        "Success: no issues found in 1 source file",
    ]
