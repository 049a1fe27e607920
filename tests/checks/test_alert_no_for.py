"""`alert/no-for`: an alert that fires at the first sample."""

import pytest

from obsgen.checks import alert_no_for
from tests import foreign
from tests.bakery import alert
from tests.planted import one, said

CODE = "alert/no-for"


def without_for(when: str) -> dict[str, str]:
    """Return the bakery with an alert that does not wait."""
    return {path: text.replace("    for: 10m\n", "") for path, text in alert(when).items()}


@pytest.mark.parametrize(
    "when",
    [
        "{down: true}",
        "{value: bakery_flour_remaining, below: 5}",
        "{promql: 'up == 0 or bakery_flour_remaining < 5'}",
        "promql: |\n  bakery_flour_remaining < 5\n    and absent(up)\n",
        "{any: [{down: true}, {value: bakery_flour_remaining, below: 5}]}",
    ],
)
def test_found(when: str) -> None:
    """An alert that does not wait is found at its name; one that does is not."""
    assert one(CODE, without_for(when)) == [(CODE, "BakeryUnwell")]
    assert one(CODE, alert(when)) == []


@pytest.mark.parametrize("when", ["{absent: bakery_flour_remaining}", "{promql: 'up == 0 or absent(up)'}"])
def test_absent_is_judged_elsewhere(when: str) -> None:
    """What is absent has a check of its own."""
    assert one(CODE, without_for(when)) == []


def test_rule_files() -> None:
    """In a rule file `for: 0s` is a decision, no `for` is none."""
    files = foreign.rules("{alert: Now, expr: up == 0}", "{alert: Decided, expr: up == 0, for: 0s}")
    assert foreign.words(alert_no_for.CHECK, files) == ["Now"]


def test_message() -> None:
    """The message says what happens, where, and what to write."""
    assert said(CODE, without_for("{down: true}")).strip("\n").splitlines() == [
        "specs/alerts.yaml:4:3: warning[alert/no-for]: `BakeryUnwell` fires at the first sample that fulfils its condition",
        "  |",
        "4 |   BakeryUnwell:",
        "  |   ^^^^^^^^^^^^",
        "  = help: say how long the condition has to hold, such as `for: 5m`",
    ]
