"""Every aggregation operator: kind, unit, range and labels of its result."""

import pytest

from obsgen.promql.meaning.aggregations import OPERATORS
from tests.promql.meaning.words import labels, meaning, number

RESULTS = [
    ("sum(demo_quality_ratio)", "gauge ratio 0..inf", ""),
    ("sum(demo_cold_celsius)", "gauge celsius -inf..-1 nonzero", ""),
    ("sum(demo_requests_total)", "counter - 0..inf", ""),
    ("sum by (color, nosuch) (demo_requests_total)", "counter - 0..inf", "color"),
    ("sum without (color, instance) (demo_requests_total)", "counter - 0..inf", "job service_name? shape workspace"),
    ("avg(demo_quality_ratio)", "gauge ratio 0..1", ""),
    ("avg(up)", "ratio ratio 0..1", ""),
    ("min by (color) (demo_cold_celsius)", "gauge celsius -3..-1 nonzero", "color"),
    ("max by (service_name) (demo_cold_celsius)", "gauge celsius -3..-1 nonzero", "service_name?"),
    ("count(demo_balance)", "gauge - 1..inf nonzero", ""),
    ("count by (__name__) (demo_balance)", "gauge - 1..inf nonzero", "__name__"),
    ("group(demo_balance)", "gauge - 1..1 nonzero", ""),
    ("stddev(demo_quality_ratio)", "gauge ratio 0..0.5", ""),
    ("stdvar(demo_quality_ratio)", "gauge None 0..0.25", ""),
    ("quantile(0.9, demo_quality_ratio)", "gauge ratio 0..1", ""),
    ("quantile(1.1, demo_quality_ratio)", "gauge ratio -inf..inf inf", ""),
    ("topk(3, demo_quality_ratio)", "gauge ratio 0..1", "__name__ instance job service_name? shape workspace"),
    (
        "bottomk by (shape) (3, demo_quality_ratio)",
        "gauge ratio 0..1",
        "__name__ instance job service_name? shape workspace",
    ),
    ("limitk(3, demo_quality_ratio)", "gauge ratio 0..1", "__name__ instance job service_name? shape workspace"),
    ("limit_ratio(0.5, demo_quality_ratio)", "gauge ratio 0..1", "__name__ instance job service_name? shape workspace"),
    ('count_values("color", demo_balance)', "gauge - 1..inf nonzero", "color"),
    ('count_values by (shape) ("value", demo_quality_ratio)', "gauge - 1..inf nonzero", "shape value"),
    (
        'count_values without (color) ("color", demo_balance)',
        "gauge - 1..inf nonzero",
        "color? instance job service_name? workspace",
    ),
    ("sum(demo_build_info)", "gauge - 1..inf nonzero", ""),
    ("sum(up)", "gauge - 0..inf", ""),
    ("sum(demo_started_timestamp_seconds)", "gauge seconds 0..inf", ""),
    ("sum by (color) (foreign)", "None None -inf..inf nan inf", "color?"),
    ("sum without (color) (foreign)", "None None -inf..inf nan inf", "..."),
    ("max(time() - demo_started_timestamp_seconds)", "gauge seconds -inf..inf", ""),
]


@pytest.mark.parametrize(("expr", "expected", "left"), RESULTS)
def test_an_aggregation_gives(expr: str, expected: str, left: str) -> None:
    """A sum of counters is a counter, a sum of ratios is no ratio; only what was there can be kept."""
    assert (number(expr), labels(expr)) == (expected, left)


def test_every_operator_is_in_the_table() -> None:
    """Each operator that has a rule has a row here."""
    assert {expr.replace("(", " ").split()[0] for expr, *_ in RESULTS} == OPERATORS


@pytest.mark.parametrize(
    ("expr", "aggregated", "rated"),
    [
        ("demo_requests_total", False, False),
        ("sum(demo_requests_total)", True, False),
        ("topk(3, demo_requests_total)", False, False),
        ("rate(demo_requests_total[5m])", False, True),
        ("rate(sum(demo_requests_total)[5m:])", True, True),
        ("demo_balance / sum(rate(demo_requests_total[5m]))", True, True),
        ("demo_balance > sum(rate(demo_requests_total[5m]))", False, False),
        ("color:demo_requests:rate5m", True, True),
    ],
)
def test_what_happened_on_the_way_is_remembered(expr: str, aggregated: bool, rated: bool) -> None:
    """Also through a recorded series; a comparison takes its values from the left alone."""
    assert (meaning(expr).aggregated, meaning(expr).rated) == (aggregated, rated)
