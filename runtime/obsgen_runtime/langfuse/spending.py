"""Tokens and cost as applications state them: a number, a provider's dictionary, or a `Usage`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from obsgen_runtime.observations import Facts
from obsgen_runtime.prices import Cost, Priced
from obsgen_runtime.usage import Usage, read_usage

Tokens = int | Mapping[str, object] | Usage

USAGE_DETAILS: Final = "langfuse.observation.usage_details"

_TOTAL = ("total_tokens", "total")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """
    What a piece of work took.

    Attributes:
        usage: Tokens by part, if they were told so.
        total_tokens: Tokens in all, where no more than that was told.
        cost: What it cost, if that was told.
        model: Model that was asked.
    """

    usage: Usage | None = None
    total_tokens: int | None = None
    cost: Cost | None = None
    model: str | None = None

    def __bool__(self) -> bool:
        return self.usage is not None or self.total_tokens is not None or self.cost is not None

    def later(self, other: Spending) -> Spending:
        """Return what holds after *other* was told, too: what it says replaces what was said before."""
        told = other.usage is not None or other.total_tokens is not None
        return Spending(
            usage=other.usage if told else self.usage,
            total_tokens=other.total_tokens if told else self.total_tokens,
            cost=self.cost if other.cost is None else other.cost,
            model=self.model if other.model is None else other.model,
        )

    def facts(self) -> Facts:
        """Return it as the facts of a generation."""
        total = None if self.total_tokens is None else {USAGE_DETAILS: f'{{"total": {self.total_tokens}}}'}
        return Facts(model=self.model, usage=self.usage, cost=self.cost, attributes=total)


def spending(tokens: Tokens | None = None, cost: float | None = None, model: str | None = None) -> Spending:
    """
    Return what was told; numbers that can be none of tokens or dollars are left out, never guessed.

    Args:
        tokens: A total, or a dictionary as OpenAI, Anthropic or Langfuse name its keys, or a `Usage`.
        cost: US dollars.
        model: Model that was asked.
    """
    usage, total = _usage(tokens)
    usd = _dollars(cost)
    return Spending(usage=usage, total_tokens=total, cost=None if usd is None else Priced(usd=usd), model=model)


def priced(spent: Spending) -> Spending:
    """Return it with the cost that the price table of the process knows, if none was told; an unknown one is counted."""
    if spent.cost is not None or (spent.usage is None and spent.total_tokens is None):
        return spent
    # Only who states tokens loads the table and what counts.
    from prometheus_client import REGISTRY  # noqa: PLC0415

    from obsgen_runtime.llm.pricing import check_age, default_prices  # noqa: PLC0415
    from obsgen_runtime.refusals import runtime_metrics  # noqa: PLC0415

    table = default_prices()
    check_age(table)
    cost = table.price(spent.usage, spent.model)
    if isinstance(cost, Priced):
        return replace(spent, cost=cost)
    runtime_metrics(REGISTRY).obsgen_runtime_price_unknown_total.inc(model=spent.model or "unknown")
    return spent


def _usage(tokens: Tokens | None) -> tuple[Usage | None, int | None]:
    if tokens is None or isinstance(tokens, Usage):
        return tokens, None
    if not isinstance(tokens, Mapping):
        return None, _whole(tokens)
    found = read_usage(tokens)
    if found is not None:
        return found, None
    return None, next((total for name in _TOTAL if (total := _whole(tokens.get(name))) is not None), None)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _dollars(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        amount = float(value)
    except (ValueError, OverflowError):  # a signalling NaN, an integer beyond all floats
        return None
    return amount if math.isfinite(amount) and amount >= 0 else None
