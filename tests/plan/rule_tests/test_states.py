"""Alert states: the arithmetic of `for`, and the steps that are asserted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.plan.rule_tests.states import Moment, State, states, worth_asserting
from obsgen.plan.rule_tests.verdicts import judge

LETTERS = {State.QUIET: "-", State.PENDING: "p", State.FIRING: "F"}


@pytest.mark.parametrize(
    ("truth", "wait_steps", "expected"),
    [
        ("-111111-", 3, "-pppFFF-"),
        ("-111-111", 3, "-ppp-ppp"),
        ("1-1", 0, "F-F"),
        ("11", 1, "pF"),
    ],
)
def test_states(truth: str, wait_steps: int, expected: str) -> None:
    """An alert fires when it has been true for `for`, at once without one, and one false evaluation starts over."""
    found = states([letter == "1" for letter in truth], wait_steps * 60_000, 60_000)
    assert "".join(LETTERS[state] for state in found) == expected


def test_wait_between_evaluations() -> None:
    """A `for` that is no multiple of the step ends with the first evaluation after it."""
    assert list(states([True] * 3, 90_000, 60_000)) == [State.PENDING, State.PENDING, State.FIRING]


@given(truth=st.lists(st.booleans(), max_size=20), index=st.integers(0, 19), wait=st.integers(0, 5))
def test_more_truth_is_never_quieter(truth: list[bool], index: int, wait: int) -> None:
    """With one more true evaluation no state is lower: that is why two bounds on the truth are enough."""
    more = [true or position == index for position, true in enumerate(truth)]
    for low, high in zip(states(truth, wait, 1), states(more, wait, 1), strict=True):
        assert low <= high


def _moments(text: str) -> list[Moment | None]:
    key = (("a", "b"),)
    found: list[Moment | None] = []
    for step, letter in enumerate(text):
        state = {value: name for name, value in LETTERS.items()}.get(letter)
        known = {} if state in (None, State.QUIET) else {key: state}
        found.append(None if letter == "?" else Moment(step=step, states=known, values={}))
    return found


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("--------", [4, 7]),
        ("--ppppFFFF--", [0, 1, 2, 3, 5, 6, 7, 9, 10, 11]),
        ("--??FF", [0, 1, 4, 5]),
        ("????", []),
    ],
)
def test_worth_asserting(text: str, steps: list[int]) -> None:
    """Both sides of each change are asserted, the middle between two, and the end; what is unsure is not."""
    assert [moment.step for moment in worth_asserting(_moments(text), ())] == steps


@pytest.mark.parametrize(
    ("value", "exact", "read", "verdict"),
    [
        (10.5, False, False, True),
        (10.000001, False, False, None),
        (10.000001, True, False, None),
        (10.000001, False, True, True),
        (10.0, False, False, None),
        (10.0, True, False, False),
        (float("nan"), False, False, False),
        (float("inf"), False, False, True),
        (None, False, False, False),
    ],
)
def test_judge(value: float | None, exact: bool, read: bool, verdict: bool | None) -> None:
    """A computed result next to the threshold is not judged, and one on it only where that is meant."""
    assert judge(value, "above", 10.0, exact=exact, read=read) is verdict
