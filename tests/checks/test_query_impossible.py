"""`query/impossible`: a part of a query that never has a result"""

import pytest

from tests.bakery import alert
from tests.planted import everywhere, fault, one, queries, said

CODE = "query/impossible"

# The fault, `§` around the word at fault, and its closest correct twin.
CASES = {
    "two values": ('rate(bakery_orders_total{kind="rye", kind="§wheat§"}[5m]) > 5', 'rate(bakery_orders_total{kind="rye", result="failed"}[5m]) > 5'),
    "not itself": ('up == 0 or sum(rate(bakery_orders_total{kind="rye", kind!="§rye§"}[5m])) > 5', 'up == 0 or sum(rate(bakery_orders_total{kind="rye", kind!="wheat"}[5m])) > 5'),
    "a pattern": ('sum(rate(bakery_orders_total{kind=~"rye|wheat", kind="§other§"}[5m])) > 5', 'sum(rate(bakery_orders_total{kind=~"rye|wheat", kind="rye"}[5m])) > 5'),
    "an open label": ('up{instance="a:1", instance="§b:1§"} == 0', 'up{instance="a:1", job="bakery"} == 0'),
    "somebody else's": ('rate(bakery_orders_total{instance=~"a|b", instance=~"§c|d§"}[5m]) > 5', 'rate(bakery_orders_total{instance=~"a|b", instance=~"a|d"}[5m]) > 5'),
    "unless itself": ("bakery_flour_remaining unless §bakery_flour_remaining§", "bakery_flour_remaining unless bakery_flour_remaining > 5"),
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
        'up{instance="a:1", instance=~"a.*"} == 0',
        "up unless up == 0",
        "bakery_flour_remaining unless bakery_flour_remaining offset 5m",
    ],
)
def test_silent(text: str) -> None:
    """What only resembles the fault, and what nobody can be certain of, is silent."""
    for texts in everywhere(text):
        assert one(CODE, texts) == []


def test_message() -> None:
    """The message says what is wrong, where, and what to write."""
    texts = alert('{promql: \'bakery_flour_remaining{kind="rye", kind="wheat"} < 5\'}')
    assert said(CODE, texts).strip("\n").splitlines() == [
        'specs/alerts.yaml:5:62: error[query/impossible]: no series fits both `kind="rye"` and `kind="wheat"`',
        "  |",
        '5 |     when: {promql: \'bakery_flour_remaining{kind="rye", kind="wheat"} < 5\'}',
        "  |                                                              ^^^^^",
        "  |",
        '5 |     when: {promql: \'bakery_flour_remaining{kind="rye", kind="wheat"} < 5\'}',
        "  |                                                  --- what fits here does not fit there",
        "  = help: to ask for several values, write one matcher with `=~` and `|` between them",
    ]
