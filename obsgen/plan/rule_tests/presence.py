"""`absent` and `down`: whether something is there at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from obsgen.plan.rule_tests.clock import MINUTE_MS, Clock
from obsgen.plan.rule_tests.parts import Draft
from obsgen.plan.rule_tests.places import Labels, Places
from obsgen.plan.rule_tests.series import Gap, Line, Piece, Stale, constant

_ONE = Decimal(1)
_ZERO = Decimal(0)
_GAP = 3


@dataclass(frozen=True, kw_only=True)
class AbsentSuite:
    """
    The cases of `absent`.

    Attributes:
        series: Name of the series.
        places: One that counts, and one that does not.
        clock: The grid.
    """

    series: str
    places: Places
    clock: Clock
    settled: int = 1

    def hold(self, steps: int, *, true: bool) -> tuple[Line, ...]:
        """Return nothing, or a series that is there."""
        return () if true else (self._line(constant(_ONE, steps)),)

    def drafts(self) -> Iterator[Draft]:
        """Yield the cases."""
        wait = self.clock.wait
        yield Draft(name="nothing reports the metric", lines=(), steps=wait + 3, fires=True)
        there = (self._line(constant(_ONE, wait + 5)),)
        yield Draft(name="it is reported", lines=there, steps=wait + 5, fires=False)
        gone = (self._line(constant(_ONE, 3), Stale(), Gap(wait + 2), constant(_ONE, 3)),)
        yield Draft(name="its series ends, and comes back", lines=gone, steps=wait + 9, fires=True)
        if wait > 1:
            short = (self._line(constant(_ONE, 2), Stale(), Gap(wait - 1), constant(_ONE, 3)),)
            yield Draft(name="it comes back before `for` has passed", lines=short, steps=wait + 5, fires=False)
        if self.clock.step_ms <= MINUTE_MS:
            gap = (self._line(constant(_ONE, 3), Gap(_GAP), constant(_ONE, wait + 3)),)
            yield Draft(name="a few missing samples", lines=gap, steps=wait + 9, fires=False)
        if self.places.outside is not None:
            labels = self.places.outside.members[0]
            other = (Line(self.series, labels, (constant(_ONE, wait + 3),)),)
            yield Draft(name="only other series report it", lines=other, steps=wait + 3, fires=True)

    def _line(self, *pieces: Piece) -> Line:
        return Line(self.series, self.places.results[0].members[0], pieces)


@dataclass(frozen=True, kw_only=True)
class DownSuite:
    """
    The cases of `down`.

    Attributes:
        targets: Labels of two targets of the job.
        clock: The grid.
    """

    targets: tuple[Mapping[str, str], ...]
    clock: Clock
    settled: int = 1

    def hold(self, steps: int, *, true: bool) -> tuple[Line, ...]:
        """Return targets that do not answer, or do."""
        value = _ZERO if true else _ONE
        return tuple(Line("up", target, (constant(value, steps),)) for target in self.targets)

    def drafts(self) -> Iterator[Draft]:
        """Yield the cases."""
        wait = self.clock.wait
        first, second = self.targets
        steps = wait + 7
        well = self._up(second, constant(_ONE, steps))
        down = self._up(first, constant(_ONE, 2), constant(_ZERO, wait + 2), constant(_ONE, 3))
        yield Draft(name="one of two targets does not answer", lines=(down, well), steps=steps, fires=True)
        yield Draft(
            name="all targets answer", lines=(self._up(first, constant(_ONE, steps)), well), steps=steps, fires=False
        )
        if wait:
            short = self._up(first, constant(_ONE, 2), constant(_ZERO, wait), constant(_ONE, 5))
            yield Draft(name="it answers again before `for` has passed", lines=(short, well), steps=steps, fires=False)
        gone = self._up(first, constant(_ONE, 2), Stale(), Gap(wait + 4))
        yield Draft(name="a target is not scraped any more", lines=(gone, well), steps=steps, fires=False)
        other = self._up({**first, "job": f"not-{first['job']}"}, constant(_ZERO, steps))
        yield Draft(name="a target of another job does not answer", lines=(other, well), steps=steps, fires=False)

    def _up(self, labels: Labels, *pieces: Piece) -> Line:
        return Line("up", labels, pieces)
