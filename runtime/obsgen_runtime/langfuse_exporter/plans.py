"""What a month costs at the pace of a window: metered use, and flat plans beside it. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

MONTH_SECONDS = 30 * 86_400.0
"""A month is 30 days here, as in "the last 30 days"."""

MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    How somebody's use is paid.

    Attributes:
        kind: `metered` by what is used; `free` not at all; `flat` by period, however much is used.
        usd: Price of a period, for a flat plan.
        period: Its period.

    Raises:
        ValueError: If there is a price without a flat plan, or one that is none.
    """

    kind: Literal["metered", "free", "flat"]
    usd: float = 0.0
    period: Literal["month", "year"] = "month"

    def __post_init__(self) -> None:
        """Refuse prices that mean nothing."""
        if not 0 <= self.usd < math.inf:
            raise ValueError(f"{self.usd!r} is no price: give US dollars, 0 or more")
        if self.usd and self.kind != "flat":
            raise ValueError("only a flat plan has a price of its own")

    @property
    def usd_per_month(self) -> float:
        """Price of a month; 0 for a plan that is not flat."""
        return self.usd / (MONTHS_PER_YEAR if self.period == "year" else 1)


METERED = Plan(kind="metered")
FREE = Plan(kind="free")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """
    What was used within a window.

    Attributes:
        tasks: Traces or calls.
        usd: At metered prices; None if nobody knows.
    """

    tasks: float
    usd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """
    One user of money in a projection, such as an agent.

    Attributes:
        name: Which.
        plan: How it is paid.
        tasks_per_month: At the pace of the window.
        metered_usd_per_month: To be paid by use; 0 on a free or flat plan; None if nobody knows.
        flat_usd_per_month: To be paid however much is used.
        unpaid_usd_per_month: What the use would cost if it were metered, on a plan where it is not; never to be paid.
        flat_usd_per_task: Price of the flat plan by task, after the fact; None without tasks or flat plan.
    """

    name: str
    plan: Plan
    tasks_per_month: float
    metered_usd_per_month: float | None
    flat_usd_per_month: float
    unpaid_usd_per_month: float | None
    flat_usd_per_task: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """
    A month and a year at the pace of a window. Metered and flat cost stand side by side and are never added here.

    Attributes:
        lines: By name.
        metered_usd_per_month: Of all lines whose cost is known; None if that is none of several.
        flat_usd_per_month: Of all flat plans.
        unknown: Lines that use something at a price nobody knows, which is missing above.
    """

    lines: tuple[Line, ...]
    metered_usd_per_month: float | None
    flat_usd_per_month: float
    unknown: tuple[str, ...] = ()

    @property
    def metered_usd_per_year(self) -> float | None:
        """Twelve such months."""
        return None if self.metered_usd_per_month is None else self.metered_usd_per_month * MONTHS_PER_YEAR

    @property
    def flat_usd_per_year(self) -> float:
        """Twelve months of the flat plans."""
        return self.flat_usd_per_month * MONTHS_PER_YEAR


def project(
    spent: Mapping[str, Spent], plans: Mapping[str, Plan] | None = None, *, window_seconds: float
) -> Projection:
    """
    Return what a month costs at the pace of a window.

    Args:
        spent: By name, such as agent or model.
        plans: How each is paid; who is not in it is metered. A flat plan is paid without any use, too.
        window_seconds: How long the window was.

    Raises:
        ValueError: If the window is not longer than 0 seconds.
    """
    if not 0 < window_seconds < math.inf:
        raise ValueError("a projection needs a window of more than 0 seconds")
    known = plans or {}
    times = MONTH_SECONDS / window_seconds
    nothing = Spent(tasks=0, usd=0)
    lines = tuple(
        _line(name, spent.get(name, nothing), known.get(name, METERED), times) for name in sorted({*spent, *known})
    )
    metered = [line.metered_usd_per_month for line in lines]
    priced = [usd for usd in metered if usd is not None]
    return Projection(
        lines=lines,
        metered_usd_per_month=math.fsum(priced) if priced or not metered else None,
        flat_usd_per_month=math.fsum(line.flat_usd_per_month for line in lines),
        unknown=tuple(line.name for line in lines if line.metered_usd_per_month is None),
    )


def _line(name: str, spent: Spent, plan: Plan, times: float) -> Line:
    tasks = spent.tasks * times
    by_use = None if spent.usd is None else spent.usd * times
    is_metered = plan.kind == "metered"
    return Line(
        name=name,
        plan=plan,
        tasks_per_month=tasks,
        metered_usd_per_month=by_use if is_metered else 0.0,
        flat_usd_per_month=plan.usd_per_month,
        unpaid_usd_per_month=0.0 if is_metered else by_use,
        flat_usd_per_task=plan.usd_per_month / tasks if plan.kind == "flat" and tasks else None,
    )
