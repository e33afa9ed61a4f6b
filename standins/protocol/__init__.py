"""The provider side of Pulumi's plugin protocol: a `standins.provider.Provider` becomes a plugin process."""

from standins.protocol.serving import serve

__all__ = ["serve"]
