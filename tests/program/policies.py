"""Policy documents in the words of the tests."""

import json
from typing import Any

from tests.program.recording import Recording


def statements(found: Recording, type_: str, name: str, key: str = "policy") -> dict[str, dict[str, Any]]:
    """The statements of a resource's document by their names, without them."""
    document = json.loads(found.of(type_)[name].inputs[key])
    assert document.keys() == {"Version", "Statement"}
    assert document["Version"] == "2012-10-17"
    by_name = {statement.pop("Sid"): statement for statement in document["Statement"]}
    assert len(by_name) == len(document["Statement"])
    return by_name
