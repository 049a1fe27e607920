"""What the functions of PromQL make of what they are given."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from obsgen.promql.meaning import amounts as am
from obsgen.promql.meaning import unit_words
from obsgen.promql.meaning.amounts import ANY, COUNTED, INF, ONE, RISING, Amount
from obsgen.promql.meaning.label_functions import absent, label_join, label_replace
from obsgen.promql.meaning.label_sets import NAME, NO_LABELS, Labels, dropped, nameless, unsure_name
from obsgen.promql.meaning.making import UNKNOWN, made
from obsgen.promql.meaning.model import Kind, Meaning
from obsgen.promql.meaning.unit_words import Unit
from obsgen.promql.tree import Call

Arguments: TypeAlias = tuple[Meaning, ...]
Function: TypeAlias = Callable[[Call, Arguments], Meaning]
_Keep: TypeAlias = Literal["keep"]

_MANY = 1000


def called(call: Call, arguments: Arguments) -> Meaning:
    """Return what the call of a function gives; nothing is known of a function that is not in the table."""
    known = FUNCTIONS.get(call.function.text)
    if known is None:
        return UNKNOWN
    function, least, most = known
    return function(call, arguments) if least <= len(arguments) <= most else UNKNOWN


def _each(
    change: Callable[[Amount], Amount],
    kind: Kind | _Keep | None = "keep",
    unit: Unit | Callable[[Unit], Unit] = "keep",
    *,
    at: int = 0,
    rated: bool = False,
    named: bool = False,
) -> Function:
    """
    Return a function that turns each element of its argument number *at* into another.

    Args:
        change: From the amount of the argument to that of the result.
        kind: Of the result; `keep` for that of the argument.
        unit: Likewise, or made of that of the argument.
        at: Number of the argument.
        rated: Whether it takes a change over time.
        named: Whether the series keeps its name.
    """

    def function(_: Call, arguments: Arguments) -> Meaning:
        of = arguments[at]
        return made(
            of,
            change(of.amount),
            of.kind if kind == "keep" else kind,
            unit(of.unit) if callable(unit) else of.unit if unit == "keep" else unit,
            labels=of.labels if named else None,
            rated=rated,
            extra=arguments[:at] + arguments[at + 1 :],
        )

    return function


def _fixed(amount: Amount, kind: Kind | None, unit: Unit, at: int = 0) -> Function:
    """Return a function whose result has nothing to do with the values of its argument."""
    return _each(lambda _: amount, kind, unit, at=at)


def _of_time(low: float, high: float) -> Function:
    """Return a function such as `hour`, whose argument may be left out."""

    def function(_: Call, arguments: Arguments) -> Meaning:
        amount = Amount(low, high, nonzero=low > 0)
        if not arguments:
            return Meaning(kind="gauge", unit="", labels=NO_LABELS, amount=amount)
        return made(arguments[0], amount, "gauge", "")

    return function


def _lifted(function: Callable[[float], float], low: float = -INF, high: float = INF) -> Function:
    """Return a mathematical function that never falls, with no unit known for its result."""
    return _each(lambda of: am.rising(function, of, low=low, high=high), None, None)


def at_quantile(which: Amount, of: Amount) -> Amount:
    """Return the quantile *which* of values *of*; it is infinite where *which* is not between 0 and 1."""
    within = am.interpolated(of)
    if which.low >= 0 and which.high <= 1:
        return Amount(within.low, within.high, within.nonzero, within.nan or which.nan, within.inf)
    return Amount(nan=within.nan or which.nan, inf=True)


def _quantile_over_time(_: Call, arguments: Arguments) -> Meaning:
    which, of = arguments
    return made(of, at_quantile(which.amount, of.amount), of.kind, of.unit, extra=(which,))


def _histogram_quantile(_: Call, arguments: Arguments) -> Meaning:
    which, of = arguments
    amount = ANY
    if which.low >= 0 and which.high <= 1:
        bounds = _finite_bounds(of) if of.low >= 0 else None
        amount = Amount(min(0.0, bounds[0]), bounds[-1], nan=True) if bounds else Amount(nan=True, inf=of.low < 0)
    unit = of.series.bounds_unit if of.series else None
    labels = dropped(nameless(of.labels), frozenset({"le"}))
    return made(of, amount, "quantile", unit, labels=labels, extra=(which,))


def _finite_bounds(of: Meaning) -> tuple[float, ...] | None:
    """Return the finite numbers that the label `le` can name, rising; None where it is open or names none."""
    values = of.values.get("le")
    if values is None:
        return None
    try:
        return tuple(sorted({bound for bound in map(float, values) if math.isfinite(bound)})) or None
    except ValueError:
        return None


def _predict_linear(_: Call, arguments: Arguments) -> Meaning:
    of, ahead = arguments
    amount = am.slope(am.added(of.amount, ahead.amount))
    return made(of, amount, of.kind, of.unit, extra=(ahead,))


def _first(_: Call, arguments: Arguments) -> Meaning:
    (of,) = arguments
    return made(of, of.amount, of.kind, of.unit, labels=unsure_name(of.labels))


def _clamp(_: Call, arguments: Arguments) -> Meaning:
    of, least, most = arguments
    return made(of, am.clamped(of.amount, least.amount, most.amount), of.kind, of.unit, extra=(least, most))


def _clamp_min(_: Call, arguments: Arguments) -> Meaning:
    of, least = arguments
    return made(of, am.clamped(of.amount, least.amount, Amount(INF)), of.kind, of.unit, extra=(least,))


def _clamp_max(_: Call, arguments: Arguments) -> Meaning:
    of, most = arguments
    return made(of, am.clamped(of.amount, Amount(high=-INF), most.amount), of.kind, of.unit, extra=(most,))


def _round(_: Call, arguments: Arguments) -> Meaning:
    of, to = arguments[0], arguments[1] if len(arguments) > 1 else None
    if to is None or to.constant == 1:
        amount = am.rising(am.half_up, of.amount)
    elif to.constant is not None and math.isfinite(to.constant) and to.constant != 0:
        step = abs(to.constant)
        amount = Amount(of.low - step, of.high + step, nan=of.may_nan or of.may_inf, inf=of.may_inf)
    else:
        amount = ANY
    return made(of, amount, of.kind, of.unit, extra=arguments[1:])


def _scalar(_: Call, arguments: Arguments) -> Meaning:
    (of,) = arguments
    a = of.amount
    amount = Amount(a.low, a.high, a.nonzero, nan=True, inf=a.inf)
    # Of no element, and of several, it makes NaN: there always is a result.
    return dataclasses.replace(made(of, amount, of.kind, of.unit, type="scalar", labels=NO_LABELS), empty=False)


def _vector(_: Call, arguments: Arguments) -> Meaning:
    (of,) = arguments
    return made(of, of.amount, of.kind, of.unit)


def _time(_: Call, __: Arguments) -> Meaning:
    return Meaning(type="scalar", kind="timestamp", unit="seconds", amount=RISING)


def _pi(_: Call, __: Arguments) -> Meaning:
    return Meaning(type="scalar", kind="number", unit=None, amount=am.exactly(math.pi), constant=math.pi)


def _info(_: Call, arguments: Arguments) -> Meaning:
    of = arguments[0]
    return made(of, of.amount, of.kind, of.unit, labels=Labels(None, of.certain - {NAME}))


def _same(of: Amount) -> Amount:
    return of


def _grown(of: Amount) -> Amount:
    return am.growth(of)


def _idelta(of: Amount) -> Amount:
    return am.subtracted(of, of)


def _any(_: Amount) -> Amount:
    return ANY


_SORT = _each(_same, named=True)
_SMOOTH = _each(am.slope)
_OF_A_HISTOGRAM = _each(_any, None, None)

#: Function -> what it does, least and largest number of arguments.
FUNCTIONS: Mapping[str, tuple[Function, int, int]] = {
    "abs": (_each(am.magnitude), 1, 1),
    "absent": (absent, 1, 1),
    "absent_over_time": (absent, 1, 1),
    "acos": (_each(lambda of: Amount(0.0, math.pi, nan=of.nan or of.low < -1 or of.high > 1), None, None), 1, 1),
    "acosh": (_lifted(math.acosh, low=1.0), 1, 1),
    "asin": (_lifted(math.asin, -1.0, 1.0), 1, 1),
    "asinh": (_lifted(math.asinh), 1, 1),
    "atan": (_lifted(math.atan), 1, 1),
    "atanh": (_lifted(am.atanh, -1.0, 1.0), 1, 1),
    "avg_over_time": (_each(am.averaged), 1, 1),
    "ceil": (_each(lambda of: am.rising(am.whole_above, of)), 1, 1),
    "changes": (_fixed(RISING, "gauge", ""), 1, 1),
    "clamp": (_clamp, 3, 3),
    "clamp_max": (_clamp_max, 2, 2),
    "clamp_min": (_clamp_min, 2, 2),
    "cos": (_each(am.wave, None, None), 1, 1),
    "cosh": (_each(lambda of: Amount(1.0, nonzero=True, nan=of.nan, inf=True), None, None), 1, 1),
    "count_over_time": (_fixed(COUNTED, "gauge", ""), 1, 1),
    "day_of_month": (_of_time(1, 31), 0, 1),
    "day_of_week": (_of_time(0, 6), 0, 1),
    "day_of_year": (_of_time(1, 366), 0, 1),
    "days_in_month": (_of_time(28, 31), 0, 1),
    "deg": (_each(lambda of: am.multiplied(of, am.exactly(180 / math.pi)), None, None), 1, 1),
    "delta": (_each(am.slope, "delta", rated=True), 1, 1),
    "deriv": (_each(am.slope, "rate", unit_words.per_second, rated=True), 1, 1),
    "double_exponential_smoothing": (_SMOOTH, 3, 3),
    "exp": (_lifted(math.exp), 1, 1),
    "first_over_time": (_first, 1, 1),
    "floor": (_each(lambda of: am.rising(am.whole_below, of)), 1, 1),
    "histogram_avg": (_OF_A_HISTOGRAM, 1, 1),
    "histogram_count": (_OF_A_HISTOGRAM, 1, 1),
    "histogram_fraction": (_fixed(Amount(0.0, 1.0, nan=True), "ratio", "ratio", at=2), 3, 3),
    "histogram_quantile": (_histogram_quantile, 2, 2),
    "histogram_stddev": (_OF_A_HISTOGRAM, 1, 1),
    "histogram_stdvar": (_OF_A_HISTOGRAM, 1, 1),
    "histogram_sum": (_OF_A_HISTOGRAM, 1, 1),
    "holt_winters": (_SMOOTH, 3, 3),
    "hour": (_of_time(0, 23), 0, 1),
    "idelta": (_each(_idelta, "delta", rated=True), 1, 1),
    "increase": (_each(_grown, "increase", rated=True), 1, 1),
    "info": (_info, 1, 2),
    "irate": (_each(_grown, "rate", unit_words.per_second, rated=True), 1, 1),
    "label_join": (label_join, 3, _MANY),
    "label_replace": (label_replace, 5, 5),
    "last_over_time": (_each(_same, named=True), 1, 1),
    "ln": (_lifted(am.logarithm, low=0.0), 1, 1),
    "log10": (_lifted(lambda x: am.logarithm(x) / math.log(10), low=0.0), 1, 1),
    "log2": (_lifted(lambda x: am.logarithm(x) / math.log(2), low=0.0), 1, 1),
    "mad_over_time": (_each(lambda of: Amount(0.0, nan=of.nan or of.inf, inf=of.inf), "gauge"), 1, 1),
    "max_over_time": (_each(_same), 1, 1),
    "min_over_time": (_each(_same), 1, 1),
    "minute": (_of_time(0, 59), 0, 1),
    "month": (_of_time(1, 12), 0, 1),
    "pi": (_pi, 0, 0),
    "predict_linear": (_predict_linear, 2, 2),
    "present_over_time": (_fixed(ONE, "boolean", ""), 1, 1),
    "quantile_over_time": (_quantile_over_time, 2, 2),
    "rad": (_each(lambda of: am.multiplied(of, am.exactly(math.pi / 180)), None, None), 1, 1),
    "rate": (_each(_grown, "rate", unit_words.per_second, rated=True), 1, 1),
    "resets": (_fixed(RISING, "gauge", ""), 1, 1),
    "round": (_round, 1, 2),
    "scalar": (_scalar, 1, 1),
    "sgn": (_each(am.sign, "gauge", ""), 1, 1),
    "sin": (_each(am.wave, None, None), 1, 1),
    "sinh": (_lifted(math.sinh), 1, 1),
    "sort": (_SORT, 1, 1),
    "sort_by_label": (_SORT, 1, _MANY),
    "sort_by_label_desc": (_SORT, 1, _MANY),
    "sort_desc": (_SORT, 1, 1),
    "sqrt": (_lifted(math.sqrt, low=0.0), 1, 1),
    "stddev_over_time": (_each(am.spread, "gauge"), 1, 1),
    "stdvar_over_time": (_each(am.variance, "gauge", None), 1, 1),
    "sum_over_time": (_each(am.totalled, "gauge"), 1, 1),
    "tan": (_each(lambda of: Amount(nan=of.nan or of.inf), None, None), 1, 1),
    "tanh": (_lifted(math.tanh), 1, 1),
    "time": (_time, 0, 0),
    "timestamp": (_fixed(RISING, "timestamp", "seconds"), 1, 1),
    "ts_of_first_over_time": (_fixed(RISING, "timestamp", "seconds"), 1, 1),
    "ts_of_last_over_time": (_fixed(RISING, "timestamp", "seconds"), 1, 1),
    "ts_of_max_over_time": (_fixed(RISING, "timestamp", "seconds"), 1, 1),
    "ts_of_min_over_time": (_fixed(RISING, "timestamp", "seconds"), 1, 1),
    "vector": (_vector, 1, 1),
    "year": (_of_time(-INF, INF), 0, 1),
}
