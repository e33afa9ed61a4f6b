"""A change for every key of a stack file."""

from tests.program.effects.example import Example
from tests.program.effects.of_archives import of_archives
from tests.program.effects.of_aws import of_aws, of_care
from tests.program.effects.of_certificates import of_certificates
from tests.program.effects.of_cloud import of_the_cloud
from tests.program.effects.of_databases import (
    of_application_databases,
    of_every_database,
    of_operated_databases,
    of_rds,
)
from tests.program.effects.of_monitoring import of_monitoring, of_traces
from tests.program.effects.of_search import of_domains, of_search_stores, of_visibility
from tests.program.effects.of_server import of_the_server
from tests.program.effects.of_ways_in import of_access, of_ways_in
from tests.program.effects.of_words import of_words
from tests.program.effects.of_workloads import of_applications, of_workloads

EXAMPLES: list[Example] = [
    *of_words(),
    *of_traces(),
    *of_monitoring(),
    *of_the_cloud(),
    *of_workloads(),
    *of_domains(),
    *of_care(),
    *of_aws(),
    *of_rds(),
    *of_application_databases(),
    *of_operated_databases(),
    *of_visibility(),
    *of_search_stores(),
    *of_ways_in(),
    *of_the_server(),
    *of_every_database(),
    *of_certificates(),
    *of_access(),
    *of_archives(),
    *of_applications(),
]
