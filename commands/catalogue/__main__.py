"""`python -m commands.catalogue VERSION…`: renews the catalogues of these servers, by default of those it holds."""

import json
import sys

from commands import catalogue
from commands.errors import CommandError
from embedded.errors import EmbeddedError
from embedded.progress import Progress


def main(versions: list[str]) -> int:
    """The exit code."""
    held = [json.loads(file.read_text())["server"] for file in sorted(catalogue.FOLDER.glob("*/dynamic_config.json"))]
    try:
        catalogue.write(versions or held, Progress())
    except (CommandError, EmbeddedError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
