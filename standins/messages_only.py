"""The generated messages of the plugin protocol without the SDK around them.

`pulumi.runtime.proto` lies in the SDK, and importing it the usual way loads all of that first. A plugin needs nothing
else of it, and a preview starts three plugins: they start in half the time without.
"""

import importlib.util
import sys


def import_messages_only() -> None:
    """From here on `pulumi` and `pulumi.runtime` are bare folders to this process.

    Comes before the first import of `pulumi`, in a process that is a plugin and nothing else.

    Raises:
        ModuleNotFoundError: this Python has no Pulumi SDK.
    """
    for name in ("pulumi", "pulumi.runtime"):
        found = importlib.util.find_spec(name)
        if found is None:
            raise ModuleNotFoundError(f"no module named {name!r}", name=name)
        sys.modules[name] = importlib.util.module_from_spec(found)
