"""`python -m embedded.toolchain NAME…`: makes tools and prints where they are; without a name it lists the names."""

import sys
from collections.abc import Sequence

from embedded.errors import EmbeddedError
from embedded.progress import Progress
from embedded.toolchain import NAMES, OPTIONAL_NAMES, ensure


def main(names: Sequence[str]) -> int:
    """Exit code: 0, 1 with a message for an expected failure, 130 when interrupted."""
    if not names:
        print("\n".join((*NAMES, *OPTIONAL_NAMES)))
        return 0
    try:
        tools = ensure(names, Progress())
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; what is finished is kept.", file=sys.stderr)
        return 130
    for name, path in tools.paths.items():
        print(f"{name}\t{path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
