"""One hand on the number of pods, with bounds it can keep."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.rules.contradiction import Contradiction
from settings.sizes import SERVICE_NAMES

if TYPE_CHECKING:
    from settings.self_hosted import SelfHostedSettings


def bounds_are_in_order(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Kubernetes refuses an autoscaler whose fewest pods are more than its most."""
    for name in SERVICE_NAMES:
        autoscaling = settings.backend.services.autoscaling_of(name)
        if autoscaling and autoscaling.min > autoscaling.max:
            yield Contradiction(
                location=("backend", "services", name, "autoscaling", "min"),
                found=autoscaling.min,
                allowed="at most autoscaling.max",
                figures=f", which is {autoscaling.max}",
            )


def one_sets_the_number_of_pods(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """With both, one of them would be a lie."""
    for name in SERVICE_NAMES:
        said = settings.backend.services.of(name).replicas
        if said and settings.backend.services.autoscaling_of(name):
            yield Contradiction(
                location=("backend", "services", name, "replicas"),
                found=said,
                allowed="replicas or autoscaling, not both: with autoscaling its min and max say how many pods",
            )
