"""What the parts of this package hand to each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from obsgen.spec import queries as q
from obsgen.spec.model import Catalog, Service

if TYPE_CHECKING:
    from obsgen.plan.rule_tests.clock import Clock
    from obsgen.plan.rule_tests.series import Line


class UntestableError(Exception):
    """No test can be derived; the message is the reason, as a clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """
    What holds for all tests of one alert.

    Attributes:
        catalog, service: What names mean.
        clock: The grid.
        pins: Label -> the values that every part of a compound condition can have, in order of preference.
    """

    catalog: Catalog
    service: Service
    clock: Clock
    pins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """
    One case before it is known what the alert does in it.

    Attributes:
        name: What happens, as a clause.
        lines: The input.
        fires: What the case is made for: True if the alert has to fire at some time, False if never, None if open.
        exact: True where a result that equals the threshold is meant to. Floating point may spoil that, so such a case
            comes in several forms under one name, of which the first that works is kept.
        steps: Length of the case.
        probes: Steps worth asserting beside those at which the state changes.
    """

    name: str
    lines: tuple[Line, ...]
    steps: int
    fires: bool | None = None
    exact: bool = False
    probes: tuple[int, ...] = ()


class Suite(Protocol):
    """The cases of one condition."""

    def drafts(self) -> Iterator[Draft]:
        """Yield the cases, the plainest first."""

    def hold(self, steps: int, *, true: bool) -> tuple[Line, ...]:
        """Return input that keeps the condition true, or false, for *steps* steps once its window is full."""

    @property
    def settled(self) -> int:
        """Steps until `hold` has its effect."""


def leaves(condition: q.When | q.AllOf | q.AnyOf) -> tuple[q.When, ...]:
    """Return the plain conditions that *condition* is made of."""
    if isinstance(condition, q.When):
        return (condition,)
    parts = condition.all_ if isinstance(condition, q.AllOf) else condition.any_
    more = (condition.unless,) if isinstance(condition, q.AllOf) and condition.unless is not None else ()
    return tuple(leaf for part in (*parts, *more) for leaf in leaves(part))
