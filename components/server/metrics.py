"""What the server counts, and where it is read.

Sources: common/metrics/config.go of the server; that tally with these options keeps label values as they are, and that
opentelemetry with these flags has tally's names, is seen on the running server.
"""

from typing import Final

from components.server import configuration as c
from settings.monitoring.watched import Framework

PORT: Final = 9090
PORT_NAME: Final = "metrics"
_MILLISECONDS: Final = (
    *(1, 2, 5, 10, 20, 50, 100, 200, 500),
    *(1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000),
    *(1_800_000, 10_800_000, 86_400_000),
)
"""The server's own up to 20 seconds; then 30 seconds, which an alert is about and which is none of the server's, and
from there to a day, as workflows take, in fewer steps than the server's."""
_LETTERS: Final = [c.Range(startRange=first, endRange=last) for first, last in (("a", "z"), ("A", "Z"), ("0", "9"))]
_NAMES: Final = c.Characters(ranges=_LETTERS, safeChars="_")
_VALUES: Final = c.Characters(ranges=_LETTERS, safeChars="_-./: @#+=()[]*,")
"""Whatever names of namespaces, task queues and types are made of; what is not among them becomes `_`."""


def metrics(framework: Framework) -> c.Metrics:
    """The same names and labels with either framework."""
    opentelemetry = framework == "opentelemetry"
    flag = True if opentelemetry else None
    return c.Metrics(
        withoutUnitSuffix=flag,
        withoutCounterSuffix=flag,
        recordTimerInSeconds=flag,
        perUnitHistogramBoundaries={"milliseconds": [*_MILLISECONDS]},
        prometheus=c.Prometheus(
            framework=framework,
            timerType="histogram",
            listenAddress=f"0.0.0.0:{PORT}",
            # All of them: the library dereferences each without a look.
            sanitizeOptions=None
            if opentelemetry
            else c.Sanitize(nameChars=_NAMES, keyChars=_NAMES, valueChars=_VALUES, replacementChar="_"),
        ),
    )


def variables(framework: Framework | None) -> dict[str, str]:
    """opentelemetry folds what is beyond 2000 series of one metric into one (SDK 1.44, server 1.32): lifted, for a
    thousand task queues are no mistake."""
    return {"OTEL_GO_X_CARDINALITY_LIMIT": "0"} if framework == "opentelemetry" else {}
