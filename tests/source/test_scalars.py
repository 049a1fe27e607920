"""Unquoted words of YAML."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obsgen.source.scalars import NotFiniteError, resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((word, word) for word in ("on", "off", "yes", "no", "y", "n", "ON", "No", "TrUe", "nULL", "none", "None")),
        *((word, word) for word in ("010", "-07", "+00", "12:30", "12:30:45", "1_000", "0b11", "0o8", "0x", "1.2.3", "2001-01-01")),
        *((word, word) for word in ("=", "<<", "-", "+", ".", "e3", "1e", "--1", "0x1G", "inf", "nan", "-.nan", "-0x1F")),
        *((word, None) for word in ("", "~", "null", "Null", "NULL")),
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, False) for word in ("false", "False", "FALSE")),
        ("0", 0), ("-0", 0), ("+12", 12), ("-12", -12), ("0o17", 15), ("0x1F", 31), ("0x0f", 15),
        ("1.10", 1.1), ("1e3", 1000.0), ("1.", 1.0), (".5", 0.5), ("-1.5E-3", -0.0015), ("0.0", 0.0), ("01.5", 1.5),
    ],
)  # fmt: skip
def test_words_of_yaml_1_2(text: str, value: object) -> None:
    """Words are what YAML 1.2 says, and a number with a leading zero stays the text that was typed."""
    found = resolve(text)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    "text",
    [
        ".inf",
        "-.inf",
        "+.INF",
        ".Inf",
        ".nan",
        ".NaN",
        "1e999",
        "-1e999",
        "9" * 309,
        "0x" + "f" * 256,
        "0o" + "7" * 341,
    ],
)
def test_numbers_that_no_catalog_can_hold(text: str) -> None:
    """Infinities, NaN and numbers above the largest float are refused."""
    with pytest.raises(NotFiniteError):
        resolve(text)


@pytest.mark.parametrize("text", ["9" * 308, "0x" + "f" * 255, "0x" + "0" * 999 + "1", "0o" + "7" * 340, "1.7e308"])
def test_large_numbers_are_exact_and_finite(text: str) -> None:
    """The largest accepted numbers still fit a float."""
    found = resolve(text)
    assert isinstance(found, int | float)
    assert math.isfinite(float(found))


@given(st.integers(-(10**300), 10**300))
@settings(deadline=None)
def test_decimal_integers_are_themselves(number: int) -> None:
    """Every integer without leading zeros is read exactly."""
    assert resolve(str(number)) == number


@given(st.text())
@settings(deadline=None)
def test_no_word_breaks_it(text: str) -> None:
    """Whatever stands there is a value or a refused number."""
    try:
        value = resolve(text)
    except NotFiniteError:
        return
    assert value is None or isinstance(value, bool | int | float | str)
    if isinstance(value, str):
        assert value == text
