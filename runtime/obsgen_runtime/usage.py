"""Tokens of one call of a language model: one type, whose parts add up, and both dialects that are spoken on the wire."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """
    Tokens of one call. All numbers are whole and not negative.

    Invariant: `input_tokens == fresh_tokens + cache_read_tokens + cache_write_tokens`.

    Attributes:
        fresh_tokens: Input that no cache had.
        cache_read_tokens: Input that was read from the provider's cache.
        cache_write_tokens: Input that was written to it.
        output_tokens: Everything the model wrote, reasoning included.
        reasoning_tokens: Part of the output that was reasoning.
    """

    fresh_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0

    @property
    def input_tokens(self) -> int:
        """All input, cached or not."""
        return self.fresh_tokens + self.cache_read_tokens + self.cache_write_tokens

    @property
    def total_tokens(self) -> int:
        """Input and output."""
        return self.input_tokens + self.output_tokens
