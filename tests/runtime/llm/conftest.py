"""A registry, a recording backend and prices of its own for each test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from obsgen_runtime.prices import ModelPrice, PriceTable
from obsgen_runtime.tracing import set_backend

from tests.runtime.recording import Recording

PRICES = PriceTable(as_of=dt.date(2026, 11, 1), models={"gpt-4": ModelPrice(input=30, output=60)})


@pytest.fixture
def prices() -> PriceTable:
    """Return prices at which 10 tokens in and 5 out of `gpt-4` cost 0.0006 dollars."""
    return PRICES


@pytest.fixture
def recording() -> Iterator[Recording]:
    """Send observations to a backend that keeps them."""
    kept = Recording()
    before = set_backend(kept)
    yield kept
    set_backend(before)
