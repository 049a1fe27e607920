"""The generated dashboards, asked as Grafana asks: each query with its variables filled in."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .alerts import edition
from .prometheus import Api, QueryError

#: Grafana's time picker in the demo: the last five minutes.
RANGE_SECONDS = 300
#: Grafana's own guess of the scrape interval where a panel says nothing.
_DEFAULT_INTERVAL = "15s"
#: Points that a panel asks for at most; in Grafana it is the panel's width in pixels.
_MAX_POINTS = 1000
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_VARIABLE = re.compile(r"\$\{(?P<braced>\w+)(?::\w+)?\}|\$(?P<bare>\w+)")
_LABEL_VALUES = re.compile(r"label_values\((?P<series>.+),\s*(?P<label>\w+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """PromQL of a panel, still with variables; *instant* for one value at the end of the range."""

    expr: str
    legend: str
    instant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A panel that shows data; *interval* is its smallest step as a duration, *unit* Grafana's id."""

    title: str
    kind: str
    unit: str
    interval: str
    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """
    A dashboard.

    Attributes:
        title: What people read.
        everything: Variable -> what stands for it when "All" is chosen.
        lists: Variable -> the query that lists its values.
        panels: In page order.
    """

    title: str
    everything: Mapping[str, str]
    lists: Mapping[str, str]
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series of an answer: labels and the last value that is a number."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    What Prometheus answered to a panel.

    Attributes:
        panel: The panel.
        series: Those with at least one value that is a number, the largest first, with the legend of each.
        problem: Why a query was refused, empty if none was.
    """

    panel: Panel
    series: tuple[tuple[str, Series], ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A dashboard with the number of values of each variable and the answers to its panels."""

    dashboard: Dashboard
    values: Mapping[str, int]
    answers: tuple[Answer, ...]

    def complaints(self) -> list[str]:
        """Return a sentence for each panel and variable that shows nothing."""
        title = self.dashboard.title
        return [
            *(f"variable {name} of {title} has no values" for name, count in self.values.items() if not count),
            *(
                f"panel {title} / {one.panel.title}: {one.problem or 'no data'}"
                for one in self.answers
                if not one.series
            ),
        ]


def read(path: Path) -> Dashboard:
    """Return the dashboard in the file *path*."""
    data = json.loads(path.read_text(encoding="utf-8"))
    variables = [one for one in data["templating"]["list"] if one["type"] == "query"]
    return Dashboard(
        title=data["title"],
        everything={one["name"]: one.get("allValue") or ".*" for one in variables},
        lists={one["name"]: one["definition"] for one in variables},
        panels=tuple(map(_panel, _panels(data["panels"]))),
    )


def _panels(listed: list[Any]) -> Iterator[Any]:
    """Yield the panels with data, those of closed rows included."""
    for one in listed:
        if one["type"] == "row":
            yield from _panels(one.get("panels", []))
        elif one.get("targets"):
            yield one


def _panel(data: Any) -> Panel:
    return Panel(
        title=data["title"],
        kind=data["type"],
        unit=data.get("fieldConfig", {}).get("defaults", {}).get("unit", ""),
        interval=data.get("interval") or _DEFAULT_INTERVAL,
        queries=tuple(
            Query(expr=one["expr"], legend=one.get("legendFormat", ""), instant=bool(one.get("instant")))
            for one in data["targets"]
        ),
    )


def seconds_of(duration: str) -> float:
    """Return the seconds of a duration such as `15s` or `1h30m`."""
    return sum(int(number) * _SECONDS[unit] for number, unit in re.findall(r"(\d+)(ms|[smhdw])", duration))


def step_seconds(panel: Panel) -> float:
    """Return the distance of two points of *panel*."""
    return max(seconds_of(panel.interval), math.ceil(RANGE_SECONDS / _MAX_POINTS))


def built_in(panel: Panel) -> dict[str, str]:
    """
    Return the values of Grafana's own variables for *panel*.

    Source:
        Grafana's documentation of the Prometheus data source: `$__rate_interval` is the larger of four scrape
        intervals and the step plus one scrape interval.
    """
    step, scrape = step_seconds(panel), seconds_of(panel.interval)
    return {
        "__interval": f"{step:.0f}s",
        "__rate_interval": f"{max(4 * scrape, step + scrape):.0f}s",
        "__range": f"{RANGE_SECONDS}s",
        "__range_s": f"{RANGE_SECONDS}",
    }


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """Return *text* with every variable replaced; raises `QueryError` for one that has no value."""

    def value(match: re.Match[str]) -> str:
        name = match["braced"] or match["bare"]
        if name not in values:
            raise QueryError(f"the variable ${name} does not exist")
        return values[name]

    return _VARIABLE.sub(value, text)


def ask(api: Api, dashboard: Dashboard, now: float) -> Page:
    """Return what *dashboard* shows at *now*, in seconds since 1970, with every variable on "All"."""
    return Page(
        dashboard=dashboard,
        values={name: len(_values(api, query, dashboard)) for name, query in dashboard.lists.items()},
        answers=tuple(_answer(api, panel, dashboard.everything, now) for panel in dashboard.panels),
    )


def _values(api: Api, query: str, dashboard: Dashboard) -> list[str]:
    match = _LABEL_VALUES.fullmatch(query)
    if match is None:
        return []
    series = filled_in(match["series"], dashboard.everything)
    try:
        found: list[str] = api.get(f"label/{match['label']}/values", {"match[]": series})
    except QueryError:
        return []
    return found


def _answer(api: Api, panel: Panel, everything: Mapping[str, str], now: float) -> Answer:
    values = {**everything, **built_in(panel)}
    found: list[tuple[str, Series]] = []
    for query in panel.queries:
        try:
            result = _run(api, filled_in(query.expr, values), query.instant, step_seconds(panel), now)
        except QueryError as problem:
            return Answer(panel=panel, problem=str(problem))
        found += [(legend(query.legend, one.labels), one) for one in result]
    return Answer(panel=panel, series=tuple(sorted(found, key=lambda pair: -pair[1].value)))


def _run(api: Api, expr: str, instant: bool, step: float, now: float) -> list[Series]:
    if instant:
        data = api.get("query", {"query": expr, "time": f"{now:.3f}"})
    else:
        # Grafana aligns both ends to the step, so that lines do not tremble when the page is refreshed.
        start, end = (math.floor(moment / step) * step for moment in (now - RANGE_SECONDS, now))
        data = api.get("query_range", {"query": expr, "start": str(start), "end": str(end), "step": str(step)})
    return series_of(data["result"])


def series_of(result: list[Any]) -> list[Series]:
    """
    Return the series of a result that have a number to show.

    Series of the rules in fast motion are not counted: they are not part of what was generated.
    """
    found = []
    for one in result:
        points = one["values"] if "values" in one else [one["value"]]
        numbers = [number for _, text in points if math.isfinite(number := float(text))]
        if numbers and edition(one["metric"]) == "as generated":
            found.append(Series(labels=one["metric"], value=numbers[-1]))
    return found


def legend(template: str, labels: Mapping[str, str]) -> str:
    """Return what Grafana writes beside a series."""
    if template in ("", "__auto"):
        return ", ".join(value for name, value in labels.items() if name not in ("__name__", "job", "instance"))
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda match: labels.get(match[1], ""), template)
