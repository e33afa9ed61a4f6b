"""Proves that the JSON schema and the models refuse the same shapes, with the checker that `make lint` runs.

Its proof ends where the schema does: rules over several keys, the spelling of numbers (`1.0`), and which minor has a
dynamic config key are the models' alone. Dynamic config is compared by values, not key by key.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError as JsonSchemaError
from pydantic import ValidationError

from settings.base import Model
from settings.kinds import model_for
from settings.loader import without_ciphertext
from settings.rules.contradiction import ContradictionsError
from settings.schema import stack_schema
from settings.shapes import keys_of
from tests.settings.cases import STACKS, refused

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "stacks"
SCHEMA = stack_schema()

PROVIDED = """
config:
  aws:region: us-east-1
  temporal:name: wide
  temporal:size: staging
  temporal:kubernetes:
    context: wide
    storageClass: gp3
    createNamespace: false
    pods:
      priorityClass: high
      annotations: {example.com/team: ops}
      spread: {zones: preferred, hosts: "off"}
      tolerations: [{key: dedicated, operator: Equal, value: temporal, effect: NoExecute, tolerationSeconds: 60}]
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]
          preferredDuringSchedulingIgnoredDuringExecution:
            - {weight: 1, preference: {matchExpressions: [{key: disk, operator: Exists}]}}
        podAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: zone
              labelSelector: {matchExpressions: [{key: app, operator: Exists}]}
              namespaces: [wide]
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - {weight: 1, podAffinityTerm: {topologyKey: zone, labelSelector: {matchLabels: {app: web}}}}
  temporal:images:
    registry: registry.example.com/mirror
    pullSecrets: [pull]
    digests: {server: &digest "sha256:0000000000000000000000000000000000000000000000000000000000000000",
               adminTools: *digest, ui: *digest, postgres: *digest, opensearch: *digest, versitygw: *digest,
               postgresExporter: *digest, elasticsearchExporter: *digest}
  temporal:backend:
    kind: self-hosted
    version: 1.32.1
    services:
      frontend:
        pools: {default: 5}
        shutdown: {failHealthCheck: 5s, drain: 10s, gracePeriod: 60s}
        rollout: {maxSurge: 1, maxUnavailable: 25%, minReady: 10s}
        disruptionBudget: {minAvailable: 1}
      internal-frontend: {shutdown: {gracePeriod: 60s}}
      history:
        shutdown: {align: 5s, joinDelay: 5s, gracePeriod: 60s}
        nodeSelector: {disk: ssd}
        disruptionBudget: {maxUnavailable: 1}
      matching:
        shutdown: {align: 5s, gracePeriod: 60s}
        autoscaling: {min: 2, max: 3, cpu: 70}
        resources: {requests: {cpu: "1", memory: 1Gi}, limits: {cpu: "1", memory: 1Gi}}
      worker:
        shutdown: {gracePeriod: 60s}
        environment: {LEVEL: info}
        secretEnvironment: {TOKEN: {secret: tokens, key: worker}}
    dynamicConfig:
      frontend.namespaceRPS: [{value: 10, constraints: {namespace: default}}]
      system.enableEagerWorkflowStart: [{value: true}]
      history.shardUpdateMinInterval: [{value: 5m}]
  temporal:database:
    kind: existing
    host: db.example.com
    port: 5433
    maxConnections: 500
    queriesPerSecond: 5000
    tls: {kind: verify-full, ca: {secret: db-ca, key: ca.crt}}
    default:
      {database: temporal, user: temporal, password: {secret: db, key: password},
       owner: {user: owner, password: {secret: db, key: owner}}}
    visibility: {database: visibility, user: temporal, password: {secret: db, key: password}}
  temporal:visibility:
    kind: opensearch
    index: temporal_visibility_v1_wide
    nodes: 3
    storage: 20Gi
    storageClass: gp3
    disruptionBudget: {maxUnavailable: 1}
    replaces: postgres
  temporal:tls:
    kind: provided
    internode: {secret: internode, serverName: internode.example.com}
    frontend: {secret: frontend, serverName: frontend.example.com}
    clientAuthority: {secret: clients, key: ca.crt}
    client: client
    ui: ui
    database: database
    archive: archive
    search: {secret: search, subject: "CN=search,O=Example"}
    refreshInterval: 30m
  temporal:applications:
    - {namespace: app, temporalNamespace: default, createNamespace: false, clientSecret: client, workerController: true}
  temporal:namespaces:
    - {name: default, retention: 3d, description: All, archival: true}
  temporal:archival:
    kind: s3-compatible
    endpoint: https://s3.example.com
    ca: {secret: store, key: ca.crt}
    region: us-east-1
    pathStyle: true
    bucket: archive
    prefix: orders
    credentials: {accessKey: {secret: store, key: id}, secretKey: {secret: store, key: key}}
    reads: true
    paused: false
  temporal:access: {ui: {login: {kind: none}}}
  temporal:cost:
    prices: {rds/db.r6g.large: 0.225}
    actionsPerMonth: 5000000
    activeGigabytes: 1
    retainedGigabytes: 2.5
    archiveGigabytes: 10
    backupGigabytes: 10
    logGigabytes: 10
    loadBalancerUnits: 2
    aurora: {gigabytes: 10, requests: 5, capacityUnits: 1}
    cluster: {controlPlanes: 1, nodeType: m7g.large, nodes: 3, natGateways: 1}
encryptionsalt: v1:x
"""
EXISTING_SEARCH = """
  temporal:visibility:
    kind: existing
    url: https://search.example.com
    index: temporal_visibility_v1
    version: v7
    ca: {secret: search, key: ca.crt}
    clusterSettings: false
    authentication:
      {kind: login, user: temporal, password: {secret: search, key: password},
       owner: {user: owner, password: {secret: search, key: owner}}}
    move:
      stage: prepare
      to:
        kind: existing
        url: https://new.example.com
        index: temporal_visibility_v1
        version: v8
        clusterSettings: true
        authentication: {kind: aws-request-signing, region: eu-central-1}
"""
PLACE = (
    '{region: eu-central-1, account: "123456789012", cluster: production, vpc: vpc-0123456789abcdef0, '
    "subnets: [{id: subnet-0123456789abcdef0, zone: eu-central-1a}], podSecurityGroup: sg-0123456789abcdef0}"
)
TWO_ZONES = "[{id: subnet-0123456789abcdef0, zone: eu-central-1a}, {id: subnet-0123456789abcdef1, zone: eu-central-1b}]"
KEY = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OIDC = f"arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/{'0' * 32}"
MYCELIUM = (EXAMPLES / "004-mycelium.yaml").read_text()
LEGAL_AI = (EXAMPLES / "000-legal-ai.yaml").read_text()
WORKLOADS = STACKS["workloads"]
CLOUD = """\
config:
  temporal:name: orders
  temporal:kubernetes: {context: production, createNamespace: false}
  temporal:backend:
    kind: cloud
    endpoint: ENDPOINT
    authentication: AUTHENTICATION
  temporal:namespaces: [{name: orders.a1b2c}]
  temporal:applications: [{namespace: shop, temporalNamespace: orders.a1b2c}]
"""
REGIONAL = "{kind: regional, provider: aws, region: eu-central-1}"
ADDRESS = "{kind: address, host: temporal.example.com, port: 7233, serverName: orders.a1b2c.tmprl.cloud}"
LINK = "{service: com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0, resolves: endpoint}"
MANAGED = r"""
    - name: orders.a1b2c
      managed:
        regions: [aws-eu-central-1]
        authorities: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
        certificateFilters:
          - {commonName: a, organization: b, organizationalUnit: c, subjectAlternativeName: d}
        connectivity: [public]
        export:
          bucket: histories
          region: eu-central-1
          account: "123456789012"
          role: export
          kmsKey: arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
        deleteProtection: false
"""
DOCUMENTS = {
    "cloud, generated": CLOUD.replace("ENDPOINT", "{kind: namespace}").replace(
        "AUTHENTICATION", "{kind: mtls, certificates: {kind: generated, leafDays: 30, rotation: 1}}"
    ),
    "cloud, cert-manager": CLOUD.replace("ENDPOINT", REGIONAL).replace(
        "AUTHENTICATION",
        "{kind: mtls, certificates: {kind: cert-manager, issuer: {kind: ClusterIssuer, name: ca, group: a.b},"
        " duration: 60d, renewBefore: 20d}}",
    ),
    "cloud, provided": CLOUD.replace("ENDPOINT", ADDRESS)
    .replace("AUTHENTICATION", "{kind: mtls, certificates: {kind: provided, client: people}}")
    .replace("temporalNamespace: orders.a1b2c}", "temporalNamespace: orders.a1b2c, clientSecret: shop}"),
    "cloud, databases": STACKS["databases"].replace(
        "      schemas: [workflow, audit]\n",
        "      schemas: [workflow, audit]\n      passwordRotation: 1\n      authorities: |\n"
        f"        -----BEGIN CERTIFICATE-----\n        {'A' * 64}\n        -----END CERTIFICATE-----\n",
    ),
    "cloud, api key": CLOUD.replace("ENDPOINT", "{kind: namespace}").replace("AUTHENTICATION", "{kind: api-key}")
    + "  temporal:cloudApiKey: {secure: v1:abc}\n",
    "cloud, api keys": CLOUD.replace("ENDPOINT", "{kind: namespace}").replace(
        "AUTHENTICATION", "{kind: api-key, keys: {kind: generated, until: '2027-06-01'}}"
    ),
    "cloud, given api key": CLOUD.replace("ENDPOINT", "{kind: namespace}").replace(
        "AUTHENTICATION", "{kind: api-key, keys: {kind: given}}"
    )
    + "  temporal:cloudApiKey: {secure: v1:abc}\n",
    "cloud, private link": CLOUD.replace("ENDPOINT", f"{{kind: namespace}}\n    privateLink: {LINK}").replace(
        "AUTHENTICATION", "{kind: mtls, certificates: {kind: generated}}"
    )
    + f"  temporal:aws:\n    <<: {PLACE}\n    identity: {{kind: pod-identity}}\n",
    "cloud, managed": CLOUD.replace("ENDPOINT", "{kind: namespace}")
    .replace("AUTHENTICATION", "{kind: mtls, certificates: {kind: generated}}")
    .replace("[{name: orders.a1b2c}]", MANAGED),
    "provided": PROVIDED,
    "reached": STACKS["reached"],
    "watched": STACKS["watched"],
    "watched by anybody": STACKS["watched"].replace("{kind: namespace, name: monitoring}", "{kind: cluster}"),
    "bundled": STACKS["bundled"],
    "amazon": STACKS["amazon"],
    "cloud, watched": STACKS["cloud-watched"],
    "existing, watched": STACKS["existing-watched"],
    "existing, bundled": STACKS["existing-watched"]
    .replace("kind: operator\n", "kind: bundled\n")
    .replace("    readers: {kind: namespace, name: monitoring}\n", ""),
    "traced": STACKS["traced"],
    "search, watched": STACKS["search-watched"],
    "search, bundled": STACKS["search-watched"]
    .replace("kind: operator\n", "kind: bundled\n")
    .replace("    readers: {kind: namespace, name: monitoring}\n", ""),
    "reached otherwise": STACKS["reached"].replace(
        "{kind: cert-manager, issuerKind: ClusterIssuer, issuer: letsencrypt}", "{kind: none}"
    ),
    "workloads": WORKLOADS,
    "workloads otherwise": WORKLOADS.replace("{kind: command, command: [cat, /tmp/ready]}", "{kind: http, path: /}")
    .replace("{kind: http, path: /healthz, port: 8080}", "{kind: command, command: [alive]}")
    .replace("readiness: {kind: http, path: /}", "readiness: {kind: http, path: /, port: 8080}")
    .replace("{kind: cert-manager, issuerKind: ClusterIssuer, issuer: letsencrypt}", "{kind: secret, secret: web-tls}"),
    "in-cluster": MYCELIUM.replace("kind: generated", "kind: generated, leafDays: 30, refreshInterval: 1m, rotation: 1")
    .replace(
        "config:\n",
        f"config:{EXISTING_SEARCH}  temporal:archival: {{kind: filestore, claim: archive, prefix: a, reads: true}}\n",
        1,
    )
    .replace("temporal:kubernetes:\n", "temporal:kubernetes:\n    createNamespace: false\n")
    .replace("exposure: {kind: node-port}", "exposure: {kind: node-port, port: 30001}")
    .replace("kind: in-cluster", "kind: in-cluster\n    passwordRotation: 1"),
    "in-cluster archive": """\
config:
  temporal:name: small
  temporal:kubernetes: {context: kind}
  temporal:backend: {kind: self-hosted, services: {worker: {pools: {visibility: 5}}}}
  temporal:database: {kind: in-cluster}
  temporal:archival: {kind: in-cluster, bucket: archive, storage: 1Gi, storageClass: fast}
  temporal:tls: {kind: generated}
""",
    "aws": f"""\
config:
  temporal:name: small
  temporal:kubernetes: {{context: eks}}
  temporal:backend: {{kind: self-hosted}}
  temporal:database: {{kind: in-cluster}}
  temporal:aws:
    <<: {PLACE}
    identity: {{kind: pod-identity}}
    encryption: {{kind: created}}
    tags: {{cost-center: "4711"}}
  temporal:archival:
    kind: s3-bucket
    bucket: archive
    prefix: a
    reads: true
    paused: false
    transitions: [{{days: 30, storageClass: STANDARD_IA}}]
    noncurrentDays: 30
    objectLock: {{mode: GOVERNANCE, days: 30}}
    replication: {{bucket: "arn:aws:s3:::copy", kmsKey: {KEY.replace("central", "west")}}}
  temporal:tls: {{kind: generated}}
""",
    "aws irsa": f"""\
config:
  temporal:name: small
  temporal:kubernetes: {{context: eks}}
  temporal:backend: {{kind: self-hosted}}
  temporal:database: {{kind: in-cluster}}
  temporal:aws:
    <<: {PLACE}
    identity: {{kind: irsa, provider: {OIDC}}}
    encryption: {{kind: existing, key: {KEY}}}
    permissionsBoundary: "arn:aws:iam::123456789012:policy/bounds"
    alarms: {{kind: emails, emails: [ops@example.com]}}
  temporal:visibility:
    kind: opensearch
    move: {{stage: prepare, to: {{kind: opensearch-domain, dataNodes: 1}}}}
  temporal:archival: {{kind: s3, bucket: archive, region: eu-central-1, kmsKey: {KEY}}}
  temporal:tls: {{kind: generated}}
""",
    "aws domain": f"""\
config:
  temporal:name: small
  temporal:kubernetes: {{context: eks}}
  temporal:backend: {{kind: self-hosted}}
  temporal:database: {{kind: in-cluster}}
  temporal:aws:
    <<: {PLACE}
    identity: {{kind: pod-identity}}
    alarms: {{kind: topic, topic: "arn:aws:sns:eu-central-1:123456789012:on-call"}}
    backup:
      days: 35
      start: "03:00"
      lock: {{minDays: 7, maxDays: 365, finalAfterDays: 30}}
      copyTo: {{vault: "arn:aws:backup:eu-west-1:123456789012:backup-vault:copies", days: 35}}
  temporal:visibility:
    kind: opensearch-domain
    domain: small-search
    index: temporal_visibility_v1_small
    version: OpenSearch_2.19
    dataNodes: 2
    dataNodeType: r6g.large.search
    zones: 1
    masters: 3
    masterType: m6g.large.search
    storage: 50Gi
    iops: 3000
    throughput: 125
    logDays: 30
    offPeakStart: "22:00"
  temporal:archival: {{kind: s3-bucket, bucket: archive}}
  temporal:tls: {{kind: generated}}
""",
    "aws rds": f"""\
config:
  temporal:name: small
  temporal:kubernetes: {{context: eks, createNamespace: false}}
  temporal:backend: {{kind: self-hosted}}
  temporal:aws:
    <<: {PLACE}
    subnets: {TWO_ZONES}
    identity: {{kind: pod-identity}}
    secrets: {{kind: external-secrets, store: {{kind: SecretStore, name: aws}}}}
  temporal:database:
    kind: rds
    identifier: small
    deployment: multi-az-instance
    class: db.r7g.large
    engineVersion: "17.9"
    storage: {{kind: gp3, size: 400Gi, maximum: 500Gi, iops: 12000, throughput: 500}}
    port: 5433
    masterUser: boss
    masterPassword: {{kind: managed}}
    backupDays: 7
    backupWindow: 02:00-03:00
    maintenanceWindow: sun:03:30-sun:04:30
    applyImmediately: true
    finalSnapshot: false
    iamAuthentication: true
    certificateAuthority: rds-ca-rsa2048-g1
    ca: {{secret: authorities, key: ca.pem}}
    insightsDays: 7
    monitoringInterval: 60
    logDays: 30
    passwordRotation: 1
    queriesPerSecond: 1000
    readReplicas: [{{name: reporting, class: db.r7g.large}}]
    restore: {{kind: point-in-time, source: old, time: latest}}
    upgrades: in-place
  temporal:tls: {{kind: generated}}
""",
    "aws aurora": f"""\
config:
  temporal:name: small
  temporal:kubernetes: {{context: eks}}
  temporal:backend: {{kind: self-hosted}}
  temporal:aws:
    <<: {PLACE}
    subnets: {TWO_ZONES}
    identity: {{kind: pod-identity}}
    secrets: {{kind: external-secrets, store: {{kind: ClusterSecretStore, name: aws}}}}
  temporal:database:
    kind: aurora
    capacity: {{kind: serverless, minimum: 1, maximum: 4, instances: 2}}
    engineVersion: "17"
    storage: standard
    masterPassword: {{kind: kept, secret: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:master-a1B2c3"}}
    restore: {{kind: snapshot, snapshot: before}}
  temporal:tls: {{kind: generated}}
""",
    "zalando": """\
config:
  temporal:name: small
  temporal:kubernetes: {context: metal}
  temporal:backend: {kind: self-hosted}
  temporal:database:
    kind: zalando
    instances: 3
    synchronous: true
    version: "16"
    storage: 20Gi
    storageClass: ceph-block
    maxConnections: 300
    parameters: {work_mem: 16MB}
    queriesPerSecond: 1000
    spread: {hosts: required}
    logicalBackup: {schedule: 30 2 * * *, retention: 14 days}
  temporal:tls: {kind: generated}
""",
    **{
        f"cloudnative-pg {kind}": f"""\
config:
  temporal:name: small
  temporal:kubernetes: {{context: metal, createNamespace: false}}
  temporal:backend: {{kind: self-hosted}}
  temporal:database:
    kind: cloudnative-pg
    image: ghcr.io/cloudnative-pg/postgresql:17
    backup:
      schedule: 0 30 2 * * *
      store: {store}
    passwordRotation: 1
  temporal:tls: {{kind: generated}}
"""
        for kind, store in {
            "s3": "{kind: s3, path: s3://orders, endpoint: https://s3.example.com, retention: 30d, "
            "ca: {secret: ca, key: ca.crt}, "
            "credentials: {accessKey: {secret: a, key: a}, secretKey: {secret: a, key: b}}}",
            "object-store": "{kind: object-store, name: theirs}",
        }.items()
    },
    "cert-manager": LEGAL_AI.replace("region: us-east-1", "region: us-east-1\n    paused: true")
    .replace("archival: true", "archival: true\n      searchAttributes: {CaseId: Keyword}")
    .replace(
        "name: legal-ai-temporal}",
        "name: legal-ai-temporal, group: cert-manager.io}\n    duration: 90d\n    renewBefore: 30d",
    ),
}
WRONG: tuple[Any, ...] = ([], [{}], True, -1, 10**6, 1.5, "", "not so ~ good\n", "x" * 300, None, {"zzz": 1})
"""What takes the place of every value there is."""


def _config(text: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def _places(value: Any, at: tuple[int | str, ...] = ()) -> Iterator[tuple[int | str, ...]]:
    for step, below in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield (*at, step)
        yield from _places(below, (*at, step))


def _put(document: Mapping[str, Any], at: tuple[int | str, ...], value: Any) -> dict[str, Any]:
    changed: Any = deepcopy(document)
    here = changed
    for step in at[:-1]:
        here = here[step]
    here[at[-1]] = value
    return dict(changed)


def _variants(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The document with one value changed, one key more, or one key less; once for a key and what it stands in."""
    seen = set()
    for place in _places(document["config"]):
        if not str(place[0]).startswith("temporal:") or place[-2:] in seen:
            continue
        seen.add(place[-2:])
        at = ("config", *place)
        yield from (_put(document, at, wrong) for wrong in WRONG)
        if isinstance(place[-1], str):
            yield _put(document, (*at[:-1], f"{place[-1]}s ~"), {"secret": "x", "key": "x"})
            less = deepcopy(document)
            here: Any = less
            for step in at[:-1]:
                here = here[step]
            del here[place[-1]]
            yield less


def _refusal(document: Mapping[str, Any]) -> Literal["", "shape", "rule"]:
    """Why the models refuse a file, if they do: a shape, or a rule over several keys."""
    said = {
        key.removeprefix("temporal:"): value for key, value in document["config"].items() if key.startswith("temporal:")
    }
    if isinstance(said.get("cloudApiKey"), str):
        return "shape"  # nothing in the open
    try:
        model_for(said.get("backend")).model_validate_json(json.dumps(without_ciphertext(said)))
    except ValidationError as error:
        causes = [detail.get("ctx", {}).get("error") for detail in error.errors()]
        return "rule" if any(isinstance(cause, ContradictionsError) for cause in causes) else "shape"
    return ""


def _refused_by_schema(documents: list[dict[str, Any]], folder: Path) -> set[int]:
    """Which of the documents the schema refuses, by one run of the checker over all of them."""
    (folder / "schema.json").write_text(json.dumps(SCHEMA))
    for number, document in enumerate(documents):
        (folder / f"{number}.json").write_text(json.dumps(document))
    ran = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "check-jsonschema"), "--output-format", "json"),
            *("--schemafile", "schema.json"),
            *(f"{number}.json" for number in range(len(documents))),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(ran.stdout)
    assert found.get("parse_errors", []) == []
    return {int(error["filename"].removesuffix(".json")) for error in found.get("errors", [])}


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[JsonSchemaError]:
    """As in ECMAScript, where `$` is the very end; editors and check-jsonschema have it so."""
    if isinstance(instance, str) and re.search(pattern.replace("$", r"\Z"), instance) is None:
        yield JsonSchemaError(f"{instance!r} does not match {pattern!r}")


CHECKER = validators.extend(Draft202012Validator, {"pattern": _pattern})(
    SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER
)
"""What check-jsonschema does, without its search for the best words: with them it takes ten times as long."""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_schema_refuses_every_wrong_shape_and_nothing_that_is_right(name: str) -> None:
    document = _config(DOCUMENTS[name])
    assert _refusal(document) == ""
    variants = [document, *_variants(document)]
    judged = [(variant, _refusal(variant), not CHECKER.is_valid(variant)) for variant in variants]
    assert sum(is_refused for _, _, is_refused in judged) > len(variants) / 2
    assert [
        _difference(document, variant) for variant, why, is_refused in judged if why == "shape" and not is_refused
    ] == []
    assert [_difference(document, variant) for variant, why, is_refused in judged if not why and is_refused] == []


def _difference(before: Any, after: Any, at: str = "") -> str:
    """Where a variant differs, for the message."""
    if isinstance(before, dict) and isinstance(after, dict):
        if before.keys() != after.keys():
            return f"{at}: keys {sorted(set(before) ^ set(after))}"
        return next(_difference(before[key], after[key], f"{at}.{key}") for key in before if before[key] != after[key])
    return f"{at}: {after!r}"


def test_the_documents_have_every_key() -> None:
    """So that a new key is compared too."""
    said = {step for text in DOCUMENTS.values() for place in _places(_config(text)) for step in place}
    missing = {key for model in _models(Model) for key in keys_of(model)} - {
        str(step).removeprefix("temporal:") for step in said
    }
    assert missing == set()


def _models(model: type[Model]) -> Iterator[type[Model]]:
    for below in model.__subclasses__():
        if below.__module__.startswith("settings."):
            yield below
            yield from _models(below)


def test_the_tables_of_refused_files_hold_for_the_schema(tmp_path: Path) -> None:
    """Every case whose reason is a shape, and none of the valid files they are changes of."""
    shapes = {name: case.config for name, case in refused().items() if _refusal({"config": case.config}) == "shape"}
    documents = [*({"config": config} for config in shapes.values()), *map(_config, STACKS.values())]
    seen = _refused_by_schema(documents, tmp_path)
    assert len(shapes) > 100
    assert [name for number, name in enumerate(shapes) if number not in seen] == []
    assert {number for number in seen if number >= len(shapes)} == set()


def test_keys_beside_the_models(tmp_path: Path) -> None:
    """The engine's own `config set` writes booleans of the top as text; other projects' keys are theirs."""
    document = _config(PROVIDED)
    right: list[dict[str, Any]] = [
        {"aws:region": "us-east-1", "kubernetes:context": {"secure": "v1:x"}, "pulumi:tags": {}},
        {"temporal:protection": "true"},
    ]
    wrong: list[dict[str, Any]] = [{"temporal:protection": "yes"}, {"temporal:zzz": 1}, {"zzz": 1}]
    documents = [document | {"config": document["config"] | change} for change in [*right, *wrong]]
    assert _refused_by_schema(documents, tmp_path) == {2, 3, 4}


def test_keys_at_the_top(tmp_path: Path) -> None:
    right: list[dict[str, Any]] = [
        {"environment": ["shared"]},
        {"secretsprovider": "awskms://alias/pulumi", "encryptedkey": "x"},
    ]
    wrong: list[dict[str, Any]] = [
        {"zzz": 1},
        {"encryptionsalt": 1},
        {"config": None},
        {"config": []},
        {"environment": "x"},
    ]
    documents = [_config(PROVIDED) | change for change in [*right, *wrong]]
    assert _refused_by_schema(documents, tmp_path) == {2, 3, 4, 5, 6}


def test_what_an_editor_shows_of_a_key() -> None:
    assert SCHEMA["$defs"]["SelfHosted"]["properties"]["shards"] == {
        "description": "Number of history shards, a power of two by rule. Fixed for the life of the database.\n"
        "Allowed: a whole number from 1 to 16384 (shards)\n"
        "Default: 512\n"
        "A change: refused once deployed (the server ignores a later change)",
        "type": "integer",
        "minimum": 1,
        "maximum": 16384,
        "default": 512,
    }
    assert SCHEMA["properties"]["config"]["properties"]["temporal:database"] == {
        "description": "Where executions are stored, and, unless `temporal:visibility` says otherwise, searched.\n"
        "in-cluster: One PostgreSQL pod with a volume, for development and tests: no replica, no backup.\n"
        "existing: A PostgreSQL (13 to 17) that somebody else runs: a managed service, an operator's cluster, "
        "a machine.\n"
        "rds: RDS for PostgreSQL.\n"
        "aurora: Aurora PostgreSQL: a cluster of instances over one storage in three zones, which grows by itself.\n"
        "cloudnative-pg: A `Cluster` of CloudNativePG (1.26 or later), whose operator must be there. Superusers have "
        "no password and come in by no network. The operator makes certificates, by an authority of the cluster's own, "
        "and renews them.\n"
        "zalando: A `postgresql` of Zalando's Postgres Operator (2.0 or later), which must be there. The operator "
        "makes users, databases and passwords. Spilo's pods are not `restricted`, so an installation's namespace that "
        "this stack makes enforces `baseline`. Where WAL is archived is the operator's configuration: "
        "docs/databases.md.",
        "oneOf": [
            {"$ref": f"#/$defs/{kind}"}
            for kind in ("InCluster", "Existing", "Rds", "Aurora", "CloudNativePg", "Zalando")
        ],
    }


def test_dynamic_config_has_every_key_of_every_minor_but_those_of_other_settings() -> None:
    known = [
        json.loads((ROOT / "settings" / "catalogue" / minor / "dynamic_config.json").read_text())["settings"]
        for minor in ("1.31", "1.32")
    ]
    written = {
        "frontend.shutdownFailHealthCheckDuration",
        "frontend.shutdownDrainDuration",
        "matching.alignMembershipChange",
        "history.alignMembershipChange",
        "history.startupMembershipJoinDelay",
    }
    properties = SCHEMA["$defs"]["SelfHosted"]["properties"]["dynamicConfig"]["properties"]
    assert set(properties) == {*known[0], *known[1]} - written
    assert properties["frontend.namespaceRPS"] == {
        "description": "FrontendMaxNamespaceRPSPerInstance is workflow namespace rate limit per second\n"
        "Type: int\nDefault: 2400\nConstraints: namespace",
        "$ref": "#/$defs/dynamicConfig.int.namespace",
    }
    assert properties["activity.enableCallbacks"]["description"].endswith("\nServers: 1.32 only")
    assert properties["nexusoperation.callback.endpoint.template"]["anyOf"] == [
        {"$ref": "#/$defs/dynamicConfig.string"},
        {"$ref": "#/$defs/dynamicConfig.typed"},
    ]
