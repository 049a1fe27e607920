"""From a query and its threshold to the driver that feeds it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from obsgen.plan.rule_tests.clock import MINUTE_MS
from obsgen.plan.rule_tests.counts import Counts
from obsgen.plan.rule_tests.drivers import Driver
from obsgen.plan.rule_tests.gauges import Ages, Gauges
from obsgen.plan.rule_tests.levels import Reach, levels
from obsgen.plan.rule_tests.oracle import PERIOD_SECONDS, way_of
from obsgen.plan.rule_tests.parts import Ground, UntestableError
from obsgen.plan.rule_tests.places import Places, places
from obsgen.plan.rule_tests.quotients import Quotients
from obsgen.plan.rule_tests.shares import Averages, InsideBound, PartOfAll, PartOfWhole, SlowShare
from obsgen.spec import queries as q
from obsgen.spec.model import Metric, Record
from obsgen.spec.values import Duration, quantity

_SHARE = Reach(low=Decimal(0), high=Decimal(1), grain=Decimal("0.01"))
_MOST_EVENTS = 10**9


def driver(shape: q.Shape, test: q.Test, threshold: Decimal, ground: Ground) -> Driver:
    """
    Return what feeds *shape*.

    Args:
        shape: The query.
        test: The comparison it stands in.
        threshold: What it is compared with; for a part of a quotient not what the test says.
        ground: What names mean.

    Raises:
        UntestableError: If it is no query with a number, or its labels leave no room for one.
    """
    match shape:
        case q.Rate() | q.Increase() | q.Project():
            return _counts(shape, threshold, ground)
        case q.Value() | q.Forecast():
            return _gauges(shape, test.word, threshold, ground)
        case q.Age():
            metric = metric_called(shape.age, ground)
            step = Decimal(ground.clock.step_ms) / 1000
            return Ages(
                series=metric.name, places=places(shape, metric, ground), threshold=threshold, step_seconds=step
            )
        case q.Per():
            return _quotients(shape, test, threshold, ground)
        case q.Quantile():
            return _slow_share(shape, test, threshold, ground)
        case q.Ratio() | q.Share() | q.Mean() | q.Within():
            return _mixture(shape, test, threshold, ground)
    raise UntestableError(f"`{next(iter(type(shape).__dataclass_fields__))}` is not a query with a threshold")


def _counts(shape: q.Rate | q.Increase | q.Project, threshold: Decimal, ground: Ground) -> Counts:
    name = next(getattr(shape, key) for key in ("rate", "increase", "project") if hasattr(shape, key))
    metric = metric_called(str(name), ground)
    step = Decimal(ground.clock.step_ms) / 1000
    match shape:
        case q.Increase():
            per_step = Decimal(ground.clock.step_ms) / Decimal(shape.over.ms if shape.over else 1)
        case q.Project():
            per_step = step / PERIOD_SECONDS[shape.to]
        case _:
            per_step = step
    return Counts(
        series=counted(metric), places=places(shape, metric, ground), threshold=threshold, per_step=per_step,
        window=window_steps(shape.over, ground),
    )  # fmt: skip


def _gauges(shape: q.Value | q.Forecast, word: str, threshold: Decimal, ground: Ground) -> Gauges:
    name = shape.value if isinstance(shape, q.Value) else shape.forecast
    source = ground.catalog.records.get(name) or metric_called(name, ground)
    way = way_of(shape, word, ground)
    return Gauges(
        series=source.name, places=places(shape, source, ground, apart=way is None), threshold=threshold,
        single=_readings(source), way=way,
        window=0 if isinstance(shape, q.Value) else window_steps(shape.from_, ground),
        ahead=0 if isinstance(shape, q.Value) else ground.clock.steps(shape.in_.ms),
        bridges_gaps=ground.clock.step_ms <= MINUTE_MS,
    )  # fmt: skip


def _readings(source: Metric | Record) -> Reach:
    if isinstance(source, Metric) and source.kind == "info":
        return Reach(low=Decimal(1), high=Decimal(1))
    low, high = range_of(source)
    return (
        Reach(low=low, high=high)
        if low is None or high is None
        else Reach(low=low, high=high, grain=(high - low) / 100)
    )


def _quotients(shape: q.Per, test: q.Test, threshold: Decimal, ground: Ground) -> Quotients:
    if isinstance(shape.per.of, q.Quantile) or isinstance(shape.per.each, q.Quantile):
        raise UntestableError("it divides with a quantile")
    each = driver(shape.per.each, test, Decimal(1), ground)
    reach = each.reach
    ten = Decimal(10)
    divisor = ten if reach.holds(ten) else ((reach.low or Decimal(0)) + (reach.high or ten)) / 2
    of = driver(shape.per.of, test, threshold * divisor, ground)
    return Quotients(of=of, each=each, threshold=threshold, divisor=divisor)


def _mixture(shape: q.Ratio | q.Share | q.Mean | q.Within, test: q.Test, threshold: Decimal, ground: Ground) -> Driver:
    name = next(getattr(shape, key) for key in ("ratio", "share", "mean", "of") if hasattr(shape, key))
    metric = metric_called(str(name), ground)
    found = places(shape, metric, ground, part=shape.part if isinstance(shape, q.Ratio) else None)
    reach = _SHARE
    if isinstance(shape, q.Mean):
        low, high = range_of(metric)
        reach = Reach(low=max(low or Decimal(0), Decimal(0)), high=high)
    common = _common(shape.over, metric, found, test, threshold, reach, ground)
    match shape:
        case q.Ratio():
            return PartOfWhole(**common)
        case q.Mean():
            return Averages(**common)
        case q.Within():
            return InsideBound(**common, bound=le(float(quantity(shape.within).value)))
    if len(found.results) == 1:
        raise UntestableError("there is only one value that could have a share")
    return PartOfAll(**common, crowded=True)


def _slow_share(shape: q.Quantile, test: q.Test, threshold: Decimal, ground: Ground) -> SlowShare:
    if not 0 < shape.quantile < 1:
        raise UntestableError("a quantile of 0 or 1 is never just past a threshold")
    metric = metric_called(shape.of, ground)
    bounds = [*metric.buckets, float("inf")]
    reached = [index for index, bound in enumerate(bounds) if bound <= threshold]
    if not reached:
        raise UntestableError("the threshold lies inside the first bucket, so where a quantile falls is a guess")
    fast = reached[-1]
    # The observations that are not fast lie in a bucket whose lower bound is not below the threshold.
    slow = min(fast + (1 if bounds[fast] == threshold else 2), len(bounds) - 1)
    if slow == fast:
        raise UntestableError("the threshold is not below the last bucket")
    found = places(shape, metric, ground)
    common = _common(shape.over, metric, found, test, 1 - Decimal(repr(shape.quantile)), _SHARE, ground)
    on_bound = bounds[fast] == threshold or bounds[fast + 1] == float("inf")
    inside = () if on_bound else _inside(shape, test, threshold, bounds[fast], bounds[fast + 1])
    return SlowShare(
        **common, fast=le(bounds[fast]), between=le(bounds[slow - 1]), slow=le(bounds[slow]), inside=inside
    )


def _inside(
    shape: q.Quantile, test: q.Test, threshold: Decimal, low: float, high: float
) -> tuple[tuple[Decimal, bool], ...]:
    """Return the shares of observations inside the bucket of the threshold that put the quantile next to it."""
    share, below, above = (Decimal(repr(number)) for number in (shape.quantile, low, high))
    around = levels(test.word, threshold, Reach(low=below, high=above))
    found = []
    for level, fires in ((around.fires, True), (around.quiet, False)):
        # On the line between the bounds the quantile lies at (share - fast) / (1 - fast).
        height = None if level is None else (level - below) / (above - below)
        if height is not None and height < share:
            found.append((((1 - share) / (1 - height)).quantize(Decimal("0.0001")), fires))
    return tuple(found)


def _common(
    over: Duration | None, metric: Metric, found: Places, test: q.Test, threshold: Decimal, reach: Reach, ground: Ground
) -> dict[str, Any]:
    """Return what every query that divides is made of."""
    window, least = window_steps(over, ground), test.min_events or 0
    around = levels(test.word, threshold, reach)
    wanted = (around.at, around.fires, around.quiet)
    digits = max((-int(level.normalize().as_tuple().exponent) for level in wanted if level is not None), default=2)
    events = Decimal(10) ** max(2, min(digits, 6))
    while events * window * len(found.results[0].members) < 2 * least and events < _MOST_EVENTS:
        events *= 10
    return {
        "metric": metric.name, "places": found, "threshold": threshold, "reach": reach, "window": window,
        "events": events, "least_events": least,
    }  # fmt: skip


def metric_called(name: str, ground: Ground) -> Metric:
    """Return the metric called *name*, or raise `UntestableError`."""
    metric = ground.catalog.metrics.get(name)
    if metric is None:
        raise UntestableError(f"no metric is called `{name}`")
    return metric


def counted(metric: Metric) -> str:
    """Return the series that counts the events of *metric*."""
    return f"{metric.name}_count" if metric.kind == "histogram" else metric.name


def window_steps(over: Duration | None, ground: Ground) -> int:
    """Return the steps of a window, or raise `UntestableError`."""
    if over is None:
        raise UntestableError("it says no window")
    return ground.clock.steps(over.ms)


def range_of(source: Metric | Record) -> tuple[Decimal | None, Decimal | None]:
    """Return the declared range of values."""
    if not isinstance(source, Metric):
        return None, None
    low, high = source.low, source.high
    return None if low is None else Decimal(repr(low)), None if high is None else Decimal(repr(high))


def le(bound: float) -> str:
    """Return a bucket's bound as the Python client writes it on a metrics page."""
    if bound == float("inf"):
        return "+Inf"
    text = repr(bound)
    whole = text.partition(".")[0]
    # As in Go, numbers of seven digits and more have an exponent.
    if bound > 0 and "e" not in text and len(whole) > 6:
        digits = text.replace(".", "").rstrip("0")
        mantissa = f"{digits[0]}.{digits[1:]}" if len(digits) > 1 else digits
        return f"{mantissa}e+{len(whole) - 1:02d}"
    return text
