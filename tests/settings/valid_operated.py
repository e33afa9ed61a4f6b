"""Strategies for valid PostgreSQL clusters of operators."""

from typing import Any, Final

from hypothesis import strategies as st

from tests.settings.valid_pods import PODS, SPREAD, labels, secret_keys, some

PARAMETERS: Final = st.sampled_from(
    [{}, {"work_mem": "16MB"}, {"random_page_cost": "1.1", "jit": "off", "wal_buffers": "-1"}]
)
_SIX: Final = st.sampled_from(["0 0 2 * * *", "0 30 2,14 * * 1-5"])


@st.composite
def operated_databases(draw: st.DrawFn, connections: st.SearchStrategy[int], size: str) -> dict[str, Any]:
    """Of both operators, with what production cannot do without."""
    is_production = size == "production"
    alike = some(
        instances=st.integers(2 if is_production else 1, 9),
        synchronous=st.booleans(),
        storage=st.sampled_from(["1Gi", "20G", "1Ti"]),
        storageClass=labels,
        parameters=PARAMETERS,
        **PODS,
        **SPREAD,
    )
    version = draw(st.sampled_from(["15", "16", "17"]))
    said = {"maxConnections": draw(connections), "version": version, **draw(alike)}
    if draw(st.booleans()):
        dumps = some(schedule=st.sampled_from(["30 2 * * *", "*/5 0 1 1 7"]), retention=st.just("2 weeks"))
        return {"kind": "zalando", **said, **draw(some(logicalBackup=dumps))}
    image = st.sampled_from(["ghcr.io/cloudnative-pg/postgresql:{}", "10.0.0.1:5000/pg:{}.4-standard-trixie"])
    further = some(image=image.map(lambda name: name.format(version)), passwordRotation=st.integers(0, 1_000_000))
    said = {"kind": "cloudnative-pg", **said, **draw(further)}
    if is_production or draw(st.booleans()):
        said["backup"] = draw(_backups())
    return said


def _backups() -> st.SearchStrategy[dict[str, Any]]:
    pair = st.fixed_dictionaries({"accessKey": secret_keys, "secretKey": secret_keys})
    new = st.fixed_dictionaries(
        {"kind": st.just("s3"), "path": st.sampled_from(["s3://orders", "s3://a-b.c/d/e_F"])},
        optional={
            "endpoint": st.sampled_from(["https://s3.example.com", "http://10.0.0.7:9000"]),
            "ca": secret_keys,
            "credentials": pair,
            "retention": st.sampled_from(["30d", "4w", "1m"]),
        },
    )
    there = st.fixed_dictionaries({"kind": st.just("object-store"), "name": labels})
    return st.fixed_dictionaries({"store": st.one_of(new, there)}, optional={"schedule": _SIX})


def refers(database: dict[str, Any]) -> bool:
    """Whether something must be in the namespace beforehand."""
    store = database.get("backup", {}).get("store", {})
    return store.get("kind") == "object-store" or bool(store.keys() & {"ca", "credentials"})
