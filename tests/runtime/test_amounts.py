"""Numbers: which are recorded, and as what."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime.amounts import judge_amount


class Hostile:
    def __float__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    ("amount", "verdict"),
    [
        (1, 1.0),
        (True, 1.0),
        (Decimal("1.5"), 1.5),
        (Fraction(1, 4), 0.25),
        (-1, "negative"),
        (float("nan"), "not_finite"),
        (float("inf"), "not_finite"),
        (10**400, "not_finite"),
        ("1", "not_a_number"),
        (b"1", "not_a_number"),
        (None, "not_a_number"),
        (1j, "not_a_number"),
        (timedelta(seconds=1), "not_a_number"),
        (Hostile(), "not_a_number"),
    ],
)
def test_judge_amount(amount, verdict):
    """Finite numbers that are not negative are recorded; text is no number."""
    assert judge_amount(amount, negative=False) == verdict


def test_negative_numbers_where_they_mean_something():
    """A gauge takes numbers below zero."""
    assert judge_amount(-1.5, negative=True) == -1.5


@given(
    st.one_of(st.floats(), st.integers(), st.text(), st.binary(), st.complex_numbers(), st.none(), st.builds(Hostile))
)
def test_every_verdict_can_be_recorded(amount):
    """Whatever is given, the verdict is a finite float or a reason."""
    verdict = judge_amount(amount, negative=True)
    assert isinstance(verdict, str) or -1.8e308 < verdict < 1.8e308
