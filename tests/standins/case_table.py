"""The table of cases (`tests/cluster/standin_cases/*.json`), all of them in one stack, step by step.

A case has `resources` and `steps`; a step first changes inputs (`set`: resource -> dotted path -> value) and takes
resources away (`remove`), and then says what the engine does (`expect`: resource -> operation, or an operation with its
changed paths; a resource that is not named stays the same). A case with fewer steps than others rests in its last one.
@namespace@ is a namespace of the case's own, @pause@ and @shell@ are images.
"""

import copy
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import versions
from tests.standins.engine import Document, Run

FOLDER = Path(__file__).parents[1] / "cluster" / "standin_cases"
_REFERENCE = re.compile(r"\$\{([a-z0-9-]+)\.")


@dataclass(frozen=True)
class Step:
    """What the program says, and what the engine is expected to do: operations, and changed paths where given."""

    document: Document
    operations: dict[str, str]
    changes: dict[str, dict[str, str]]
    unchecked: frozenset[str]

    def check(self, run: Run) -> None:
        assert run.code == 0, run.errors
        wrong = differences(run.operations, self.operations)
        seen = {name: changes for name, changes in run.changes.items() if name not in self.unchecked}
        wrong += differences(seen, self.changes)
        assert not wrong, "\n".join(wrong)


@dataclass(frozen=True)
class Table:
    steps: list[Step]
    hidden: list[str]


def differences(seen: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """One line for each resource that is not as expected."""
    return [
        f"{name}: {seen.get(name)} instead of {expected.get(name)}"
        for name in sorted({*seen, *expected})
        if seen.get(name) != expected.get(name)
    ]


def nothing_to_do(run: Run) -> None:
    wrong = differences(run.operations, dict.fromkeys(run.operations, "same")) + differences(run.changes, {})
    assert not wrong, "\n".join(wrong)


def load(providers: dict[str, dict[str, Any]]) -> Table:
    """`providers` has `main`, with mutable ConfigMaps and Secrets, and `ordinary`, without."""
    cases = {path.stem: _read(path) for path in sorted(FOLDER.glob("*.json"))}
    longest = max(len(case["steps"]) for case in cases.values())
    steps = []
    for index in range(longest):
        step = Step({"providers": providers, "resources": {}}, {}, {}, frozenset())
        for name, case in cases.items():
            step = _with_case(step, name, case, index)
        steps.append(step)
    return Table(steps, [text for case in cases.values() for text in case.get("hidden", ())])


def _read(path: Path) -> dict[str, Any]:
    text = path.read_text().replace("@namespace@", f"case-{path.stem}")
    text = text.replace("@pause@", versions.PAUSE_IMAGE).replace("@shell@", versions.ADMIN_TOOLS_IMAGE)
    case: dict[str, Any] = json.loads(text)
    return case


def _with_case(step: Step, name: str, case: dict[str, Any], index: int) -> Step:
    resources = _resources_at(case, index)
    expected = case["steps"][index].get("expect", {}) if index < len(case["steps"]) else {}
    namespace = f"{name}-namespace"
    operations = {namespace: "create" if index == 0 else "same"}
    operations |= {f"{name}-{resource}": "same" for resource in resources}
    operations |= {f"{name}-{resource}": _operation(said) for resource, said in expected.items()}
    paths = {f"{name}-{resource}": _paths(said) for resource, said in expected.items()}
    made = {namespace: _namespace(name)}
    made |= {f"{name}-{resource}": _named(described, name) for resource, described in resources.items()}
    return Step(
        {**step.document, "resources": {**step.document["resources"], **made}},
        step.operations | operations,
        step.changes | {resource: changes for resource, changes in paths.items() if changes},
        step.unchecked | {resource for resource, changes in paths.items() if changes is None},
    )


def _resources_at(case: dict[str, Any], index: int) -> dict[str, Any]:
    resources: dict[str, Any] = copy.deepcopy(case["resources"])
    for step in case["steps"][: index + 1]:
        for resource, values in step.get("set", {}).items():
            for path, value in values.items():
                _set(resources[resource]["inputs"], path, value)
        for resource in step.get("remove", ()):
            del resources[resource]
    return resources


def _set(inputs: Any, path: str, value: Any) -> None:
    *steps, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
    for step in steps:
        inputs = inputs[step]
    inputs[last] = value


def _operation(said: str | dict[str, Any]) -> str:
    return said if isinstance(said, str) else next(iter(said))


def _paths(said: str | dict[str, Any]) -> dict[str, str] | None:
    return {} if isinstance(said, str) else next(iter(said.values()))


def _namespace(case: str) -> dict[str, Any]:
    metadata = {"name": f"case-{case}"}
    return {
        "type": "kubernetes:core/v1:Namespace",
        "inputs": {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata},
    }


def _named(described: dict[str, Any], case: str) -> dict[str, Any]:
    """With the names that its resources have in the common stack."""
    renamed: dict[str, Any] = json.loads(_REFERENCE.sub(rf"${{{case}-\1.", json.dumps(described)))
    others = [f"{case}-{other}" for other in described.get("dependsOn", ())]
    return {**renamed, "dependsOn": [f"{case}-namespace", *others]}
