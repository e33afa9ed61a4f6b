"""What a stack makes on AWS, translated into what others check: a plan of Terraform, a template of CloudFormation,
requests of the API. The tools that read them run in tests/drills/test_aws_compliance.py."""
