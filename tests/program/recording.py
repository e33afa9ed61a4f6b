"""Runs the whole program under the SDK's mocks and keeps every registration as the engine would get it."""

import asyncio
import gc
import json
import logging
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
PROJECT = "temporal"


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
    retained: bool = False
    """Whether it stays where it is when it leaves the state."""
    ignored: tuple[str, ...] = ()
    patience: str = ""
    """How long the engine waits for an update."""
    first_patience: str = ""
    """How long it waits for the creation."""
    replaced_for: tuple[str, ...] = ()
    """Inputs whose change replaces it, whatever its provider says."""
    deleted_first: bool = False
    """Whether what takes its place is made once it is gone."""
    replaces_on: tuple[str, ...] = ()
    """Properties whose change replaces it, besides those that its provider knows."""

    @property
    def waits_for(self) -> set[str]:
        """`type::name` of every resource it depends on, by option or by a value."""
        return {urn.split("$")[-1] if "$" in urn else urn.split("::", 2)[2] for urn in self.dependencies}


@dataclass
class Recording:
    """All registrations of one run, the outputs each component registered, the stack's exports, its warnings, and
    what it read: type and id by name."""

    registrations: list[Registration] = field(default_factory=list)
    reads: dict[str, tuple[str, str]] = field(default_factory=dict)
    registered_outputs: list[str] = field(default_factory=list)
    exports: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

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

    def mounts(self, pod: str) -> dict[str, dict[str, Any]]:
        """What is mounted in the container that a pod of `pods()` is for, by path; without modes and without claims."""
        spec = self.pods()[pod]
        paths = {mounted["name"]: mounted["mountPath"] for mounted in spec["containers"][0]["volumeMounts"]}
        found = {}
        for volume in (each for each in spec["volumes"] if each["name"] in paths):
            [(kind, source)] = [pair for pair in volume.items() if pair[0] != "name"]
            found[paths[volume["name"]]] = {kind: {key: item for key, item in source.items() if key != "defaultMode"}}
        return found

    def pods(self) -> dict[str, dict[str, Any]]:
        """Pod specs by `Kind/name` of what makes the pods; the content hash of a job's name left out."""
        return {name: template["spec"] for name, template in self.templates().items()}

    def annotations(self) -> dict[str, dict[str, str]]:
        """Annotations of pods, by the names of `pods()`; the platform's own left out."""
        own = ("temporal-platform/config-hash", "kubectl.kubernetes.io/default-container")
        return {
            name: {key: value for key, value in template["metadata"].get("annotations", {}).items() if key not in own}
            for name, template in self.templates().items()
        }

    def templates(self) -> dict[str, dict[str, Any]]:
        """Pod templates by the names of `pods()`."""
        found = {}
        for owner in self.kubernetes():
            template = owner.get("spec", {}).get("template")
            if template and "spec" in template:
                name = owner["metadata"]["name"]
                found[f"{owner['kind']}/{name[:-11] if owner['kind'] == 'Job' else name}"] = template
        return found


def mounted_secret(name: str, *keys: str) -> dict[str, Any]:
    """How `mounts()` shows a Secret, whole or `keys` under their own names."""
    items = {"items": [{"key": key, "path": key} for key in keys]} if keys else {}
    return {"secret": {"secretName": name, **items}}


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
    """Outputs that real providers would add, recognisable in tests, and the outputs of the deployed stack."""

    def __init__(self, stack: str, deployed: Mapping[str, Any]) -> None:
        self._question = ("pulumi:pulumi:readStackOutputs", {"name": f"organization/{PROJECT}/{stack}"})
        self._deployed = deployed

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        added: dict[str, Any] = {}
        if args.typ == "random:index/randomPassword:RandomPassword":
            added = {
                "result": pulumi.Output.secret(f"password-of-{args.name}"),
                "bcryptHash": pulumi.Output.secret(f"hash-of-{args.name}"),
            }
        if args.typ.startswith("tls:"):
            added = {
                "certPem": f"CERTIFICATE {args.name}",
                "certRequestPem": f"REQUEST {args.name}",
                "privateKeyPem": pulumi.Output.secret(f"KEY {args.name}"),
                "privateKeyPemPkcs8": pulumi.Output.secret(f"PKCS8 KEY {args.name}"),
            }
        if args.typ == "temporalcloud:index/apikey:Apikey":
            added = {"token": pulumi.Output.secret(f"token-of-{args.name}")}
        if args.typ.startswith("aws:"):
            added = {"arn": f"arn:aws:{args.typ.split('/')[0][4:]}:::{args.name}", "keyId": f"id-of-{args.name}"}
        if args.typ in ("aws:rds/instance:Instance", "aws:rds/cluster:Cluster"):
            host = args.inputs.get("identifier") or args.inputs["clusterIdentifier"]
            added |= {
                "address": f"{host}.example.rds.amazonaws.com",
                "endpoint": f"{host}.cluster-example.rds.amazonaws.com",
                "readerEndpoint": f"{host}.cluster-ro-example.rds.amazonaws.com",
            }
            if args.inputs.get("dbClusterInstanceClass"):
                added["clusterMembers"] = [f"{host}-instance-{number}" for number in (2, 3, 1)]
            if args.inputs.get("manageMasterUserPassword"):
                added["masterUserSecrets"] = [{"secretArn": f"arn:aws:secretsmanager:::secret:rds!{host}"}]
        if args.typ == "aws:opensearch/domain:Domain":
            added["endpoint"] = f"vpc-{args.inputs['domainName']}-abc.eu-central-1.es.amazonaws.com"
        if args.typ == "aws:ec2/vpcEndpoint:VpcEndpoint":
            added["dnsEntries"] = [{"dnsName": "vpce-a.example.amazonaws.com", "hostedZoneId": "Z0"}]
        if args.typ == "aws:route53/zone:Zone":
            added["zoneId"] = f"zone-of-{args.inputs['name']}"
        outputs = {**args.inputs, **added}
        if outputs.get("kind") == "Service":
            for number, port in enumerate(outputs["spec"]["ports"]):
                port.setdefault("nodePort", 30001 + number)
        return f"{args.name}-id", outputs

    def call(self, args: mocks.MockCallArgs) -> dict[str, Any]:  # type: ignore[override]  # the SDK takes this too
        """Only the engine's own question for the outputs of this very stack has an answer."""
        if (args.token, args.args) != self._question:
            raise AssertionError(f"the program called {args.token} {args.args}; it must not ask anything of a provider")
        return {"name": args.args["name"], "outputs": dict(self._deployed)}


class _Warnings(logging.Handler):
    def __init__(self, recording: Recording) -> None:
        super().__init__(logging.WARNING)
        self._recording = recording

    def emit(self, record: logging.LogRecord) -> None:
        self._recording.warnings.append(record.getMessage())


class _Monitor(mocks.MockMonitor):
    def __init__(self, values: _Values, recording: Recording) -> None:
        super().__init__(values)
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
                    retained=request.retainOnDelete,
                    ignored=tuple(request.ignoreChanges),
                    patience=request.customTimeouts.update,
                    first_patience=request.customTimeouts.create,
                    replaced_for=tuple(request.replaceOnChanges),
                    deleted_first=request.deleteBeforeReplace,
                    replaces_on=tuple(request.replaceOnChanges),
                )
            )
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def ReadResource(self, request: Any) -> Any:  # noqa: N802 - the SDK's name
        self._recording.reads[request.name] = (request.type, request.id)
        return super().ReadResource(request)  # type: ignore[no-untyped-call]

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
    deployed: Mapping[str, Any] | None = None,
    into: Recording | None = None,
) -> Recording:
    """Runs `__main__.py` with `config` as its stack file and returns what it registered.

    `deployed` are the outputs of the stack as it stands; a new one has none. Raises what the program raises, such as
    pulumi.RunError; what was registered until then is in `into`.
    """
    recording = into or Recording()
    values = _Values(stack, deployed or {})
    logger = logging.Logger("engine")
    logger.addHandler(_Warnings(recording))
    texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in config.items()}
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        # With a root of some kind, set_mocks makes no stack of its own, whose outputs would race with the program's.
        set_root_resource(object())  # type: ignore[arg-type]
        mocks.set_mocks(
            values,
            project=PROJECT,
            stack=stack,
            organization="organization",
            logger=logger,
            monitor=_Monitor(values, recording),
        )
        set_all_config(texts, list(secret_keys))
        set_root_resource(None)  # type: ignore[arg-type]
        loop.run_until_complete(run_in_stack(_main))
    finally:
        loop.close()
        gc.enable()  # the program looks for no garbage, this process lives on
    return recording


def _main() -> None:
    runpy.run_path(str(ROOT / "__main__.py"))
