"""`query/window-too-short`: a window that holds fewer than two samples"""

import pytest

from tests.bakery import alert
from tests.planted import everywhere, fault, one, queries, said

CODE = "query/window-too-short"

# The fault, `§` around the word at fault, and its closest correct twin.
CASES = {
    "less than one": ("rate(bakery_orders_total[§10s§]) > 5", "rate(bakery_orders_total[1m]) > 5"),
    "less than two": ("rate(bakery_orders_total[§20s§]) > 5", "rate(bakery_orders_total[30s]) > 5"),
    "with matchers": ('up == 0 or sum by (kind) (increase(bakery_orders_total{kind=~"r[xy]e"}[ §20s§ ] offset 1h)) > 5', 'up == 0 or sum by (kind) (increase(bakery_orders_total{kind=~"r[xy]e"}[ 40s ] offset 1h)) > 5'),
    "in a subquery": ("max_over_time(rate(bakery_orders_total[§29s§])[1h:10s]) > 5", "max_over_time(rate(bakery_orders_total[31s])[1h:10s]) > 5"),
    "a gauge": ("predict_linear(bakery_flour_remaining[§15s§], 3600) < 5", "avg_over_time(bakery_flour_remaining[15s]) < 5"),
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
        "rate(somebody_elses_total[1s]) > 5",
        "count_over_time(bakery_orders_total[1s]) > 5",
        "rate(up[1s]) > 5",
    ],
)
def test_silent(text: str) -> None:
    """What only resembles the fault, and what nobody can be certain of, is silent."""
    for texts in everywhere(text):
        assert one(CODE, texts) == []


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("{rate: bakery_orders_total, over: 20s, above: 5}", ["20s"]),
        ("{rate: bakery_orders_total, over: 1m, above: 5}", []),
        ("{forecast: bakery_flour_remaining, from: 20s, in: 1h, below: 5}", ["20s"]),
        ("{forecast: bakery_flour_remaining, from: 2h, in: 1h, below: 5}", []),
    ],
)
def test_shapes(when: str, words: list[str]) -> None:
    """The same fault made of shapes is found at the word of the shape."""
    assert one(CODE, alert(when)) == [(CODE, word) for word in words]


def test_message() -> None:
    """The message says what is wrong, where, and what to write."""
    texts = alert("{promql: 'sum(rate(bakery_orders_total[20s])) > 5'}")
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:50: warning[query/window-too-short]: `rate` needs two samples, which 20s does not always hold: one is taken every 15s",
        "  |",
        "5 |     when: {promql: 'sum(rate(bakery_orders_total[20s])) > 5'}",
        "  |                                                  ^^^",
        "  ::: specs/pipeline.yaml:3:9",
        "  |",
        "3 | scrape: {job: bakery}",
        "  |         ------------- how often it is scraped",
        "  = help: write at least 30s; 60s also survives a scrape that fails",
    ]
