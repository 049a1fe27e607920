"""`query/unbounded-by`: an alert that can fire as often as an open label has values."""

import pytest

from tests.bakery import METRICS, alert
from tests.planted import fault, in_alerts, in_panels, in_records, one, queries, recorded, said

CODE = "query/unbounded-by"
MANY = METRICS.replace("at_most: 12", "at_most: 5000")
FILES = {
    "metrics": MANY,
    "records": recorded(
        "oven:bakery_bakes:rate5m", "sum by (oven, kind) (rate(bakery_bake_duration_seconds_count[5m]))"
    ),
}
RATE = "rate(bakery_bake_duration_seconds_count[5m])"
RYE = RATE.replace("[", '{kind="rye"}[')
NORTH = RATE.replace("[", '{oven=~"north|south"}[')

CASES = {
    "by": (f"sum by (§oven§) ({RATE}) > 5", f"sum by (kind) ({RATE}) > 5"),
    "beside another": (f"up == 0 or max by (kind, §oven§) ({RATE}) > 5", f"up == 0 or max by (kind) ({RATE}) > 5"),
    "dropped further out": (f"sum by (§oven§) ({RATE}) > 5", f"count(sum by (oven) ({RATE}) > 5) > 5"),
    "narrowed": (f"sum by (§oven§) ({RYE}) > 5", f"sum by (oven) ({NORTH}) > 5"),
    "recorded": ("max by (§oven§) (oven:bakery_bakes:rate5m) > 5", "max by (kind) (oven:bakery_bakes:rate5m) > 5"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_found(name: str) -> None:
    """The label is found in every alert, and nothing is said about its twin."""
    text, correct = CASES[name]
    wrong, word = fault(text)
    for texts in in_alerts(wrong, **FILES):
        assert one(CODE, texts) == [(CODE, word)]
    for texts in in_alerts(correct, **FILES):
        assert queries(texts) == []


def test_only_in_alerts() -> None:
    """A panel may show as many lines as it likes."""
    text = f"sum by (oven) ({RATE})"
    for texts in (*in_panels(text, **FILES), *in_records(text, **FILES)):
        assert one(CODE, texts) == []


@pytest.mark.parametrize(("bound", "words"), [(100, []), (101, ["oven"])])
def test_how_many(bound: int, words: list[str]) -> None:
    """A hundred values can be read, in PromQL and in shapes."""
    metrics = METRICS.replace("at_most: 12", f"at_most: {bound}")
    shape = "{rate: bakery_bake_duration_seconds, by: [oven], over: 5m, above: 5}"
    for when in (shape, f"{{promql: 'sum by (oven) ({RATE}) > 5'}}"):
        assert one(CODE, alert(when, metrics=metrics)) == [(CODE, word) for word in words]


def test_message() -> None:
    """The message says how often, where, and what to write."""
    texts = alert("{rate: bakery_bake_duration_seconds, by: [oven], over: 5m, above: 5}", metrics=MANY)
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:53: info[query/unbounded-by]: this alert can fire 5,000 times at once, once for each `oven`",
        "  |",
        "5 |     when: {rate: bakery_bake_duration_seconds, by: [oven], over: 5m, above: 5}",
        "  |                                                     ^^^^",
        "  ::: specs/metrics.yaml:7:40",
        "  |",
        "7 |   oven: {help: Oven by name., at_most: 5000, example: north}",
        "  |                                        ---- `oven` is an open label",
        "  = help: group by a label with fewer values, or count those that are affected",
    ]
