"""Proves that a stack file is taken whole or refused with one exact line a problem, at every level of it.

Input is what the engine hands to the program: full keys with JSON texts. How the engine gets from YAML to that is seen
where a command drives it.
"""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings import Settings, SettingsError, load
from settings.sizes import ServicePreset

LOCAL = Path(__file__).resolve().parents[2] / "Pulumi.local.yaml"
REFUSED = yaml.safe_load(Path(__file__).with_name("refused.yaml").read_text())


def committed(put: Mapping[str, Any] | None = None, drop: Collection[str] = ()) -> dict[str, Any]:
    """The local stack with the keys of `put`, by paths such as `namespaces.0.name`, and without those of `drop`."""
    config: dict[str, Any] = yaml.safe_load(LOCAL.read_text())["config"]
    for path, value in (put or {}).items():
        here, last = _reach(config, path)
        here[last] = value
    for path in drop:
        here, last = _reach(config, path)
        del here[last]
    return config


def _reach(config: dict[str, Any], path: str) -> tuple[Any, str]:
    *way, last = f"temporal:{path}".split(".")
    here: Any = config
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
    return here, last


def loaded(config: dict[str, Any], secret: Collection[str] = ()) -> Settings:
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    return load("Pulumi.local.yaml", texts, [f"temporal:{key}" for key in secret])


def refusal(config: dict[str, Any], secret: Collection[str] = ()) -> SettingsError:
    with pytest.raises(SettingsError) as raised:
        loaded(config, secret)
    return raised.value


@pytest.mark.parametrize("case", REFUSED, ids=[case["line"][9:60] for case in REFUSED])
def test_a_problem_is_one_exact_line(case: dict[str, Any]) -> None:
    refused = refusal(committed(case.get("set"), case.get("drop", ())), case.get("secret", ()))
    assert refused.complaints == [case["line"]]


def test_the_committed_local_stack_is_valid() -> None:
    settings = loaded(committed())
    assert settings.name == "local"
    assert settings.kubernetes.context == "embedded"
    assert [(n.name, n.retention) for n in settings.namespaces] == [("default", "3d")]
    assert settings.applications[0].create_namespace is True


def test_the_least_stack_file_gets_the_documented_defaults() -> None:
    settings = loaded(
        {
            "temporal:name": "least",
            "temporal:kubernetes": {"context": "kind"},
            "temporal:backend": {"kind": "self-hosted"},
            "temporal:database": {"kind": "in-cluster"},
            "temporal:tls": {"kind": "generated"},
        }
    )
    assert (settings.size, settings.kubernetes.adopt_existing_objects) == ("dev", False)
    assert settings.backend.shards == 512
    database = settings.database
    assert (database.storage, database.storage_class, database.max_connections) == ("10Gi", None, 200)
    assert (settings.tls.leaf_days, settings.access.frontend.kind, settings.access.ui) == (90, "cluster", None)


def test_a_node_port_needs_the_address_where_it_answers() -> None:
    needed = "node-port with temporal:kubernetes.nodeAddress, the address at which the nodes' ports answer"
    assert refusal(committed(drop=["kubernetes.nodeAddress"])).complaints == [
        f"temporal:access.frontend.kind: found 'node-port'; allowed: {needed}",
        f"temporal:access.ui.exposure.kind: found 'node-port'; allowed: {needed}",
    ]


def test_contradictions_are_told_all_at_once() -> None:
    config = committed(
        {"applications.0.temporalNamespace": "prod", "database.maxConnections": 50}, drop=["kubernetes.nodeAddress"]
    )
    assert [line.partition(": ")[0] for line in refusal(config).complaints] == [
        "temporal:applications[0].temporalNamespace",
        "temporal:access.frontend.kind",
        "temporal:access.ui.exposure.kind",
        "temporal:database.maxConnections",
    ]


def test_all_problems_are_in_one_text_under_the_file_name() -> None:
    config = committed({"kubernetes.zzz": "x", "backend.shards": 0, "namespaces.0.retention": "x", "tls": {}})
    assert str(refusal(config)).splitlines() == [
        "Pulumi.local.yaml is not valid (4 problems):",
        "  temporal:kubernetes.zzz: unknown key; allowed: context, nodeAddress, adoptExistingObjects",
        "  temporal:backend.shards: found 0; allowed: at least 1",
        "  temporal:tls.kind: missing; allowed: 'generated'",
        "  temporal:namespaces[0].retention: found 'x'; allowed: whole hours or days, at least 1h, such as 72h or 30d",
    ]


def test_keys_of_other_projects_are_not_ours() -> None:
    assert loaded({**committed(), "aws:region": "us-east-1", "other:name": "X"}) == loaded(committed())


@pytest.mark.parametrize("address", ["10.0.0.1", "2001:db8::1", "node.example.com", "localhost"])
def test_addresses_of_nodes(address: str) -> None:
    assert loaded(committed({"kubernetes.nodeAddress": address})).kubernetes.node_address == address


def test_a_stack_overrides_single_fields_of_its_size() -> None:
    settings = loaded(committed({"backend.services.history.memory": "1Gi"}))
    assert settings.service("history") == ServicePreset(1, "100m", "1Gi", 20, 5)
    assert settings.service("internal-frontend") == ServicePreset(1, "20m", "256Mi", 5, 5)
