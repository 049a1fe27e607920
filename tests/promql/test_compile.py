"""From shapes to PromQL: one text for each shape and setting."""

import re
from fractions import Fraction
from pathlib import Path

import promql_parser as upstream
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.utils import floatToGoString

from obsgen.load import Loaded, load_texts
from obsgen.promql.buckets import spellings
from obsgen.promql.collect import Asked, asked
from obsgen.promql.compile import Compiled, Setting, condition, literal, query
from obsgen.promql.parse import parse
from obsgen.promql.tokens import unquote
from obsgen.promql.tree import selectors
from obsgen.spec import queries
from tests import tools
from tests.bakery import alert, besides, marked, panel

RECORDS = """\
obsgen: 1
service: bakery
records:
  "kind:bakery_orders:rate5m":
    record: Orders by kind.
    query: {rate: bakery_orders_total, by: [kind], over: 5m}
"""

# Of a time series on a dashboard that is filtered by `kind`.
IN_PANELS = [
    (
        "{rate: bakery_orders_total}",
        'sum(rate(bakery_orders_total{kind=~"${kind}"}[$__rate_interval]))',
    ),
    (
        "{rate: bakery_orders_total, by: [kind, result]}",
        'sum by (kind, result) (rate(bakery_orders_total{kind=~"${kind}"}[$__rate_interval]))',
    ),
    (
        "{rate: bakery_bake_duration_seconds, by: [oven]}",
        'sum by (oven) (rate(bakery_bake_duration_seconds_count{kind=~"${kind}"}[$__rate_interval]))',
    ),
    (
        "{increase: bakery_orders_total, over: 1h}",
        'sum(increase(bakery_orders_total{kind=~"${kind}"}[1h]))',
    ),
    (
        "{increase: bakery_orders_total, by: [kind]}",
        'sum by (kind) (increase(bakery_orders_total{kind=~"${kind}"}[$__rate_interval]))',
    ),
    (
        "{value: bakery_flour_remaining}",
        'bakery_flour_remaining{kind=~"${kind}"}',
    ),
    (
        "{value: bakery_flour_remaining, as: sum}",
        'sum(bakery_flour_remaining{kind=~"${kind}"})',
    ),
    (
        "{value: bakery_flour_remaining, as: mean, by: [kind]}",
        'avg by (kind) (bakery_flour_remaining{kind=~"${kind}"})',
    ),
    (
        "{value: bakery_flour_remaining, as: each}",
        'bakery_flour_remaining{kind=~"${kind}"}',
    ),
    (
        "{value: bakery_oven_info, where: {oven: north}}",
        'bakery_oven_info{oven="north"}',
    ),
    (
        '{value: "kind:bakery_orders:rate5m", as: max}',
        'max(kind:bakery_orders:rate5m{kind=~"${kind}"})',
    ),
    (
        "{ratio: bakery_orders_total, part: {result: baked}}",
        'sum(rate(bakery_orders_total{result="baked",kind=~"${kind}"}[$__rate_interval])) / sum(rate(bakery_orders_total{kind=~"${kind}"}[$__rate_interval]))',
    ),
    (
        "{ratio: bakery_orders_total, part: {result: baked}, where: {kind: rye}, by: [kind], over: 1h}",
        'sum by (kind) (rate(bakery_orders_total{kind="rye",result="baked",kind=~"${kind}"}[1h])) / sum by (kind) (rate(bakery_orders_total{kind="rye",kind=~"${kind}"}[1h]))',
    ),
    (
        "{per: {of: {rate: bakery_flour_used_total, by: [kind]}, each: {rate: bakery_orders_total, by: [kind]}}}",
        '(sum by (kind) (rate(bakery_flour_used_total{kind=~"${kind}"}[$__rate_interval]))) / (sum by (kind) (rate(bakery_orders_total{kind=~"${kind}"}[$__rate_interval])))',
    ),
    (
        "{share: bakery_orders_total, by: [kind]}",
        'sum by (kind) (rate(bakery_orders_total{kind=~"${kind}"}[$__rate_interval])) / on() group_left() sum(rate(bakery_orders_total{kind=~"${kind}"}[$__rate_interval]))',
    ),
    (
        "{quantile: 0.95, of: bakery_bake_duration_seconds}",
        'histogram_quantile(0.95, sum by (le) (rate(bakery_bake_duration_seconds_bucket{kind=~"${kind}"}[$__rate_interval])))',
    ),
    (
        "{quantile: 0.5, of: bakery_bake_duration_seconds, by: [oven]}",
        'histogram_quantile(0.5, sum by (le, oven) (rate(bakery_bake_duration_seconds_bucket{kind=~"${kind}"}[$__rate_interval])))',
    ),
    (
        "{mean: bakery_bake_duration_seconds, by: [kind]}",
        'sum by (kind) (rate(bakery_bake_duration_seconds_sum{kind=~"${kind}"}[$__rate_interval])) / sum by (kind) (rate(bakery_bake_duration_seconds_count{kind=~"${kind}"}[$__rate_interval]))',
    ),
    (
        "{within: 2.5, of: bakery_bake_duration_seconds}",
        'sum(rate(bakery_bake_duration_seconds_bucket{le="2.5",kind=~"${kind}"}[$__rate_interval])) / sum(rate(bakery_bake_duration_seconds_count{kind=~"${kind}"}[$__rate_interval]))',
    ),
    (
        "{within: 1m, of: bakery_bake_duration_seconds, by: [oven]}",
        r'sum by (oven) (rate(bakery_bake_duration_seconds_bucket{le=~"60|60\\.0",kind=~"${kind}"}[$__rate_interval])) / sum by (oven) (rate(bakery_bake_duration_seconds_count{kind=~"${kind}"}[$__rate_interval]))',
    ),
    (
        "{top: 3, of: {increase: bakery_orders_total, by: [kind]}}",
        'topk(3, sum by (kind) (increase(bakery_orders_total{kind=~"${kind}"}[$__rate_interval])))',
    ),
    (
        "{forecast: bakery_flour_remaining, in: 1h, from: 30m, as: min, by: [kind]}",
        'min by (kind) (predict_linear(bakery_flour_remaining{kind=~"${kind}"}[30m], 3600))',
    ),
    (
        "{project: bakery_flour_used_total, to: month, over: 1d}",
        'sum(rate(bakery_flour_used_total{kind=~"${kind}"}[1d])) * 2592000',
    ),
    (
        "{age: bakery_delivery_timestamp_seconds, by: [kind]}",
        'time() - max by (kind) (bakery_delivery_timestamp_seconds{kind=~"${kind}"})',
    ),
    (
        "{changes: bakery_flour_remaining, by: [kind]}",
        'sum by (kind) (changes(bakery_flour_remaining{kind=~"${kind}"}[$__rate_interval]))',
    ),
    (
        "{absent: bakery_bake_duration_seconds, where: {oven: north}}",
        'absent(bakery_bake_duration_seconds_count{oven="north",kind=~"${kind}"})',
    ),
    (
        "{down: true}",
        'up{job="bakery"} == 0',
    ),
    (
        '{promql: "sum(rate(bakery_orders_total[$__rate_interval]))"}',
        "sum(rate(bakery_orders_total[$__rate_interval]))",
    ),
    (
        "{rate: bakery_orders_total, where: {kind: [rye, spelt-2.0]}}",
        r'sum(rate(bakery_orders_total{kind=~"rye|spelt-2\\.0",kind=~"${kind}"}[$__rate_interval]))',
    ),
    (
        "{rate: bakery_orders_total, where: {kind: {not: rye}}}",
        'sum(rate(bakery_orders_total{kind!="rye",kind=~"${kind}"}[$__rate_interval]))',
    ),
    (
        "{rate: bakery_orders_total, where: {kind: {not: [rye, spelt-2.0]}}}",
        r'sum(rate(bakery_orders_total{kind!~"rye|spelt-2\\.0",kind=~"${kind}"}[$__rate_interval]))',
    ),
    (
        '{rate: bakery_orders_total, where: {kind: {matches: "(rye|wheat)"}}}',
        'sum(rate(bakery_orders_total{kind=~"(rye|wheat)",kind=~"${kind}"}[$__rate_interval]))',
    ),
]

CONDITIONS = [
    (
        "{rate: bakery_orders_total, over: 5m, above: 10}",
        "sum(rate(bakery_orders_total[5m])) > 10",
    ),
    (
        "{increase: bakery_orders_total, over: 1d, below: 1}",
        "sum(increase(bakery_orders_total[1d])) < 1",
    ),
    (
        "{value: bakery_flour_remaining, below: 20}",
        "min(bakery_flour_remaining) < 20",
    ),
    (
        "{value: bakery_flour_remaining, by: [kind], at_most: -0.5}",
        "min by (kind) (bakery_flour_remaining) <= -0.5",
    ),
    (
        "{value: bakery_flour_remaining, above: 1000}",
        "max(bakery_flour_remaining) > 1000",
    ),
    (
        "{value: bakery_flour_remaining, at_least: 1000}",
        "max(bakery_flour_remaining) >= 1000",
    ),
    (
        "{value: bakery_flour_remaining, equals: 0}",
        "bakery_flour_remaining == 0",
    ),
    (
        "{value: bakery_flour_remaining, as: sum, below: 20}",
        "sum(bakery_flour_remaining) < 20",
    ),
    (
        "{ratio: bakery_orders_total, part: {result: failed}, by: [kind], over: 15m, above: 20%, min_events: 10}",
        'sum by (kind) (rate(bakery_orders_total{result="failed"}[15m])) / sum by (kind) (rate(bakery_orders_total[15m])) > 0.2 and sum by (kind) (increase(bakery_orders_total[15m])) >= 10',
    ),
    (
        "{per: {of: {increase: bakery_flour_used_total, over: 1h}, each: {increase: bakery_orders_total, over: 1h}}, above: 2}",
        "(sum(increase(bakery_flour_used_total[1h]))) / (sum(increase(bakery_orders_total[1h]))) > 2",
    ),
    (
        "{share: bakery_orders_total, by: [kind], over: 1h, above: 90%}",
        "sum by (kind) (rate(bakery_orders_total[1h])) / on() group_left() sum(rate(bakery_orders_total[1h])) > 0.9",
    ),
    (
        "{quantile: 0.95, of: bakery_bake_duration_seconds, by: [oven], over: 10m, above: 30s, min_events: 5}",
        "histogram_quantile(0.95, sum by (le, oven) (rate(bakery_bake_duration_seconds_bucket[10m]))) > 30 and sum by (oven) (increase(bakery_bake_duration_seconds_count[10m])) >= 5",
    ),
    (
        "{mean: bakery_bake_duration_seconds, over: 10m, above: 45}",
        "sum(rate(bakery_bake_duration_seconds_sum[10m])) / sum(rate(bakery_bake_duration_seconds_count[10m])) > 45",
    ),
    (
        "{mean: bakery_bake_duration_seconds, over: 10m, above: 45, min_events: 3}",
        "sum(rate(bakery_bake_duration_seconds_sum[10m])) / sum(rate(bakery_bake_duration_seconds_count[10m])) > 45 and sum(increase(bakery_bake_duration_seconds_count[10m])) >= 3",
    ),
    (
        "{within: 15s, of: bakery_bake_duration_seconds, over: 10m, below: 99%, min_events: 100}",
        r'sum(rate(bakery_bake_duration_seconds_bucket{le=~"15|15\\.0"}[10m])) / sum(rate(bakery_bake_duration_seconds_count[10m])) < 0.99 and sum(increase(bakery_bake_duration_seconds_count[10m])) >= 100',
    ),
    (
        "{forecast: bakery_flour_remaining, in: 6h, from: 1h, below: 0}",
        "min(predict_linear(bakery_flour_remaining[1h], 21600)) < 0",
    ),
    (
        "{project: bakery_flour_used_total, to: week, over: 12h, above: 500}",
        "sum(rate(bakery_flour_used_total[12h])) * 604800 > 500",
    ),
    (
        "{absent: bakery_orders_total}",
        "absent(bakery_orders_total)",
    ),
    (
        "{absent: bakery_bake_duration_seconds}",
        "absent(bakery_bake_duration_seconds_count)",
    ),
    (
        "{down: true}",
        'up{job="bakery"} == 0',
    ),
    (
        "{age: bakery_delivery_timestamp_seconds, above: 1d}",
        "time() - max(bakery_delivery_timestamp_seconds) > 86400",
    ),
    (
        "{changes: bakery_flour_remaining, over: 1h, above: 20}",
        "sum(changes(bakery_flour_remaining[1h])) > 20",
    ),
    (
        '{promql: "sum(rate(bakery_orders_total[5m])) > 3"}',
        "sum(rate(bakery_orders_total[5m])) > 3",
    ),
    (
        "{all: [{value: bakery_flour_remaining, below: 20}, {rate: bakery_orders_total, over: 5m, above: 1}]}",
        "(min(bakery_flour_remaining) < 20) and (sum(rate(bakery_orders_total[5m])) > 1)",
    ),
    (
        "{any: [{down: true}, {absent: bakery_orders_total}]}",
        '(up{job="bakery"} == 0) or (absent(bakery_orders_total))',
    ),
    (
        "{all: [{value: bakery_flour_remaining, below: 20}], unless: {any: [{value: bakery_flour_remaining, below: 5}]}}",
        "(min(bakery_flour_remaining) < 20) unless ((min(bakery_flour_remaining) < 5))",
    ),
]


def compiled(texts: dict[str, str], where: str) -> Compiled:
    """Return the query of an alert or panel of a catalog without findings."""
    loaded = load_texts(texts)
    # A filter that this one query ignores is right for others of its dashboard.
    found = [one for one in besides(loaded.diagnostics) if one.code != "dashboard/unused-filter"]
    assert not found, found
    return _one(loaded, where).compiled


def _one(loaded: Loaded, where: str) -> Asked:
    return next(query for query in asked(loaded.catalog) if query.where == where)


def in_panel(shape: str, kind: str = "timeseries", filter_by: str = "[kind]") -> str:
    """Return what a shape means in a panel."""
    return compiled(panel(shape, filter_by=filter_by, kind=kind, records=RECORDS), "panel").expr.text


def in_alert(when: str) -> str:
    """Return what a condition means."""
    return compiled(alert(when, records=RECORDS), "alert").expr.text


@pytest.mark.parametrize(("shape", "expected"), IN_PANELS)
def test_in_panels(shape: str, expected: str) -> None:
    """Each shape has one text in a panel: filtered by the dashboard's variables, over the rate interval."""
    assert in_panel(shape) == expected
    parse(expected)


@pytest.mark.parametrize(("when", "expected"), CONDITIONS)
def test_conditions(when: str, expected: str) -> None:
    """Each condition has one text: a vector that is empty where it is false."""
    assert in_alert(when) == expected
    upstream.parse(expected)


def test_distribution() -> None:
    """A heatmap sees the increase of each bucket."""
    shape = "{distribution: bakery_bake_duration_seconds, where: {oven: north}}"
    expected = (
        'sum by (le) (increase(bakery_bake_duration_seconds_bucket{oven="north",kind=~"${kind}"}[$__rate_interval]))'
    )
    assert in_panel(shape, kind="heatmap") == expected


def test_alerting() -> None:
    """A table of alerts is filtered by the variables whose labels the alert keeps."""
    when = "{rate: bakery_orders_total, by: [kind], over: 5m, above: 10}"
    texts = alert(when, "TooMuch") | panel("{alerting: TooMuch}", kind="table", filter_by="[kind, oven]")
    assert compiled(texts, "panel").expr.text == 'ALERTS{alertname="TooMuch",kind=~"${kind}"}'


def test_every_shape_is_here() -> None:
    """No shape of the vocabulary is left out of these tests."""
    tested = {next(iter(yaml.safe_load(text))) for text, _ in (*IN_PANELS, *CONDITIONS)} | {"distribution", "alerting"}
    shapes = {shape.__name__.lower() for shape in queries._SHAPES}
    assert tested - {"all", "any"} == {"promql" if name == "raw" else name for name in shapes}


@pytest.mark.parametrize(
    ("kind", "window"),
    [
        ("timeseries", "$__rate_interval"), ("stat", "$__range"), ("gauge", "$__range"), ("bargauge", "$__range"),
        ("table", "$__range"), ("pie", "$__range"),
    ],
)  # fmt: skip
def test_windows(kind: str, window: str) -> None:
    """Panels that draw lines take the rate interval, those that show one value take the dashboard's range."""
    assert in_panel("{rate: bakery_orders_total}", kind, "[]") == f"sum(rate(bakery_orders_total[{window}]))"


@pytest.mark.parametrize(
    ("shape", "when"),
    [
        ("{rate: bakery_orders_total, over: 5m}", "sum(rate(bakery_orders_total[10s]))"),
        ("{forecast: bakery_flour_remaining, in: 1h, from: 30m}", "predict_linear(bakery_flour_remaining[1m], 120)"),
        (
            '{promql: "sum(rate(bakery_orders_total[5m] offset 1h30m))"}',
            "sum(rate(bakery_orders_total[10s] offset 3m))",
        ),
        ("{promql: \"bakery_flour_remaining{kind='30m'} # 30m\"}", "bakery_flour_remaining{kind='30m'} # 30m"),
        ("{rate: bakery_orders_total, over: 1s}", "sum(rate(bakery_orders_total[33ms]))"),
    ],
)
def test_fast_motion(shape: str, when: str) -> None:
    """All durations are divided alike; texts and comments are not."""
    loaded = load_texts(panel(shape))
    catalog = loaded.catalog
    setting = Setting(catalog=catalog, service=catalog.by_name["bakery"], scale=Fraction(1, 30))
    (dashboard,) = catalog.by_name["bakery"].dashboards
    shown = dashboard.spec.rows["today"].panels["one"].show
    assert query(shown, setting).expr.text == when


def test_fast_motion_keeps_thresholds() -> None:
    """What a condition compares with is not a duration of the rule, even where it is written as one."""
    catalog = load_texts(alert("{quantile: 0.9, of: bakery_bake_duration_seconds, over: 10m, above: 30s}")).catalog
    service = catalog.by_name["bakery"]
    (one,) = service.alerts
    text = condition(one.spec.when, Setting(catalog=catalog, service=service, scale=Fraction(1, 30))).expr.text
    assert text == "histogram_quantile(0.9, sum by (le) (rate(bakery_bake_duration_seconds_bucket[20s]))) > 30"


TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20) | st.sampled_from(
    [
        '"} or vector(1) #',
        "\\",
        '\\"',
        "a|b",
        "(",
        "${kind}",
        "$__range",
        "`",
        "'",
        "{{ $value }}",
        "\u2028",
        ".*",
        "[",
        "\u202e",
    ]
)


def in_yaml(text: str) -> str:
    """Return *text* in YAML, each character escaped."""
    return '"' + "".join(f"\\U{ord(char):08x}" for char in text) + '"'


@given(st.lists(TEXTS, min_size=1, max_size=3, unique=True), st.booleans())
def test_hostile_values(values: list[str], single: bool) -> None:
    """No value breaks out of its string, and a list matches exactly the values in it."""
    listed = f"[{', '.join(map(in_yaml, values))}]"
    metrics = f"obsgen: 1\nservice: shop\nlabels:\n  who: {{help: Who., values: {listed}}}\nmetrics:\n"
    metrics += "  shop_visits_total:\n    counter: Visits.\n    labels: [who]\n"
    picked = in_yaml(values[0]) if single else listed
    for written in (picked, f"{{not: {picked}}}"):
        shape = f"{{rate: shop_visits_total, where: {{who: {written}}}}}"
        loaded = load_texts(panel(shape, shop=metrics))
        assert not besides(loaded.diagnostics), loaded.diagnostics
        text = _one(loaded, "panel").compiled.expr.text
        (selector,) = selectors(parse(text).tree)
        (matcher,) = selector.matchers
        (seen,) = upstream.parse(text.removeprefix("sum(rate(").partition("[$__rate_interval]")[0]).matchers.matchers
        assert (selector.name.text, matcher.label.text, matcher.value.text) == ("shop_visits_total", "who", seen.value)
        assert seen.value == (values[0] if single else "|".join(map(literal, values)))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), st.text(max_size=20))
def test_literal(text: str, other: str) -> None:
    """A value made into a pattern matches itself and nothing else."""
    pattern = re.compile(literal(text), re.DOTALL)
    assert pattern.fullmatch(text)
    assert bool(pattern.fullmatch(other)) == (text == other)


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        (60, ("60", "60.0")), (2.5, ("2.5",)), (0, ("0", "0.0")), (0.0001, ("0.0001",)), (0.00001, ("1e-05",)), (999_999, ("999999", "999999.0")),
        (1_000_000, ("1e+06",)), (1_048_576, ("1.048576e+06",)), (-2, ("-2", "-2.0")), (-0.00002, ("-2e-05",)), (1e300, ("1e+300",)),
    ],
)  # fmt: skip
def test_bucket_bounds(bound: float, expected: tuple[str, ...]) -> None:
    """A bound is asked for in every spelling that clients and servers give it."""
    assert spellings(bound) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_bucket_bounds_of_the_client(bound: float) -> None:
    """What the Python client writes is among the spellings, and each of them is the bound."""
    found = spellings(bound)
    assert {float(text) for text in found} == {bound}
    if bound >= 0:
        assert floatToGoString(bound) in found


MARKED = [
    *(panel(shape, filter_by="[kind]", records=RECORDS) for shape, _ in IN_PANELS),
    *(alert(when, records=RECORDS) for when, _ in CONDITIONS),
    panel("{rate: bakery_orders_total, where: {kind: 'spelt-2.0', result: {not: [baked, \"failed\"]}}}"),
    panel('{quantile: 0.9, of: "bakery_bake_duration_seconds", by: ["oven", kind]}'),
    panel(
        "per:\n  of:\n    rate: bakery_orders_total\n    by:\n      - kind\n  each: {rate: bakery_flour_used_total, by: [kind]}"
    ),
]


@pytest.mark.parametrize("texts", MARKED)
def test_marks(texts: dict[str, str]) -> None:
    """Every mark points at the word in the catalog that its stretch of PromQL comes from, in the order of the text."""
    loaded = load_texts(texts)
    count = 0
    for one in asked(loaded.catalog):
        expr = one.compiled.expr
        for mark in expr.marks:
            written = marked(loaded.sources, mark.span).strip("\"'")
            assert written == ("down" if mark.word.startswith("up{") else mark.word)
            stretch = expr.text[mark.start : mark.end]
            assert expr.mark_at(mark.start, mark.end) == mark
            assert written in (stretch, "down", unquote(f'"{stretch}"')) or _same(written, stretch), (written, stretch)
            count += 1
        assert list(expr.marks) == sorted(expr.marks, key=lambda mark: mark.start)
    assert count


def _same(written: str, stretch: str) -> bool:
    """Return whether a stretch is another spelling of what was written: a series of it, a pattern, a number."""
    if stretch.startswith(written) or literal(written).replace("\\", "\\\\") == stretch:
        return True
    units = {"%": 0.01, "s": 1, "m": 60, "h": 3600, "d": 86_400}
    return any(
        float(part) == pytest.approx(float(written[:-1] or 0) * units[written[-1]])
        for part in stretch.replace("\\", "").split("|")
    )


@pytest.mark.parametrize(
    ("style", "spot"),
    [
        ("promql: sum(rate(bakery_orders_total[5m]))", "bakery_orders_total"),
        ("promql: 'sum(rate(bakery_orders_total{kind=\"rye\"}[5m]))'", "rye"),
        ('promql: "sum(rate(bakery_orders_total{kind=\\"rye\\"}[5m]))"', "rye"),
        ("promql: |\n  sum by (kind) (\n    rate(bakery_orders_total[5m])\n  )", "bakery_orders_total"),
        ("promql: >-\n  sum by (kind)\n  (rate(bakery_orders_total[5m]))", "bakery_orders_total"),
        ("promql:\n  sum by (kind)\n  (rate(bakery_orders_total[5m]))", "kind"),
    ],
)
def test_places_in_promql(style: str, spot: str) -> None:
    """A word of raw PromQL is found in the file in every style of YAML scalar."""
    loaded = load_texts(panel(style + "\n"))
    assert not besides(loaded.diagnostics)
    expr = _one(loaded, "panel").compiled.expr
    start = expr.text.index(spot)
    span = expr.place(start, start + len(spot))
    assert span is not None
    assert marked(loaded.sources, span) == spot


def test_promtool(tmp_path: Path) -> None:
    """Prometheus itself accepts every condition."""
    rules = [{"alert": f"A{index}", "expr": expr} for index, (_, expr) in enumerate(CONDITIONS)]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": rules}]}))
    done = tools.run("promtool", "check", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(CONDITIONS)} rules found" in done.stdout


def test_promtool_panels(tmp_path: Path) -> None:
    """Prometheus accepts what panels ask, once Grafana has replaced the variables."""
    exprs = [expr.replace("$__rate_interval", "1m") for _, expr in IN_PANELS]
    rules = [{"record": f"a:b{index}", "expr": expr} for index, expr in enumerate(exprs)]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": rules}]}))
    done = tools.run("promtool", "check", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr
