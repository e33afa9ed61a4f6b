"""Proves how the job that looks into an archive asks and decides, run by sh with stores made up.

The signature is Amazon's own worked example. That a real store takes the request, and what a real certificate does, is
proved by tests/cluster/test_s3_image.py.
"""

import os
import subprocess
from pathlib import Path

import pytest

from components.requests import SIGNED_SH
from components.stores.archival import look
from tests.program.talking import Job

STORE = "https://s3.example.com:9000"
PAIR = "key id of Secret pair and key secret of Secret pair"
KEYS = {"access": "AKIAIOSFODNN7EXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}


@pytest.fixture
def job(tmp_path: Path) -> Job:
    found = Job(tmp_path, look._SCRIPT)
    for name, text in (("access", "id"), ("secret", "Sup3r_secret"), ("ca.crt", "authority")):
        (tmp_path / name).write_text(text)
    found.environment = {
        "ENDPOINT": STORE,
        "BUCKET": "archive",
        "REGION": "us-east-1",
        "PATH_STYLE": "true",
        "ACCESS_KEY_FILE": str(tmp_path / "access"),
        "SECRET_KEY_FILE": str(tmp_path / "secret"),
        "AUTHORITY_FILE": str(tmp_path / "ca.crt"),
        "ACCESS_KEY_NAME": "key id of Secret pair",
        "SECRET_KEY_NAME": "key secret of Secret pair",
        "AUTHORITY_NAME": "key ca.crt of Secret ca",
    }
    return found


def _answer(status: str, code: str = "", message: str = "") -> str:
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>" if code else ""
    return f"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\n\r\n{body}\n"


def test_the_signature_is_that_of_amazons_example(tmp_path: Path) -> None:
    """Amazon S3 API, "Signature calculations for the authorization header", GET bucket (list objects)."""
    (tmp_path / "date").write_text("#!/bin/sh\necho 20130524T000000Z\n")
    (tmp_path / "date").chmod(0o755)
    script = f"place=examplebucket.s3.amazonaws.com\n{SIGNED_SH}signed GET / 'max-keys=2&prefix=J' ''"
    said = {"REGION": "us-east-1", "service": "s3", "token": "", **KEYS}
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", **said}
    done = subprocess.run(["/bin/sh", "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == "GET /?max-keys=2&prefix=J HTTP/1.1"
    assert "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7\n" in done.stdout


def test_a_bucket_that_opens(job: Job) -> None:
    job.answers = [_answer("200 OK")]
    done = job.run()
    said = (
        "bucket archive at https://s3.example.com:9000 opens with key id of Secret pair and key secret of Secret pair"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{said}\n", "")
    assert job.lines("requests")[:2] == ["GET /archive?list-type=2&max-keys=1 HTTP/1.1", "Host: s3.example.com:9000"]
    [call] = job.lines("calls")
    assert call == (
        "s_client -quiet -connect s3.example.com:9000 -servername s3.example.com -verify_hostname s3.example.com "
        f"-verify_return_error -partial_chain -CAfile {job.environment['AUTHORITY_FILE']} -no-CApath -no-CAstore"
    )
    assert "Sup3r_secret" not in "".join(job.lines("requests"))


@pytest.mark.parametrize(
    ("said", "host", "path", "connect"),
    [
        ({"PATH_STYLE": "false"}, "archive.s3.example.com:9000", "/", "archive.s3.example.com:9000"),
        ({"ENDPOINT": "https://s3.example.com"}, "s3.example.com", "/archive", "s3.example.com:443"),
        ({"ENDPOINT": "https://10.0.0.7:9000"}, "10.0.0.7:9000", "/archive", "10.0.0.7:9000 -noservername -verify_ip"),
        ({"ENDPOINT": "http://s3.example.com"}, "s3.example.com", "/archive", "s3.example.com 80"),
        ({"ENDPOINT": "http://10.0.0.7:9000"}, "10.0.0.7:9000", "/archive", "10.0.0.7 9000"),
    ],
)
def test_every_way_to_a_store(job: Job, said: dict[str, str], host: str, path: str, connect: str) -> None:
    """As the server's SDK goes it: the bucket in the path or in the name, the usual port where none is said."""
    job.environment |= said
    job.answers = [_answer("200 OK")]
    assert job.run().returncode == 0
    assert job.lines("requests")[:2] == [f"GET {path}?list-type=2&max-keys=1 HTTP/1.1", f"Host: {host}"]
    assert connect in job.lines("calls")[0]


UNTRUSTED = "depth=0 CN = s3\nverify error:num=20:unable to get local issuer certificate\n"
REFUSALS = [
    (
        _answer("404 Not Found", "NoSuchBucket", "The specified bucket does not exist"),
        (
            f"bucket archive is not at {STORE} (404 NoSuchBucket: The specified bucket does not exist): make it "
            "there, or correct temporal:archival.bucket"
        ),
    ),
    (
        _answer("403 Forbidden", "InvalidAccessKeyId", "The key does not exist"),
        (
            f"{STORE} does not let this key pair list bucket archive (403 InvalidAccessKeyId: The key does not exist): "
            f"are {PAIR} its halves, and may they list, read and write there?"
        ),
    ),
    (
        _answer("404 Not Found", "XAdminUserNotFound", "No such user"),
        (
            f"{STORE} does not let this key pair list bucket archive (404 XAdminUserNotFound: No such user): "
            f"are {PAIR} its halves, and may they list, read and write there?"
        ),
    ),
    (
        _answer("400 Bad Request", "AuthorizationHeaderMalformed", "the region is wrong"),
        (
            f"{STORE} does not list bucket archive (400 AuthorizationHeaderMalformed: the region is wrong): "
            "are region, pathStyle and endpoint of temporal:archival those of the store?"
        ),
    ),
    (
        UNTRUSTED,
        (
            f"the certificate of {STORE} is refused: unable to get local issuer certificate. It must be for "
            "s3.example.com and signed by the authority in key ca.crt of Secret ca"
        ),
    ),
]


@pytest.mark.parametrize(("answer", "line"), REFUSALS, ids=["bucket", "key pair", "user", "region", "authority"])
def test_what_will_not_change_is_told_at_once_in_one_line(job: Job, answer: str, line: str) -> None:
    job.answers = [answer]
    done = job.run()
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{line}\n")
    assert len(job.lines("calls")) == 1


def test_a_store_that_comes_up_late_is_waited_for(job: Job) -> None:
    job.answers = ["connect: refused\n", _answer("503 Service Unavailable", "SlowDown"), _answer("200 OK")]
    assert job.run().returncode == 0
    assert job.lines("sleeps") == ["5", "5"]


def test_one_that_never_answers_is_told_with_what_was_said(job: Job) -> None:
    job.answers = ["connect: refused\n"]
    done = job.run()
    assert done.returncode == 1
    times = len(job.lines("calls"))
    assert done.stderr.splitlines() == [
        "connect: refused",
        f"{STORE} did not answer as a store does, asked {times} times (no answer); see the lines above",
    ]


NAMES = {"access": "key id of Secret pair", "secret": "key secret of Secret pair", "ca.crt": "key ca.crt of Secret ca"}


@pytest.mark.parametrize("file", NAMES)
def test_a_missing_secret_is_told_before_anything_is_sent(job: Job, file: str) -> None:
    (job.folder / file).unlink()
    job.answers = [_answer("200 OK")]
    done = job.run()
    assert done.returncode == 1
    assert done.stderr.startswith(f"{NAMES[file]} is missing or empty: it must hold ")
    assert job.lines("calls") == []
