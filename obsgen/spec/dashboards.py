"""Dashboards as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from obsgen.spec.allowances import Allowances, allowances
from obsgen.spec.fields import Distinct, Keys, Needs, NotEmpty, OneOf, Origin, Range, Rule, Written, key, origin
from obsgen.spec.queries import Query
from obsgen.spec.values import KEY, UNIT, AlertName, DurationText, Key, LabelName, Line, Prose, Threshold

PANEL_KINDS = ("timeseries", "stat", "gauge", "bargauge", "table", "pie", "heatmap", "text")
DATA_KINDS = tuple(kind for kind in PANEL_KINDS if kind != "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdOf(Written):
    """A threshold that an alert states, so that both cannot drift apart."""

    RULES: ClassVar[tuple[Rule, ...]] = (OneOf(("threshold_of", "complement_of")),)

    threshold_of: AlertName | None = key("The threshold of this alert.", default=None)
    complement_of: AlertName | None = key(
        "One minus the threshold of this alert, for the opposite share.", default=None
    )
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSpec(Written):
    """From this value on the panel takes another colour."""

    at: Threshold | ThresholdOf = key("The value, in the unit of the query, or the threshold of an alert.")
    means: Literal["good", "warn", "bad", "neutral"] = key("What a value from here on means.")
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelSpec(Written):
    """One panel; the first key is its kind and says its title."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        OneOf(PANEL_KINDS),
        Needs("show", DATA_KINDS),
        Needs("body", ("text",)),
        Needs("stacked", ("timeseries",)),
        Needs("mark", ("timeseries", "table", "stat", "gauge", "bargauge")),
        Needs("thresholds", ("timeseries", "stat", "gauge", "bargauge", "table")),
        Needs("last", DATA_KINDS),
    )

    timeseries: Line | None = key("Lines over time. The text is the title.", default=None)
    stat: Line | None = key("One large number. The text is the title.", default=None)
    gauge: Line | None = key("A dial with its bounds. The text is the title.", default=None)
    bargauge: Line | None = key("One bar for each series. The text is the title.", default=None)
    table: Line | None = key("Rows and columns. The text is the title.", default=None)
    pie: Line | None = key("Shares of a whole. The text is the title.", default=None)
    heatmap: Line | None = key("Observations by bucket over time. The text is the title.", default=None)
    text: Line | None = key("Words, no data. The text is the title.", default=None)
    show: Query | Annotated[tuple[Query, ...], NotEmpty()] | None = key("The query or queries.", default=None)
    body: Prose | None = key("Markdown of a text panel.", default=None)
    description: Prose | None = key("What the panel answers; written from the query if left out.", default=None)
    thresholds: Annotated[tuple[StepSpec, ...], NotEmpty()] | None = key(
        "Where the colours change, rising.", default=None
    )
    mark: AlertName | Annotated[tuple[AlertName, ...], NotEmpty(), Distinct()] | None = key(
        "Alerts whose threshold is drawn and whose runbook is linked.", default=None
    )
    unit: Annotated[str, UNIT] | None = key(
        "Unit of the result where obsgen cannot tell it (raw PromQL).", default=None
    )
    last: DurationText | None = key("Own time range, up to now.", default=None, example="24h")
    stacked: bool = key("Stack the series.", default=False)
    decimals: Annotated[int, Range(0, 10)] | None = key("Digits behind the point.", default=None)
    no_data: Line | None = key("What to show when there is no data.", default=None)
    width: Annotated[int, Range(1, 24)] | None = key("Columns out of 24.", default=None)
    height: Annotated[int, Range(2, 40)] | None = key("Height in grid units of 30 pixels.", default=None)
    allow: Allowances = allowances()
    origin: Origin = origin()

    @property
    def kind(self) -> str:
        """One of `PANEL_KINDS`."""
        return next(kind for kind in PANEL_KINDS if getattr(self, kind) is not None)

    @property
    def title(self) -> str:
        """What people read."""
        return str(getattr(self, self.kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSpec(Written):
    """One row of panels; their order in the file is their order on the page."""

    title: Line = key("What people read.")
    collapsed: bool = key("Closed until somebody opens it.", default=False)
    panels: Annotated[Mapping[str, PanelSpec], Keys(KEY), NotEmpty()] = key(
        "The panels by name; their ids come from the names."
    )
    allow: Allowances = allowances()
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardSpec(Written):
    """One dashboard."""

    title: Line = key("What people read.")
    description: Prose | None = key("What the dashboard answers.", default=None)
    tags: Annotated[tuple[Key, ...], Distinct()] = key("For the search; service and `obsgen` are added.", default=())
    filter_by: tuple[LabelName, ...] = key(
        "Labels that become variables, applied to every query that has the label.", default=()
    )
    last: DurationText | None = key("Time range at start; 6h if left out.", default=None)
    refresh: DurationText | None = key("How often an open dashboard asks again; 30s if left out.", default=None)
    rows: Annotated[Mapping[str, RowSpec], Keys(KEY), NotEmpty()] = key("The rows in page order.")
    allow: Allowances = allowances()
    origin: Origin = origin()
