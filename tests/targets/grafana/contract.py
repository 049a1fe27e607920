"""
What obsgen promises about the dashboards it emits, checked without Grafana and without any data of others.

`findings` says where a dashboard breaks the promise; the shape is in `shape.py`, the known ids are in `known.py`.
"""

import itertools
import re
from collections import Counter

import jsonschema
import promql_parser

from tests.targets.grafana import known, shape

_VARIABLE = re.compile(r"\$(\w+)|\$\{(\w+)[^}]*\}|\[\[(\w+)[^\]]*\]\]")
_QUERY_SHAPE = {"table": ("table", True), "piechart": ("time_series", True), "heatmap": ("heatmap", False)}


def findings(dashboard):
    """Return one line for each broken promise, the place first; what things mean is looked at once the shape is right."""
    return sorted(
        set(_shapes(dashboard))
        or itertools.chain(
            _ids(dashboard),
            _layout(dashboard),
            _variables(dashboard),
            *(rule(panel) for panel in _data_panels(dashboard) for rule in (_units, _names, _queries, _thresholds)),
            *(_KINDS[panel["type"]](panel) for panel in _data_panels(dashboard) if panel["type"] in _KINDS),
        )
    )


def all_panels(dashboard):
    """Return rows and panels, those inside of rows included, in page order."""
    return [item for panel in dashboard.get("panels", []) for item in (panel, *panel.get("panels", []))]


def _data_panels(dashboard):
    return [panel for panel in all_panels(dashboard) if panel.get("type") != "row"]


def _place(panel):
    return f"panel {panel.get('id')}"


def _shapes(dashboard):
    yield from _against(shape.DASHBOARD, dashboard, "dashboard")
    for panel in all_panels(dashboard):
        kind = panel.get("type")
        if kind not in known.PANEL_TYPES:
            yield f"{_place(panel)}: unknown panel type {kind}"
        else:
            yield from _against(shape.ROW if kind == "row" else shape.panel(kind), panel, _place(panel))


def _against(schema, data, place):
    for error in jsonschema.Draft202012Validator(schema).iter_errors(data):
        yield f"{place}: {'/'.join(map(str, error.absolute_path))}: {error.message[:160]}"


def _ids(dashboard):
    for number, times in Counter(panel.get("id") for panel in all_panels(dashboard)).items():
        if times > 1:
            yield f"panel {number}: {times} panels have this id"


def _layout(dashboard):
    """Panels stay on the grid and apart; those of a collapsed row are only compared with one another."""
    rows = [panel["panels"] for panel in dashboard.get("panels", []) if panel.get("panels")]
    for group in (dashboard.get("panels", []), *rows):
        for panel in group:
            if panel["gridPos"]["x"] + panel["gridPos"]["w"] > 24:
                yield f"{_place(panel)}: reaches over the right edge"
        for one, other in itertools.combinations(group, 2):
            if _overlap(one["gridPos"], other["gridPos"]):
                yield f"{_place(one)}: overlaps panel {other.get('id')}"


def _overlap(a, b):
    return (
        a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"] and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"]
    )


def _variables(dashboard):
    declared = [variable.get("name") for variable in dashboard.get("templating", {}).get("list", [])]
    yield from (f"dashboard: two variables {name}" for name, times in Counter(declared).items() if times > 1)
    for text in _texts(dashboard):
        for groups in _VARIABLE.findall(text):
            name = next(filter(None, groups))
            if name not in declared and not name.startswith("__"):
                yield f"dashboard: ${name} is not declared: {text[:80]}"


def _texts(data):
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        yield from itertools.chain.from_iterable(map(_texts, data.values()))
    elif isinstance(data, list):
        yield from itertools.chain.from_iterable(map(_texts, data))


def _units(panel):
    config = panel.get("fieldConfig", {})
    units = [config.get("defaults", {}).get("unit"), panel.get("options", {}).get("yAxis", {}).get("unit")]
    units += [item["value"] for item in _properties(panel) if item.get("id") == "unit"]
    for unit in units:
        if unit is not None and not (isinstance(unit, str) and known.is_unit(unit)):
            yield f"{_place(panel)}: unknown unit {unit!r}"


def _properties(panel):
    return [item for override in panel.get("fieldConfig", {}).get("overrides", []) for item in override["properties"]]


def _names(panel):
    for step in panel.get("transformations", []):
        if step.get("id") not in known.TRANSFORMATIONS:
            yield f"{_place(panel)}: unknown transformation {step.get('id')}"
    for item in _properties(panel):
        if item.get("id") not in known.OVERRIDE_PROPERTIES:
            yield f"{_place(panel)}: unknown override property {item.get('id')}"


def _queries(panel):
    targets = panel.get("targets", [])
    yield from (
        f"{_place(panel)}: two queries {ref}" for ref, n in Counter(t["refId"] for t in targets).items() if n > 1
    )
    for target in targets:
        if target.get("range") == target.get("instant"):
            yield f"{_place(panel)}: query {target['refId']} is neither instant nor over a range"
        expected = _QUERY_SHAPE.get(panel["type"])
        if expected is not None and (target.get("format"), target.get("instant")) != expected:
            yield f"{_place(panel)}: query {target['refId']} does not fit a {panel['type']}"
        try:
            promql_parser.parse(_interpolated(target["expr"]))
        except ValueError as error:
            yield f"{_place(panel)}: query {target['refId']}: {error}"


def _interpolated(expr):
    """Return the expression with Grafana's own durations in place of its variables."""
    return re.sub(r"\$__(rate_interval|interval|range)\b|\$\{__(rate_interval|interval|range)\}", "5m", expr)


def _thresholds(panel):
    thresholds = panel.get("fieldConfig", {}).get("defaults", {}).get("thresholds")
    if thresholds is None:
        if shape.COLOR_MODES.get(panel["type"]) == "thresholds":
            yield f"{_place(panel)}: without steps Grafana colours every value from 80 on red"
        return
    first, *others = [step.get("value") for step in thresholds["steps"]] or [0]
    if first is not None:
        yield f"{_place(panel)}: the base step has the value {first!r}"
    if not all(isinstance(value, int | float) for value in others) or others != sorted(set(others)):
        yield f"{_place(panel)}: thresholds do not rise: {others}"


def _gauge(panel):
    config = panel["fieldConfig"]["defaults"]
    if config.get("unit") in {"percent", "percentunit"} and not {"min", "max"} <= config.keys():
        yield f"{_place(panel)}: a share without both ends of its range"


def _table(panel):
    steps = {step["id"]: step["options"] for step in panel.get("transformations", [])}
    if "organize" not in steps:
        yield f"{_place(panel)}: columns are not organised"
        return
    kept = steps.get("filterFieldsByName", {}).get("include", {}).get("names")
    if "Time" not in (kept or ()) and steps["organize"]["excludeByName"].get("Time") is not True:
        yield f"{_place(panel)}: the column Time is not hidden"
    headings = [steps["organize"]["renameByName"].get(name, name) for name in kept or ()]
    named = [item["displayName"] for item in panel["options"]["sortBy"]]
    named += [override["matcher"]["options"] for override in panel["fieldConfig"]["overrides"]]
    yield from (f"{_place(panel)}: there is no column {name}" for name in named if name not in headings)
    if len(panel["targets"]) > 1 and next(iter(steps)) != "merge":
        yield f"{_place(panel)}: several queries are not merged into one table"


def _timeseries(panel):
    config = panel["fieldConfig"]["defaults"]
    mode = config.get("custom", {}).get("thresholdsStyle", {}).get("mode")
    if (mode == "off") != ("thresholds" not in config):
        yield f"{_place(panel)}: thresholds and their lines go together"


def _heatmap(panel):
    if "unit" in panel["fieldConfig"]["defaults"]:
        yield f"{_place(panel)}: the unit belongs to the axis, the cells are counts"
    if any(target.get("legendFormat") != "{{le}}" for target in panel["targets"]):
        yield f"{_place(panel)}: the rows are not named by their bucket"


_KINDS = {"gauge": _gauge, "table": _table, "timeseries": _timeseries, "heatmap": _heatmap}
