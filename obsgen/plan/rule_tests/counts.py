"""`rate`, `increase` and `project`: the level is a pace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from obsgen.plan.rule_tests.drivers import Profile, length, shared_out
from obsgen.plan.rule_tests.levels import Levels, Reach
from obsgen.plan.rule_tests.parts import Draft
from obsgen.plan.rule_tests.places import Place, Places
from obsgen.plan.rule_tests.series import Line, Run, counter


@dataclass(frozen=True, kw_only=True)
class Counts:
    """
    Counters that rise.

    Attributes:
        series: Name of the series.
        places: Where it has results.
        threshold: As written.
        per_step: Rise in one step that makes the query answer 1.
        window: In steps.
    """

    series: str
    places: Places
    threshold: Decimal
    per_step: Decimal
    window: int
    restarts: bool = True
    divides: bool = False
    crowded: bool = False

    @property
    def reach(self) -> Reach:
        """A counter does not fall."""
        return Reach(low=Decimal(0))

    def lines(self, place: Place, profile: Profile, *, restart: int | None = None) -> tuple[Line, ...]:
        """Return the series, each with its part of the pace."""
        part = shared_out(profile, Decimal(1) / len(place.members))
        return tuple(Line(self.series, labels, _restarted(self._pieces(part), restart)) for labels in place.members)

    def member(self, place: Place, index: int, profile: Profile) -> tuple[Line, ...]:
        """Return one series at the whole pace."""
        return (Line(self.series, place.members[index], self._pieces(profile)),)

    def _pieces(self, profile: Profile) -> tuple[Run, ...]:
        rises = [(_plain(stretch.level * self.per_step), stretch.steps) for stretch in profile]
        # Far enough from 0 that no window is cut short there, near enough that small rises are not lost.
        fastest = max(rise for rise, _ in rises)
        start = Decimal(10) ** max(0, (20 * fastest * length(profile)).adjusted() + 1) if fastest else Decimal(5)
        return counter(start, rises)

    def extras(self, levels: Levels, wait: int) -> Iterator[Draft]:
        """Yield nothing: a pace has no cases of its own."""
        del levels, wait
        yield from ()


def _plain(rise: Decimal) -> Decimal:
    """Return a rise with at most nine significant digits."""
    return rise.normalize() if len(rise.normalize().as_tuple().digits) < 10 else Decimal(f"{rise:.9g}").normalize()


def _restarted(pieces: tuple[Run, ...], restart: int | None) -> tuple[Run, ...]:
    """Return *pieces* cut at step *restart*, after which the counter begins again at 0."""
    if restart is None:
        return pieces
    found: list[Run] = []
    at, start = 0, None
    for piece in pieces:
        before = min(max(restart - at, 0), piece.count)
        if before:
            found.append(Run(piece.start, piece.step, before))
        if before < piece.count:
            start = Decimal(0) if start is None else found[-1].last + piece.step
            found.append(Run(start, piece.step, piece.count - before))
        at += piece.count
    return tuple(found)
