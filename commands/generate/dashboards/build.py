"""Makes Grafana's JSON of a board, in the classic schema: Grafana 11 to 13 and the sidecar of ConfigMaps load it."""

import json
from collections.abc import Iterator

from grafana_foundation_sdk.builders import common, dashboard, logs, loki, prometheus, stat, table, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as shared
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from commands.generate.dashboards.board import (
    INSTALLATION,
    Board,
    Choice,
    Panel,
    Query,
    Row,
    Source,
    Typed,
    Words,
    rendered,
)
from settings.monitoring.alerts import CATALOGUE

TAG = "temporal"
"""Every dashboard has it; the links among them are made by it."""
WIDTH = 24
_SOURCES: dict[Source, tuple[str, str]] = {"prometheus": ("datasource", "Metrics"), "loki": ("loki", "Logs")}
"""The name and the label of the variable that chooses each source."""
_REF_IDS = "ABCDEFGHIJ"

PanelBuilder = timeseries.Panel | stat.Panel | table.Panel | logs.Panel
Variable = dashboard.DatasourceVariable | dashboard.QueryVariable | dashboard.CustomVariable | dashboard.TextBoxVariable


def document(board: Board) -> str:
    """The JSON text of a dashboard, the same for the same board whenever it is made."""
    made = (
        dashboard.Dashboard(board.title)
        .uid(board.uid)
        .description(board.description)
        .tags([TAG])
        .time("now-3h", "now")
        .refresh("1m")
        .timezone("browser")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .variables(list(_variables(board)))
        .link(
            dashboard.DashboardLink("Temporal")
            .type(models.DashboardLinkType.DASHBOARDS)
            .tags([TAG])
            .as_dropdown(as_dropdown=True)
            .include_vars(include_vars=True)
            .keep_time(keep_time=True)
        )
    )
    number, top = 0, 0
    for row in board.rows:
        number += 1
        made.with_row(dashboard.Row(row.title).id(number).grid_pos(models.GridPos(h=1, w=WIDTH, x=0, y=top)))
        top += 1
        for line in _lines(row):
            width = WIDTH // len(line)
            for place, panel in enumerate(line):
                number += 1
                at = models.GridPos(h=row.height, w=width, x=place * width, y=top)
                made.with_panel(_panel(panel).id(number).grid_pos(at))
            top += row.height
    return (
        json.dumps(json.loads(JSONEncoder().encode(made.build())), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    )


def _lines(row: Row) -> Iterator[tuple[Panel, ...]]:
    for first in range(0, len(row.panels), row.across):
        yield row.panels[first : first + row.across]


def _panel(panel: Panel) -> PanelBuilder:
    made = _kind(panel)
    made.title(panel.title).description(_description(panel)).unit(panel.unit).datasource(_source(panel.source))
    for letter, query in zip(_REF_IDS, panel.queries, strict=False):
        made.with_target(_target(panel, query).ref_id(letter))
    return made


def _description(panel: Panel) -> str:
    if not panel.alert:
        return panel.description
    return f"{panel.description} Beyond the dashed line {panel.alert} fires, unless the stack has chosen another one."


def _thresholds(panel: Panel) -> dashboard.ThresholdsConfig:
    """Without any Grafana paints everything above 80 red."""
    steps = [models.Threshold(value=None, color="green")]
    threshold = CATALOGUE[panel.alert].threshold if panel.alert else None
    if threshold is not None:
        steps.append(models.Threshold(value=float(threshold.number), color="red"))
    return dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)


def _kind(panel: Panel) -> PanelBuilder:
    match panel.kind:
        case "stat":
            last = common.ReduceDataOptions().calcs(["lastNotNull"])
            area = shared.BigValueGraphMode.AREA
            return stat.Panel().reduce_options(last).graph_mode(area).thresholds(_thresholds(panel))
        case "table":
            return table.Panel()
        case "logs":
            return (
                logs.Panel()
                .show_time(show_time=True)
                .wrap_log_message(wrap_log_message=True)
                .sort_order(shared.LogsSortOrder.DESCENDING)
            )
        case "timeseries":
            return _timeseries(panel)


def _timeseries(panel: Panel) -> timeseries.Panel:
    legend = (
        common.VizLegendOptions()
        .show_legend(show_legend=True)
        .display_mode(shared.LegendDisplayMode.TABLE)
        .placement(shared.LegendPlacement.BOTTOM)
        .calcs(["lastNotNull", "max"])
    )
    tooltip = common.VizTooltipOptions().mode(shared.TooltipDisplayMode.MULTI).sort(shared.SortOrder.DESCENDING)
    made = timeseries.Panel().legend(legend).tooltip(tooltip).line_width(1).fill_opacity(10).min(0)
    if panel.alert:
        dashed = common.GraphThresholdsStyleConfig().mode(shared.GraphThresholdsStyleMode.DASHED)
        made.thresholds(_thresholds(panel)).thresholds_style(dashed)
    if panel.stacked:
        made.stacking(common.StackingConfig().mode(shared.StackingMode.NORMAL)).fill_opacity(40)
    return made


def _target(panel: Panel, query: Query) -> prometheus.Dataquery | loki.Dataquery:
    expression = rendered(query.expression)
    if panel.source == "loki":
        of_logs = loki.Dataquery().expr(expression).datasource(_source(panel.source))
        of_logs.query_type("instant" if panel.kind == "table" else "range")
        return of_logs.legend_format(query.legend) if query.legend else of_logs
    made = prometheus.Dataquery().expr(expression).datasource(_source(panel.source))
    if panel.kind == "table":
        return made.instant().format(PromQueryFormat.TABLE)
    return made.range().legend_format(query.legend)


def _source(source: Source) -> models.DataSourceRef:
    return models.DataSourceRef(type_val=source, uid=f"${{{_SOURCES[source][0]}}}")


def _variables(board: Board) -> Iterator[Variable]:
    """What each offers and how much of it is chosen before anybody chooses."""
    for source in board.sources:
        name, label = _SOURCES[source]
        yield dashboard.DatasourceVariable(name).label(label).type(source)
    for variable in (INSTALLATION, *board.variables):
        match variable:
            case Choice():
                yield _choice(variable)
            case Words():
                everything = models.VariableOption(text="All", value="$__all", selected=True)
                values = dashboard.CustomVariable(variable.name).label(variable.label).values(",".join(variable.values))
                yield (
                    values.multi(multi=True)
                    .include_all(include_all=True)
                    .all_value("|".join(variable.values))
                    .current(everything)
                )
            case Typed():
                yield dashboard.TextBoxVariable(variable.name).label(variable.label).default_value(variable.default)


def _choice(variable: Choice) -> dashboard.QueryVariable:
    made = (
        dashboard.QueryVariable(variable.name)
        .label(variable.label)
        .datasource(_source("prometheus"))
        .query(rendered(variable.query))
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
    )
    if not variable.several:
        return made
    everything = models.VariableOption(text="All", value="$__all", selected=True)
    return made.multi(multi=True).include_all(include_all=True).all_value(".*").current(everything)
