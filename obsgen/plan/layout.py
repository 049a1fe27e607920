"""Where panels stand: ids that do not move, and positions on Grafana's 24 columns."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

from obsgen.plan.model import Grid
from obsgen.spec.dashboards import DashboardSpec, PanelSpec, RowSpec

COLUMNS = 24
_WIDTHS = {"timeseries": 12, "heatmap": 12, "table": 12, "pie": 8, "bargauge": 8, "gauge": 6, "stat": 6, "text": 24}
_HEIGHTS = {"text": 3, "stat": 8}
_HEIGHT = 8
#: Kinds that make good use of columns left over in their line.
_STRETCH = ("timeseries", "heatmap", "table")


def ids(keys: Iterable[str]) -> dict[str, int]:
    """
    Return a small positive number for each of *keys* that stays when other keys come and go.

    Two keys that meet in one number (one in two million) are told apart by hashing the later one again.
    """
    found: dict[str, int] = {}
    for key in sorted(set(keys)):
        text = key
        while (number := zlib.crc32(text.encode()) % 2_000_000 + 1) in found.values():
            text += "+"
        found[key] = number
    return found


def grids(spec: DashboardSpec) -> tuple[dict[str, Grid], dict[str, Grid]]:
    """Return the places of the rows and of the panels, by key; panels of a closed row stand where they open."""
    rows: dict[str, Grid] = {}
    panels: dict[str, Grid] = {}
    y = 0
    for key, row in spec.rows.items():
        rows[key] = Grid(x=0, y=y, width=COLUMNS, height=1)
        bottom = _place(row, y + 1, panels)
        y = y + 1 if row.collapsed else bottom
    return rows, panels


def _place(row: RowSpec, top: int, panels: dict[str, Grid]) -> int:
    """Lay the panels of *row* out line by line below *top*; return the first free line."""
    line: dict[str, PanelSpec] = {}
    for key, panel in row.panels.items():
        if line and sum(map(_width, line.values())) + _width(panel) > COLUMNS:
            top = _fill(line, top, panels)
            line = {}
        line[key] = panel
    return _fill(line, top, panels)


def _fill(line: Mapping[str, PanelSpec], top: int, panels: dict[str, Grid]) -> int:
    widths = {key: _width(panel) for key, panel in line.items()}
    height = max(panel.height or _HEIGHTS.get(panel.kind, _HEIGHT) for panel in line.values())
    flexible = [key for key, panel in line.items() if panel.width is None and panel.kind in _STRETCH]
    flexible = flexible or [key for key, panel in line.items() if panel.width is None]
    spare = COLUMNS - sum(widths.values())
    for index, key in enumerate(flexible):
        widths[key] += spare // len(flexible) + (1 if index < spare % len(flexible) else 0)
    x = 0
    for key, panel in line.items():
        panels[key] = Grid(x=x, y=top, width=widths[key], height=panel.height or height)
        x += widths[key]
    return top + height


def _width(panel: PanelSpec) -> int:
    return panel.width or _WIDTHS[panel.kind]
