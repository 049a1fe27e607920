"""The numbers of an answer, which arrive as numbers, as text, or not at all; what cannot be used is counted."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Literal

Problem = Literal["missing", "not_a_number"]
Row = Mapping[str, Any]


class Numbers:
    """
    Reads the numbers of one poll.

    Attributes:
        ignored: How many could not be used, and why.
    """

    def __init__(self) -> None:
        """Nothing has been read yet."""
        self.ignored: Counter[Problem] = Counter()

    def get(self, row: Row, key: str) -> float | None:
        """Return a finite number, or None: a missing one is never 0."""
        value = row.get(key)
        if value is None:
            self.ignored["missing"] += 1
            return None
        try:
            number = math.nan if isinstance(value, bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            self.ignored["not_a_number"] += 1
            return None
        return number

    def seconds(self, row: Row, key: str) -> float | None:
        """Return a duration in seconds; the interface tells milliseconds."""
        number = self.get(row, key)
        return None if number is None else number / 1000


def added(numbers: Iterable[float | None]) -> float | None:
    """Return the sum of the numbers that are known; None if none is."""
    known = [number for number in numbers if number is not None]
    return math.fsum(known) if known else None


def mean(pairs: Iterable[tuple[float | None, float | None]]) -> float | None:
    """Return the mean of (mean, count) pairs by their counts; None where nothing was counted."""
    known = [(part, count) for part, count in pairs if part is not None and count]
    total = math.fsum(count for _, count in known)
    return math.fsum(part * count for part, count in known) / total if total else None


def is_root(row: Row) -> bool:
    """Return whether a row is about the first observations of traces; a boolean or its text, true if it is not told."""
    value = row.get("isRootObservation", True)
    return str(value).strip().lower() in {"true", "1"}
