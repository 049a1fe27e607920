"""
Grafana's own JSON Schemas as a validator, for tests only.

The files are those of grafana-foundation-sdk. Used as they are, they refuse correct dashboards; the three relaxations
below, and no others, are applied when they are read.
"""

import copy
import json
from functools import cache

import jsonschema

from tests.tools import corpus

_KEEP_REQUIRED = {
    *("GridPos", "Threshold", "ThresholdsConfig", "RowPanel", "Panel", "AnnotationQuery", "VariableModel"),
}
_ANY = (
    ("MatcherConfig", "properties", "options"),
    ("DynamicConfigValue", "properties", "value"),
    ("VariableModel", "properties", "query", "oneOf", 1, "additionalProperties"),
)
_FILES = {"dashlist": "dashboardlist", "annolist": "annotationslist", "nodeGraph": "nodegraph", "alertlist": None}


def folder():
    """Return the folder of the schemas; the test that asks is skipped where `OBSGEN_CORPUS` is not set."""
    return corpus("grafana-schema")


def example():
    """Return the dashboard whose shapes are known to be right."""
    return json.loads((folder() / "example-dashboard.json").read_text(encoding="utf-8"))


def findings(dashboard):
    """Return what Grafana's schemas find in a dashboard, one line for each finding, the place first."""
    found = [
        *_errors("dashboard", "", {**dashboard, "panels": []}, "dashboard"),
        *(line for panel in dashboard.get("panels", []) for line in _panel(panel)),
    ]
    return sorted(found)


def _panel(panel):
    place = f"panel {panel.get('id')}"
    if panel.get("type") == "row":
        yield from _errors("dashboard", "RowPanel", {**panel, "panels": []}, place)
        for inner in panel.get("panels", []):
            yield from _panel(inner)
        return
    yield from _errors("dashboard", "Panel", panel, place)
    kind = _FILES.get(panel["type"], panel["type"].replace("-", ""))
    if kind is not None and (folder() / "jsonschema" / f"{kind}.jsonschema.json").exists():
        yield from _errors(kind, "Options", panel.get("options", {}), f"{place} options")
        custom = panel.get("fieldConfig", {}).get("defaults", {}).get("custom")
        if custom is not None and "FieldConfig" in _definitions(kind):
            yield from _errors(kind, "FieldConfig", custom, f"{place} custom")
    for target in panel.get("targets", []):
        if isinstance(target.get("datasource"), dict) and target["datasource"].get("type") == "prometheus":
            yield from _errors("prometheus", "Dataquery", target, f"{place} target {target.get('refId')}")


def _errors(file, definition, data, place):
    for error in _validator(file, definition).iter_errors(data):
        path = "/".join(map(str, error.absolute_path))
        yield f"{place}: {path}: {error.message[:160]}"


@cache
def _validator(file, definition):
    schema = _schema(file)
    if definition:
        schema = {
            "$schema": schema["$schema"],
            "definitions": schema["definitions"],
            "$ref": f"#/definitions/{definition}",
        }
    return jsonschema.Draft7Validator(schema)


def _definitions(file):
    return _schema(file)["definitions"]


@cache
def _schema(file):
    schema = json.loads((folder() / "jsonschema" / f"{file}.jsonschema.json").read_text(encoding="utf-8"))
    if file == "dashboard":
        _open(schema["definitions"])
    for name, definition in schema["definitions"].items():
        schema["definitions"][name] = _relaxed(definition, keep_required=name in _KEEP_REQUIRED)
    return schema


def _open(definitions):
    """The generator writes "any" as "an object"; at three places that is wrong."""
    for *way, last in _ANY:
        node = definitions
        for step in way:
            node = node[step]
        node[last] = {}


def _relaxed(node, *, keep_required):
    """Plugin defaults fill what `required` asks for, and no union has a discriminator that `oneOf` would need."""
    if isinstance(node, list):
        return [_relaxed(item, keep_required=keep_required) for item in node]
    if not isinstance(node, dict):
        return copy.copy(node)
    return {
        ("anyOf" if key == "oneOf" else key): _relaxed(value, keep_required=keep_required)
        for key, value in node.items()
        if keep_required or key != "required" or not isinstance(value, list)
    }
