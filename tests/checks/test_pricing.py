"""`pricing/stale` and `pricing/duplicate-model`, and prices as they are written."""

import datetime as dt

import pytest

from obsgen.diagnostics import Diagnostic
from obsgen.load import load_texts

TODAY = dt.date(2026, 11, 21)


def prices(models: str, as_of: str = "2026-11-01", more: str = "") -> str:
    return f"obsgen: 1\nservice: bakery\nprices:\n  as_of: {as_of}\n{more}  models:\n    {models}\n"


def found(text: str, today: dt.date | None = TODAY) -> list[Diagnostic]:
    return list(load_texts({"specs/prices.yaml": text}, today=today).diagnostics)


ONE = "gpt-4o: {input: 2.5, output: 10}"


@pytest.mark.parametrize(("as_of", "is_stale"), [("2026-05-24", True), ("2026-05-25", False), ("2027-01-01", False)])
def test_stale(as_of: str, is_stale: bool) -> None:
    """A table is stale from the 181st day on, and never before its day."""
    assert [one.code for one in found(prices(ONE, as_of))] == ["pricing/stale"] * is_stale


def test_without_a_day_nothing_is_stale() -> None:
    """Where nobody says which day it is, the age does not matter."""
    assert found(prices(ONE, "2020-01-01"), today=None) == []


def test_stale_is_allowed_beside_the_table() -> None:
    """`allow:` in `prices` takes the finding away."""
    more = "  allow: {pricing/stale: The provider promised these prices for two years.}\n"
    assert found(prices(ONE, "2025-01-01", more)) == []


def test_duplicate_model() -> None:
    """Names that differ in case are one model; those that differ otherwise are several."""
    text = prices(f"{ONE}\n    GPT-4o: {{free: true}}\n    gpt-4o-mini: {{flat: 10}}")
    assert [(one.code, one.primary.span.line) for one in found(text)] == [("pricing/duplicate-model", 6)]


@pytest.mark.parametrize(
    "model",
    ["{}", "{input: 1}", "{output: 1}", "{free: true, flat: 1}", "{free: false}", "{flat: -1}", "{cache_read: 1, free: true}",
     "{input: -1, output: 1}", "{free: true, output: 1}"],
)  # fmt: skip
def test_prices_that_mean_nothing(model: str) -> None:
    """A price is by tokens, or free, or flat; half of one is refused where it is written."""
    assert {one.code.partition("/")[0] for one in found(prices(f"gpt-4o: {model}"))} == {"spec"}
