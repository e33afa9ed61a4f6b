"""`make cost`: what a stack costs a month, resource by resource, and what Temporal Cloud would cost instead.

The resources come from the state after a simulated `up`, as for `make render`; prices and assumptions from `data/` and
from `temporal:cost`. Nothing is contacted.
"""

from commands import simulation, stackfile
from commands.cost.deployed import deployed
from commands.cost.estimate import estimate
from commands.cost.presentation import RENDERERS
from commands.environment import choice
from embedded.progress import Progress


def main() -> int:
    """Prints the estimate of STACK in FORMAT (text or json).

    Raises:
        CommandError: a stack file or program that refuses, or a price that is missing.
    """
    form = choice("FORMAT", RENDERERS, "text")
    stack = stackfile.resolve()
    settings = stackfile.check(stack)
    state = simulation.state(stack, Progress())
    print(RENDERERS[form](estimate(stack.name, deployed(state), settings.cost, names_aws=stack.names_aws)))
    return 0
