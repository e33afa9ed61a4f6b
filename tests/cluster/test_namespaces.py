"""Temporal namespaces on a real server: brought to what the file says, and never deleted by it."""

import json
import re
from typing import Any

from tests.cluster.stack import Deployment

ORDERS = "retention: 48h\n      description: A second one\n"
CHANGED = """\
retention: 5d
      owner: orders@example.com
      description: Orders
    - name: late
      retention: 1h
      owner: Ada
"""


def described(platform: Deployment) -> dict[str, dict[str, Any]]:
    """Every namespace of the server but its own, by name."""
    listed = json.loads(platform.temporal("operator", "namespace", "list", "--output", "json"))
    found = {each["namespaceInfo"]["name"]: each for each in listed}
    return {name: each for name, each in found.items() if name != "temporal-system"}


def facts(namespace: dict[str, Any]) -> tuple[str, str, str, tuple[str, str]]:
    """Retention, owner, description, archival."""
    info, config = namespace["namespaceInfo"], namespace["config"]
    archival = (config["historyArchivalState"], config["visibilityArchivalState"])
    return config["workflowExecutionRetentionTtl"], info.get("ownerEmail", ""), info.get("description", ""), archival


def test_a_namespace_comes_changes_and_stays(platform: Deployment) -> None:
    """Retention, owner and description follow the file. One that leaves it is told of by `up` and by the job, stays as
    it is, and goes with the command that both of them name."""
    off = ("ARCHIVAL_STATE_DISABLED", "ARCHIVAL_STATE_DISABLED")
    text = platform.file.read_text()
    platform.file.write_text(text.replace(ORDERS, CHANGED))
    try:
        platform.up()
        found = described(platform)
        assert set(found) == {"default", "orders", "late"}
        assert facts(found["orders"]) == ("432000s", "orders@example.com", "Orders", off)
        assert facts(found["late"]) == ("3600s", "Ada", "", off)
    finally:
        platform.file.write_text(text)
    ran = platform.up()
    (command,) = re.findall(r"warning: temporal:namespaces: 'late' is deployed and .*: (temporal .*)\n", ran.err)
    found = described(platform)
    assert facts(found["orders"]) == ("172800s", "orders@example.com", "A second one", off)
    assert facts(found["late"])[0] == "3600s"
    said = platform.command("logs", SERVICE="jobs").out
    (line,) = [line for line in said.splitlines() if "is not in the stack file" in line]
    assert "] namespace late is not in the stack file: left alone, with its executions. " in line
    assert line.endswith(f" in make shell: {command.replace('late', repr('late'))}")

    deleted = platform.command("shell", COMMAND=f"{command} --yes")
    assert deleted.code == 0, deleted.err
    assert set(described(platform)) == {"default", "orders"}
