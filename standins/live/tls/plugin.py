"""Which maker makes which type."""

import versions
from standins.live.tls import certificates, keys
from standins.typed import table, tls_rules
from standins.typed.provider import TypedProvider


def provider() -> TypedProvider:
    return TypedProvider(
        name="tls",
        version=versions.PLUGIN_TLS,
        types=table.load("tls"),
        rules=tls_rules.RULES,
        makers={
            tls_rules.PRIVATE_KEY: keys.private_key,
            tls_rules.CERT_REQUEST: certificates.request,
            tls_rules.SELF_SIGNED: certificates.self_signed,
            tls_rules.LOCALLY_SIGNED: certificates.locally_signed,
        },
    )
