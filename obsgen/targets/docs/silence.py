"""What it means that an alert says nothing."""

from __future__ import annotations

from decimal import Decimal

from obsgen.plan.words import condition as said
from obsgen.spec import queries as q
from obsgen.spec.values import quantity

_MISSING = (
    "A series that is not reported gives no result: the alert stays quiet, and one that fires resolves although nothing "
    "got better."
)
_PROMQL = "The condition is written in PromQL, so what it gives without data has to be read off the rule."


def silence(written: q.When | q.AllOf | q.AnyOf) -> tuple[str, ...]:
    """Return paragraphs of Markdown that say what quiet and what no data mean for a condition."""
    if isinstance(written, q.When):
        return (_single(written),)
    if isinstance(written, q.AllOf):
        first = "The conditions have to hold at once for the same labels; where one has no result, the alert stays quiet."
        each = (*written.all_, *(() if written.unless is None else (written.unless,)))
    else:
        first = "Each condition counts for itself; one without a result keeps none of the others from firing."
        each = written.any_
    texts = (" ".join(silence(part)) for part in each)
    return (first, "\n".join(f"- {_capital(said(part))}: {text}" for part, text in zip(each, texts, strict=True)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _single(when: q.When) -> str:
    match when.query:
        case q.Rate() | q.Increase() | q.Project() | q.Changes():
            return f"Where nothing happens the result is 0, {_effect(when, Decimal(0))}. {_MISSING}"
        case q.Ratio() | q.Share():
            return _undefined(when, "Without events in the window the share is 0 divided by 0")
        case q.Quantile() | q.Mean() | q.Within():
            return _undefined(when, "Without observations in the window there is nothing to take it from")
        case q.Per():
            return (
                "Where the divisor is 0 the result is no number, which keeps the alert quiet, or infinite, "
                f"{_effect(when, Decimal('Infinity'))}. {_MISSING}"
            )
        case q.Forecast():
            return f"It takes two samples within the last {when.query.from_} to draw a line. {_MISSING}"
        case q.Absent():
            return "No data is what it looks for, so it also fires while the service is down or is not scraped."
        case q.Down():
            return "It fires where a scrape fails. A target that left the configuration is not missed by it."
        case q.Raw():
            return _PROMQL
    return _MISSING


def _undefined(when: q.When, start: str) -> str:
    text = f"{start}; the result is no number then, and the alert stays quiet."
    if when.test is not None and when.test.min_events is not None:
        text += f" With fewer than {when.test.min_events} in the window it stays quiet as well, whatever the value."
    return f"{text} {_MISSING}"


def _effect(when: q.When, value: Decimal) -> str:
    if when.test is None:
        return "which keeps the alert quiet"
    limit = quantity(getattr(when.test, when.test.word)).value
    fires = {
        "above": value > limit,
        "at_least": value >= limit,
        "below": value < limit,
        "at_most": value <= limit,
        "equals": value == limit,
    }[when.test.word]
    return "for which the alert fires" if fires else "which keeps the alert quiet"
