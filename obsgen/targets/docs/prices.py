"""The table of prices in the reference of a service."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.emit.markdown import code, row
from obsgen.spec.model import ModelPrice, Prices
from obsgen.spec.values import number


def price_rows(prices: Prices | None) -> Iterator[str]:
    """Yield a row for every model, sorted by name; none where there are no prices."""
    for one in prices.models if prices else ():
        yield row(code(one.model), *_cells(one))


def _cells(one: ModelPrice) -> tuple[str, str, str, str]:
    if one.free:
        return ("free", "", "", "")
    if one.flat is not None:
        return (f"{number(one.flat)} a month, flat", "", "", "")
    input_, output, read, written = (
        "" if price is None else number(price) for price in (one.input, one.output, one.cache_read, one.cache_write)
    )
    return (input_, output, read, written)
