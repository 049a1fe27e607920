"""Which alerts, recorded series and panels read a metric, directly or through a recorded series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from obsgen.promql.collect import asked, shown
from obsgen.promql.parse import parse
from obsgen.promql.tree import selectors
from obsgen.spec.dashboards import PanelSpec
from obsgen.spec.model import Alert, Catalog, Dashboard, Metric, Record
from obsgen.spec.queries import Alerting


@dataclass(frozen=True, kw_only=True)
class PanelUse:
    """One panel and the dashboard that it stands on."""

    dashboard: Dashboard
    key: str
    spec: PanelSpec

    def lists(self, alert: Alert) -> bool:
        """Return whether it lists the pending and firing instances of *alert*."""
        return any(isinstance(shape, Alerting) and shape.alerting == alert.name for shape in shown(self.spec))

    def marks(self, alert: Alert) -> bool:
        """Return whether it shows the threshold of *alert*."""
        return alert.name in ((self.spec.mark,) if isinstance(self.spec.mark, str) else self.spec.mark or ())


@dataclass(frozen=True, kw_only=True)
class Usage:
    """
    Who reads what.

    Attributes:
        metrics: Reader -> metric name -> the recorded series between the two, empty for none. A reader is
            `("alert", name)`, `("record", name)` or `("panel", service, dashboard/panel)`.
        panels: Every panel by its reader.
    """

    catalog: Catalog
    metrics: Mapping[tuple[str, ...], Mapping[str, str]]
    panels: Mapping[tuple[str, ...], PanelUse]

    def of_alert(self, alert: Alert) -> tuple[Metric, ...]:
        """Return the metrics that an alert reads, by name."""
        return tuple(self.catalog.metrics[name] for name in sorted(self.metrics.get(("alert", alert.name), {})))

    def alerts(self, metric: Metric) -> tuple[tuple[Alert, str], ...]:
        """Return the alerts that read *metric*, each with the recorded series between them."""
        found = ((alert, self.metrics.get(("alert", alert.name), {})) for alert in self.catalog.alerts)
        return tuple((alert, read[metric.name]) for alert, read in found if metric.name in read)

    def records(self, metric: Metric) -> tuple[tuple[Record, str], ...]:
        """Return the recorded series that are made from *metric*, each with the one between them."""
        found = (
            (record, self.metrics.get(("record", name), {})) for name, record in sorted(self.catalog.records.items())
        )
        return tuple((record, read[metric.name]) for record, read in found if metric.name in read)

    def panels_of(self, metric: Metric) -> tuple[PanelUse, ...]:
        """Return the panels that read *metric*, in the order of their dashboards."""
        return tuple(panel for reader, panel in self.panels.items() if metric.name in self.metrics.get(reader, {}))

    def shared(self, one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
        """Return the metrics that two readers have in common, by name."""
        return tuple(sorted(self.metrics.get(one, {}).keys() & self.metrics.get(other, {}).keys()))


def usage(catalog: Catalog) -> Usage:
    """Return who reads what in a catalog without errors."""
    direct: dict[tuple[str, ...], set[str]] = {}
    for one in asked(catalog):
        reader = ("panel", one.service.name, one.name) if one.where == "panel" else (one.where, one.name)
        direct.setdefault(reader, set()).update(_series(one.compiled.expr.text))
    read = {reader: _metrics(series, direct, catalog, frozenset()) for reader, series in direct.items()}
    return Usage(catalog=catalog, metrics=read, panels=_panels(catalog))


def _panels(catalog: Catalog) -> dict[tuple[str, ...], PanelUse]:
    return {
        ("panel", service.name, f"{dashboard.key}/{key}"): PanelUse(dashboard=dashboard, key=key, spec=spec)
        for service in catalog.services
        for dashboard in service.dashboards
        for row in dashboard.spec.rows.values()
        for key, spec in row.panels.items()
    }


def _series(expr: str) -> set[str]:
    return {selector.name.text for selector in selectors(parse(expr).tree)}


def _metrics(
    series: set[str], direct: Mapping[tuple[str, ...], set[str]], catalog: Catalog, above: frozenset[str]
) -> dict[str, str]:
    found = {}
    for name in sorted(series):
        if name in catalog.records and name not in above:
            behind = _metrics(direct.get(("record", name), set()), direct, catalog, above | {name})
            found.update({metric: name for metric in behind if metric not in found})
    return found | {catalog.series[name].name: "" for name in series if name in catalog.series}
