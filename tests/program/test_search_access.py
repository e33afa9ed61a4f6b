"""Proves how the job that tells a domain of Amazon OpenSearch Service who may do what gets its identity, asks and
decides, run by sh with agent, token service and domain made up.

Signatures are proven in test_signed_requests. That a real domain takes the requests is for a domain to prove.
"""

import json
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from components.stores.visibility import access
from components.stores.visibility.domain_access import access_requests
from components.stores.visibility.security import SCHEMA, SERVER
from tests.program.talking import Job

HOST = "vpc-orders-abc.eu-central-1.es.amazonaws.com"
AGENT = "http://169.254.170.23/v1/credentials"
KEYS = {"AccessKeyId": "ASIA5", "SecretAccessKey": "Sup3r_secret/+", "Token": "session+/=="}
FROM_AGENT = f"HTTP/1.0 200 OK\r\n\r\n{json.dumps({**KEYS, 'Expiration': '2026-11-22T14:00:00Z'})}"
FROM_TOKEN_SERVICE = (
    "HTTP/1.1 200 OK\r\n\r\n<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
    "<AccessKeyId>ASIA5</AccessKeyId><SecretAccessKey>Sup3r_secret/+</SecretAccessKey>"
    "<SessionToken>session+/==</SessionToken></Credentials></AssumeRoleWithWebIdentityResult>"
    "</AssumeRoleWithWebIdentityResponse>"
)
TAKEN = 'HTTP/1.1 200 OK\r\n\r\n{"status":"OK","message":"updated"}\n'
REQUESTS = 'PUT /a {"b": ["c d"]}\nPUT /e {"f": true}\n'


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """Of EKS Pod Identity."""
    for name, text in (("token", "agent-token"), ("to-send", REQUESTS), ("ca.crt", "authority")):
        (tmp_path / name).write_text(text)
    environment = {
        "DOMAIN": "orders",
        "HOST": HOST,
        "REGION": "eu-central-1",
        "STS_HOST": "sts.eu-central-1.amazonaws.com",
        "MASTER": "temporal-orders-search-access",
        "REQUESTS": str(tmp_path / "to-send"),
        "AUTHORITY_FILE": str(tmp_path / "ca.crt"),
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": AGENT,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token"),
    }
    return Job(tmp_path, access._SCRIPT, environment=environment)


def _with_irsa(job: Job) -> None:
    job.environment = {key: value for key, value in job.environment.items() if not key.startswith("AWS_")}
    job.environment |= {
        "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/temporal-orders-search-access",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(job.folder / "token"),
    }


def test_every_request_is_sent_in_its_turn_and_signed_as_the_agent_says(job: Job) -> None:
    job.answers = [FROM_AGENT, TAKEN, TAKEN.replace("200 OK", "201 Created")]
    done = job.run()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "PUT /a: 200\nPUT /e: 201\n"
    sent = "\n".join(job.lines("requests"))
    assert sent.index("PUT /a HTTP/1.1") < sent.index("PUT /e HTTP/1.1")
    assert '{"b": ["c d"]}' in sent
    assert sent.count(f"Host: {HOST}") == 2
    assert sent.count("X-Amz-Security-Token: session+/==") == 2
    assert sent.count("Credential=ASIA5/") == 2
    assert "/eu-central-1/es/aws4_request" in sent
    assert "Sup3r_secret" not in sent + done.stdout


def test_the_domain_is_known_by_a_public_authority(job: Job) -> None:
    job.answers = [FROM_AGENT, TAKEN]
    job.run()
    agent, *domain = job.lines("calls")
    assert agent.endswith("169.254.170.23 80")
    way = (
        f"s_client -quiet -connect {HOST}:443 -servername {HOST} -verify_hostname {HOST} -verify_return_error "
        f"-partial_chain -CAfile {job.environment['AUTHORITY_FILE']} -no-CApath -no-CAstore"
    )
    assert domain == [way, way]


@pytest.mark.parametrize(
    ("uri", "way", "path", "host"),
    [
        (AGENT, "169.254.170.23 80", "/v1/credentials", "169.254.170.23"),
        ("http://[fd00:ec2::23]/v1/credentials", "fd00:ec2::23 80", "/v1/credentials", "[fd00:ec2::23]"),
        ("http://127.0.0.1:8080/c?id=1", "127.0.0.1 8080", "/c?id=1", "127.0.0.1:8080"),
        ("http://[fd00:ec2::23]:81/c", "fd00:ec2::23 81", "/c", "[fd00:ec2::23]:81"),
    ],
)
def test_every_way_to_the_agent(job: Job, uri: str, way: str, path: str, host: str) -> None:
    job.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = uri
    job.answers = [FROM_AGENT, TAKEN]
    assert job.run().returncode == 0
    assert job.lines("calls")[0].endswith(way)
    assert job.lines("requests")[:3] == [f"GET {path} HTTP/1.0", f"Host: {host}", "Authorization: agent-token"]


def test_a_pod_of_irsa_asks_the_token_service_of_its_region(job: Job) -> None:
    _with_irsa(job)
    job.answers = [FROM_TOKEN_SERVICE, TAKEN]
    done = job.run()
    assert (done.returncode, done.stdout) == (0, "PUT /a: 200\nPUT /e: 200\n")
    assert "-connect sts.eu-central-1.amazonaws.com:443" in job.lines("calls")[0]
    assert "-verify_hostname sts.eu-central-1.amazonaws.com" in job.lines("calls")[0]
    head, host, kind, length, _, rest = job.lines("requests")[:6]
    form, _, _ = rest.partition("PUT /a")
    assert (head, host) == ("POST / HTTP/1.0", "Host: sts.eu-central-1.amazonaws.com")
    assert kind == "Content-Type: application/x-www-form-urlencoded"
    assert length == f"Content-Length: {len(form)}"
    assert parse_qs(form, strict_parsing=True) == {
        "Action": ["AssumeRoleWithWebIdentity"],
        "Version": ["2011-06-15"],
        "RoleArn": [job.environment["AWS_ROLE_ARN"]],
        "RoleSessionName": ["job"],
        "WebIdentityToken": ["agent-token"],
    }
    assert "X-Amz-Security-Token: session+/==" in job.lines("requests")


def test_a_pod_without_an_identity_is_told_what_may_be_missing(job: Job) -> None:
    job.environment = {key: value for key, value in job.environment.items() if not key.startswith("AWS_")}
    done = job.run()
    assert done.returncode == 1
    assert done.stderr == (
        "this pod has no identity on AWS: is temporal:aws.identity the way of temporal:aws.cluster, and its add-on "
        "there (EKS Pod Identity: eks-pod-identity-agent)?\n"
    )
    assert job.lines("calls") == []


def test_an_identity_that_comes_late_is_waited_for(job: Job) -> None:
    job.answers = ["HTTP/1.0 404 Not Found\r\n\r\n", FROM_AGENT, TAKEN]
    assert job.run().returncode == 0
    assert job.lines("sleeps") == ["5"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            "HTTP/1.0 400 Bad Request\r\n\r\n[b]: unable to fetch",
            "the agent of EKS Pod Identity gives no credentials, asked 12 times (400)",
        ),
        ("connect: refused\n", "the agent of EKS Pod Identity gives no credentials, asked 12 times (no answer)"),
    ],
)
def test_an_agent_that_gives_nothing(job: Job, answer: str, said: str) -> None:
    job.answers = [answer]
    done = job.run()
    assert (done.returncode, done.stderr) == (1, f"{said}\n")


def test_a_token_service_that_gives_nothing(job: Job) -> None:
    _with_irsa(job)
    message = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
    job.answers = [f"HTTP/1.1 403 Forbidden\r\n\r\n<ErrorResponse><Error><Message>{message}</Message></Error>"]
    done = job.run()
    said = f"sts.eu-central-1.amazonaws.com gives no credentials, asked 12 times (403: {message})\n"
    assert (done.returncode, done.stderr) == (1, said)


NOT_AUTHORIZED = '{"Message":"User: arn is not authorized to perform: es:ESHttpPut"}'
NO_PERMISSIONS = (
    '{"error":{"root_cause":[{"type":"security_exception","reason":"no permissions for [x]"}]},"status":403}'
)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (NOT_AUTHORIZED, "User: arn is not authorized to perform: es:ESHttpPut"),
        (NO_PERMISSIONS, "no permissions for [x]"),
    ],
    ids=["AWS", "the domain"],
)
def test_who_is_not_let_in_is_told_after_a_while(job: Job, body: str, why: str) -> None:
    """A role that was just made is not known everywhere yet."""
    job.answers = [FROM_AGENT, f"HTTP/1.1 403 Forbidden\r\n\r\n{body}\n"]
    done = job.run()
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"orders does not let temporal-orders-search-access do PUT /a, asked 12 times (403: {why}): is that role still "
        "its master user, and in its access policy?\n"
    )
    assert len(job.lines("sleeps")) == 11


def test_a_role_that_becomes_known_late_is_waited_for(job: Job) -> None:
    job.answers = [FROM_AGENT, f"HTTP/1.1 403 Forbidden\r\n\r\n{NOT_AUTHORIZED}\n", TAKEN]
    done = job.run()
    assert (done.returncode, done.stdout) == (0, "PUT /a: 200\nPUT /e: 200\n")


def test_what_the_domain_does_not_take_is_told_at_once(job: Job) -> None:
    job.answers = [FROM_AGENT, 'HTTP/1.1 400 Bad Request\r\n\r\n{"status":"error","reason":"Invalid configuration"}\n']
    done = job.run()
    assert (done.returncode, done.stderr) == (1, "orders does not take PUT /a (400: Invalid configuration)\n")
    assert job.lines("sleeps") == []


def test_a_domain_that_never_answers_is_told_with_what_was_said(job: Job) -> None:
    job.answers = [FROM_AGENT, "connect:errno=110\n"]
    done = job.run()
    assert done.returncode == 1
    assert done.stderr == (
        "connect:errno=110\n"
        "orders did not answer PUT /a, asked 12 times (no answer); see the lines above. Does its security group let in "
        "the pods' (temporal:aws.podSecurityGroup)?\n"
    )


def test_what_a_domain_is_told() -> None:
    """Each role as the server's or the schema job's in the cluster, for these ARNs and no other."""
    told = [line.split(" ", 2) for line in access_requests(["arn:one", "arn:two"], "arn:schema").splitlines()]
    bodies = {path: json.loads(body) for _, path, body in told}
    api = "/_plugins/_security/api"
    assert [(method, path) for method, path, _ in told] == [
        *(("PUT", f"{api}/{what}/{role}") for role in (SERVER, SCHEMA) for what in ("roles", "rolesmapping")),
        ("PUT", f"{api}/audit/config"),
        ("PUT", "/_cluster/settings"),
        ("PUT", "/_template/temporal_visibility_v1_slow"),
    ]
    assert bodies[f"{api}/rolesmapping/{SERVER}"] == {"backend_roles": ["arn:one", "arn:two"]}
    assert bodies[f"{api}/rolesmapping/{SCHEMA}"] == {"backend_roles": ["arn:schema"]}
    assert bodies[f"{api}/roles/{SERVER}"] == {
        "cluster_permissions": ["cluster_composite_ops", "cluster:monitor/main", "cluster:monitor/health"],
        "index_permissions": [
            {
                "index_patterns": ["temporal_visibility_v1*"],
                "allowed_actions": [
                    "crud",
                    "indices:admin/get",
                    "indices:admin/mappings/get",
                    "indices:admin/mapping/put",
                ],
            }
        ],
    }
    assert bodies[f"{api}/roles/{SCHEMA}"] == {
        "cluster_permissions": [
            "cluster_composite_ops",
            "cluster_monitor",
            "indices:admin/template/*",
            "indices:admin/index_template/*",
        ],
        "index_permissions": [{"index_patterns": ["temporal_visibility_v1*"], "allowed_actions": ["indices_all"]}],
    }
    assert bodies["/_cluster/settings"] == {"persistent": {"action.auto_create_index": False}}
    assert bodies["/_template/temporal_visibility_v1_slow"] == {
        "index_patterns": ["temporal_visibility_v1*"],
        "order": 1,
        "settings": {
            "index.search.slowlog.threshold.query.warn": "2s",
            "index.search.slowlog.threshold.fetch.warn": "1s",
            "index.indexing.slowlog.threshold.index.warn": "2s",
            "index.indexing.slowlog.source": "false",
        },
    }
    audit = bodies[f"{api}/audit/config"]
    assert audit["enabled"] is True
    assert audit["audit"]["log_request_body"] is False
