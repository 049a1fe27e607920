"""What a call costs: a dated table of prices, and an answer that is either an amount or honestly unknown."""

from __future__ import annotations

from dataclasses import dataclass


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
    """

    usd: float
    input_usd: float = 0.0
    cache_read_usd: float = 0.0
    cache_write_usd: float = 0.0
    output_usd: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpriced:
    """
    A cost that nobody knows; it is never counted as zero.

    Attributes:
        reason: Why: `no_usage`, `no_model`, `unknown_model`.
    """

    reason: str


Cost = Priced | Unpriced
