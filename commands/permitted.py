"""What `make up` looks up and somebody may not be allowed to see: that is said, and stops nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from kubernetes import client

from embedded.progress import Progress


@contextmanager
def if_permitted(progress: Progress, forbidden: str, then: str) -> Iterator[None]:
    """Where the API server answers 403, says `forbidden`, what it answered, and `then`, and leaves the block."""
    try:
        yield
    except client.ApiException as error:
        if error.status != HTTPStatus.FORBIDDEN:
            raise
        progress.say(f"{forbidden} ({error.status} {error.reason}): {then}")
