"""Changes of archives."""

from tests.program import stacks
from tests.program.effects.example import Example
from tests.program.effects.pods import ARCHIVERS

ARCHIVES = ("s3", "aws", "s3-compatible", "filestore", "in-cluster archive")


def of_archives() -> list[Example]:
    """Of archives."""
    return [
        *(
            Example(base, {f"archival/{path}": "other"}, ARCHIVERS)
            for base in ("s3", "s3-compatible")
            for path in ("region", *(f"credentials/{half}/{key}" for half in stacks.PAIR for key in ("secret", "key")))
        ),
        *(
            Example(base, {f"archival/{key}": "other"})
            for base, keys in {"s3": ("bucket", "prefix"), "s3-compatible": ("bucket", "prefix")}.items()
            for key in keys
        ),
        Example("filestore", {"archival/claim": "other"}, ARCHIVERS),
        Example("filestore", {"archival/prefix": "other"}),
        Example("filestore", {"archival": dict(stacks.AMAZON)}),
        *(Example(base, {"archival/reads": False}, ARCHIVERS) for base in ARCHIVES),
        *(Example(base, {"archival/paused": True}) for base in ARCHIVES),
        *(Example("in-cluster archive", {f"archival/{key}": "other"}) for key in ("bucket", "prefix")),
        Example("in-cluster archive", {"archival/storage": "3Gi"}),
        Example("in-cluster archive", {"archival/storageClass": "fast"}),
        Example("in-cluster archive", {"archival": {**stacks.COMPATIBLE, "bucket": "temporal-archive"}}, ARCHIVERS),
        Example("s3-compatible", {"archival/endpoint": "https://other.example.com"}, ARCHIVERS),
        Example("s3-compatible", {"archival/pathStyle": False}, ARCHIVERS),
        Example("s3-compatible", {"archival/ca/secret": "other"}, ARCHIVERS),
        Example("s3-compatible", {"archival/ca/key": "other"}, ARCHIVERS),
        Example("s3", {"archival": {**stacks.COMPATIBLE, "region": "eu-central-1"}}, ARCHIVERS),
        Example("s3-compatible", {"archival": {**stacks.AMAZON, "region": "us-east-1"}}, ARCHIVERS),
    ]
