"""What the settings promise of each key, without what no stack file can say."""

from tests.program.effects.of_databases import BACKUP_SECRETS
from tests.program.leaves import leaves

_ROLE_KEYS = ("user", "password.secret", "password.key")


MILDER = (
    {
        f"database(existing).{store}.owner.{path}": "nothing"
        for store in ("default", "visibility")
        for path in _ROLE_KEYS
    }
    | {
        f"{place}.authentication(login).owner.{path}": "nothing"
        for place in (
            "visibility(existing)",
            "visibility(existing).move.to(existing)",
            "visibility(opensearch).move.to(existing)",
            "visibility(opensearch-domain).move.to(existing)",
        )
        for path in _ROLE_KEYS
    }
    | {"visibility(opensearch-domain).move.to(existing).authentication(aws-request-signing).domain": "nothing"}
    | {
        f"backend(cloud).authentication(mtls).certificates(cert-manager).issuer.{key}": "nothing"
        for key in ("kind", "name", "group")
    }
    | {
        leaf: "nothing"
        for leaf in leaves()
        if leaf.startswith(
            (
                "monitoring(operator).notifications.",
                "monitoring(operator).cloud.",
                "monitoring(amazon).notifications.",
            )
        )
    }
    | {f"database(cloudnative-pg).backup.store(s3).{path.replace('/', '.')}": "nothing" for path in BACKUP_SECRETS}
)
"""What backups use is mounted by no pod of this program, nor is what an operator's Prometheus or Alertmanager uses.

An owner is described by the words for a user, whose change restarts pods; only schema jobs run as the owner. And
pods that search in a domain of the stack's own have a role already, and with Temporal Cloud there are none. Amazon's
Alertmanager is no pod."""


REFUSED = (
    "monitoring(amazon).notifications.deadMan.",
    *(f"monitoring(amazon).notifications.routes.[]({kind})." for kind in ("slack", "email", "pagerduty", "webhook")),
    "monitoring(amazon).notifications.routes.[](sns).kind",
    *(f"monitoring({kind}).notifications.routes.[](sns).emails" for kind in ("operator", "bundled")),
)
"""How what the models allow and no stack file can say begins: rules refuse it."""


DECLARED = {leaf: effect for leaf, effect in (leaves() | MILDER).items() if not leaf.startswith(REFUSED)}
