"""The one error of the embedded parts."""


class EmbeddedError(Exception):
    """An expected failure. The message is complete for a person: what is wrong, where, and what to do."""
