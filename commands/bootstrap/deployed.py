"""What a stack has on AWS, as permissions are written from it: its place, its resources, the names of its things."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import product
from typing import Any, Final

from commands import manifests
from settings.aws import Aws, ExistingKey

KEY: Final = "aws:kms/key:Key"
WORKSPACE: Final = "aws:amp/workspace:Workspace"
_ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
_ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_WORD: Final = re.compile(r"\{([A-Za-z0-9.]+)\}")
_SERVICES: Final = {
    "aps": "aws:amp/",
    "backup": "aws:backup/",
    "es": "aws:opensearch/",
    "rds": "aws:rds/",
    "s3": "aws:s3/",
    "secretsmanager": "aws:secretsmanager/",
    "sns": "aws:sns/",
}
"""What encrypts with the key of an installation, and how its types begin."""
_OF_AWS: Final = ":iam::aws:policy/"


@dataclass(frozen=True)
class Deployed:
    """One installation. `resources` are its AWS resources: type, name, properties; `made` are ARNs of keys and
    workspaces that the stack makes, which nobody knows before it has, each with the ARN of all of its kind."""

    installation: str
    aws: Aws
    resources: Sequence[Mapping[str, Any]]
    made: Mapping[str, str] = field(default_factory=dict)

    @property
    def types(self) -> list[str]:
        """Types of its resources, each once."""
        return sorted({resource["type"] for resource in self.resources})

    @property
    def any_key(self) -> str:
        """Every key of account and region."""
        return self.arn("kms", "key/*")

    def arn(self, service: str, resource: str) -> str:
        """An ARN of this account."""
        region = "" if service in ("iam", "s3") else self.aws.region
        account = "" if service == "s3" else self.aws.account
        return f"arn:{self.aws.partition}:{service}:{region}:{account}:{resource}"

    def written(self, pattern: str, types: Iterable[str] | None = None) -> list[str]:
        """The pattern once for each value of its words; none where an input is nowhere. `types` are those whose inputs
        it may name, all of them when left out. Words: head of data/permissions.toml."""
        words = dict.fromkeys(_WORD.findall(pattern))
        values = [self._values(word, types) for word in words]
        return [_filled(pattern, dict(zip(words, each, strict=True))) for each in product(*values)]

    def arns(self, patterns: Iterable[str], types: Iterable[str] | None = None) -> list[str]:
        """Every ARN of the patterns, without those that another one holds."""
        found = dict.fromkeys(arn for pattern in patterns for arn in self.written(pattern, types))
        return [arn for arn in found if not any(arn != other and fnmatchcase(arn, other) for other in found)]

    def role_policies(self) -> Iterator[Mapping[str, Any]]:
        """Statements that the stack writes into its roles."""
        for resource in self._of([_ROLE_POLICY]):
            document = json.loads(resource["properties"]["policy"])
            yield from self._without_made(document["Statement"])

    def attached(self) -> list[str]:
        """Names of AWS' own policies that it attaches to its roles."""
        arns = {resource["properties"]["policyArn"] for resource in self._of([_ATTACHMENT])}
        return sorted(arn.partition(_OF_AWS)[2] for arn in arns if _OF_AWS in arn)

    def _of(self, types: Iterable[str] | None) -> list[Mapping[str, Any]]:
        wanted = None if types is None else set(types)
        return [resource for resource in self.resources if wanted is None or resource["type"] in wanted]

    def _values(self, word: str, types: Iterable[str] | None) -> list[str]:
        aws, own = self.aws, f"temporal-{self.installation}"
        known = {
            "partition": [aws.partition],
            "region": [aws.region],
            "account": [aws.account],
            "cluster": [aws.cluster],
            "vpc": [aws.vpc],
            "installation": [self.installation],
            "own": [own, f"{own}-*"],
            "key": [aws.encryption.key if isinstance(aws.encryption, ExistingKey) else self.any_key],
            "services": [f"{service}.{aws.region}.{aws.dns_suffix}" for service in self._services()],
            "boundary": [aws.permissions_boundary or ""],
        }
        if word in known:
            return known[word]
        found = (_input(resource["properties"], word.split(".")) for resource in self._of(types))
        every = (each for value in found for each in (value if isinstance(value, list) else [value]))
        return sorted({value for value in every if isinstance(value, str)})

    def _services(self) -> list[str]:
        return [name for name, begins in _SERVICES.items() if any(type_.startswith(begins) for type_ in self.types)]

    def _without_made(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._without_made(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._without_made(each) for each in value]
        return self.made.get(value, value) if isinstance(value, str) else value


def deployed(installation: str, aws: Aws, state: Iterable[Mapping[str, Any]]) -> Deployed:
    """From the resources of `pulumi stack export`."""
    found = [*state]
    arn = Deployed(installation, aws, ()).arn
    every = {KEY: arn("kms", "key/*"), WORKSPACE: arn("aps", "workspace/*")}
    made = {
        each["outputs"]["arn"]: every[each["type"]]
        for each in found
        if each["type"] in every and "arn" in each.get("outputs", {})
    }
    return Deployed(installation, aws, manifests.aws_resources(found), made)


def _filled(pattern: str, values: Mapping[str, str]) -> str:
    """A name that is an ARN by itself, of another account perhaps, stands for the whole pattern."""
    whole = next(
        (value for word, value in values.items() if value.startswith("arn:") and pattern != f"{{{word}}}"), None
    )
    return whole or _WORD.sub(lambda word: values[word[1]], pattern)


def _input(properties: Any, path: Sequence[str]) -> Any:
    for key in path:
        properties = properties.get(key) if isinstance(properties, Mapping) else None
    return properties
