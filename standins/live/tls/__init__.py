"""The tls plugin: keys, requests and certificates made with the `cryptography` library."""

from standins.live.tls.plugin import provider

__all__ = ["provider"]
