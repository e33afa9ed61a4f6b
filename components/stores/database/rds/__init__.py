"""PostgreSQL in Amazon RDS. Only stacks that have one load pulumi_aws."""
