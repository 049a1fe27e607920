"""`query/average-of-ratios`: the mean of shares or of quantiles"""

import pytest

from tests.bakery import alert
from tests.planted import everywhere, fault, one, queries, recorded, said

CODE = "query/average-of-ratios"
RECORDS = recorded(
    "kind:bakery_bakes:p90",
    "histogram_quantile(0.9, sum by (le, oven) (rate(bakery_bake_duration_seconds_bucket[5m])))",
)

# The fault, `§` around the word at fault, and its closest correct twin.
CASES = {
    "a share": ('§avg§(rate(bakery_orders_total{result="failed"}[5m]) / (rate(bakery_orders_total[5m]) > 0)) > 0.5', 'sum(rate(bakery_orders_total{result="failed"}[5m])) / sum(rate(bakery_orders_total[5m])) > 0.5'),
    "with labels": ('up == 0 or §avg§ by (kind) (sum by (kind, result) (rate(bakery_orders_total{result="failed"}[5m])) / (sum by (kind, result) (rate(bakery_orders_total[5m])) > 0)) > 0.5', 'up == 0 or max by (kind) (sum by (kind, result) (rate(bakery_orders_total{result="failed"}[5m])) / (sum by (kind, result) (rate(bakery_orders_total[5m])) > 0)) > 0.5'),
    "a quantile": ("§avg§(histogram_quantile(0.9, rate(bakery_bake_duration_seconds_bucket[5m]))) > 5", "max(histogram_quantile(0.9, rate(bakery_bake_duration_seconds_bucket[5m]))) > 5"),
    "recorded": ("§avg§(kind:bakery_bakes:p90) > 5", "max(kind:bakery_bakes:p90) > 5"),
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
        "avg(bakery_crust_quality_ratio) > 0.5",
        "avg(up) > 0.5",
        "avg(somebody_elses_ratio) > 0.5",
        "avg(rate(bakery_bake_duration_seconds_sum[5m])) > 5",
        "avg(rate(bakery_orders_total[5m]) / 60) > 5",
    ],
)
def test_silent(text: str) -> None:
    """What only resembles the fault, and what nobody can be certain of, is silent."""
    for texts in everywhere(text, records=RECORDS):
        assert one(CODE, texts) == []


def test_message() -> None:
    """The message says what is wrong, where, and what to write."""
    texts = alert("{promql: 'avg by (oven) (kind:bakery_bakes:p90) > 5'}", records=RECORDS)
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:21: warning[query/average-of-ratios]: `avg` over quantiles: one that stands for little traffic weighs as much as one that stands for a lot",
        "  |",
        "5 |     when: {promql: 'avg by (oven) (kind:bakery_bakes:p90) > 5'}",
        "  |                     ^^^",
        "  ::: specs/records.yaml:5:5",
        "  |",
        "5 |     record: Something.",
        "  |     ------ `kind:bakery_bakes:p90` is recorded here",
        "  = help: take one quantile of all buckets: `histogram_quantile(.., sum by (le) (..))`",
    ]
