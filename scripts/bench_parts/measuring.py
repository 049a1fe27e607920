"""Contenders that run in turns within one process, of which the best round counts, and the bars between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from timeit import Timer
from typing import Any

PATIENCE = 4

Contender = Callable[[int], float]
"""Does something so many times, and returns the seconds that took."""


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

    def is_held(self, best: Mapping[str, float]) -> bool:
        """Say whether it is not exceeded."""
        return self.ratio(best) <= self.at_most

    def ratio(self, best: Mapping[str, float]) -> float:
        """Return the ratio of two costs."""
        off = 0.0 if self.without is None else best[self.without]
        return (best[self.contender] - off) / (best[self.against] - off)


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


def measure(section: Section, rounds: int) -> dict[str, float]:
    """
    Return the cost of a call in the section's unit, by contender: the best of *rounds*.

    While a bar is missed there are up to `PATIENCE` times as many: what else the machine does can only add to a cost.
    """
    scale = 1e9 if section.unit == "ns" else 1
    rounds = min(rounds, section.rounds)
    with contextmanager(section.prepare)() as contenders:
        best = dict.fromkeys(contenders, float("inf"))
        for number in range(rounds * PATIENCE):
            if number >= rounds and (section.rounds == 1 or all(bar.is_held(best) for bar in section.bars)):
                break
            for what, run in contenders.items():
                best[what] = min(best[what], run(section.calls) / section.calls * scale)
    return best


def report(section: Section, best: Mapping[str, float]) -> bool:
    """Print the costs and the ratios; return whether every bar is held."""
    for what, cost in best.items():
        print(f"{what:46} {cost:14,.0f} {section.unit}")
    print()
    held = True
    for bar in section.bars:
        ratio = bar.ratio(best)
        verdict = "ok" if bar.is_held(best) else "MISSED"
        held = held and bar.is_held(best)
        print(f"{bar.what:46} {ratio:10.3f}    at most {bar.at_most:.2f}   {verdict}")
    return held
