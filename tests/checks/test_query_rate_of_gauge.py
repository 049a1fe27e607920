"""`query/rate-of-gauge`: a function for counters over something that goes up and down"""

import pytest

from tests.bakery import alert
from tests.planted import everywhere, fault, one, queries, recorded, said

CODE = "query/rate-of-gauge"
RECORDS = recorded("kind:bakery_orders:rate5m", "sum by (kind) (rate(bakery_orders_total[5m]))")

# The fault, `§` around the word at fault, and its closest correct twin.
CASES = {
    "a gauge": ("rate(§bakery_flour_remaining§[5m]) > 5", "deriv(bakery_flour_remaining[5m]) > 5"),
    "another function": ('increase(§bakery_flour_remaining§{kind="rye"}[1h]) > 5', 'delta(bakery_flour_remaining{kind="rye"}[1h]) > 5'),
    "resets": ("resets(§bakery_flour_remaining§[1h]) > 5", "changes(bakery_flour_remaining[1h]) > 5"),
    "inside of sum and or": ("up == 0 or sum by (kind) (irate(§bakery_crust_quality_ratio§[5m])) > 5", "up == 0 or sum by (kind) (irate(bakery_orders_total[5m])) > 5"),
    "a timestamp": ("rate(§bakery_delivery_timestamp_seconds§[1h]) > 5", "changes(bakery_delivery_timestamp_seconds[1h]) > 5"),
    "up": ("increase(§up§[1h]) > 5", "changes(up[1h]) > 5"),
    "a rate of a rate": ("rate(rate(§bakery_orders_total§[5m])[1h:5m]) > 5", "deriv(rate(bakery_orders_total[5m])[1h:5m]) > 5"),
    "a recorded rate": ("rate(§kind:bakery_orders:rate5m§[1h]) > 5", "deriv(kind:bakery_orders:rate5m[1h]) > 5"),
    "a quantile": ("increase(histogram_quantile(0.9, rate(§bakery_bake_duration_seconds_bucket§[5m]))[1h:5m]) > 5", "delta(histogram_quantile(0.9, rate(bakery_bake_duration_seconds_bucket[5m]))[1h:5m]) > 5"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_found(name: str) -> None:
    """The fault is found at its word wherever it stands, and nothing is said about its twin."""
    text, correct = CASES[name]
    wrong, word = fault(text)
    for texts in everywhere(wrong, records=RECORDS):
        assert one(CODE, texts) == [(CODE, word)]
    for texts in everywhere(correct, records=RECORDS):
        assert queries(texts) == []


@pytest.mark.parametrize(
    "text",
    [
        "rate(somebody_elses_metric[5m]) > 5",
        "rate(bakery_bake_duration_seconds_sum[5m]) > 5",
        'rate({__name__=~"bakery_.*"}[5m]) > 5',
    ],
)
def test_silent(text: str) -> None:
    """What only resembles the fault, and what nobody can be certain of, is silent."""
    for texts in everywhere(text, records=RECORDS):
        assert one(CODE, texts) == []


def test_message() -> None:
    """The message says what is wrong, where, and what to write."""
    texts = alert("{promql: 'sum(rate(bakery_flour_remaining[5m])) > 5'}")
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:30: error[query/rate-of-gauge]: `rate` is for counters, `bakery_flour_remaining` is a gauge",
        "   |",
        " 5 |     when: {promql: 'sum(rate(bakery_flour_remaining[5m])) > 5'}",
        "   |                              ^^^^^^^^^^^^^^^^^^^^^^ every fall is taken for a restart",
        "   ::: specs/metrics.yaml:23:5",
        "   |",
        "23 |     gauge: Flour left.",
        "   |     ----- `bakery_flour_remaining` is a gauge",
        "   = help: ask for `deriv`, or for the value itself",
    ]
