import copy

import pytest

from obsgen.targets.grafana.dashboard import dashboard_json
from tests.targets.grafana import contract, plans, schema


def on(key):
    """Return the emitted JSON of the panel with this key in the plan, to be changed in place."""
    ids = {panel.key: panel.id for plan in plans.ALL for row in plan.rows for panel in row.panels}

    def find(dashboard):
        return next(panel for panel in contract.all_panels(dashboard) if panel.get("id") == ids[key])

    return find


def put(find, *way):
    """Return a fault: at the end of the way below what *find* returns, the last item is set."""
    *path, last, value = way

    def plant(dashboard):
        node = find(dashboard)
        for step in path:
            node = node[step]
        node[last] = value

    return plant


def root(dashboard):
    return dashboard


SHAPE_FAULTS = {
    "gridPos.w 30": put(on("stage-duration"), "gridPos", "w", 30),
    "gridPos.x 24": put(on("stage-duration"), "gridPos", "x", 24),
    "gridPos.h 0": put(on("stage-duration"), "gridPos", "h", 0),
    "threshold value as text": put(
        on("gate-pass-rate"), "fieldConfig", "defaults", "thresholds", "steps", 0, "value", "null"
    ),
    "unit 5": put(on("gate-pass-rate"), "fieldConfig", "defaults", "unit", 5),
    "misspelt field key": put(on("gate-pass-rate"), "fieldConfig", "defaults", "decimal", 2),
    "misspelt panel key": put(on("gate-pass-rate"), "titel", "Gates"),
    "drawStyle lines": put(on("stage-duration"), "fieldConfig", "defaults", "custom", "drawStyle", "lines"),
    "legend at the top": put(on("stage-duration"), "options", "legend", "placement", "top"),
    "tooltip for all": put(on("stage-duration"), "options", "tooltip", "mode", "all"),
    "misspelt target key": put(on("stage-duration"), "targets", 0, "legendformat", "x"),
    "target format heat": put(on("execution-time"), "targets", 0, "format", "heat"),
    "datasource as text": put(on("stage-duration"), "datasource", "Prometheus"),
    "variable refresh 5": put(root, "templating", "list", 1, "refresh", 5),
    "graphTooltip 3": put(root, "graphTooltip", 3),
    "refresh false": put(root, "refresh", False),
}

MEANING_FAULTS = {
    "unknown transformation": put(on("slow-stages"), "transformations", 1, "id", "organise"),
    "unknown override property": put(
        on("slow-stages"),
        "fieldConfig",
        "overrides",
        [{"matcher": {"id": "byName", "options": "State"}, "properties": [{"id": "custom.hiden", "value": True}]}],
    ),
    "unknown unit": put(on("gate-pass-rate"), "fieldConfig", "defaults", "unit", "percentunits"),
    "unknown panel type": put(on("gate-pass-rate"), "type", "graph"),
    "duplicate id": put(on("gate-pass-rate"), "id", 31),
    "overlap": put(on("slow-stages"), "gridPos", {"x": 4, "y": 1, "w": 16, "h": 8}),
    "invalid PromQL": put(on("stage-duration"), "targets", 0, "expr", "sum by (le (rate(x[5m]))"),
    "undeclared variable": put(on("stage-duration"), "targets", 0, "expr", 'rate(x{a=~"$workflw"}[5m])'),
}

MEANING_WORDS = {
    "unknown transformation": "unknown transformation organise",
    "unknown override property": "unknown override property custom.hiden",
    "unknown unit": "unknown unit 'percentunits'",
    "unknown panel type": "unknown panel type graph",
    "duplicate id": "2 panels have this id",
    "overlap": "overlaps panel 266",
    "invalid PromQL": "query A: ",
    "undeclared variable": "$workflw is not declared",
}

OTHER_FAULTS = {
    "off the grid": put(on("stage-duration"), "gridPos", "x", 13),
    "version": put(root, "version", 3),
    "dashboard id": put(root, "id", 3),
    "pluginVersion": put(on("gate-pass-rate"), "pluginVersion", "13.2.2"),
    "maxDataPoints": put(on("stage-duration"), "maxDataPoints", 100),
    "intervalFactor": put(on("stage-duration"), "targets", 0, "intervalFactor", 2),
    "null": put(on("stage-duration"), "repeat", None),
    "gridPos null": put(on("stage-duration"), "gridPos", None),
    "options as a list": put(on("execution-time"), "options", []),
    "editable": put(root, "editable", True),
    "schemaVersion 12": put(root, "schemaVersion", 12),
    "fixed data source": put(on("stage-duration"), "targets", 0, "datasource", {"type": "prometheus", "uid": "abc"}),
    "range query in a table": put(on("slow-stages"), "targets", 0, "instant", False),
    "no base step": put(on("gate-pass-rate"), "fieldConfig", "defaults", "thresholds", "steps", 0, "value", 0),
    "falling thresholds": put(on("gate-pass-rate"), "fieldConfig", "defaults", "thresholds", "steps", 1, "value", 2),
    "sorted by no column": put(on("slow-stages"), "options", "sortBy", [{"displayName": "state", "desc": True}]),
    "seconds on counts": put(on("execution-time"), "fieldConfig", "defaults", "unit", "s"),
    "threshold without line": put(
        on("stage-duration"), "fieldConfig", "defaults", "custom", "thresholdsStyle", "mode", "off"
    ),
    "uid too long": put(root, "uid", "x" * 41),
}


@pytest.mark.parametrize("plan", plans.ALL, ids=lambda plan: plan.key)
def test_emitted_dashboards_keep_the_contract(plan):
    """Every emitted dashboard keeps the project's own contract."""
    assert contract.findings(dashboard_json(plan)) == []


@pytest.mark.parametrize("plan", plans.ALL, ids=lambda plan: plan.key)
def test_emitted_dashboards_pass_the_schemas_of_grafana(plan):
    """Grafana's own schemas, with the three relaxations, find nothing in any emitted dashboard."""
    assert schema.findings(dashboard_json(plan)) == []


@pytest.mark.parametrize("fault", {**SHAPE_FAULTS, **MEANING_FAULTS, **OTHER_FAULTS})
def test_contract_finds_planted_faults(fault):
    """The contract finds each of the known faults of generated dashboards, in an otherwise clean one."""
    dashboard = copy.deepcopy(dashboard_json(plans.WORKFLOW))
    {**SHAPE_FAULTS, **MEANING_FAULTS, **OTHER_FAULTS}[fault](dashboard)
    found = contract.findings(dashboard)
    assert found
    assert MEANING_WORDS.get(fault, "") in "\n".join(found)


@pytest.mark.parametrize("fault", SHAPE_FAULTS)
def test_schemas_of_grafana_find_shape_faults(fault):
    """The relaxed schemas still find every fault of shape, so that their silence says something."""
    dashboard = copy.deepcopy(dashboard_json(plans.WORKFLOW))
    SHAPE_FAULTS[fault](dashboard)
    assert schema.findings(dashboard)


def test_schemas_of_grafana_accept_a_correct_dashboard():
    """The relaxed schemas find nothing in the example whose shapes are known to be right."""
    assert schema.findings(schema.example()) == []
