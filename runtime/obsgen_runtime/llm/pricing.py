"""The prices of the process: those of the runtime's own catalog unless the application says others."""

from __future__ import annotations

from datetime import UTC, date, datetime
from threading import RLock
from time import monotonic

from obsgen_runtime.families import hold_over_forks
from obsgen_runtime.prices import PriceTable
from obsgen_runtime.refusals import tell

STALE_AFTER_DAYS = 180


class _Default:
    __slots__ = ("stale_after_days", "table")

    def __init__(self) -> None:
        self.table: PriceTable | None = None
        self.stale_after_days = STALE_AFTER_DAYS


_default = _Default()
_SECONDS_BETWEEN_CHECKS = 3600.0
_warned: set[date] = set()
_next_check: dict[date, float] = {}
_lock = hold_over_forks(RLock())


def default_prices() -> PriceTable:
    """Return the table of the process: what `set_default_prices` said, else the one that ships with the runtime."""
    if _default.table is None:
        from obsgen_runtime._llm_metrics import PRICES  # noqa: PLC0415  (loads the Prometheus client)

        _default.table = PRICES
    return _default.table


def set_default_prices(table: PriceTable | None, *, stale_after_days: int = STALE_AFTER_DAYS) -> None:
    """
    Price calls by *table* from now on, wherever a hook was given none.

    Args:
        table: The prices; None for those that ship with the runtime.
        stale_after_days: A table older than this is told of once, when it is first used.
    """
    _default.table, _default.stale_after_days = table, stale_after_days


def warn_if_stale(table: PriceTable, today: date | None = None) -> bool:
    """Return whether *table* is too old today; the first time for a day of tables, say so in the log."""
    age = table.age_days(datetime.now(UTC).date() if today is None else today)
    if age <= _default.stale_after_days:
        return False
    with _lock:
        is_first = table.as_of not in _warned
        _warned.add(table.as_of)
    if is_first:
        tell("the price table is of %s, %d days ago: check it against the providers' prices", table.as_of, age)
    return True


def check_age(table: PriceTable) -> None:
    """Do what `warn_if_stale` does, once an hour, for callers that come often."""
    now = monotonic()
    if now >= _next_check.get(table.as_of, now):
        _next_check[table.as_of] = now + _SECONDS_BETWEEN_CHECKS
        warn_if_stale(table)
