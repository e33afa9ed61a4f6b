"""Runs the whole program under the SDK's mocks and keeps every registration as the engine would get it."""

import asyncio
import json
import runpy
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import yaml
from pulumi.runtime import mocks, set_all_config
from pulumi.runtime.settings import set_root_resource
from pulumi.runtime.stack import run_in_stack

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Registration:
    """One RegisterResource request."""

    type: str
    name: str
    inputs: dict[str, Any]
    parent: str
    dependencies: tuple[str, ...]
    deleted_with: str
    protect: bool
    provider: str

    @property
    def waits_for(self) -> set[str]:
        """`type::name` of every resource it depends on, by option or by a value."""
        return {urn.split("$")[-1] if "$" in urn else urn.split("::", 2)[2] for urn in self.dependencies}


@dataclass
class Recording:
    """All registrations of one run, the outputs each component registered, and the stack's exports."""

    registrations: list[Registration] = field(default_factory=list)
    registered_outputs: list[str] = field(default_factory=list)
    exports: dict[str, Any] = field(default_factory=dict)

    def of(self, type_: str) -> dict[str, Registration]:
        """Registrations of one type by name."""
        return {r.name: r for r in self.registrations if r.type == type_}

    def objects(self, kind: str) -> dict[str, dict[str, Any]]:
        """Kubernetes objects of one kind by their own name."""
        found = [o for o in self.kubernetes() if o["kind"] == kind]
        return {o["metadata"]["name"]: o for o in found}

    def kubernetes(self) -> list[dict[str, Any]]:
        """All Kubernetes objects."""
        return [r.inputs for r in self.registrations if r.type.startswith("kubernetes:")]

    def pods(self) -> dict[str, dict[str, Any]]:
        """Pod specs by `Kind/name` of what makes the pods; the content hash of a job's name left out."""
        found = {}
        for owner in self.kubernetes():
            template = owner.get("spec", {}).get("template")
            if template:
                name = owner["metadata"]["name"]
                found[f"{owner['kind']}/{name[:-11] if owner['kind'] == 'Job' else name}"] = template["spec"]
        return found


def is_secret(value: Any) -> bool:
    """Whether the engine keeps this input encrypted."""
    return isinstance(value, dict) and pulumi.runtime.rpc._special_sig_key in value


def plain(value: Any) -> Any:
    """An input without the marks of secrecy."""
    if is_secret(value):
        return plain(value["value"])
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


class _Values(mocks.Mocks):
    """Outputs that real providers would add, recognisable in tests."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        added: dict[str, Any] = {}
        if args.typ == "random:index/randomPassword:RandomPassword":
            added = {"result": pulumi.Output.secret(f"password-of-{args.name}")}
        if args.typ.startswith("tls:"):
            added = {
                "certPem": f"CERTIFICATE {args.name}",
                "certRequestPem": f"REQUEST {args.name}",
                "privateKeyPem": pulumi.Output.secret(f"KEY {args.name}"),
            }
        outputs = {**args.inputs, **added}
        if outputs.get("kind") == "Service":
            for number, port in enumerate(outputs["spec"]["ports"]):
                port.setdefault("nodePort", 30001 + number)
        return f"{args.name}-id", outputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        raise AssertionError(f"the program called {args.token}; it must not ask anything of a provider")


class _Monitor(mocks.MockMonitor):
    def __init__(self, recording: Recording) -> None:
        super().__init__(_Values())
        self._recording = recording

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the SDK's name
        if request.type != "pulumi:pulumi:Stack":
            self._recording.registrations.append(
                Registration(
                    type=request.type,
                    name=request.name,
                    inputs=pulumi.runtime.rpc.deserialize_properties(request.object, keep_unknowns=True),
                    parent=request.parent,
                    dependencies=tuple(request.dependencies),
                    deleted_with=request.deletedWith,
                    protect=request.protect,
                    provider=request.provider,
                )
            )
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - the SDK's name
        self._recording.registered_outputs.append(request.urn)
        if "::pulumi:pulumi:Stack::" in request.urn:
            self._recording.exports = pulumi.runtime.rpc.deserialize_properties(request.outputs)
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


def stack_file(name: str) -> dict[str, Any]:
    """The config of a committed stack file."""
    config: dict[str, Any] = yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text())["config"]
    return config


def run(
    config: Mapping[str, Any],
    *,
    stack: str = "local",
    secret_keys: Collection[str] = (),
    into: Recording | None = None,
) -> Recording:
    """Runs `__main__.py` with `config` as its stack file and returns what it registered.

    Raises what the program raises, such as pulumi.RunError; what was registered until then is in `into`.
    """
    recording = into or Recording()
    texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in config.items()}
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        mocks.set_mocks(_Values(), project="temporal", stack=stack, monitor=_Monitor(recording))
        set_all_config(texts, list(secret_keys))
        set_root_resource(None)  # type: ignore[arg-type]  # set_mocks made a stack; the program gets one of its own
        loop.run_until_complete(run_in_stack(_main))
    finally:
        loop.close()
    return recording


def _main() -> None:
    runpy.run_path(str(ROOT / "__main__.py"))
