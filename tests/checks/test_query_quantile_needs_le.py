"""`query/quantile-needs-le`: a quantile of something that has no buckets"""

import pytest

from tests.bakery import alert
from tests.planted import everywhere, fault, one, queries, recorded, said

CODE = "query/quantile-needs-le"
RECORDS = recorded("kind:bakery_bakes:rate5m", "sum by (kind) (rate(bakery_bake_duration_seconds_bucket[5m]))")

# The fault, `§` around the word at fault, and its closest correct twin.
CASES = {
    "lost": ("histogram_quantile(0.9, §sum§(rate(bakery_bake_duration_seconds_bucket[5m]))) > 5", "histogram_quantile(0.9, sum by (le) (rate(bakery_bake_duration_seconds_bucket[5m]))) > 5"),
    "lost behind labels": ("up == 0 or histogram_quantile(0.9, §sum§ by (kind) (rate(bakery_bake_duration_seconds_bucket[5m]))) > 5", "up == 0 or histogram_quantile(0.9, sum by (le, kind) (rate(bakery_bake_duration_seconds_bucket[5m]))) > 5"),
    "without": ("histogram_quantile(0.9, §sum§ without (le, kind) (rate(bakery_bake_duration_seconds_bucket[5m]))) > 5", "histogram_quantile(0.9, sum without (kind) (rate(bakery_bake_duration_seconds_bucket[5m]))) > 5"),
    "the sum": ("histogram_quantile(0.9, rate(§bakery_bake_duration_seconds_sum§[5m])) > 5", "histogram_quantile(0.9, rate(bakery_bake_duration_seconds_bucket[5m])) > 5"),
    "a counter": ("histogram_quantile(0.9, sum(rate(§bakery_orders_total§[5m]))) > 5", "histogram_quantile(0.9, sum by (le) (rate(bakery_bake_duration_seconds_bucket[5m]))) > 5"),
    "recorded": ("histogram_quantile(0.9, §kind:bakery_bakes:rate5m§) > 5", "quantile(0.9, kind:bakery_bakes:rate5m) > 5"),
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
        "histogram_quantile(0.9, rate(somebody_elses_seconds[5m])) > 5",
        "histogram_quantile(0.9, sum by (le) (rate(somebody_elses_bucket[5m]))) > 5",
        'histogram_quantile(0.9, sum by (kind) (rate(bakery_bake_duration_seconds_bucket{knd="rye"}[5m]))) > 5',
        'histogram_quantile(0.9, sum by (kind) (rate(bakery_bake_duration_seconds_bucket{kind="ry"}[5m]))) > 5',
    ],
)
def test_silent(text: str) -> None:
    """What only resembles the fault, and what nobody can be certain of, is silent."""
    for texts in everywhere(text, records=RECORDS):
        assert one(CODE, texts) == []


def test_message() -> None:
    """The message says what is wrong, where, and what to write."""
    texts = alert(
        "{promql: 'histogram_quantile(0.9, sum by (kind) (rate(bakery_bake_duration_seconds_bucket[5m]))) > 5'}"
    )
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:45: error[query/quantile-needs-le]: `histogram_quantile` needs the buckets apart, and `sum` drops the label `le`",
        "  |",
        "5 |     when: {promql: 'histogram_quantile(0.9, sum by (kind) (rate(bakery_bake_duration_seconds_bucket[5m]))) > 5'}",
        "  |                                             ^^^ the buckets are put together here",
        "  = help: add `le` to the labels of `by`",
    ]
