"""What the Go runtime of a server's pod is told of the pod's resources."""

from typing import Final

from settings.plans import PodPlan
from settings.scalars import bytes_of, millicores_of

_MIB: Final = 1024**2
_THREADS_PER_CORE: Final = 4


def go_environment(pod: PodPlan) -> dict[str, str]:
    """Variables of the runtime. A stack file may set GOMAXPROCS itself."""
    # The collector works harder near the limit instead of the kernel ending the process at it.
    memory = {"GOMEMLIMIT": f"{bytes_of(pod.memory_limit) * 9 // 10 // _MIB}MiB"}
    if pod.cpu_limit or "GOMAXPROCS" in {*pod.environment, *pod.secret_environment}:
        return memory  # the runtime follows a CPU limit by itself
    # Without a limit it sees every core of its node, and would run as many threads and collectors as there are.
    threads = -(-millicores_of(pod.cpu_request) * _THREADS_PER_CORE // 1000)
    return {**memory, "GOMAXPROCS": str(max(1, threads))}
