"""Interval arithmetic over the floats of PromQL: which numbers can occur, and whether NaN and infinity can."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass

INF = math.inf

#: Stands for "0, but perhaps the negative zero", by which a division gives minus infinity.
_BELOW_ZERO = -5e-324
_LARGEST = sys.float_info.max


@dataclass(frozen=True, slots=True)
class Amount:
    """
    Which numbers a value can be.

    Bounds are those of exact arithmetic: rounding may step over them by the last digit, and what jumps there (ceil, floor, sgn,
    a comparison) is taken to jump where it should. Counters are taken to be scraped between any two restarts.

    Attributes:
        low, high: Over-approximation: every value that is no NaN lies in `[low, high]`. Infinite where nothing is known.
        nonzero: Under-approximation: True only if no value is 0.
        nan: Over-approximation: False only if no value is NaN.
        inf: Over-approximation: False only if no value is plus or minus infinity.
    """

    low: float = -INF
    high: float = INF
    nonzero: bool = False
    nan: bool = False
    inf: bool = False

    @property
    def zero(self) -> bool:
        """Whether a value can be 0."""
        return not self.nonzero and self.low <= 0 <= self.high


#: Nothing is known.
ANY = Amount(nan=True, inf=True)
#: Any number, but neither NaN nor infinity.
FINITE = Amount()
#: Any number from 0.
RISING = Amount(0.0)
ONE = Amount(1.0, 1.0, nonzero=True)
FLAG = Amount(0.0, 1.0)
COUNTED = Amount(1.0, nonzero=True)


def exactly(value: float) -> Amount:
    """Return the amount that is always *value*."""
    if math.isnan(value):
        return Amount(nan=True)
    return Amount(value, value, nonzero=value != 0, inf=math.isinf(value))


def joined(a: Amount, b: Amount) -> Amount:
    """Return what is an *a* or a *b*."""
    return Amount(min(a.low, b.low), max(a.high, b.high), a.nonzero and b.nonzero, a.nan or b.nan, a.inf or b.inf)


def narrowed(amount: Amount, low: float, high: float) -> Amount | None:
    """Return the part of *amount* within `[low, high]` without NaN; None where there is none."""
    low, high = max(amount.low, low), min(amount.high, high)
    if low > high:
        return None
    return Amount(low, high, amount.nonzero or low > 0 or high < 0, inf=amount.inf and (low == -INF or high == INF))


def negated(a: Amount) -> Amount:
    """Return `-a`."""
    return Amount(-a.high, -a.low, a.nonzero, a.nan, a.inf)


def added(a: Amount, b: Amount) -> Amount:
    """Return `a + b`."""
    low, high = _plus(a.low, b.low, -INF), _plus(a.high, b.high, INF)
    return Amount(low, high, low > 0 or high < 0, a.nan or b.nan or (a.inf and b.inf), a.inf or b.inf)


def subtracted(a: Amount, b: Amount) -> Amount:
    """Return `a - b`."""
    return added(a, negated(b))


def _plus(a: float, b: float, unknown: float) -> float:
    total = a + b
    return unknown if math.isnan(total) else total


def multiplied(a: Amount, b: Amount) -> Amount:
    """Return `a * b`."""
    corners = [_times(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    nan = a.nan or b.nan or (a.inf and b.zero) or (b.inf and a.zero)
    low = min(corners)
    if low == 0 and (a.low < 0 or b.low < 0):
        low = _BELOW_ZERO
    return Amount(low, max(corners), a.nonzero and b.nonzero, nan, a.inf or b.inf)


def _times(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def divided(a: Amount, b: Amount) -> Amount:
    """Return `a / b`; 0/0 is NaN, anything else by 0 is infinite."""
    zero = b.zero
    nan = a.nan or b.nan or (zero and a.zero) or (a.inf and b.inf)
    inf = a.inf or (zero and not a.low == a.high == 0)
    nonzero = a.nonzero and not b.inf
    if (b.low < 0 < b.high) or (zero and (b.low < 0 or b.low == b.high)):
        return Amount(nonzero=nonzero, nan=nan, inf=inf)
    # Here a bound of 0 is one that the divisor comes near to, from above or from below.
    near = -0.0 if b.low < 0 else 0.0
    corners = [_over(x, y or near) for x in (a.low, a.high) for y in (b.low, b.high)]
    low = min(corners)
    if low == 0 and (a.low < 0 or b.low < 0):
        low = _BELOW_ZERO
    return Amount(low, max(corners), nonzero, nan, inf)


def _over(a: float, b: float) -> float:
    if a == 0:
        return 0.0
    if b == 0:
        return math.copysign(INF, a) * math.copysign(1, b)
    return 0.0 if math.isinf(b) else a / b


def remainder(a: Amount, b: Amount) -> Amount:
    """Return `a % b`, which has the sign of *a*."""
    nan = a.nan or b.nan or a.inf or b.zero
    largest = max(abs(b.low), abs(b.high))
    low = 0.0 if a.low >= 0 else max(a.low, -largest)
    return Amount(low, max(0.0, min(a.high, largest)), nan=nan)


def power(a: Amount, b: Amount) -> Amount:
    """Return `a ^ b`."""
    if a.low == a.high and b.low == b.high and not (a.nan or b.nan):
        return exactly(_power(a.low, b.low))
    whole = b.low == b.high and math.isfinite(b.low) and b.low == int(b.low)
    nan = a.nan or b.nan or (a.low < 0 and not whole)
    if a.low >= 0 and b.low == b.high and 0 < b.low < INF:
        return Amount(_power(a.low, b.low), _power(a.high, b.high), a.nonzero and b.low <= 1, nan, inf=True)
    return Amount(0.0 if a.low >= 0 or (whole and b.low % 2 == 0) else -INF, nan=nan, inf=True)


def _power(a: float, b: float) -> float:
    try:
        return math.pow(a, b)
    except OverflowError:
        return INF if a > 0 or b % 2 == 0 else -INF
    except ValueError:
        return INF if a == 0 else math.nan


def angle(a: Amount, b: Amount) -> Amount:
    """Return `a atan2 b`."""
    return Amount(-math.pi, math.pi, nan=a.nan or b.nan)


def totalled(a: Amount) -> Amount:
    """Return the sum of one or more values."""
    low = a.low if a.low >= 0 else -INF
    high = a.high if a.high <= 0 else INF
    return Amount(low, high, low > 0 or high < 0, a.nan or _both_infinities(a), a.inf)


def averaged(a: Amount) -> Amount:
    """Return the mean of one or more values."""
    return Amount(a.low, a.high, a.low > 0 or a.high < 0, a.nan or _both_infinities(a), a.inf)


def _both_infinities(a: Amount) -> bool:
    return a.inf and a.low == -INF and a.high == INF


def interpolated(a: Amount) -> Amount:
    """Return a value between two values, as quantiles do."""
    return Amount(a.low, a.high, a.low > 0 or a.high < 0, a.nan or a.inf, a.inf)


def spread(a: Amount) -> Amount:
    """Return the standard deviation of one or more values."""
    high = (a.high - a.low) / 2 if math.isfinite(a.high - a.low) else INF
    return Amount(0.0, high, nan=a.nan or a.inf, inf=a.inf)


def growth(a: Amount) -> Amount:
    """Return what `rate` and `increase` make of *a*: what falls counts as a restart from 0."""
    # A NaN between two values hides a restart, and what falls then counts as falling.
    return Amount(0.0 if a.low >= 0 and not a.nan else -INF, nan=a.nan or a.inf, inf=a.inf)


def slope(a: Amount) -> Amount:
    """Return what extrapolating functions make of *a*: anything, but finite where *a* is."""
    return Amount(nan=a.nan or a.inf, inf=a.inf)


def rising(function: Callable[[float], float], a: Amount, *, low: float = -INF, high: float = INF) -> Amount:
    """Return what a function that never falls makes of *a* within its domain from *low* to *high*; NaN beyond it."""
    nan = a.nan or a.low < low or a.high > high
    least, most = max(a.low, low), min(a.high, high)
    bottom, top = _bound(function, least, -INF), _bound(function, most, INF)
    if bottom > top:
        return Amount(nan=True)
    if bottom == 0 and a.low < 0:
        bottom = _BELOW_ZERO
    # Infinite for a finite number: at the end of the domain (the logarithm of 0), or beyond what a double holds.
    poles = (math.isinf(bottom) and math.isfinite(least)) or (math.isinf(top) and math.isfinite(most))
    huge = not math.isfinite(_bound(function, _LARGEST, INF))
    inf = a.inf or poles or (huge and (math.isinf(top) or math.isinf(bottom)))
    return Amount(bottom, top, bottom > 0 or top < 0, nan, inf)


def _bound(function: Callable[[float], float], value: float, unknown: float) -> float:
    try:
        return function(value)
    except (ValueError, OverflowError):
        return unknown


def magnitude(a: Amount) -> Amount:
    """Return `abs(a)`."""
    if a.low >= 0:
        return Amount(abs(a.low), a.high, a.nonzero, a.nan, a.inf)
    low = -a.high if a.high < 0 else 0.0
    return Amount(low, max(-a.low, a.high), a.nonzero, a.nan, a.inf)


def clamped(a: Amount, least: Amount, most: Amount) -> Amount:
    """Return `clamp(a, least, most)`."""
    low = max(least.low, min(most.low, a.low))
    high = max(least.high, min(most.high, a.high))
    return Amount(low, high, low > 0 or high < 0, a.nan or least.nan or most.nan, a.inf or least.inf or most.inf)


def sign(a: Amount) -> Amount:
    """Return `sgn(a)`."""
    low = -1.0 if a.low < 0 else 0.0 if a.zero else 1.0
    high = 1.0 if a.high > 0 else 0.0 if a.zero else -1.0
    return Amount(low, high, a.nonzero, a.nan)


def wave(a: Amount) -> Amount:
    """Return `sin(a)` or `cos(a)`."""
    return Amount(-1.0, 1.0, nan=a.nan or a.inf)


# The functions as PromQL has them where Python's raise instead.


def logarithm(value: float) -> float:
    """Return the natural logarithm."""
    return -INF if value == 0 else math.log(value)


def half_up(value: float) -> float:
    """Return *value* rounded to a whole number, halves up."""
    return value if math.isinf(value) else float(math.floor(value + 0.5))


def whole_above(value: float) -> float:
    """Return the smallest whole number that is not below *value*."""
    return value if math.isinf(value) else float(math.ceil(value))


def whole_below(value: float) -> float:
    """Return the largest whole number that is not above *value*."""
    return value if math.isinf(value) else float(math.floor(value))


def atanh(value: float) -> float:
    """Return the inverse hyperbolic tangent."""
    return math.copysign(INF, value) if abs(value) == 1 else math.atanh(value)


def variance(a: Amount) -> Amount:
    """Return the variance of one or more values."""
    high = ((a.high - a.low) / 2) ** 2 if math.isfinite(a.high - a.low) else INF
    return Amount(0.0, high, nan=a.nan or a.inf, inf=a.inf)
