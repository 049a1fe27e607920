"""Which alerts, recorded series and panels read a metric, directly or through a recorded series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

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

    @cached_property
    def alerts(self) -> frozenset[str]:
        """The alerts that it lists or marks."""
        marked = (self.spec.mark,) if isinstance(self.spec.mark, str) else self.spec.mark or ()
        return frozenset(marked) | {shape.alerting for shape in shown(self.spec) if isinstance(shape, Alerting)}

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

    @cached_property
    def _readers(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """Metric or alert -> the panels that read the metric, or list or mark the alert, in the order of *panels*."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for reader, panel in self.panels.items():
            for name in {*self.metrics.get(reader, {}), *panel.alerts}:
                found.setdefault(name, []).append(reader)
        return {name: tuple(readers) for name, readers in found.items()}

    def panels_about(self, alert: Alert) -> Iterator[tuple[tuple[str, ...], PanelUse]]:
        """Yield the panels, with their readers, that list or mark *alert* or read a metric of its."""
        names = (alert.name, *self.metrics.get(("alert", alert.name), {}))
        near = {reader for name in names for reader in self._readers.get(name, ())}
        for reader in sorted(near, key=self._rank.__getitem__):
            yield reader, self.panels[reader]

    @cached_property
    def _rank(self) -> Mapping[tuple[str, ...], int]:
        return {reader: rank for rank, reader in enumerate(self.panels)}

    def of_alert(self, alert: Alert) -> tuple[Metric, ...]:
        """Return the metrics that an alert reads, by name."""
        return tuple(self.catalog.metrics[name] for name in sorted(self.metrics.get(("alert", alert.name), {})))

    def alerts(self, metric: Metric) -> tuple[tuple[Alert, str], ...]:
        """Return the alerts that read *metric*, each with the recorded series between them."""
        return tuple((alert, read[metric.name]) for alert, read in self._alerts.get(metric.name, ()))

    @cached_property
    def _alerts(self) -> Mapping[str, list[tuple[Alert, Mapping[str, str]]]]:
        found: dict[str, list[tuple[Alert, Mapping[str, str]]]] = {}
        for alert in self.catalog.alerts:
            read = self.metrics.get(("alert", alert.name), {})
            for name in read:
                found.setdefault(name, []).append((alert, read))
        return found

    def records(self, metric: Metric) -> tuple[tuple[Record, str], ...]:
        """Return the recorded series that are made from *metric*, each with the one between them."""
        found = (
            (record, self.metrics.get(("record", name), {})) for name, record in sorted(self.catalog.records.items())
        )
        return tuple((record, read[metric.name]) for record, read in found if metric.name in read)

    def panels_of(self, metric: Metric) -> tuple[PanelUse, ...]:
        """Return the panels that read *metric*, in the order of their dashboards."""
        return tuple(self.panels[reader] for reader in self._readers.get(metric.name, ()))

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
