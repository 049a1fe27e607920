"""
From the JSON that grafanalib 0.7.1 writes to the JSON that Grafana 11 to 13 reads without migration.

The contract: the result has no finding against Grafana's own schemas, holds no key that Grafana has dropped, and
each key in it is set. The pass is idempotent.
"""

from __future__ import annotations

from typing import Any

from obsgen.targets.grafana.style import Json

# What grafanalib writes and Grafana 11 to 13 ignore, refuse or fill in themselves. `id` and `version` belong to the
# server; a panel's `maxDataPoints` of 100 and a query's `intervalFactor` of 2 would coarsen every graph.
DEAD_DASHBOARD_KEYS = frozenset(
    {"__inputs", "gnetId", "hideControls", "id", "rows", "sharedCrosshair", "style", "version"}
)
DEAD_PANEL_KEYS = frozenset(
    {
        *("cacheTimeout", "color", "columns", "editable", "error", "fontSize", "height", "mappings"),
        *("maxDataPoints", "minSpan", "pluginVersion", "span"),
    }
)
DEAD_TARGET_KEYS = frozenset({"intervalFactor", "metric", "query", "step", "target"})
DEAD_VARIABLE_KEYS = frozenset({"auto", "auto_count", "auto_min", "tagValuesQuery", "tagsQuery", "useTags"})
ROW_KEYS = ("collapsed", "gridPos", "id", "panels", "title", "type")


def modernise(dashboard: Json) -> Json:
    """
    Return grafanalib's JSON of a dashboard in the shape of schema version 42.

    Args:
        dashboard: Mappings, lists and scalars; the value of a base threshold may be `"null"`, None or missing.
    """
    data = _without(_set_only(dashboard), DEAD_DASHBOARD_KEYS, drop_empty=("description", "refresh"))
    data["panels"] = [_panel(panel) for panel in data.get("panels", [])]
    data["templating"] = {"list": [_variable(variable) for variable in data["templating"]["list"]]}
    data["timepicker"] = {}
    return data


def _set_only(value: Any) -> Any:
    """Return *value* without None, and with whole numbers written as such (`300`, not `300.0`)."""
    match value:
        case dict():
            return {key: _set_only(item) for key, item in value.items() if item is not None}
        case list():
            return [_set_only(item) for item in value]
        case float() if value.is_integer() and abs(value) < 2**53:
            return int(value)
        case _:
            return value


def _without(data: Json, dead: frozenset[str], drop_empty: tuple[str, ...] = ()) -> Json:
    """Return *data* without the dead keys, and without those of *drop_empty* that say nothing."""
    return {key: value for key, value in data.items() if key not in dead and (value or key not in drop_empty)}


def _panel(panel: Json) -> Json:
    if panel["type"] == "row":
        return {key: panel[key] for key in ROW_KEYS} | {"panels": [_panel(inner) for inner in panel["panels"]]}
    data = _without(
        panel,
        DEAD_PANEL_KEYS,
        drop_empty=("hideTimeOverride", "links", "repeat", "targets", "transformations", "transparent"),
    )
    data["fieldConfig"] = _field_config(panel)
    if "options" in data:
        data["options"] = _options(data["options"])
    if "targets" in data:
        data["targets"] = [_target(target) for target in data["targets"]]
    else:
        data.pop("datasource", None)
    return data


def _field_config(panel: Json) -> Json:
    """Return the field settings; a table of grafanalib has its colour beside them."""
    config = panel.get("fieldConfig", {})
    defaults = _without(
        config.get("defaults", {}), frozenset(), drop_empty=("color", "custom", "mappings", "noValue", "unit")
    )
    if "color" in panel:
        defaults.setdefault("color", panel["color"])
    if panel.get("mappings"):
        defaults.setdefault("mappings", panel["mappings"])
    if "custom" in defaults:
        defaults["custom"] = _custom(defaults["custom"])
    steps = defaults.pop("thresholds", {}).get("steps")
    if steps:
        defaults["thresholds"] = {"mode": "absolute", "steps": [_step(step) for step in steps]}
    return {"defaults": defaults, "overrides": config.get("overrides", [])}


def _step(step: Json) -> Json:
    value = step.get("value")
    return {"color": step["color"], "value": None if value == "null" else value}


def _custom(custom: Json) -> Json:
    data = _without(custom, frozenset(), drop_empty=("axisLabel",))
    if "displayMode" in data:
        data["cellOptions"] = {"type": data.pop("displayMode")}
    if "stacking" in data:
        data["stacking"] = data["stacking"] or {"group": "A", "mode": "none"}
    if data.get("scaleDistribution", {}).get("type") == "linear":
        data["scaleDistribution"] = {"type": "linear"}
    return data


def _options(options: Json) -> Json:
    legend = options.get("legend")
    if legend is None or "displayMode" not in legend:
        return options
    hidden = legend["displayMode"] == "hidden"
    shown = {"displayMode": "list", "showLegend": False} if hidden else {"showLegend": legend.get("showLegend", True)}
    return {**options, "legend": {**legend, **shown}}


def _target(target: Json) -> Json:
    data = _without(target, DEAD_TARGET_KEYS, drop_empty=("hide", "interval"))
    return {**data, "editorMode": "code", "range": not data["instant"]}


def _variable(variable: Json) -> Json:
    data = _without(variable, DEAD_VARIABLE_KEYS)
    data["regex"] = data.get("regex", "")
    data["current"] = _current(data)
    if data["type"] == "query" and isinstance(data["query"], str):
        data["definition"] = data["query"]
        data["query"] = {"query": data["query"], "refId": data["name"]}
    return data


def _current(variable: Json) -> Json:
    """Return what is chosen at first: everything, or for a variable without "All" what Grafana finds first."""
    if variable["includeAll"]:
        return {"text": ["All"], "value": ["$__all"]}
    return {}
