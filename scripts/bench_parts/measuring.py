"""Contenders that run in turns, round by round, and the bars between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from timeit import Timer
from typing import Any

Contender = Callable[[int], float]
"""Does something so many times, and returns the seconds that took."""

Costs = Mapping[str, float]
"""Of one call, by contender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """
    A ratio of two contenders that must not be exceeded.

    Attributes:
        without: Contender whose cost is taken off both: the watched function itself.
    """

    what: str
    contender: str
    against: str
    at_most: float
    without: str | None = None

    def ratio(self, rounds: Sequence[Costs]) -> float:
        """
        Return the ratio of two costs, the lesser of two estimates: of the best costs, which short rounds find between what
        else the machine does, and the median of the rounds, where what slows a long round slows all in it.

        A regression raises both.
        """
        best = {what: min(costs[what] for costs in rounds) for what in rounds[0]}
        return min(self._ratio(best), median(self._ratio(costs) for costs in rounds))

    def _ratio(self, costs: Costs) -> float:
        off = 0.0 if self.without is None else costs[self.without]
        return (costs[self.contender] - off) / (costs[self.against] - off)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """
    What is compared.

    Attributes:
        prepare: Yields the contenders, once; what comes after the `yield` cleans up.
        calls: How often a round does it.
        bars: What must hold.
        rounds: How many rounds at most, where one takes long.
        unit: Of the costs: `ns`, or `bytes` where what *prepare* yields returns these.
    """

    prepare: Callable[[], Iterator[Mapping[str, Contender]]]
    calls: int
    bars: tuple[Bar, ...]
    rounds: int = 1000
    unit: str = "ns"


def of(what: str | Callable[[], object], names: dict[str, Any] | None = None) -> Contender:
    """Return the contender that runs a statement, or a function without arguments."""
    return Timer(what, globals=names).timeit


def measure(section: Section, rounds: int) -> list[Costs]:
    """Return what a call cost in each round, in the section's unit."""
    scale = 1e9 if section.unit == "ns" else 1
    with contextmanager(section.prepare)() as contenders:
        return [
            {what: run(section.calls) / section.calls * scale for what, run in contenders.items()}
            for _ in range(min(rounds, section.rounds))
        ]


def report(section: Section, rounds: Sequence[Costs]) -> bool:
    """Print the least costs and the ratios; return whether every bar is held."""
    for what in rounds[0]:
        print(f"{what:46} {min(costs[what] for costs in rounds):14,.0f} {section.unit}")
    print()
    held = True
    for bar in section.bars:
        ratio = bar.ratio(rounds)
        held = held and ratio <= bar.at_most
        verdict = "ok" if ratio <= bar.at_most else "MISSED"
        print(f"{bar.what:46} {ratio:10.3f}    at most {bar.at_most:.2f}   {verdict}")
    return held
