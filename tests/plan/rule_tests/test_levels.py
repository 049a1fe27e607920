"""Levels around a threshold: on the right side of it, near enough to matter, and inside what the query can answer."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.plan.rule_tests.levels import Levels, Reach, levels
from obsgen.plan.rule_tests.verdicts import judge

NUMBERS = st.decimals(min_value=-1000, max_value=1000, allow_nan=False, places=3)


@st.composite
def reaches(draw: st.DrawFn) -> Reach:
    """Build a reach with none, one or two ends."""
    low, width = draw(st.none() | NUMBERS), draw(st.none() | st.decimals(min_value=1, max_value=1000, places=2))
    high = None if width is None else (low or Decimal(0)) + width
    return Reach(low=low, high=high)


@given(word=st.sampled_from(["above", "below", "at_least", "at_most", "equals"]), threshold=NUMBERS, reach=reaches())
def test_sides(word: str, threshold: Decimal, reach: Reach) -> None:
    """Every level can be answered, those that should make the comparison true do, and the others do not."""
    found = levels(word, threshold, reach)
    sides = {
        True: (found.fires, found.burst, found.worst),
        False: (found.quiet, found.calm, found.best),
    }
    for true, several in sides.items():
        for level in several:
            if level is not None:
                assert reach.holds(level)
                assert judge(float(level), word, float(threshold), exact=True, read=True) is true


@given(word=st.sampled_from(["above", "below", "at_least", "at_most"]), threshold=NUMBERS)
def test_near(word: str, threshold: Decimal) -> None:
    """Nothing keeps the two neighbours further than a tenth of the threshold away from it."""
    found = levels(word, threshold, Reach())
    for level in (found.fires, found.quiet):
        assert level is not None
        assert level != threshold
        assert abs(level - threshold) < (abs(threshold) / 10 or 1)


@pytest.mark.parametrize(
    ("word", "threshold", "reach", "fires", "quiet"),
    [
        ("above", "0.2", Reach(low=Decimal(0), high=Decimal(1)), "0.208", "0.192"),
        ("above", "0.99", Reach(low=Decimal(0), high=Decimal(1)), "0.995", "0.9504"),
        ("below", "0", Reach(), "-0.5", "0.5"),
        ("below", "0", Reach(low=Decimal(0)), None, "0.5"),
        ("at_most", "0", Reach(low=Decimal(0)), "0", "0.5"),
        ("above", "0", Reach(low=Decimal(0)), "0.5", "0"),
        ("above", "600", Reach(low=Decimal(0), high=Decimal(500)), None, "500"),
        ("above", "-5", Reach(low=Decimal(0), high=Decimal(10)), "0", None),
    ],
)
def test_examples(word: str, threshold: str, reach: Reach, fires: str | None, quiet: str | None) -> None:
    """A threshold at or beyond an end of the range leaves one side with the end itself, or with nothing."""
    found: Levels = levels(word, Decimal(threshold), reach)
    assert found.fires == (None if fires is None else Decimal(fires))
    assert found.quiet == (None if quiet is None else Decimal(quiet))
