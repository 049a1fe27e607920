"""`value`, `forecast` and `age`: the level is what the gauge reads, will read, or how long ago that was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from obsgen.plan.rule_tests.drivers import Profile, Stretch, length
from obsgen.plan.rule_tests.levels import Levels, Reach
from obsgen.plan.rule_tests.oracle import Way
from obsgen.plan.rule_tests.parts import Draft
from obsgen.plan.rule_tests.places import Place, Places
from obsgen.plan.rule_tests.series import Gap, Line, Nans, Run, constant

_GAP = 3


@dataclass(frozen=True, kw_only=True)
class Gauges:
    """
    Gauges that stand still or jump.

    Attributes:
        series: Name of the series.
        places: Where the query has results.
        threshold: As written.
        single: What one series can read.
        way: How several become one; None if each stays a result.
        window: In steps; 0 but for a forecast.
        ahead: Steps that a forecast looks ahead, 0 for none.
        bridges_gaps: Whether a few missing samples fall within Prometheus' lookback.
    """

    series: str
    places: Places
    threshold: Decimal
    single: Reach
    way: Way | None
    window: int = 0
    ahead: int = 0
    bridges_gaps: bool = False
    restarts: bool = False
    divides: bool = False
    crowded: bool = False

    @property
    def reach(self) -> Reach:
        """What the series read together."""
        count = len(self.places.results[0].members)
        if self.way != "sum" or count == 1:
            return self.single
        low, high = self.single.low, self.single.high
        return Reach(low=low and low * count, high=high and high * count, grain=self.single.grain)

    def lines(self, place: Place, profile: Profile, *, restart: int | None = None) -> tuple[Line, ...]:
        """Return the series, the second one so far from the first that another way to put them together shows."""
        del restart
        split = [self._split(stretch.level, len(place.members)) for stretch in profile]
        return tuple(
            Line(
                self.series,
                labels,
                tuple(constant(levels[index], stretch.steps) for levels, stretch in zip(split, profile, strict=True)),
            )
            for index, labels in enumerate(place.members)
        )

    def member(self, place: Place, index: int, profile: Profile) -> tuple[Line, ...]:
        """Return one series."""
        pieces = tuple(constant(stretch.level, stretch.steps) for stretch in profile)
        return (Line(self.series, place.members[index], pieces),)

    def _split(self, level: Decimal, count: int) -> tuple[Decimal, ...]:
        if count == 1:
            return (level,)
        apart = abs(level) / 2 or Decimal(1)
        if self.way == "min":
            return level, level + self._room(level, 1, apart)
        if self.way == "max":
            return level, level - self._room(level, -1, apart)
        if self.way == "mean":
            # An average on the threshold itself is free of rounding only between equal values.
            if level == self.threshold:
                return level, level
            apart = min(self._room(level, 1, apart), self._room(level, -1, apart))
            return level - apart, level + apart
        parts = (level * 3 / 4, level / 4)
        return parts if all(self.single.holds(part) for part in parts) else (level / 2, level / 2)

    def _room(self, level: Decimal, side: int, wanted: Decimal) -> Decimal:
        end = self.single.end(side)
        return wanted if end is None else min(wanted, abs(end - level))

    def extras(self, levels: Levels, wait: int) -> Iterator[Draft]:
        """Yield values that are no numbers, missing samples, and for a forecast a trend."""
        place = self.places.results[0]
        steps = self.window + wait + 5
        lines = tuple(Line(self.series, labels, (Nans(steps),)) for labels in place.members)
        yield Draft(name="not a number", lines=lines, steps=steps, fires=False)
        if self.bridges_gaps and wait > _GAP and levels.fires is not None and not self.window:
            yield self._with_gap(place, levels.fires, wait)
        if self.ahead and levels.best is not None and levels.fires is not None and levels.best != self.threshold:
            yield from self._trend(place, levels.best, wait)

    def _with_gap(self, place: Place, level: Decimal, wait: int) -> Draft:
        whole = self.lines(place, (Stretch(level, 1),))
        lines = tuple(
            Line(line.name, line.labels, (*line.pieces, Gap(_GAP), *line.pieces, *line.pieces * (wait - 1)))
            for line in whole
        )
        return Draft(
            name="a few missing samples do not restart the wait", lines=lines, steps=2 + _GAP + wait, fires=True
        )

    def _trend(self, place: Place, start: Decimal, wait: int) -> Iterator[Draft]:
        """Yield a gauge that is still far from the threshold but on its way there."""
        lead = self.window + 2
        steps = lead + wait + 4
        move = Decimal(f"{(self.threshold - start) / (self.ahead + lead):.6g}")
        if steps > self.ahead or not self.single.holds(start + move * steps):
            return
        line = Line(self.series, place.members[0], (Run(start, move, steps),))
        yield Draft(name="the trend leads there", lines=(line,), steps=steps, fires=True)


@dataclass(frozen=True, kw_only=True)
class Ages:
    """
    Gauges that hold a time.

    Attributes:
        series: Name of the series.
        places: Where the query has results.
        threshold: In seconds.
        step_seconds: Of the grid.
    """

    series: str
    places: Places
    threshold: Decimal
    step_seconds: Decimal
    window: int = 0
    restarts: bool = False
    divides: bool = False
    crowded: bool = False

    @property
    def reach(self) -> Reach:
        """Nothing is younger than now; how old it can be is up to the lead that a profile is given."""
        return Reach(low=Decimal(0), high=self.oldest, grain=self.step_seconds)

    @property
    def oldest(self) -> Decimal:
        """The greatest age that is used: promtool's clock starts at 0, so it has to run for as long first."""
        return max(self.threshold * Decimal("1.5"), 4 * self.step_seconds)

    @property
    def lead(self) -> int:
        """Steps before the first sample, so that no time is negative."""
        return int(self.oldest / self.step_seconds) + 3

    def lines(self, place: Place, profile: Profile, *, restart: int | None = None) -> tuple[Line, ...]:
        """Return the series, the second one a step older than the first."""
        del restart
        return tuple(
            Line(self.series, labels, self._pieces(profile, self.step_seconds * index))
            for index, labels in enumerate(place.members)
        )

    def member(self, place: Place, index: int, profile: Profile) -> tuple[Line, ...]:
        """Return one series."""
        return (Line(self.series, place.members[index], self._pieces(profile, Decimal(0))),)

    def _pieces(self, profile: Profile, older: Decimal) -> tuple[Gap | Run, ...]:
        found: list[Gap | Run] = [Gap(self.lead)]
        at = self.lead
        for stretch in profile:
            found.append(Run(at * self.step_seconds - stretch.level - older, self.step_seconds, stretch.steps))
            at += stretch.steps
        return tuple(found)

    def extras(self, levels: Levels, wait: int) -> Iterator[Draft]:
        """Yield a time that is no longer brought up to date."""
        if levels.fires is None:
            return
        moving, still = 3, int(self.oldest / self.step_seconds) + wait + 3
        pieces = (Run(Decimal(0), self.step_seconds, moving), constant(self.step_seconds * (moving - 1), still))
        line = Line(self.series, self.places.results[0].members[0], pieces)
        yield Draft(name="not brought up to date any more", lines=(line,), steps=moving + still, fires=None)


def steps_of(lines: tuple[Line, ...], profile: Profile) -> int:
    """Return the steps of a case: those of its longest series, or of *profile* if it has none."""
    return max([length(profile), *(line.steps for line in lines)])
