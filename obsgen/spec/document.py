"""One file of the catalog as it is written, and how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from obsgen.spec.alerts import AlertSpec, RecordSpec
from obsgen.spec.dashboards import DashboardSpec
from obsgen.spec.fields import NONE, Keys, Needs, OneOf, Origin, Rule, Written, key, origin
from obsgen.spec.metrics import LabelSpec, MetricSpec
from obsgen.spec.pipelines import (
    DestinationSpec,
    LogsSpec,
    ScrapeSpec,
    SendSpec,
    SeveritySpec,
    TracesSpec,
    WorkspaceSpec,
)
from obsgen.spec.prices import PricesSpec
from obsgen.spec.values import ALERT_NAME, KEY, LABEL_NAME, METRIC_NAME, SERIES_NAME, Key, Line

_SERVICE = ("service",)
_SHARED = ("shared",)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecFile(Written):
    """A file of an obsgen catalog. All files below the specs folder together are the catalog."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        OneOf(("service", "shared")),
        *(
            Needs(name, _SERVICE)
            for name in (
                "owner",
                "metrics",
                "alerts",
                "records",
                "dashboards",
                "scrape",
                "workspaces",
                "send",
                "prices",
            )
        ),
        *(Needs(name, _SHARED) for name in ("severities", "destinations")),
    )

    obsgen: Literal[1] = key("Version of the catalog's format.")
    service: Key | None = key("The service that this file describes a part of.", default=None, example="checkout")
    shared: Literal[True] | None = key("`true` for a file of things that several services use.", default=None)
    owner: Line | None = key("Team that answers for what stands in this file.", default=None)
    labels: Annotated[Mapping[str, LabelSpec], Keys(LABEL_NAME)] = key("Labels by name.", default=NONE)
    metrics: Annotated[Mapping[str, MetricSpec], Keys(METRIC_NAME)] = key("Metrics by full name.", default=NONE)
    alerts: Annotated[Mapping[str, AlertSpec], Keys(ALERT_NAME)] = key("Alerts by name.", default=NONE)
    records: Annotated[Mapping[str, RecordSpec], Keys(SERIES_NAME)] = key("Recorded series by name.", default=NONE)
    dashboards: Annotated[Mapping[str, DashboardSpec], Keys(KEY)] = key("Dashboards by name.", default=NONE)
    scrape: ScrapeSpec | None = key("How the service is scraped.", default=None)
    workspaces: Annotated[Mapping[str, WorkspaceSpec], Keys(KEY)] = key(
        "Running copies of the service by name.", default=NONE
    )
    send: SendSpec | None = key("Where the service's signals go.", default=None)
    logs: LogsSpec | None = key(
        "What the log pipeline sets, of the service or, in a shared file, everywhere.", default=None
    )
    traces: TracesSpec | None = key(
        "What the trace pipeline sets, of the service or, in a shared file, everywhere.", default=None
    )
    prices: PricesSpec | None = key("What calls of language models cost.", default=None)
    severities: Annotated[Mapping[str, SeveritySpec], Keys(KEY)] = key("Severities by name.", default=NONE)
    destinations: Annotated[Mapping[str, DestinationSpec], Keys(KEY)] = key("Destinations by name.", default=NONE)
    origin: Origin = origin()
