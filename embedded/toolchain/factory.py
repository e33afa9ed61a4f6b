"""Makes missing artifacts: the sources of the next ones come in while one is compiled."""

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from pathlib import Path

from embedded.errors import EmbeddedError
from embedded.progress import Progress
from embedded.toolchain import debian, messages, space, store, wheels
from embedded.toolchain.catalogue import GO_TOOLCHAIN
from embedded.toolchain.golang import CACHES_LOCK, GoBuilder
from embedded.toolchain.processes import CommandError, Processes, Stopped
from embedded.toolchain.recipes import DebianPackage, GoModule, Recipe, Wheel, key, title


def make(missing: Sequence[Recipe], processes: Processes, progress: Progress) -> None:
    """Makes and publishes every recipe in `missing`, which is in the catalogue's order.

    Raises EmbeddedError: too little disk, what could not be fetched, or why a build failed. Interrupted, it ends what
    runs and leaves the caches such that the next call goes on from there.
    """
    recipes = list(missing)
    needs_go = any(isinstance(recipe, GoModule) for recipe in recipes)
    if needs_go and GO_TOOLCHAIN not in recipes and store.find(GO_TOOLCHAIN) is None:
        recipes.insert(0, GO_TOOLCHAIN)
    space.require(recipes)
    with ExitStack() as held:
        if needs_go:
            held.enter_context(store.shared(CACHES_LOCK, processes.stopping))
        _Factory(processes, progress, held).run(recipes)


class _Factory:
    """Fetches in the calling thread, recipe after recipe, and compiles in one other: Go itself uses all cores."""

    def __init__(self, processes: Processes, progress: Progress, held: ExitStack) -> None:
        """`held` gets the artifacts' locks, for the case that they are not freed earlier."""
        self._processes = processes
        self._progress = progress
        self._held = held
        self._compiling: list[Future[None]] = []

    def run(self, recipes: Sequence[Recipe]) -> None:
        with ThreadPoolExecutor(1) as compiler:
            try:
                self._fetch_all(recipes, compiler)
                wait(self._compiling, return_when=FIRST_EXCEPTION)
            except Stopped:
                pass  # a build failed meanwhile: its error is raised below
            except BaseException:
                self._processes.stop()
                raise
            for build in self._compiling:
                build.result()

    def _fetch_all(self, recipes: Sequence[Recipe], compiler: ThreadPoolExecutor) -> None:
        failed: list[tuple[Recipe, CommandError]] = []
        untried: list[Recipe] = []
        for recipe in recipes:
            no_go = isinstance(recipe, GoModule) and store.find(GO_TOOLCHAIN) is None
            if no_go or any(recipe.source == other.source for other, _ in failed):
                untried.append(recipe)
                continue
            try:
                self._fetch(recipe, compiler)
            except CommandError as error:
                failed.append((recipe, error))
        if failed:
            raise messages.not_fetched(failed, untried)

    def _fetch(self, recipe: Recipe, compiler: ThreadPoolExecutor) -> None:
        held = self._held.enter_context(ExitStack())
        held.enter_context(store.lock(key(recipe), title(recipe), self._progress, self._processes.stopping))
        if store.find(recipe) is not None:
            held.close()  # made by the one we waited for
            return
        store.log(recipe.name).unlink(missing_ok=True)
        made = store.staging(recipe)
        held.callback(shutil.rmtree, made, ignore_errors=True)
        with self._progress.step(f"fetching {title(recipe)}"), space.told(title(recipe)):
            match recipe:
                case Wheel():
                    wheels.fetch(recipe, made, self._processes)
                case DebianPackage():
                    debian.fetch(recipe, made, self._processes, self._progress)
                case GoModule():
                    self._builder().fetch(recipe)
        if isinstance(recipe, GoModule):
            self._compiling.append(compiler.submit(self._compile, recipe, made, held))
            return
        with held:
            store.publish(recipe, made)

    def _compile(self, recipe: GoModule, made: Path, held: ExitStack) -> None:
        if self._processes.stopping.is_set():
            raise Stopped
        with held, self._or_stop(recipe), space.told(title(recipe)):
            with self._progress.step(f"building {title(recipe)} ({', '.join(recipe.commands)})"):
                self._builder().build(recipe, made)
            store.publish(recipe, made)

    @contextmanager
    def _or_stop(self, recipe: GoModule) -> Iterator[None]:
        """One failed build ends the run: nothing is lost, and nobody waits for the others to learn of it."""
        try:
            yield
        except CommandError as error:
            self._processes.stop()
            raise messages.not_built(recipe, error) from error
        except (EmbeddedError, OSError):
            self._processes.stop()
            raise

    def _builder(self) -> GoBuilder:
        go = store.find(GO_TOOLCHAIN)
        assert go is not None, "the Go toolchain is fetched before the first module"  # noqa: S101 - for mypy
        return GoBuilder(go["go"], self._processes)
