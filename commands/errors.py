"""The one error of the commands."""


class CommandError(Exception):
    """An expected failure. The message is complete for a person: what is wrong, where, and what to do."""
