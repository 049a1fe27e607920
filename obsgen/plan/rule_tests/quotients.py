"""`per`: the dividing query stands still while the divided one is driven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from obsgen.plan.rule_tests.drivers import Driver, Profile, Stretch, shared_out
from obsgen.plan.rule_tests.levels import Levels, Reach
from obsgen.plan.rule_tests.parts import Draft
from obsgen.plan.rule_tests.places import Place, Places
from obsgen.plan.rule_tests.series import Line


@dataclass(frozen=True, kw_only=True)
class Quotients:
    """
    One query divided by another.

    Attributes:
        of, each: Their drivers.
        threshold: As written.
        divisor: Level that the dividing query is kept on.
    """

    of: Driver
    each: Driver
    threshold: Decimal
    divisor: Decimal
    divides: bool = False
    crowded: bool = False
    restarts: bool = False

    @property
    def places(self) -> Places:
        """Where the divided query has results."""
        return self.of.places

    @property
    def reach(self) -> Reach:
        """What the divided query reaches."""
        low, high = self.of.reach.low, self.of.reach.high
        return Reach(low=low and low / self.divisor, high=high and high / self.divisor)

    @property
    def window(self) -> int:
        """The longer window."""
        return max(self.of.window, self.each.window)

    def lines(self, place: Place, profile: Profile, *, restart: int | None = None) -> tuple[Line, ...]:
        """Return the series of both queries."""
        still = tuple(Stretch(self.divisor, stretch.steps) for stretch in profile)
        other = self._opposite(place)
        divisors = () if other is None else self.each.lines(other, still, restart=restart)
        return (*self.of.lines(place, shared_out(profile, self.divisor), restart=restart), *divisors)

    def member(self, place: Place, index: int, profile: Profile) -> tuple[Line, ...]:
        """Return the series of one member of the divided query, and all of the dividing one."""
        del index
        return self.lines(place, profile)

    def _opposite(self, place: Place) -> Place | None:
        mine, theirs = self.of.places.results, self.each.places.results
        if place in mine:
            return theirs[min(mine.index(place), len(theirs) - 1)]
        return None

    def extras(self, levels: Levels, wait: int) -> Iterator[Draft]:
        """Yield a dividing query without series."""
        if levels.fires is None:
            return
        steps = self.window + wait + 4
        level = levels.fires * self.divisor
        lines = self.of.lines(self.of.places.results[0], (Stretch(level, steps),))
        yield Draft(name="nothing to divide by", lines=lines, steps=steps, fires=False)
