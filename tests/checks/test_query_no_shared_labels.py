"""`query/no-shared-labels`: an operator whose sides can never be paired"""

import pytest

from tests.bakery import alert
from tests.planted import everywhere, fault, one, queries, recorded, said

CODE = "query/no-shared-labels"
RECORDS = recorded("kind:bakery_all:sum", "sum(rate(bakery_orders_total[5m]))")

# The fault, `§` around the word at fault, and its closest correct twin.
CASES = {
    "unless a sum": ("up == 0 unless §sum§(up) > 5", "up == 0 unless on () sum(up) > 5"),
    "and": ("sum by (kind) (rate(bakery_orders_total[5m])) > 5 and §max§ by (oven) (rate(bakery_bake_duration_seconds_count[5m])) > 5", "sum by (kind) (rate(bakery_orders_total[5m])) > 5 and max by (kind) (rate(bakery_bake_duration_seconds_count[5m])) > 5"),
    "a quotient": ("rate(bakery_orders_total[5m]) / §sum§(rate(bakery_orders_total[5m])) > 5", "rate(bakery_orders_total[5m]) / on () group_left () sum(rate(bakery_orders_total[5m])) > 5"),
    "other labels": ("bakery_flour_remaining / §bakery_bake_duration_seconds_count§ > 5", "bakery_flour_remaining / on (kind, instance) group_right () bakery_bake_duration_seconds_count > 5"),
    "on": ("bakery_flour_remaining * on (kind, oven) §bakery_bake_duration_seconds_count§ > 5", "bakery_flour_remaining * on (kind, instance) group_right () bakery_bake_duration_seconds_count > 5"),
    "other values": ('bakery_flour_remaining{kind="rye"} > §bakery_flour_remaining§{kind="wheat"}', 'bakery_flour_remaining{kind="rye"} > ignoring (kind) bakery_flour_remaining{kind="wheat"}'),
    "behind or": ("up == 0 or (sum by (kind) (rate(bakery_orders_total[5m])) > bool 5) * §kind:bakery_all:sum§", "up == 0 or (sum by (kind) (rate(bakery_orders_total[5m])) > bool 5) * on () group_left () kind:bakery_all:sum"),
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
        "up == 0 unless somebody_elses_metric",
        "somebody_elses_metric / bakery_flour_remaining > 5",
        "up == 0 or sum(up) > 5",
        "sum by (kind) (rate(bakery_orders_total[5m])) > scalar(sum(up))",
        "up == 0 and on () absent(bakery_orders_total)",
    ],
)
def test_silent(text: str) -> None:
    """What only resembles the fault, and what nobody can be certain of, is silent."""
    for texts in everywhere(text, records=RECORDS):
        assert one(CODE, texts) == []


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("{all: [{down: true}, {rate: bakery_orders_total, over: 5m, above: 5}]}", ["bakery_orders_total"]),
        (
            "{all: [{rate: bakery_orders_total, by: [kind], over: 5m, above: 5}, {value: bakery_flour_remaining, by: [kind], below: 5}]}",
            [],
        ),
    ],
)
def test_shapes(when: str, words: list[str]) -> None:
    """The same fault made of shapes is found at the word of the shape."""
    assert one(CODE, alert(when)) == [(CODE, word) for word in words]


def test_message() -> None:
    """The message says what is wrong, where, and what to write."""
    texts = alert("{promql: 'bakery_flour_remaining < 5 unless sum(up) > 5'}")
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:55: error[query/no-shared-labels]: the sides of `unless` never have the same labels, so `unless` takes nothing away",
        "  |",
        "5 |     when: {promql: 'bakery_flour_remaining < 5 unless sum(up) > 5'}",
        "  |                                                       ^^^ this side has no labels",
        "  |",
        "5 |     when: {promql: 'bakery_flour_remaining < 5 unless sum(up) > 5'}",
        "  |                     ---------------------- only this side has `instance`, `job`, `kind`, `workspace`",
        "  = help: write `unless on ()` if any result on the right is enough",
    ]
