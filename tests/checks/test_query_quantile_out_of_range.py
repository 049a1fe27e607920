"""`query/quantile-out-of-range`: a quantile that is no share of 1"""

import pytest

from tests.bakery import alert
from tests.planted import everywhere, fault, one, queries, said

CODE = "query/quantile-out-of-range"
BUCKETS = "sum by (le) (rate(bakery_bake_duration_seconds_bucket[5m]))"

# The fault, `§` around the word at fault, and its closest correct twin.
CASES = {
    "of a histogram": (f"histogram_quantile(§95§, {BUCKETS}) > 5", f"histogram_quantile(0.95, {BUCKETS}) > 5"),
    "behind or": (f"up == 0 or histogram_quantile(§99.9§, {BUCKETS}) > 5", f"up == 0 or histogram_quantile(0.999, {BUCKETS}) > 5"),
    "of series": ("quantile by (kind) (§1.5§, bakery_flour_remaining) < 5", "quantile by (kind) (1, bakery_flour_remaining) < 5"),
    "behind the parenthesis": ("quantile(§90§, bakery_flour_remaining) by (kind) < 5", "quantile(0.9, bakery_flour_remaining) by (kind) < 5"),
    "over time": ("quantile_over_time(§50§, bakery_flour_remaining[1h]) < 5", "quantile_over_time(0, bakery_flour_remaining[1h]) < 5"),
    "computed": ("quantile_over_time(§10 * 5§, bakery_flour_remaining[1h]) < 5", "quantile_over_time(10 * 0.05, bakery_flour_remaining[1h]) < 5"),
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
        f"histogram_quantile(scalar(bakery_flour_remaining), {BUCKETS}) > 5",
        f"histogram_quantile($q, {BUCKETS})",
        f"histogram_quantile(NaN, {BUCKETS}) > 5",
        "topk(95, bakery_flour_remaining) < 5",
    ],
)
def test_silent(text: str) -> None:
    """What only resembles the fault, and what nobody can be certain of, is silent."""
    for texts in everywhere(text):
        assert one(CODE, texts) == []


def test_message() -> None:
    """The message says what is wrong, where, and what to write."""
    texts = alert("{promql: 'quantile(95, bakery_flour_remaining) < 5'}")
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:30: error[query/quantile-out-of-range]: `quantile` takes a share of 1; of 95 the result is always +Inf",
        "  |",
        "5 |     when: {promql: 'quantile(95, bakery_flour_remaining) < 5'}",
        "  |                              ^^",
        "  = help: write 0.95",
    ]
