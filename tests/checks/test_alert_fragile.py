"""`alert/fragile`: an alert whose instances come and go although nothing got better."""

import pytest

from tests.bakery import alert
from tests.planted import fault, in_alerts, one, panel, recorded, said

CODE = "alert/fragile"
RECORDS = recorded("kind:bakery_flour:top3", "topk(3, bakery_flour_remaining)")

# The fault, `§` around the word at fault, and its closest correct twin.
CASES = {
    "topk": ("§topk§(3, bakery_flour_remaining) > 5", "bakery_flour_remaining > 5"),
    "bottomk by": ("§bottomk§ by (kind) (1, bakery_flour_remaining) > 5", "min by (kind) (bakery_flour_remaining) > 5"),
    "behind or": ("up == 0 or §topk§(3, bakery_flour_remaining) > 5", "up == 0 or bakery_flour_remaining > 5"),
    "in a sum": ("1 + abs(§topk§(3, bakery_flour_remaining)) > 5", "sum(topk(3, bakery_flour_remaining)) > 5"),
    "recorded": ("§kind:bakery_flour:top3§ > 5", "max(kind:bakery_flour:top3) > 5"),
    "what is only asked for": ("§topk§(1, up) and on (job) up", "up > 5 and on (job) topk(1, up)"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_found(name: str) -> None:
    """What picks the instances is found; its twin, and the same in a panel, is not."""
    text, correct = CASES[name]
    wrong, word = fault(text)
    for texts in in_alerts(wrong, records=RECORDS):
        assert one(CODE, texts) == [(CODE, word)]
    for texts in in_alerts(correct, records=RECORDS):
        assert one(CODE, texts) == []
    assert one(CODE, panel(f"{{promql: '{wrong}'}}", records=RECORDS)) == []


def test_message() -> None:
    """The message says what happens, and what to write."""
    assert said(CODE, alert("{promql: 'topk(3, bakery_flour_remaining) > 5'}")).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:21: warning[alert/fragile]: what `topk` picks changes from one evaluation to the next, and the alert's instances with it",
        "   |",
        " 5 |     when: {promql: 'topk(3, bakery_flour_remaining) > 5'}",
        "   |                     ^^^^",
        "   |",
        "10 |     for: 10m",
        "   |          --- each of them begins to wait anew",
        "   = help: compare every series with the threshold, and leave the choice to the dashboard",
    ]
