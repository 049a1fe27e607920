"""The grid of a test: one step for the samples and for the evaluation of the rules."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from obsgen.plan.rule_tests.parts import leaves
from obsgen.spec import queries as q
from obsgen.spec.alerts import AlertSpec
from obsgen.spec.values import Duration, quantity

MINUTE_MS = 60_000
#: Steps that a reader can count in, longest first.
_LADDER_MS = (
    86_400_000, 21_600_000, 3_600_000, 1_800_000, 900_000, 300_000,
    MINUTE_MS, 30_000, 15_000, 10_000, 5_000, 1_000, 500, 100, 10, 1,
)  # fmt: skip
#: A window holds at least so many steps, so that one sample more or less at its edge never decides.
_STEPS_IN_WINDOW = 4
#: No window and no `for` takes more steps than this where a longer step can avoid it.
_MOST_STEPS = 180
#: A `for` that is short against the window has a say in the step up to so many steps; its end is late by less than one.
_MOST_FINE_STEPS = 360


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """
    The grid of one alert's tests.

    Attributes:
        step_ms: From one sample, and one evaluation, to the next.
        wait_ms: The alert's `for`, 0 for none.
        longest_ms: The longest time that a test has to span at least.
    """

    step_ms: int
    wait_ms: int
    longest_ms: int

    @property
    def step_seconds(self) -> Fraction:
        """The step in seconds."""
        return Fraction(self.step_ms, 1000)

    @property
    def wait(self) -> int:
        """Steps from the first true evaluation to the firing one."""
        return self.steps(self.wait_ms)

    def steps(self, length_ms: int) -> int:
        """Return how many steps cover *length_ms*."""
        return -(-length_ms // self.step_ms)

    def at(self, step: int) -> str:
        """Return the time of *step* as Prometheus writes it."""
        return str(Duration(step * self.step_ms)) or "0s"


def clock(spec: AlertSpec) -> Clock:
    """Return the grid for an alert: a minute, finer where a window or `for` is short, coarser where one is long."""
    wait_ms = spec.for_.ms if spec.for_ else 0
    windows = [window for leaf in leaves(spec.when) for window in windows_ms(leaf.query)]
    longest = max([wait_ms, *windows, *(_age_ms(leaf) for leaf in leaves(spec.when))])
    finest = min([window // _steps_needed(spec) for window in windows] or [_LADDER_MS[0]])
    return Clock(step_ms=_step(longest, finest, wait_ms), wait_ms=wait_ms, longest_ms=longest)


def _step(longest: int, finest: int, wait_ms: int) -> int:
    limit = min(finest, wait_ms or finest)
    if longest > limit * _MOST_FINE_STEPS:
        limit = finest
    fitting = [step for step in _LADDER_MS if step <= limit] or [1]
    if fitting[0] > MINUTE_MS:
        coarse = [step for step in fitting if step >= MINUTE_MS and longest <= step * _MOST_STEPS]
        return min(coarse, default=fitting[0])
    whole = [step for step in fitting if wait_ms % step == 0]
    return max(whole, default=fitting[0])


def _steps_needed(spec: AlertSpec) -> int:
    """Return how many steps the windows need: moves of a gauge have to fit in with room at both ends."""
    moves = [
        int(quantity(getattr(leaf.test, leaf.test.word)).value)
        for leaf in leaves(spec.when)
        if isinstance(leaf.query, q.Changes) and leaf.test is not None
    ]
    return max([_STEPS_IN_WINDOW, *(2 * (count + 2) for count in moves if 0 <= count <= 1000)])


def _age_ms(leaf: q.When) -> int:
    if not isinstance(leaf.query, q.Age) or leaf.test is None:
        return 0
    return abs(int(quantity(getattr(leaf.test, leaf.test.word)).value * 1000))


def windows_ms(shape: q.Shape) -> tuple[int, ...]:
    """Return the windows of *shape*, in milliseconds."""
    if isinstance(shape, q.Per):
        return (*windows_ms(shape.per.of), *windows_ms(shape.per.each))
    over: Duration | None = shape.from_ if isinstance(shape, q.Forecast) else getattr(shape, "over", None)
    return () if over is None else (over.ms,)
