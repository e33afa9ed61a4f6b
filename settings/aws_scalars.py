"""Scalars of Amazon Web Services, each with its pattern, examples and the words for what is allowed.

Source: AWS General Reference (ARNs, regions), EC2, EKS and S3 user guides (identifiers, tags).
"""

from typing import Annotated, Final, NamedTuple

from settings.checks import OneOfWhole, Text

_REGION: Final = r"(cn|us-gov|[a-z]{2})-(?!iso|gov)[a-z]+-[1-9][0-9]?"
_PARTITION: Final = "aws(-cn|-us-gov)?"
_HEX: Final = "([0-9a-f]{8}|[0-9a-f]{17})"
_KEY_ID: Final = "(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_ISSUER: Final = rf"oidc(\.eks\.{_REGION}\.amazonaws\.com(\.cn)?|-eks\.{_REGION}\.api\.aws)/id/[0-9A-F]{{32}}"

AwsRegion = Annotated[
    str,
    Text(_REGION, "the name of a region of AWS, China or GovCloud (US)", ("eu-central-1",)),
]
Zone = Annotated[
    str,
    Text(rf"{_REGION}[a-z]", "the name of an availability zone: a region, then a letter", ("eu-central-1a",)),
]
AccountId = Annotated[
    str,
    Text(r"[0-9]{12}", "the 12 digits of an AWS account", ("123456789012",)),
]
VpcId = Annotated[
    str,
    Text(rf"vpc-{_HEX}", "the id of a VPC: vpc- and 8 or 17 hex digits", ("vpc-0123456789abcdef0",)),
]
SubnetId = Annotated[
    str,
    Text(rf"subnet-{_HEX}", "the id of a subnet: subnet- and 8 or 17 hex digits", ("subnet-0123456789abcdef0",)),
]
SecurityGroupId = Annotated[
    str,
    Text(rf"sg-{_HEX}", "the id of a security group: sg- and 8 or 17 hex digits", ("sg-0123456789abcdef0",)),
]
RoleName = Annotated[
    str,
    Text(
        r"[-+=,.@_A-Za-z0-9]{1,64}",
        "the name of a role of IAM: 1 to 64 of letters, digits and + = , . @ _ -",
        ("export",),
    ),
]
EndpointService = Annotated[
    str,
    Text(
        rf"com\.amazonaws\.vpce\.{_REGION}\.vpce-svc-{_HEX}",
        "the name of an endpoint service: com.amazonaws.vpce.REGION.vpce-svc-ID",
        ("com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0",),
    ),
]
ClusterName = Annotated[
    str,
    Text(
        r"[A-Za-z0-9][-_A-Za-z0-9]{0,99}",
        "the name of an EKS cluster: 1 to 100 of letters, digits, '-' and '_', beginning with a letter or digit",
        ("production",),
    ),
]
KeyArn = Annotated[
    str,
    Text(
        rf"arn:{_PARTITION}:kms:{_REGION}:[0-9]{{12}}:key/{_KEY_ID}",
        "the ARN of a KMS key, not of an alias: arn:aws:kms:REGION:ACCOUNT:key/ID",
        ("arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",),
    ),
]
BucketArn = Annotated[
    str,
    Text(
        rf"arn:{_PARTITION}:s3:::(?!.*\.\.)[a-z0-9][-.a-z0-9]{{1,61}}[a-z0-9]",
        "the ARN of a bucket: arn:aws:s3:::NAME",
        ("arn:aws:s3:::temporal-archive-copy",),
    ),
]
NewBucketName = Annotated[
    str,
    Text(
        r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*(-s3alias|--ol-s3|--x-s3|--table-s3|-an)$)[a-z0-9][-a-z0-9]{1,56}[a-z0-9]",
        "the name of a new bucket: 3 to 58 of a-z, 0-9 and '-', beginning and ending with a letter or digit, without "
        "what S3 keeps for itself (at the beginning xn--, sthree-, amzn-s3-demo-; at the end -s3alias, --ol-s3, "
        "--x-s3, --table-s3, -an)",
        ("temporal-archive-legal-ai",),
    ),
]
"""58, for the bucket of its access logs is called NAME-logs. No '.', for the certificate of S3 does not cover it."""
VolumeSize = Annotated[
    str,
    Text(r"[1-9][0-9]{0,4}Gi|[1-9][0-9]?Ti", "text of a whole number with Gi or Ti, such as 50Gi", ("50Gi",)),
]
LogDays = Annotated[
    int,
    OneOfWhole(
        (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
    ),
]
"""What CloudWatch Logs knows (API reference, PutRetentionPolicy)."""
DomainArn = Annotated[
    str,
    Text(
        rf"arn:{_PARTITION}:es:{_REGION}:[0-9]{{12}}:domain/[a-z][-a-z0-9]{{2,27}}",
        "the ARN of a domain of Amazon OpenSearch Service: arn:aws:es:REGION:ACCOUNT:domain/NAME",
        ("arn:aws:es:eu-central-1:123456789012:domain/search",),
    ),
]
TimeOfDay = Annotated[str, Text("([01][0-9]|2[0-3]):[0-5][0-9]", "text of a time of day, such as '22:00'", ("22:00",))]
TopicArn = Annotated[
    str,
    Text(
        rf"arn:{_PARTITION}:sns:{_REGION}:[0-9]{{12}}:[-_A-Za-z0-9]{{1,256}}",
        "the ARN of an SNS topic that is no FIFO: arn:aws:sns:REGION:ACCOUNT:NAME",
        ("arn:aws:sns:eu-central-1:123456789012:on-call",),
    ),
]
VaultArn = Annotated[
    str,
    Text(
        rf"arn:{_PARTITION}:backup:{_REGION}:[0-9]{{12}}:backup-vault:[-_A-Za-z0-9]{{2,50}}",
        "the ARN of a backup vault: arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME",
        ("arn:aws:backup:eu-west-1:123456789012:backup-vault:copies",),
    ),
]
OidcProviderArn = Annotated[
    str,
    Text(
        rf"arn:{_PARTITION}:iam::[0-9]{{12}}:oidc-provider/{_ISSUER}",
        "the ARN of the IAM OIDC provider of an EKS cluster: "
        "arn:aws:iam::ACCOUNT:oidc-provider/oidc.eks.REGION.amazonaws.com/id/ID",
        (
            (
                "arn:aws:iam::123456789012:oidc-provider/"
                "oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
            ),
        ),
    ),
]
PolicyArn = Annotated[
    str,
    Text(
        rf"arn:{_PARTITION}:iam::[0-9]{{12}}:policy/([!-~]+/)?[-+=,.@_A-Za-z0-9]{{1,128}}",
        "the ARN of a policy of the account: arn:aws:iam::ACCOUNT:policy/NAME",
        ("arn:aws:iam::123456789012:policy/deploy-temporal-orders-boundary",),
    ),
]
TagKey = Annotated[
    str,
    Text(
        r"(?!aws:|temporal:)[-+=._:/@ A-Za-z0-9]{1,128}",
        "the key of a tag: 1 to 128 of letters, digits, spaces and + - = . _ : / @, beginning with neither aws: nor "
        "temporal:, which is this program's own",
        ("cost-center",),
    ),
]
TagValue = Annotated[
    str,
    Text(
        r"[-+=._:/@ A-Za-z0-9]{0,256}",
        "text of at most 256 letters, digits, spaces and + - = . _ / @ or colons",
        ("4711",),
    ),
]


class Arn(NamedTuple):
    """The parts of an ARN; empty where a service has none."""

    partition: str
    service: str
    region: str
    account: str
    resource: str


def arn(text: str) -> Arn:
    """The parts of a checked ARN: `arn("arn:aws:s3:::archive").resource == "archive"`."""
    return Arn(*text.split(":", 5)[1:])
