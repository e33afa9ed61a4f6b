"""`python -m embedded.node up|down|status`, for work on the node itself."""

import argparse
import sys

from embedded.errors import EmbeddedError
from embedded.node import NodeConfig, down, find, up
from embedded.progress import Progress


def main() -> int:
    """Runs one command on the node that EMBEDDED_NODE and EMBEDDED_NETWORK name; `status` exits 1 when it is down."""
    parser = argparse.ArgumentParser(prog="python -m embedded.node", description=__doc__)
    parser.add_argument("command", choices=["up", "down", "status"])
    command = parser.parse_args().command
    try:
        config = NodeConfig.from_environment()
        if command == "down":
            down(config, Progress())
            return 0
        node = up(config, Progress()) if command == "up" else find(config)
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"export KUBECONFIG={node.kubeconfig}\n" if node else f"The node {config.name} is down.\n")
    return 0 if node else 1


if __name__ == "__main__":
    sys.exit(main())
