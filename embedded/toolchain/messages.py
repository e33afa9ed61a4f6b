"""Failures of commands in the words of the person who has to mend them."""

from collections.abc import Sequence

from embedded.errors import EmbeddedError
from embedded.paths import cache
from embedded.toolchain.processes import CommandError
from embedded.toolchain.recipes import Recipe, title

_AGAIN = "run the same command again; what is finished is kept"


def quoted(error: CommandError) -> str:
    """The last lines of the command's output, indented; how it ended when it said nothing."""
    if not error.tail:
        return f"    {error}"
    return "\n".join(f"    {line}" for line in error.tail)


def log_of(error: CommandError) -> str:
    """Where the whole output stands."""
    return f"Full log: {error.log}"


def not_built(recipe: Recipe, error: CommandError) -> EmbeddedError:
    """The error for a recipe whose commands failed after everything was fetched."""
    if error.killed:
        advice = f"A compiler was killed, most likely for lack of memory: give the machine 4 GB or more, then {_AGAIN}."
    else:
        advice = f"To try once more, {_AGAIN} in {cache()}."
    return EmbeddedError(f"Building {title(recipe)} failed ({error}):\n{quoted(error)}\n{log_of(error)}\n{advice}")


def not_fetched(failed: Sequence[tuple[Recipe, CommandError]], untried: Sequence[Recipe]) -> EmbeddedError:
    """The error for recipes that could not be fetched, and for those not tried because their source had failed."""
    blocks = [
        f"{title(recipe)} is not in the cache and could not be fetched from {recipe.source}:\n"
        f"{quoted(error)}\n{log_of(error)}"
        for recipe, error in failed
    ]
    if untried:
        blocks.append(f"Missing as well, and not tried after that: {', '.join(title(recipe) for recipe in untried)}.")
    blocks.append(
        "Check the network and the proxy settings (pip's index, GOPROXY, apt's sources: whichever failed), "
        f"then {_AGAIN} in {cache()}."
    )
    return EmbeddedError("\n".join(blocks))
