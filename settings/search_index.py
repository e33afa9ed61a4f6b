"""Names of indexes, whoever runs the store."""

from typing import Annotated, Final

from settings.checks import Text

INDEX_PREFIX: Final = "temporal_visibility_v1"
"""What the index template is for (schema/elasticsearch/visibility/versioned/v14/index_template_v7.json). An index with
another name gets other types, and everything written to it is lost to search without a word."""
INDEX_PATTERN: Final = rf"{INDEX_PREFIX}[-_.a-z0-9]{{0,150}}"
"""Names with that beginning."""

IndexName = Annotated[
    str,
    Text(
        INDEX_PATTERN,
        f"the name of an index: {INDEX_PREFIX}, then at most 150 of a-z, 0-9, '-', '_' and '.'. An index without that "
        "beginning gets none of the server's types, and nothing in it is found",
        (f"{INDEX_PREFIX}_production",),
    ),
]
