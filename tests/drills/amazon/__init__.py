"""What the drill `on-aws` has instead of Amazon: a PostgreSQL, an S3 server, a search domain, EKS Pod Identity,
External Secrets.

All of them answer under the names that the stack got from its simulated resources.
"""
