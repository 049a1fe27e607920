"""Dashboards as data: queries compiled, units and thresholds taken from metrics and alerts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from obsgen.plan.descriptions import description
from obsgen.plan.layout import grids, ids
from obsgen.plan.legends import capital, grouping, heading, is_each, legend, plain, reference, value_heading
from obsgen.plan.links import runbook_url
from obsgen.plan.model import Column, Dashboard, Grid, Panel, PanelLink, PanelQuery, Row, Variable
from obsgen.plan.steps import steps
from obsgen.plan.units import grafana_unit
from obsgen.plan.words import brief
from obsgen.promql.collect import INSTANT_KINDS, panel_setting, shown
from obsgen.promql.compile import query
from obsgen.promql.units import unit_of
from obsgen.spec import model
from obsgen.spec import queries as q
from obsgen.spec.dashboards import PanelSpec, RowSpec
from obsgen.spec.model import Alert, Catalog, Service

_UID_LENGTH = 40
#: Headings of the columns that every list of alerts has.
_COLUMN_TITLES = {"alertstate": "State", "severity": "Severity"}


def dashboards(catalog: Catalog, *, docs_url: str = "") -> tuple[Dashboard, ...]:
    """Return every dashboard of a catalog without errors; *docs_url* as for the rules."""
    return tuple(
        _dashboard(catalog, service, dashboard, docs_url)
        for service in catalog.services
        for dashboard in service.dashboards
    )


def uid(service: str, key: str) -> str:
    """Return the uid of a dashboard: readable where it fits, always a function of the names alone."""
    # Neither name holds two dashes in a row, so `--` keeps `a-b` of `c` apart from `b` of `c-a`.
    readable = f"obsgen-{service}--{key}"
    if len(readable) <= _UID_LENGTH:
        return readable
    return f"obsgen-{hashlib.sha256(readable.encode()).hexdigest()[:32]}"


def _dashboard(catalog: Catalog, service: Service, dashboard: model.Dashboard, docs_url: str) -> Dashboard:
    spec = dashboard.spec
    row_grids, panel_grids = grids(spec)
    numbers = ids([*(f"row {key}" for key in spec.rows), *(key for row in spec.rows.values() for key in row.panels)])
    maker = _Maker(
        catalog=catalog, service=service, dashboard=dashboard, docs_url=docs_url, numbers=numbers, places=panel_grids
    )
    rows = tuple(maker.row(key, row, row_grids[key]) for key, row in spec.rows.items())
    return Dashboard(
        key=dashboard.key,
        uid=uid(service.name, dashboard.key),
        service=service.name,
        title=spec.title,
        description=spec.description or "",
        tags=tuple(dict.fromkeys(("obsgen", service.name, *spec.tags))),
        variables=_variables(catalog, service, spec.filter_by),
        rows=rows,
        time_from=f"now-{spec.last or '6h'}",
        refresh=str(spec.refresh or "30s"),
        alerts=tuple(alert.name for alert in service.alerts),
    )


def _variables(catalog: Catalog, service: Service, filter_by: tuple[str, ...]) -> tuple[Variable, ...]:
    """Return chained variables: each lists the values that are left after the ones before it."""
    found: list[Variable] = []
    labels = tuple(dict.fromkeys(filter_by))
    for index, label in enumerate(labels):
        metric = _source(catalog, service, label, labels[:index])
        if metric is None:
            continue
        before = ",".join(f'{earlier}=~"${{{earlier}}}"' for earlier in labels[:index] if metric.label(earlier))
        series = (f"{metric.name}_count" if metric.kind == "histogram" else metric.name) + (
            f"{{{before}}}" if before else ""
        )
        title = label.replace("_", " ").capitalize()
        found.append(Variable(name=label, title=title, query=f"label_values({series}, {label})"))
    return tuple(found)


def _source(catalog: Catalog, service: Service, label: str, before: tuple[str, ...]) -> model.Metric | None:
    """
    Return the metric to list a label's values from: the one that knows most of *before*, then one that always exists.

    A panel may show another service's metrics, so where this one has no such label any other's will do.
    """
    holders = [metric for metric in service.metrics if metric.label(label)]
    holders = holders or [metric for metric in catalog.metrics.values() if metric.label(label)]
    if not holders:
        return None
    rank = {"info": 0, "gauge": 1, "counter": 2, "histogram": 3}
    return min(holders, key=lambda m: (-sum(m.label(name) is not None for name in before), rank[m.kind], m.name))


@dataclass(frozen=True, kw_only=True)
class _Maker:
    """Makes the rows and panels of one dashboard; ids and places by key."""

    catalog: Catalog
    service: Service
    dashboard: model.Dashboard
    docs_url: str
    numbers: Mapping[str, int]
    places: Mapping[str, Grid]

    def row(self, key: str, spec: RowSpec, grid: Grid) -> Row:
        """Return a row with its panels."""
        panels = tuple(self.panel(name, panel) for name, panel in spec.panels.items())
        number = self.numbers[f"row {key}"]
        return Row(key=key, id=number, title=spec.title, collapsed=spec.collapsed, grid=grid, panels=panels)

    def panel(self, key: str, spec: PanelSpec) -> Panel:
        """Return one panel."""
        unit = self._unit(spec)
        marked = self._marked(spec)
        ratio = unit == "ratio"
        bounded = spec.kind in ("gauge", "bargauge") and ratio
        return Panel(
            key=key,
            id=self.numbers[key],
            kind=spec.kind,
            title=spec.title,
            description=description(spec, self.service, self.catalog, self.dashboard.spec.filter_by),
            queries=self._queries(spec),
            unit="" if spec.kind == "text" else grafana_unit(unit),
            steps=steps(spec, marked, self.service),
            columns=self._columns(spec) if spec.kind == "table" else (),
            grid=self.places[key],
            links=self._links(marked),
            no_value=spec.no_data or "",
            interval=str(self.service.scrape.every) if self.service.scrape else "",
            time_from=str(spec.last or ""),
            minimum=0.0 if bounded or (ratio and spec.kind == "timeseries") else None,
            maximum=1.0 if bounded else None,
            stacked=spec.stacked,
            decimals=spec.decimals,
            text=spec.body or "",
        )

    def _links(self, marked: tuple[Alert, ...]) -> tuple[PanelLink, ...]:
        # Without an address the links would count from Grafana's own pages and lead nowhere.
        urls = {one.name: runbook_url(one, self.docs_url) for one in marked} if self.docs_url else {}
        return tuple(PanelLink(title=f"Runbook: {name}", url=url) for name, url in urls.items())

    def _marked(self, spec: PanelSpec) -> tuple[Alert, ...]:
        names = (spec.mark,) if isinstance(spec.mark, str) else spec.mark or ()
        found = (self.service.alert(name) for name in names)
        return tuple(alert for alert in found if alert is not None)

    def _unit(self, spec: PanelSpec) -> str | None:
        if spec.unit is not None:
            return spec.unit
        units = {unit_of(shape, self.catalog) for shape in shown(spec)}
        return units.pop() if len(units) == 1 else None

    def _queries(self, spec: PanelSpec) -> tuple[PanelQuery, ...]:
        setting = panel_setting(self.catalog, self.service, self.dashboard, spec)
        shapes = shown(spec)
        return tuple(
            PanelQuery(
                ref_id=reference(index),
                expr=query(shape, setting).expr.text.strip(),
                legend="{{le}}" if spec.kind == "heatmap" else legend(shape, spec.title if len(shapes) == 1 else ""),
                instant=spec.kind in INSTANT_KINDS,
                format={"table": "table", "heatmap": "heatmap"}.get(spec.kind, "time_series"),
                exemplars=spec.kind == "timeseries" and isinstance(shape, q.Quantile | q.Within),
            )
            for index, shape in enumerate(shapes)
        )

    def _columns(self, spec: PanelSpec) -> tuple[Column, ...]:
        shapes = shown(spec)
        labels = list(dict.fromkeys(label for shape in shapes for label in self._labels(shape)))
        if not labels and not any(isinstance(shape, q.Alerting) for shape in shapes):
            return ()
        if any(isinstance(shape, q.Alerting) for shape in shapes):
            labels = list(dict.fromkeys((*labels, "alertstate", "severity")))
        columns = [Column(name=label, title=_COLUMN_TITLES.get(label) or heading(label)) for label in labels]
        for index, shape in enumerate(shapes):
            if isinstance(shape, q.Alerting):
                continue
            name = "Value" if len(shapes) == 1 else f"Value #{reference(index)}"
            unit = unit_of(shape, self.catalog)
            title = value_heading(unit) if len(shapes) == 1 else capital(plain(brief(shape)))
            columns.append(Column(name=name, title=title, unit=grafana_unit(unit)))
        return tuple(columns)

    def _labels(self, shape: q.Shape) -> tuple[str, ...]:
        """Return the labels that the result of *shape* is known to have, without those that the scrape adds."""
        if isinstance(shape, q.Alerting):
            alert = self.service.alert(shape.alerting)
            return self._condition_labels(alert.spec.when) if alert else ()
        if is_each(shape):
            return self._every_label(shape)
        return grouping(shape)

    def _every_label(self, shape: q.Shape) -> tuple[str, ...]:
        inner = shape.of if isinstance(shape, q.Top) else shape
        name = inner.value if isinstance(inner, q.Value) else inner.forecast if isinstance(inner, q.Forecast) else ""
        if record := self.catalog.records.get(name):
            return self._labels(record.spec.query)
        metric = self.catalog.metrics.get(name)
        return tuple(label.name for label in metric.labels) if metric else ()

    def _condition_labels(self, written: q.When | q.AllOf | q.AnyOf) -> tuple[str, ...]:
        if isinstance(written, q.AllOf):
            return self._condition_labels(written.all_[0])
        if isinstance(written, q.AnyOf):
            return tuple(dict.fromkeys(label for part in written.any_ for label in self._condition_labels(part)))
        # Above and below put several series together where `by` says nothing; other conditions keep each.
        keeps = written.test is None or written.test.word == "equals" or getattr(written.query, "as_", None) == "each"
        return self._every_label(written.query) if keeps and is_each(written.query) else grouping(written.query)
