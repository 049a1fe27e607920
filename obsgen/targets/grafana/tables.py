"""Table panels: which columns are shown, under which heading, in which order and unit."""

from __future__ import annotations

from obsgen.plan.model import Column, Panel
from obsgen.targets.grafana.style import Json


def transformations(panel: Panel) -> list[Json]:
    """
    Return the transformations that leave exactly the columns of the plan, in their order, under their headings.

    Columns are kept by name, not hidden by name, so that a label which a series has and the plan does not know
    (`job`, `instance`) never shows. Several queries are joined on the labels they share; their values are then
    called `Value #A`, `Value #B`.
    """
    if not panel.columns:
        return [_organize({}, {}, {"Time": True})]
    names = [column.name for column in panel.columns]
    hidden = {name: True for name in ("Time", "__name__") if name not in names}
    merge = [{"id": "merge", "options": {}}] if len(panel.queries) > 1 else []
    return [
        *merge,
        {"id": "filterFieldsByName", "options": {"include": {"names": names}}},
        _organize({name: position for position, name in enumerate(names)}, _headings(panel.columns), hidden),
    ]


def _headings(columns: tuple[Column, ...]) -> dict[str, str]:
    return {column.name: column.title for column in columns if column.title and column.title != column.name}


def _organize(order: dict[str, int], headings: dict[str, str], hidden: dict[str, bool]) -> Json:
    return {
        "id": "organize",
        "options": {"excludeByName": hidden, "indexByName": order, "renameByName": headings},
    }


def overrides(panel: Panel) -> list[Json]:
    """Return the settings of single columns: their unit, and coloured text where the panel has thresholds."""
    found = []
    for column in panel.columns:
        properties: list[Json] = []
        if column.unit:
            properties.append({"id": "unit", "value": column.unit})
        if panel.steps and is_value(column):
            properties.append({"id": "custom.cellOptions", "value": {"type": "color-text"}})
        if properties:
            found.append({"matcher": {"id": "byName", "options": heading(column)}, "properties": properties})
    return found


def sort_by(panel: Panel) -> tuple[str, bool] | None:
    """Return heading and direction (True for falling): the first value, largest first, or else the first column."""
    if not panel.columns:
        return None
    values = [column for column in panel.columns if is_value(column)]
    return (heading(values[0]), True) if values else (heading(panel.columns[0]), False)


def heading(column: Column) -> str:
    """Return what stands above the column."""
    return column.title or column.name


def is_value(column: Column) -> bool:
    """Tell whether the column holds the value of a query (`Value`, or `Value #A` among several) and not a label."""
    return column.name == "Value" or column.name.startswith("Value #")
