"""Holds policies against parliament: a program for the environment that has it.

On standard input a list of policies as texts; on standard output, for each, the list of what parliament finds.
"""

import json
import sys
from typing import Any

import parliament


def main() -> int:
    """All policies at once: loading what parliament knows takes longer than any of them."""
    found = [_findings(text) for text in json.load(sys.stdin)]
    json.dump(found, sys.stdout, default=str)
    return 0


def _findings(text: str) -> list[dict[str, Any]]:
    policy = parliament.analyze_policy_string(text)
    enhanced = [parliament.enhance_finding(finding) for finding in policy.findings]
    return [{"issue": each.issue, "detail": each.detail} for each in enhanced if each.severity not in ("INFO", "MUTE")]


if __name__ == "__main__":
    sys.exit(main())
