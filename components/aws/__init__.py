"""What a stack has in its AWS account. Only stacks with `temporal:aws` load pulumi_aws: what imports it is itself
imported inside functions."""
