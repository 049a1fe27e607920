"""
The adapter to grafanalib, and the only module that imports it: dashboards of the plan as grafanalib's objects.

Where grafanalib 0.7.1 writes the shape of an old Grafana, a class of ours takes its place (`Gauge`, `BarGauge`,
`Heatmap`) or `extraJson` adds what its class cannot say; `obsgen.targets.grafana.modernise` does the rest.
Importing grafanalib takes a tenth of a second, so import this module inside the function that needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from grafanalib import core

from obsgen.plan.model import Dashboard, Grid, Panel, PanelQuery, Row, Variable
from obsgen.targets.grafana import style, tables
from obsgen.targets.grafana.annotations import annotations_of
from obsgen.targets.grafana.style import DATASOURCE, Json

SCHEMA_VERSION = 42


class Gauge(core.Panel):  # type: ignore[misc]
    """A gauge with the options of Grafana 7 and later; grafanalib's own has those of Grafana 6."""

    def to_json_data(self) -> Json:
        """Return the panel's JSON."""
        options = {
            "orientation": "auto",
            "reduceOptions": style.reduce_options(),
            "showThresholdLabels": False,
            "showThresholdMarkers": True,
        }
        return self.panel_json({"type": "gauge", "options": options})  # type: ignore[no-any-return]


class BarGauge(core.Panel):  # type: ignore[misc]
    """A bar gauge with the options of Grafana 7 and later; grafanalib's own has those of Grafana 6."""

    def to_json_data(self) -> Json:
        """Return the panel's JSON."""
        options = {
            "displayMode": "basic",
            "orientation": "horizontal",
            "reduceOptions": style.reduce_options(),
            "showUnfilled": True,
            "valueMode": "color",
        }
        return self.panel_json({"type": "bargauge", "options": options})  # type: ignore[no-any-return]


class Heatmap(core.Panel):  # type: ignore[misc]
    """A heatmap of today's Grafana; the options come in `extraJson`. grafanalib's own is the Angular panel."""

    def to_json_data(self) -> Json:
        """Return the panel's JSON."""
        return self.panel_json({"type": "heatmap"})  # type: ignore[no-any-return]


class ExemplarTarget(core.Target):  # type: ignore[misc]
    """A query that also fetches exemplars, which grafanalib's target cannot say."""

    def to_json_data(self) -> Json:
        """Return the query's JSON."""
        return {**super().to_json_data(), "exemplar": True}


def dashboard_object(dashboard: Dashboard) -> core.Dashboard:
    """
    Return *dashboard* as grafanalib's object, its JSON still in grafanalib's shape.

    Raises:
        ValueError: If a panel's queries do not fit its kind, or its thresholds do not rise.
    """
    return core.Dashboard(
        title=dashboard.title,
        uid=dashboard.uid,
        description=dashboard.description,
        tags=list(dashboard.tags),
        editable=False,
        graphTooltip=core.GRAPH_TOOLTIP_MODE_SHARED_CROSSHAIR,
        schemaVersion=SCHEMA_VERSION,
        refresh=dashboard.refresh,
        time=core.Time(dashboard.time_from, "now"),
        timezone="browser",
        templating=core.Templating([_datasource_variable(), *map(_variable, dashboard.variables)]),
        annotations=core.Annotations(annotations_of(dashboard)),
        links=list(_links(dashboard)),
        panels=[item for row in dashboard.rows for item in _row(row)],
    )


def _links(dashboard: Dashboard) -> Iterator[core.DashboardLink]:
    """Yield the drop-down with the other dashboards of the service, which keeps time range and variables."""
    if dashboard.service in dashboard.tags:
        yield core.DashboardLink(
            title=dashboard.service, tags=[dashboard.service], asDropdown=True, includeVars=True, keepTime=True
        )


def _datasource_variable() -> core.Template:
    return core.Template(name="datasource", label="Data source", type="datasource", query="prometheus", regex="")


def _variable(variable: Variable) -> core.Template:
    return core.Template(
        name=variable.name,
        label=variable.title,
        query=variable.query,
        dataSource=dict(DATASOURCE),
        includeAll=True,
        multi=True,
        # Without it, "All" of an empty list becomes `=~""`, which finds nothing at all.
        allValue=".+",
        refresh=core.REFRESH_ON_TIME_RANGE_CHANGE,
        sort=core.SORT_ALPHA_ASC,
    )


def _row(row: Row) -> list[core.Panel]:
    """Return the row and its panels: inside of it when it is collapsed, behind it when it is open."""
    panels = [_panel(panel) for panel in row.panels]
    inside, behind = (panels, []) if row.collapsed else ([], panels)
    own = core.RowPanel(id=row.id, title=row.title, collapsed=row.collapsed, gridPos=_grid(row.grid), panels=inside)
    return [own, *behind]


def _grid(grid: Grid) -> core.GridPos:
    return core.GridPos(h=grid.height, w=grid.width, x=grid.x, y=grid.y)


def _panel(panel: Panel) -> core.Panel:
    _require_shape(panel)
    return _BUILDERS[panel.kind](panel)


def _require_shape(panel: Panel) -> None:
    """A table, a pie and a heatmap each show one shape of data only; the wrong one gives an odd picture, no error."""
    if panel.kind != "text" and not panel.queries:
        raise ValueError(f"panel {panel.key}: a {panel.kind} needs a query")
    wanted = {"table": ("table", True), "pie": ("time_series", True), "heatmap": ("heatmap", False)}.get(panel.kind)
    for query in panel.queries:
        if wanted is not None and (query.format, query.instant) != wanted:
            raise ValueError(f"panel {panel.key}: a {panel.kind} needs queries with (format, instant) = {wanted}")


def _common(panel: Panel, field_config: Mapping[str, Any] | None = None, **more: object) -> dict[str, Any]:
    """Return the arguments that every panel class takes; *field_config* and *more* go into its JSON."""
    defaults = {**style.field_defaults(panel), **(field_config or {})}
    return {
        "title": panel.title,
        "description": panel.description or None,
        "id": panel.id,
        "gridPos": _grid(panel.grid),
        "dataSource": dict(DATASOURCE),
        "interval": panel.interval or None,
        "timeFrom": panel.time_from or None,
        "links": [core.DataLink(link.title, linkUrl=link.url, isNewTab=True) for link in panel.links],
        "targets": [_target(query) for query in panel.queries],
        "thresholds": [
            core.Threshold(colour, index, float(at or 0.0)) for index, (colour, at) in enumerate(style.steps_of(panel))
        ],
        "extraJson": {"fieldConfig": {"defaults": defaults}, **more},
    }


def _target(query: PanelQuery) -> core.Target:
    kind = ExemplarTarget if query.exemplars and not query.instant else core.Target
    legend = query.legend or ("{{le}}" if query.format == "heatmap" else "__auto")
    return kind(
        refId=query.ref_id,
        expr=query.expr,
        legendFormat=legend,
        format=query.format,
        instant=query.instant,
        datasource=dict(DATASOURCE),
    )


def _timeseries(panel: Panel) -> core.Panel:
    beside = panel.grid.width >= style.LEGEND_BESIDE_FROM_WIDTH
    return core.TimeSeries(
        legendDisplayMode="table",
        legendPlacement="right" if beside else "bottom",
        legendCalcs=["lastNotNull", "max"],
        tooltipMode="multi",
        tooltipSort="desc",
        stacking={"group": "A", "mode": "normal" if panel.stacked else "none"},
        thresholdsStyleMode="dashed" if panel.steps else "off",
        **_common(panel, {"custom": dict(style.TIMESERIES_CUSTOM)}),
    )


def _stat(panel: Panel) -> core.Panel:
    line = any(not query.instant for query in panel.queries)
    return core.Stat(
        reduceCalc="lastNotNull",
        graphMode="area" if line else "none",
        noValue="",
        format="",
        **_common(panel, {"color": {"mode": "thresholds"}}, options={"showPercentChange": False, "wideLayout": True}),
    )


def _gauge(panel: Panel) -> core.Panel:
    return Gauge(**_common(panel, {"color": {"mode": "thresholds"}}))


def _bargauge(panel: Panel) -> core.Panel:
    return BarGauge(**_common(panel, {"color": {"mode": "thresholds"}}))


def _heatmap(panel: Panel) -> core.Panel:
    return Heatmap(**_common(panel, options=style.heatmap_options(panel)))


def _pie(panel: Panel) -> core.Panel:
    options = {
        "displayLabels": ["percent"],
        "legend": {"calcs": [], "showLegend": True},
        "tooltip": {"sort": "desc"},
    }
    return core.PieChartv2(
        legendDisplayMode="table",
        legendPlacement="right",
        legendValues=["value", "percent"],
        **_common(panel, options=options),
    )


def _table(panel: Panel) -> core.Panel:
    order = tables.sort_by(panel)
    return core.Table(
        transformations=tables.transformations(panel),
        overrides=tables.overrides(panel),
        sortBy=[] if order is None else [core.TableSortByField(*order)],
        **_common(panel, {"custom": {"inspect": False}}, options={"cellHeight": "sm"}),
    )


def _text(panel: Panel) -> core.Panel:
    return core.Text(content=panel.text, mode=core.TEXT_MODE_MARKDOWN, **_common(panel))


_BUILDERS: Mapping[str, Callable[[Panel], core.Panel]] = {
    "timeseries": _timeseries,
    "stat": _stat,
    "gauge": _gauge,
    "bargauge": _bargauge,
    "table": _table,
    "pie": _pie,
    "heatmap": _heatmap,
    "text": _text,
}
