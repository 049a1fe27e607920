"""From true and false to quiet, pending and firing, and the steps at which that is worth asserting."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from obsgen.plan.rule_tests.oracle import Key, scene
from obsgen.plan.rule_tests.parts import Draft, Ground
from obsgen.plan.rule_tests.verdicts import Truth, Verdict, truths
from obsgen.plan.rule_tests.windows import DIALECTS
from obsgen.spec import queries as q

#: Steps that are asserted at most in one case; the ones in the middle go first.
_MOST_PROBES = 12


class State(IntEnum):
    """What an alert does for one set of labels, in the order in which it gets worse."""

    QUIET = 0
    PENDING = 1
    FIRING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """
    What every version of Prometheus has to show at one step.

    Attributes:
        step: The step.
        states: Label sets that are pending or firing.
        values: What `$value` is for each of them; left out where versions differ.
    """

    step: int
    states: dict[Key, State]
    values: dict[Key, float]

    def keys(self, state: State) -> list[Key]:
        """Return the label sets in *state*, sorted."""
        return sorted(key for key, found in self.states.items() if found is state)


def moments(condition: q.When | q.AllOf | q.AnyOf, draft: Draft, ground: Ground) -> list[Moment | None]:
    """
    Return what the alert shows at each step of *draft*; None where versions of Prometheus may differ.

    Raises:
        UntestableError: If the condition has no arithmetic.
    """
    seen = [truths(condition, scene(draft, ground, dialect)) for dialect in DIALECTS]
    keys = sorted({key for found in seen for key in found})
    never = Truth((False,) * draft.steps, (None,) * draft.steps)
    rows = {key: [found.get(key, never) for found in seen] for key in keys}
    wait, step_ms = ground.clock.wait_ms, ground.clock.step_ms
    sure = {key: list(_agreed([truth.verdicts for truth in row], wait, step_ms)) for key, row in rows.items()}
    return [_moment(step, rows, sure) for step in range(draft.steps)]


def _moment(step: int, rows: dict[Key, list[Truth]], sure: dict[Key, list[State | None]]) -> Moment | None:
    states: dict[Key, State] = {}
    values: dict[Key, float] = {}
    for key, states_of_key in sure.items():
        state = states_of_key[step]
        if state is None:
            return None
        if state is not State.QUIET:
            states[key] = state
            seen = [truth.values[step] for truth in rows[key]]
            if seen[0] is not None and seen[1] is not None and math.isclose(seen[0], seen[1], rel_tol=1e-9):
                values[key] = seen[0]
    return Moment(step=step, states=states, values=values)


def _agreed(verdicts: Sequence[Sequence[Verdict]], wait_ms: int, step_ms: int) -> Iterator[State | None]:
    """Yield the state where the least and the most that may be true lead to the same one."""
    least = [all(verdict is True for verdict in column) for column in zip(*verdicts, strict=True)]
    most = [any(verdict is not False for verdict in column) for column in zip(*verdicts, strict=True)]
    for low, high in zip(states(least, wait_ms, step_ms), states(most, wait_ms, step_ms), strict=True):
        yield low if low is high else None


def states(truth: Sequence[bool], wait_ms: int, step_ms: int) -> Iterator[State]:
    """Yield the state of an alert whose condition is *truth* at each evaluation, *step_ms* apart."""
    since = None
    for step, true in enumerate(truth):
        if not true:
            since = None
            yield State.QUIET
            continue
        since = step if since is None else since
        yield State.FIRING if (step - since) * step_ms >= wait_ms else State.PENDING


def worth_asserting(found: Sequence[Moment | None], extra: Sequence[int]) -> list[Moment]:
    """Return the moments around each change of state, the middle of long stretches, *extra* ones and the last one."""
    sure = [moment for moment in found if moment is not None]
    if not sure:
        return []
    chosen = {sure[-1].step}
    start = 0
    for position, (before, after) in enumerate(pairwise(sure), start=1):
        if before.states != after.states:
            chosen |= {before.step, after.step, sure[(start + position - 1) // 2].step}
            start = position
    chosen |= {step for step in extra if any(moment.step == step for moment in sure)}
    if start == 0:
        chosen.add(sure[len(sure) // 2].step)
    if len(chosen) > _MOST_PROBES:
        ordered = sorted(chosen)
        chosen = {*ordered[: _MOST_PROBES // 2], *ordered[-_MOST_PROBES // 2 :]}
    return [moment for moment in sure if moment.step in chosen]
