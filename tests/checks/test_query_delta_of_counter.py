"""`query/delta-of-counter`: a function for gauges over a counter"""

import pytest

from tests.bakery import alert
from tests.planted import everywhere, fault, one, queries, recorded, said

CODE = "query/delta-of-counter"
RECORDS = recorded("kind:bakery_orders:sum", "sum by (kind) (bakery_orders_total)")

# The fault, `§` around the word at fault, and its closest correct twin.
CASES = {
    "delta": ("§delta§(bakery_orders_total[1h]) > 5", "increase(bakery_orders_total[1h]) > 5"),
    "deriv inside of sum": ("up == 0 or sum(§deriv§(bakery_orders_total[1h])) > 5", "up == 0 or sum(rate(bakery_orders_total[1h])) > 5"),
    "predict_linear": ("§predict_linear§(bakery_flour_used_total[1h], 3600) > 5", "predict_linear(bakery_flour_remaining[1h], 3600) > 5"),
    "idelta of a count": ("§idelta§(bakery_bake_duration_seconds_count[5m]) > 5", "irate(bakery_bake_duration_seconds_count[5m]) > 5"),
    "a recorded counter": ("§delta§(kind:bakery_orders:sum[1h]) > 5", "delta(bakery_flour_remaining[1h]) > 5"),
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
        "delta(somebody_elses_total[1h]) > 5",
        "deriv(rate(bakery_orders_total[5m])[1h:5m]) > 5",
    ],
)
def test_silent(text: str) -> None:
    """What only resembles the fault, and what nobody can be certain of, is silent."""
    for texts in everywhere(text, records=RECORDS):
        assert one(CODE, texts) == []


def test_message() -> None:
    """The message says what is wrong, where, and what to write."""
    texts = alert("{promql: 'sum(delta(bakery_orders_total[1h])) > 5'}")
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:25: warning[query/delta-of-counter]: `delta` is for gauges, and this is a counter, which begins anew at every restart",
        "   |",
        " 5 |     when: {promql: 'sum(delta(bakery_orders_total[1h])) > 5'}",
        "   |                         ^^^^^ a restart looks like a fall",
        "   ::: specs/metrics.yaml:12:5",
        "   |",
        "12 |     counter: Orders.",
        "   |     ------- `bakery_orders_total` is a counter",
        "   = help: use `increase`",
    ]
