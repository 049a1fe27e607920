"""From a condition to its suite of cases."""

from __future__ import annotations

from decimal import Decimal

from obsgen.plan.rule_tests.builders import counted, driver, metric_called, range_of, window_steps
from obsgen.plan.rule_tests.joined import JoinedSuite
from obsgen.plan.rule_tests.moves import MovesSuite
from obsgen.plan.rule_tests.parts import Ground, Suite, UntestableError
from obsgen.plan.rule_tests.places import places, targets
from obsgen.plan.rule_tests.presence import AbsentSuite, DownSuite
from obsgen.plan.rule_tests.threshold import ThresholdSuite
from obsgen.spec import queries as q
from obsgen.spec.model import Metric
from obsgen.spec.values import quantity


def suite(condition: q.When | q.AllOf | q.AnyOf, ground: Ground) -> Suite:
    """
    Return the cases of *condition*.

    Raises:
        UntestableError: If a part of it has no arithmetic, or no input can be found for it.
    """
    if isinstance(condition, q.AnyOf):
        return JoinedSuite(tuple(suite(part, ground) for part in condition.any_), others=False)
    if isinstance(condition, q.AllOf):
        parts = tuple(suite(part, ground) for part in condition.all_)
        unless = None if condition.unless is None else suite(condition.unless, ground)
        return JoinedSuite(parts, others=True, unless=unless)
    return _plain(condition, ground)


def _plain(when: q.When, ground: Ground) -> Suite:
    shape = when.query
    if isinstance(shape, q.Raw):
        raise UntestableError("its PromQL is written by hand, and tests are derived from the query vocabulary only")
    if isinstance(shape, q.Absent):
        metric = metric_called(shape.absent, ground)
        return AbsentSuite(series=counted(metric), places=places(shape, metric, ground), clock=ground.clock)
    if isinstance(shape, q.Down):
        if ground.service.scrape is None:
            raise UntestableError("the service has no scrape job")
        return DownSuite(targets=tuple(targets(ground.service)[:2]), clock=ground.clock)
    if when.test is None:
        raise UntestableError("it has no comparison")
    word = when.test.word
    threshold = quantity(getattr(when.test, word)).value
    if isinstance(shape, q.Changes):
        return _moves(shape, word, threshold, ground)
    return ThresholdSuite(driver(shape, when.test, threshold, ground), word, ground.clock.wait)


def _moves(shape: q.Changes, word: str, threshold: Decimal, ground: Ground) -> MovesSuite:
    metric = metric_called(shape.changes, ground)
    return MovesSuite(
        series=metric.name, places=places(shape, metric, ground), word=word, threshold=threshold,
        window=window_steps(shape.over, ground), wait=ground.clock.wait, ends=_two_values(metric),
    )  # fmt: skip


def _two_values(metric: Metric) -> tuple[Decimal, Decimal]:
    low, high = range_of(metric)
    if low is not None:
        return low, low + 1 if high is None else min(high, low + 1)
    return (Decimal(0), Decimal(1)) if high is None else (high - 1, high)
