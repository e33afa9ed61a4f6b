"""Names that others build on."""

from typing import Final

SCHEMA_JOB: Final = "schema-search"
"""Workload of the schema job, where it is somebody on AWS."""
ACCESS_JOB: Final = "search-access"
"""Workload of the job that tells a domain who may do what: the domain's master user."""
