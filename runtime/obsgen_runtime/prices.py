"""What a call costs: a dated table of prices, and an answer that is either an amount or honestly unknown."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

from obsgen_runtime.usage import Usage

_MILLION = 1_000_000
_REMEMBERED = 1_000

UnpricedReason = Literal["no_usage", "no_model", "unknown_model", "no_cache_price"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """
    A known cost.

    Attributes:
        usd: US dollars, in all.
        input_usd: Of that, for input that no cache had.
        cache_read_usd: For input read from the cache.
        cache_write_usd: For input written to the cache.
        output_usd: For output.
        kind: `tokens` if tokens are paid; `free`; `flat` where a subscription pays and one call more costs nothing.
    """

    usd: float
    input_usd: float = 0.0
    cache_read_usd: float = 0.0
    cache_write_usd: float = 0.0
    output_usd: float = 0.0
    kind: Literal["tokens", "free", "flat"] = "tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpriced:
    """
    A cost that nobody knows; it is never counted as zero.

    Attributes:
        reason: Why: `no_usage`, `no_model`, `unknown_model`, or `no_cache_price` where the cache was used and the
            table does not say what that costs.
    """

    reason: str


Cost = Priced | Unpriced


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPrice:
    """
    The price of one model: by tokens, free, or flat.

    A missing price of the cache is unknown: it is neither the price of plain input nor zero.

    Attributes:
        input: US dollars per million tokens of input that no cache had.
        output: Per million tokens of output, reasoning included.
        cache_read: Per million tokens read from the cache.
        cache_write: Per million tokens written to it.
        free: Whether calls cost nothing.
        flat: US dollars per month, however many calls are made.

    Raises:
        ValueError: If it is not exactly one of the three, or a number is negative or not finite.
    """

    input: float | None = None
    output: float | None = None
    cache_read: float | None = None
    cache_write: float | None = None
    free: bool = False
    flat: float | None = None

    def __post_init__(self) -> None:
        """Refuse prices that mean nothing."""
        for number in (self.input, self.output, self.cache_read, self.cache_write, self.flat):
            if number is not None and not 0 <= number < math.inf:
                raise ValueError(f"{number!r} is no price: give US dollars, 0 or more")
        by_tokens = any(number is not None for number in (self.input, self.output, self.cache_read, self.cache_write))
        if by_tokens + bool(self.free) + (self.flat is not None) != 1:
            raise ValueError("a price is either by tokens, or free, or flat")
        if by_tokens and (self.input is None or self.output is None):
            raise ValueError("a price by tokens needs both input and output")

    def of(self, usage: Usage | None) -> Cost:
        """Return what *usage* costs; only a price by tokens needs to know it."""
        if self.free:
            return _FREE
        if self.flat is not None:
            return _FLAT
        if usage is None:
            return _NO_USAGE
        if (usage.cache_read_tokens and self.cache_read is None) or (
            usage.cache_write_tokens and self.cache_write is None
        ):
            return _NO_CACHE_PRICE
        fresh = usage.fresh_tokens * (self.input or 0.0) / _MILLION
        read = usage.cache_read_tokens * (self.cache_read or 0.0) / _MILLION
        written = usage.cache_write_tokens * (self.cache_write or 0.0) / _MILLION
        output = usage.output_tokens * (self.output or 0.0) / _MILLION
        return Priced(
            usd=fresh + read + written + output,
            input_usd=fresh,
            cache_read_usd=read,
            cache_write_usd=written,
            output_usd=output,
        )


_FREE = Priced(usd=0.0, kind="free")
_FLAT = Priced(usd=0.0, kind="flat")
_NO_USAGE = Unpriced(reason="no_usage")
_NO_MODEL = Unpriced(reason="no_model")
_UNKNOWN_MODEL = Unpriced(reason="unknown_model")
_NO_CACHE_PRICE = Unpriced(reason="no_cache_price")

# What may follow the name of a model without making another one of it.
_VERSION = re.compile(r"(.+?)(?:[-@](?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}|[0-9]{4}|[0-9]{3}|latest))", re.DOTALL)


def spellings(model: str) -> Iterator[str]:
    """
    Yield the names under which *model* is looked up, the longest first, in lower case.

    Versions at the end are taken off one by one (`-2024-08-06`, `-20250514`, `@20250514`, `-0613`, `-002`, `-latest`),
    then providers and folders in front of a `/`. Any other ending makes another model: `gpt-4o-mini` is not `gpt-4o`.
    """
    name = model.strip().lower()
    while True:
        rest: str | None = name
        while rest:
            yield rest
            shorter = _VERSION.fullmatch(rest)
            rest = shorter[1] if shorter else None
        _, slash, name = name.partition("/")
        if not slash:
            return


@dataclass(frozen=True, kw_only=True)
class PriceTable:
    """
    Prices of one day.

    Attributes:
        as_of: The day on which they were checked.
        models: Price by name of the model; upper and lower case are the same.
    """

    as_of: date
    models: Mapping[str, ModelPrice]
    _found: dict[str, ModelPrice | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep a table of its own, which nobody changes."""
        object.__setattr__(self, "models", MappingProxyType({name.lower(): one for name, one in self.models.items()}))

    def find(self, model: str) -> ModelPrice | None:
        """Return the price of *model* by the longest name that it begins with, see `spellings`; None if there is none."""
        if model in self._found:
            return self._found[model]
        found = next((self.models[name] for name in spellings(model) if name in self.models), None)
        if len(self._found) < _REMEMBERED:
            self._found[model] = found
        return found

    def price(self, usage: Usage | None, model: str | None) -> Cost:
        """Return what *usage* of *model* costs, or why nobody knows."""
        if not model:
            return _NO_MODEL
        price = self.find(model)
        return _UNKNOWN_MODEL if price is None else price.of(usage)

    def with_models(self, models: Mapping[str, ModelPrice], *, as_of: date | None = None) -> PriceTable:
        """Return this table with the prices of *models* added or replaced; of the same day unless *as_of* says another."""
        return PriceTable(as_of=as_of or self.as_of, models={**self.models, **models})

    def age_days(self, today: date) -> int:
        """Return how many days ago the prices were checked, 0 for a day to come."""
        return max(0, (today - self.as_of).days)
