"""Strategies for the workloads of a valid stack file."""

from typing import Any, Final

from hypothesis import strategies as st

from tests.settings.valid_pods import PODS, SPREAD, labels, some

_digits: Final = "0123456789abcdef" * 4
_images = st.sampled_from(["a:1", "registry.example.com:5000/team/web:1.4.2-rc_1", f"web@sha256:{_digits}"])
_paths = st.sampled_from(["/", "/healthz", "/a/b.c~d%20"])
_ports = st.integers(1, 32000)
_words = st.lists(st.sampled_from(["python", "-m", "5", "true", "a b", "é"]), max_size=3)
_slots = st.integers(1, 100_000)
_shutdowns = st.sampled_from(["0s", "500ms", "30s", "105s"])
_long_shutdowns = st.sampled_from(["106s", "10m", "1d"])
_modes = st.sampled_from(["ReadWriteOnce", "ReadWriteMany"])
_command = st.fixed_dictionaries({"kind": st.just("command"), "command": _words})
_tls = [
    st.just({"kind": "none"}),
    st.fixed_dictionaries(
        {"kind": st.just("cert-manager"), "issuer": labels}, optional={"issuerKind": st.just("ClusterIssuer")}
    ),
]
_tls_of_others = [
    st.fixed_dictionaries({"kind": st.just("secret"), "secret": labels}),
    st.just({"kind": "cert-manager", "issuer": "shop", "issuerKind": "Issuer"}),
]


@st.composite
def workloads(draw: st.DrawFn, applications: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of these applications; with nothing of other people's in a namespace that the stack makes."""
    if not applications:
        return []
    names = draw(st.lists(st.sampled_from(["a", "web", "true", "x" * 40]), max_size=3, unique=True))
    found = []
    for index, name in enumerate(names):
        application = draw(st.sampled_from(applications))
        kind = draw(st.sampled_from(["worker", "api"]))
        is_made = bool(application.get("createNamespace"))
        said = {"kind": kind, "name": name, "application": application["namespace"], "image": draw(_images)}
        said |= draw(_common(may_refer=not is_made))
        said |= draw(_worker()) if kind == "worker" else draw(_api(index, may_refer=not is_made))
        said["probes"] = draw(_probes(kind))
        has_several = said.get("replicas", 1) > 1 or said.get("autoscaling", {}).get("max", 1) > 1
        said["volumes"] = draw(_volumes(may_refer=not is_made, has_several=has_several))
        found.append(said)
    return found


@st.composite
def _common(draw: st.DrawFn, *, may_refer: bool) -> dict[str, Any]:
    refer = {"pullSecrets": st.lists(labels, max_size=1)} if may_refer else {}
    pods = {key: PODS[key] for key in PODS if may_refer or key != "secretEnvironment"}
    said = draw(
        some(
            command=_words,
            args=_words,
            user=st.integers(1, 2_147_483_647),
            metricsPort=st.integers(32001, 65535),
            **{**pods, **SPREAD, **refer},
        )
    )
    spot = draw(st.sampled_from([None, "off", "preferred", "required"]))
    if spot in ("preferred", "required") and "nodeAffinity" in said.get("affinity", {}):
        spot = "off"
    shutdown = draw(st.one_of(st.none(), _shutdowns if spot in ("preferred", "required") else _long_shutdowns))
    return {**said, **({"spot": spot} if spot else {}), **({"gracefulShutdown": shutdown} if shutdown else {})}


def _worker() -> st.SearchStrategy[dict[str, Any]]:
    scaling = st.fixed_dictionaries(
        {"kind": st.just("keda"), "min": st.integers(0, 5), "max": st.integers(5, 100), "backlog": _slots}
    )
    keys = {
        "slots": some(workflowTasks=_slots, activities=_slots, localActivities=_slots),
        "pollers": some(workflowTasks=st.integers(2, 1000), activities=st.integers(1, 1000)),
    }
    queue = {"taskQueue": st.sampled_from(["orders", "Orders.v2/a:b_c", "5"])}
    number = st.one_of(some(replicas=st.integers(1, 100)), st.fixed_dictionaries({"autoscaling": scaling}), st.just({}))
    return st.builds(lambda one, other: {**one, **other}, st.fixed_dictionaries(queue, optional=keys), number)


def _api(index: int, *, may_refer: bool) -> st.SearchStrategy[dict[str, Any]]:
    ingress = st.fixed_dictionaries(
        {"host": st.just(f"api{index}.example.com"), "tls": st.one_of(*_tls, *(_tls_of_others if may_refer else []))},
        optional={
            "path": _paths,
            "ingressClass": labels,
            "annotations": st.sampled_from([{}, {"example.com/a": "b c"}]),
        },
    )
    return st.fixed_dictionaries({"port": _ports}, optional={"replicas": st.integers(1, 100), "ingress": ingress})


def _probes(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """A worker says where it is asked."""
    needed = {"kind": st.just("http"), "path": _paths, **({"port": _ports} if kind == "worker" else {})}
    http = st.fixed_dictionaries(needed, optional={} if kind == "worker" else {"port": _ports})
    probe = st.one_of(http, _command)
    return some(readiness=probe, liveness=probe, startWithin=st.sampled_from(["0s", "500ms", "10m"]))


@st.composite
def _volumes(draw: st.DrawFn, *, may_refer: bool, has_several: bool) -> list[dict[str, Any]]:
    """Which many pods share where there are several."""
    mode: dict[str, Any] = {"accessMode": st.just("ReadWriteMany")} if has_several else {}
    more: dict[str, Any] = {} if has_several else {"accessMode": _modes}
    sizes = st.sampled_from(["1Gi", "20G"])
    made = st.fixed_dictionaries(
        {"kind": st.just("claim"), "size": sizes, **mode}, optional={"storageClass": labels, **more}
    )
    given = st.fixed_dictionaries(
        {"kind": st.just("existing-claim"), "claim": labels, **mode}, optional={"readOnly": st.booleans(), **more}
    )
    secret = st.fixed_dictionaries({"kind": st.just("secret"), "secret": labels})
    kinds = st.one_of(made, given, secret) if may_refer else made
    drawn = draw(st.lists(kinds, max_size=3))
    return [{**said, "name": f"v{number}", "path": f"/v/{number}"} for number, said in enumerate(drawn)]
