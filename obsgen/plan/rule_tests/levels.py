"""Where a threshold's neighbours lie: levels just over it, just under it, and far from it on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

#: Share of a threshold between it and its neighbours; less than the tenth by which a wrong threshold may be off.
_MARGIN = Decimal("0.04")
#: Part of a window that a burst has to fill before the average of the window passes the threshold.
_CROSSING = Decimal("0.43")
_DIGITS = Context(prec=6, rounding=ROUND_HALF_EVEN)
_UPWARD = ("above", "at_least")
_STRICT = ("above", "below")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """
    What a query can answer.

    Attributes:
        low, high: Ends, None for no end.
        grain: Distance from a threshold of 0 to its neighbours.
    """

    low: Decimal | None = None
    high: Decimal | None = None
    grain: Decimal = Decimal("0.5")

    def holds(self, level: Decimal) -> bool:
        """Return whether *level* can be answered."""
        return (self.low is None or level >= self.low) and (self.high is None or level <= self.high)

    def end(self, side: int) -> Decimal | None:
        """Return the end on one side, -1 for the lower and 1 for the upper one."""
        return self.high if side > 0 else self.low


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """
    Levels around a threshold, None where the query cannot answer such a one.

    Attributes:
        at: The threshold.
        fires, quiet: Just on this and on the other side.
        burst, calm: Far off; a window that is filled to somewhat less than half with *burst* passes the threshold.
        worst, best: As far as the query goes, or several times the threshold.
    """

    at: Decimal | None
    fires: Decimal | None
    quiet: Decimal | None
    burst: Decimal | None
    calm: Decimal | None
    worst: Decimal | None
    best: Decimal | None


def levels(word: str, threshold: Decimal, reach: Reach) -> Levels:
    """
    Return the levels for a comparison.

    Args:
        word: Key of the comparison.
        threshold: What is compared with.
        reach: What the query can answer.
    """
    at = threshold if reach.holds(threshold) else None
    if word == "equals":
        quiet = _beside(threshold, 1, reach) or _beside(threshold, -1, reach)
        return Levels(at=at, fires=at, quiet=quiet, burst=None, calm=None, worst=at, best=quiet)
    side = 1 if word in _UPWARD else -1
    fires, quiet = _beside(threshold, side, reach), _beside(threshold, -side, reach)
    if fires is None and word not in _STRICT:
        fires = at
    if quiet is None and word in _STRICT:
        quiet = at
    calm = _far(threshold, -side, reach, Decimal("0.5")) if quiet is not None else None
    burst = _far(threshold, side, reach, Decimal(1)) if fires is not None else None
    if burst is not None and calm is not None and calm != threshold:
        burst = _clipped(calm + _rough((threshold - calm) / _CROSSING), reach)
    return Levels(
        at=at, fires=fires, quiet=quiet, burst=burst, calm=calm,
        worst=_far(threshold, side, reach, Decimal(5)) if fires is not None else None,
        best=_far(threshold, -side, reach, Decimal(5)) if quiet is not None else None,
    )  # fmt: skip


def _beside(threshold: Decimal, side: int, reach: Reach) -> Decimal | None:
    """Return a level next to the threshold on one side; None if the query does not reach it."""
    end = reach.end(side)
    if end is not None and (end - threshold) * side <= 0:
        return None
    level = threshold + side * (abs(threshold) * _MARGIN or reach.grain)
    if end is not None and (level - end) * side > 0:
        level = (threshold + end) / 2
    level = _nice(level)
    # A threshold outside the range has its whole range on one side.
    other = reach.end(-side)
    return other if other is not None and (level - other) * side < 0 else level


def _far(threshold: Decimal, side: int, reach: Reach, times: Decimal) -> Decimal:
    end = reach.end(side)
    if end is not None:
        return end
    far = _nice(threshold + side * (times * abs(threshold) or times * 10 * reach.grain))
    return _clipped(far, reach)


def _clipped(level: Decimal, reach: Reach) -> Decimal:
    if reach.high is not None:
        level = min(level, reach.high)
    return level if reach.low is None else max(level, reach.low)


def _rough(distance: Decimal) -> Decimal:
    """Return *distance* with two digits, so that levels stay easy to read."""
    return Context(prec=2, rounding=ROUND_HALF_EVEN).plus(distance).normalize()


def _nice(level: Decimal) -> Decimal:
    """Return *level* with six digits."""
    return _DIGITS.plus(level).normalize()
