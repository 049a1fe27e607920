"""What one turn used, from agents that tell it per turn and from agents that tell the sum so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from obsgen_runtime.faults import count_fault
from obsgen_runtime.usage import Usage

Per = Literal["turn", "session"]
"""Whether an agent tells numbers of the turn, or sums over the session so far. Never guessed from the numbers."""


_NOTHING = Usage()


@dataclass(slots=True, kw_only=True)
class Spent:
    """
    What the agent process of one session has told so far.

    Attributes:
        usage_per: What its tokens are told per.
        cost_per: What its cost is told per.
    """

    usage_per: Per
    cost_per: Per
    _usage: Usage = _NOTHING
    _usd: float = 0.0

    def start_anew(self) -> None:
        """Begin at zero, as a new agent process does."""
        self._usage, self._usd = _NOTHING, 0.0

    def of_turn(self, told: Usage | None) -> Usage | None:
        """Return the tokens of this turn; None if they are unknown, as where a sum is smaller than before."""
        if told is None or self.usage_per == "turn":
            return told
        before, self._usage = self._usage, told
        parts = {
            "fresh_tokens": told.fresh_tokens - before.fresh_tokens,
            "cache_read_tokens": told.cache_read_tokens - before.cache_read_tokens,
            "cache_write_tokens": told.cache_write_tokens - before.cache_write_tokens,
            "output_tokens": told.output_tokens - before.output_tokens,
            "reasoning_tokens": told.reasoning_tokens - before.reasoning_tokens,
        }
        if min(parts.values()) < 0:
            count_fault("sessions", "tokens told as a sum became fewer: a new agent process that nobody announced")
            return None
        return Usage(**parts)

    def usd_of_turn(self, told: float | None) -> float | None:
        """Return the cost of this turn in US dollars; None if it is unknown."""
        if told is None or self.cost_per == "turn":
            return told
        before, self._usd = self._usd, told
        if told < before:
            count_fault("sessions", "a cost told as a sum became less: a new agent process that nobody announced")
            return None
        return told - before


def added(usages: list[Usage]) -> Usage | None:
    """Return the sum of *usages*, None if there is none."""
    if not usages:
        return None
    return Usage(
        fresh_tokens=sum(one.fresh_tokens for one in usages),
        cache_read_tokens=sum(one.cache_read_tokens for one in usages),
        cache_write_tokens=sum(one.cache_write_tokens for one in usages),
        output_tokens=sum(one.output_tokens for one in usages),
        reasoning_tokens=sum(one.reasoning_tokens for one in usages),
    )
