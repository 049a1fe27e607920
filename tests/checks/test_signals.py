"""Rules about queries for logs and traces: in runbooks, in notes and in dashboards that obsgen did not write."""

import textwrap

import pytest

from obsgen.checks.runbooks import fences
from tests.bakery import BAKERY, PIPELINE
from tests.planted import fault
from tests.signals import PIPELINES, SIGNALS, board, found, in_prose, linted, printed, runbook, variable

JOURNAL = '{job="systemd-journal"}'

# What is wrong -> code, language, query with the wrong word between §, the closest correct query.
ROWS = {
    "label that nobody sets": ("logql/unknown-label", "logql", '{job="systemd-journal", §service_name§=~"tta-dev-.*"} |= "ERROR"', JOURNAL + ' |= "ERROR"'),
    "label misspelt": ("logql/unknown-label", "logql", '{job="systemd-journal", §lvl§="error"}', '{job="systemd-journal", level="error"}'),
    "label in the second selector": ("logql/unknown-label", "logql", 'sum(rate({job="systemd-journal"}[5m])) / sum(rate({job="systemd-journal", §zone§="x"}[5m]))', f"sum(rate({JOURNAL}[5m])) / sum(rate({JOURNAL}[5m]))"),
    "filter by a label": ("logql/unknown-label", "logql", JOURNAL + ' |= "x" | §zone§="north"', JOURNAL + ' |= "x" | json | zone="north"'),
    "filter by metadata": ("logql/unknown-label", "logql", JOURNAL + ' | §traceid§="a1"', JOURNAL + ' | trace_id="a1"'),
    "metadata in a selector": ("logql/unknown-label", "logql", '{job="systemd-journal", §trace_id§="a1"}', JOURNAL + ' | trace_id="a1"'),
    "number of a label": ("logql/unknown-label", "logql", JOURNAL + " | §took§ > 10s", JOURNAL + " | logfmt | took > 10s"),
    "unwrapped label": ("logql/unknown-label", "logql", "max_over_time(" + JOURNAL + " | unwrap §took§ [5m])", "max_over_time(" + JOURNAL + " | logfmt | unwrap took [5m])"),
    "grouping": ("logql/unknown-label", "logql", "sum by (§oven§) (rate(" + JOURNAL + "[5m]))", "sum by (oven) (rate(" + JOURNAL + " | json [5m]))"),
    "grouping behind": ("logql/unknown-label", "logql", "sum(rate(" + JOURNAL + "[$__auto])) by (level, §oven§)", "sum(rate(" + JOURNAL + "[$__auto])) by (level, detected_level)"),
    "value misspelt": ("logql/unknown-label-value", "logql", '{job="systemd-journal", level="§warn§"}', '{job="systemd-journal", level="warning"}'),
    "value in a pattern": ("logql/unknown-label-value", "logql", '{job="systemd-journal", level=~"error|§fatal§"}', '{job="systemd-journal", level=~"error|warn.*"}'),
    "value excluded": ("logql/unknown-label-value", "logql", '{job="systemd-journal", level!="§trace§"}', '{job="systemd-journal", level!="debug"}'),
    "value in a filter": ("logql/unknown-label-value", "logql", JOURNAL + ' | level="§ERROR§"', JOURNAL + ' | json | level="ERROR"'),
    "value behind an escape": ("logql/unknown-label-value", "logql", '{job="systemd-journal", unit="\\"", level="§err§"}', '{job="systemd-journal", unit="\\"", level="$level"}'),
    "every stream": ("logql/empty-selector", "logql", '§{}§ |= "order lost"', JOURNAL + ' |= "order lost"'),
    "only exclusions": ("logql/empty-selector", "logql", '§{level!="debug"}§', '{level!=""}'),
    "patterns of anything": ("logql/empty-selector", "logql", 'rate(§{job=~".*"}§[5m])', 'rate({job=~".+"}[5m])'),
    "what is not there": ("logql/empty-selector", "logql", '§{level="", unit!~"a.+"}§', '{level="", unit!~"a*"}'),
    "service without scope": ("traceql/unscoped-attribute", "traceql", '{§service.name§="tta-dev-copilot"}', '{resource.service.name="tta-dev-copilot"}'),
    "attribute without scope": ("traceql/unscoped-attribute", "traceql", '{ §oven§ = "north" }', '{ .oven = "north" }'),
    "attribute grouped by": ("traceql/unscoped-attribute", "traceql", "{} | rate() by (§http.path§)", "{} | rate() by (span.http.path)"),
    "attribute misspelt": ("traceql/unknown-attribute", "traceql", '{ resource.service.name = "bakery" && §span.ovne§ = "north" }', '{ resource.service.name = "bakery" && span.oven = "north" }'),
    "attribute of the other scope": ("traceql/unknown-attribute", "traceql", '{ resource.service.name = "bakery" && §resource.oven§ = "north" }', '{ resource.service.name = "bakery" && span.http.route = "/" }'),
    "attribute of any scope": ("traceql/unknown-attribute", "traceql", '{ resource.service.name = "bakery" && §.bread§ = "rye" }', '{ resource.service.name = "bakery" && event.bread = "rye" }'),
    "attribute selected": ("traceql/unknown-attribute", "traceql", '{ resource.service.name = "bakery" } | select(§span.bread§)', '{ resource.service.name = "bakery" } | select(resource.telemetry.sdk.name, duration)'),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_prose(name: str) -> None:
    """The fault is found at its word in every text of a catalog, its twin is not."""
    code, language, text, twin = ROWS[name]
    query, word = fault(text)
    for texts in in_prose(language, query):
        assert found(texts) == [(code, word)]
    for texts in in_prose(language, twin):
        assert found(texts) == []


@pytest.mark.parametrize("name", [name for name in ROWS if "escape" not in name])
def test_dashboards(name: str) -> None:
    """The same is found in a dashboard whose queries are certainly about the catalog's own streams and spans."""
    code, language, text, twin = ROWS[name]
    query, word = fault(text)
    assert linted(board(language, query)) == [(code, word.replace('"', '\\"'))]
    assert linted(board(language, twin)) == []


@pytest.mark.parametrize(
    ("language", "query"),
    [
        ("logql", '{job="nginx", zone="x"} | took="x"'),
        ("logql", '{level="fatal", namespace="shop"}'),
        ("logql", '{job=~"systemd-.*", zone="x"}'),
        ("logql", 'sum(rate({job="systemd-journal"}[5m])) / sum(rate({job="other", zone="x"}[5m]))'),
        ("logql", '{job="systemd-journal", $filters, zone="x"}'),
        ("traceql", '{ resource.service.name = "till" && span.lane = 3 }'),
        ("traceql", "{ span.lane = 3 }"),
        ("traceql", "4bf92f3577b34da6a3ce929d0e0e4736"),
    ],
)
def test_of_others(language: str, query: str) -> None:
    """A dashboard that may be about somebody else's logs or traces is left alone."""
    assert linted(board(language, query)) == []


def test_nothing_is_said() -> None:
    """Without a word about the pipelines only what Loki and Tempo refuse is found."""
    silent = {"specs/signals.yaml": "obsgen: 1\nservice: bakery\n"}
    codes = {
        code
        for row in ROWS.values()
        for texts in in_prose(row[1], fault(row[2])[0])
        for code, _ in found(texts | silent)
    }
    assert codes == {"logql/empty-selector", "traceql/unscoped-attribute"}
    assert linted(board("logql", '{job="systemd-journal", zone="x"}'), BAKERY) == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('label_values({job="systemd-journal"}, lvl)', ["lvl"]),
        ('label_values({job="systemd-journal", zone="x"}, level)', ["zone"]),
        ({"label": "lvl", "stream": JOURNAL, "type": 1}, ["lvl"]),
        ('label_values({job="systemd-journal"}, level)', []),
        ("label_values({}, level)", []),
        ("label_values(lvl)", []),
        ({"label": "lvl", "stream": "", "type": 1}, []),
    ],
)
def test_variables(query: object, words: list[str]) -> None:
    """A variable that asks Loki for the values of a label is a query, too; it may ask without a selector."""
    assert linted(variable(query)) == [("logql/unknown-label", word) for word in words]


def test_shared() -> None:
    """What a shared file says about the pipelines holds for every service, and adds to what these say themselves."""
    texts = runbook("logql", '{job="systemd-journal", zone="x", level="fatal"}')
    shared = "obsgen: 1\nshared: true\nlogs: {labels: {zone: {}, level: {values: [fatal]}}}\n"
    assert [word for _, word in found(texts)] == ["zone", "fatal"]
    assert found({**texts, "specs/everywhere.yaml": shared}) == []


def test_workspaces_send_spans() -> None:
    """A service is also known by the names of its workspaces."""
    named = PIPELINE.replace("{port: 9464}", "{port: 9464, service_name: bakery-main}")
    query = board("traceql", '{ resource.service.name = "bakery-main" && span.lane = 3 }')
    assert linted(query) == []
    assert linted(query, {**SIGNALS, "specs/pipeline.yaml": named}) == [("traceql/unknown-attribute", "span.lane")]


PROMQL = {
    "whole": ("sum(rate(\n  §bakery_order_total§[5m]\n))", "sum(rate(\n  bakery_orders_total[5m]\n))"),
    "label": ("sum by (§oven§) (rate(bakery_orders_total[5m]))", "sum by (kind) (rate(bakery_orders_total[5m]))"),
    "one in each line": ("up == 0\n# orders\n§bakery_order_total§", "up == 0\n# orders\nbakery_orders_total"),
    "paragraphs": ("up == 0\n\nsum(\n  §bakery_order_total§\n)", "up == 0\n\nsum(\n  bakery_orders_total\n)"),
    "dashboard's words": ('rate(bakery_orders_total{kind="$kind", §oven§="x"}[$__rate_interval])', 'rate(bakery_orders_total{kind="$kind"}[$__rate_interval])'),
}  # fmt: skip


@pytest.mark.parametrize("name", PROMQL)
def test_promql(name: str) -> None:
    """PromQL in a text of the catalog is a query like any other."""
    text, twin = PROMQL[name]
    query, word = fault(text)
    for texts in in_prose("promql", query):
        assert [one for _, one in found(texts)] == [word]
    for texts in in_prose("promql", twin):
        assert found(texts) == []


def test_unfinished_promql() -> None:
    """What cannot be read is said to be no query, in its paragraph."""
    assert [code for code, _ in found(runbook("promql", "up == 0\n\nsum(rate(bakery_orders_total[5m])"))] == [
        "query/syntax"
    ]


def test_fences() -> None:
    """Only closed blocks of a query language are queries; a fence inside of another is text."""
    text = "````\n```logql\na\n```\n````\n``` PromQL title\nb\n```\n~~~traceql\n```\nc\n~~~~\n```yaml\nd\n```\n```logql\ne\n"
    assert [(language, text[start:end]) for language, start, end in fences(text)] == [
        ("promql", "b\n"),
        ("traceql", "```\nc\n"),
    ]


def test_printed() -> None:
    """The word and the place that says what there is are both shown."""
    expected = """\
        specs/alerts.yaml:15:31: error[logql/unknown-label]: no log pipeline sets the label `service_name`
           |
        15 |       {job="systemd-journal", service_name=~"tta-dev-.*"}
           |                               ^^^^^^^^^^^^
           ::: specs/signals.yaml:4:3
           |
         4 |   labels:
           |   ------ the labels of log streams
           = help: the labels here are `job`, `level`, `unit`
        """
    assert printed(runbook("logql", '{job="systemd-journal", service_name=~"tta-dev-.*"}')) == textwrap.dedent(expected)


@pytest.mark.parametrize(
    ("query", "advice"),
    [
        ('{service.name="x"}', "did you mean `resource.service.name`?"),
        ('{oven="x"}', "did you mean `span.oven`?"),
        ("{durations > 3s}", "did you mean `duration`?"),
        ("{lane = 3}", "write `span.lane` or `resource.lane`; `.lane` looks at both"),
    ],
)
def test_advice(query: str, advice: str) -> None:
    """Whoever forgot the scope is told the one that the attribute has, as far as that is known."""
    assert advice in printed(runbook("traceql", query))


def test_what_a_pipeline_sets_is_written_once() -> None:
    """Two lists of one service contradict each other sooner or later."""
    codes = [code for code, _ in found({**SIGNALS, "specs/signals2.yaml": PIPELINES})]
    assert codes == ["catalog/duplicate-log", "catalog/duplicate-trace"]
