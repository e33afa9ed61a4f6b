"""Strategies for where a valid stack file has executions searched."""

from typing import Any, Final

from hypothesis import strategies as st

from tests.settings.valid_pods import BUDGETS, PODS, SPREAD, labels, secret_keys, some

_PREFIX: Final = "temporal_visibility_v1"
_STAGES: Final = ("prepare", "write-both", "read-new")
_indexes = st.sampled_from([_PREFIX, f"{_PREFIX}_a-b.9", f"{_PREFIX}{'x' * 150}"])
_users = st.sampled_from(["temporal", "a.b@c", "5", "x" * 128])
_role = {"user": _users, "password": secret_keys}
_logins = st.fixed_dictionaries(
    {"kind": st.just("login"), **_role}, optional={"owner": st.fixed_dictionaries({**_role})}
)
_signing = st.fixed_dictionaries({"kind": st.just("aws-request-signing"), "region": st.just("eu-central-1")})

_REPLACED: Final = (
    "postgres",
    f"http://10.0.0.9:9200/{_PREFIX}_lost",
    f"opensearch-domain/lost/{_PREFIX}",
)


@st.composite
def visibilities(draw: st.DrawFn, in_account: st.SearchStrategy[dict[str, Any]] | None) -> dict[str, Any]:
    """Every kind, domains where there is an account for them; nothing, where the file says nothing."""
    made = ["opensearch-domain"] if in_account is not None else []
    match draw(st.sampled_from(["nothing", "postgres", "opensearch", "existing", *made])):
        case "postgres":
            return {"kind": "postgres"}
        case "opensearch":
            return {**draw(_clusters()), **draw(_changes(in_account))}
        case "existing":
            return {**draw(_existing(_indexes)), **draw(_changes(in_account))}
        case "opensearch-domain" if in_account is not None:
            return {**draw(in_account), **draw(some(index=_indexes)), **draw(_changes(in_account))}
        case _:
            return {}


def attribute_types(most: int) -> st.SearchStrategy[dict[str, str]]:
    """At most so many search attributes with their types."""
    return st.dictionaries(
        st.sampled_from(["CaseId", "a", "no", "x" * 100, "K_9"]),
        st.sampled_from(["Keyword", "Text", "Datetime"]),
        max_size=most,
    )


def refers(visibility: dict[str, Any]) -> bool:
    """Whether it names Secrets that must be there beforehand."""
    stores = (visibility, visibility.get("move", {}).get("to", {}))
    return any("ca" in store or store.get("authentication", {}).get("kind") == "login" for store in stores)


@st.composite
def _clusters(draw: st.DrawFn) -> dict[str, Any]:
    """In the cluster: several nodes may spread, and a memory limit that is said has room for Java."""
    nodes = draw(st.sampled_from([None, 1, 3, 5]))
    optional: dict[str, st.SearchStrategy[Any]] = {
        "index": _indexes,
        "storage": st.sampled_from(["1Gi", "20G"]),
        "storageClass": labels,
        "disruptionBudget": BUDGETS,
        **PODS,
        **(SPREAD if nodes and nodes > 1 else {}),
    }
    said: dict[str, Any] = draw(st.fixed_dictionaries({"kind": st.just("opensearch")}, optional=optional))
    limits = said.get("resources", {}).get("limits", {})
    if "memory" in limits:
        said = {**said, "resources": {**said["resources"], "limits": {**limits, "memory": "1Ti"}}}
    return {**said, **({"nodes": nodes} if nodes else {})}


@st.composite
def _existing(draw: st.DrawFn, indexes: st.SearchStrategy[str]) -> dict[str, Any]:
    """Somebody else's: whoever signs requests trusts public authorities."""
    authentication = draw(st.one_of(_logins, _signing, st.just({"kind": "none"})))
    own_authority = {} if authentication["kind"] == "aws-request-signing" else {"ca": secret_keys}
    return draw(
        st.fixed_dictionaries(
            {
                "kind": st.just("existing"),
                "url": st.sampled_from(["https://search.example.com", "http://10.0.0.7:9200"]),
                "index": indexes,
                "authentication": st.just(authentication),
            },
            optional={"version": st.sampled_from(["v7", "v8"]), "clusterSettings": st.booleans(), **own_authority},
        )
    )


@st.composite
def _changes(draw: st.DrawFn, in_account: st.SearchStrategy[dict[str, Any]] | None) -> dict[str, Any]:
    """A move to an index that no store has, or what is given up, or neither."""
    index = f"{_PREFIX}_moved"
    domain = [in_account.map(lambda said: {**said, "domain": "moved"})] if in_account is not None else []
    to = st.one_of(_existing(st.just(index)), st.just({"kind": "index", "index": index}), *domain)
    move = st.fixed_dictionaries({"stage": st.sampled_from(_STAGES), "to": to})
    replaces = st.sampled_from(_REPLACED)
    return draw(st.sampled_from([{}, {"move": draw(move)}, {"replaces": draw(replaces)}]))
