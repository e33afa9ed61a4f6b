"""`python -m commands TARGET`: runs one target and turns what was expected to fail into one message.

Nothing heavy is imported before the guards stand, so that Ctrl-C never shows a traceback.
"""

import errno
import importlib
import signal
import sys
from types import FrameType

_HINTS = {
    errno.ENOSPC: "Make room on that disk, then repeat.",
    errno.EACCES: "It belongs to another user, perhaps because a command ran as root before: use the same one.",
}
TARGETS = (
    "up",
    "down",
    "outputs",
    "env",
    "shell",
    "logs",
    "test-alert",
    "preview",
    "render",
    "cost",
    "bootstrap",
    "test",
    "test-fast",
    "lint",
    "bench",
    "drill",
    "generate",
    "smoke",
)


def run(target: str) -> int:
    """The exit code of `target`: its own, 1 after an expected failure, 130 after an interrupt."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        return _call(target)
    except KeyboardInterrupt:
        print(f"make {target}: stopped. Run it again to continue.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except OSError as error:
        hint = _HINTS.get(error.errno or 0, "Mend that, then repeat.")
        print(
            f"make {target}: {error.strerror or error}: {error.filename or 'a file in .state or in the cache'}. {hint}",
            file=sys.stderr,
        )
        return 1


def _call(target: str) -> int:
    from commands.errors import CommandError  # noqa: PLC0415
    from embedded.errors import EmbeddedError  # noqa: PLC0415

    try:
        return int(importlib.import_module(f"commands.{target.replace('-', '_')}").main())
    except (CommandError, EmbeddedError) as error:
        print(f"make {target}: {error}", file=sys.stderr)
        return 1


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in TARGETS:
        print(f"usage: python -m commands {'|'.join(TARGETS)}", file=sys.stderr)
        return 2
    return run(arguments[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
