"""The prices of the process: which table counts, and that an old one is told of once."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
from obsgen_runtime._llm_metrics import PRICES
from obsgen_runtime.llm import default_prices, set_default_prices
from obsgen_runtime.llm.pricing import warn_if_stale
from obsgen_runtime.prices import ModelPrice, PriceTable


def table(day: dt.date) -> PriceTable:
    return PriceTable(as_of=day, models={"gpt-4": ModelPrice(free=True)})


def test_the_table_of_the_process() -> None:
    """What ships counts until the application says another."""
    assert default_prices() is PRICES
    mine = table(dt.date(2026, 1, 1))
    try:
        set_default_prices(mine)
        assert default_prices() is mine
    finally:
        set_default_prices(None)
    assert default_prices() is PRICES


def test_an_old_table_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    """From the 181st day on there is one warning, with the day and the age."""
    old = table(dt.date(2020, 1, 1))
    with caplog.at_level(logging.WARNING, "obsgen_runtime"):
        assert not warn_if_stale(old, dt.date(2020, 6, 29))
        assert caplog.messages == []
        assert warn_if_stale(old, dt.date(2020, 6, 30))
        assert warn_if_stale(old, dt.date(2020, 7, 1))
    (said,) = caplog.messages
    assert "2020-01-01, 181 days ago" in said
