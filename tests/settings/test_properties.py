"""Proves of drawn stack files what tables prove of written ones: valid ones are taken and mean something consistent,
harmed ones are refused in words, and nothing ever ends in another error.

The draws are the same in every run. They are few: what they do not meet, a longer run may.
"""

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settings import SelfHostedSettings, Settings, SettingsError, load_text
from settings.archival import uri_of
from settings.aws import storage_facts
from settings.database import Existing
from settings.immutables import OWN_DATABASES, Deployed, common_refusals, refusals
from settings.operated_facts import operated_facts
from settings.places import path
from settings.rds.facts import rds_facts
from settings.scalars import bytes_of, millicores_of
from settings.shapes import keys_of
from settings.sizes import SERVICE_NAMES
from settings.visibility import Postgres, place_of, target_of
from tests.settings.cases import as_taken
from tests.settings.mutations import harmed, mappings
from tests.settings.valid import as_text, stack_files

pytestmark = pytest.mark.slow

FRAGMENTS = (
    *(
        "config:",
        "temporal:name",
        "temporal:tls",
        "kind",
        "a",
        "1",
        "0x1F",
        "null",
        "2024-01-31",
        ".nan",
        "'",
        '"',
        "\\",
    ),
    *(
        ": ",
        ":",
        "- ",
        "? ",
        ", ",
        "[",
        "]",
        "{",
        "}",
        "|",
        ">",
        "#",
        "&a ",
        "*a",
        "<<",
        "!t ",
        "!!int ",
        "%YAML 1.2",
        "@",
    ),
    *(" ", "\n", "\n  ", "\n    ", "\t", "\r", "\n---\n", "\n...\n", "\ufeff", "\x00", "\x85", "\u2028", "\ud800", "é"),
)


def examples(count: int) -> settings:
    """The same draws in every run, kept nowhere."""
    return settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@examples(100)
@given(stack_files())
def test_a_valid_file_is_taken_as_it_is_and_means_something(config: dict[str, Any]) -> None:
    taken = load_text("%", as_text(config))
    said = json.loads(taken.model_dump_json(by_alias=True, exclude_unset=True))
    assert {f"temporal:{key}": value for key, value in said.items()} == as_taken(config)
    assert all(warning.startswith("temporal:") for warning in taken.warnings())
    # A database that keeps its master's password is never made, only taken over.
    refused = common_refusals(taken.name, taken.backend.kind, {}, taken)
    assert [line for line in refused if "masterPassword.kind: found 'kept'" not in line] == []
    if isinstance(taken, SelfHostedSettings):
        _parts_are_consistent(taken)
        _can_be_deployed_again(taken)


def _parts_are_consistent(taken: SelfHostedSettings) -> None:
    services = {name: taken.service(name) for name in SERVICE_NAMES}
    for _, pod in taken.pods():
        assert 0 < bytes_of(pod.memory_request) <= bytes_of(pod.memory_limit)
        assert 0 < millicores_of(pod.cpu_request) <= millicores_of(pod.cpu_limit or pod.cpu_request)
        assert not pod.environment.keys() & pod.secret_environment.keys()
    for plan in services.values():
        assert plan.shutdown.leaves_in_ms < plan.shutdown.grace_ms <= plan.shutdown.grace_seconds * 1000
        assert 0 < plan.replicas <= plan.most
        assert 0 <= plan.rollout.min_ready < plan.rollout.deadline
    opened = sum(
        (plan.most + plan.rollout.extra_pods) * (plan.pool + plan.visibility_pool) for plan in services.values()
    )
    assert opened < (taken.database.max_connections or 0)
    for name, plan in services.items():
        said = taken.backend.services.of(name)
        assert plan.replicas == (said.replicas or plan.replicas)
        assert plan.pod.scheduling.priority_class == (said.priority_class or taken.jobs().priority_class)


def _can_be_deployed_again(taken: SelfHostedSettings) -> None:
    database = taken.database
    names = (
        (database.default.database, database.visibility.database if database.visibility else "")
        if isinstance(database, Existing)
        else OWN_DATABASES
    )
    attributes = {namespace.name: namespace.search_attributes for namespace in taken.namespaces}
    place = uri_of(taken.archival) if taken.archival else ""
    said = taken.visibility
    move = None if isinstance(said, Postgres) else said.move
    deployed = Deployed(
        *(taken.backend.shards, names, taken.backend.version, attributes, place),
        aws=storage_facts(taken),
        rds=rds_facts(taken),
        operated=operated_facts(taken),
        visibility=place_of(said, taken.name),
        move="" if isinstance(said, Postgres) or move is None else target_of(said, move, taken.name),
        stage=move.stage if move else "",
    )
    assert refusals(deployed, taken) == []


@examples(150)
@given(st.data())
def test_a_harmed_file_is_taken_or_refused_in_words(data: st.DataObject) -> None:
    text = as_text(data.draw(harmed(data.draw(stack_files()))))
    try:
        taken = load_text("%", text)
    except SettingsError as error:
        _are_words(error, text)
    else:
        assert isinstance(taken, Settings)


@examples(60)
@given(st.data())
def test_a_key_that_no_model_has_is_always_named(data: st.DataObject) -> None:
    config = data.draw(stack_files())
    location, mapping, model = data.draw(st.sampled_from([*mappings(config)]))
    key = data.draw(st.sampled_from(["zzz", "Name", "KIND", "a b", "service", "1", "-", "é"]))
    mapping[key if location else f"temporal:{key}"] = data.draw(st.sampled_from([None, {}, [], "x", 1]))
    with pytest.raises(SettingsError) as raised:
        load_text("%", as_text(config))
    allowed = re.escape(", ".join(keys_of(model)))
    line = re.compile(rf"{re.escape(path((*location, key)))}: unknown key.*; allowed: {allowed}")
    assert [*filter(line.fullmatch, raised.value.complaints)]


@examples(40)
@given(st.data())
def test_a_key_that_must_be_there_is_always_missed(data: st.DataObject) -> None:
    config = data.draw(stack_files())
    needed = [
        (location, mapping, key)
        for location, mapping, model in mappings(config)
        for key, field in keys_of(model).items()
        if location and field.is_required()
    ]
    location, mapping, key = data.draw(st.sampled_from(needed))
    del mapping[key]
    with pytest.raises(SettingsError) as raised:
        load_text("%", as_text(config))
    assert [line.partition("; ")[0] for line in raised.value.complaints] == [f"{path((*location, key))}: missing"]


@examples(40)
@given(st.data())
def test_a_key_that_stands_there_twice_is_told_with_both_lines(data: st.DataObject) -> None:
    lines = as_text(data.draw(stack_files())).splitlines()
    keys = [number for number, line in enumerate(lines) if re.fullmatch(r'\s+".*": [^\[{]+', line)]
    chosen = data.draw(st.sampled_from(keys))
    doubled = [*lines[: chosen + 1], lines[chosen].removesuffix(","), *lines[chosen + 1 :]]
    doubled[chosen] = f"{lines[chosen].removesuffix(',')},"
    doubled[chosen + 1] += "," if lines[chosen].endswith(",") else ""
    with pytest.raises(SettingsError) as raised:
        load_text("%", "\n".join(doubled))
    assert str(raised.value).endswith(f": the key stands here again, first in line {chosen + 1}")
    assert f"%:{chosen + 2}: temporal:" in str(raised.value)


@examples(300)
@given(st.text() | st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        load_text("%", text)
    except SettingsError as error:
        _are_words(error, text)


def _are_words(error: SettingsError, text: str) -> None:
    """A line a problem, each with a line of the file and a path or the reason why there is none."""
    first, *problems = str(error).splitlines()
    assert first == f"% is not valid ({len(problems)} problem{'s' if len(problems) > 1 else ''}):"
    assert len(problems) == len(error.complaints)
    for problem in problems:
        told = re.fullmatch(r"  %:(\d+): (\S.*)", problem)
        assert told is not None
        assert 1 <= int(told[1]) <= len(re.split("\r\n|[\n\r\x85\u2028\u2029]", text))
