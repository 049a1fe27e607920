"""Grafana dashboards: what is read out of every form that they have had, and what is found in them."""

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.checks.base import Subject
from obsgen.diagnostics import Diagnostic
from obsgen.foreign import grafana, json_nodes, recognise
from obsgen.foreign.model import Foreign
from obsgen.lint import lint_texts
from obsgen.load import load_texts
from obsgen.report.text import render
from obsgen.source.nodes import Mapping as MappingNode
from obsgen.targets.base import Options
from obsgen.targets.grafana import TARGET
from tests.bakery import BAKERY, marked
from tests.shipped import shipped

PATH = "grafana/shop.json"
CATALOG = load_texts(BAKERY).catalog
PROMETHEUS = {"type": "prometheus", "uid": "main"}
RATE = "sum by (kind) (rate(bakery_orders_total[$__rate_interval]))"
SHARE = 'sum(rate(bakery_orders_total{result="failed"}[5m])) / sum(rate(bakery_orders_total[5m]))'
P95 = "histogram_quantile(0.95, sum by (le) (rate(bakery_bake_duration_seconds_bucket[5m])))"
Json = dict[str, Any]


def target(expr: str = RATE, **more: Any) -> Json:
    """Return a query of a panel."""
    return {"refId": "A", "expr": expr, **more}


def panel(*targets: Json | str, kind: str = "timeseries", **more: Any) -> Json:
    """Return a panel of Prometheus."""
    found = [target(one) if isinstance(one, str) else one for one in targets]
    return {"type": kind, "title": "Orders", "datasource": PROMETHEUS, "targets": found, **more}


def board(*panels: Json, **more: Any) -> Json:
    """Return a dashboard."""
    return {"title": "Shop", "panels": list(panels), **more}


def variable(name: str, query: Any, kind: str = "query", **more: Any) -> Json:
    """Return the declaration of a variable."""
    return {
        "name": name,
        "type": kind,
        "query": query,
        **({"datasource": PROMETHEUS} if kind == "query" else {}),
        **more,
    }


def declaring(*variables: Json) -> Json:
    """Return the part of a dashboard that declares variables."""
    return {"list": list(variables)}


def read(root: Json) -> Foreign:
    """Return what is read out of a bare dashboard."""
    node, problems = json_nodes.parse(json.dumps(root), PATH)
    assert isinstance(node, MappingNode)
    assert problems == ()
    return grafana.read(PATH, node)


def exprs(root: Json) -> list[str]:
    """Return the PromQL that is read out of a bare dashboard."""
    return [query.compiled.expr.text for query in read(root).queries]


def lint(root: Json, **files: str) -> tuple[Mapping[str, str], tuple[Diagnostic, ...]]:
    """Return the text of a dashboard and the findings in it."""
    texts = {PATH: json.dumps(root, indent=1, ensure_ascii=False)}
    return {**BAKERY, **texts, **files}, lint_texts(CATALOG, texts)


def found(root: Json) -> list[tuple[str, str, str]]:
    """Return severity, code and marked words of each finding in a dashboard."""
    texts, diagnostics = lint(root)
    return [(one.severity.value, one.code, marked(texts, one.primary.span)) for one in diagnostics]


def codes(root: Json) -> list[tuple[str, str]]:
    """Return code and marked words of each finding in a dashboard."""
    return [(code, words) for _, code, words in found(root)]


FORMS = {
    "panels": board(panel(RATE)),
    "open row": board({"type": "row", "panels": []}, panel(RATE)),
    "collapsed row": board({"type": "row", "collapsed": True, "panels": [panel(RATE)]}),
    "rows of old": {"title": "Shop", "rows": [{"title": "One", "panels": [panel(RATE, kind="graph")]}]},
    "no datasource": board({"type": "stat", "targets": [target()]}),
    "null datasource": board({"type": "stat", "datasource": None, "targets": [target()]}),
    "by name": board(panel(RATE, datasource="Prometheus")),
    "by variable": board(
        panel(RATE, datasource="$ds"), templating=declaring(variable("ds", "prometheus", "datasource"))
    ),
    "by uid": board(
        panel(RATE, datasource={"uid": "${ds}"}), templating=declaring(variable("ds", "prometheus", "datasource"))
    ),
    "by input": board(
        panel(RATE, datasource="${DS_MAIN}"),
        __inputs=[{"name": "DS_MAIN", "type": "datasource", "pluginId": "prometheus"}],
    ),
    "mixed": board(
        panel(
            target(datasource=PROMETHEUS),
            target('{job="x"} |= "oven"', datasource={"type": "loki", "uid": "l"}),
            datasource={"uid": "-- Mixed --"},
        )
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms(form: str) -> None:
    """The query of a panel is found wherever Grafana ever kept panels, and whatever its data source is called."""
    assert exprs(FORMS[form]) == [RATE]


SILENT = {
    "loki": panel('{job="x"} |= "oven" | json', datasource={"type": "loki", "uid": "l"}),
    "loki by name": panel('rate({job="x"} |= "oven" [5m])', datasource="Loki"),
    "looks like a log query": panel('{job="x"} |= "oven"', datasource="$anything"),
    "tempo": panel({"query": "{ .oven = 1 }"}, datasource={"type": "tempo", "uid": "t"}),
    "test data": panel(target("nonsense ("), datasource={"type": "grafana-testdata-datasource"}),
    "expression": panel({"datasource": {"type": "__expr__", "uid": "__expr__"}, "expression": "$A + 1"}),
    "no query yet": panel(target("")),
    "library panel": {"type": "timeseries", "libraryPanel": {"uid": "x", "name": "Orders"}},
    "text": {"type": "text", "options": {"content": "$USD and {{kind}}"}},
    "dashboard": panel({"panelId": 2}, datasource={"uid": "-- Dashboard --"}),
}


@pytest.mark.parametrize("what", SILENT)
def test_other_languages(what: str) -> None:
    """What is no PromQL is left alone."""
    root = board(SILENT[what])
    assert exprs(root) == []
    assert codes(root) == []


@pytest.mark.parametrize("datasource", ["$logs", "${logs}", "[[logs]]", {"uid": "$logs"}, {"uid": "${logs}"}])
def test_kind_of_a_variable(datasource: Any) -> None:
    """The kind of a data source that is a variable stands where the variable is declared."""
    root = board(panel(RATE, datasource=datasource), templating=declaring(variable("logs", "loki", "datasource")))
    assert exprs(root) == []


VARIABLES = [
    ("label_values(bakery_orders_total, kind)", "group(bakery_orders_total)by(kind)"),
    ('label_values(bakery_orders_total{result="baked", kind=~"a,b"}, kind)', 'group(bakery_orders_total{result="baked", kind=~"a,b"})by(kind)'),
    ({"query": "label_values(bakery_orders_total, kind)", "refId": "x", "qryType": 1}, "group(bakery_orders_total)by(kind)"),
    ("query_result(topk(3, sum(bakery_flour_remaining)))", "topk(3, sum(bakery_flour_remaining))"),
    ('bakery_oven_info{oven="north"}', 'bakery_oven_info{oven="north"}'),
    ("label_values(kind)", None),
    ("label_names()", None),
    ("metrics(bakery_.*)", None),
    ("", None),
    ({"refId": "x"}, None),
    (None, None),
]  # fmt: skip


@pytest.mark.parametrize(("query", "expr"), VARIABLES)
def test_variables(query: Any, expr: str | None) -> None:
    """The query of a variable is read in each of Grafana's notations."""
    root = board(templating=declaring(variable("kind", query)))
    assert exprs(root) == ([expr] if expr else [])


ENVELOPES: Mapping[str, Callable[[Json], tuple[str, str]]] = {
    "file": lambda root: (PATH, json.dumps(root)),
    "api": lambda root: (PATH, json.dumps({"dashboard": root, "overwrite": True})),
    "resource": lambda root: (
        PATH,
        json.dumps({"apiVersion": "dashboard.grafana.app/v1", "kind": "Dashboard", "metadata": {}, "spec": root}),
    ),
    "operator": lambda root: (
        "k.yaml",
        "apiVersion: grafana.integreatly.org/v1beta1\nkind: GrafanaDashboard\nspec:\n  json: >\n"
        + "".join(f"    {line}\n" for line in json.dumps(root, indent=1).splitlines()),
    ),
    "config map": lambda root: (
        "k.yaml",
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  shop.json: |\n"
        + "".join(f"    {line}\n" for line in json.dumps(root, indent=1).splitlines()),
    ),
}


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_envelopes(envelope: str) -> None:
    """A dashboard is read bare, as the interface takes it, and in Kubernetes objects, with places in that file."""
    path, text = ENVELOPES[envelope](board(panel(RATE.replace("kind", "kin"))))
    diagnostics = lint_texts(CATALOG, {path: text})
    assert [(one.code, marked({path: text}, one.primary.span)) for one in diagnostics] == [
        ("query/unknown-label", "kin")
    ]


FLAGGED: list[tuple[str, Json, list[tuple[str, str]]]] = [
    ("metric", board(panel('bakery_ordres_total{kind="rye"}')), [("query/unknown-metric", "bakery_ordres_total")]),
    ("value", board(panel('sum(rate(bakery_orders_total{result="fail"}[5m]))')), [("query/unknown-label-value", "fail")]),
    ("syntax", board(panel("sum(")), [("query/syntax", "(")]),
    (
        "in a row",
        board({"type": "row", "panels": [panel("sum by (ovne) (rate(bakery_orders_total[5m]))")]}),
        [("query/unknown-label", "ovne")],
    ),
    (
        "label_values of another label",
        board(panel('rate(bakery_orders_total{kind=~"$k"}[5m])'), templating=declaring(variable("k", "label_values(bakery_orders_total, kinds)"))),
        [("query/unknown-label", "kinds")],
    ),
    (
        "label_values of a value that never is",
        board(
            panel('rate(bakery_orders_total{kind=~"$k"}[5m])'),
            templating=declaring(variable("k", {"query": 'label_values(bakery_orders_total{result="fail"}, kind)'})),
        ),
        [("query/unknown-label-value", "fail")],
    ),
    (
        "query_result",
        board(panel('rate(bakery_orders_total{kind=~"$k"}[5m])'), templating=declaring(variable("k", "query_result(sum by (kin) (bakery_flour_remaining))"))),
        [("query/unknown-label", "kin")],
    ),
    (
        "annotation",
        board(annotations={"list": [{"name": "a", "datasource": PROMETHEUS, "expr": 'ALERTS{alertname="x"} and bakery_oven_info{oben="a"}'}]}),
        [("query/unknown-label", "oben")],
    ),
    ("undeclared", board(panel('rate(bakery_orders_total{kind=~"$kind"}[5m])')), [("dashboard/undeclared-variable", "$kind")]),
    ("undeclared in braces", board(panel('rate(bakery_orders_total{kind=~"${kind:regex}"}[5m])')), [("dashboard/undeclared-variable", "${kind:regex}")]),
    ("undeclared window", board(panel("rate(bakery_orders_total[$window])")), [("dashboard/undeclared-variable", "$window")]),
    ("undeclared repeat", board(panel(RATE, repeat="kind")), [("dashboard/undeclared-variable", "kind")]),
    (
        "unused",
        board(panel(RATE), templating=declaring(variable("kind", "label_values(bakery_orders_total, kind)"))),
        [("dashboard/unused-variable", '"kind"')],
    ),
    (
        "used only by itself",
        board(panel(RATE), templating=declaring(variable("kind", 'label_values(bakery_orders_total{kind=~"$kind"}, kind)'))),
        [("dashboard/unused-variable", '"kind"')],
    ),
    ("radar", board(panel(RATE, kind="radar")), [("panel/unknown-kind", '"radar"')]),
    ("graph", {"title": "Shop", "rows": [{"panels": [panel(RATE, kind="graph")]}]}, [("panel/unknown-kind", '"graph"')]),
    ("legend", board(panel(target(legendFormat="{{kind}} in {{oven}}"))), [("panel/unknown-legend-label", "oven")]),
    ("legend of a total", board(panel(target(f"sum({RATE})", legendFormat="{{ kind }}"))), [("panel/unknown-legend-label", "kind")]),
    (
        "legend of an annotation",
        board(annotations={"list": [{"name": "a", "datasource": PROMETHEUS, "expr": "sum by (kind) (bakery_flour_remaining) < 3", "titleFormat": "{{oven}}"}]}),
        [("panel/unknown-legend-label", "oven")],
    ),
    ("constant", board(panel("vector(0.8)", kind="stat")), [("panel/constant", "vector(0.8")]),
    ("percent", board(panel(SHARE, fieldConfig={"defaults": {"unit": "percent"}})), [("query/unit-mismatch", '"percent"')]),
    ("percentunit", board(panel(f"100 * {SHARE}", fieldConfig={"defaults": {"unit": "percentunit"}})), [("query/unit-mismatch", '"percentunit"')]),
    ("milliseconds", board(panel(P95, fieldConfig={"defaults": {"unit": "ms"}})), [("query/unit-mismatch", '"ms"')]),
    (
        "date of seconds",
        board(panel("max(bakery_delivery_timestamp_seconds)", kind="stat", fieldConfig={"defaults": {"unit": "dateTimeFromNow"}})),
        [("query/unit-mismatch", '"dateTimeFromNow"')],
    ),
    (
        "step beyond a ratio",
        board(panel(SHARE, kind="stat", fieldConfig={"defaults": {"thresholds": {"mode": "absolute", "steps": [{"value": None}, {"value": 0.5}, {"value": 95}]}}})),
        [("alert/threshold-out-of-range", "95")],
    ),
    ("selector of a variable", board(templating=declaring(variable("kind", 'label_values(bakery_orders_total{, x=""}, kind)'), variable("all", "$kind$all", "custom")), links=[{"url": "$all"}]), [("query/syntax", ",")]),
    ("same id", board(panel(RATE, id=4), panel(RATE, id=5), {"type": "row", "id": 1, "panels": [panel(RATE, id=4)]}), [("dashboard/duplicate-panel", "4")]),
    (
        "heatmap of a second label",
        board(panel(target("sum by (le, kind) (increase(bakery_bake_duration_seconds_bucket[$__rate_interval]))", format="heatmap"), kind="heatmap")),
        [("panel/wrong-shape", "sum")],
    ),
    (
        "heatmap without buckets",
        board(panel(target("sum by (kind) (rate(bakery_orders_total[5m]))", format="heatmap"), kind="heatmap")),
        [("panel/wrong-shape", "sum")],
    ),
    ("histogram of quantiles", board(panel(P95, kind="histogram")), [("panel/wrong-shape", "histogram_quantile")]),
    ("table of a range", board(panel(target(format="table"), kind="table")), [("panel/wrong-shape", "sum")]),
]  # fmt: skip


@pytest.mark.parametrize(("root", "expected"), [case[1:] for case in FLAGGED], ids=[case[0] for case in FLAGGED])
def test_flagged(root: Json, expected: list[tuple[str, str]]) -> None:
    """Each fault is found once, at the word that is wrong, escapes of JSON undone."""
    texts, diagnostics = lint(root)
    wanted = [one for one in diagnostics if one.severity.value != "info"]
    assert [(one.code, marked(texts, one.primary.span)) for one in wanted] == expected


ACCEPTED: dict[str, Json] = {
    "plain": board(panel(target(legendFormat="{{kind}}"))),
    "declared": board(
        panel('rate(bakery_orders_total{kind=~"$kind"}[$__rate_interval])'),
        templating=declaring(variable("kind", "label_values(bakery_orders_total, kind)")),
    ),
    "chained": board(
        panel('rate(bakery_bake_duration_seconds_count{oven=~"[[oven]]"}[5m])'),
        templating=declaring(
            variable("kind", "label_values(bakery_orders_total, kind)"),
            variable("oven", 'label_values(bakery_bake_duration_seconds_count{kind=~"$kind"}, oven)'),
        ),
    ),
    "used in a title": board(panel(RATE, title="Orders of $kind"), templating=declaring(variable("kind", "a,b", "custom"))),
    "used for a row": board(
        {"type": "row", "repeat": "kind", "panels": []}, panel(RATE), templating=declaring(variable("kind", "a,b", "custom"))
    ),
    "used in a link": board(panel(RATE), links=[{"url": "/d/x?${kind:queryparam}"}], templating=declaring(variable("kind", "a,b", "custom"))),
    "all in a link": board(panel(RATE), links=[{"url": "/d/x?${__all_variables}"}], templating=declaring(variable("kind", "a,b", "custom"))),
    "filters": board(panel(RATE), templating=declaring(variable("filters", None, "adhoc"))),
    "library": board(panel(RATE), {"libraryPanel": {"uid": "x"}}, templating=declaring(variable("kind", "a,b", "custom"))),
    "of the import": board(panel('rate(bakery_orders_total{kind="${VAR_KIND}"}[5m])'), __inputs=[{"name": "VAR_KIND", "type": "constant"}]),
    "built in": board(panel("increase(bakery_orders_total[${__range_s}s]) + increase(bakery_orders_total[$__range])")),
    "groups of a pattern": board(panel('label_replace(bakery_flour_remaining, "x", "$one", "kind", "(?P<one>.)") > 1')),
    "numbers of a pattern": board(panel('sum by (x) (label_replace(rate(bakery_orders_total[5m]), "x", "${1}$2", "kind", "(.)(.*)"))')),
    "end of a pattern": board(panel('rate(bakery_orders_total{kind=~"^(rye|w.*)$"}[5m])')),
    "plugin": board(panel(RATE, kind="bakers-crust-panel")),
    "legend of the name": board(panel(target("bakery_flour_remaining", legendFormat="{{__name__}} {{kind}}"))),
    "legend of a table": board(panel(target(format="table", instant=True, legendFormat="{{oven}}"), kind="table")),
    "legend of nobody's metric": board(panel(target("node_load1", legendFormat="{{anything}}"))),
    "hidden": board(panel(target(f"sum({RATE})", hide=True, legendFormat="{{oven}}"), RATE)),
    "windows of different length": board(
        panel(
            "increase(bakery_orders_total[$__range]) unless increase(bakery_orders_total[$__interval])",
            "sum(rate(bakery_orders_total[$__rate_interval])) / sum(rate(bakery_orders_total[$__range])) > 2",
        )
    ),
    "numbers that somebody chooses": board(
        panel(
            "clamp_max(bakery_flour_remaining, $n) > 5",
            "round(bakery_crust_quality_ratio, $n) > 1",
            "quantile($n, bakery_flour_remaining)",
            "bakery_flour_remaining > $n unless bakery_flour_remaining > $m",
            "topk($n, bakery_flour_remaining) unless topk($m, bakery_flour_remaining)",
        ),
        templating=declaring(variable("n", "5,9", "custom"), variable("m", "1,2", "custom")),
    ),
    "moments": board(
        panel(
            "bakery_flour_remaining @ end() unless bakery_flour_remaining @ start()",
            "max_over_time(bakery_flour_remaining[1h:]) unless max_over_time(bakery_flour_remaining[1h:] offset 1d)",
            "sum(rate(bakery_orders_total[5m])) / sum(rate(bakery_orders_total[5m] @ end())) > 3",
        )
    ),
    "percentunit": board(panel(SHARE, fieldConfig={"defaults": {"unit": "percentunit"}})),
    "percent": board(panel(f"100 * {SHARE}", fieldConfig={"defaults": {"unit": "percent"}})),
    "percent of something else": board(panel(SHARE, RATE, fieldConfig={"defaults": {"unit": "short"}})),
    "unit of a column": board(
        panel(
            target(SHARE, format="table", instant=True),
            kind="table",
            fieldConfig={"defaults": {"unit": "s"}, "overrides": [{"matcher": {}, "properties": [{"id": "unit", "value": "percentunit"}]}]},
        )
    ),
    "calculated": board(panel(SHARE, transformations=[{"id": "calculateField"}], fieldConfig={"defaults": {"unit": "percent"}})),
    "date": board(panel("1000 * max(bakery_delivery_timestamp_seconds)", kind="stat", fieldConfig={"defaults": {"unit": "dateTimeAsIso"}})),
    "steps": board(panel(SHARE, fieldConfig={"defaults": {"thresholds": {"steps": [{"value": None}, {"value": 0}, {"value": 1}]}}})),
    "steps of every new panel": board(panel(SHARE, fieldConfig={"defaults": {"thresholds": {"steps": [{"value": None}, {"value": 80}]}}})),
    "steps of what is always 1": board(panel("bakery_oven_info", kind="stat", fieldConfig={"defaults": {"thresholds": {"steps": [{"value": 5}]}}})),
    "operator in a variable": board(
        panel(target("bakery_flour_remaining $both bakery_crust_quality_ratio")), templating=declaring(variable("both", "and,unless", "custom"))
    ),
    "sign of its own": board(panel('rate(bakery_orders_total{kind!~"w.*|\\\\$SYS.*"}[5m])')),
    "steps in percent": board(panel(SHARE, fieldConfig={"defaults": {"thresholds": {"mode": "percentage", "steps": [{"value": 80}]}}})),
    "steps of a sum": board(
        panel(
            SHARE,
            kind="stat",
            options={"reduceOptions": {"calcs": ["sum"]}},
            fieldConfig={"defaults": {"thresholds": {"steps": [{"value": 8}]}}},
        )
    ),
    "heatmap": board(panel(target("sum by (le) (increase(bakery_bake_duration_seconds_bucket[$__rate_interval]))", format="heatmap"), kind="heatmap")),
    "heatmap of values": board(panel(target(format="heatmap"), kind="heatmap", options={"calculate": True})),
    "table": board(panel(target(format="table", instant=True, range=False), kind="table")),
    "table of a reduced range": board(panel(target(format="table"), kind="table", transformations=[{"id": "reduce"}])),
}  # fmt: skip


@pytest.mark.parametrize("what", ACCEPTED)
def test_accepted(what: str) -> None:
    """What is right, or cannot be told, is silent."""
    assert [one for one in found(ACCEPTED[what]) if one[0] != "info"] == []


def test_messages() -> None:
    """Findings name the dashboard, point at the word and say what to write."""
    root = board(panel(target(legendFormat="{{oven}}"), fieldConfig={"defaults": {"unit": "percent"}}), title="Shop")
    root["panels"][0]["targets"].append(target('rate(bakery_orders_total{kind=~"$knid"}[5m])'))
    root["templating"] = declaring(variable("kind", "label_values(bakery_orders_total, kind)"))
    texts, diagnostics = lint(root)
    assert render(diagnostics, texts) == MESSAGES


MESSAGES = """\
grafana/shop.json:15:25: error[panel/unknown-legend-label]: the result of the query has no label `oven`, so this prints nothing
   |
15 |      "legendFormat": "{{oven}}"
   |                         ^^^^
   = help: it has `kind`

grafana/shop.json:19:48: error[dashboard/undeclared-variable]: the dashboard `Shop` declares no variable `knid`
   |
19 |      "expr": "rate(bakery_orders_total{kind=~\\"$knid\\"}[5m])"
   |                                                ^^^^^ did you mean `kind`?

grafana/shop.json:32:13: warning[dashboard/unused-variable]: nothing on the dashboard `Shop` uses the variable `kind`
   |
32 |     "name": "kind",
   |             ^^^^^^
   = help: narrow the queries by it, `LABEL=~"$kind"`, or remove it
"""


def test_units_are_shown_with_both_places() -> None:
    """Where unit and query disagree, both places are shown."""
    texts, (one,) = lint(board(panel(SHARE, fieldConfig={"defaults": {"unit": "percent"}})))
    assert one.message == "the result is a ratio, the panel shows `percent`, which is a percentage, from 0 to 100"
    assert one.help == "write `percentunit`"
    assert [marked(texts, label.span) for label in one.secondary] == ["sum"]


def test_own_dashboards() -> None:
    """What obsgen itself writes has no findings."""
    catalog = shipped()
    files = {one.path: one.text for one in TARGET.render(catalog, Options()) if one.path.endswith(".json")}
    assert all(recognise.read(path, text).foreign for path, text in files.items())
    assert files
    assert [(one.code, marked(files, one.primary.span)) for one in lint_texts(catalog, files)] == []


EXAMPLE = json.dumps(
    board(
        *(panel(RATE, kind=kind, id=index) for index, kind in enumerate(("stat", "heatmap", "table"))),
        {
            "type": "row",
            "panels": [panel(P95, fieldConfig={"defaults": {"unit": "s", "thresholds": {"steps": [{"value": 1}]}}})],
        },
        templating=declaring(
            variable("kind", "label_values(bakery_orders_total, kind)"), variable("ds", "prometheus", "datasource")
        ),
        annotations={"list": [{"expr": "ALERTS", "titleFormat": "{{x}}"}]},
    )
)
OTHERS: list[Any] = [None, 1, True, "x", "$kind", [], {}, [None], [[]], {"list": 1}, {"query": 1}, "{{x}}", ["$x"]]


def places(node: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value of a JSON tree."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [way, *(found for key, value in inner for found in places(value, (*way, key)))]


PLACES = [way for way in places(json.loads(EXAMPLE)) if way]


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(OTHERS)), min_size=1, max_size=4))
def test_other_shapes(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    """Whatever stands where, reading and checking gives findings inside the file, never an error of ours."""
    root = json.loads(EXAMPLE)
    for way, value in changes:
        node = root
        for key in way[:-1]:
            if (
                not isinstance(node, dict | list)
                or (isinstance(node, dict) and key not in node)
                or (isinstance(node, list) and not (isinstance(key, int) and key < len(node)))
            ):
                break
            node = node[key]
        else:
            if isinstance(node, dict) or (isinstance(node, list) and isinstance(way[-1], int) and way[-1] < len(node)):
                node[way[-1]] = copy.deepcopy(value)  # a later change may go into it
    texts, diagnostics = lint(root)
    for one in diagnostics:
        marked(texts, one.primary.span)
    render(diagnostics, texts)


def test_catalogs_have_none() -> None:
    """A catalog alone has no dashboards of others."""
    assert Subject(CATALOG).boards == ()
