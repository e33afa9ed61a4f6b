"""The dashboards: Grafana's JSON, made from boards that are written as data, one module a board.

It is committed below `components/monitoring/dashboards/`, so that deploying a stack needs nothing that makes it.
"""

from collections.abc import Mapping

from commands.generate.dashboards import (
    activity_metrics,
    cloud,
    cluster_overview,
    logs,
    postgresql,
    search,
    server_overview,
    service_health,
    workers,
    workflow_throughput,
)
from commands.generate.dashboards.build import document

BOARDS = (
    cluster_overview.BOARD,
    workflow_throughput.BOARD,
    activity_metrics.BOARD,
    service_health.BOARD,
    server_overview.BOARD,
    postgresql.BOARD,
    search.BOARD,
    logs.BOARD,
    workers.BOARD,
    cloud.BOARD,
)


def documents() -> Mapping[str, str]:
    """The JSON text of each dashboard by its uid."""
    return {board.uid: document(board) for board in BOARDS}
