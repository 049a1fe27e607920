"""The cases of a comparison: around the threshold, around `for`, around the window, and with nothing to compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from obsgen.plan.rule_tests.drivers import Driver, Profile, Stretch, length
from obsgen.plan.rule_tests.gauges import steps_of
from obsgen.plan.rule_tests.levels import Levels, levels
from obsgen.plan.rule_tests.parts import Draft, UntestableError
from obsgen.plan.rule_tests.places import Place
from obsgen.plan.rule_tests.series import Line

_ZERO = Decimal(0)


@dataclass(frozen=True)
class ThresholdSuite:
    """
    The cases of one comparison.

    Attributes:
        driver: Builds the input.
        word: Key of the comparison.
        wait: `for`, in steps.
    """

    driver: Driver
    word: str
    wait: int

    @property
    def levels(self) -> Levels:
        """The levels around the threshold."""
        return levels(self.word, self.driver.threshold, self.driver.reach)

    @property
    def settled(self) -> int:
        """Steps until the window is full, or until the first sample."""
        return self.driver.window + 1 + (getattr(self.driver, "lead", 0))

    def hold(self, steps: int, *, true: bool) -> tuple[Line, ...]:
        """Return input on one level; nothing at all for a level that cannot be."""
        level = self.levels.fires if true else self.levels.quiet
        if level is None:
            return ()
        results = self.driver.places.results[:1] if self.driver.crowded else self.driver.places.results
        return tuple(line for place in results for line in self.driver.lines(place, (Stretch(level, steps),)))

    def drafts(self) -> Iterator[Draft]:
        """
        Yield the cases.

        Raises:
            UntestableError: If no level makes the comparison true.
        """
        found = self.levels
        if found.fires is None:
            raise UntestableError("no value that can occur makes the condition true")
        yield from self._near(found.fires, found)
        yield from self._in_time(found)
        yield from self._nothing(found)
        yield from self.driver.extras(found, self.wait)

    @property
    def _downward(self) -> bool:
        return self.word in ("below", "at_most")

    @property
    def _begins_low(self) -> bool:
        """Whether the alert may fire while the first window fills: a new counter's pace begins below every threshold."""
        return self._downward and self.driver.window > 0 and not self.driver.divides

    @property
    def _first(self) -> Place:
        return self.driver.places.results[0]

    @property
    def _full(self) -> int:
        """Steps in which a constant level fires, with room behind it."""
        return self.driver.window + self.wait + 4

    def _near(self, fires: Decimal, found: Levels) -> Iterator[Draft]:
        """Yield cases with a constant level close to the threshold."""
        over: Profile = (Stretch(fires, self._full),)
        if not self.driver.window and found.quiet is not None:
            over = (Stretch(found.quiet, 2), Stretch(fires, self.wait + 2), Stretch(found.quiet, 2))
        lines = [*self.driver.lines(self._first, over), *self._outside(found.calm, length(over))]
        siblings = () if self.driver.crowded or found.quiet is None else self.driver.places.results[1:]
        for place in siblings:
            lines += self.driver.lines(place, (Stretch(found.quiet or _ZERO, length(over)),))
        name = "just past the threshold, another result just short of it" if siblings else "just past the threshold"
        yield self._draft(name, tuple(lines), over, fires=True, exact=fires == found.at)
        if found.quiet is not None and found.quiet != found.at:
            under = (Stretch(found.quiet, self._full),)
            lines = [*self.driver.lines(self._first, under), *self._outside(found.burst, self._full)]
            yield self._draft(
                "just short of the threshold", tuple(lines), under, fires=None if self._begins_low else False
            )
        if found.at is not None and fires != found.at:
            yield from self._on_threshold(found.at)

    def _on_threshold(self, level: Decimal) -> Iterator[Draft]:
        """Yield forms of one case; which of them floating point leaves on the threshold shows later."""
        fires = True if self.word in ("at_least", "at_most") else None if self._begins_low else False
        usual = getattr(self.driver, "events", None)
        forms: list[tuple[Place, Decimal | None]] = [(self._first, None), (self._first.only_first, None)]
        if usual is not None:
            # With one series on each side there are only two numbers to add, so their order cannot matter.
            forms = [(self._first.only_first, usual * times) for times in (1, 3, 7, 9, 11, 13)]
        for place, events in forms:
            profile = (Stretch(level, self._full, events),)
            lines = self.driver.lines(place, profile)
            yield self._draft("exactly on the threshold", lines, profile, fires=fires, exact=True)

    def _outside(self, level: Decimal | None, steps: int) -> tuple[Line, ...]:
        """Return a series that `where` leaves out, on a level that would change the answer."""
        outside = self.driver.places.outside
        if outside is None or level is None or self.driver.crowded:
            return ()
        return self.driver.lines(outside, (Stretch(level, steps),))

    def _in_time(self, found: Levels) -> Iterator[Draft]:
        """Yield cases in which the level changes."""
        if found.burst is None or found.calm is None or found.burst == found.calm:
            return
        window = self.driver.window
        if not window:
            if self.wait:
                short = (Stretch(found.calm, 2), Stretch(found.burst, self.wait), Stretch(found.calm, 3))
                yield self._profile("over before `for` has passed", short, fires=False)
            return
        # Part of the window that the burst has to fill; it is left again when the rest of the window is filled.
        crossing = (self.driver.threshold - found.calm) / (found.burst - found.calm)
        afterglow = round((1 - 2 * crossing) * window)
        long, brief = max(self.wait + 3 - min(afterglow, 0), round(crossing * window) + 3), self.wait - afterglow - 2
        burst = self._burst(found.calm, found.burst, long)
        lines = self.driver.lines(self._first, burst)
        yield self._draft("a burst", lines, burst, fires=True, exact=found.burst == found.at)
        if brief > 0:
            fires = None if self._begins_low or self.driver.crowded else False
            burst = self._burst(found.calm, found.burst, brief)
            yield self._profile("a burst over before `for` has passed", burst, fires=fires)
        if self.driver.restarts:
            upward = not self._downward
            steady = (Stretch(found.burst if upward else found.calm, 2 * window + self.wait + 8),)
            lines = self.driver.lines(self._first, steady, restart=window + 4)
            yield self._draft("a restart sets the counters to 0", lines, steady, fires=True if upward else None)

    def _burst(self, calm: Decimal, burst: Decimal, steps: int) -> Profile:
        window = self.driver.window
        return Stretch(calm, window + 2), Stretch(burst, steps), Stretch(calm, window + 2)

    def _nothing(self, found: Levels) -> Iterator[Draft]:
        """Yield cases without events, and without series."""
        yield Draft(name="nothing reports the metric", lines=(), steps=self._full, fires=False)
        if self.driver.divides:
            level = found.fires or _ZERO
            idle = (Stretch(level, self._full, _ZERO),)
            yield self._profile("no events", idle, fires=False)
        elif self.driver.restarts and found.fires != 0 != found.quiet:
            idle = (Stretch(_ZERO, self._full),)
            yield self._profile("no events", idle, fires=None)

    def _profile(self, name: str, profile: Profile, *, fires: bool | None) -> Draft:
        return self._draft(name, self.driver.lines(self._first, profile), profile, fires=fires)

    def _draft(
        self, name: str, lines: tuple[Line, ...], profile: Profile, *, fires: bool | None, exact: bool = False
    ) -> Draft:
        return Draft(name=name, lines=lines, steps=steps_of(lines, profile), fires=fires, exact=exact)
