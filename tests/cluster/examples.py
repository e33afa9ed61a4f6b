"""Manifests of examples/consumers as pods of the tests' node, which has no image with Python in it.

The image that a manifest names is replaced by one with Debian's libraries, in which this machine's Python, its packages
and the example's own program are mounted. Everything else stays as it is written.
"""

import copy
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from tests.cluster.stack import ROOT
from versions import POSTGRES_IMAGE

EXAMPLES = ROOT / "examples" / "consumers"
_PYTHON, _PACKAGES, _PROGRAM = "/opt/python", "/opt/packages", "/app"


def manifest(path: str) -> dict[str, Any]:
    """A file below examples/consumers as it is written."""
    found: dict[str, Any] = yaml.safe_load((EXAMPLES / path).read_text())
    return found


def with_this_python(written: dict[str, Any], program: Path) -> dict[str, Any]:
    """A manifest with a pod template whose program is in the folder `program`."""
    changed = copy.deepcopy(written)
    pod = changed["spec"]["template"]["spec"]
    [container] = pod["containers"]
    folders = {_PYTHON: Path(sys.base_prefix), _PACKAGES: _packages(), _PROGRAM: program}
    assert container["command"][0] == "python"
    container["image"] = POSTGRES_IMAGE
    container["command"][0] = f"{_PYTHON}/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    container["env"] = [
        *container.get("env", ()),
        {"name": "LD_LIBRARY_PATH", "value": f"{_PYTHON}/lib"},
        {"name": "PYTHONPATH", "value": _PACKAGES},
    ]
    for number, (path, folder) in enumerate(folders.items()):
        name = f"of-the-test-{number}"
        pod.setdefault("volumes", []).append({"name": name, "hostPath": {"path": str(folder), "type": "Directory"}})
        container.setdefault("volumeMounts", []).append({"name": name, "mountPath": path, "readOnly": True})
    return changed


def _packages() -> Path:
    found = find_spec("temporalio")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).resolve().parents[1]
