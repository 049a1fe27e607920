"""Prices: the table, the names that models go by, and what is honestly unknown."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime._llm_metrics import PRICES
from obsgen_runtime.prices import ModelPrice, Priced, PriceTable, Unpriced
from obsgen_runtime.usage import Usage

SONNET = ModelPrice(input=3, output=15, cache_read=0.3, cache_write=3.75)
TABLE = PriceTable(
    as_of=dt.date(2026, 11, 1),
    models={
        "gpt-4o": ModelPrice(input=2.5, output=10, cache_read=1.25),
        "gpt-4o-mini": ModelPrice(input=0.15, output=0.6),
        "gpt-4": ModelPrice(input=30, output=60),
        "claude-sonnet-4": SONNET,
        "azure/gpt-4o": ModelPrice(input=9, output=9),
        "gpt-4o-2024-05-13": ModelPrice(input=5, output=15),
        "gemini-2.5-flash": ModelPrice(free=True),
        "copilot": ModelPrice(flat=10),
    },
)
SOME = Usage(fresh_tokens=1, output_tokens=1)


@pytest.mark.parametrize(
    ("model", "entry"),
    [
        ("gpt-4o", "gpt-4o"),
        ("GPT-4o", "gpt-4o"),
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt-4o-2024-05-13", "gpt-4o-2024-05-13"),
        ("gpt-4o-latest", "gpt-4o"),
        ("openai/gpt-4o", "gpt-4o"),
        ("openrouter/openai/gpt-4o-2024-08-06", "gpt-4o"),
        ("azure/gpt-4o", "azure/gpt-4o"),
        ("azure/gpt-4o-2024-08-06", "azure/gpt-4o"),
        ("gpt-4o-mini", "gpt-4o-mini"),
        ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("gpt-4-0613", "gpt-4"),
        ("claude-sonnet-4-20250514", "claude-sonnet-4"),
        ("claude-sonnet-4@20250514", "claude-sonnet-4"),
        ("models/gemini-2.5-flash-002", "gemini-2.5-flash"),
        ("gpt-4-32k", None),
        ("gpt-4.1", None),
        ("gpt-4-turbo", None),
        ("claude-sonnet-4-5", None),
        ("claude-sonnet-4-5-20250929", None),
        ("gemini-2.5-flash-lite", None),
        ("gpt-4o:free", None),
        ("ft:gpt-4o:bakery", None),
        ("gpt", None),
        ("-latest", None),
        ("/", None),
    ],
)
def test_the_longest_name_that_is_the_model(model: str, entry: str | None) -> None:
    """A version behind a name, or a provider in front of it, is the same model; anything else is another one."""
    assert TABLE.find(model) == (None if entry is None else TABLE.models[entry])


def test_a_cost_by_hand() -> None:
    """1,000 fresh, 600 read, 30 written and 200 out at 3, 0.3, 3.75 and 15 dollars per million cost 0.0062925 dollars."""
    usage = Usage(fresh_tokens=1000, cache_read_tokens=600, cache_write_tokens=30, output_tokens=200)
    cost = TABLE.price(usage, "claude-sonnet-4")
    assert isinstance(cost, Priced)
    assert cost.usd == pytest.approx(0.0062925, rel=1e-12)
    assert (cost.input_usd, cost.output_usd) == pytest.approx((0.003, 0.003), rel=1e-12)


def test_unknown_is_never_zero() -> None:
    """Without a model, a price, a usage, or the price of a part that was used, there is a reason and no amount."""
    assert TABLE.price(SOME, None) == Unpriced(reason="no_model")
    assert TABLE.price(SOME, "gpt-9") == Unpriced(reason="unknown_model")
    assert TABLE.price(None, "gpt-4o") == Unpriced(reason="no_usage")
    written = Usage(cache_write_tokens=1)
    assert TABLE.price(written, "gpt-4o") == Unpriced(reason="no_cache_price")
    assert isinstance(TABLE.price(SOME, "gpt-4o"), Priced)


def test_free_and_flat_cost_nothing_more_and_say_so() -> None:
    """Neither needs a usage, and neither passes for a price of zero tokens."""
    assert TABLE.price(None, "gemini-2.5-flash") == Priced(usd=0.0, kind="free")
    assert TABLE.price(None, "copilot") == Priced(usd=0.0, kind="flat")


AMOUNTS = st.floats(0, 1000, allow_nan=False, allow_subnormal=False)
TOKENS = st.integers(0, 10**9)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, TOKENS, TOKENS, TOKENS, TOKENS)
def test_exact(a: float, b: float, c: float, d: float, fresh: int, read: int, written: int, out: int) -> None:
    """The sum is that of exact arithmetic within 1e-12 of it, and the parts add up to it."""
    usage = Usage(fresh_tokens=fresh, cache_read_tokens=read, cache_write_tokens=written, output_tokens=out)
    cost = ModelPrice(input=a, output=b, cache_read=c, cache_write=d).of(usage)
    assert isinstance(cost, Priced)
    exact = (fresh * Fraction(a) + out * Fraction(b) + read * Fraction(c) + written * Fraction(d)) / 1_000_000
    assert abs(Fraction(cost.usd) - exact) <= exact * Fraction(1, 10**12) + Fraction(1, 10**300)
    assert cost.input_usd + cost.cache_read_usd + cost.cache_write_usd + cost.output_usd == pytest.approx(cost.usd)


@given(st.text(max_size=40))
def test_any_name_can_be_asked_for(model: str) -> None:
    """Whatever is asked for, the answer is a price of the table or none, twice the same."""
    found = TABLE.find(model)
    assert found is None or found in TABLE.models.values()
    assert TABLE.find(model) == found


@pytest.mark.parametrize(
    "price",
    [
        {},
        {"input": 1},
        {"output": 1},
        {"cache_read": 1},
        {"input": -1, "output": 1},
        {"input": float("nan"), "output": 1},
        {"input": float("inf"), "output": 1},
        {"free": True, "flat": 1},
        {"free": True, "input": 1, "output": 1},
        {"flat": -1},
    ],
)
def test_prices_that_mean_nothing_are_refused(price: dict[str, float]) -> None:
    """Neither negative nor endless nor half a price is taken."""
    with pytest.raises(ValueError, match=r"price"):
        ModelPrice(**price)  # type: ignore[arg-type]


def test_an_application_adds_and_replaces() -> None:
    """A table with more models leaves the first one as it was."""
    mine = TABLE.with_models({"gpt-4o": ModelPrice(free=True)}, as_of=dt.date(2027, 1, 1))
    assert mine.price(SOME, "gpt-4o") == Priced(usd=0.0, kind="free")
    assert isinstance(TABLE.price(SOME, "gpt-4o"), Priced)
    assert (TABLE.as_of, mine.as_of) == (dt.date(2026, 11, 1), dt.date(2027, 1, 1))


def test_age() -> None:
    """A table is as old as its day, and never younger than new."""
    assert TABLE.age_days(dt.date(2026, 11, 11)) == 10
    assert TABLE.age_days(dt.date(2026, 10, 1)) == 0


def test_many_hostile_names_take_no_memory() -> None:
    """What is remembered about names has a bound."""
    table = TABLE.with_models({})
    for number in range(5_000):
        table.find(f"x{number}")
    assert len(table._found) <= 1_000


def test_the_shipped_table_knows_the_seeds_model() -> None:
    """`gpt-4` has a price, and it is not that of its younger relatives."""
    assert PRICES.find("gpt-4") != PRICES.find("gpt-4o")
    assert PRICES.find("gpt-4") is not None
