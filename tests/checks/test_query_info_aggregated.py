"""`query/info-aggregated`: several series of an info metric put together"""

import pytest

from tests.bakery import alert
from tests.planted import everywhere, fault, one, queries, recorded, said

CODE = "query/info-aggregated"
RECORDS = recorded("oven:bakery_oven:info", "max by (oven, instance) (bakery_oven_info)")

# The fault, `§` around the word at fault, and its closest correct twin.
CASES = {
    "a sum": ("§sum§(bakery_oven_info) > 5", "count(bakery_oven_info) > 5"),
    "by": ("up == 0 or §sum§ by (oven) (bakery_oven_info) > 5", "up == 0 or count by (oven) (bakery_oven_info) > 5"),
    "the largest": ("§max§(bakery_oven_info) > 0.5", "group by (oven) (bakery_oven_info) > 0.5"),
    "a mean": ("§avg§(bakery_oven_info) > 0.5", "max by (oven) (bakery_oven_info) > 0.5"),
    "recorded": ("§sum§(oven:bakery_oven:info) > 5", "count(oven:bakery_oven:info) > 5"),
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
        "sum(up) > 5",
        "sum(somebody_elses_info) > 5",
        "sum(rate(bakery_orders_total[5m]) * on (instance) group_left (oven) max by (instance, oven) (bakery_oven_info)) > 5",
    ],
)
def test_silent(text: str) -> None:
    """What only resembles the fault, and what nobody can be certain of, is silent."""
    for texts in everywhere(text, records=RECORDS):
        assert one(CODE, texts) == []


def test_message() -> None:
    """The message says what is wrong, where, and what to write."""
    texts = alert("{promql: 'sum by (oven) (bakery_oven_info) > 5'}")
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:21: error[query/info-aggregated]: an info metric is a constant 1, a sum of them only counts series",
        "   |",
        " 5 |     when: {promql: 'sum by (oven) (bakery_oven_info) > 5'}",
        "   |                     ^^^",
        "   ::: specs/metrics.yaml:33:5",
        "   |",
        "33 |     info: Ovens and where they stand.",
        "   |     ---- `bakery_oven_info` is an info metric",
        "   = help: write `count` if that is meant",
    ]
