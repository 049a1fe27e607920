"""`query/rate-of-aggregation`: a rate of counters that were put together before"""

import pytest

from tests.bakery import alert
from tests.planted import everywhere, fault, one, queries, recorded, said

CODE = "query/rate-of-aggregation"
RECORDS = recorded("kind:bakery_orders:sum", "sum by (kind) (bakery_orders_total)")

# The fault, `§` around the word at fault, and its closest correct twin.
CASES = {
    "a subquery": ("rate(§sum§(bakery_orders_total)[5m:1m]) > 5", "sum(rate(bakery_orders_total[5m])) > 5"),
    "with labels": ("increase(§sum§ by (kind) (bakery_orders_total)[1h:1m]) > 5", "sum by (kind) (increase(bakery_orders_total[1h])) > 5"),
    "inside": ("up == 0 or max(irate((§max§ without (instance) (bakery_orders_total))[5m:1m])) > 5", "up == 0 or max(max without (instance) (irate(bakery_orders_total[5m]))) > 5"),
    "recorded": ("rate(§kind:bakery_orders:sum§[5m]) > 5", "changes(kind:bakery_orders:sum[5m]) > 5"),
    "in label_replace": ("rate(§sum§(bakery_bake_duration_seconds_count)[5m:1m]) / 2 > 5", "sum(rate(bakery_bake_duration_seconds_count[5m])) / 2 > 5"),
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
        "rate(bakery_orders_total[5m:1m]) > 5",
        "rate(somebody:elses:sum[5m]) > 5",
    ],
)
def test_silent(text: str) -> None:
    """What only resembles the fault, and what nobody can be certain of, is silent."""
    for texts in everywhere(text, records=RECORDS):
        assert one(CODE, texts) == []


def test_message() -> None:
    """The message says what is wrong, where, and what to write."""
    texts = alert("{promql: 'rate(sum(bakery_orders_total)[5m:1m]) > 5'}")
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:26: error[query/rate-of-aggregation]: `sum` stands inside of `rate`, so that the restart of one of them looks like one of all",
        "   |",
        " 5 |     when: {promql: 'rate(sum(bakery_orders_total)[5m:1m]) > 5'}",
        "   |                          ^^^ put together before the rate is taken",
        "   ::: specs/metrics.yaml:12:5",
        "   |",
        "12 |     counter: Orders.",
        "   |     ------- `bakery_orders_total` is a counter",
        "   = help: take the rate first: `sum(rate(..))`",
    ]
