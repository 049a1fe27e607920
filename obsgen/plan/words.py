"""Queries and conditions as sentences, for annotations, panels and runbooks."""

from __future__ import annotations

import re

from obsgen.promql.units import unit_of
from obsgen.spec import queries as q
from obsgen.spec.model import Catalog
from obsgen.spec.values import number, quantity

_TESTS = {
    "above": "above", "below": "below", "at_least": "at or above", "at_most": "at or below", "equals": "equal to",
}  # fmt: skip
_WAYS = {"sum": "sum of", "max": "largest", "min": "smallest", "mean": "average"}


def phrase(shape: q.Shape) -> str:
    """Return what *shape* asks, as a noun phrase in Markdown without a capital or a full stop."""
    if isinstance(shape, q.Per):
        return f"{phrase(shape.per.of)} divided by {_the(phrase(shape.per.each))}"
    if isinstance(shape, q.Top):
        count = "largest value" if shape.top == 1 else f"{shape.top} largest values"
        return f"the {count} of {_the(phrase(shape.of))}"
    tail = _by(shape) + _over(shape)
    aside = "," if tail and isinstance(shape, q.Ratio) and shape.where else ""
    return brief(shape) + aside + tail


def brief(shape: q.Shape) -> str:
    """Return what *shape* asks without its labels and its window, for places that show those by themselves."""
    if isinstance(shape, q.Per):
        return f"{brief(shape.per.of)} divided by {_the(brief(shape.per.each))}"
    if isinstance(shape, q.Top):
        return brief(shape.of)
    return _subject(shape) + _where(shape)


def _the(noun: str) -> str:
    return noun if noun.startswith(("the ", "a ")) else f"the {noun}"


def _subject(shape: q.Shape) -> str:
    match shape:
        case q.Rate():
            return f"rate of `{shape.rate}`"
        case q.Increase():
            return f"increase of `{shape.increase}`"
        case q.Value():
            return f"{_way(shape.as_)} `{shape.value}`"
        case q.Ratio():
            return f"share of `{shape.ratio}` whose {_filter(shape.part)}"
        case q.Share():
            return f"share of `{shape.share}`"
        case q.Quantile():
            return f"{ordinal(shape.quantile)} percentile of `{shape.of}`"
        case q.Mean():
            return f"average of `{shape.mean}`"
        case q.Within():
            return f"share of `{shape.of}` within {quantity(shape.within).text}"
        case q.Distribution():
            return f"distribution of `{shape.distribution}`"
        case q.Forecast():
            return f"{_way(shape.as_)} `{shape.forecast}`"
        case q.Project():
            return f"total of `{shape.project}`"
    return _state(shape)


def _state(shape: q.Shape) -> str:
    match shape:
        case q.Absent():
            return f"absence of `{shape.absent}`"
        case q.Down():
            return "targets that do not answer"
        case q.Age():
            return f"age of `{shape.age}`"
        case q.Changes():
            return f"number of changes of `{shape.changes}`"
        case q.Alerting():
            return f"pending and firing alerts of `{shape.alerting}`"
    return "a PromQL expression"


def _way(written: str | None) -> str:
    return _WAYS.get(written or "", "value of")


def ordinal(share: float) -> str:
    """Return a quantile as a percentile: `95th`, `99.9th`."""
    percent = number(round(share * 100, 6))
    teens = percent[-2:-1] == "1"
    plain = teens or "." in percent
    return percent + ("th" if plain else {"1": "st", "2": "nd", "3": "rd"}.get(percent[-1], "th"))


def _filter(written: q.Filter) -> str:
    return " and ".join(f"`{label}` {_picked(picked)}" for label, picked in written.items())


def _picked(picked: str | tuple[str, ...] | q.Except | q.Matches) -> str:
    if isinstance(picked, q.Matches):
        return f"matches {code(picked.matches)}"
    if isinstance(picked, q.Except):
        return f"is not {_either(picked.not_)}"
    return f"is {_either(picked)}"


def _either(values: str | tuple[str, ...]) -> str:
    return " or ".join(code(value) for value in ((values,) if isinstance(values, str) else values))


def code(text: str) -> str:
    """Return *text* as inline code that ends where the text does, whatever backquotes it holds."""
    if "`" not in text:
        return f"`{text}`"
    fence = "`" * (max(map(len, re.findall("`+", text))) + 1)
    return f"{fence} {text} {fence}"


def _where(shape: q.Shape) -> str:
    where: q.Filter | None = getattr(shape, "where", None)
    if not where:
        return ""
    return f", among those whose {_filter(where)}" if isinstance(shape, q.Ratio) else f" where {_filter(where)}"


def _by(shape: q.Shape) -> str:
    labels = getattr(shape, "by", None)
    return f" by {listing(labels)}" if labels else ""


def _over(shape: q.Shape) -> str:
    if isinstance(shape, q.Forecast):
        return f" in {shape.in_} (going by the last {shape.from_})"
    if isinstance(shape, q.Project):
        return f" in a {shape.to} (at the pace of the last {shape.over})"
    over = getattr(shape, "over", None)
    return f" over {over}" if over else ""


def listing(words: tuple[str, ...]) -> str:
    """Return names as `a`, `b` and `c`."""
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + f" and {quoted[-1]}"


def condition(written: q.When | q.AllOf | q.AnyOf) -> str:
    """Return when *written* is true, as a clause in Markdown."""
    if isinstance(written, q.AllOf):
        text = " and ".join(map(_part, written.all_))
        return text if written.unless is None else f"{text}, unless {_part(written.unless)}"
    if isinstance(written, q.AnyOf):
        return " or ".join(map(_part, written.any_))
    return _when(written)


def _part(written: q.When | q.AllOf | q.AnyOf) -> str:
    text = condition(written)
    several = not isinstance(written, q.When) and text != condition(_first(written))
    return f"({text})" if several else text


def _first(written: q.AllOf | q.AnyOf) -> q.When | q.AllOf | q.AnyOf:
    return written.all_[0] if isinstance(written, q.AllOf) else written.any_[0]


def _when(when: q.When) -> str:
    if when.test is None:
        return _state_clause(when.query)
    limit = quantity(getattr(when.test, when.test.word)).text
    pace = " per second" if isinstance(when.query, q.Rate) else ""
    text = f"{phrase(when.query)} is {_TESTS[when.test.word]} {limit}{pace}"
    events = when.test.min_events
    if events is None:
        return text
    return f"{text}, with at least {events} {'event' if events == 1 else 'events'} in the window"


def _state_clause(shape: q.Shape) -> str:
    if isinstance(shape, q.Absent):
        return f"nothing reports `{shape.absent}`{_where(shape)}"
    if isinstance(shape, q.Down):
        return "a target does not answer"
    return "its PromQL expression returns a result"


def value_template(written: q.When | q.AllOf | q.AnyOf, catalog: Catalog) -> str:
    """Return the template that prints `$value` in the unit of the condition."""
    unit = unit_of(written.query, catalog) if isinstance(written, q.When) else None
    if unit == "seconds":
        return "{{ $value | humanizeDuration }}"
    if unit in ("ratio", "seconds/second"):
        return "{{ $value | humanizePercentage }}"
    words = (unit or "").replace("/", " per ").strip()
    return '{{ printf "%.4g" $value }}' + (f" {words}" if words else "")
