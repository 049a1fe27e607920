"""Which numbers a metric records. Pure functions."""

from __future__ import annotations

from typing import Literal

INFINITY = float("inf")

ValueRefusal = Literal["negative", "not_a_number", "not_finite"]


def judge_amount(amount: object, *, negative: bool) -> float | ValueRefusal:
    """
    Return *amount* as a float, or the reason why it is not recorded.

    Args:
        amount: What the application passed. Text is no number, even if it reads like one.
        negative: Whether numbers below zero are meaningful here. A counter never falls, and neither does the
            `_sum` of a histogram whose buckets start at zero or above.
    """
    if isinstance(amount, (str, bytes, bytearray)):
        return "not_a_number"
    try:
        number = float(amount)  # type: ignore[arg-type]  # whatever has __float__ or __index__ is welcome
    except OverflowError:
        return "not_finite"
    except Exception:  # noqa: BLE001  (__float__ is the application's code)
        return "not_a_number"
    if not -INFINITY < number < INFINITY:
        return "not_finite"
    if number < 0 and not negative:
        return "negative"
    return number
