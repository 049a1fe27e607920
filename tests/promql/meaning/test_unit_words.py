"""What arithmetic makes of units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.promql.meaning import unit_words

WORDS = ["", "seconds", "bytes", "tokens", "usd", "ratio", "percent", "/second", "tokens/second", "usd/tokens", None]
units = st.sampled_from(WORDS)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("seconds", "seconds", "ratio"),
        ("tokens", "tokens", "ratio"),
        ("ratio", "ratio", "ratio"),
        ("tokens/second", "tokens/second", "ratio"),
        ("", "", None),
        ("/second", "/second", None),
        ("tokens", "seconds", "tokens/second"),
        ("", "seconds", "/second"),
        ("usd", "tokens", "usd/tokens"),
        ("usd", "", "usd"),
        ("usd", "ratio", "usd"),
        ("seconds/second", "/second", "seconds"),
        ("usd/second", "tokens/second", "usd/tokens"),
        ("tokens", "tokens/second", "seconds"),
        ("", "/second", "seconds"),
        ("/second", "", "/second"),
        ("tokens/second", "tokens", "/second"),
        ("tokens", "bytes/second", None),
        ("tokens/second", "bytes", None),
        ("usd/tokens", "tokens/second", None),
        ("tokens", "percent", None),
        ("ratio", "seconds", None),
        (None, "seconds", None),
        ("seconds", None, None),
    ],
)
def test_a_quotient_has_the_unit(a: str | None, b: str | None, expected: str | None) -> None:
    """Equal units make a ratio, except bare counts, which may count different things."""
    assert unit_words.divided(a, b) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("", "", ""),
        ("", "ratio", ""),
        ("ratio", "ratio", "ratio"),
        ("tokens", "ratio", "tokens"),
        ("tokens", "", "tokens"),
        ("tokens/second", "seconds", "tokens"),
        ("/second", "seconds", ""),
        ("usd/tokens", "tokens", "usd"),
        ("tokens", "usd/tokens", "usd"),
        ("seconds", "seconds", None),
        ("tokens", "percent", None),
        ("tokens", None, None),
    ],
)
def test_a_product_has_the_unit(a: str | None, b: str | None, expected: str | None) -> None:
    """Counts and ratios leave the other side's unit as it is, and what is divided by a unit loses it again."""
    assert unit_words.multiplied(a, b) == unit_words.multiplied(b, a) == expected


@pytest.mark.parametrize(
    ("unit", "factor", "expected"),
    [
        ("ratio", 100.0, "percent"),
        ("percent", 1 / 100, "ratio"),
        ("seconds", 1000.0, "milliseconds"),
        ("seconds", 1 / 60, "minutes"),
        ("seconds", 1 / 3600, "hours"),
        ("seconds", 1 / 86400, "days"),
        ("bytes", 1 / 1024 / 1024, "mebibytes"),
        ("bytes", 1 / 1e9, "gigabytes"),
        ("bytes/second", 8.0, "bits/second"),
        ("tokens/second", 60.0, "tokens/minute"),
        ("/second", 3600.0, "/hour"),
        ("/second", 86400.0, "/day"),
        ("/second", 2592000.0, None),
        ("tokens", 0.8, "tokens"),
        ("tokens", -2.0, "tokens"),
        ("tokens", 1000.0, None),
        ("tokens", 0.001, None),
        ("seconds", 60.0, None),
        ("usd", 0.92, None),
        ("celsius", 1.8, None),
        ("tokens", 0.0, None),
        ("tokens", float("nan"), None),
        ("tokens", float("inf"), None),
        (None, 2.0, None),
    ],
)
def test_a_factor_changes_the_unit(unit: str | None, factor: float, expected: str | None) -> None:
    """Factors that convert give another unit, small ones none, and of others nobody knows."""
    assert unit_words.scaled(unit, factor) == expected


@given(units, units, st.floats())
def test_units_come_from_units(a: str | None, b: str | None, factor: float) -> None:
    """Nothing fails, and what is unknown stays unknown."""
    results = [unit_words.divided(a, b), unit_words.multiplied(a, b), unit_words.added(a, b)]
    if a is None or b is None:
        assert results == [None] * 3
    assert unit_words.scaled(None, factor) is None
    assert unit_words.scaled(a, factor) != "" or a == ""
    assert unit_words.per_second(a) in (None, f"{a}/second")
