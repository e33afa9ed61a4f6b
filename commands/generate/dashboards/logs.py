"""Temporal / Logs: the server's JSON log in Loki, whose streams are told apart by namespace, pod and container."""

from commands.generate.dashboards.board import Board, Panel, Query, Row, Typed, Words

_POD = '{<kubernetes>, container=~"$container"}'
_READ = f'{_POD} | json | __error__=""'

BOARD = Board(
    uid="temporal-logs",
    title="Temporal / Logs",
    description="The log of the server's pods: how much of which level, what is said most, one workflow, and lines "
    "that are worth an alert.",
    sources=("prometheus", "loki"),
    variables=(
        Words("container", "Service", ("frontend", "internal-frontend", "history", "matching", "worker", "ui")),
        Words("level", "Level", ("debug", "info", "warn", "error", "fatal")),
        Typed("search", "Text in the line", ""),
        Typed("workflow_id", "Workflow id", "none"),
    ),
    rows=(
        Row(
            "How much",
            (
                Panel(
                    "Lines by level",
                    "short",
                    "Errors come in bursts with restarts. A floor of errors has one cause: see what is said most.",
                    (Query(f"sum by (level) (count_over_time({_READ} [$__auto]))", "{{level}}"),),
                    source="loki",
                    stacked=True,
                ),
                Panel(
                    "Errors by service",
                    "short",
                    "Which service complains. History complains when the database does.",
                    (
                        Query(
                            f'sum by (container) (count_over_time({_READ} | level="error" [$__auto]))', "{{container}}"
                        ),
                    ),
                    source="loki",
                    stacked=True,
                ),
            ),
            across=2,
        ),
        Row(
            "What is said most",
            (
                Panel(
                    "Messages of errors",
                    "short",
                    "The fifteen most frequent ones of the chosen time.",
                    (Query(f'topk(15, sum by (msg) (count_over_time({_READ} | level="error" [$__range])))'),),
                    kind="table",
                    source="loki",
                ),
                Panel(
                    "Messages of warnings",
                    "short",
                    "The fifteen most frequent ones of the chosen time.",
                    (Query(f'topk(15, sum by (msg) (count_over_time({_READ} | level="warn" [$__range])))'),),
                    kind="table",
                    source="loki",
                ),
            ),
            across=2,
        ),
        Row(
            "Worth an alert",
            (
                Panel(
                    "The schema does not fit",
                    "short",
                    "The server ended because the schema of its database is older than it needs. Zero: the schema's "
                    "job runs before it.",
                    (
                        Query(
                            'sum(count_over_time({<kubernetes>} |= "schema version compatibility check failed" '
                            "[$__range]))",
                            "lines",
                        ),
                    ),
                    kind="stat",
                    source="loki",
                ),
                Panel(
                    "Metrics that were dropped",
                    "short",
                    "Series that the reporter refused, because their name has other labels already. Known for some "
                    "names of the server.",
                    (
                        Query(
                            'sum(count_over_time({<kubernetes>} |= "error in prometheus reporter" [$__range]))', "lines"
                        ),
                    ),
                    kind="stat",
                    source="loki",
                ),
                Panel(
                    "Panics",
                    "short",
                    "Handlers that panicked. Zero; the line has the stack.",
                    (Query('sum(count_over_time({<kubernetes>} |= "Panic is captured" [$__range]))', "lines"),),
                    kind="stat",
                    source="loki",
                ),
            ),
            height=5,
        ),
        Row(
            "Lines",
            (
                Panel(
                    "One workflow",
                    "short",
                    "Every line that names the workflow typed above. The id is no label of a stream, so choose a "
                    "short time.",
                    (Query('{<kubernetes>} | json | wf_id="$workflow_id"'),),
                    kind="logs",
                    source="loki",
                ),
                Panel(
                    "All lines",
                    "short",
                    "Of the chosen services and levels, with the typed text.",
                    (Query(f'{_POD} |= "$search" | json | level=~"$level"'),),
                    kind="logs",
                    source="loki",
                ),
            ),
            across=1,
            height=12,
        ),
    ),
)
