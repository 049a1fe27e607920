"""What a module says about the prices of language models."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from obsgen.spec.model import ModelPrice, Prices
from obsgen.targets.python import literals


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceView:
    """
    One model in the table.

    Attributes:
        model: Literal.
        numbers: Argument and literal.
    """

    model: str
    numbers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """The table: its day and its models."""

    as_of: dt.date
    models: tuple[PriceView, ...]


def price_table(prices: Prices | None) -> TableView | None:
    """Return the table as the module writes it, None if the service has none."""
    if prices is None:
        return None
    return TableView(as_of=prices.as_of, models=tuple(map(_view, prices.models)))


def _view(one: ModelPrice) -> PriceView:
    if one.free:
        return PriceView(model=literals.text(one.model), numbers=(("free", "True"),))
    said = ((name, getattr(one, name)) for name in ("input", "output", "cache_read", "cache_write", "flat"))
    numbers = tuple((name, literals.number(number)) for name, number in said if number is not None)
    return PriceView(model=literals.text(one.model), numbers=numbers)
