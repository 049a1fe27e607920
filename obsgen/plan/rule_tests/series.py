"""Input series in promtool's notation, and the samples that promtool makes of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property
from itertools import accumulate, chain, repeat
from typing import Final, TypeAlias

from obsgen.promql.tokens import quote
from obsgen.spec.values import number


class Mark(Enum):
    """What stands at a step instead of a number."""

    MISSING = "_"
    STALE = "stale"


Sample: TypeAlias = float | Mark
MISSING: Final = Mark.MISSING
STALE: Final = Mark.STALE


@dataclass(frozen=True, slots=True)
class Run:
    """
    Numbers with a constant step between them.

    Attributes:
        start: The first one.
        step: Added each time.
        count: How many, at least 1.
    """

    start: Decimal
    step: Decimal
    count: int

    @property
    def last(self) -> Decimal:
        """The last one."""
        return self.start + self.step * (self.count - 1)

    @property
    def text(self) -> str:
        """`a+bxn`, where n counts the additions."""
        if self.count == 1:
            return number(self.start)
        if self.step == 0:
            return f"{number(self.start)}x{self.count - 1}"
        sign = "+" if self.step > 0 else "-"
        return f"{number(self.start)}{sign}{number(abs(self.step))}x{self.count - 1}"

    @property
    def samples(self) -> Sequence[Sample]:
        """The numbers, added up in floating point as promtool does."""
        return list(accumulate(chain([float(self.start)], repeat(float(self.step), self.count - 1))))


@dataclass(frozen=True, slots=True)
class Gap:
    """Steps without a sample."""

    count: int

    @property
    def text(self) -> str:
        """`_xn`, where n counts the samples, unlike that of numbers."""
        return f"_x{self.count}"

    @property
    def samples(self) -> Sequence[Sample]:
        """Nothing."""
        return [MISSING] * self.count


@dataclass(frozen=True, slots=True)
class Stale:
    """The series ends here, as when a target is gone."""

    @property
    def count(self) -> int:
        """One step."""
        return 1

    @property
    def text(self) -> str:
        """The word for it."""
        return "stale"

    @property
    def samples(self) -> Sequence[Sample]:
        """The mark."""
        return [STALE]


@dataclass(frozen=True, slots=True)
class Nans:
    """A value that is not a number, *count* times."""

    count: int

    @property
    def text(self) -> str:
        """The word, repeated: promtool knows no `NaNxn`."""
        return " ".join(["NaN"] * self.count)

    @property
    def samples(self) -> Sequence[Sample]:
        """The values."""
        return [math.nan] * self.count


Piece: TypeAlias = Run | Gap | Stale | Nans


@dataclass(frozen=True)
class Line:
    """
    One input series.

    Attributes:
        name: Metric name.
        labels: All other labels.
        pieces: What it reads, from the first step on.
    """

    name: str
    labels: Mapping[str, str]
    pieces: tuple[Piece, ...]

    @property
    def series(self) -> str:
        """The series as a selector."""
        return selector(self.name, self.labels)

    @property
    def values(self) -> str:
        """What it reads, in promtool's notation."""
        return " ".join(piece.text for piece in self.pieces)

    @property
    def steps(self) -> int:
        """How many steps it lasts."""
        return sum(piece.count for piece in self.pieces)

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """What it reads at each step."""
        return tuple(sample for piece in self.pieces for sample in piece.samples)


def selector(name: str, labels: Mapping[str, str]) -> str:
    """Return a series in PromQL, labels sorted."""
    inner = ", ".join(f"{label}={quote(value)}" for label, value in sorted(labels.items()))
    return f"{name}{{{inner}}}" if inner else name


def constant(value: Decimal, count: int) -> Run:
    """Return *value*, *count* times."""
    return Run(value, Decimal(0), count)


def counter(start: Decimal, rises: Sequence[tuple[Decimal, int]]) -> tuple[Run, ...]:
    """
    Return a counter that begins at *start*.

    Args:
        start: Value of the first sample.
        rises: Rise in one step, and for how many steps; the first sample is a step of the first entry.
    """
    pieces: list[Run] = []
    for rise, count in rises:
        if count < 1:
            continue
        first = pieces[-1].last + rise if pieces else start
        if pieces and pieces[-1].step == rise:
            pieces[-1] = Run(pieces[-1].start, rise, pieces[-1].count + count)
        else:
            pieces.append(Run(first, rise, count))
    return tuple(pieces)
