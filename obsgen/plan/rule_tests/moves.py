"""`changes`: how often a gauge moved."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from obsgen.plan.rule_tests.parts import Draft, UntestableError
from obsgen.plan.rule_tests.places import Labels, Places
from obsgen.plan.rule_tests.series import Line, Run, constant

_COMPARE = {
    "above": lambda count, limit: count > limit,
    "below": lambda count, limit: count < limit,
    "at_least": lambda count, limit: count >= limit,
    "at_most": lambda count, limit: count <= limit,
    "equals": lambda count, limit: count == limit,
}


@dataclass(frozen=True, kw_only=True)
class MovesSuite:
    """
    The cases of `changes`.

    A steady move every n steps is one move more or less in a window, depending on where the window stands and whether
    it holds its oldest edge; so a steady pace stays clear of the threshold on both sides, and bunches of moves, which
    every window holds whole or not at all, show the exact number.

    Attributes:
        series: Name of the gauge.
        places: Where the query has results.
        word, threshold: The comparison.
        window: In steps.
        wait: `for`, in steps.
        ends: Two values that the gauge can have.
    """

    series: str
    places: Places
    word: str
    threshold: Decimal
    window: int
    wait: int
    ends: tuple[Decimal, Decimal]

    @property
    def settled(self) -> int:
        """Steps until the window is full."""
        return self.window + 1

    def hold(self, steps: int, *, true: bool) -> tuple[Line, ...]:
        """Return a gauge that moves often or stands still."""
        still = self._line(0, [steps])
        often = self._line(0, [1] * steps)
        if _COMPARE[self.word](Decimal(0), self.threshold) is true:
            return (still,)
        return (often,)

    def drafts(self) -> Iterator[Draft]:
        """
        Yield the cases.

        Raises:
            UntestableError: If the window is too short for the moves.
        """
        most = self.window - 2
        still_fires = _COMPARE[self.word](Decimal(0), self.threshold)
        limit = math.floor(self.threshold)
        if limit < 0 or limit + 1 > most:
            raise UntestableError(f"a gauge does not move {limit + 1} times in a window that its tests can show")
        full = self.window + self.wait + 4
        yield Draft(name="it stands still", lines=(self._line(0, [full]),), steps=full, fires=still_fires)
        if self.word != "equals":
            yield Draft(
                name="it moves all the time", lines=(self._line(0, [1] * full),), steps=full, fires=not still_fires
            )
        for count in dict.fromkeys((limit - 1, limit, limit + 1)):
            if count > 0:
                yield self._bunch(count)
        yield Draft(name="nothing reports the metric", lines=(), steps=full, fires=False)

    def _bunch(self, count: int) -> Draft:
        lead, rest = self.window + 2, self.window + self.wait + 3
        steps = lead + count + rest
        name = "it moves once" if count == 1 else f"it moves {count} times"
        members = self.places.results[0].members
        # Shared out, so that only the sum of the series is the number.
        shares = [count // len(members) + (index < count % len(members)) for index in range(len(members))]
        lines = [
            self._one(labels, [lead, *[1] * (share - 1), steps - lead - share + 1])
            for labels, share in zip(members, shares, strict=True)
            if share
        ]
        if len(self.places.results) > 1:
            lines.append(self._one(self.places.results[1].members[0], [steps]))
        return Draft(name=name, lines=tuple(lines), steps=steps, probes=(lead + count,))

    def _line(self, result: int, lengths: Sequence[int]) -> Line:
        return self._one(self.places.results[result].members[0], lengths)

    def _one(self, labels: Labels, lengths: Sequence[int]) -> Line:
        """Return the gauge with the two values in turns, each for as many steps as *lengths* says."""
        pieces: list[Run] = [constant(self.ends[index % 2], count) for index, count in enumerate(lengths)]
        return Line(self.series, labels, tuple(pieces))
