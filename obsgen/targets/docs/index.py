"""The front page: what the catalog describes, in numbers and links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from obsgen.emit.markdown import code, escaped, inline, link, row
from obsgen.plan.links import runbook_path
from obsgen.plan.words import condition as said
from obsgen.spec.model import Catalog, Service
from obsgen.targets.docs.counts import series_at_most
from obsgen.targets.docs.places import RECORDS, alert_link, metrics_path


@dataclass(frozen=True, kw_only=True)
class Index:
    """The tables of the front page as rows of Markdown, and one sentence with the numbers."""

    numbers: str
    services: tuple[str, ...]
    alerts: tuple[str, ...]
    severities: tuple[str, ...]
    dashboards: tuple[str, ...]


def index(catalog: Catalog) -> Index:
    """Return the front page of a catalog without errors."""
    return Index(
        numbers=_numbers(catalog),
        services=tuple(map(_service, catalog.services)),
        alerts=tuple(
            row(alert_link(alert, ""), code(alert.severity.name), alert.service, said(alert.spec.when))
            for alert in sorted(catalog.alerts, key=lambda alert: alert.name)
        ),
        severities=tuple(
            row(code(name), inline(severity.means), str(severity.respond_in))
            for name, severity in sorted(catalog.severities.items(), key=lambda item: (item[1].respond_in, item[0]))
        ),
        dashboards=tuple(_dashboards(catalog)),
    )


def _numbers(catalog: Catalog) -> str:
    services = catalog.services
    counts = (
        (len(services), "service", "services"),
        (sum(len(one.metrics) for one in services), "metric", "metrics"),
        (sum(len(one.alerts) for one in services), "alert", "alerts"),
        (sum(len(one.records) for one in services), "recorded series", "recorded series"),
        (sum(len(one.dashboards) for one in services), "dashboard", "dashboards"),
    )
    said = [f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count]
    return ", ".join(said[:-1]) + (" and " if said[1:] else "") + said[-1] if said else "nothing yet"


def _service(service: Service) -> str:
    metrics, alerts, records = len(service.metrics), len(service.alerts), len(service.records)
    page = metrics_path(service.name)
    return row(
        service.name,
        escaped(service.owner),
        link(str(metrics), page) if metrics else "0",
        link(str(alerts), runbook_path(service.name)) if alerts else "0",
        link(str(records), f"{page}#{RECORDS}") if records else "0",
        str(len(service.dashboards)),
        f"{sum(map(series_at_most, service.metrics)):,}",
    )


def _dashboards(catalog: Catalog) -> Iterator[str]:
    for service in catalog.services:
        for dashboard in service.dashboards:
            spec = dashboard.spec
            panels = sum(len(one.panels) for one in spec.rows.values())
            yield row(inline(spec.title), service.name, str(panels), inline(spec.description or ""))
