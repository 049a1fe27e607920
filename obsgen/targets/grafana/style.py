"""How our panels look: the colours and the options that are the same on every dashboard, as Grafana's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from obsgen.plan.model import Panel, Step

Json = dict[str, Any]

DATASOURCE: Mapping[str, str] = {"type": "prometheus", "uid": "${datasource}"}

# What a threshold step means -> a colour name that follows Grafana's dark and light theme.
COLOURS: Mapping[str, str] = {"good": "green", "warn": "orange", "bad": "red", "neutral": "blue"}

# A gap up to an hour is bridged: points are not drawn, so that a value between two gaps would not be seen at all.
SPAN_NULLS_MILLISECONDS = 3_600_000

# From this width on, a legend beside the graph costs less room than one below it.
LEGEND_BESIDE_FROM_WIDTH = 18

TIMESERIES_CUSTOM: Mapping[str, Any] = {
    "axisPlacement": "auto",
    "drawStyle": "line",
    "fillOpacity": 10,
    "lineInterpolation": "linear",
    "lineWidth": 1,
    "showPoints": "never",
    "spanNulls": SPAN_NULLS_MILLISECONDS,
}

_BOUNDS = {"percentunit": (0.0, 1.0), "percent": (0.0, 100.0)}


def steps_of(panel: Panel) -> list[tuple[str, float | None]]:
    """
    Return colour and lower bound of each threshold step, the base step first with None.

    Panels that are coloured by their value get one neutral step where the plan has none: without it, Grafana's own
    default turns every value from 80 on red. On graphs the first good step has no colour, or else the base step: Grafana
    draws the limits above a step without colour in the colour of what begins there, and those up to it in the colour of
    what ends there. So the line is red on whichever side the bad values are.

    Raises:
        ValueError: If the base step is missing, or the bounds do not rise.
    """
    steps = panel.steps
    if not steps:
        return [] if panel.kind in {"timeseries", "pie", "heatmap", "text"} else [(COLOURS["neutral"], None)]
    _require_rising(panel, steps)
    found = [(COLOURS[step.means], step.at) for step in steps]
    if panel.kind == "timeseries":
        clear = next((place for place, step in enumerate(steps) if step.means == "good"), 0)
        found[clear] = ("transparent", found[clear][1])
    return found


def _require_rising(panel: Panel, steps: tuple[Step, ...]) -> None:
    bounds = [step.at for step in steps[1:] if step.at is not None]
    if steps[0].at is not None or len(bounds) != len(steps) - 1 or bounds != sorted(set(bounds)):
        raise ValueError(f"panel {panel.key}: threshold steps need a base step without bound, then rising bounds")


def field_defaults(panel: Panel) -> Json:
    """
    Return the field settings that the plan gives: unit, decimals, range and the text for no data, where set.

    On a heatmap the unit is that of the bucket bounds, while its fields are counts: see `heatmap_options`.
    """
    if panel.kind == "heatmap":
        return {"noValue": panel.no_value} if panel.no_value else {}
    low, high = _BOUNDS.get(panel.unit, (None, None)) if panel.kind in {"gauge", "bargauge"} else (None, None)
    settings = {
        "unit": panel.unit or None,
        "decimals": panel.decimals,
        "min": low if panel.minimum is None else panel.minimum,
        "max": high if panel.maximum is None else panel.maximum,
        "noValue": panel.no_value or None,
    }
    return {name: value for name, value in settings.items() if value is not None}


def reduce_options() -> Json:
    """Return how a panel gets one value from a series: the last one there is."""
    return {"calcs": ["lastNotNull"], "fields": "", "values": False}


def heatmap_options(panel: Panel) -> Json:
    """Return the options of a heatmap over the buckets of one histogram; the unit is that of the bucket bounds."""
    axis = {"axisPlacement": "left", "unit": panel.unit or "short"}
    return {
        "calculate": False,
        "cellGap": 1,
        "color": {
            "exponent": 0.5,
            "fill": "dark-orange",
            "mode": "scheme",
            "reverse": False,
            "scale": "exponential",
            "scheme": "Oranges",
            "steps": 64,
        },
        "exemplars": {"color": "rgba(255,0,255,0.7)"},
        # Cells without an event stay empty instead of taking the palest colour.
        "filterValues": {"le": 1e-9},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "showValue": "never",
        "tooltip": {"mode": "single", "showColorScale": False, "yHistogram": False},
        "yAxis": axis if panel.decimals is None else {**axis, "decimals": panel.decimals},
    }
