"""What makes a query answer a wanted level: one class for each family of shapes builds the input series."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol, TypeAlias

from obsgen.plan.rule_tests.levels import Levels, Reach
from obsgen.plan.rule_tests.parts import Draft
from obsgen.plan.rule_tests.places import Labels, Place, Places
from obsgen.plan.rule_tests.series import Line


@dataclass(frozen=True, slots=True)
class Stretch:
    """
    Steps on one level.

    Attributes:
        level: What the query answers, or would answer if the whole window were like this.
        steps: How many.
        events: Events in a step and series, for queries that divide by their number; None for the usual number.
    """

    level: Decimal
    steps: int
    events: Decimal | None = None


Profile: TypeAlias = tuple[Stretch, ...]


class Driver(Protocol):
    """Builds the input series of one query."""

    @property
    def places(self) -> Places:
        """Where it has results."""

    @property
    def threshold(self) -> Decimal:
        """The threshold as a level; differs from the alert's where the level is not the answer itself."""

    @property
    def reach(self) -> Reach:
        """Levels that can be."""

    @property
    def window(self) -> int:
        """Steps of its longest window, 0 for none."""

    @property
    def restarts(self) -> bool:
        """Whether a restart of the process makes the answer dip."""

    @property
    def divides(self) -> bool:
        """Whether the answer is a quotient, which has no value without events and mixes the series by their events."""

    @property
    def crowded(self) -> bool:
        """Whether one result's level leaves no room for another's."""

    def lines(self, place: Place, profile: Profile, *, restart: int | None = None) -> tuple[Line, ...]:
        """Return the series of one result on *profile*, with counters that begin again at step *restart*."""

    def member(self, place: Place, index: int, profile: Profile) -> tuple[Line, ...]:
        """Return one series of a result on *profile*, as if it were alone."""

    def extras(self, levels: Levels, wait: int) -> Iterator[Draft]:
        """Yield cases that only this family has; *wait* is `for` in steps."""


def length(profile: Profile) -> int:
    """Return the steps of *profile*."""
    return sum(stretch.steps for stretch in profile)


def shared_out(profile: Profile, share: Decimal) -> Profile:
    """Return *profile* with every level times *share*."""
    return tuple(replace(stretch, level=stretch.level * share) for stretch in profile)


def with_labels(labels: Labels, **more: str) -> Labels:
    """Return *labels* and *more*."""
    return {**labels, **more}
