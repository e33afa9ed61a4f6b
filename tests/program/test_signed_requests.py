"""Proves that jobs sign requests as Amazon's own library does, run by sh with the time made up.

`signatures.json` holds what botocore 1.44.5 (SigV4Auth, for S3 S3SigV4Auth) signs of the same requests at the same
second; its releases and those of the `kubernetes` client cannot be installed together. That a service takes a request
is for a service to prove.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from components.requests import SIGNED_SH

KEYS = {"access": "AKIAIOSFODNN7EXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "signatures.json").read_text())


def _sent(folder: Path, case: dict[str, Any]) -> str:
    """The request that the job sends."""
    (folder / "date").write_text("#!/bin/sh\necho 20261122T080910Z\n")
    (folder / "date").chmod(0o755)
    said = {key: case[key] for key in ("service", "place", "token")}
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "REGION": "eu-central-1", **said, **KEYS}
    request = [case[key] for key in ("method", "path", "query", "body")]
    command = ["/bin/sh", "-c", f'set -eu\n{SIGNED_SH}signed "$@"', "job", *request]
    return subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60).stdout.decode()


def _headers(request: str) -> dict[str, str]:
    head, _, _ = request.partition("\r\n\r\n")
    return dict(line.split(": ", 1) for line in head.split("\r\n")[1:])


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case['service']} {case['method']} {case['path']} {case['token'] and 'session'}"
)
def test_a_signature_is_that_of_botocore(tmp_path: Path, case: dict[str, Any]) -> None:
    sent = {name.lower(): value for name, value in _headers(_sent(tmp_path, case)).items()}
    signed = {name.lower(): value for name, value in case["headers"].items()}
    assert {name: value for name, value in sent.items() if name in signed or name.startswith("x-amz")} == signed
    assert sent["host"] == case["place"]


def test_what_is_sent_is_what_was_signed(tmp_path: Path) -> None:
    """Bytes are counted, not letters, or the store would cut the last ones off."""
    [case, *_] = [case for case in CASES if "é" in case["body"]]
    sent = _sent(tmp_path, case)
    head, _, rest = sent.partition("\r\n\r\n")
    assert head.startswith(f"PUT /_cluster/settings HTTP/1.1\r\nHost: {case['place']}\r\n")
    assert rest == case["body"]
    assert _headers(sent)["Content-Length"] == str(len(rest.encode()))
    assert _headers(sent)["Connection"] == "close"
    assert KEYS["secret"] not in sent


def test_a_request_without_a_body_has_no_length(tmp_path: Path) -> None:
    [case, *_] = [case for case in CASES if case["query"]]
    sent = _sent(tmp_path, case)
    assert sent.startswith("GET /?list-type=2&max-keys=1 HTTP/1.1\r\n")
    assert _headers(sent).keys().isdisjoint({"Content-Length", "Content-Type"})
