"""Faults in queries: each in several disguises, at the right word, and beside it the closest correct twin."""

import pytest

from tests.bakery import BAKERY, alert, found, panel

VALUE, LABEL, METRIC = "query/unknown-label-value", "query/unknown-label", "query/unknown-metric"

# Fault in PromQL or a shape, its correct twin; `§` stands around the word at fault.
RAW = {
    "a matcher": (VALUE, 'rate(bakery_orders_total{result="§fail§"}[5m]) > 5', 'rate(bakery_orders_total{result="failed"}[5m]) > 5'),
    "an inequality": (VALUE, 'rate(bakery_orders_total{result!="§fail§"}[5m]) > 5', 'rate(bakery_orders_total{result!=""}[5m]) > 5'),
    "a branch": (VALUE, 'rate(bakery_orders_total{result=~"baked|§fail§"}[5m]) > 5', 'rate(bakery_orders_total{result=~"baked|failed"}[5m]) > 5'),
    "a branch in a group": (VALUE, 'rate(bakery_orders_total{result!~"(?:§fail§|baked)"}[5m]) > 5', 'rate(bakery_orders_total{result!~"(?:failed|baked)"}[5m]) > 5'),
    "an escaped branch": (VALUE, r'rate(bakery_orders_total{kind=~"spelt-2\\.0|§spelt-2\\.1§"}[5m]) > 5', r'rate(bakery_orders_total{kind=~"spelt-2\\.0|rye"}[5m]) > 5'),
    "a pattern that fits nothing": (VALUE, 'rate(bakery_orders_total{result=~"§fai[a-k]§"}[5m]) > 5', 'rate(bakery_orders_total{result=~"fai[a-l]ed"}[5m]) > 5'),
    "a dotted value": (VALUE, 'rate(bakery_orders_total{kind=~"§spelt.3.*§"}[5m]) > 5', 'rate(bakery_orders_total{kind=~"spelt.2.*"}[5m]) > 5'),
    "behind or": (VALUE, 'up == 0 or (rate(bakery_orders_total{result="§fail§"}[5m]) > 5)', 'up == 0 or (rate(bakery_orders_total{result="other"}[5m]) > 5)'),
    "in a subquery": (VALUE, 'max_over_time(rate(bakery_orders_total{kind="§ry§"}[5m])[1h:5m]) > 5', 'max_over_time(rate(bakery_orders_total{kind="rye"}[5m])[1h:5m]) > 5'),
    "a series by its name label": (VALUE, 'rate({__name__="bakery_orders_total", kind="§ry§"}[5m]) > 5', 'rate({__name__="bakery_orders_total", kind="rye"}[5m]) > 5'),
    "a bucket that there is not": (VALUE, 'rate(bakery_bake_duration_seconds_bucket{le="§20§"}[5m]) > 5', 'rate(bakery_bake_duration_seconds_bucket{le="15.0"}[5m]) > 5'),
    "a job": (VALUE, 'up{job="§bakry§"} == 0', 'up{job="bakery"} == 0'),
    "a job of a metric": (VALUE, 'rate(bakery_orders_total{job="§counter§"}[5m]) > 5', 'rate(bakery_orders_total{job="bakery"}[5m]) > 5'),
    "a workspace": (VALUE, 'up{workspace="§mian§"} == 0', 'up{workspace="main"} == 0'),
    "a grouping": (LABEL, "sum by (§flour§) (rate(bakery_orders_total[5m])) > 5", "sum by (kind) (rate(bakery_orders_total[5m])) > 5"),
    "a grouping behind": (LABEL, "sum (rate(bakery_orders_total[5m])) by (kind, §flour§) > 5", "sum (rate(bakery_orders_total[5m])) by (kind, result) > 5"),
    "a matcher's label": (LABEL, 'rate(bakery_orders_total{§kinds§="rye"}[5m]) > 5', 'rate(bakery_orders_total{kind="rye"}[5m]) > 5'),
    "a label that was dropped": (LABEL, "max by (§kind§) (sum by (result) (rate(bakery_orders_total[5m]))) > 5", "max by (kind) (sum by (kind, result) (rate(bakery_orders_total[5m]))) > 5"),
    "le of a count": (LABEL, "sum by (§le§) (rate(bakery_bake_duration_seconds_count[5m])) > 5", "sum by (le) (rate(bakery_bake_duration_seconds_bucket[5m])) > 5"),
    "a grouping over an age": (LABEL, "max by (§oven§) (time() - bakery_delivery_timestamp_seconds) > 5", "max by (kind) (time() - bakery_delivery_timestamp_seconds) > 5"),
    "a grouping over several": (LABEL, "sum by (§oven§) (rate(bakery_orders_total[5m]) or rate(bakery_flour_used_total[5m])) > 5", "sum by (result) (rate(bakery_orders_total[5m]) or rate(bakery_flour_used_total[5m])) > 5"),
    "a label to pair by": (LABEL, "bakery_flour_remaining * on (kind, §flour§) bakery_crust_quality_ratio > 5", "bakery_flour_remaining * on (kind, instance) bakery_crust_quality_ratio > 5"),
    "a label to copy": (LABEL, "rate(bakery_orders_total[5m]) * on (instance) group_left (§maker§) bakery_oven_info > 5", "rate(bakery_orders_total[5m]) * on (instance) group_left (oven) bakery_oven_info > 5"),
    "a label to copy to the right": (LABEL, "bakery_oven_info * on (instance) group_right (§maker§) rate(bakery_orders_total[5m]) > 5", "bakery_oven_info * on (instance) group_right (oven) rate(bakery_orders_total[5m]) > 5"),
    "a metric": (METRIC, "§bakery_order_total§ > 5", "rate(bakery_orders_total[5m]) > 5"),
    "a metric in absent": (METRIC, "absent(§bakery_receipts_total§)", "absent(bakery_orders_total)"),
    "a metric without its suffix": (METRIC, "rate(§bakery_orders§[5m]) > 5", "rate(bakery_orders_total[5m]) > 5"),
    "a metric by its name label": (METRIC, '{__name__="§bakery_order_total§"} > 5', 'rate({__name__="bakery_orders_total"}[5m]) > 5'),
    "a bare histogram": ("query/histogram-as-gauge", "max(§bakery_bake_duration_seconds§) > 5", "max(rate(bakery_bake_duration_seconds_count[5m])) > 5"),
    "a threshold": (
        "alert/threshold-above-buckets",
        "histogram_quantile(0.9, sum by (le) (rate(bakery_bake_duration_seconds_bucket[5m]))) > §60§",
        "histogram_quantile(0.9, sum by (le) (rate(bakery_bake_duration_seconds_bucket[5m]))) >= 60",
    ),
    "a threshold turned around": (
        "alert/threshold-above-buckets",
        "§1e2§ <= (histogram_quantile(0.9, rate(bakery_bake_duration_seconds_bucket[5m])))",
        "100 <= (1000 * histogram_quantile(0.9, rate(bakery_bake_duration_seconds_bucket[5m])))",
    ),
    "a threshold behind or": (
        "alert/threshold-above-buckets",
        "up == 0 or histogram_quantile(0.9, rate(bakery_bake_duration_seconds_bucket[5m])) == §61§",
        "up == 0 or histogram_quantile(0.9, rate(bakery_bake_duration_seconds_bucket[5m])) == 60",
    ),
    "a missing parenthesis": ("query/syntax", "sum§(§rate(bakery_orders_total[5m]) > 5", "sum(rate(bakery_orders_total[5m])) > 5"),
    "a missing window": ("query/syntax", "§rate§(bakery_orders_total) > 5", "rate(bakery_orders_total[5m]) > 5"),
    "a misspelled function": ("query/syntax", "§rte§(bakery_orders_total[5m]) > 5", "rate(bakery_orders_total[5m]) > 5"),
}  # fmt: skip

STYLES = {
    "quoted": lambda text: "promql: '" + text.replace("'", "''") + "'",
    "escaped": lambda text: 'promql: "' + text.replace("\\", "\\\\").replace('"', '\\"') + '"',
    "literal": lambda text: f"promql: |\n  # what is watched\n  {text}\n",
    "folded": lambda text: f"promql: >-\n  {text.replace(' > ', chr(10) + '  > ')}\n",
    "flow": lambda text: "{promql: '" + text.replace("'", "''") + "'}",
}


def _fault(text: str) -> tuple[str, str]:
    before, word, after = text.split("§")
    return before + word + after, word


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", RAW)
def test_in_alerts(name: str, style: str) -> None:
    """A fault in an alert's PromQL is found at its word in every style of YAML, and nothing else is."""
    code, text, correct = RAW[name]
    wrong, word = _fault(text)
    assert found(alert(STYLES[style](wrong))) == [(code, word.replace("\\", "\\\\") if style == "escaped" else word)]
    assert found(alert(STYLES[style](correct))) == []


@pytest.mark.parametrize("name", RAW)
def test_in_panels(name: str) -> None:
    """The same fault is found in a panel, also as the second query and beside variables."""
    code, text, correct = RAW[name]
    wrong, word = _fault(text)
    show = "- {{promql: 'sum(rate(bakery_orders_total{{kind=~\"$kind\"}}[5m]))'}}\n- promql: {}\n"
    for ending, expected in ((wrong, [(code, word)]), (correct, [])):
        quoted = "'" + ending.replace("'", "''") + "'"
        assert found(panel(show.format(quoted), filter_by="[kind]")) == expected


@pytest.mark.parametrize("name", RAW)
def test_in_recorded_series(name: str) -> None:
    """The same fault is found in a recorded series."""
    code, text, correct = RAW[name]
    for query, expected in ((_fault(text)[0], [(code, _fault(text)[1])]), (correct, [])):
        lines = [
            "obsgen: 1",
            "service: bakery",
            "records:",
            "  'kind:bakery_orders:x':",
            "    record: X.",
            "    query:",
            "      promql: |",
            f"        {query}",
        ]
        assert found({**BAKERY, "specs/records.yaml": "\n".join(lines) + "\n"}) == expected


SHAPES = {
    "part": (VALUE, "{ratio: bakery_orders_total, part: {result: §fail§}, over: 5m, above: 5%}"),
    "where": (VALUE, "{rate: bakery_orders_total, where: {kind: §ry§}, over: 5m, above: 5}"),
    "a list": (VALUE, "{rate: bakery_orders_total, where: {kind: [rye, §ry§]}, over: 5m, above: 5}"),
    "a list with a dot": (VALUE, "{rate: bakery_orders_total, where: {kind: [spelt-2.0, §ry§]}, over: 5m, above: 5}"),
    "not": (VALUE, "{rate: bakery_orders_total, where: {kind: {not: §ry§}}, over: 5m, above: 5}"),
    "not a list": (VALUE, "{rate: bakery_orders_total, where: {kind: {not: [§ry§, rye]}}, over: 5m, above: 5}"),
    "a pattern": (VALUE, "{rate: bakery_orders_total, where: {kind: {matches: §ry§}}, over: 5m, above: 5}"),
    "a branch of a pattern": (
        VALUE,
        "{rate: bakery_orders_total, where: {kind: {matches: rye|§ry§}}, over: 5m, above: 5}",
    ),
    "a branch beside an escape": (
        VALUE,
        r"{rate: bakery_orders_total, where: {kind: {matches: §spelt-2\.0|ry§}}, over: 5m, above: 5}",
    ),
    "within": (VALUE, "{within: §20s§, of: bakery_bake_duration_seconds, over: 5m, below: 99%}"),
    "by": (LABEL, "{rate: bakery_orders_total, by: [kind, §flour§], over: 5m, above: 5}"),
    "a label in where": (LABEL, "{rate: bakery_orders_total, where: {§flour§: rye}, over: 5m, above: 5}"),
    "a metric": (METRIC, "{rate: §bakery_order_total§, over: 5m, above: 5}"),
    "a metric in per": (
        METRIC,
        "{per: {of: {rate: bakery_orders_total, over: 5m}, each: {rate: §bakery_flour_total§, over: 5m}}, above: 5}",
    ),
    "nested": (
        VALUE,
        "{all: [{down: true}, {any: [{rate: bakery_orders_total, where: {kind: §ry§}, over: 5m, above: 5}]}]}",
    ),
    "unless": (
        VALUE,
        "{all: [{down: true}], unless: {rate: bakery_orders_total, where: {kind: §ry§}, over: 5m, above: 5}}",
    ),
    "a threshold": (
        "alert/threshold-above-buckets",
        "{quantile: 0.9, of: bakery_bake_duration_seconds, over: 5m, above: §60§}",
    ),
    "a threshold in minutes": (
        "alert/threshold-above-buckets",
        "{quantile: 0.9, of: bakery_bake_duration_seconds, over: 5m, above: §2m§}",
    ),
    "the rate of a gauge": ("query/wrong-metric-kind", "{rate: §bakery_flour_remaining§, over: 5m, above: 5}"),
    "the value of a counter": ("query/wrong-metric-kind", "{value: §bakery_orders_total§, above: 5}"),
    "a quantile of a counter": (
        "query/wrong-metric-kind",
        "{quantile: 0.9, of: §bakery_orders_total§, over: 5m, above: 5}",
    ),
    "no window": ("query/missing-window", "{§rate§: bakery_orders_total, above: 5}"),
    "uneven by": (
        "query/uneven-by",
        "{per: {of: {rate: bakery_orders_total, by: [kind], over: 5m}, §each§: {rate: bakery_flour_used_total, over: 5m}}, above: 5}",
    ),
    "by without as": ("query/needs-aggregation", "{value: bakery_flour_remaining, §by§: [kind], equals: 5}"),
    "an info put together": ("query/info-aggregated", "{value: bakery_oven_info, as: §sum§, above: 5}"),
    "percent of kilograms": ("query/unit-mismatch", "{value: bakery_flour_remaining, below: §20%§}"),
    "minutes of kilograms": ("query/unit-mismatch", "{value: bakery_flour_remaining, below: §5m§}"),
    "minutes of a share": (
        "query/unit-mismatch",
        "{ratio: bakery_orders_total, part: {result: failed}, over: 5m, above: §5m§}",
    ),
    "percent of a rate": ("query/unit-mismatch", "{rate: bakery_orders_total, over: 5m, above: §5%§}"),
    "minutes of a rate": ("query/unit-mismatch", "{rate: bakery_flour_used_total, over: 5m, above: §5m§}"),
    "percent of seconds": ("query/unit-mismatch", "{mean: bakery_bake_duration_seconds, over: 5m, above: §5%§}"),
    "a unit in a nested condition": (
        "query/unit-mismatch",
        "{all: [{value: bakery_flour_remaining, below: 5}], unless: {value: bakery_flour_remaining, below: §20%§}}",
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes(name: str) -> None:
    """A fault in a shape is found at its word, and only once."""
    code, text = SHAPES[name]
    wrong, word = _fault(text)
    assert found(alert(wrong)) == [(code, word)]


@pytest.mark.parametrize(
    "when",
    [
        "{ratio: bakery_orders_total, part: {result: failed}, over: 5m, above: 5%}",
        "{share: bakery_orders_total, by: [kind], over: 5m, above: 0.5}",
        "{rate: bakery_orders_total, where: {kind: [rye, spelt-2.0, other]}, over: 5m, above: 5}",
        "{rate: bakery_orders_total, where: {kind: {matches: 'r.*'}, instance: anything}, over: 5m, above: 5}",
        "{within: 15, of: bakery_bake_duration_seconds, over: 5m, below: 99%}",
        "{within: 1m, of: bakery_bake_duration_seconds, over: 5m, below: 99%}",
        "{rate: bakery_orders_total, by: [kind, instance], over: 5m, above: 5}",
        "{quantile: 0.9, of: bakery_bake_duration_seconds, over: 5m, above: 59s}",
        "{quantile: 0.9, of: bakery_bake_duration_seconds, over: 5m, at_least: 1m}",
        "{quantile: 0.9, of: bakery_bake_duration_seconds, over: 5m, below: 1m}",
        "{mean: bakery_bake_duration_seconds, over: 5m, above: 2m}",
        "{value: bakery_oven_info, equals: 1}",
        "{value: bakery_flour_remaining, by: [kind], below: 5}",
        "{value: bakery_crust_quality_ratio, below: 20%}",
        "{per: {of: {rate: bakery_orders_total, over: 5m}, each: {rate: bakery_orders_total, over: 5m}}, above: 5%}",
        "{age: bakery_delivery_timestamp_seconds, above: 1d}",
        "{promql: 'sum by (anything) (somebody:recorded:this) > 5'}",
    ],
)
def test_correct_shapes(when: str) -> None:
    """What is right, however close to a fault, is silent."""
    records = "obsgen: 1\nservice: bakery\nrecords:\n  'somebody:recorded:this':\n    record: It.\n    query: {promql: ALERTS}\n"
    assert found(alert(when, records=records)) == []


@pytest.mark.parametrize(
    "query",
    [
        'rate(bakery_orders_total{kind="$kind"}[5m])',
        'rate(bakery_orders_total{kind=~"${kind:regex}"}[5m])',
        'rate(bakery_orders_total{kind=~"rye|[[kind]]"}[5m])',
        "sum by ($group) (rate(bakery_orders_total[5m]))",
        "topk($n, rate(bakery_orders_total[5m]))",
        "rate($metric[$__rate_interval])",
        "rate(bakery_${what}_total[$__interval])",
    ],
)
def test_variables_are_unknown(query: str) -> None:
    """What only Grafana knows is not judged in a panel."""
    assert found(panel(f"promql: |\n  {query}\n")) == []


def test_variables_in_alerts() -> None:
    """Prometheus has no variables: in an alert they are values like others."""
    assert found(alert("{promql: 'rate(bakery_orders_total{kind=\"$kind\"}[5m]) > 5'}")) == [(VALUE, "$kind")]


def test_variable_beside_a_fault() -> None:
    """A variable does not hide the fault beside it."""
    assert found(panel('promql: |\n  rate(bakery_orders_total{kind=~"$kind", result=~"$result|fail"}[5m])\n')) == [
        (VALUE, "fail")
    ]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("[{at: 20%, means: bad}]", [("query/unit-mismatch", "20%")]),
        ("[{at: 5m, means: bad}]", [("query/unit-mismatch", "5m")]),
        ("[{at: 20, means: bad}]", []),
    ],
)
def test_steps_of_panels(steps: str, expected: list[tuple[str, str]]) -> None:
    """Thresholds of panels have the unit of what the panel shows."""
    assert found(panel("{value: bakery_flour_remaining}", f"thresholds: {steps}")) == expected


def test_steps_of_several_queries() -> None:
    """A threshold fits a panel if it fits one of its queries."""
    show = "- {value: bakery_flour_remaining}\n- {value: bakery_crust_quality_ratio}\n"
    assert found(panel(show, "thresholds: [{at: 20%, means: bad}]")) == []
    assert found(panel(show, "thresholds: [{at: 5m, means: bad}]")) == [("query/unit-mismatch", "5m")]


def test_stated_unit_of_promql() -> None:
    """The unit that a panel states for its PromQL counts; without one it is read off the query, if it can be."""
    show = "{promql: 'rate(bakery_orders_total[5m])'}"
    steps = "thresholds: [{at: 5m, means: bad}]"
    assert found(panel("{promql: 'bakery_orders_total / 2 / bakery_orders_total'}", steps)) == []
    assert found(panel(show, steps)) == [("query/unit-mismatch", "5m")]
    assert found(panel(show, f"unit: seconds\n{steps}")) == []
    assert found(panel(show, f"unit: orders\n{steps}")) == [("query/unit-mismatch", "5m")]


def test_no_scrape_job() -> None:
    """A service that nobody scrapes cannot be down."""
    texts = {path: text for path, text in alert("{down: true}").items() if path != "specs/pipeline.yaml"}
    assert found(texts) == [("query/no-scrape-job", "down")]


def test_label_that_leads_nowhere() -> None:
    """A label that a metric names and nobody defines is one finding, however often it is used."""
    metrics = "obsgen: 1\nservice: shop\nmetrics:\n  shop_visits_total:\n    counter: Visits.\n    labels: [door]\n"
    texts = alert("{promql: 'sum by (door) (rate(shop_visits_total{door=\"left\"}[5m])) > 5'}", shop=metrics)
    assert found(texts) == [("catalog/unknown-label", "door")]
