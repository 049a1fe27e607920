import json

from grafanalib import core

from obsgen.targets.grafana.modernise import modernise
from tests.targets.grafana import schema

GRID = core.GridPos(h=8, w=8, x=0, y=0)
SOURCE = {"type": "prometheus", "uid": "${datasource}"}


def raw(*panels, **more):
    """Return grafanalib's own JSON of a dashboard with these panels."""
    dashboard = core.Dashboard(title="D", panels=list(panels), **more)
    return json.loads(json.dumps(dashboard, default=lambda item: item.to_json_data()))


def target():
    return core.Target(expr="up", refId="A", datasource=SOURCE)


def common(number):
    steps = [core.Threshold("green", 0, 0.0), core.Threshold("red", 1, 80.0)]
    return {
        "title": "P",
        "id": number,
        "gridPos": GRID,
        "dataSource": SOURCE,
        "targets": [target()],
        "thresholds": steps,
    }


def every_panel():
    return raw(
        core.RowPanel(title="R", id=1, gridPos=core.GridPos(h=1, w=24, x=0, y=0)),
        core.TimeSeries(**common(2), legendDisplayMode="hidden"),
        core.TimeSeries(**common(3), unit="s", axisLabel="x", mappings=[]),
        core.Stat(**common(4)),
        core.Table(**common(5), displayMode="color-text"),
        core.PieChartv2(**common(6)),
        core.RowPanel(title="C", id=7, gridPos=GRID, collapsed=True, panels=[core.Text(title="T", id=8, gridPos=GRID)]),
        templating=core.Templating(
            [
                core.Template(name="datasource", type="datasource", query="prometheus"),
                core.Template(name="job", query="label_values(up, job)", dataSource=SOURCE, includeAll=True),
                core.Template(name="one", query="label_values(up, one)", dataSource=SOURCE),
            ]
        ),
    )


def test_clean_by_the_schemas_of_grafana():
    """What grafanalib writes breaks Grafana's schemas in many places, and in none after the pass."""
    before = every_panel()
    assert len(schema.findings(before)) > 70
    assert schema.findings(modernise(before)) == []


def test_idempotent():
    """A second pass changes nothing, not even the null of a base threshold."""
    once = modernise(every_panel())
    assert modernise(once) == once


def test_input_is_left_alone():
    """The pass is pure: what goes in is not changed."""
    before = every_panel()
    copy = json.loads(json.dumps(before))
    modernise(before)
    assert before == copy


def test_thresholds():
    """The text "null" becomes null, whole numbers are written as such, other keys go."""
    panel = modernise(every_panel())["panels"][1]
    assert panel["fieldConfig"]["defaults"]["thresholds"] == {
        "mode": "absolute",
        "steps": [{"color": "green", "value": None}, {"color": "red", "value": 80}],
    }


def test_target_has_no_dead_keys():
    """A query keeps what Grafana reads; the step factor of 2 and the fixed step of 10 are gone."""
    assert modernise(every_panel())["panels"][1]["targets"] == [
        {
            "datasource": SOURCE,
            "editorMode": "code",
            "expr": "up",
            "format": "time_series",
            "instant": False,
            "legendFormat": "",
            "range": True,
            "refId": "A",
        }
    ]


def test_panel_has_no_dead_keys():
    """A panel has no limit of 100 points, no null and nothing that only older versions of Grafana read."""
    for panel in modernise(every_panel())["panels"][1:6]:
        assert panel.keys() == {
            *("datasource", "fieldConfig", "gridPos", "id", "options", "targets", "title", "type"),
        }
        assert panel["fieldConfig"].keys() == {"defaults", "overrides"}


def test_legend():
    """A hidden legend is one that is not shown, in the words of today's Grafana; the others are shown."""
    hidden, shown = modernise(every_panel())["panels"][1:3]
    assert hidden["options"]["legend"] == {
        "calcs": [],
        "displayMode": "list",
        "placement": "bottom",
        "showLegend": False,
    }
    assert shown["options"]["legend"]["showLegend"] is True


def test_table():
    """The colour of a table and the way of its cells stand where Grafana looks for them."""
    defaults = modernise(every_panel())["panels"][4]["fieldConfig"]["defaults"]
    assert defaults["color"] == {"mode": "thresholds"}
    assert defaults["custom"]["cellOptions"] == {"type": "color-text"}


def test_rows():
    """A row keeps six keys, and so does a collapsed one around its panels."""
    panels = modernise(every_panel())["panels"]
    assert panels[0] == {
        "collapsed": False,
        "gridPos": {"h": 1, "w": 24, "x": 0, "y": 0},
        "id": 1,
        "panels": [],
        "title": "R",
        "type": "row",
    }
    assert panels[6]["panels"] == [
        {
            "fieldConfig": {"defaults": {}, "overrides": []},
            "gridPos": {"h": 8, "w": 8, "x": 0, "y": 0},
            "id": 8,
            "options": {"content": "", "mode": "markdown"},
            "title": "T",
            "type": "text",
        }
    ]


def test_variables():
    """A variable starts with everything where it may, and its query is an object with a name."""
    source, job, one = modernise(every_panel())["templating"]["list"]
    assert source["current"] == one["current"] == {}
    assert job["current"] == {"text": ["All"], "value": ["$__all"]}
    assert job["query"] == {"query": "label_values(up, job)", "refId": "job"}
    assert job.keys() & {"useTags", "tagsQuery", "auto", "auto_min"} == set()


def test_dashboard_has_no_dead_keys():
    """The server's own keys and those of Grafana 4 are gone."""
    assert modernise(every_panel()).keys() == {
        *("annotations", "editable", "graphTooltip", "links", "panels", "refresh", "schemaVersion", "tags"),
        *("templating", "time", "timepicker", "timezone", "title"),
    }
