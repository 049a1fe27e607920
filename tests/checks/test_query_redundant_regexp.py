"""`query/redundant-regexp`: a regular expression that needs none"""

import pytest

from tests.bakery import alert
from tests.planted import everywhere, fault, one, queries, said

CODE = "query/redundant-regexp"

# The fault, `§` around the word at fault, and its closest correct twin.
CASES = {
    "plain": ('rate(bakery_orders_total{kind=~"§rye§"}[5m]) > 5', 'rate(bakery_orders_total{kind="rye"}[5m]) > 5'),
    "not plain": ('up == 0 or sum(rate(bakery_orders_total{kind!~"§rye§"}[5m])) > 5', 'up == 0 or sum(rate(bakery_orders_total{kind!~"rye|wheat"}[5m])) > 5'),
    "begin": ('sum(rate(bakery_orders_total{kind=~"§^§r.e"}[5m])) > 5', 'sum(rate(bakery_orders_total{kind=~"r.e"}[5m])) > 5'),
    "end": ('sum(rate(bakery_orders_total{kind=~"(rye|wheat)"}[5m])) > 5 or up{instance=~"a.*§$§"} == 0', 'sum(rate(bakery_orders_total{kind=~"(rye|wheat)"}[5m])) > 5 or up{instance=~"a.*"} == 0'),
    "anything": ('up{instance=~"§.*§"} == 0', 'up{instance=~".+"} == 0'),
    "a fault too": ('up{instance=~"§a:1§"} == 0', 'up{instance=~"a:1|b:1"} == 0'),
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
        'up{instance=~"^a|b$"} == 0',
        'up{instance=~"a[$]"} == 0',
        'rate(bakery_orders_total{kind=~"ry"}[5m]) > 5',
    ],
)
def test_silent(text: str) -> None:
    """What only resembles the fault, and what nobody can be certain of, is silent."""
    for texts in everywhere(text):
        assert one(CODE, texts) == []


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("{rate: bakery_orders_total, where: {kind: [rye]}, over: 5m, above: 5}", []),
        ("{rate: bakery_orders_total, where: {kind: {matches: rye}}, over: 5m, above: 5}", []),
    ],
)
def test_shapes(when: str, words: list[str]) -> None:
    """The same fault made of shapes is found at the word of the shape."""
    assert one(CODE, alert(when)) == [(CODE, word) for word in words]


def test_message() -> None:
    """The message says what is wrong, where, and what to write."""
    texts = alert("{promql: 'up{instance=~\"shop\"} == 0'}")
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:35: info[query/redundant-regexp]: `shop` is no pattern, so `=~` says no more than `=`",
        "  |",
        "5 |     when: {promql: 'up{instance=~\"shop\"} == 0'}",
        "  |                                   ^^^^",
        '  = help: write `instance="shop"`',
    ]
