"""Which stack a person means, what its file says about where it goes, and the copy the engine may rewrite.

The engine rewrites stack files (a salt, quotes around numbers), so it only ever sees a copy beside the stack's state,
together with a copy of Pulumi.yaml whose `main` is the folder of the program. Committed files are never touched.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

import settings
import versions
from commands.environment import variable
from commands.errors import CommandError
from embedded.node.config import NodeConfig

EMBEDDED = "embedded"
DEFAULT = "local"
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_SALT = "encryptionsalt"
_PROVIDER = "secretsprovider"
_KEY = "encryptedkey"
_PASSPHRASES = (None, "", "default", "passphrase")
_BACKEND = "PULUMI_BACKEND_URL"
_BACKENDS = ("s3://", "gs://", "azblob://", "file://")


@dataclass(frozen=True)
class Checkout:
    """A folder with the program; what the commands keep lies in its ignored `.state`."""

    root: Path

    @property
    def state(self) -> Path:
        return self.root / ".state"

    def stack_names(self) -> list[str]:
        return sorted(file.name.split(".", 1)[1].removesuffix(".yaml") for file in self.root.glob("Pulumi.*.yaml"))


HERE = Checkout(Path(__file__).resolve().parent.parent)


@dataclass(frozen=True)
class Stack:
    """One stack: `source` is the file a person wrote, `folder` holds the engine's copy, the state and the logs.

    `node` is the embedded node it lives on, None on another cluster. `overrides` replace keys of temporal:kubernetes.
    `installation` is temporal:name, `server` the version of Temporal's server; `makes_namespace`: its Kubernetes
    namespace is the stack's own. `ciphertext`: the file holds some; `secrets_provider` is the URL of the key that
    encrypts it and the state, None for a passphrase; `own_secrets`: passphrase or key are the person's, not this
    checkout's. `shared` is the URL of the backend that the person keeps the state in; None for a folder of this
    checkout.
    """

    name: str
    source: Path
    folder: Path
    context: str | None
    node: NodeConfig | None
    overrides: Mapping[str, str]
    installation: str
    server: str
    makes_namespace: bool
    names_aws: bool
    manages_namespaces: bool
    makes_api_keys: bool
    protected: bool
    ciphertext: bool
    secrets_provider: str | None
    own_secrets: bool
    shared: str | None = None

    @property
    def copy(self) -> Path:
        return self.folder / f"Pulumi.{self.name}.yaml"

    @property
    def passphrase(self) -> Path:
        return self.folder / "passphrase"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"


def resolve(checkout: Checkout = HERE) -> Stack:
    """The stack that STACK (default `local`) and CONTEXT name; touches nothing.

    Raises:
        CommandError: there is no such stack or file, or the file is not a mapping in YAML.
    """
    named = variable("STACK") or DEFAULT
    override = variable("CONTEXT")
    source = _source(named, checkout)
    name = source.name.removesuffix(".yaml").removeprefix("Pulumi.")
    if not _NAME.fullmatch(name):
        raise CommandError(f"{source}: the stack's name would be {name!r}; use letters, digits, dash, dot, underscore.")
    folder = checkout.state / name
    if source.parent != checkout.root:
        folder = checkout.state / f"{name}-{hashlib.sha256(str(source).encode()).hexdigest()[:8]}"
    stack = read(name, source, folder, override)
    return stack if stack.node else replace(stack, shared=_shared(), own_secrets=stack.own_secrets or bool(_shared()))


def simulated(stack: Stack, folder: Path) -> Stack:
    """The stack as a simulation keeps it: in `folder` alone, and without the person's passphrase or key, unless they
    are needed to read the file."""
    kept = stack.secrets_provider if stack.ciphertext else None
    return replace(stack, folder=folder, shared=None, own_secrets=stack.ciphertext, secrets_provider=kept)


def read(name: str, source: Path, folder: Path, override: str | None = None) -> Stack:
    """The facts of one stack file. Another CONTEXT than the file's own, or another node, gets a folder of its own."""
    document = _stack_file(source)
    config, provider = document["config"], document.get(_PROVIDER)
    kubernetes = config.get("temporal:kubernetes")
    own = kubernetes.get("context") if isinstance(kubernetes, dict) else None
    context = override or own
    node = NodeConfig.from_environment() if context == EMBEDDED else None
    overrides = {}
    if override and override != own:
        overrides["context"] = override
        folder = folder.with_name(f"{folder.name}@{re.sub(r'[^A-Za-z0-9_.-]', '-', override)}")
    if node and node.name != NodeConfig.name:
        folder = folder.with_name(f"{folder.name}@@{node.name}")
    if node and node.network != NodeConfig.network:
        overrides["nodeAddress"] = str(node.addresses.node)
    return Stack(
        name=name,
        source=source,
        folder=folder,
        context=context,
        node=node,
        overrides=overrides,
        installation=str(config.get("temporal:name") or name),
        server=_server(config.get("temporal:backend")),
        makes_namespace=not isinstance(kubernetes, dict) or kubernetes.get("createNamespace") is not False,
        names_aws=any(str(key).startswith("aws:") or key == "temporal:aws" for key in config),
        manages_namespaces=_manages_namespaces(config.get("temporal:namespaces")),
        makes_api_keys=_makes_api_keys(config.get("temporal:backend")),
        protected=config.get("temporal:protection") in (True, "true"),
        ciphertext=_has_ciphertext(config),
        secrets_provider=None if provider in _PASSPHRASES else str(provider),
        own_secrets=_PROVIDER in document or _has_ciphertext(config),
    )


def _manages_namespaces(said: Any) -> bool:
    return isinstance(said, list) and any(isinstance(each, dict) and each.get("managed") for each in said)


def _makes_api_keys(backend: Any) -> bool:
    found = backend
    for key in ("authentication", "keys", "kind"):
        found = found.get(key) if isinstance(found, dict) else None
    return isinstance(found, str) and found == "generated"


def check(stack: Stack) -> settings.Settings:
    """Holds the file against what a stack may say, before anything is built or asked for it; gives what it says.

    Raises:
        CommandError: every problem of the file, with its path, what was found, what is allowed.
    """
    try:
        return settings.load_text(stack.source.name, stack.source.read_text())
    except settings.SettingsError as error:
        raise CommandError(str(error)) from None


def on_node(node: NodeConfig, checkout: Checkout = HERE) -> list[Stack]:
    """The stacks that this checkout brought to an embedded node; for these `source` is the engine's copy."""
    found = []
    for copy in sorted(checkout.state.glob("*/Pulumi.*.yaml")):
        stack = read(copy.name.removeprefix("Pulumi.").removesuffix(".yaml"), copy, copy.parent)
        if stack.context == EMBEDDED and (copy.parent.name.partition("@@")[2] or NodeConfig.name) == node.name:
            found.append(
                replace(stack, folder=copy.parent, node=node, own_secrets=not (copy.parent / "passphrase").exists())
            )
    return found


def write_copy(stack: Stack, program: Path) -> None:
    """Renews the engine's copies of the stack file and of the project, and makes the passphrase where there is none.

    Kept from the last copy: the salt of the passphrase, or the key that `secretsprovider` encrypted, which the engine
    wrote there.
    """
    stack.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = stack.source.read_text()
    if stack.overrides:
        text = with_kubernetes(text, stack.overrides)
    last = _document(stack.copy) if stack.copy.exists() else {}
    if not stack.own_secrets:
        # A salt without ciphertext is what running the engine by hand leaves; ours belongs to our passphrase.
        text = re.sub(rf"^({_SALT}|{_KEY}|{_PROVIDER}):.*\n?", "", text, flags=re.MULTILINE)
        text = _with(text, _SALT, last.get(_SALT))
    elif stack.secrets_provider == last.get(_PROVIDER) and _KEY not in _document(stack.source):
        text = _with(text, _KEY, last.get(_KEY))
    stack.copy.write_text(text)
    write_project(stack, program)
    if not stack.own_secrets and not stack.passphrase.exists():
        stack.passphrase.touch(mode=0o600)
        stack.passphrase.write_text(secrets.token_urlsafe(32))


def write_project(stack: Stack, program: Path) -> None:
    """Renews the engine's copy of Pulumi.yaml, which names the folder of the program."""
    project = _document(program / "Pulumi.yaml")
    # The engine takes the Python of the PATH, which is this checkout's environment, whatever revision is run.
    (stack.folder / "Pulumi.yaml").write_text(
        yaml.safe_dump({**project, "main": str(program), "runtime": "python"}, sort_keys=False)
    )


def with_kubernetes(text: str, overrides: Mapping[str, str]) -> str:
    """The stack file with these keys in `temporal:kubernetes`; every other scalar keeps its spelling."""
    root = yaml.compose(text)
    if not isinstance(root, yaml.MappingNode):
        return yaml.safe_dump({"config": {"temporal:kubernetes": dict(overrides)}})
    settings = _mapping(_mapping(root, "config"), "temporal:kubernetes")
    others = [(key, value) for key, value in settings.value if key.value not in overrides]
    settings.value = [*((_scalar(key), _scalar(value)) for key, value in overrides.items()), *others]
    return str(yaml.serialize(root))


def _with(text: str, key: str, value: Any) -> str:
    return f"{text.rstrip()}\n{key}: {value}\n" if value else text


def _shared() -> str | None:
    url = variable(_BACKEND)
    if url and not url.startswith(_BACKENDS):
        raise CommandError(f"{_BACKEND}={url}: known are buckets and folders, {', '.join(_BACKENDS)}…")
    return url


def _server(backend: Any) -> str:
    said = backend.get("version") if isinstance(backend, dict) else None
    return str(said or versions.TEMPORAL_SERVER)


def _source(named: str, checkout: Checkout) -> Path:
    if "/" in named or named.endswith((".yaml", ".yml")):
        path = Path(named).expanduser().resolve()
        if not path.is_file():
            raise CommandError(f"STACK={named}: there is no such file.")
        return path
    path = checkout.root / f"Pulumi.{named}.yaml"
    if not path.is_file():
        raise CommandError(
            f"there is no stack {named!r}. Stacks here: {', '.join(checkout.stack_names()) or 'none'}. "
            "STACK may also be the path of a stack file."
        )
    return path


def _stack_file(file: Path) -> dict[str, Any]:
    try:
        return settings.read(file.name, file.read_text())
    except settings.SettingsError as error:
        raise CommandError(str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error


def _document(file: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(file.read_text())
    except yaml.YAMLError as error:
        raise CommandError(f"{file} is not YAML: {' '.join(str(error).split())}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise CommandError(f"{file}: a mapping with the key `config` is expected at the top.")
    return document


def _has_ciphertext(value: Any) -> bool:
    if isinstance(value, dict):
        return "secure" in value or any(_has_ciphertext(child) for child in value.values())
    return isinstance(value, list) and any(_has_ciphertext(child) for child in value)


def _mapping(parent: yaml.MappingNode, name: str) -> yaml.MappingNode:
    for key, value in parent.value:
        if key.value == name and isinstance(value, yaml.MappingNode):
            return value
    child = yaml.MappingNode(tag="tag:yaml.org,2002:map", value=[], flow_style=False)
    parent.value = [*(pair for pair in parent.value if pair[0].value != name), (_scalar(name), child)]
    return child


def _scalar(text: str) -> yaml.ScalarNode:
    return yaml.ScalarNode(tag="tag:yaml.org,2002:str", value=text)
