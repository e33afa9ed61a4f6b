"""The simulated aws plugin under the real engine: no credentials, no official plugin, nothing contacted.

Single behaviours are in the modules beside this one. That AWS would make or refuse any of this is not shown.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.standins.aws_calls import BUCKET, DOMAIN, INSTANCE, KEY
from tests.standins.engine import SIMULATED, Document, Engine

pytestmark = pytest.mark.engine

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
CONFIG: dict[str, Any] = {
    "region": "eu-central-1",
    "allowedAccountIds": ["210987654321"],
    "defaultTags": {"tags": {"app": "temporal"}},
    "skipCredentialsValidation": True,
}


def document() -> Document:
    database = {
        "identifier": "temporal",
        "instanceClass": "db.r6g.large",
        "engine": "postgres",
        "allocatedStorage": 100,
        "deletionProtection": True,
        "kmsKeyId": "${key.arn}",
        "manageMasterUserPassword": True,
        "passwordWo": "first-canary",
        "tags": {"team": "workflows"},
    }
    resources = {
        "key": {"type": KEY, "inputs": {"description": "of the database"}, "outputs": ["arn"]},
        "db": {"type": INSTANCE, "inputs": database, "outputs": ["address", "masterUserSecrets"]},
        "bucket": {"type": BUCKET, "inputs": {"forceDestroy": False}},
        "search": {"type": DOMAIN, "inputs": {"domainName": "visibility", "vpcOptions": {"subnetIds": ["subnet-1"]}}},
        "cpu": {"type": ALARM, "inputs": {"namespace": "AWS/RDS", "dimensions": {"host": "${db.address}"}}},
        "secret": {
            "type": VERSION,
            "inputs": {"secretId": "${db.masterUserSecrets[0].secretArn}", "secretString": "second-canary"},
        },
    }
    return {"providers": {"aws": dict(CONFIG)}, "resources": resources}


def test_the_life_of_a_stack(tmp_path: Path) -> None:
    """Preview, apply, a preview without a change, changes that are told as what they are, an end. No secret is in the
    state in the clear."""
    engine, said = Engine(tmp_path / "stack", SIMULATED), document()
    made = dict.fromkeys(said["resources"], "create")
    for run in (engine.preview(said), engine.up(said)):
        assert run.code == 0, run.errors
        assert run.operations == made
    again = engine.preview(said)
    assert (again.code, again.operations, again.changes) == (0, dict.fromkeys(made, "same"), {})
    assert [canary for canary in ("first-canary", "second-canary") if canary in engine.state_text()] == []
    host = engine.state()["db"]["outputs"]["address"]

    said["resources"]["db"]["inputs"] |= {"deletionProtection": False, "allocatedStorage": 50}
    said["resources"]["search"]["inputs"]["domainName"] = "search"
    said["resources"]["key"]["inputs"]["tags"] = {"a": "b"}
    changed = engine.preview(said)
    assert changed.operations == {
        "key": "update",
        "db": "update",
        "bucket": "same",
        "search": "replace",
        "cpu": "same",
        "secret": "same",
    }
    assert changed.changes == {
        "key": {"tags": "add", "tagsAll.a": "add"},
        "db": {"deletionProtection": "update", "allocatedStorage": "update"},
        "search": {"domainName": "update-replace"},
    }
    assert changed.reasons == {"search": ["domainName"]}
    assert engine.up(said).code == 0

    said["resources"]["db"]["inputs"]["engine"] = "mysql"
    assert engine.preview(said).operations["cpu"] == "update"
    replaced = engine.up(said)
    assert (replaced.code, replaced.reasons["db"]) == (0, ["engine"])
    assert replaced.operations["secret"] == "replace"
    assert engine.state()["db"]["outputs"]["address"] != host
    assert set(engine.destroy(said).operations.values()) == {"delete"}
    assert engine.state() == {}


def test_what_is_wrong_is_told_at_preview(tmp_path: Path) -> None:
    engine, said = Engine(tmp_path / "stack", SIMULATED), document()
    said["resources"]["db"]["inputs"]["deletionProtecton"] = True
    refused = engine.preview(said)
    assert refused.code != 0
    assert "is not an input of this stand-in, did you mean deletionProtection?" in refused.errors
    said = document()
    said["providers"]["aws"]["regoin"] = said["providers"]["aws"].pop("region")
    refused = engine.preview(said)
    assert refused.code != 0
    assert "property regoin" in refused.errors
    assert "did you mean region?" in refused.errors
    assert "is missing: set aws:region" in refused.errors
