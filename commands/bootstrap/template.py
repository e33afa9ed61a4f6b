"""The CloudFormation template: where the state is, who may deploy, what roles of the stack may do at most.

What it makes is called `deploy-temporal-<installation>…`: no name that a stack makes begins so, and so whoever deploys
may not touch it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml

from commands.bootstrap.deployed import Deployed
from commands.bootstrap.documents import LONGEST, document, documents, length
from commands.bootstrap.permissions import Statement, bounding, deploying, looking
from commands.errors import CommandError

_SESSION_SECONDS: Final = 4 * 3600
"""A domain of OpenSearch and a database take an hour and more when they are made or upgraded."""
_NONCURRENT_DAYS: Final = 90
_MULTIPART_DAYS: Final = 7
_DELETION_DAYS: Final = 30
_NO_WILDCARD: Final = "[^*?]"
_KEPT: Final = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
_PROVIDER: Final = "MakesProvider"
_PREVIEWS: Final = "HasPreviews"
_LOGGED: Final = "HasAccessLog"
_ADMINISTRATION: Final = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:Describe*",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:Get*",
    "kms:List*",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
_USE: Final = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey")


class Bootstrap:
    """What must be there before the stack is. `issuer` is the host, and path, of the OIDC provider, without https://."""

    def __init__(self, stack: Deployed, issuer: str) -> None:
        self._stack = stack
        self._issuer = issuer
        self._name = own_name(stack.installation)
        self._bucket = f"{self._name}-{stack.aws.account}"

    @property
    def backend(self) -> str:
        """What PULUMI_BACKEND_URL gets."""
        return f"s3://{self._bucket}?region={self._stack.aws.region}&awssdk=v2"

    @property
    def secrets_provider(self) -> str:
        """What `secretsprovider` of the stack file gets."""
        return f"awskms://alias/{self._name}?region={self._stack.aws.region}"

    @property
    def boundary(self) -> str:
        """ARN of the policy that bounds the stack's roles, unless the stack file names another."""
        return boundary_arn(self._stack)

    def template(self) -> dict[str, Any]:
        """The whole template. Raises CommandError where the tables lack something, or IAM would refuse the result."""
        return {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": f"What must be there before Temporal installation {self._stack.installation} is deployed",
            "Parameters": _parameters(),
            "Conditions": {
                _PROVIDER: {"Fn::Equals": [{"Ref": "OidcProviderArn"}, ""]},
                _PREVIEWS: {"Fn::Not": [{"Fn::Equals": [{"Ref": "PreviewSubject"}, ""]}]},
                _LOGGED: {"Fn::Not": [{"Fn::Equals": [{"Ref": "AccessLogBucket"}, ""]}]},
            },
            "Resources": {
                **self._state(),
                **self._provider(),
                **self._boundary(),
                **self._deployer(),
                **self._preview(),
            },
            "Outputs": self._outputs(),
        }

    def _state(self) -> dict[str, Any]:
        return {
            "StateKey": {
                "Type": "AWS::KMS::Key",
                **_KEPT,
                "Properties": {
                    "Description": f"State of Temporal installation {self._stack.installation}, and secrets in it",
                    "EnableKeyRotation": True,
                    "PendingWindowInDays": _DELETION_DAYS,
                    "KeyPolicy": document([self._key("Administration", _ADMINISTRATION), self._key("Use", _USE)]),
                    "Tags": self._tags(),
                },
            },
            "StateKeyAlias": {
                "Type": "AWS::KMS::Alias",
                **_KEPT,
                "Properties": {"AliasName": f"alias/{self._name}", "TargetKeyId": {"Ref": "StateKey"}},
            },
            "StateBucket": {"Type": "AWS::S3::Bucket", **_KEPT, "Properties": self._bucket_properties()},
            "StateBucketPolicy": {
                "Type": "AWS::S3::BucketPolicy",
                **_KEPT,
                "Properties": {
                    "Bucket": {"Ref": "StateBucket"},
                    "PolicyDocument": document(
                        [
                            self._denied("TlsOnly", {"Bool": {"aws:SecureTransport": "false"}}),
                            self._denied("Tls12", {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
                        ]
                    ),
                },
            },
        }

    def _bucket_properties(self) -> dict[str, Any]:
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Fn::GetAtt": ["StateKey", "Arn"]}}
        log = {"DestinationBucketName": {"Ref": "AccessLogBucket"}, "LogFilePrefix": f"{self._bucket}/"}
        return {
            "BucketName": self._bucket,
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {"ServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
                ]
            },
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": "tidy-up",
                        "Status": "Enabled",
                        "NoncurrentVersionExpiration": {"NoncurrentDays": _NONCURRENT_DAYS},
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": _MULTIPART_DAYS},
                    }
                ]
            },
            "LoggingConfiguration": {"Fn::If": [_LOGGED, log, {"Ref": "AWS::NoValue"}]},
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "Tags": self._tags(),
            "VersioningConfiguration": {"Status": "Enabled"},
        }

    def _provider(self) -> dict[str, Any]:
        return {
            "OidcProvider": {
                "Type": "AWS::IAM::OIDCProvider",
                "Condition": _PROVIDER,
                "Properties": {
                    "Url": f"https://{self._issuer}",
                    "ClientIdList": [{"Ref": "Audience"}],
                    "Tags": self._tags(),
                },
            }
        }

    def _boundary(self) -> dict[str, Any]:
        """Nothing where the stack file names a policy that is somebody else's."""
        if self._stack.aws.permissions_boundary != self.boundary:
            return {}
        statements = bounding(self._stack)
        if length(statements) > LONGEST:
            raise CommandError(
                f"the boundary of the stack's roles would have {length(statements)} characters, and IAM takes "
                f"{LONGEST}: name a policy of your own in temporal:aws.permissionsBoundary."
            )
        said = f"What roles of Temporal installation {self._stack.installation} may do at most"
        return {"Boundary": _policy(f"{self._name}-boundary", said, document(statements))}

    def _deployer(self) -> dict[str, Any]:
        said = f"Deploys Temporal installation {self._stack.installation}"
        found = [
            document(self._always(("s3:DeleteObject", "s3:GetObject", "s3:PutObject"))),
            *documents(deploying(self._stack)),
        ]
        return self._role("Deployer", self._name, said, found)

    def _preview(self) -> dict[str, Any]:
        said = f"Previews changes of Temporal installation {self._stack.installation}"
        found = [document(self._always(("s3:GetObject",))), *documents(looking(self._stack))]
        made = self._role("Preview", f"{self._name}-preview", said, found, subject="PreviewSubject")
        return {name: {"Type": each["Type"], "Condition": _PREVIEWS, **each} for name, each in made.items()}

    def _role(
        self, role: str, name: str, said: str, found: Sequence[Mapping[str, Any]], *, subject: str = "Subject"
    ) -> dict[str, Any]:
        policies = {
            f"{role}Policy{number}": _policy(f"{name}-{number}", said, each)
            for number, each in enumerate(found, start=1)
        }
        trusted = {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": name,
                "Description": said,
                "AssumeRolePolicyDocument": document([self._trust(subject)]),
                "ManagedPolicyArns": [{"Ref": policy} for policy in policies],
                "MaxSessionDuration": _SESSION_SECONDS,
                "Tags": self._tags(),
            },
        }
        return {**policies, role: trusted}

    def _trust(self, subject: str) -> Statement:
        """One audience and one subject, both exactly. Source: IAM User Guide, "Create a role for OpenID Connect
        federation"."""
        provider = {"Fn::If": [_PROVIDER, {"Ref": "OidcProvider"}, {"Ref": "OidcProviderArn"}]}
        return {
            "Effect": "Allow",
            "Principal": {"Federated": provider},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {
                    f"{self._issuer}:aud": {"Ref": "Audience"},
                    f"{self._issuer}:sub": {"Ref": subject},
                }
            },
        }

    def _always(self, objects: Sequence[str]) -> list[Statement]:
        """The state, its key, and the way to the cluster."""
        bucket = self._stack.arn("s3", self._bucket)
        key = {"Fn::GetAtt": ["StateKey", "Arn"]}
        # The engine makes itself a key for secrets wherever the stack file has none yet, at a preview too.
        use = ["kms:Decrypt", "kms:Encrypt", *(["kms:GenerateDataKey"] if "s3:PutObject" in objects else [])]
        cluster = self._stack.arn("eks", f"cluster/{self._stack.aws.cluster}")
        return [
            {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [bucket]},
            {"Effect": "Allow", "Action": list(objects), "Resource": [f"{bucket}/*"]},
            {"Effect": "Allow", "Action": use, "Resource": [key]},
            {"Effect": "Allow", "Action": ["eks:DescribeCluster"], "Resource": [cluster]},
        ]

    def _key(self, sid: str, actions: Sequence[str]) -> Statement:
        """The account's IAM policies decide who does it. "*" is this key: a key's policy names no other."""
        root = {"AWS": self._stack.arn("iam", "root")}
        return {"Sid": sid, "Effect": "Allow", "Principal": root, "Action": list(actions), "Resource": "*"}

    def _denied(self, sid: str, condition: Mapping[str, Any]) -> Statement:
        bucket = self._stack.arn("s3", self._bucket)
        return {
            "Sid": sid,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [bucket, f"{bucket}/*"],
            "Condition": dict(condition),
        }

    def _tags(self) -> list[dict[str, str]]:
        """The stack file's, and whose it is by a key that gives no right: temporal:installation would."""
        tags = {**self._stack.aws.tags, "temporal:deploys": self._stack.installation}
        return [{"Key": key, "Value": value} for key, value in tags.items()]

    def _outputs(self) -> dict[str, Any]:
        return {
            "BackendUrl": {"Description": "PULUMI_BACKEND_URL", "Value": self.backend},
            "SecretsProvider": {"Description": "secretsprovider of the stack file", "Value": self.secrets_provider},
            "DeployerRole": {"Description": "Who deploys", "Value": {"Fn::GetAtt": ["Deployer", "Arn"]}},
            "PreviewRole": {
                "Condition": _PREVIEWS,
                "Description": "Who previews",
                "Value": {"Fn::GetAtt": ["Preview", "Arn"]},
            },
        }


def own_name(installation: str) -> str:
    """The beginning of every name that the template gives."""
    return f"deploy-temporal-{installation}"


def boundary_arn(stack: Deployed) -> str:
    """ARN of the boundary that the template makes."""
    return stack.arn("iam", f"policy/{own_name(stack.installation)}-boundary")


def as_yaml(template: Mapping[str, Any]) -> str:
    """Without references inside the text, which CloudFormation refuses."""
    return str(yaml.dump(template, Dumper=_Dumper, sort_keys=False, width=120))


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _policy(name: str, said: str, found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"ManagedPolicyName": name, "Description": said, "PolicyDocument": dict(found)},
    }


def _parameters() -> dict[str, Any]:
    exactly = "one subject, without * and ?"
    return {
        "Subject": {
            "Type": "String",
            "Description": "Whose tokens deploy, such as repo:org/name:environment:production",
            "AllowedPattern": f"{_NO_WILDCARD}+",
            "ConstraintDescription": exactly,
        },
        "PreviewSubject": {
            "Type": "String",
            "Default": "",
            "Description": "Whose tokens preview, such as repo:org/name:pull_request; nobody's when empty",
            "AllowedPattern": f"{_NO_WILDCARD}*",
            "ConstraintDescription": exactly,
        },
        "Audience": {
            "Type": "String",
            "Default": "sts.amazonaws.com",
            "Description": "Whom the tokens are for",
            "AllowedPattern": f"{_NO_WILDCARD}+",
        },
        "OidcProviderArn": {
            "Type": "String",
            "Default": "",
            "Description": "The IAM OIDC provider of the issuer where the account has one; made when empty",
            "AllowedPattern": "(arn:aws(-cn|-us-gov)?:iam::[0-9]{12}:oidc-provider/.+)?",
        },
        "AccessLogBucket": {
            "Type": "String",
            "Default": "",
            "Description": "A bucket that logs of requests for the state go to; none are kept when empty",
            "AllowedPattern": "([a-z0-9][-.a-z0-9]{1,61}[a-z0-9])?",
        },
    }
