"""Proves how facts of a server's source become the catalogue, and that the committed one is what the source says.

The tests marked `engine` run the reader with a real Go toolchain. The last one needs the Go module proxy when the cache
lacks the servers' source: it fails, rather than is skipped, when that cannot be had.
"""

import json
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from commands import catalogue
from commands.catalogue import configuration, dynamic_config, source
from commands.errors import CommandError
from embedded.errors import EmbeddedError
from embedded.progress import Progress
from versions import TEMPORAL_SERVER

MINORS = ("1.31", "1.32")
LOOKUPS = {
    "Global": [[]],
    "Namespace": [["Namespace"], []],
    "TaskQueue": [["Namespace", "TaskQueueName", "TaskQueueType"], ["Namespace", "TaskQueueName"], []],
}
CONSTRAINTS = {
    "namespace": {"field": "Namespace", "precedences": ["Namespace", "TaskQueue"]},
    "taskqueuename": {"field": "TaskQueueName", "precedences": ["TaskQueue"]},
    "tasktype": {"field": "TaskQueueType", "precedences": ["TaskQueue"]},
}


def _fact(constructor: str, go_type: str, **other: Any) -> dict[str, Any]:
    """A setting as the reader tells it; every call stands on line 3 of a.go unless `position` says otherwise."""
    empty = {"position": "a.go:3", "key": "a.key", "value": None, "source": "nil", "converter": "", "description": ""}
    return {**empty, "constructor": constructor, "type": go_type, **other}


def _server(folder: Path, *settings: Mapping[str, Any], **other: Any) -> source.Server:
    """A server with these settings and, in `folder`, a source that calls as many constructors."""
    calls = "\n".join(f'var v{number} = dc.{found["constructor"]}("k")' for number, found in enumerate(settings))
    (folder / "a.go").write_text(f"package a\n\n{calls}\n")
    facts = {"settings": settings, "lookups": LOOKUPS, "constraints": CONSTRAINTS, **other}
    return source.Server("1.2.3", folder, facts)


def _one(folder: Path, constructor: str, go_type: str, **other: Any) -> dict[str, Any]:
    """What the catalogue says of a single setting."""
    (setting,) = dynamic_config.catalogue(_server(folder, _fact(constructor, go_type, **other)))["settings"].values()
    assert isinstance(setting, dict)
    return setting


def _dynamic(minor: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((catalogue.FOLDER / minor / "dynamic_config.json").read_text())
    return content


def _keys(minor: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((catalogue.FOLDER / minor / "configuration.json").read_text())
    keys: dict[str, Any] = content["keys"]
    return keys


# Settings of dynamic config.


@pytest.mark.parametrize(
    ("constructor", "go_type", "kind"),
    [
        ("NewGlobalBoolSetting", "bool", "bool"),
        ("NewNamespaceIntSetting", "int", "int"),
        ("NewGlobalDurationSetting", "time.Duration", "duration"),
        ("NewGlobalStringSetting", "string", "string"),
        ("NewNamespaceMapSetting", "map[string]any", "map"),
        ("NewTaskQueueIntSettingWithConstrainedDefault", "int", "int"),
        ("NewGlobalTypedSettingWithConverter", "[]string", "typed"),
    ],
)
def test_the_constructor_says_the_type(tmp_path: Path, constructor: str, go_type: str, kind: str) -> None:
    assert _one(tmp_path, constructor, go_type)["type"] == kind


def test_a_typed_setting_names_its_go_type_and_its_converter(tmp_path: Path) -> None:
    plain = _one(tmp_path, "NewGlobalTypedSetting", "a.Struct")
    converted = _one(tmp_path, "NewGlobalTypedSettingWithConverter", "a.Struct", converter="convert")

    assert (plain["goType"], "converter" in plain) == ("a.Struct", False)
    assert (converted["goType"], converted["converter"]) == ("a.Struct", "convert")


def test_the_precedence_says_the_constraints(tmp_path: Path) -> None:
    server = _server(tmp_path, _fact("NewTaskQueueBoolSetting", "bool"))

    made = dynamic_config.catalogue(server)

    assert made["settings"]["a.key"]["precedence"] == "taskQueue"
    assert made["settings"]["a.key"]["constraints"] == ["namespace", "taskQueueName", "taskType"]
    assert made["constraintSets"]["taskQueue"][0] == ["namespace", "taskQueueName", "taskType"]
    assert made["constraintSets"]["global"] == [[]]


def test_a_default_is_a_value_or_the_expression(tmp_path: Path) -> None:
    floating = _one(tmp_path, "NewGlobalFloatSetting", "float64", value=10, source="10")
    computed = _one(tmp_path, "NewGlobalBoolSetting", "bool", source='os.Getenv("X") == ""')
    nothing = _one(tmp_path, "NewNamespaceMapSetting", "map[string]any", source="nil")

    assert (type(floating["default"]), floating["default"], "defaultSource" in floating) == (float, 10.0, False)
    assert (computed["default"], computed["defaultSource"]) == (None, 'os.Getenv("X") == ""')
    assert (nothing["default"], "defaultSource" in nothing) == (None, False)


def test_settings_are_sorted_by_key(tmp_path: Path) -> None:
    later = _fact("NewGlobalIntSetting", "int", key="b")
    sooner = _fact("NewGlobalIntSetting", "int", key="a", position="a.go:4")

    assert list(dynamic_config.catalogue(_server(tmp_path, later, sooner))["settings"]) == ["a", "b"]


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"key": ""}, "a.go:3: the key of this setting is not a constant"),
        ({"type": ""}, "a.go:3: NewGlobalIntSetting makes the type unknown"),
        ({"type": "string"}, "a.go:3: NewGlobalIntSetting makes the type string"),
        ({"constructor": "NewPlanetIntSetting"}, "a.go:3: NewPlanetIntSetting is no known constructor"),
    ],
)
def test_what_is_not_understood_is_named(tmp_path: Path, wrong: dict[str, str], complaint: str) -> None:
    with pytest.raises(CommandError, match=re.escape(complaint)):
        dynamic_config.catalogue(_server(tmp_path, {**_fact("NewGlobalIntSetting", "int"), **wrong}))


def test_two_spellings_of_one_key_are_refused(tmp_path: Path) -> None:
    first = _fact("NewGlobalIntSetting", "int", key="a.maxRPS")
    second = _fact("NewGlobalIntSetting", "int", key="a.maxRps", position="a.go:4")

    with pytest.raises(CommandError, match=r"a\.go:4: there is another setting a\.maxRps"):
        dynamic_config.catalogue(_server(tmp_path, first, second))


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        (
            {"lookups": {"Global": [["Namespace"]]}},
            "precedence Global: the server looks for ['Namespace'], its files may",
        ),
        ({"lookups": {"Namespace": [[]]}}, "precedence Namespace: the server looks for [], its files may hold ['Names"),
        ({"constraints": {"planet": {"field": "Planet", "precedences": []}}}, "the constraint planet fills the field"),
        ({"constraints": {"ns": CONSTRAINTS["namespace"]}}, "the constraint ns fills the field Namespace"),
    ],
)
def test_constraints_in_files_are_those_looked_for(tmp_path: Path, changed: dict[str, Any], complaint: str) -> None:
    with pytest.raises(CommandError, match=re.escape(complaint)):
        dynamic_config.catalogue(_server(tmp_path, _fact("NewGlobalIntSetting", "int"), **changed))


def test_calls_are_counted_without_the_reader(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text(
        "package a\n"
        "// dc.NewGlobalBoolSetting(\n"
        "var a, b = NewGlobalBoolSetting(`x`, true, ``), dc.NewTaskTypeDurationSettingWithConstrainedDefault(\n"
        "func f() { _ = dc.NewGlobalTypedSettingWithConverter[map[string]int](nil) }\n"
        "func NewGlobalIntSetting(key string) {}\n"
        "type X = GlobalBoolSetting\n"
    )
    (tmp_path / "a_test.go").write_text('package a\nvar t = dc.NewGlobalBoolSetting("t")\n')
    generated = tmp_path / "common/dynamicconfig/setting_gen.go"
    generated.parent.mkdir(parents=True)
    generated.write_text("package dynamicconfig\nvar x = NewGlobalTypedSetting[bool](key)\n")

    assert dynamic_config.calls(tmp_path) == ["a.go:3", "a.go:3", "a.go:4"]


def test_a_call_that_the_reader_missed_is_named(tmp_path: Path) -> None:
    server = _server(tmp_path, _fact("NewGlobalIntSetting", "int"))
    (tmp_path / "b.go").write_text('package b\nfunc f() { dc.NewGlobalIntSetting("hidden") }\n')

    with pytest.raises(CommandError, match=r"2 calls .* 1 of them were understood\. Look at b\.go:2 in "):
        dynamic_config.catalogue(server)


# Keys of the configuration file.


def _basic(name: str) -> dict[str, Any]:
    return {"kind": "basic", "name": name}


def _named(name: str) -> dict[str, Any]:
    return {"kind": "named", "name": name}


def _field(name: str, shape: Mapping[str, Any], tag: str = "", **other: bool) -> dict[str, Any]:
    return {"name": name, "tag": tag, "embedded": False, "exported": name[0].isupper(), "type": shape, **other}


def _struct(*fields: Mapping[str, Any], decoder: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The declaration of a struct."""
    return {"underlying": {"kind": "struct", "fields": fields}, "text": False, "decoder": decoder}


def _tree(**types: Mapping[str, Any]) -> configuration.Tree:
    return configuration.tree(types, "Config")


def test_keys_are_those_of_yaml_v3() -> None:
    config = _struct(
        _field("NoTag", _basic("string")),
        _field("Tagged", _basic("int32"), "aKey,omitempty"),
        _field("Options", _basic("bool"), ",omitempty"),
        _field("Skipped", _basic("bool"), "-"),
        _field("hidden", _basic("bool"), "hidden"),
    )

    assert _tree(Config=config) == {"notag": "string", "aKey": "int", "options": "bool"}


def test_an_inline_struct_has_no_key_of_its_own_and_an_embedded_one_has() -> None:
    inner = _struct(_field("Port", _basic("uint16")))
    inlined = _struct(_field("Inner", _named("Inner"), "inner,inline", embedded=True))
    embedded = _struct(_field("Inner", _named("Inner"), embedded=True))
    unexported = _struct(_field("inner", _named("Inner"), embedded=True))

    assert _tree(Config=inlined, Inner=inner) == {"port": "uint"}
    assert _tree(Config=embedded, Inner=inner) == {"inner": {"port": "uint"}}
    assert _tree(Config=unexported, Inner=inner) == {"inner": {"port": "uint"}}


def test_maps_lists_and_words() -> None:
    config = _struct(
        _field("A", {"kind": "map", "of": {"kind": "list", "of": _basic("float64")}}),
        _field("B", {"kind": "map", "of": {"kind": "any"}}, ",inline"),
        _field("C", _named("time.Duration")),
        _field("D", _named("Level")),
        _field("E", {"kind": "struct", "fields": [_field("Port", _basic("int"))]}),
    )
    level = {"underlying": _basic("string"), "text": False, "decoder": None}

    assert _tree(Config=config, Level=level) == {
        "a": {"*": {"[]": "float"}},
        "*": "any",
        "c": "duration",
        "d": "string",
        "e": {"port": "int"},
    }


def test_a_type_within_itself_is_a_word() -> None:
    node = _struct(_field("Name", _basic("string")), _field("Next", {"kind": "list", "of": _named("a/b.Node")}))

    assert configuration.tree({"a/b.Node": node}, "a/b.Node") == {"name": "string", "next": {"[]": "b.Node"}}


def test_a_decoder_that_fills_one_field_is_that_field() -> None:
    decoder = {"decoded": ["inner"], "assigned": {}, "tags": {}}
    config = _struct(_field("inner", _named("Inner")), _field("Other", _basic("int")), decoder=decoder)

    assert _tree(Config=config, Inner=_struct(_field("Port", _basic("int")))) == {"port": "int"}


def test_a_decoder_that_chooses_a_type_allows_the_keys_of_all() -> None:
    decoder = {"decoded": [], "assigned": {"Spec": [_named("One"), _named("Two")]}, "tags": {"Spec": "its-spec"}}
    config = _struct(_field("Kind", _basic("string")), _field("Spec", {"kind": "any"}, "-"), decoder=decoder)
    both = _field("Both", {"kind": "struct", "fields": [_field("A", _basic("int"))]})
    more = _field("Both", {"kind": "struct", "fields": [_field("B", _basic("int"))]})

    assert _tree(Config=config, One=_struct(both), Two=_struct(more, _field("Own", _basic("string")))) == {
        "kind": "string",
        "its-spec": {"both": {"a": "int", "b": "int"}, "own": "string"},
    }


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        (_struct(_field("F", {"kind": "other", "name": "func()"})), "Config.f: no YAML can fill func()"),
        (_struct(_field("A", _basic("int")), _field("B", _basic("int"), "a")), "Config: two fields have the key a"),
        (
            _struct(decoder={"decoded": [], "assigned": {}, "tags": {}}),
            "Config: what the method UnmarshalYAML of Config does is not understood",
        ),
        ({**_struct(), "text": True}, "Config: Config reads itself from a text"),
    ],
)
def test_what_yaml_cannot_fill_is_named(config: Mapping[str, Any], complaint: str) -> None:
    with pytest.raises(CommandError, match=re.escape(complaint)):
        _tree(Config=config)


def test_one_version_of_each_minor(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"1\.32\.1, 1\.32\.2: only one version of each minor"):
        catalogue.write(["1.32.1", "1.32.2"], Progress(StringIO()), tmp_path)


# The committed catalogue.


@pytest.mark.parametrize("minor", MINORS)
def test_every_setting_is_complete(minor: str) -> None:
    content = _dynamic(minor)
    defaults = {"bool": bool, "int": int, "float": float, "duration": str, "string": str}

    assert len(content["settings"]) > 600
    for key, setting in content["settings"].items():
        kind, default = setting["type"], setting["default"]
        assert setting["precedence"] in content["constraintSets"], key
        assert setting["description"], key
        assert ("goType" in setting) == (kind == "typed"), key
        if default is None:
            assert setting.get("defaultSource") or kind in ("map", "typed"), key
        else:
            assert type(default) is defaults[kind], key


@pytest.mark.parametrize("minor", MINORS)
def test_each_catalogue_is_of_one_server_of_its_minor(minor: str) -> None:
    servers = {json.loads(file.read_text())["server"] for file in (catalogue.FOLDER / minor).iterdir()}

    assert len(servers) == 1
    assert catalogue.minor(servers.pop()) == minor


def test_the_pinned_server_is_the_one_in_the_catalogue() -> None:
    assert _dynamic(catalogue.minor(TEMPORAL_SERVER))["server"] == TEMPORAL_SERVER


def test_known_settings() -> None:
    settings = _dynamic("1.32")["settings"]

    assert settings["limit.maxIDLength"]["default"] == 1000
    assert settings["limit.blobSize.error"]["default"] == 2 * 1024 * 1024
    assert settings["system.namespaceMinRetentionGlobal"]["default"] == "24h0m0s"
    assert settings["frontend.namespaceRPS"]["constraints"] == ["namespace"]
    assert settings["matching.numTaskqueueReadPartitions"]["constraints"] == ["namespace", "taskQueueName", "taskType"]
    assert settings["matching.useNewMatcher"]["goType"] == "dynamicconfig.GradualChange[bool]"
    assert settings["nexusoperation.request.timeout"]["constraints"] == ["namespace", "destination"]
    assert settings["worker.perNamespaceWorkerOptions"]["goType"] == "sdkworker.Options"
    assert "history.enableArchival" not in settings


def test_the_minors_differ_as_their_servers_do() -> None:
    older, newer = _dynamic("1.31")["settings"], _dynamic("1.32")["settings"]

    assert "matching.enableMigration" in older.keys() - newer.keys()
    assert "matching.partitionScaler" in newer.keys() - older.keys()
    assert newer["nexusoperation.callback.endpoint.template"]["type"] == "typed"
    assert older["nexusoperation.callback.endpoint.template"]["type"] == "string"


@pytest.mark.parametrize("minor", MINORS)
def test_known_keys_of_the_configuration(minor: str) -> None:
    keys = _keys(minor)
    store = keys["persistence"]["datastores"]["*"]

    assert store["sql"]["passwordCommand"] == {"command": "string", "args": {"[]": "string"}, "timeout": "duration"}
    assert "connect" not in store["sql"]
    assert store["elasticsearch"]["url"].keys() >= {"scheme", "host"}
    assert store["customDatastore"]["options"] == {"*": "any"}
    assert keys["global"]["metrics"]["prefix"] == "string"
    assert "clientConfig" not in keys["global"]["metrics"]
    assert keys["clusterMetadata"]["clusterInformation"]["*"].keys() == {
        "enabled", "initialFailoverVersion", "rpcAddress", "httpAddress",
    }  # fmt: skip
    assert keys["otel"]["exporters"]["[]"]["spec"]["connection"]["endpoint"] == "string"
    assert keys["namespaceDefaults"]["archival"]["history"]["URI"] == "string"
    assert "name" not in keys["global"]["membership"]


# The reader, on a module of a few files and on the real one.

MODULE = {
    "go.mod": "// a comment\nmodule example.invalid/server\n\ngo 1.26\n",
    "cmd/server/main.go": """
package main

import (
	_ "example.invalid/server/common/config"
	_ "example.invalid/server/service"
)

func main() {}
""",
    "common/dynamicconfig/setting_gen.go": """
package dynamicconfig

import "time"

type setting[T any] struct{ def T }
type GlobalTypedSetting[T any] setting[T]
type NamespaceTypedSetting[T any] setting[T]
type GlobalBoolSetting = GlobalTypedSetting[bool]
type NamespaceDurationSetting = NamespaceTypedSetting[time.Duration]

func NewGlobalBoolSetting(key string, def bool, description string) GlobalBoolSetting {
	return NewGlobalTypedSettingWithConverter[bool](key, nil, def, description)
}

func NewNamespaceDurationSetting(key string, def time.Duration, description string) NamespaceDurationSetting {
	return NamespaceDurationSetting{}
}

func NewGlobalTypedSetting[T any](key string, def T, description string) GlobalTypedSetting[T] {
	return GlobalTypedSetting[T]{}
}

func NewGlobalTypedSettingWithConverter[T any](
	key string, convert func(any) (T, error), def T, description string,
) GlobalTypedSetting[T] {
	return GlobalTypedSetting[T]{}
}

func (s GlobalTypedSetting[T]) Get() {
	prec := []Constraints{{}}
	use(prec)
}

func (s NamespaceTypedSetting[T]) Get() {
	prec := []Constraints{{Namespace: namespace}, {}}
	use(prec)
}
""",
    "common/dynamicconfig/yaml_loader.go": """
package dynamicconfig

func convertYamlConstraints(key string, m map[string]any, precedence Precedence) Constraints {
	for k, v := range m {
		switch strings.ToLower(k) {
		case "namespace":
			cs.Namespace = v
			validConstraint = precedence == PrecedenceNamespace || precedence == PrecedenceTaskQueue
		default:
			cs.Other = v
		}
	}
}
""",
    "common/names/names.go": """
package names

import "time"

const (
	Prefix = "odd" + "."
	Wait   = 90 * time.Second
)
""",
    "common/metrics/defs.go": """
package metrics

func NewCounterDef(name string) string { return name }

func NewTimerDef(name string) string { return name }

var Unused, Used = NewTimerDef("unused"), NewTimerDef("used")
""",
    "service/metrics.go": """
package service

import (
	m "example.invalid/server/common/metrics"
	"example.invalid/server/common/names"
)

var (
	Here   = m.NewCounterDef(names.Prefix + "here")
	Twice  = m.NewCounterDef("twice")
	Nobody = m.NewCounterDef("nobody")
)

func emit() (string, string, string) {
	// Nobody
	return m.Used, Here, Twice + Twice
}
""",
    "service/metrics_test.go": """
package service

var tested = Nobody + m.Unused
""",
    "service/settings.go": """
package service

import (
	"math"
	"os"

	outside "example.org/outside/v2"
	dc "example.invalid/server/common/dynamicconfig"
	"example.invalid/server/common/names"
)

type Shape struct{ Sides int }

func convert(any) (map[string]Shape, error) { return nil, nil }

var (
	// dc.NewGlobalBoolSetting("commented.out", true, "")
	a, b = dc.NewGlobalBoolSetting(`raw"key`, true && !false, `Backquoted: "), ("
over lines.`), dc.NewGlobalBoolSetting("b", os.Getenv(")") == "", "Un" + "known.")
	c = dc.NewNamespaceDurationSetting(names.Prefix+"key", ((2 * names.Wait) + (0)), "Computed.")
	d = dc.NewNamespaceDurationSetting("d", math.MaxInt64, "For ever.")
	e = dc.NewGlobalTypedSetting[[]string]("e", nil, "Explicit.")
	f = dc.NewGlobalTypedSetting("f", &Shape{
		Sides: 3, // a triangle
	}, "Inferred.")
	g = dc.NewGlobalTypedSettingWithConverter("g", convert, nil, "From a function.")
	h = dc.NewGlobalTypedSettingWithConverter("h", func(in any) (float64, error) {
		return map[string]float64{")": 1}[")"], nil
	}, 0.5, "From a literal.")
	i = dc.NewGlobalTypedSetting("i", outside.Options{}, "Of another module.")
	j = []any{dc.NewGlobalBoolSetting("j", false, "Nested.")}
)
""",
    "service/settings_test.go": """
package service

var t = dc.NewGlobalBoolSetting("test", true, "")
""",
    "common/config/a_windows.go": """
package config

type Base struct{ Windows string }
""",
    "common/config/config.go": """
package config

import (
	"net/url"
	"time"

	"gopkg.in/yaml.v3"
)

type (
	Config struct {
		Base    `yaml:"base,inline"`
		Address *url.URL `json:"other"`
		Plain   string `aTag`
		Waits   map[string][]time.Duration `yaml:"waits"`
		Chosen  Chosen
		Whole   Whole
		Loader  func() `yaml:"-"`
		yaml.Node `yaml:"-"`
	}
	Base   struct{ Kind string }
	Chosen struct {
		Kind string
		Spec any `yaml:"-"`
	}
	Whole struct{ inner Base }
	one   struct{ One int }
	two   struct{ Two int }
)

func (w *Whole) UnmarshalYAML(n *yaml.Node) error { return n.Decode(&w.inner) }

func (c *Chosen) UnmarshalYAML(n *yaml.Node) error {
	type overlay struct {
		Spec yaml.Node `yaml:"its_spec"`
	}
	switch c.Kind {
	case "one":
		c.Spec = &one{}
	default:
		c.Spec = new(two)
	}
	return nil
}
""",
}


@pytest.fixture(scope="module")
def reader() -> Iterator[source.Reader]:
    """The reader; without a Go toolchain the tests fail."""
    try:
        with source.reader(Progress(StringIO())) as made:
            yield made
    except EmbeddedError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory, reader: source.Reader) -> source.Server:
    """MODULE, read."""
    folder = tmp_path_factory.mktemp("module")
    for name, text in MODULE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip("\n"))
    return source.Server("0.1.0", folder, reader.facts(folder))


@pytest.mark.engine
def test_reads_settings_however_they_are_written(module: source.Server) -> None:
    settings = dynamic_config.catalogue(module)["settings"]

    told = {key: (found.get("goType"), found["default"]) for key, found in settings.items()}
    assert told == {
        'raw"key': (None, True),
        "b": (None, None),
        "odd.key": (None, "3m0s"),
        "d": (None, "2562047h47m16.854775807s"),
        "e": ("[]string", None),
        "f": ("*service.Shape", None),
        "g": ("map[string]service.Shape", None),
        "h": ("float64", 0.5),
        "i": ("outside.Options", None),
        "j": (None, False),
    }
    assert settings['raw"key']["description"] == 'Backquoted: "), ("\nover lines.'
    assert settings["b"]["defaultSource"] == 'os.Getenv(")") == ""'
    assert settings["b"]["description"] == "Unknown."
    assert settings["odd.key"]["constraints"] == ["namespace"]
    assert settings["f"]["defaultSource"] == "&Shape{ Sides: 3, }"
    assert (settings["g"]["converter"], settings["h"]["converter"]) == ("convert", "func(in any) (float64, error)")


@pytest.mark.engine
def test_reads_structs_of_other_packages_and_decoders(module: source.Server) -> None:
    keys = configuration.tree(module.facts["types"], "example.invalid/server/common/config.Config")

    assert isinstance(keys, dict)
    address = keys.pop("address")
    assert address["host"] == "string"
    assert address["user"] == {}
    assert keys == {
        "kind": "string",
        "aTag": "string",
        "waits": {"*": {"[]": "duration"}},
        "chosen": {"kind": "string", "its_spec": {"one": "int", "two": "int"}},
        "whole": {"kind": "string"},
    }


@pytest.mark.engine
def test_reads_metrics_and_who_uses_them(module: source.Server) -> None:
    told = {
        (found["position"], found["constructor"], found["name"], found["used"]) for found in module.facts["metrics"]
    }

    assert told == {
        ("common/metrics/defs.go:7", "NewTimerDef", "unused", False),
        ("common/metrics/defs.go:7", "NewTimerDef", "used", True),
        ("service/metrics.go:9", "NewCounterDef", "odd.here", True),
        ("service/metrics.go:10", "NewCounterDef", "twice", True),
        ("service/metrics.go:11", "NewCounterDef", "nobody", False),
    }


@pytest.mark.engine
def test_a_source_that_go_cannot_read_says_why(tmp_path: Path, reader: source.Reader) -> None:
    (tmp_path / "go.mod").write_text("module example.invalid/server\n")
    main = tmp_path / "cmd/server/main.go"
    main.parent.mkdir(parents=True)
    main.write_text("package main\nfunc main( {}\n")

    with pytest.raises(CommandError, match=r"cmd/server/main\.go:2:12: (?s:.*)Full log: "):
        reader.facts(tmp_path)


@pytest.mark.engine
def test_the_committed_catalogue_is_what_the_servers_source_says(tmp_path: Path) -> None:
    servers = [_dynamic(minor)["server"] for minor in MINORS]

    try:
        catalogue.write(servers, Progress(), tmp_path)
    except (CommandError, EmbeddedError) as error:
        pytest.fail(f"nothing to compare with: {error}", pytrace=False)

    for minor in MINORS:
        for made in (tmp_path / minor).iterdir():
            committed = catalogue.FOLDER / minor / made.name
            assert made.read_bytes() == committed.read_bytes(), f"{committed} is not what its server's source says"
    assert {path.parent.name for path in catalogue.FOLDER.glob("*/*.json")} == set(MINORS)
