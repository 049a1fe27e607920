"""`query/unsafe-division`: NaN or infinity of a division that spoils an aggregation, or makes a comparison true"""

import pytest

from tests.bakery import alert
from tests.planted import everywhere, fault, one, queries, said

CODE = "query/unsafe-division"

# The fault, `§` around the word at fault, and its closest correct twin.
CASES = {
    "a sum": ("sum(rate(bakery_flour_used_total[5m]) / on (kind) group_left () sum by (kind) (rate(§bakery_orders_total§[5m]))) > 5", "sum(rate(bakery_flour_used_total[5m]) / on (kind) group_left () (sum by (kind) (rate(bakery_orders_total[5m])) > 0)) > 5"),
    "a mean behind or": ("up == 0 or stddev by (kind) (rate(bakery_bake_duration_seconds_sum[5m]) / rate(§bakery_bake_duration_seconds_count§[5m])) > 5", "up == 0 or stddev by (kind) (rate(bakery_bake_duration_seconds_sum[5m]) / (rate(bakery_bake_duration_seconds_count[5m]) > 0)) > 5"),
    "over time": ("sum_over_time((rate(bakery_bake_duration_seconds_sum[5m]) / rate(§bakery_bake_duration_seconds_count§[5m]))[1h:5m]) > 5", "max_over_time((rate(bakery_bake_duration_seconds_sum[5m]) / rate(bakery_bake_duration_seconds_count[5m]))[1h:5m]) > 5"),
    "unequal": ("rate(bakery_bake_duration_seconds_sum[5m]) / rate(§bakery_bake_duration_seconds_count§[5m]) != 5", "rate(bakery_bake_duration_seconds_sum[5m]) / (rate(bakery_bake_duration_seconds_count[5m]) > 0) != 5"),
    "the largest": ('max(rate(bakery_flour_used_total{kind="rye"}[5m]) / on (instance) group_left () sum by (instance) (rate(§bakery_orders_total§[5m]))) > 5', 'min(rate(bakery_flour_used_total{kind="rye"}[5m]) / on (instance) group_left () sum by (instance) (rate(bakery_orders_total[5m]))) > 5'),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_found(name: str) -> None:
    """The fault is found at its word wherever it stands, and nothing is said about its twin."""
    text, correct = CASES[name]
    wrong, word = fault(text)
    for texts in everywhere(wrong):
        assert one(CODE, texts) == [(CODE, word)]
    for texts in everywhere(correct):
        assert queries(texts) == []


@pytest.mark.parametrize(
    "text",
    [
        'sum(rate(bakery_orders_total{result="failed"}[5m])) / sum(rate(bakery_orders_total[5m])) > 0.5',
        "sum(somebody_elses_used / somebody_elses_size) > 5",
        "max(rate(bakery_bake_duration_seconds_sum[5m])) / 5 != 5",
        "count(rate(bakery_bake_duration_seconds_sum[5m]) / rate(bakery_bake_duration_seconds_count[5m])) > 5",
    ],
)
def test_silent(text: str) -> None:
    """What only resembles the fault, and what nobody can be certain of, is silent."""
    for texts in everywhere(text):
        assert one(CODE, texts) == []


def test_message() -> None:
    """The message says what is wrong, where, and what to write."""
    texts = alert(
        "{promql: 'sum by (kind) (rate(bakery_bake_duration_seconds_sum[5m]) / rate(bakery_bake_duration_seconds_count[5m])) > 5'}"
    )
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:86: warning[query/unsafe-division]: where nothing happens this divides by 0, and `sum` then gives no number",
        "  |",
        "5 |     when: {promql: 'sum by (kind) (rate(bakery_bake_duration_seconds_sum[5m]) / rate(bakery_bake_duration_seconds_count[5m])) > 5'}",
        "  |                                                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this can be 0",
        "  |",
        "5 |     when: {promql: 'sum by (kind) (rate(bakery_bake_duration_seconds_sum[5m]) / rate(bakery_bake_duration_seconds_count[5m])) > 5'}",
        "  |                     --- NaN or infinity enters here",
        "  = help: put both sides together before dividing, or divide by what is `> 0` only, as in `part / (whole > 0)`",
    ]
