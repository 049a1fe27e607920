import json
from dataclasses import replace

import pytest
import yaml

from obsgen.plan.model import Column, Dashboard, Grid, Row, Step
from obsgen.targets.grafana.dashboard import dashboard_json, render_dashboards
from tests.targets.grafana import contract, plans


def emitted(plan, key):
    ids = {panel.key: panel.id for row in plan.rows for panel in row.panels}
    return next(panel for panel in contract.all_panels(dashboard_json(plan)) if panel["id"] == ids[key])


def alone(panel, **more):
    """Return a dashboard with this one panel."""
    row = Row(key="r", id=999, title="R", collapsed=False, grid=Grid(x=0, y=0, width=24, height=1), panels=(panel,))
    return Dashboard(key="d", uid="d", service="s", title="D", rows=(row,), **more)


def panel_of(key, plan=plans.EVERY_KIND, **changes):
    found = next(panel for row in plan.rows for panel in row.panels if panel.key == key)
    return replace(found, **changes)


def test_ids_and_places_are_those_of_the_plan():
    """Ids and grid positions are written as the plan has them, so that adding a panel moves no id."""
    fuller = replace(
        plans.WORKFLOW,
        rows=(replace(plans.WORKFLOW.rows[0], panels=plans.WORKFLOW.rows[0].panels[1:]), plans.WORKFLOW.rows[1]),
    )
    before = {panel["id"]: panel for panel in contract.all_panels(dashboard_json(fuller))}
    after = {panel["id"]: panel for panel in contract.all_panels(dashboard_json(plans.WORKFLOW))}
    assert after.keys() - before.keys() == {415}
    assert all(after[number] == before[number] for number in before)


def test_rows_come_before_their_panels():
    """An open row is followed by its panels, a collapsed row holds them."""
    top = [
        (panel["id"], [inner["id"] for inner in panel.get("panels", [])])
        for panel in dashboard_json(plans.EVERY_KIND)["panels"]
    ]
    assert top == [(1, []), (21, []), (22, []), (23, []), (24, []), (2, [25, 26])]


def test_colours_follow_the_meaning():
    """The base step is null, the others are numbers, and each has the colour of what it means."""
    assert emitted(plans.WORKFLOW, "gate-pass-rate")["fieldConfig"]["defaults"]["thresholds"] == {
        "mode": "absolute",
        "steps": [
            {"color": "red", "value": None},
            {"color": "orange", "value": 0.8},
            {"color": "green", "value": 0.95},
        ],
    }


def test_panels_coloured_by_value_never_get_the_default_of_grafana():
    """Without steps of their own, panels that show a value have one neutral step: Grafana's default is red from 80 on."""
    for key in ("plain-gauge", "trend"):
        defaults = emitted(alone(panel_of(key, steps=())), key)["fieldConfig"]["defaults"]
        assert defaults["thresholds"]["steps"] == [{"color": "blue", "value": None}]


def test_thresholds_on_a_graph_are_dashed_lines():
    """On a graph steps are dashed lines and what is good has no colour; without steps there is neither."""
    marked = emitted(plans.WORKFLOW, "stage-duration")["fieldConfig"]["defaults"]
    assert marked["thresholds"]["steps"] == [{"color": "transparent", "value": None}, {"color": "orange", "value": 300}]
    assert marked["custom"]["thresholdsStyle"] == {"mode": "dashed"}
    plain = emitted(plans.EVERY_KIND, "stacked")["fieldConfig"]["defaults"]
    assert "thresholds" not in plain
    assert plain["custom"]["thresholdsStyle"] == {"mode": "off"}


def lines(panel):
    """The limits that Grafana draws on a graph, with their colours: up to a step without colour, that of the step below."""
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    clear = next((place for place, step in enumerate(steps) if step["color"] == "transparent"), 0)
    return [
        (steps[place]["value"], steps[place - 1 if place <= clear else place]["color"])
        for place in range(1, len(steps))
    ]


@pytest.mark.parametrize(
    ("means", "drawn"),
    [
        (("good", "bad"), ["red"]),
        (("bad", "good"), ["red"]),
        (("good", "warn", "bad"), ["orange", "red"]),
        (("bad", "warn", "good"), ["red", "orange"]),
        (("bad", "good", "bad"), ["red", "red"]),
        (("warn", "good", "bad"), ["orange", "red"]),
        (("good", "bad", "good"), ["red", "green"]),
        (("neutral", "warn"), ["orange"]),
    ],
)
def test_limits_have_the_colour_of_the_bad_side(means, drawn):
    """Whether low or high values are bad, the line between good and bad is red; where a value is shown, so is its side."""
    steps = tuple(Step(at=None if place == 0 else place / 10, means=one) for place, one in enumerate(means))
    graph = emitted(alone(panel_of("stacked", steps=steps)), "stacked")
    assert graph["type"] == "timeseries"
    assert lines(graph) == [(place / 10, colour) for place, colour in enumerate(drawn, 1)]
    colours = {"good": "green", "warn": "orange", "bad": "red", "neutral": "blue"}
    for key in ("plain-gauge", "trend"):
        shown = emitted(alone(panel_of(key, steps=steps)), key)["fieldConfig"]["defaults"]["thresholds"]["steps"]
        assert [step["color"] for step in shown] == [colours[one] for one in means]


@pytest.mark.parametrize(
    "steps",
    [
        (Step(at=0.0, means="good"),),
        (Step(at=None, means="good"), Step(at=None, means="bad")),
        (Step(at=None, means="good"), Step(at=2.0, means="warn"), Step(at=2.0, means="bad")),
        (Step(at=None, means="good"), Step(at=2.0, means="warn"), Step(at=1.0, means="bad")),
    ],
)
def test_steps_that_do_not_rise_are_refused(steps):
    """Grafana takes the last matching step, so that steps out of order would colour wrongly without a message."""
    with pytest.raises(ValueError, match="threshold steps need a base step"):
        dashboard_json(alone(panel_of("queue", steps=steps)))


def test_range_of_shares():
    """A gauge of a share reaches from 0 to 1; what the plan says goes first; nothing else gets a range."""
    bounds = {}
    for name, changes in {
        "share": {"unit": "percentunit"},
        "set": {"unit": "percent", "minimum": 50.0, "maximum": 90.0},
        "other": {"unit": "s"},
    }.items():
        defaults = emitted(alone(panel_of("plain-gauge", **{"maximum": None, **changes})), "plain-gauge")[
            "fieldConfig"
        ]["defaults"]
        bounds[name] = (defaults.get("min"), defaults.get("max"))
    assert bounds == {"share": (0, 1), "set": (50, 90), "other": (None, None)}


def test_queries():
    """A query carries the data source variable, is instant or over a range, and asks for exemplars where they exist."""
    quantile, _ = emitted(plans.WORKFLOW, "stage-duration")["targets"]
    assert quantile["exemplar"] is True
    assert (quantile["instant"], quantile["range"], quantile["legendFormat"]) == (
        False,
        True,
        "{{persona}} {{stage}} p50",
    )
    (table,) = emitted(plans.WORKFLOW, "slow-stages")["targets"]
    assert "exemplar" not in table
    assert (table["instant"], table["range"], table["format"], table["legendFormat"]) == (
        True,
        False,
        "table",
        "__auto",
    )
    assert quantile["datasource"] == table["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


@pytest.mark.parametrize(
    ("key", "plan", "wrong"),
    [
        ("slow-stages", plans.WORKFLOW, {"instant": False}),
        ("slow-stages", plans.WORKFLOW, {"format": "time_series"}),
        ("execution-time", plans.WORKFLOW, {"format": "time_series"}),
        ("token-usage", plans.OVERVIEW, {"instant": False}),
    ],
)
def test_data_of_the_wrong_shape_is_refused(key, plan, wrong):
    """A table, a pie or a heatmap over data of the wrong shape shows an odd picture and no error."""
    panel = panel_of(key, plan)
    with pytest.raises(ValueError, match=f"panel {key}: a {panel.kind} needs queries with"):
        dashboard_json(alone(replace(panel, queries=(replace(panel.queries[0], **wrong),))))


def test_a_panel_without_query_is_refused():
    """Only a text panel has no query."""
    with pytest.raises(ValueError, match="panel queue: a bargauge needs a query"):
        dashboard_json(alone(panel_of("queue", queries=())))
    assert "targets" not in emitted(plans.EVERY_KIND, "notes")


def test_columns_of_a_table():
    """A table shows the columns of the plan only, in their order, under their headings, the largest value first."""
    table = emitted(plans.EVERY_KIND, "used-and-left")
    merge, keep, organize = table["transformations"]
    assert merge["id"] == "merge"
    assert keep["options"] == {"include": {"names": ["persona", "Value #B", "Value #A"]}}
    assert organize["options"] == {
        "excludeByName": {"Time": True, "__name__": True},
        "indexByName": {"persona": 0, "Value #B": 1, "Value #A": 2},
        "renameByName": {"persona": "Persona", "Value #B": "Left", "Value #A": "Used"},
    }
    assert table["options"]["sortBy"] == [{"displayName": "Left", "desc": True}]
    assert table["fieldConfig"]["overrides"][0] == {
        "matcher": {"id": "byName", "options": "Left"},
        "properties": [
            {"id": "unit", "value": "short"},
            {"id": "custom.cellOptions", "value": {"type": "color-text"}},
        ],
    }


def test_tables_without_values_and_without_columns():
    """A table of labels is sorted by its first column; one without columns hides the time only."""
    assert emitted(plans.WORKFLOW, "slow-stages")["options"]["sortBy"] == [{"displayName": "Workflow", "desc": False}]
    bare = emitted(alone(panel_of("slow-stages", plans.WORKFLOW, columns=())), "slow-stages")
    assert [step["id"] for step in bare["transformations"]] == ["organize"]
    assert bare["transformations"][0]["options"]["excludeByName"] == {"Time": True}
    named = panel_of("slow-stages", plans.WORKFLOW, columns=(Column(name="Time", title=""),))
    assert emitted(alone(named), "slow-stages")["transformations"][-1]["options"]["excludeByName"] == {"__name__": True}


def test_own_time_range_and_links():
    """A panel may have its own time range; its runbook opens in a new tab."""
    switches = emitted(plans.OVERVIEW, "switches")
    assert (switches["timeFrom"], switches["interval"]) == ("24h", "15s")
    assert switches["links"] == [
        {
            "title": "Runbook: HighPersonaSwitchRate",
            "url": "https://example.org/runbooks#highpersonaswitchrate",
            "targetBlank": True,
        }
    ]


def test_firing_alerts_are_annotations():
    """The alerts of the dashboard are matched by name, exactly, whatever characters a name has."""
    names = ("High.Rate", 'A"b\\c', "$persona", "x|y")
    firing = dashboard_json(replace(plans.OVERVIEW, alerts=names))["annotations"]["list"][1]
    assert firing["expr"] == (r"""ALERTS{alertstate="firing",alertname=~"High\\.Rate|A\"b\\\\c|[$]persona|x\\|y"}""")
    assert len(dashboard_json(plans.EVERY_KIND)["annotations"]["list"]) == 1


def test_one_firing_alert_needs_no_pattern():
    """A single name without special characters is compared as it stands."""
    for name, matcher in (("High", '="High"'), ("High.Rate", r'=~"High\\.Rate"'), ("$a", '=~"[$]a"')):
        firing = dashboard_json(replace(plans.OVERVIEW, alerts=(name,)))["annotations"]["list"][1]
        assert firing["expr"] == f'ALERTS{{alertstate="firing",alertname{matcher}}}'


def test_drop_down_of_related_dashboards():
    """The dashboards of a service are one click away, if they can be found by its tag."""
    (link,) = dashboard_json(plans.OVERVIEW)["links"]
    assert (link["type"], link["tags"], link["keepTime"], link["includeVars"]) == (
        "dashboards",
        ["hypertool"],
        True,
        True,
    )
    assert dashboard_json(plans.EVERY_KIND)["links"] == []


def test_files():
    """Each dashboard is written bare and in the envelope of the API; provisioning files follow; nothing for nothing."""
    files = {artifact.path: artifact.text for artifact in render_dashboards(plans.PERSONA_SYSTEM)}
    assert list(files) == [
        "grafana/dashboards/hypertool/persona-overview.json",
        "grafana/api/hypertool/persona-overview.json",
        "grafana/dashboards/hypertool/workflow-performance.json",
        "grafana/api/hypertool/workflow-performance.json",
        "grafana/provisioning/dashboards.yaml",
        "grafana/provisioning/datasources.example.yaml",
    ]
    bare = json.loads(files["grafana/dashboards/hypertool/persona-overview.json"])
    envelope = json.loads(files["grafana/api/hypertool/persona-overview.json"])
    assert envelope == {"dashboard": bare, "overwrite": True}
    assert bare == dashboard_json(plans.OVERVIEW)
    assert list(render_dashboards([])) == []


def test_provisioning_files():
    """The provider reads one folder; the data source has the longest scrape interval of all panels and no secret."""
    slow = alone(panel_of("queue", interval="1m30s"))
    files = {artifact.path: artifact.text for artifact in render_dashboards([plans.OVERVIEW, slow])}
    (provider,) = yaml.safe_load(files["grafana/provisioning/dashboards.yaml"])["providers"]
    assert provider["options"]["path"] == "/var/lib/grafana/dashboards/obsgen"
    (source,) = yaml.safe_load(files["grafana/provisioning/datasources.example.yaml"])["datasources"]
    assert source["url"] == "${PROMETHEUS_URL}"
    assert source["jsonData"]["timeInterval"] == "1m30s"
    assert "secureJsonData" not in source
    fast = alone(panel_of("queue", interval="9s"))
    *_, example = render_dashboards([plans.OVERVIEW, fast])
    assert "timeInterval: 15s" in example.text
    unscraped = [artifact.path for artifact in render_dashboards([alone(panel_of("queue"))])]
    assert unscraped[-1] == "grafana/provisioning/dashboards.yaml"


def test_twins_are_refused():
    """Grafana stops provisioning at a second dashboard of the same uid; names that only look alike get files of their own."""
    with pytest.raises(ValueError, match="two dashboards have the uid obsgen-hypertool-persona-overview"):
        list(render_dashboards([plans.OVERVIEW, replace(plans.WORKFLOW, uid=plans.OVERVIEW.uid)]))
    near = [replace(plans.OVERVIEW, service="a-b", key="c"), replace(plans.WORKFLOW, service="a", key="b-c")]
    files = [artifact.path for artifact in render_dashboards(near)]
    assert len(set(files)) == len(files)
