"""What the stand-in of the aws plugin knows of types, read from Pulumi's SDK: `standins/simulated/aws/schema.json`.

The SDK is generated from the official plugin's schema, so its classes say each input, whether it is required, its type
down to nested objects, and which outputs there are. It is read as source, never imported: importing takes seconds and
hundreds of MiB. What it does not say, such as what replaces a resource, stands in `types.toml` beside the schema.
"""

import ast
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from commands.errors import CommandError

_NOT_LOOKED_INTO = {"ProviderEndpointArgs"}
"""One key for each service of AWS: the addresses are not checked."""
_SCALARS = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "Any": "any"}
_LONGEST_SECONDS = 600


def schema_text(version: str, tokens: Iterable[str], package: Path) -> str:
    """What `schema.json` holds for these types; `package` is the folder of the module `pulumi_aws`.

    Raises CommandError when the SDK has no such type, or writes one in a way that this reader does not understand.
    """
    sdk = Sdk(package)
    provider = sdk.provider()
    resources = {token: sdk.resource(token) for token in sorted(tokens)}
    document = {"sdk": version, "provider": provider, "resources": resources, "types": sdk.types()}
    return json.dumps(document, indent=1) + "\n"


def download(version: str, folder: Path) -> Path:
    """The folder of the module `pulumi_aws` of this version, unpacked below `folder`. Raises CommandError."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    done = subprocess.run(
        [*command, f"pulumi-aws=={version}"], capture_output=True, text=True, timeout=_LONGEST_SECONDS, check=False
    )
    if done.returncode:
        raise CommandError(f"pulumi-aws {version} could not be downloaded from PyPI:\n{done.stderr.strip()}")
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    return folder / "pulumi_aws"


def downloaded_schema_text(version: str, tokens: Iterable[str]) -> str:
    """`schema_text` of the SDK that PyPI has. Raises CommandError."""
    with tempfile.TemporaryDirectory() as folder:
        return schema_text(version, tokens, download(version, Path(folder)))


class Sdk:
    """Classes of the SDK. Types of inputs are written as in `standins.typed.table`; nested ones are collected."""

    def __init__(self, package: Path) -> None:
        self._package = package
        self._modules: dict[str, Module] = {}
        self._nested: dict[str, dict[str, str]] = {}

    def provider(self) -> dict[str, str]:
        """The configuration of the provider itself."""
        return self._fields("", self._module("provider.py").classes["ProviderArgs"], {})

    def resource(self, token: str) -> dict[str, Any]:
        """Inputs, outputs beside them, and which of both are secret."""
        folder, _, name = token.removeprefix("aws:").partition("/")
        name = name.rpartition(":")[2]
        module = self._module_of(folder, token)
        made = module.properties(name)
        optional = {key for key, annotation in made.items() if _is_optional(annotation)}
        # A resource that shares its name with a nested type is called so with `Init`.
        declared = module.classes.get(f"{name}InitArgs") or module.classes[f"{name}Args"]
        inputs = self._fields(folder, declared, dict.fromkeys(made.keys() - optional, "computed"))
        outputs = {key: self._shape(folder, annotation) for key, annotation in made.items() if key not in inputs}
        secrets = module.secret_outputs(name)
        return {"inputs": inputs, "outputs": outputs, **({"secrets": secrets} if secrets else {})}

    def types(self) -> dict[str, dict[str, str]]:
        """The nested types that the inputs asked for so far are made of."""
        return dict(sorted(self._nested.items()))

    def _fields(self, folder: str, declared: ast.ClassDef, marks: dict[str, str]) -> dict[str, str]:
        """Each input with its type and, after a blank, `required` or its mark."""
        names = _wire_names(declared)
        found = {}
        for argument in _constructor(declared).args.kwonlyargs:
            if argument.annotation is None or argument.arg not in names:
                raise CommandError(f"{declared.name}.{argument.arg} is not written as the other inputs of the SDK are.")
            name = names[argument.arg]
            needed = not _is_optional(argument.annotation)
            mark = "required" if needed else marks.get(name, "")
            found[name] = f"{self._shape(folder, argument.annotation)} {mark}".strip()
        return dict(sorted(found.items()))

    def _shape(self, folder: str, annotation: ast.expr) -> str:
        """`string`, `[string]`, `{string}`, `rds.InstanceS3Import` and so on."""
        if isinstance(annotation, ast.Subscript):
            return self._generic(folder, annotation)
        if name := _quoted(annotation):
            return self._named(folder, name)
        name = ast.unparse(annotation).rpartition(".")[2]
        if name not in _SCALARS:
            raise CommandError(f"the SDK's type {ast.unparse(annotation)} is not understood.")
        return _SCALARS[name]

    def _generic(self, folder: str, annotation: ast.Subscript) -> str:
        parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        match ast.unparse(annotation.value), parts:
            case (("pulumi.Input" | "pulumi.Output" | "Optional"), [content]):
                return self._shape(folder, content)
            case "Sequence", [item]:
                return f"[{self._shape(folder, item)}]"
            case "Mapping", [_, item]:
                return f"{{{self._shape(folder, item)}}}"
            case "Union", _:
                return self._union(folder, parts)
        raise CommandError(f"the SDK's type {ast.unparse(annotation)} is not understood.")

    def _union(self, folder: str, parts: list[ast.expr]) -> str:
        """A class beside its dictionary is that class; a text beside a class is a document in JSON, either way."""
        names = [name for part in parts if (name := _quoted(part))]
        classes = [name for name in names if name.endswith("Args")]
        if len(names) == len(parts):
            return self._named(folder, (classes or names)[0])
        return "json" if classes else "string"

    def _named(self, folder: str, name: str) -> str:
        """A nested class by its name; what only outputs have is not looked into, an enumeration is a text."""
        if name.startswith("outputs.") or name in _NOT_LOOKED_INTO:
            return "any"
        if not name.endswith("Args"):
            return "string"
        short = name.removesuffix("Args")
        key = f"{folder}.{short}" if folder else short
        if key not in self._nested:
            self._nested[key] = {}
            declared = self._module(f"{folder}/_inputs.py" if folder else "_inputs.py").classes[name]
            self._nested[key] = self._fields(folder, declared, {})
        return key

    def _module_of(self, folder: str, token: str) -> "Module":
        for file in sorted((self._package / folder).glob("[!_]*.py")):
            if f"'{token}'" in file.read_text():
                return self._module(f"{folder}/{file.name}")
        raise CommandError(f"the SDK has no resource type {token}.")

    def _module(self, path: str) -> "Module":
        if path not in self._modules:
            self._modules[path] = Module(self._package / path)
        return self._modules[path]


class Module:
    """One file of the SDK."""

    def __init__(self, file: Path) -> None:
        self._tree = ast.parse(file.read_text())

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        return {node.name: node for node in self._tree.body if isinstance(node, ast.ClassDef)}

    def properties(self, resource: str) -> dict[str, ast.expr]:
        """The properties of a resource by their names on the wire, with their annotations."""
        declared = self.classes[resource]
        names = _wire_names(declared)
        return {
            names[node.name]: node.returns
            for node in declared.body
            if isinstance(node, ast.FunctionDef) and node.name in names and node.returns is not None
        }

    def secret_outputs(self, resource: str) -> list[str]:
        """What the SDK tells the engine to encrypt, whatever the plugin says."""
        for node in ast.walk(self.classes[resource]):
            if isinstance(node, ast.keyword) and node.arg == "additional_secret_outputs":
                found: list[str] = ast.literal_eval(node.value)
                return sorted(found)
        return []


def _wire_names(declared: ast.ClassDef) -> dict[str, str]:
    """Python's name of each property -> its name on the wire."""
    names = {}
    for node in declared.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            call = decorator.func if isinstance(decorator, ast.Call) else decorator
            if ast.unparse(call) == "pulumi.getter":
                given = decorator.keywords if isinstance(decorator, ast.Call) else []
                names[node.name] = ast.literal_eval(given[0].value) if given else node.name
    return names


def _constructor(declared: ast.ClassDef) -> ast.FunctionDef:
    return next(node for node in declared.body if isinstance(node, ast.FunctionDef) and node.name == "__init__")


def _is_optional(annotation: ast.expr) -> bool:
    """Whether `Optional` stands in `pulumi.Input[…]` or `pulumi.Output[…]`."""
    return ast.unparse(annotation).partition("[")[2].startswith("Optional[")


def _quoted(annotation: ast.expr) -> str:
    """The name of a class that is written as a text; empty for another annotation."""
    given = annotation.value if isinstance(annotation, ast.Constant) else ""
    return given if isinstance(given, str) else ""
