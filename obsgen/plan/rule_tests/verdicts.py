"""Whether a condition is true, for every result and step, and where that cannot be said for sure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from obsgen.plan.rule_tests.oracle import Key, Scene, events, table, way_of
from obsgen.plan.rule_tests.parts import UntestableError
from obsgen.spec import queries as q
from obsgen.spec.values import quantity

#: True, False, or None where rounding decides.
Verdict: TypeAlias = bool | None
#: Results of arithmetic that are nearer to the threshold than this, relative to it, are not judged.
_NEAR = 1e-6
_NEAR_ZERO = 1e-12
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "above": lambda value, limit: value > limit,
    "below": lambda value, limit: value < limit,
    "at_least": lambda value, limit: value >= limit,
    "at_most": lambda value, limit: value <= limit,
    "equals": lambda value, limit: value == limit,
}


@dataclass(frozen=True, slots=True)
class Truth:
    """
    One result of a condition.

    Attributes:
        verdicts: One for each step.
        values: What `$value` is where the condition is true.
    """

    verdicts: tuple[Verdict, ...]
    values: tuple[float | None, ...]


def truths(condition: q.When | q.AllOf | q.AnyOf, at: Scene) -> dict[Key, Truth]:
    """
    Return the results of *condition*.

    Raises:
        UntestableError: If a part of it has no arithmetic.
    """
    if isinstance(condition, q.AnyOf):
        return _any([truths(part, at) for part in condition.any_], at.draft.steps)
    if isinstance(condition, q.AllOf):
        found = truths(condition.all_[0], at)
        for part in condition.all_[1:]:
            found = _both(found, truths(part, at), _and)
        return found if condition.unless is None else _both(found, truths(condition.unless, at), _but)
    return _when(condition, at)


def _and(first: Verdict, second: Verdict) -> Verdict:
    if first is False or second is False:
        return False
    return None if first is None or second is None else True


def _but(first: Verdict, second: Verdict) -> Verdict:
    return _and(first, None if second is None else not second)


def _or(first: Verdict, second: Verdict) -> Verdict:
    if first is True or second is True:
        return True
    return None if first is None or second is None else False


def _both(
    left: dict[Key, Truth], right: dict[Key, Truth], rule: Callable[[Verdict, Verdict], Verdict]
) -> dict[Key, Truth]:
    found = {}
    for key, truth in left.items():
        other = right[key].verdicts if key in right else (False,) * len(truth.verdicts)
        found[key] = Truth(tuple(rule(a, b) for a, b in zip(truth.verdicts, other, strict=True)), truth.values)
    return found


def _any(parts: list[dict[Key, Truth]], steps: int) -> dict[Key, Truth]:
    never = Truth((False,) * steps, (None,) * steps)
    found: dict[Key, Truth] = {}
    for part in parts:
        for key, truth in part.items():
            before = found.get(key, never)
            verdicts = tuple(_or(a, b) for a, b in zip(before.verdicts, truth.verdicts, strict=True))
            values = tuple(
                a if verdict else b for verdict, a, b in zip(before.verdicts, before.values, truth.values, strict=True)
            )
            found[key] = Truth(verdicts, values)
    return found


def _when(when: q.When, at: Scene) -> dict[Key, Truth]:
    if isinstance(when.query, q.Absent):
        return _absent(when.query, at)
    if isinstance(when.query, q.Down):
        return _down(at)
    if when.test is None:
        raise UntestableError("PromQL is written by hand" if isinstance(when.query, q.Raw) else "it has no comparison")
    word, limit = when.test.word, float(quantity(getattr(when.test, when.test.word)).value)
    read, exact = _is_read(when.query, word, at), at.draft.exact
    found = {
        key: Truth(tuple(judge(value, word, limit, exact=exact, read=read) for value in row), tuple(row))
        for key, row in table(when.query, word, at).items()
    }
    if when.test.min_events is None:
        return found
    least = float(when.test.min_events)
    enough = {
        key: Truth(tuple(judge(value, "at_least", least, exact=at.draft.exact) for value in row), tuple(row))
        for key, row in events(when.query, at).items()
    }
    return _both(found, enough, _and)


def _is_read(shape: q.Shape, word: str, at: Scene) -> bool:
    """Return whether the results are samples or differences of whole numbers, so that no rounding is in them."""
    if isinstance(shape, q.Value):
        return way_of(shape, word, at.ground) not in ("sum", "mean")
    return isinstance(shape, q.Age | q.Changes)


def judge(value: float | None, word: str, limit: float, *, exact: bool = False, read: bool = False) -> Verdict:
    """
    Return whether *value* passes the comparison; None if it is too near to tell.

    Args:
        value: The result, None where there is none.
        word: Key of the comparison.
        limit: The threshold.
        exact: Whether a result that equals the threshold is believed; one that is nearly equal never is.
        read: Whether the result holds no arithmetic, so that all of it is believed.
    """
    if value is None:
        return False
    if math.isfinite(value) and not read:
        if value == limit and not exact and limit != 0:
            return None
        if 0 < abs(value - limit) <= max(_NEAR * max(abs(value), abs(limit)), _NEAR_ZERO):
            return None
    return _COMPARE[word](value, limit)


def _absent(shape: q.Absent, at: Scene) -> dict[Key, Truth]:
    metric = at.ground.catalog.metrics.get(shape.absent)
    name = f"{shape.absent}_count" if metric is not None and metric.kind == "histogram" else shape.absent
    found = at.selected(name, shape.where)
    here = [any(track.now(step, at.dialect) is not None for track in found) for step in range(at.draft.steps)]
    # absent() takes its labels from the matchers that leave one value.
    key = tuple(sorted((label, value) for label, value in (shape.where or {}).items() if isinstance(value, str)))
    return {key: Truth(tuple(not there for there in here), (1.0,) * len(here))}


def _down(at: Scene) -> dict[Key, Truth]:
    scrape = at.ground.service.scrape
    if scrape is None:
        raise UntestableError("the service has no scrape job")
    found = {}
    for track in at.selected("up", {"job": scrape.job}):
        values = tuple(track.now(step, at.dialect) for step in range(at.draft.steps))
        found[tuple(sorted(track.line.labels.items()))] = Truth(tuple(value == 0 for value in values), values)
    return found
