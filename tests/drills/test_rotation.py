"""Rotation on demand on the real cluster: new leaves and new passwords in one `up`, and no pod restarts.

The proof ends at one replica of each part; how long the kubelet takes to renew files by itself is for the drill.
"""

import base64

from tests.cluster.served import hurry, pods, serials
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


def file_of(deployment: Deployment) -> bytes:
    """The password that a pod of history would use for a new connection."""
    words = ["exec", "deployment/temporal-history", "--", "cat", "/etc/temporal/database-passwords/default"]
    return deployment.kubectl("-n", deployment.namespace, *words).encode()


def test_leaves_and_passwords_rotate_without_a_restart(platform: Deployment) -> None:
    """`make up` ends with its smoke test right after the rotation; old passwords are refused, new leaves are served.
    Then every connection of the server is cut: the next ones use the files that the kubelet has renewed."""
    text, before, running, served = platform.file.read_text(), passwords(platform), pods(platform), serials(platform)
    assert all(authenticates(platform, role, before[role]) for roles in ROLES.values() for role in roles)
    rotated = text.replace("kind: generated", "kind: generated\n    rotation: 1")
    platform.file.write_text(rotated.replace("kind: in-cluster", "kind: in-cluster\n    passwordRotation: 1"))
    ran = platform.up()
    assert "100 of 100 workflow executions completed and checked" in ran.err
    after = passwords(platform)
    assert {role for role in before if before[role] != after[role]} == {r for roles in ROLES.values() for r in roles}
    for roles in ROLES.values():
        for role in roles:
            assert authenticates(platform, role, after[role])
            assert not authenticates(platform, role, before[role])

    def renewed() -> bool:
        hurry(platform)
        return not set(served.items()) & set(serials(platform).items()) and file_of(platform) == after["temporal"]

    until("new leaves are served, and pods have the new password", renewed, 240)
    assert pods(platform) == running
    platform.psql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename LIKE 'temporal%'")
    ran = platform.up()
    assert "no changes" in ran.err
    assert "100 of 100 workflow executions completed and checked" in ran.err
    assert pods(platform) == running
