"""Every query of a catalog, wherever it stands, compiled for its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from obsgen.promql.compile import Compiled, Setting, condition, query
from obsgen.spec.dashboards import PanelSpec
from obsgen.spec.fields import Origin
from obsgen.spec.model import Catalog, Dashboard, Service
from obsgen.spec.queries import Shape

#: Panels that show one value for the whole range; the others draw lines.
INSTANT_KINDS = frozenset({"stat", "gauge", "bargauge", "pie", "table"})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """
    One query and where it stands.

    Attributes:
        where: `alert`, `record`, `panel` or `prose`; more in files that obsgen did not write.
        name: Of the alert, the record, or `dashboard/panel`; of what a text belongs to.
        service: Whose names it uses.
        compiled: Its PromQL.
        origin: The whole query in the catalog.
    """

    where: str
    name: str
    service: Service
    compiled: Compiled
    origin: Origin


def asked(catalog: Catalog) -> Iterator[Asked]:
    """Return every query of the catalog."""
    for service in catalog.services:
        plain = Setting(catalog=catalog, service=service)
        for alert in service.alerts:
            when = alert.spec.when
            yield Asked(
                where="alert", name=alert.name, service=service, compiled=condition(when, plain), origin=when.origin
            )
        for record in service.records:
            shape = record.spec.query
            yield Asked(
                where="record", name=record.name, service=service, compiled=query(shape, plain), origin=shape.origin
            )
        for dashboard in service.dashboards:
            yield from _panels(catalog, service, dashboard)


def _panels(catalog: Catalog, service: Service, dashboard: Dashboard) -> Iterator[Asked]:
    for row in dashboard.spec.rows.values():
        for key, panel in row.panels.items():
            setting = panel_setting(catalog, service, dashboard, panel)
            for shape in shown(panel):
                name = f"{dashboard.key}/{key}"
                yield Asked(
                    where="panel", name=name, service=service, compiled=query(shape, setting), origin=shape.origin
                )


def shown(panel: PanelSpec) -> tuple[Shape, ...]:
    """Return the queries of a panel."""
    if panel.show is None:
        return ()
    return panel.show if isinstance(panel.show, tuple) else (panel.show,)


def panel_setting(catalog: Catalog, service: Service, dashboard: Dashboard, panel: PanelSpec) -> Setting:
    """Return what the queries of a panel mean: the window they default to and the variables that narrow them."""
    return Setting(
        catalog=catalog,
        service=service,
        window="$__range" if panel.kind in INSTANT_KINDS else "$__rate_interval",
        variables={label: label for label in dashboard.spec.filter_by},
    )
