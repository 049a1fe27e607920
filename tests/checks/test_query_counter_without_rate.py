"""`query/counter-without-rate`: the bare value of a counter"""

import pytest

from tests.bakery import alert
from tests.planted import everywhere, fault, one, queries, recorded, said

CODE = "query/counter-without-rate"
RECORDS = recorded("kind:bakery_orders:sum", "sum by (kind) (bakery_orders_total)")

# The fault, `§` around the word at fault, and its closest correct twin.
CASES = {
    "compared": ("§bakery_orders_total§ > 5", "rate(bakery_orders_total[5m]) > 5"),
    "turned around": ('5 < sum(§bakery_orders_total§{result="failed"})', '5 < sum(increase(bakery_orders_total{result="failed"}[1h]))'),
    "any at all": ('§bakery_orders_total§{result="failed"} > 0', 'increase(bakery_orders_total{result="failed"}[1h]) > 0'),
    "behind or": ("up == 0 or (max by (kind) (§bakery_flour_used_total§) / 1000) >= 5", "up == 0 or (max by (kind) (changes(bakery_flour_used_total[1h])) / 1000) >= 5"),
    "over time": ("max_over_time(§bakery_orders_total§[1h]) > 5", "count_over_time(bakery_orders_total[1h]) > 5"),
    "recorded": ("§kind:bakery_orders:sum§ > 5", "rate(bakery_orders_total[5m]) > 5"),
    "a condition": ("bakery_flour_remaining < 5 and on (kind) §bakery_orders_total§ > 100", "bakery_flour_remaining < 5 and on (kind) bakery_orders_total > 0"),
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
        "absent(bakery_orders_total)",
        "count(bakery_orders_total) > 5",
        "timestamp(bakery_orders_total) < 5",
        "bakery_orders_total == 0",
        "sum(bakery_orders_total) != sum(bakery_orders_total offset 5m)",
        "bakery_orders_total - bakery_orders_total offset 5m > 5",
        'bakery_orders_total{result="failed"} / bakery_orders_total > 0.1',
        "resets(bakery_orders_total[1h]) > 5",
        "somebody_elses_total > 5",
        "time() - timestamp(bakery_orders_total) > 5",
    ],
)
def test_silent(text: str) -> None:
    """What only resembles the fault, and what nobody can be certain of, is silent."""
    for texts in everywhere(text, records=RECORDS):
        assert one(CODE, texts) == []


def test_message() -> None:
    """The message says what is wrong, where, and what to write."""
    texts = alert("{promql: 'sum(bakery_orders_total) > 5'}")
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:25: warning[query/counter-without-rate]: this compares the bare value of the counter `bakery_orders_total`: all that was counted since the program was started",
        "   |",
        " 5 |     when: {promql: 'sum(bakery_orders_total) > 5'}",
        "   |                         ^^^^^^^^^^^^^^^^^^^ begins anew at every restart",
        "   ::: specs/metrics.yaml:12:5",
        "   |",
        "12 |     counter: Orders.",
        "   |     ------- `bakery_orders_total` is a counter",
        "   = help: ask how fast it grows: put `rate(..[5m])` or `increase(..[1h])` around the series",
    ]
