"""The one AWS provider of a stack."""

import pulumi_aws as aws

from settings.aws import Aws


def aws_provider(settings: Aws) -> aws.Provider:
    """Credentials come from the environment, as the AWS CLI finds them. Those of another account than the stack file's
    are refused before anything is made, and so is a region that the provider does not know."""
    return aws.Provider(
        "aws",
        region=settings.region,
        allowed_account_ids=[settings.account],
        skip_credentials_validation=False,
        skip_region_validation=False,
    )
