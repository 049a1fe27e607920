"""Every binary operator: kind, unit and range of its result."""

import pytest

from obsgen.promql.meaning import verdict
from obsgen.promql.meaning.amounts import ANY, FLAG, RISING, Amount, exactly
from obsgen.promql.tree import Binary
from tests.promql.meaning.words import WORLD, labels, meaning, number, values

RESULTS = [
    ("demo_balance + 1", "gauge tokens -inf..inf"),
    ("1 - demo_quality_ratio", "gauge ratio 0..1"),
    ("demo_quality_ratio * 100", "gauge percent 0..100"),
    ("demo_quality_ratio * 100 / 100", "gauge ratio 0..1"),
    ("demo_busy_seconds_total * 1000", "counter milliseconds 0..inf"),
    ("demo_queue_depth / 2", "gauge - 0..5"),
    ("demo_balance * 0.8", "gauge tokens -inf..inf"),
    ("demo_balance / 1000", "gauge None -inf..inf"),
    ("rate(demo_requests_total[5m]) * 60", "rate /minute 0..inf"),
    ("rate(demo_sent_bytes_total[5m]) * 3600", "rate bytes/hour 0..inf"),
    ("rate(demo_sent_bytes_total[5m]) * 86400", "rate bytes/day 0..inf"),
    ("rate(demo_sent_bytes_total[5m]) * 8", "rate bits/second 0..inf"),
    ("demo_sent_bytes_total / 1024 / 1024", "counter mebibytes 0..inf"),
    ("demo_cold_celsius * 1.8 + 32", "gauge None 26.6..30.2 nonzero"),
    ("-demo_pressure", "gauge - -5..-2 nonzero"),
    ("demo_queue_depth % 3", "None - 0..3"),
    ("demo_pressure ^ 2", "None None 4..25 inf"),
    ("demo_cold_celsius ^ 2", "None None 0..inf inf"),
    ("2 ^ demo_balance", "None None 0..inf inf"),
    ("demo_balance atan2 demo_balance", "None None -3.142..3.142"),
    ("5 * 60", "number None 300..300 nonzero"),
    ("2 ^ 10 - 24", "number None 1000..1000 nonzero"),
    ("1 / 0", "number None -inf..inf inf nonzero"),
    ("0 / 0", "number None -inf..inf nan"),
    ("1 / demo_queue_depth", "None None 0.1..inf inf nonzero"),
    ("1 / demo_pressure", "None None 0.2..0.5 nonzero"),
    ("demo_balance / demo_queue_depth", "gauge tokens -inf..inf nan inf empty"),
    ("demo_balance / demo_balance", "ratio ratio -inf..inf nan inf"),
    ("demo_balance / (demo_queue_depth > 0)", "gauge tokens -inf..inf empty"),
    ("demo_balance / (demo_queue_depth != 0)", "gauge tokens -inf..inf empty"),
    ("demo_balance / on (color) (demo_queue_depth >= 1)", "gauge tokens -inf..inf"),
    ("sum(demo_balance) / sum(demo_queue_depth) and sum(demo_queue_depth) > 0", "gauge tokens -inf..inf"),
    ("(sum(demo_balance) / sum(demo_queue_depth)) > 2 and sum(demo_queue_depth) > 0", "gauge tokens 2..inf nonzero"),
    ("sum(demo_balance) / sum(demo_queue_depth) > 2", "gauge tokens 2..inf inf nonzero"),
    ("demo_queue_depth + demo_pressure", "gauge - 2..15 nonzero empty"),
    ("demo_queue_depth - demo_queue_depth", "gauge - 0..10"),
    ("demo_queue_depth + on (color) group_left (zone) demo_build_info", "gauge - 1..11 nonzero"),
    ("demo_queue_depth * on (color) group_left (zone, nosuch) demo_build_info", "gauge - 0..10"),
    ("demo_queue_depth * on (zone) demo_build_info", "gauge - 0..10 empty"),
    ("demo_build_info * on (color) group_right (zone) demo_queue_depth", "gauge - 0..10"),
    ("demo_queue_depth / ignoring (shape) demo_balance", "gauge /tokens -inf..inf nan inf"),
    ("demo_queue_depth / ignoring (shape) group_left () demo_balance", "gauge /tokens -inf..inf nan inf"),
    ("demo_queue_depth > on (color) demo_balance", "gauge - 0..10"),
    ("demo_queue_depth > bool on (color) demo_balance", "boolean - 0..1"),
    ("demo_queue_depth > demo_pressure", "gauge - 2..10 nonzero empty"),
    ("demo_queue_depth > 3", "gauge - 3..10 nonzero"),
    ("demo_queue_depth > 10", "gauge - 10..10 nonzero empty"),
    ("demo_queue_depth >= 10", "gauge - 10..10 nonzero"),
    ("demo_queue_depth < 0", "gauge - 0..0 nonzero empty"),
    ("demo_queue_depth <= 0", "gauge - 0..0"),
    ("demo_queue_depth == 5", "gauge - 5..5 nonzero"),
    ("demo_queue_depth == 11", "gauge - 0..10 empty"),
    ("demo_queue_depth != 0", "gauge - 0..10 nonzero"),
    ("3 < demo_queue_depth", "gauge - 3..10 nonzero"),
    ("demo_queue_depth > bool 3", "boolean - 0..1"),
    ("demo_queue_depth > bool 10", "boolean - 0..0"),
    ("demo_queue_depth >= bool 0", "boolean - 1..1 nonzero"),
    ("demo_queue_depth == bool 3", "boolean - 0..1"),
    ("1 > bool 0", "boolean - 1..1 nonzero"),
    ("up == 0", "boolean - 0..0"),
    ("up == 2", "boolean - 0..1 empty"),
    ("up > 1", "boolean - 1..1 nonzero empty"),
    ("count(up) == 0", "gauge - 1..inf nonzero empty"),
    ("count(up == 0) > 2", "gauge - 2..inf nonzero"),
    ("absent(up) == 1", "boolean - 1..1 nonzero"),
    ("demo_quality_ratio < 80", "gauge ratio 0..1"),
    (
        "histogram_quantile(0.95, sum by (le) (rate(demo_wait_seconds_bucket[5m]))) > 5",
        "quantile seconds 5..5 nonzero empty",
    ),
    (
        "histogram_quantile(0.95, sum by (le) (rate(demo_wait_seconds_bucket[5m]))) >= 5",
        "quantile seconds 5..5 nonzero",
    ),
    ("demo_balance and demo_queue_depth", "gauge tokens -inf..inf empty"),
    ("demo_balance and on (color) demo_queue_depth", "gauge tokens -inf..inf"),
    ("demo_balance unless demo_queue_depth", "gauge tokens -inf..inf"),
    ("demo_balance or demo_queue_depth", "gauge None -inf..inf"),
    ("demo_balance or vector(0)", "gauge tokens -inf..inf"),
    ("foreign or demo_balance", "None None -inf..inf nan inf"),
    ("demo_balance and foreign", "gauge tokens -inf..inf"),
    ("demo_balance or (up > 1)", "gauge tokens -inf..inf"),
    ("(up > 1) or demo_balance", "gauge tokens -inf..inf"),
    ('foreign{color="red"} and on (color) demo_balance{color="blue"}', "None None -inf..inf nan inf empty"),
    ('demo_balance{color="red"} / on (color) demo_queue_depth{color="blue"}', "gauge tokens -inf..inf nan inf empty"),
    ("time() - demo_started_timestamp_seconds", "gauge seconds -inf..inf"),
    ("time() - max(demo_started_timestamp_seconds)", "gauge seconds -inf..inf"),
    ("demo_started_timestamp_seconds - time()", "gauge seconds -inf..inf"),
    ("demo_started_timestamp_seconds + 60", "timestamp seconds 60..inf nonzero"),
    ("demo_balance / rate(demo_requests_total[5m])", "gauge None -inf..inf nan inf empty"),
    ("rate(demo_wait_seconds_sum[5m]) / rate(demo_wait_seconds_count[5m])", "gauge seconds -inf..inf nan inf"),
    ("sum(rate(demo_sent_bytes_total[5m])) / sum(rate(demo_requests_total[5m]))", "gauge bytes 0..inf nan inf"),
    ("sum(rate(demo_failures_total[5m])) / sum(rate(demo_requests_total[5m]))", "gauge None 0..inf nan inf"),
    ('sum(rate(demo_requests_total{color="red"}[5m])) / sum(rate(demo_requests_total[5m]))', "ratio ratio 0..1 nan"),
    (
        '100 * sum(rate(demo_requests_total{color="red"}[5m])) / sum(rate(demo_requests_total[5m]))',
        "ratio percent 0..100 nan",
    ),
    (
        'sum by (color) (rate(demo_requests_total{shape="round"}[5m])) / sum by (color) (rate(demo_requests_total[5m]))',
        "ratio ratio 0..1 nan",
    ),
    (
        "sum by (color) (rate(demo_requests_total[5m])) / on () group_left sum(rate(demo_requests_total[5m]))",
        "ratio ratio 0..1 nan",
    ),
    (
        "rate(demo_requests_total[5m]) / ignoring (color) group_left sum without (color) (rate(demo_requests_total[5m]))",
        "ratio ratio 0..1 nan",
    ),
    (
        "rate(demo_requests_total[5m]) / ignoring (color, shape) group_left sum without (color) (rate(demo_requests_total[5m]))",
        "gauge None 0..inf nan inf",
    ),
    (
        'sum(rate(demo_wait_seconds_bucket{le="0.5"}[5m])) / sum(rate(demo_wait_seconds_count[5m]))',
        "ratio ratio 0..1.4 nan",
    ),
    (
        'sum(rate(demo_wait_seconds_bucket{le=~"1|1.0"}[5m])) / sum(rate(demo_wait_seconds_bucket{le="+Inf"}[5m]))',
        "ratio ratio 0..1.4 nan",
    ),
    (
        'sum(rate(demo_wait_seconds_bucket{le=~"1|5"}[5m])) / sum(rate(demo_wait_seconds_count[5m]))',
        "gauge None 0..inf nan inf",
    ),
    (
        'rate(demo_wait_seconds_bucket{le="1"}[5m]) / ignoring (le) rate(demo_wait_seconds_count[5m])',
        "ratio ratio 0..1.4 nan",
    ),
    (
        'sum(rate(demo_requests_total{color="red"}[5m])) / sum(rate(demo_requests_total[10m]))',
        "gauge None 0..inf nan inf",
    ),
    (
        'sum(rate(demo_requests_total[5m])) / sum(rate(demo_requests_total{color="red"}[5m]))',
        "gauge None 0..inf nan inf",
    ),
    (
        'sum(rate(demo_requests_total{color="red"}[5m])) / sum by (color) (rate(demo_requests_total[5m]))',
        "gauge None 0..inf nan inf empty",
    ),
    (
        'sum by (color) (rate(demo_requests_total{color="red"}[5m])) / on () group_right sum by (color) (rate(demo_requests_total[5m]))',
        "gauge None 0..inf nan inf",
    ),
    (
        'max(rate(demo_requests_total{color="red"}[5m])) / max(rate(demo_requests_total[5m]))',
        "gauge None 0..inf nan inf",
    ),
    (
        'avg(rate(demo_requests_total{color="red"}[5m])) / sum(rate(demo_requests_total[5m]))',
        "gauge None 0..inf nan inf",
    ),
    ("count(up == 1) / count(up)", "ratio ratio 0..1 nonzero"),
    ('count(up{job="demo"}) / count(up)', "ratio ratio 0..1 nonzero"),
    ('sum(demo_balance{color="red"}) / sum(demo_balance)', "ratio ratio -inf..inf nan inf"),
    ('sum(demo_queue_depth{color="red"}) / sum(demo_queue_depth)', "ratio ratio 0..1 nan"),
    (
        "sum(rate(demo_failures_total[5m])) / (sum(rate(demo_failures_total[5m])) + sum(rate(demo_requests_total[5m])))",
        "ratio ratio 0..1 nan",
    ),
    ('(sum(demo_queue_depth) - sum(demo_queue_depth{color="red"})) / sum(demo_queue_depth)', "ratio ratio 0..1 nan"),
    (
        '1 - sum(rate(demo_requests_total{color="red"}[5m])) / sum(rate(demo_requests_total[5m]))',
        "ratio ratio 0..1 nan",
    ),
    (
        'sum(rate(demo_requests_total{color="red"}[5m])) / sum(rate(demo_requests_total[5m])) > 14.4 * 0.1',
        "ratio ratio 0..1 nan empty",
    ),
    (
        'sum(rate(demo_requests_total{color="red"}[5m] offset 1h)) / sum(rate(demo_requests_total[5m]))',
        "gauge None 0..inf nan inf",
    ),
    ('sum(rate(foreign{color="red"}[5m])) / sum(rate(foreign[5m]))', "ratio ratio -inf..inf nan inf"),
]


@pytest.mark.parametrize(("expr", "expected"), RESULTS)
def test_an_operation_gives(expr: str, expected: str) -> None:
    """Kind, unit and range follow from those of both sides."""
    assert number(expr) == expected


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("demo_balance + 1", "color instance job service_name? workspace"),
        ("demo_balance > 1", "__name__ color instance job service_name? workspace"),
        ("demo_balance > bool 1", "color instance job service_name? workspace"),
        ("demo_balance + demo_failures_total", "color instance job service_name? workspace"),
        ("demo_balance > demo_failures_total", "__name__ color instance job service_name? workspace"),
        ("demo_balance + on (color, zone) demo_failures_total", "color"),
        ("demo_balance + on (color, service_name) demo_failures_total", "color service_name?"),
        ("demo_balance + ignoring (color) demo_failures_total", "instance job service_name? workspace"),
        ("demo_balance > on (color) demo_failures_total", "color"),
        ("foreign + on (a) foreign2", "a?"),
        ("foreign + foreign2", "..."),
        ("foreign + demo_balance", "color instance job service_name? workspace"),
        ("foreign > demo_balance", "__name__? color instance job service_name? workspace"),
        ("foreign * on (color) group_left (shape) demo_queue_depth", "color shape ..."),
        ("demo_balance * on (color) group_left (zone) demo_build_info", "color instance job service_name? workspace zone"),
        ("demo_balance * on (job) group_left (color) foreign", "color? instance job service_name? workspace"),
        ("demo_balance * on (color) group_left (service_name) sum by (color) (demo_failures_total)", "color instance job workspace"),
        ("sum by (color) (demo_balance) * on (color) group_right demo_queue_depth",
         "color instance job service_name? shape workspace"),
        ("demo_balance and on () vector(1)", "__name__ color instance job service_name? workspace"),
        ("foreign and demo_balance", "__name__? color instance job service_name? workspace"),
        ("foreign and on (color) demo_balance", "color ..."),
        ("foreign unless on (color) demo_balance", "..."),
        ("demo_balance or demo_pressure", "__name__ color? instance job service_name? workspace zone?"),
        ("sum(demo_balance) or vector(0)", ""),
        ("sum by (color) (foreign) or sum by (zone) (foreign)", "color? zone?"),
    ],
)  # fmt: skip
def test_an_operation_leaves_labels(expr: str, expected: str) -> None:
    """`?` marks labels that an element may lack."""
    assert labels(expr) == expected


@pytest.mark.parametrize(
    ("expr", "label", "expected"),
    [
        ("demo_balance", "color", "blue other red"),
        ("demo_balance", "instance", "any"),
        ('demo_balance{color="red"}', "color", "red"),
        ('demo_balance{color!="red"}', "color", "blue other"),
        ('demo_balance{color=~"r.*|blue"}', "color", "blue red"),
        ('demo_balance{color!~"r.*|blue"}', "color", "other red"),
        ('demo_balance{color!~"red|blue"}', "color", "other"),
        ('demo_balance{color=~"$color"}', "color", "blue other red"),
        ('foreign{a=~"x|y"}', "a", "x y"),
        ('foreign{a=~"x|y|"}', "a", "x y"),
        ('foreign{a=~"x.+"}', "a", "any"),
        ('demo_balance{color="red"} or demo_queue_depth{color="blue"}', "color", "blue red"),
        ('demo_balance{color="red"} or demo_pressure', "color", "red"),
        ('demo_balance{color="red"} or foreign', "color", "any"),
        ('foreign and on (color) demo_balance{color="red"}', "color", "red"),
        ('foreign + demo_balance{color!="red"}', "color", "blue other"),
        ('label_replace(demo_balance, "color", "$1", "workspace", "(.*)")', "color", "north south"),
        ('label_replace(demo_balance, "color", "green", "workspace", "n.*")', "color", "blue green other red"),
        ('label_replace(demo_balance, "color", "$1-x", "workspace", "(.*)")', "color", "any"),
        ('label_join(demo_balance, "color", "-", "workspace")', "color", "north south"),
        ('sum by (color) (demo_balance{color="red"})', "color", "red"),
        ('demo_balance * on (job) group_left (color) demo_queue_depth{color="red"}', "color", "red"),
        ("demo_wait_seconds_bucket", "le", "+Inf 0.1 0.5 1 1.0 5 5.0"),
        ("ALERTS", "alertstate", "firing pending"),
    ],
)
def test_an_operation_leaves_values(expr: str, label: str, expected: str) -> None:
    """Values follow matchers, joins and label functions."""
    assert values(expr, label) == expected


@pytest.mark.parametrize(
    "expr",
    [
        'demo_balance{color="green"}',
        'demo_balance{color=~"green|gre.*"}',
        'demo_balance{color=""}',
        'demo_balance{color!~"red|blue|other"}',
        'demo_balance{zone="z1"}',
        'demo_balance{zone=~".+"}',
        'demo_wait_seconds_bucket{le="0.3"}',
        'up{job="bakery"}',
        'rate(demo_requests_total{color="green"}[5m])',
        'sum(demo_balance{color="green"}) / sum(demo_balance)',
        'demo_balance{color="green"} and demo_balance',
        'demo_balance and demo_balance{color="green"}',
        'demo_balance{color="green"} or demo_balance{shape="round"}',
        "demo_balance / on (shape) demo_queue_depth",
        "sum by (color) (demo_balance) / sum by (shape) (demo_queue_depth)",
        "count(demo_balance) by (color) == 0",
        "count(demo_balance) < 1",
        "demo_balance > 5 < 5",
        "(demo_balance > 5) == 5 < 1",
        "up == 0 == 1",
        "rate(demo_requests_total[5m]) < 0",
        "increase(demo_requests_total[5m]) == -1",
        "demo_build_info == 0",
        "sum(demo_queue_depth) by (color) < -1",
        "demo_quality_ratio > 1",
        "avg(demo_quality_ratio) > 80",
        "1 - avg(demo_quality_ratio) < 0",
        "avg(up) > 1",
        "demo:failures_per_requests:ratio > 5",
        "max_over_time(demo:failures_per_requests:ratio[1h]) > 5",
        'color:demo_requests:rate5m{shape="round"}',
        "absent(demo_balance) == 0",
        "time() < 0 + vector(-1)",
        "hour() > 24",
        "changes(demo_balance[5m]) < 0",
        "stddev(demo_quality_ratio) > 0.6",
    ],
)
def test_what_can_never_be_is_empty(expr: str) -> None:
    """Matchers that fit no series, sides that never match, comparisons that no value passes."""
    assert meaning(expr).empty


@pytest.mark.parametrize(
    "expr",
    [
        'demo_balance{color="red"}',
        'demo_balance{color="other"}',
        'demo_balance{color=~"$color"}',
        'demo_balance{zone=""}',
        'demo_balance{zone!="z1"}',
        'demo_balance{zone=~".*"}',
        'demo_balance{service_name=""}',
        'demo_wait_seconds_bucket{le="1.0"}',
        'foreign{color="green"}',
        'up{job="demo"}',
        "sum by (color) (demo_balance) / sum by (color) (demo_queue_depth)",
        "foreign / on (shape) demo_queue_depth",
        "sum by (any) (foreign) / sum by (any) (demo_queue_depth)",
        "count(demo_balance) by (color) == 1",
        "demo_balance >= 5 <= 5",
        "demo_queue_depth == 0",
        "demo_queue_depth >= 10",
        "demo_quality_ratio >= 1",
        "sum(demo_quality_ratio) > 80",
        "absent(demo_balance) == 1",
        "scalar(demo_balance > 5 < 5) + vector(1)",
        'absent(demo_balance{color="green"})',
        'demo_balance or demo_balance{color="green"}',
        'demo_balance unless demo_balance{color="green"}',
        "histogram_quantile(1.5, sum by (le) (rate(demo_wait_seconds_bucket[5m]))) > 5",
        "foreign != foreign",
    ],
)
def test_what_can_be_is_not_empty(expr: str) -> None:
    """The closest twins of what cannot be."""
    assert not meaning(expr).empty


@pytest.mark.parametrize(
    ("op", "left", "right", "expected"),
    [
        (">", FLAG, exactly(1), "never"),
        (">=", FLAG, exactly(1), None),
        (">=", FLAG, exactly(0), "always"),
        ("<", FLAG, exactly(2), "always"),
        ("<", FLAG, exactly(0), "never"),
        ("<=", FLAG, exactly(-1), "never"),
        ("==", FLAG, exactly(2), "never"),
        ("==", exactly(1), exactly(1), "always"),
        ("!=", exactly(1), exactly(1), "never"),
        ("!=", FLAG, exactly(2), "always"),
        ("!=", FLAG, exactly(1), None),
        ("==", Amount(0.0, 9.0, nonzero=True), exactly(0), "never"),
        ("!=", Amount(0.0, 9.0, nonzero=True), exactly(0), "always"),
        ("<", Amount(0.0, 1.0, nan=True), exactly(2), None),
        (">", Amount(0.0, 1.0, nan=True), exactly(2), "never"),
        ("!=", Amount(1.0, 1.0, nan=True), exactly(1), None),
        ("!=", Amount(0.0, 1.0, nan=True), exactly(2), "always"),
        (">", ANY, ANY, None),
        (">=", RISING, exactly(0), "always"),
    ],
)
def test_a_verdict_is_given_only_where_it_is_certain(op: str, left: Amount, right: Amount, expected: str) -> None:
    """NaN fails every comparison but `!=`, so it stands in the way of `always`, not of `never`."""
    assert verdict(op, left, right) == expected


def test_the_division_that_brings_nan_is_named() -> None:
    """The innermost one; a comparison that drops NaN and a guard end it."""
    inner = meaning("sum by (job) (demo_balance / on (color) demo_failures_total)").division
    assert isinstance(inner, Binary)
    assert inner.on is not None
    assert meaning("demo_balance / on (color) (demo_failures_total > 0)").division is None
    assert meaning("demo_queue_depth / demo_queue_depth > 0.5").division is None
    assert meaning("sqrt(demo_balance)").division is None


def test_the_one_series_is_remembered() -> None:
    """Through rates, sums, quantiles, comparisons and shares; not through a quotient of two."""
    for expr in (
        "demo_requests_total",
        "sum by (color) (rate(demo_requests_total[5m])) > 5",
        'sum(rate(demo_requests_total{color="red"}[5m])) / sum(rate(demo_requests_total[5m]))',
        "100 - rate(demo_requests_total[5m]) * 100",
        "demo_requests_total > demo_failures_total",
    ):
        assert meaning(expr).series is WORLD.facts("demo_requests_total")
    assert meaning("demo_requests_total / demo_failures_total").series is None
    assert meaning("demo_requests_total / demo_failures_total").sources == {
        "demo_requests_total",
        "demo_failures_total",
    }
