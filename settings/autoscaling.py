"""A number of pods that follows the load."""

from typing import Annotated

from settings.base import Model
from settings.checks import Whole
from settings.facts import changing
from settings.scalars import Replicas

_CHANGE = changing("nothing", "the autoscaler follows it", unit="pods")
_CPU = changing("nothing", "the autoscaler follows it", unit="percent of the CPU request", source="autoscaling/v2")
_Percent = Annotated[int, Whole(1, 1000)]


class Autoscaling(Model):
    """A HorizontalPodAutoscaler sets the number of pods. It needs the cluster's metrics API (metrics-server)."""

    min: Annotated[Replicas, _CHANGE]
    """Fewest pods, and how many a new installation starts with."""
    max: Annotated[Replicas, _CHANGE]
    """Most pods. All of them must find their database connections."""
    cpu: Annotated[_Percent, _CPU] = 70
    """CPU that the pods should use on average."""
