"""Rotation on demand on the real cluster: new leaves and new passwords in one `up`, and no pod restarts.

The proof ends at one replica of each part, and at the kubelet's own time for renewing files.
"""

import base64
import time

from tests.cluster.served import pods, serials
from tests.cluster.stack import Deployment, until

ROLES = {"users": ("temporal", "temporal_visibility"), "owners": ("temporal_owner", "temporal_visibility_owner")}


def passwords(deployment: Deployment) -> dict[str, bytes]:
    """Of users, owners and the superuser."""
    found: dict[str, bytes] = {}
    for group in (*ROLES, "superuser"):
        data = deployment.get("secret", f"temporal-postgres-{group}")["data"]
        found |= {role: base64.b64decode(text) for role, text in data.items()}
    return found


def authenticates(deployment: Deployment, role: str, password: bytes) -> bool:
    """Whether PostgreSQL lets the role in over TLS with this password."""
    script = (
        f"PGPASSWORD={password.decode()} psql -X -h 127.0.0.1 -U {role} -d {role.removesuffix('_owner')} -c 'SELECT 1'"
    )
    words = ["exec", "-i", "temporal-postgres-0", "-c", "postgres", "--", "sh"]
    return "1 row" in deployment.kubectl("-n", deployment.namespace, *words, stdin=script, check=False)


def test_leaves_and_passwords_rotate_without_a_restart(platform: Deployment) -> None:
    """`make up` ends with its smoke test right after the rotation; old passwords are refused, new leaves are served."""
    text, before, running, served = platform.file.read_text(), passwords(platform), pods(platform), serials(platform)
    assert all(authenticates(platform, role, before[role]) for roles in ROLES.values() for role in roles)
    rotated = text.replace("kind: generated", "kind: generated\n    rotation: 1")
    platform.file.write_text(rotated.replace("kind: in-cluster", "kind: in-cluster\n    passwordRotation: 1"))
    began = time.monotonic()
    ran = platform.up()
    assert "100 of 100 workflow executions completed and checked" in ran.err
    after = passwords(platform)
    assert {role for role in before if before[role] != after[role]} == {r for roles in ROLES.values() for r in roles}
    for roles in ROLES.values():
        for role in roles:
            assert authenticates(platform, role, after[role])
            assert not authenticates(platform, role, before[role])
    until("new leaves are served", lambda: not set(served.items()) & set(serials(platform).items()), 240)
    print(f"new leaves are served everywhere {time.monotonic() - began:.0f} s after `make up` began")
    assert pods(platform) == running
    assert "no changes" in platform.up().err


def test_connections_of_the_new_passwords_follow(platform: Deployment) -> None:
    """Every connection of the server is cut: the next ones use the files that the kubelet has renewed."""
    files = "cat /etc/temporal/database-passwords/default"
    words = ["exec", "deployment/temporal-history", "--", "sh", "-c", files]
    wanted = passwords(platform)["temporal"].decode()
    until("the kubelet renewed the file", lambda: platform.kubectl("-n", platform.namespace, *words) == wanted, 180)
    running = pods(platform)
    platform.psql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename LIKE 'temporal%'")
    assert "100 of 100 workflow executions completed and checked" in platform.up().err
    assert pods(platform) == running
